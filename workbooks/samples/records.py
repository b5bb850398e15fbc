"""Rows of duties, assessments, conversions, completions, misconduct, exchange and settings.

Scores rise and due duties are done unless the mentee is meant to struggle.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Method
from workbooks.samples.world import (
    ASPECTS,
    Entry,
    Mentee,
    Pairing,
    PlantedError,
    World,
    add_months,
    full_months,
    phrases,
    words,
    workday,
)

# --- assessments ----------------------------------------------------------------------------------


def assess(world: World) -> None:
    """Add the assessments of everyone who has been helped for a quarter."""
    assessed = []
    for mentee in world.mentees:
        logged = [pairing for pairing in mentee.pairings if pairing.logged]
        if logged and mentee.fate not in {"new", "waiting", "bare"}:
            first = min(pairing.first for pairing in logged)
            last = min(world.as_of, max(pairing.last for pairing in logged))
            assessed += _series(world, mentee, first, last)
    assessed.sort(key=lambda item: item[0])
    for day, mentee, scores, latest in assessed:
        _add(world, day, mentee, scores, latest=latest)


def _series(
    world: World, mentee: Mentee, first: date, last: date
) -> list[tuple[date, Mentee, list[int], bool]]:
    days = [workday(add_months(first, 3 * n)) for n in range(1, 6)]
    days = [day for day in days if day <= last]
    scores = mentee.baseline
    series = []
    for number, day in enumerate(days, start=1):
        final = number == len(days)
        scores = _next_scores(world.rng, mentee.fate, scores, final=final)
        if (world.as_of - day).days <= 366:
            series.append((day, mentee, scores, final))
    return series


def _next_scores(rng: random.Random, fate: str, scores: list[int], *, final: bool) -> list[int]:
    """Return the next scores; those below 4 rise each time unless the fate forbids it."""
    if fate == "no_rise":
        return list(scores)
    if fate == "score_falling" and final:
        fallen = list(scores)
        for position in rng.sample(range(6), rng.randint(2, 3)):
            fallen[position] -= 1
        return fallen
    if fate == "weak_aspect_idle":
        return [score + 1 if score < 4 else score for score in scores]
    return [_risen(rng, score) for score in scores]


def _risen(rng: random.Random, score: int) -> int:
    if score < 4:
        return score + (2 if score == 1 and rng.random() < 0.15 else 1)
    return min(5, score + (rng.random() < 0.25))


def _add(world: World, day: date, mentee: Mentee, scores: list[int], *, latest: bool) -> None:
    rng = world.rng
    unhappy = mentee.fate == "low_satisfaction" and latest
    signed = min(world.as_of, day + timedelta(days=rng.randint(0, 5)))
    world.add(
        "assessment",
        {
            "mentee_id": mentee.mentee_id,
            "assessed_on": day,
            **dict(zip(ASPECT_FIELDS, scores, strict=True)),
            "satisfaction": rng.randint(1, 2) if unhappy else rng.choice((4, 4, 5, 5, 5, 3)),
            "channel": rng.choice(("纸质", "电话", "座谈")),
            "signed_on": signed if rng.random() < 0.85 else None,
            "assessor": world.people.villager() if rng.random() < 0.9 else None,
            "comment": rng.choice(words("comments")) if rng.random() < 0.6 else None,
        },
        locked=mentee.entry.locked,
    )


# --- duties ---------------------------------------------------------------------------------------


def _items(aspect: str) -> tuple[str, ...]:
    """Return what duties on `aspect` say."""
    return tuple(phrases()["duties"][aspect].split("|"))


def assign_duties(world: World) -> dict[Entry, int]:
    """Add the duties of every logged pairing.

    Returns:
        Duties that must be done in time, with how many contacts that takes.
    """
    promised: dict[Entry, int] = {}
    for pairing in world.pairings:
        if pairing.logged and pairing.mentee.fate != "bare":
            for number in range(max(2, round(world.rng.randint(2, 6) * world.size))):
                _assign(world, pairing, number, promised)
    return promised


_WORKED_ON = 0.8
"""How often a duty that need not be done yet is worked on."""


def _assign(world: World, pairing: Pairing, number: int, promised: dict[Entry, int]) -> None:
    rng = world.rng
    weak = pairing.mentee.weak()
    aspect = weak[number] if number < len(weak) else rng.choice(ASPECTS)
    target = rng.randint(2, 6)
    starts, due = pairing.first, _due(world, pairing)
    old_enough = (world.as_of - pairing.first).days > 95
    running = pairing.last >= world.as_of
    if running and number == 0 and pairing.mentee.fate == "duty_overdue":
        due, target = world.ago(18, 40), 4
        aspect = rng.choice([a for a in ASPECTS if a not in weak])
        pairing.shunned.append((aspect, starts, world.as_of))
    elif running and number == 0 and old_enough and pairing.mentee.fate == "plain":
        due, target = starts + timedelta(days=rng.randint(70, 88)), rng.randint(1, 2)
    elif not running:
        due, target = pairing.last - timedelta(days=rng.randint(0, 30)), 1
    values: dict[str, Any] = {
        "pairing_id": pairing.pairing_id,
        "side": "导师" if rng.random() < 0.6 else "对象",
        "aspect": aspect,
        "item": rng.choice(_items(aspect)),
        "method": rng.choice([word.value for word in Method]) if rng.random() < 0.8 else None,
        "target": target,
        "starts_on": starts,
        "due_on": due,
    }
    entry = world.add("duty", values, locked=pairing.entry.locked)
    if due < world.as_of and pairing.mentee.fate == "plain":
        promised[entry] = target
        entry.locked = True
    if entry in promised or rng.random() < _WORKED_ON:
        pairing.duties.append(entry)


def _due(world: World, pairing: Pairing) -> date:
    """Return a day after the as-of date and within the period."""
    first = max(world.as_of + timedelta(days=12), add_months(pairing.first, 2))
    room = (pairing.last - first).days
    return pairing.last if room <= 0 else first + timedelta(days=world.rng.randint(0, room))


def templates(world: World) -> None:
    """Add the duty templates."""
    for aspect in ASPECTS:
        for side, item in zip(("导师", "对象"), _items(aspect), strict=False):
            world.add(
                "duty_template",
                {
                    "subject": "组织" if aspect == "组织建设" else "个人",
                    "aspect": aspect,
                    "side": side,
                    "item": item,
                    "method": "交流提高法",
                    "target": 3,
                    "months": 6,
                },
                locked=True,
            )


# --- the rarer sheets -----------------------------------------------------------------------------

SETTINGS = (
    ("导师帮带人数提醒值", "3", "人"),
    ("导师帮带人数上限", "5", "人"),
    ("导师帮带组织数上限", "2", "个"),
    ("个人最多导师数", "3", "名"),
    ("组织最多导师数", "3", "名"),
    ("薄弱方面分值", "2", "分"),
    ("擅长方面分值", "4", "分"),
    ("帮带周期", "12", "月"),
    ("每月联系次数", "1", "次"),
    ("评价间隔", "3", "月"),
    ("联系完成率下限", "80", "%"),
    ("薄弱方面未帮带天数", "60", "天"),
    ("未结对天数", "15", "天"),
    ("满意度下限", "2", "分"),
    ("老业务、老乡镇、老支书最低年限", "5", "年"),
    ("新结对宽限天数", "30", "天"),
    ("免计时段", "", ""),
    ("合格分数线", "70", "分"),
    ("优秀分数线", "90", "分"),
    ("销号验收分数线", "70", "分"),
    ("销号不满意票比例上限", "50", "%"),
)
"""Name, default and unit of the settings the samples rely on."""


def conversions(world: World) -> None:
    """Add steps between the two leaders; the latest one is the mentee's stage."""
    steps: list[tuple[date, Mentee, str, str]] = []
    able = [m for m in world.mentees if m.person and m.fate in {"plain", "graduated"}]
    able = [m for m in able if m.entry.values["category"] == "致富带头人"]
    for mentee in able[: world.scaled(6, 9, least=3)]:
        later = world.ago(10, 60)
        if world.rng.random() < 0.4:
            steps.append((world.ago(150, 300), mentee, "致富带头人", "后备干部"))
            steps.append((later, mentee, "后备干部", "村党组织带头人"))
        else:
            steps.append((later, mentee, "致富带头人", "后备干部"))
    for day, mentee, old, new in sorted(steps, key=lambda item: item[0]):
        mentee.entry.values["stage"] = new
        _conversion(world, workday(day), mentee, old, new)


