"""Flags on assessments: scores falling or not rising, and low satisfaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from addin.domain.facts import Assessment, LedgerFacts, Mentee, Scores, has_fallen, score_changes
from addin.domain.flags import flag_rule, flagged
from validators.rulebook import CitedRow, Violation
from validators.sheets import AssessmentRow
from validators.vocabulary import Alert, Aspect

ASPECTS = tuple(Aspect)
_SURVEY = "摸底"


@flag_rule(
    "flag.satisfaction.low",
    "满意度低",
    Alert.YELLOW,
    points=40,
    measure="请乡镇党委单独听取对象意见，与导师谈话改进；双方都有意愿的可以调整导师",
)
def low_satisfaction(facts: LedgerFacts) -> Iterable[Violation]:
    """The latest 满意度 since the present pairings began is at most the limit."""
    for code, pairings in facts.settled.items():
        mentee, began = facts.seeking[code], min(pairing.paired_on for pairing in pairings)
        limit = facts.settings_of(mentee.file).low_satisfaction
        rated = [
            (assessment, assessment.satisfaction)
            for assessment in facts.daily_assessments.get(code, ())
            if assessment.satisfaction is not None and assessment.day >= began
        ]
        for assessment, satisfaction in rated[-1:]:
            if satisfaction <= limit:
                sentence = (
                    f"{assessment.day} {_named(assessment)}"
                    f"满意度 {satisfaction} 分，不高于 {limit} 分"
                )
                yield flagged(mentee, sentence, facts.cited(AssessmentRow, assessment.row))


class _Point(NamedTuple):
    """The six scores at a day: the survey, then the assessments."""

    day: date | None
    source: str
    scores: Scores
    cited: CitedRow

    def __str__(self) -> str:
        """Return `2026-03-28 评价（P640402104-0003）` or `2025-11-05 摸底`."""
        return f"{self.day or ''} {self.source}".strip()


@flag_rule(
    "flag.score.falling",
    "评价得分下降",
    Alert.YELLOW,
    points=30,
    measure="请导师和对象一起查找退步原因，重新商定帮带重点，下次评价前至少开展两次针对性帮带",
)
def falling(facts: LedgerFacts) -> Iterable[Violation]:
    """The scores lower than at the assessment before, or at the survey.

    The six together are, or one of them is by `steep_fall` whatever the others did.
    """
    for mentee, before, now, grave in facts.once(_falls):
        if grave:
            yield _fall(mentee, before, now)


@flag_rule(
    "flag.score.aspect",
    "单项得分下降",
    Alert.BLUE,
    points=5,
    measure="请导师下次帮带时了解得分下降的原因",
)
def one_falling(facts: LedgerFacts) -> Iterable[Violation]:
    """An aspect a little lower than before, while the six together are not."""
    for mentee, before, now, grave in facts.once(_falls):
        if not grave:
            yield _fall(mentee, before, now)


@flag_rule(
    "flag.score.flat",
    "两次评价无提升",
    Alert.YELLOW,
    points=25,
    measure="请导师换一种帮带方法，将未提升的方面列入职责清单；仍未提升的由乡镇党委研究增派或调整导师",
)
def flat(facts: LedgerFacts) -> Iterable[Violation]:
    """Aspects below `flat_below` that have not risen over the last two assessments, each by itself.

    The start is the survey or assessment before the two, or the first of the two where there is
    none. Nothing is said of an aspect that a later assessment not used may show higher.
    """
    for code in facts.settled:
        mentee = facts.seeking[code]
        points = _points(facts, mentee)[-3:]
        if sum(point.source != _SURVEY for point in points) < 2:
            continue
        enough = facts.settings_of(mentee.file).flat_below
        doubtful = facts.doubtful_scores(code)
        low = {
            i: score
            for i, score in enumerate(points[0].scores)
            if score is not None
            and score < enough
            and not any((point.scores[i] or 0) > score for point in points[1:])
            and not any((scores[i] or score + 1) > score for scores in doubtful)
        }
        if low:
            kept = "、".join(f"{ASPECTS[i]} {score} 分" for i, score in low.items())
            steps = "、".join(map(str, points[1:]))
            sentence = f"从 {points[0]}到 {steps}，低于 {enough} 分的方面未提升：{kept}"
            yield flagged(mentee, sentence, *(point.cited for point in points))


def _points(facts: LedgerFacts, mentee: Mentee) -> list[_Point]:
    """Return the survey, where its scores are known, and the assessments, in order."""
    points = [
        _Point(one.day, _named(one), one.scores, facts.cited(AssessmentRow, one.row))
        for one in facts.daily_assessments.get(mentee.mentee_id, ())
    ]
    if any(mentee.scores):
        points.insert(0, _Point(mentee.surveyed_on, _SURVEY, mentee.scores, mentee.cited))
    return points


def _named(assessment: Assessment) -> str:
    return f"评价（{assessment.assessment_id}）" if assessment.assessment_id else "评价"


def _falls(facts: LedgerFacts) -> Iterator[tuple[Mentee, _Point, _Point, bool]]:
    """Yield the mentees with an aspect lower than before: the last two points, whether it is grave."""
    for code in facts.settled:
        mentee = facts.seeking[code]
        for before, now in list(pairwise(_points(facts, mentee)))[-1:]:
            changes = score_changes(before.scores, now.scores)
            if min(changes, default=0) < 0:
                grave = has_fallen(changes, facts.settings_of(mentee.file))
                yield mentee, before, now, grave


def _changes(before: _Point, now: _Point) -> list[tuple[int, int, int]]:
    """Return (aspect, old, new) of the aspects both rate."""
    pairs = enumerate(zip(before.scores, now.scores, strict=True))
    return [(i, old, new) for i, (old, new) in pairs if old and new]


def _fall(mentee: Mentee, before: _Point, now: _Point) -> Violation:
    changes = _changes(before, now)
    lower = "、".join(f"{ASPECTS[i]} {old}→{new}" for i, old, new in changes if new < old)
    totals = f"{sum(old for _, old, _ in changes)}→{sum(new for _, _, new in changes)}"
    sentence = f"从 {before}到 {now}，{lower}，合计 {totals} 分"
    return flagged(mentee, sentence, before.cited, now.cited)
