"""Flags on assessments: scores falling or not rising, and low satisfaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from addin.domain.facts import Assessment
from addin.domain.flags.evidence import CitedRow, FlagEvidence, Mentee
from addin.domain.flags.rule import FlagViolation, flag_rule
from validators.vocabulary import Alert, Aspect

# SECTION Flags on what the mentee thinks of the mentor.


@flag_rule(
    "flag.satisfaction.low",
    name="满意度低",
    level=Alert.YELLOW,
    points=40,
    measure="请乡镇党委单独听取对象意见，与导师谈话改进；双方都有意愿的可以调整导师",
)
def low_satisfaction(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """The latest 满意度 since the present pairings began is at most the limit."""
    for code, settled in grounds.settled.items():
        began = min(made.paired_on for made in settled if made.paired_on)
        rated = [
            (one, one.satisfaction)
            for one in grounds.assessments.get(code, ())
            if one.satisfaction is not None and one.day >= began
        ]
        limit = grounds.settings_of(grounds.mentees[code].file).low_satisfaction
        for one, given in rated[-1:]:
            if given <= limit:
                number = f"（{one.assessment_id}）" if one.assessment_id else ""
                facts = f"{one.day} 评价{number}满意度 {given} 分，不高于 {limit} 分"
                yield FlagViolation(code, facts, (grounds.assessed(one),))


# SECTION Flags on the six scores: falling, or not rising.

ASPECTS = tuple(Aspect)
_SURVEY = "摸底"


class _Point(NamedTuple):
    """The six scores at a day: the survey, then the assessments."""

    day: date | None
    code: str
    scores: Sequence[int | None]
    cited: CitedRow

    def named(self) -> str:
        """Return `2026-03-28 评价（P640402104-0003）` or `2025-11-05 摸底`."""
        return f"{self.day or ''} {self.code}".strip()


@flag_rule(
    "flag.score.falling",
    name="评价得分下降",
    level=Alert.YELLOW,
    points=30,
    measure="请导师和对象一起查找退步原因，重新商定帮带重点，下次评价前至少开展两次针对性帮带",
)
def falling(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """The six scores together lower than at the assessment before, or at the survey."""
    for mentee, before, now in _falls(grounds):
        if _change(before, now) < 0:
            yield _fall(mentee, before, now)


@flag_rule(
    "flag.score.aspect",
    name="单项得分下降",
    level=Alert.BLUE,
    points=5,
    measure="请导师下次帮带时过问下降的方面",
)
def one_falling(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """An aspect lower than before, while the six together are not."""
    for mentee, before, now in _falls(grounds):
        if _change(before, now) >= 0:
            yield _fall(mentee, before, now)


@flag_rule(
    "flag.score.flat",
    name="两次评价无提升",
    level=Alert.YELLOW,
    points=25,
    measure="请导师换一种帮带方法，把未提升的方面列入职责清单；仍无起色的由乡镇研究增派或调整导师",
)
def flat(grounds: FlagEvidence) -> Iterable[FlagViolation]:
    """No aspect below `flat_below` has risen over the last two assessments.

    The start is the survey or assessment before the two, or the first of the two where there is
    none. Nothing is said where an assessment of the mentee cannot be used: it may show a rise.
    """
    for mentee in _settled(grounds):
        points = _points(grounds, mentee)[-3:]
        rated = [point for point in points if point.code != _SURVEY]
        if len(rated) < 2 or mentee.code in grounds.doubts.assessed:
            continue
        start, later = points[0], points[1:]
        enough = grounds.settings_of(mentee.file).flat_below
        low = [i for i, score in enumerate(start.scores) if score is not None and score < enough]
        if low and not any(_rose(start, point, low) for point in later):
            kept = "、".join(f"{ASPECTS[i]} {start.scores[i]} 分" for i in low)
            steps = "、".join(point.named() for point in later)
            yield FlagViolation(
                mentee.code,
                f"从 {start.named()} 到 {steps}，低于 {enough} 分的方面都没有提升（{kept}）",
                tuple(point.cited for point in points),
            )


def _settled(grounds: FlagEvidence) -> Iterator[Mentee]:
    """Yield the mentees with a running pairing whose grace is over."""
    return (grounds.mentees[code] for code in grounds.settled)


def _points(grounds: FlagEvidence, mentee: Mentee) -> list[_Point]:
    """Return the survey, where its scores are known, and the assessments, in order."""
    points = []
    if any(mentee.scores):
        points.append(_Point(mentee.surveyed_on, _SURVEY, mentee.scores, mentee.cited))
    for one in grounds.assessments.get(mentee.code, ()):
        points.append(_Point(one.day, _named(one), one.scores, grounds.assessed(one)))
    return points


def _named(one: Assessment) -> str:
    return f"评价（{one.assessment_id}）" if one.assessment_id else "评价"


def _falls(grounds: FlagEvidence) -> Iterator[tuple[Mentee, _Point, _Point]]:
    """Yield the mentees with an aspect lower than before, with the last two points."""
    for mentee in _settled(grounds):
        for before, now in list(pairwise(_points(grounds, mentee)))[-1:]:
            if any(new < old for _, old, new in _changes(before, now)):
                yield mentee, before, now


def _changes(before: _Point, now: _Point) -> list[tuple[int, int, int]]:
    """Return (aspect, old, new) of the aspects both rate."""
    pairs = enumerate(zip(before.scores, now.scores, strict=True))
    return [(i, old, new) for i, (old, new) in pairs if old and new]


def _change(before: _Point, now: _Point) -> int:
    return sum(new - old for _, old, new in _changes(before, now))


def _rose(before: _Point, now: _Point, among: Collection[int]) -> bool:
    return any(new > old for i, old, new in _changes(before, now) if i in among)


def _fall(mentee: Mentee, before: _Point, now: _Point) -> FlagViolation:
    changes = _changes(before, now)
    lower = "、".join(f"{ASPECTS[i]} {old}→{new}" for i, old, new in changes if new < old)
    totals = f"{sum(old for _, old, _ in changes)}→{sum(new for _, _, new in changes)}"
    facts = f"从 {before.named()} 到 {now.named()}，{lower}，合计 {totals} 分"
    return FlagViolation(mentee.code, facts, (before.cited, now.cited))
