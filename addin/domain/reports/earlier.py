"""A ledger as it stood on an earlier day, told by the dates of its rows.

Rows that came later are left out, and so is what came later of a row: a status that changed since
is what it was (在库; 帮带中 with a pairing that ran, else 待结对), a closing approved since is none.
Of a status before the last change nothing is known; whoever changed twice since the day counts as
active. A pairing ran on the day if it had begun and its last day lies after; see
`addin.domain.contacts.last_day_of`. On the day of the ledger itself nothing is changed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Any

from addin.domain.contacts import Contacts, last_day_of
from validators.cells import BLANK, CellColumn
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    ExchangeRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.vocabulary import MenteeStatus, MentorStatus, OrganisationStatus, PairingStatus

_CAME_ON: dict[type[Row], str] = {
    MentorRow: "joined_on",
    IndividualRow: "chosen_on",
    OrganisationRow: "chosen_on",
    PairingRow: "paired_on",
    LogEntryRow: "date",
    AssessmentRow: "assessed_on",
    ConversionRow: "date",
    CompletionRow: "assessed_on",
    MisconductRow: "date",
    ExchangeRow: "date",
}
"""The column that says when a row came about."""

_MENTEE_STATES: tuple[tuple[type[Row], type[StrEnum]], ...] = (
    (IndividualRow, MenteeStatus),
    (OrganisationRow, OrganisationStatus),
)


def ledger_on(ledger: Ledger, day: date, settings: Settings, as_of: date) -> Ledger:
    """Return the ledger of one workbook as it stood on `day`.

    Args:
        ledger: After validation; it is not changed.
        day: Not after `as_of`.
        settings: Of the workbook.
        as_of: The day the ledger speaks of.
    """
    if day >= as_of:
        return ledger
    tables = dict(ledger.tables)
    for model, field in _CAME_ON.items():
        table = ledger.table(model)
        tables[table.key] = _rows_where(
            table, [not (on and on > day) for on in table.column(field)]
        )
    _rewind_pairings(tables, Contacts(ledger, settings, as_of, {}), day)
    pairings = tables[PairingRow.sheet.key]
    known = {code for code in pairings.column("pairing_id") if code}
    duties = tables[DutyRow.sheet.key]
    kept = [not code or code in known for code in duties.column("pairing_id")]
    tables[duties.key] = _rows_where(duties, kept)
    running = {
        mentee
        for mentee, status in pairings.columns("mentee_id", "status")
        if status is PairingStatus.RUNNING
    }
    _rewind(tables, MentorRow, day, lambda _: MentorStatus.ACTIVE)
    for model, states in _MENTEE_STATES:
        paired, unpaired = states["PAIRED"], states["UNPAIRED"]
        _rewind(tables, model, day, lambda code, p=paired, u=unpaired: p if code in running else u)
    return Ledger(tables, ledger.unit_codes)


def ran_until(contacts: Contacts) -> list[date | None]:
    """Return the last day of every pairing that is over, None of one that runs, in sheet order."""
    names = ("pairing_id", "paired_on", "until", "status", "ended_on")
    return [
        None
        if status in {None, PairingStatus.RUNNING} or not (until or ended_on)
        else last_day_of(
            status,
            (start or until or ended_on, until or ended_on),
            ended_on,
            contacts.last_day(code or ""),
        )
        for code, start, until, status, ended_on in contacts.ledger.table(PairingRow).columns(
            *names
        )
    ]


def _rewind_pairings(tables: dict[str, Table[Any]], contacts: Contacts, day: date) -> None:
    started = [
        not (on and on > day) for on in contacts.ledger.table(PairingRow).column("paired_on")
    ]
    ends = [end for end, kept in zip(ran_until(contacts), started, strict=True) if kept]
    table = tables[PairingRow.sheet.key]
    still = {row: PairingStatus.RUNNING for row, end in enumerate(ends) if end and end > day}
    later = {row: None for row, on in enumerate(table.column("ended_on")) if on and on > day}
    table = _with_values(table, "status", still)
    tables[table.key] = _with_values(table, "ended_on", later)


def _rewind(tables: dict[str, Table[Any]], model: type[Row], day: date, state_of: Any) -> None:
    """Put back the states of people that changed after `day`."""
    table = tables[model.sheet.key]
    names = [table.model.sheet.id_field, "status_since"]
    closed = ["closed_on"] if model is OrganisationRow else []
    since = list(table.columns(*names, *closed))
    changed = {
        row: state_of(code)
        for row, (code, *days) in enumerate(since)
        if any(on and on > day for on in days)
    }
    table = _with_values(table, "status", changed)
    for at, name in enumerate([*names[1:], *closed], 1):
        later = {row: None for row, told in enumerate(since) if told[at] and told[at] > day}
        table = _with_values(table, name, later)
    tables[table.key] = table


# --- parts with other rows or values --------------------------------------------------------------


def _rows_where(table: Table[Any], kept: list[bool]) -> Table[Any]:
    if all(kept):
        return table
    parts = []
    for start, part in table.starts():
        rows = [row for row in range(len(part)) if kept[start + row]]
        parts.append(_picked(part, rows) if len(rows) < len(part) else part)
    return Table(table.model, parts)


def _picked(part: SheetPart, rows: list[int]) -> SheetPart:
    def codes(cells: CellColumn) -> CellColumn:
        return CellColumn(cells.values, array("i", (cells.codes[row] for row in rows)))

    columns = {
        name: replace(column, cells=codes(column.cells)) for name, column in part.columns.items()
    }
    at = {row: number for number, row in enumerate(rows)}
    return replace(
        part,
        rows=array("i", (part.rows[row] for row in rows)),
        columns=columns,
        rejected={at[row] for row in part.rejected if row in at},
        origins=part.origins and codes(part.origins),
    )


def _with_values(table: Table[Any], field: str, values: Mapping[int, Any]) -> Table[Any]:
    """Return a table with other values of a field in some rows; None for a blank cell."""
    if not values:
        return table
    parts = []
    for start, part in table.starts():
        own = {row - start: v for row, v in values.items() if 0 <= row - start < len(part)}
        column = part.columns.get(field)
        parts.append(
            replace(part, columns={**part.columns, field: _changed(column, own)})
            if own and column
            else part
        )
    return Table(table.model, parts)


def _changed(column: TypedColumn, values: Mapping[int, Any]) -> TypedColumn:
    distinct: Iterable[Any] = dict.fromkeys(v for v in values.values() if v is not None)
    at = {value: len(column.values) + number for number, value in enumerate(distinct)}
    codes = array("i", column.cells.codes)
    for row, value in values.items():
        codes[row] = BLANK if value is None else at[value]
    cells = CellColumn([*column.cells.values, *map(str, at)], codes)
    return replace(column, cells=cells, values=[*column.values, *at])