def _conversion(world: World, day: date, mentee: Mentee, old: str, new: str) -> None:
    led = world.rng.randint(3, 60)
    world.add(
        "conversion",
        {
            "mentee_id": mentee.mentee_id,
            "date": day,
            "from_stage": old,
            "to_stage": new,
            "document": f"{world.unit.name[:2]}党发〔{day.year}〕{world.rng.randint(3, 80)}号",
            "people_led": led,
            "income_gain": world.rng.randint(5, 60) * 100,
        },
    )


def completions(world: World) -> None:
    """Add the assessment of each expired pairing."""
    for pairing in world.pairings:
        if pairing.entry.values["status"] != "期满":
            continue
        score = world.rng.choice((72, 76.5, 81, 85, 88, 90, 92.5, 95))
        world.add(
            "completion",
            {
                "pairing_id": pairing.pairing_id,
                "assessed_on": min(world.as_of, pairing.last + timedelta(days=5)),
                "score": score,
                "rating": "优秀" if score >= 90 else "合格",
                "assessor": f"{world.unit.name}党建办",
                "conclusion": "出师",
            },
        )


def misconduct(world: World) -> None:
    """Add a recorded fact or two about people nothing else is planned for."""
    plain = [m for m in world.mentees if m.fate == "plain"]
    for _ in range(world.rng.choice((0, 1, 1, 2))):
        world.add(
            "misconduct",
            {
                "date": workday(world.ago(15, 300)),
                "participant_id": world.rng.choice(plain).mentee_id,
                "fact": world.rng.choice(words("misconduct")),
                "confirmed_by": f"{world.unit.name}纪委",
            },
        )


