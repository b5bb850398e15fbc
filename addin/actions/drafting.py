"""The draft: suggested pairings as rows of 结对建议, the clerk's entries kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime

from addin.actions.rewriting import Key, rewritten
from addin.tasks.pairing.results import SuggestedPair, Suggestions, Unmatched
from validators.columns import Fill
from validators.ledger import Ledger
from validators.rules.relations import same_unit
from validators.sheets import SuggestionRow, columns_by_field
from workbooks.updates import SheetUpdate

__all__ = ["DRAFT_KEY", "draft_update", "holds_other_units"]

DRAFT_KEY = ("mentee_id", "mentor_id")
"""What a row of 结对建议 is about."""

_KEPT = "本次未建议，保留填写的意见备查"


def draft_update(
    ledger: Ledger, plan: Suggestions, file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return 结对建议 of one workbook anew.

    Suggested pairs come first, mentees nobody can help next, and last the rows that are no longer
    suggested but hold an entry of the clerk's: those leave the sheet only through a confirmation.

    Args:
        ledger: The ledger or ledgers the plan was made for.
        plan: The suggestions.
        file: The workbook whose mentees are wanted.
        as_of: The day the data reach to.
        generated: When the plan was made.
    """
    reasons = {(one.mentee_id, one.mentor_id): one.reason for one in plan.set_aside}

    def left(key: Key) -> dict[str, object]:
        return {"reason": reasons.get(key, _KEPT)}

    rows = rewritten(ledger, SuggestionRow, file, _rows(plan, file), DRAFT_KEY, left)
    return SheetUpdate(SuggestionRow.sheet.key, rows=rows, as_of=as_of, generated=generated)


def holds_other_units(ledger: Ledger) -> bool:
    """Tell whether 结对建议 of one workbook holds a mentor of another township.

    Such a draft was made for a county or the city: one ledger alone cannot judge it.
    """
    unit = next(iter(ledger.unit_codes.values()), "")
    mentors = ledger.table(SuggestionRow).column("mentor_id")
    return not all(same_unit(mentor, unit) for mentor in mentors if mentor)


def _rows(plan: Suggestions, file: str) -> Iterator[dict[str, object]]:
    yield from (_pair_values(pair) for pair in plan.pairs if pair.file == file)
    yield from (_unmatched_values(one) for one in plan.unmatched if one.file == file)


def _pair_values(pair: SuggestedPair) -> dict[str, object]:
    scores = {field: round(100 * value, 1) for field, value in asdict(pair.scores).items()}
    return {
        "mentee_id": pair.mentee_id,
        "mentee_name": pair.mentee_name,
        "mentor_id": pair.mentor_id,
        "mentor_name": pair.mentor_name,
        "score": round(100 * pair.total, 2),
        **scores,
        "mode": pair.mode,
        "path": pair.path,
        "reason": pair.reason,
    }


def _unmatched_values(one: Unmatched) -> dict[str, object]:
    blank = dict.fromkeys(
        field
        for field, column in columns_by_field(SuggestionRow).items()
        if column.fill is Fill.COMPUTED
    )
    return {
        **blank,
        "mentee_id": one.mentee_id,
        "mentee_name": one.mentee_name,
        "reason": one.reason,
    }
