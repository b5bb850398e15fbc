"""Makes the people of a ledger: mentors, mentees and the pairings between them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from validators.divisions import full_name
from validators.vocabulary import (
    MenteeCategory,
    MentorCategory,
    OrganisationCategory,
    Path,
    Politics,
    PostTrait,
    Specialty,
)
from workbooks.samples.days import add_months, workday
from workbooks.samples.people import Person
from workbooks.samples.rows import Entry
from workbooks.samples.world import Mentee, Pair, World


__all__ = ["individual", "mentor", "organisation", "pair", "unit_row"]

_FIELDS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
_TOWN_POSTS = ("副镇长", "党委委员", "党建办主任", "经济发展办主任", "民生服务中心主任",
    "综治中心主任", "四级主任科员", "一级科员", "乡村振兴办干部", "农业服务中心干部")  # fmt: skip
_VILLAGE_POSTS = ("党支部书记", "村委会副主任", "支部副书记", "村文书", "监委会主任",
    "妇联主席", "支部委员", "村民小组长")  # fmt: skip
_LEADER_POSTS = ("合作社理事长", "家庭农场主", "养殖大户", "种植大户", "劳务经纪人")
_WEAKNESSES = ("群众工作方法不多，说不到点子上", "产业账算不清，带富办法少", "三会一课记录不规范",
    "材料写作慢，开头绕", "遇到矛盾怕得罪人", "项目申报流程不熟", "政策记得不牢，答复没底气",
    "抓党员教育办法老套", "电脑操作不熟练", "统筹协调弱，忙乱无序", "财务报账制度不熟悉")  # fmt: skip
_REMARKS = ("=同意推荐", "-", "@王主任已知", "+1 次续聘", "😀积极性高", "常住县城，周末在村",
    "兼任网格员", "2025年度优秀", "与𠮷祥合作社有往来", "=SUM(A1:A9)")  # fmt: skip


def _is_street(world: World) -> bool:
    return world.unit.name.endswith("街道")


def _town(world: World) -> str:
    return f"{world.unit.name}{'办事处' if _is_street(world) else '人民政府'}"


def _post(world: World, post: str) -> str:
    return post.replace("副镇长", "副主任" if _is_street(world) else f"副{world.unit.name[-1]}长")


def _scores(values: list[int]) -> dict[str, int]:
    return dict(zip(_FIELDS, values, strict=True))


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


def mentor(
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
        "post": rng.choice(_VILLAGE_POSTS) if village else _post(world, rng.choice(_TOWN_POSTS)),
        "village": village,
        "category": category,
        "grassroots_since": began if rng.random() < 0.9 or veteran else None,
        "specialties": _specialties(world),
        **_scores([rng.randint(3, 5) for _ in _FIELDS]),
        "capacity": rng.choice((None, None, 3, 4, 5)),
        "certificate": f"固导聘字〔{appointed.year}〕{world.unit.code[4:]}{number:03d}号",
        "appointed_on": appointed,
        "appointed_until": add_months(appointed, 36) - timedelta(days=1),
        "joined_on": workday(appointed - timedelta(days=rng.randint(0, 40))),
        "status": "在库",
        "phone": person.phone,
        "remark": rng.choice(_REMARKS) if rng.random() < 0.06 else None,
    }
    return world.add("mentor", values | changes)


def individual(
    world: World, fate: str, chosen_on: date, *, person: Person | None = None, **changes: Any
) -> Mentee:
    """Add an individual mentee."""
    rng = world.rng
    person = person or world.people.person(world.as_of, 24, 50)
    category = rng.choice([word.value for word in MenteeCategory])
    village = rng.choice(world.villages) if category != "新任职领导班子成员" else None
    posts = _LEADER_POSTS if category == "致富带头人" else _VILLAGE_POSTS if village else _TOWN_POSTS
    secretary = category == "软弱涣散村党组织书记"
    baseline = _baseline(world, fate)
    since = _month_before(chosen_on, rng.randint(2, 40))
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
        "weakness": rng.choice(_WEAKNESSES) if rng.random() < 0.8 else None,
        **_scores(baseline),
        "surveyed_on": workday(chosen_on),
        "chosen_on": chosen_on,
        "stage": stage,
        "status": "帮带中",
        "phone": person.phone,
        "remark": rng.choice(_REMARKS) if rng.random() < 0.04 else None,
    }
    entry = world.add("individual", values | changes)
    mentee = Mentee(entry, person.name, fate, baseline, person)
    world.mentees.append(mentee)
    return mentee


def organisation(world: World, fate: str, chosen_on: date, **changes: Any) -> Mentee:
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


def pair(  # noqa: PLR0913  # the facts of a pairing, all keyword-only
    world: World,
    helper: Entry | None,
    mentee: Mentee,
    *,
    paired_on: date,
    mode: str,
    mentor_id: str = "",
    **changes: Any,
) -> Pair:
    """Add a pairing; `helper` is None where the mentor belongs to another township."""
    rng = world.rng
    until = add_months(paired_on, 12) - timedelta(days=1)
    values = {
        "mentor_id": helper.values["mentor_id"] if helper else mentor_id,
        "mentee_id": mentee.mentee_id,
        "mode": mode,
        "path": rng.choice([word.value for word in Path]),
        "paired_on": paired_on,
        "ceremony_on": paired_on if rng.random() < 0.6 and paired_on <= world.as_of else None,
        "until": until,
        "score": round(rng.uniform(58, 97), 1) if rng.random() < 0.7 else None,
        "status": "帮带中",
    }
    entry = world.add("pairing", values | changes)
    name = str(helper.values["name"]) if helper else "外乡镇导师"
    made = Pair(entry, helper, name, mentee, paired_on, entry.values["until"])
    mentee.pairs.append(made)
    world.pairs.append(made)
    if helper in world.spares:
        world.spares.remove(helper)
    return made


def unit_row(world: World) -> None:
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
            "template_version": "2026.1",
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


def _month_before(day: date, months: int) -> date:
    return add_months(day.replace(day=1), -months)
