"""The draft: suggested pairings as rows of 结对建议, the clerk's entries kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from workbooks.updates import SheetUpdate, UpdateRow

from addin.tasks.pairing.results import SuggestedPair, Suggestions, Unmatched
from validators.columns import Fill
from validators.ledger import Ledger
from validators.sheets import SuggestionRow, columns_by_field

__all__ = ["DraftRow", "clerk_fields", "draft_rows", "draft_update"]

_KEPT = "本次未建议，保留填写的意见备查"


def clerk_fields() -> tuple[str, ...]:
    """Return the fields of 结对建议 a clerk fills."""
    return tuple(
        field
        for field, column in columns_by_field(SuggestionRow).items()
        if column.fill is Fill.CLERK
    )


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row of 结对建议 as it stands.

    Attributes:
        index: Row of the ledger's table.
        row: Worksheet row.
        mentee_id: The mentee; None where unreadable.
        mentor_id: The suggested mentor; None where there is none.
        annotated: Whether the clerk entered anything, readable or not.
    """

    index: int
    row: int
    mentee_id: str | None
    mentor_id: str | None
    annotated: bool


def draft_rows(ledger: Ledger, file: str) -> Iterator[DraftRow]:
    """Yield the rows of 结对建议 in `file`, rejected ones too."""
    table = ledger.table(SuggestionRow)
    mentees, mentors = table.column("mentee_id"), table.column("mentor_id")
    for start, part in table.starts():
        if part.file == file:
            for local, row in enumerate(part.rows):
                index = start + local
                entered = any(table.raw(index, field) is not None for field in clerk_fields())
                yield DraftRow(index, row, mentees[index], mentors[index], entered)


def draft_update(
    ledger: Ledger, plan: Suggestions, file: str, as_of: date, generated: datetime
) -> SheetUpdate:
    """Return 结对建议 of one workbook anew.

    Suggested pairs come first, mentees nobody can help next, and last the rows that are no longer
    suggested but hold an entry of the clerk's: those leave the sheet only through a confirmation.
    What the clerk entered moves along with its pair, cell by cell.

    Args:
        ledger: The ledger or ledgers the plan was made for.
        plan: The suggestions.
        file: The workbook whose mentees are wanted.
        as_of: The day the data reach to.
        generated: When the plan was made.
    """
    old: dict[tuple[str | None, str | None], list[DraftRow]] = {}
    for row in draft_rows(ledger, file):
        old.setdefault((row.mentee_id, row.mentor_id), []).append(row)
    rows = [*_suggested(plan, file, old), *_unmatched(plan, file, old), *_remembered(plan, old)]
    numbered = tuple(
        UpdateRow({"number": number, **row.values}, row.continues)
        for number, row in enumerate(rows, 1)
    )
    return SheetUpdate("suggestion", rows=numbered, as_of=as_of, generated=generated)


_Old = Mapping[tuple[str | None, str | None], list[DraftRow]]


def _suggested(plan: Suggestions, file: str, old: _Old) -> Iterator[UpdateRow]:
    for pair in plan.pairs:
        if pair.file == file:
            yield UpdateRow(_pair_values(pair), _taken(old, pair.mentee_id, pair.mentor_id))


def _unmatched(plan: Suggestions, file: str, old: _Old) -> Iterator[UpdateRow]:
    for one in plan.unmatched:
        if one.file == file:
            yield UpdateRow(_unmatched_values(one), _taken(old, one.mentee_id, None))


def _remembered(plan: Suggestions, old: _Old) -> Iterator[UpdateRow]:
    reasons = {(one.mentee_id, one.mentor_id): one.reason for one in plan.set_aside}
    left = (row for rows in old.values() for row in rows if row.annotated)
    for row in sorted(left, key=lambda one: one.row):
        reason = reasons.get((row.mentee_id or "", row.mentor_id or ""), _KEPT)
        yield UpdateRow({"reason": reason}, row.row)


def _taken(old: _Old, mentee_id: str, mentor_id: str | None) -> int | None:
    """Take the old row of a pair and return its worksheet row."""
    rows = old.get((mentee_id, mentor_id))
    return rows.pop(0).row if rows else None


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
        if column.fill is Fill.COMPUTED and field != "number"
    )
    return {
        **blank,
        "mentee_id": one.mentee_id,
        "mentee_name": one.mentee_name,
        "reason": one.reason,
    }