def exchange(world: World) -> None:
    """Add questions with answers, and experiences."""
    rng, office = world.rng, f"{world.unit.name}党建办"
    days = sorted(world.ago(5, 300) for _ in range(rng.randint(4, 8)))
    for day in days:
        asks = rng.random() < 0.5
        title = rng.choice(words("questions") if asks else words("lessons"))
        post = world.add(
            "exchange",
            {
                "date": day,
                "kind": "问题" if asks else "经验",
                "author": office,
                "title": title,
                "content": f"{title}。结合{rng.choice(world.villages)}的情况写出来供大家讨论。",
                "origin": "本乡镇",
            },
        )
        if asks:
            post.locked = True
            world.add(
                "exchange",
                {
                    "date": min(world.as_of, day + timedelta(days=rng.randint(1, 5))),
                    "kind": "答复",
                    "author": "县委组织部",
                    "reply_to": post.values["exchange_id"],
                    "title": f"关于“{title}”的答复",
                    "content": "按参数表口径执行，特殊情况报县委组织部研究。",
                    "origin": "市级下发" if rng.random() < 0.3 else "本乡镇",
                },
            )


def settings(world: World) -> None:
    """Add 参数 with the defaults and, where the township has one, its exempt month."""
    first, last = full_months(world.as_of, 1)[0]
    for name, value, unit in SETTINGS:
        exempt = name == "免计时段" and world.exempt
        shown = f"{first.isoformat()}至{last.isoformat()}" if exempt else value
        entry = world.add("setting", {"name": name, "value": shown, "unit": unit}, locked=True)
        if exempt:  # whole months exempted by the township itself are for its superior to see
            world.cited.append(
                PlantedError(entry, "value", "exempt month", "warning", "setting.exempt.months")
            )
