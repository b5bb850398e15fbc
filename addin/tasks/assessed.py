"""Assessments of each mentee in order: 成长评价 read once for growth, flags and summaries."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from validators.ledger import Ledger
from validators.sheets import AssessmentRow
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import GrowthTrend

__all__ = ["Assessed", "Scores", "assessments", "trend"]

Scores = tuple[int | None, ...]
"""Six scores in the order of `Aspect`, None where there is none."""


class Assessed(NamedTuple):
    """One accepted assessment; `row` is its row in the assessments' table."""

    day: date
    row: int
    assessment_id: str | None
    scores: Scores
    satisfaction: int | None


def assessments(ledger: Ledger, as_of: date) -> dict[str, tuple[Assessed, ...]]:
    """Return each mentee's accepted assessments up to `as_of` by day, then in sheet order."""
    table = ledger.table(AssessmentRow)
    names = ("mentee_id", "assessed_on", "assessment_id", "satisfaction", *ASPECT_FIELDS)
    found: dict[str, list[Assessed]] = {}
    rows = zip(table.accepted(), table.columns(*names), strict=True)
    for row, (accepted, (mentee, day, code, satisfaction, *scores)) in enumerate(rows):
        if accepted and mentee and day and day <= as_of:
            made = Assessed(day, row, code, tuple(scores), satisfaction)
            found.setdefault(mentee, []).append(made)
    return {mentee: tuple(sorted(series)) for mentee, series in found.items()}


def trend(baseline: Scores, series: tuple[Assessed, ...]) -> GrowthTrend:
    """Return 成长趋势: the latest assessment against the one before it.

    The first assessment is held against the baseline. The totals over the aspects that both rate
    are compared; 待评价 where there are none.
    """
    rated = [baseline, *(one.scores for one in series)][-2:]
    if len(rated) < 2:
        return GrowthTrend.UNKNOWN
    changes = [now - before for before, now in zip(*rated, strict=True) if before and now]
    if not changes:
        return GrowthTrend.UNKNOWN
    total = sum(changes)
    if total:
        return GrowthTrend.RISING if total > 0 else GrowthTrend.FALLING
    return GrowthTrend.STEADY
