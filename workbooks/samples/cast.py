"""Casts a township: the pool, the mentees with their fates, and pairings whose modes fit."""

from __future__ import annotations

from datetime import date, timedelta

from workbooks.samples.actors import individual, mentor, organisation, pair, unit_row
from workbooks.samples.days import workday
from workbooks.samples.fates import REASONS, possible
from workbooks.samples.rows import Entry
from workbooks.samples.world import GUESTS, Mentee, Pair, World

__all__ = ["cast", "ended", "one_to_many", "one_to_one"]


def cast(world: World, neighbour: str, township: int, *, struggling: bool = True) -> None:
    """Fill `world` with people and pairings.

    Args:
        world: An empty world.
        neighbour: Unit code of the township whose mentors also help here, "" without one.
        township: Position in the delivery: rotates what is rare.
        struggling: Whether some mentees' help is failing.
    """
    world.exempt = township % 5 == 3
    unit_row(world)
    world.ceremonies = sorted(workday(world.ago(near, near + 25)) for near in (308, 235, 165, 105))
    for number in range(1, 12):
        spare = mentor(world)
        spare.locked = number in GUESTS
        if not spare.locked:
            world.spares.append(spare)
    _former_mentors(world)
    _running_individuals(world, township, struggling=struggling)
    _running_organisations(world, township, struggling=struggling)
    _waiting(world, struggling=struggling)
    _finished(world)
    if neighbour:
        _from_next_door(world, neighbour)


def _former_mentors(world: World) -> None:
    for status in ("暂停", "调出")[: world.scaled(1, 3)]:
        since = world.ago(30, 300)
        world.spares.append(mentor(world, status=status, status_since=since))


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
    return individual(world, fate, chosen, mentors_needed=world.rng.choice((None, None, 1)))


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


def one_to_one(world: World, mentee: Mentee, helper: Entry | None = None) -> Pair:
    """Pair a mentee with a mentor of its own."""
    helper = helper or mentor(world, in_village=world.rng.random() < 0.4)
    theirs = helper.values.get("village", "")
    crossing = theirs and mentee.village and theirs != mentee.village
    mode = "跨村带" if crossing and world.rng.random() < 0.6 else "一对一"
    return pair(world, helper, mentee, paired_on=_paired_on(world, mentee), mode=mode)


def one_to_many(world: World, group: list[Mentee]) -> Entry:
    """Give one mentor several mentees."""
    helper = mentor(world, in_village=world.rng.random() < 0.3)
    for mentee in group:
        theirs = helper.values.get("village", "")
        crossing = theirs and mentee.village not in {"", theirs} and world.rng.random() < 0.5
        mode = "跨村带" if crossing else "一对多"
        pair(world, helper, mentee, paired_on=_paired_on(world, mentee), mode=mode)
    return helper


def many_to_one(world: World, mentee: Mentee, count: int, mode: str = "多对一") -> None:
    """Give one mentee several mentors."""
    mentee.entry.values["mentors_needed"] = count
    for _ in range(count):
        pair(world, mentor(world), mentee, paired_on=_paired_on(world, mentee), mode=mode)


def _team(world: World, group: list[Mentee]) -> None:
    helpers = [mentor(world), mentor(world)]
    for mentee in group:
        mentee.entry.values["mentors_needed"] = 2
        for helper in helpers:
            paired_on = _paired_on(world, mentee)
            pair(world, helper, mentee, paired_on=paired_on, mode="多对多·小团队")


def _running_organisations(world: World, township: int, *, struggling: bool) -> None:
    fates = ["plain"] * world.scaled(3, 7)
    if struggling and world.size > 0.5:
        fates[0] = ("contact_rate", "duty_overdue", "low_satisfaction", "paused")[township % 4]
    if world.rng.random() < 0.8:
        fates.append("new")
    for fate in fates:
        mentee = organisation(world, fate, _chosen(world, fate))
        if fate == "plain" and world.rng.random() < 0.35:
            many_to_one(world, mentee, 2, world.rng.choice(("组团帮", "多对一")))
        else:
            one_to_one(world, mentee)


def _waiting(world: World, *, struggling: bool) -> None:
    """Add mentees without a mentor: just chosen, and some who wait too long."""
    for _ in range(world.scaled(1, 3)):
        individual(world, "waiting", world.ago(0, 11), status="待结对")
    if struggling:
        individual(world, "unpaired", world.ago(19, 90), status="待结对")
    if world.rng.random() < 0.8:
        organisation(world, "waiting", world.ago(1, 10), status="待结对")


def _finished(world: World) -> None:
    """Add last year's pairings: expired, and a few that were ended."""
    for _ in range(world.scaled(3, 7, least=2)):
        expired(world, individual(world, "graduated", _long_ago(world), status="期满出师"))
    for _ in range(world.scaled(2, 4, least=2)):
        mentee = organisation(world, "closed", _long_ago(world), status="已销号")
        made = expired(world, mentee)
        votes = world.rng.randint(40, 120)
        closed = min(world.as_of, made.last + timedelta(days=world.rng.randint(8, 18)))
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


def expired(world: World, mentee: Mentee) -> Pair:
    """Add a pairing whose year is over, with its mentor."""
    paired_on = workday(mentee.entry.values["chosen_on"] + timedelta(days=10))
    made = pair(
        world, _mentor_of_old(world), mentee, paired_on=paired_on, mode="一对一", status="期满"
    )
    mentee.entry.values["status_since"] = min(world.as_of, made.last + timedelta(days=3))
    return made


def _mentor_of_old(world: World) -> Entry:
    """Return one of two mentors who helped before and help nobody now."""
    if len(world.veterans) < 2:
        world.veterans.append(mentor(world))
    return world.rng.choice(world.veterans)


def ended(world: World) -> Pair:
    """Add a pairing that was ended early, known to no other sheet."""
    chosen = world.ago(120, 200)
    mentee = individual(world, "left", chosen, status="退出")
    stopped = world.ago(20, 60)
    mentee.entry.values["status_since"] = stopped
    made = pair(
        world, _mentor_of_old(world), mentee, paired_on=workday(chosen + timedelta(days=9)),
        mode="一对一", status="终止", end_reason=world.rng.choice(
            ("对象调离本乡镇", "对象外出务工", "导师工作调动", "对象辞去职务")
        ),
    )  # fmt: skip
    made.logged = False
    return made


def _from_next_door(world: World, neighbour: str) -> None:
    """Pair someone with a mentor of the neighbouring township."""
    for number in GUESTS[: 2 if world.size > 0.5 else 1]:
        mentee = _individual(world, "plain")
        mentor_id = world.code("mentor", number, neighbour)
        paired_on = _paired_on(world, mentee)
        pair(world, None, mentee, paired_on=paired_on, mode="一对一", mentor_id=mentor_id)
