"""Fill a township with mentors, mentees and pairings; each mentee has a fate.

A fate says why a mentee's help is failing, or why a missed contact is excused.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from validators.divisions import full_name
from validators.schema import TEMPLATE_VERSION
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import (
    MenteeCategory,
    MentorCategory,
    OrganisationCategory,
    PairingPath,
    Politics,
    PostTrait,
    Specialty,
)
from workbooks.samples.world import (
    GUESTS,
    Entry,
    Mentee,
    Pairing,
    Person,
    World,
    add_months,
    full_months,
    month_end,
    words,
    workday,
)

# --- people and pairings --------------------------------------------------------------------------


def _is_street(world: World) -> bool:
    return world.unit.name.endswith("街道")


def _town(world: World) -> str:
    return f"{world.unit.name}{'办事处' if _is_street(world) else '人民政府'}"


def _post(world: World, post: str) -> str:
    return post.replace("副镇长", "副主任" if _is_street(world) else f"副{world.unit.name[-1]}长")


def _scores(values: list[int]) -> dict[str, int]:
    return dict(zip(ASPECT_FIELDS, values, strict=True))


def _identity(person: Person, politics: str) -> dict[str, Any]:
    return {
        "name": person.name,
        "gender": person.gender,
        "ethnicity": person.ethnicity,
        "born": person.born,
        "politics": politics,
    }


def _specialties(world: World) -> tuple[str, ...]:
    chosen = world.rng.sample([word.value for word in Specialty], world.rng.randint(1, 3))
    return tuple(chosen)


def add_mentor(
    world: World, *, in_village: bool = False, person: Person | None = None, **changes: Any
) -> Entry:
    """Add a mentor of the pool whom every rule likes; `changes` override values, None blanks."""
    rng, as_of = world.rng, world.as_of
    person = person or world.people.person(as_of, 36, 58)
    veteran = rng.random() < 0.55
    categories = [word.value for word in MentorCategory]
    category = rng.choice(categories[:3] if veteran else categories[3:])
    village = rng.choice(world.villages) if in_village else None
    began = date(person.born.year + rng.randint(18, 25), rng.randint(1, 12), 1)
    appointed = workday(world.ago(560, 700))
    number = len(world.of("mentor")) + 1
    values = _identity(person, Politics.MEMBER.value) | {
        "employer": f"{world.unit.name}{village}" if village else _town(world),
        "post": rng.choice(words("village_posts"))
        if village
        else _post(world, rng.choice(words("town_posts"))),
        "village": village,
        "category": category,
        "grassroots_since": began if rng.random() < 0.9 or veteran else None,
        "specialties": _specialties(world),
        **_scores([rng.randint(3, 5) for _ in ASPECT_FIELDS]),
        "capacity": rng.choice((None, None, 3, 4, 5)),
        "certificate": f"固导聘字〔{appointed.year}〕{world.unit.code[4:]}{number:03d}号",
        "appointed_on": appointed,
        "appointed_until": add_months(appointed, 36) - timedelta(days=1),
        "joined_on": workday(appointed - timedelta(days=rng.randint(0, 40))),
        "status": "在库",
        "phone": person.phone,
        "remark": rng.choice(words("remarks")) if rng.random() < 0.06 else None,
    }
    return world.add("mentor", values | changes)


def add_individual(
    world: World, fate: str, chosen_on: date, *, person: Person | None = None, **changes: Any
) -> Mentee:
    """Add an individual mentee."""
    rng = world.rng
    person = person or world.people.person(world.as_of, 24, 50)
    category = rng.choice([word.value for word in MenteeCategory])
    village = rng.choice(world.villages) if category != "新任职领导班子成员" else None
    posts = (
        words("leader_posts")
        if category == "致富带头人"
        else words("village_posts")
        if village
        else words("town_posts")
    )
    secretary = category == "软弱涣散村党组织书记"
    baseline = _baseline(world, fate)
    since = add_months(chosen_on.replace(day=1), -rng.randint(2, 40))
    member = category != "致富带头人" or rng.random() < 0.5
    stage = {"致富带头人": "致富带头人", "软弱涣散村党组织书记": "村党组织带头人"}.get(category)
    values = _identity(person, (Politics.MEMBER if member else Politics.MASSES).value) | {
        "employer": f"{world.unit.name}{village}" if village else _town(world),
        "post": "党支部书记" if secretary else _post(world, rng.choice(posts)),
        "in_post_since": since if rng.random() < 0.8 else None,
        "village": village,
        "category": category,
        "specialties": _specialties(world),
        "post_traits": tuple(rng.sample([w.value for w in PostTrait], rng.randint(1, 2))),
        "weakness": rng.choice(words("weaknesses")) if rng.random() < 0.8 else None,
        **_scores(baseline),
        "surveyed_on": workday(chosen_on),
        "chosen_on": chosen_on,
        "stage": stage,
        "status": "帮带中",
        "phone": person.phone,
        "remark": rng.choice(words("remarks")) if rng.random() < 0.04 else None,
    }
    entry = world.add("individual", values | changes)
    mentee = Mentee(entry, person.name, fate, baseline, person)
    world.mentees.append(mentee)
    return mentee


def add_organisation(world: World, fate: str, chosen_on: date, **changes: Any) -> Mentee:
    """Add an organisation mentee: a village or community Party organisation."""
    rng = world.rng
    taken = {entry.values.get("village") for entry in world.of("organisation")}
    village = rng.choice([v for v in world.villages if v not in taken] or list(world.villages))
    bodies = ("党支部", "党总支", "第一党支部", "第二党支部", "联合党支部")
    used = {entry.values.get("name") for entry in world.of("organisation")}
    name = next((village + body for body in bodies if village + body not in used), f"{village}党委")
    secretary = world.people.person(world.as_of, 30, 56)
    baseline = _baseline(world, fate)
    category = rng.choice([word.value for word in OrganisationCategory])
    values = {
        "name": name,
        "village": village,
        "secretary": secretary.name,
        "members": rng.randint(18, 96),
        "category": category,
        "income": round(rng.uniform(2.5, 48), 2),
        **_scores(baseline),
        "surveyed_on": workday(chosen_on),
        "chosen_on": chosen_on,
        "measures": "补齐班子、理清集体账、每月一次支委会抓落实",
        "measures_due": add_months(chosen_on, 12),
        "status": "帮带中",
    }
    entry = world.add("organisation", values | changes)
    mentee = Mentee(entry, secretary.name, fate, baseline)
    world.mentees.append(mentee)
    return mentee


def add_pairing(  # the facts of a pairing, all keyword-only
    world: World,
    mentor: Entry | None,
    mentee: Mentee,
    *,
    paired_on: date,
    mode: str,
    mentor_id: str = "",
    **changes: Any,
) -> Pairing:
    """Add a pairing; `mentor` is None where the mentor belongs to another township."""
    rng = world.rng
    until = add_months(paired_on, 12) - timedelta(days=1)
    values = {
        "mentor_id": mentor.values["mentor_id"] if mentor else mentor_id,
        "mentee_id": mentee.mentee_id,
        "mode": mode,
        "path": rng.choice([word.value for word in PairingPath]),
        "paired_on": paired_on,
        "ceremony_on": paired_on if rng.random() < 0.6 and paired_on <= world.as_of else None,
        "until": until,
        "score": round(rng.uniform(58, 97), 1) if rng.random() < 0.7 else None,
        "status": "帮带中",
    }
    entry = world.add("pairing", values | changes)
    name = str(mentor.values["name"]) if mentor else "外乡镇导师"
    pairing = Pairing(entry, mentor, name, mentee, paired_on, entry.values["until"])
    mentee.pairings.append(pairing)
    world.pairings.append(pairing)
    if mentor in world.spares:
        world.spares.remove(mentor)
    return pairing


def add_unit(world: World) -> None:
    """Add the reporting form."""
    rng, as_of = world.rng, world.as_of
    county = full_name(world.unit).removesuffix(world.unit.name)
    body = "党工委" if _is_street(world) else "党委"
    world.add(
        "unit",
        {
            "county": county,
            "township": world.unit.name,
            "code": world.unit.unit_code,
            "year": as_of.year,
            "reporter_unit": f"中共{county}{world.unit.name}{body}",
            "reporter": world.people.villager(),
            "reviewer": world.people.villager(),
            "office_phone": f"0954-20000{rng.randint(10, 99)}",
            "reported_on": as_of - timedelta(days=rng.randint(0, 2)),
            "model_township": rng.choice(("是", "否")),
            "template_version": TEMPLATE_VERSION,
        },
    )


def _baseline(world: World, fate: str) -> list[int]:
    rng = world.rng
    scores = [rng.choice((3, 3, 3, 4)) for _ in range(6)]
    if fate == "no_rise":
        return [3] * 6
    if fate == "weak_aspect_idle":
        scores[rng.randrange(6)] = 1
    if fate in {"plain", "graduated", "closed", "left"}:
        for position in rng.sample(range(6), rng.randint(1, 2)):
            scores[position] = rng.choice((1, 2, 2))
    return scores


# --- fates ----------------------------------------------------------------------------------------

REASONS = (
    "missed_month",
    "missed_two_months",
    "contact_rate",
    "score_falling",
    "no_rise",
    "weak_aspect_idle",
    "unpaired",
    "low_satisfaction",
    "duty_overdue",
)
"""Why a mentee struggles; more reasons come with planted errors."""


def possible(world: World, reason: str) -> bool:
    """Return whether `reason` can be seen: an exempt month excuses those who missed it."""
    return not (world.exempt and reason in {"missed_month", "missed_two_months"})


def excuse_or_trouble(world: World) -> None:
    """Block the contacts each fate rules out, and note who struggles."""
    at_end = world.as_of == month_end(world.as_of)
    months = full_months(world.as_of, 4)
    for mentee in world.mentees:
        if mentee.fate in REASONS:
            world.struggling.append((mentee.mentee_id, mentee.fate))
            mentee.entry.locked = True
        for pairing in mentee.pairings:
            pairing.entry.locked = pairing.entry.locked or mentee.fate in REASONS
            _shape(world, pairing, months, at_end=at_end)


def _shape(
    world: World, pairing: Pairing, months: list[tuple[date, date]], *, at_end: bool
) -> None:
    fate = pairing.mentee.fate
    extra = 1 if at_end else 0
    if fate == "missed_month":
        pairing.blocked += months[: 1 + extra]
    elif fate == "missed_two_months":
        pairing.blocked += months[: 2 + extra]
    elif fate == "contact_rate":
        pairing.blocked.append(months[1])
        pairing.sparse_from = months[3][0]
    elif fate == "weak_aspect_idle":
        for aspect in pairing.mentee.weak():
            pairing.shunned.append((aspect, world.ago(80), world.as_of))
    elif fate == "quiet":
        _quiet(world, pairing, months[0])
    elif fate == "exempt":
        pairing.blocked.append(months[0])
    elif fate == "paused":
        first, last = months[1][0], month_end(world.as_of)
        pairing.entry.values |= {"paused_from": first, "paused_to": last}
        pairing.blocked.append((first, last))


def _quiet(world: World, pairing: Pairing, month: tuple[date, date]) -> None:
    """Keep the last 30 days without a contact where the last full month still has days for one."""
    first = world.ago(30)
    if month[0] < first - timedelta(days=2) and month[0] != world.as_of.replace(day=1):
        pairing.blocked.append((first, world.as_of))
    else:
        pairing.sparse_from = add_months(world.as_of, -2)


# --- the whole township ---------------------------------------------------------------------------


def cast(world: World, neighbour: str, township: int, *, struggling: bool = True) -> None:
    """Fill `world` with people and pairings.

    Args:
        world: An empty world.
        neighbour: Unit code of the township whose mentors also help here, "" without one.
        township: Position in the delivery: rotates what is rare.
        struggling: Whether some mentees' help is failing.
    """
    world.exempt = full_months(world.as_of, 1)[0] if township % 5 == 3 else None
    prepare(world)
    _running_individuals(world, township, struggling=struggling)
    _running_organisations(world, township, struggling=struggling)
    _waiting(world, struggling=struggling)
    finished(world)
    if neighbour:
        from_next_door(world, neighbour)


def prepare(world: World) -> None:
    """Add the reporting form, and the mentors who help nobody here."""
    add_unit(world)
    world.ceremonies = sorted(workday(world.ago(near, near + 25)) for near in (308, 235, 165, 105))
    for number in range(1, 12):
        spare = add_mentor(world)
        spare.locked = number in GUESTS
        if not spare.locked:
            world.spares.append(spare)
    _former_mentors(world)


def _former_mentors(world: World) -> None:
    for status in ("暂停", "调出")[: world.scaled(1, 3)]:
        since = world.ago(30, 300)
        world.spares.append(add_mentor(world, status=status, status_since=since))


def _running_individuals(world: World, township: int, *, struggling: bool) -> None:
    rng = world.rng
    total = world.scaled(30, 46, least=8)
    troubled = max(2, round(total * 0.17)) if struggling else 0
    reasons = [reason for reason in REASONS if reason != "unpaired" and possible(world, reason)]
    fates = [reasons[(township * troubled + i) % len(reasons)] for i in range(troubled)]
    excuses = ("paused", "quiet", "exempt") if world.exempt else ("paused", "quiet")
    excused = max(1, round(total * 0.09))
    fates += [excuses[(township + i) % len(excuses)] for i in range(excused)]
    fates += ["new"] * world.scaled(2, 4)
    single = [_individual(world, fate) for fate in fates]
    plain = [_individual(world, "plain") for _ in range(max(3, total - len(fates)))]
    rng.shuffle(single)
    while plain or single:
        _next_group(world, plain, single)


def _individual(world: World, fate: str) -> Mentee:
    chosen = _chosen(world, fate)
    return add_individual(world, fate, chosen, mentors_needed=world.rng.choice((None, None, 1)))


def _chosen(world: World, fate: str) -> date:
    """Return the day a mentee was chosen: a few days before a ceremony."""
    rng = world.rng
    if fate == "new":
        return world.ago(2, 12)
    if fate in {"score_falling", "no_rise"}:
        ceremony = world.ceremonies[0]
    elif fate == "weak_aspect_idle":
        ceremony = world.ceremonies[3]
    else:
        ceremony = rng.choice(world.ceremonies)
    return ceremony - timedelta(days=rng.randint(2, 10))


def _paired_on(world: World, mentee: Mentee) -> date:
    chosen: date = mentee.entry.values["chosen_on"]
    if mentee.fate == "new":
        return min(world.as_of, chosen + timedelta(days=world.rng.randint(1, 3)))
    return next(day for day in world.ceremonies if day > chosen)


def _next_group(world: World, plain: list[Mentee], single: list[Mentee]) -> None:
    """Pair the next few mentees; only plain ones get several mentors."""
    draw = world.rng.random()
    if len(plain) >= 2 and draw < 0.06:
        _team(world, [plain.pop(), plain.pop()])
    elif plain and draw < 0.11:
        many_to_one(world, plain.pop(), world.rng.choice((2, 2, 3)))
    elif draw < 0.23 or len(plain) + len(single) == 1:
        one_to_one(world, (single or plain).pop())
    else:
        group = [single.pop()] if single else []
        size = world.rng.choice((2, 3, 3))
        while plain and len(group) < size:
            group.append(plain.pop())
        if len(group) == 1:
            one_to_one(world, group[0])
        else:
            one_to_many(world, group)


def one_to_one(world: World, mentee: Mentee, mentor: Entry | None = None) -> Pairing:
    """Pair a mentee with a mentor of its own."""
    mentor = mentor or add_mentor(world, in_village=world.rng.random() < 0.4)
    theirs = mentor.values.get("village", "")
    crossing = theirs and mentee.village and theirs != mentee.village
    mode = "跨村带" if crossing and world.rng.random() < 0.6 else "一对一"
    return add_pairing(world, mentor, mentee, paired_on=_paired_on(world, mentee), mode=mode)


def one_to_many(world: World, group: list[Mentee]) -> Entry:
    """Give one mentor several mentees."""
    mentor = add_mentor(world, in_village=world.rng.random() < 0.3)
    for mentee in group:
        theirs = mentor.values.get("village", "")
        crossing = theirs and mentee.village not in {"", theirs} and world.rng.random() < 0.5
        mode = "跨村带" if crossing else "一对多"
        add_pairing(world, mentor, mentee, paired_on=_paired_on(world, mentee), mode=mode)
    return mentor


def many_to_one(world: World, mentee: Mentee, count: int, mode: str = "多对一") -> None:
    """Give one mentee several mentors."""
    mentee.entry.values["mentors_needed"] = count
    for _ in range(count):
        add_pairing(
            world, add_mentor(world), mentee, paired_on=_paired_on(world, mentee), mode=mode
        )


def _team(world: World, group: list[Mentee]) -> None:
    mentors = [add_mentor(world), add_mentor(world)]
    for mentee in group:
        mentee.entry.values["mentors_needed"] = 2
        for mentor in mentors:
            paired_on = _paired_on(world, mentee)
            add_pairing(world, mentor, mentee, paired_on=paired_on, mode="多对多·小团队")


def _running_organisations(world: World, township: int, *, struggling: bool) -> None:
    fates = ["plain"] * world.scaled(3, 7)
    if struggling and world.size > 0.5:
        fates[0] = ("contact_rate", "duty_overdue", "low_satisfaction", "paused")[township % 4]
    if world.rng.random() < 0.8:
        fates.append("new")
    for fate in fates:
        mentee = add_organisation(world, fate, _chosen(world, fate))
        if fate == "plain" and world.rng.random() < 0.35:
            many_to_one(world, mentee, 2, world.rng.choice(("组团帮", "多对一")))
        else:
            one_to_one(world, mentee)


def _waiting(world: World, *, struggling: bool) -> None:
    """Add mentees without a mentor: just chosen, and some who wait too long."""
    for _ in range(world.scaled(1, 3)):
        add_individual(world, "waiting", world.ago(0, 11), status="待结对")
    if struggling:
        add_individual(world, "unpaired", world.ago(19, 90), status="待结对")
    if world.rng.random() < 0.8:
        add_organisation(world, "waiting", world.ago(1, 10), status="待结对")


def finished(world: World) -> None:
    """Add last year's pairings: expired, and a few that were ended."""
    for _ in range(world.scaled(3, 7, least=2)):
        expired(world, add_individual(world, "graduated", _long_ago(world), status="期满出师"))
    for _ in range(world.scaled(2, 4, least=2)):
        mentee = add_organisation(world, "closed", _long_ago(world), status="已销号")
        pairing = expired(world, mentee)
        votes = world.rng.randint(40, 120)
        closed = min(world.as_of, pairing.last + timedelta(days=world.rng.randint(8, 18)))
        mentee.entry.values |= {
            "inspector": "县委组织部",
            "inspection_score": world.rng.randint(72, 96),
            "votes": votes,
            "votes_against": world.rng.randint(0, votes // 8),
            "closed_on": closed,
            "status_since": closed,
        }
    for _ in range(world.scaled(3, 6, least=3)):
        ended(world)


def _long_ago(world: World) -> date:
    return world.ago(400, 470)


def expired(world: World, mentee: Mentee) -> Pairing:
    """Add a pairing whose year is over, with its mentor."""
    paired_on = workday(mentee.entry.values["chosen_on"] + timedelta(days=10))
    pairing = add_pairing(
        world, _mentor_of_old(world), mentee, paired_on=paired_on, mode="一对一", status="期满"
    )
    mentee.entry.values["status_since"] = min(world.as_of, pairing.last + timedelta(days=3))
    return pairing


def _mentor_of_old(world: World) -> Entry:
    """Return one of two mentors who helped before and help nobody now."""
    if len(world.veterans) < 2:
        world.veterans.append(add_mentor(world))
    return world.rng.choice(world.veterans)


def ended(world: World) -> Pairing:
    """Add a pairing that was ended early, known to no other sheet."""
    chosen = world.ago(120, 200)
    mentee = add_individual(world, "left", chosen, status="退出")
    stopped = world.ago(20, 60)
    mentee.entry.values["status_since"] = stopped
    pairing = add_pairing(
        world, _mentor_of_old(world), mentee, paired_on=workday(chosen + timedelta(days=9)),
        mode="一对一", status="终止", ended_on=stopped, end_reason=world.rng.choice(
            ("对象调离本乡镇", "对象外出务工", "导师工作调动", "对象辞去职务")
        ),
    )  # fmt: skip
    pairing.logged = False
    return pairing


def from_next_door(world: World, neighbour: str) -> None:
    """Pair someone with a mentor of the neighbouring township."""
    for number in GUESTS[: 2 if world.size > 0.5 else 1]:
        mentee = _individual(world, "plain")
        mentor_id = world.code("mentor", number, neighbour)
        paired_on = _paired_on(world, mentee)
        add_pairing(world, None, mentee, paired_on=paired_on, mode="一对一", mentor_id=mentor_id)
