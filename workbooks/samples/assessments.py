"""Quarterly assessments: help shows, unless the mentee is meant to struggle."""

from __future__ import annotations

import random
from datetime import date, timedelta

from workbooks.samples.days import add_months, workday
from workbooks.samples.world import Mentee, World

__all__ = ["SCORE_FIELDS", "assess"]

SCORE_FIELDS = (
    "conviction",
    "competence",
    "organisation",
    "conduct",
    "industry",
    "governance",
)
_COMMENTS = ("进步明显，敢担担子", "工作主动，方法还要多练", "政策熟了，群众认可", "产业账算得清楚了",
    "开会能讲到点上", "遇事不慌，注意留痕", "继续压担子", "比上季度更细致")  # fmt: skip


def assess(world: World) -> None:
    """Add the assessments of everyone who has been helped for a quarter."""
    found = []
    for mentee in world.mentees:
        logged = [made for made in mentee.pairs if made.logged]
        if logged and mentee.fate not in {"new", "waiting", "bare"}:
            first = min(made.first for made in logged)
            last = min(world.as_of, max(made.last for made in logged))
            found += _series(world, mentee, first, last)
    found.sort(key=lambda item: item[0])
    for day, mentee, scores, latest in found:
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
    """Return the next scores: what is below 4 rises each time, so nobody honest stands still."""
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
            **dict(zip(SCORE_FIELDS, scores, strict=True)),
            "satisfaction": rng.randint(1, 2) if unhappy else rng.choice((4, 4, 5, 5, 5, 3)),
            "channel": rng.choice(("纸质", "电话", "座谈")),
            "signed_on": signed if rng.random() < 0.85 else None,
            "assessor": world.people.villager() if rng.random() < 0.9 else None,
            "comment": rng.choice(_COMMENTS) if rng.random() < 0.6 else None,
        },
        locked=mentee.entry.locked,
    )
