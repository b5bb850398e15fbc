"""Last year's ledger carried over (结转): the rows and settings the new one starts with."""

from __future__ import annotations

from datetime import date
from typing import Any

from addin.actions.ledger_set import fill_ids
from addin.actions.new.kept_rows import kept_rows
from addin.domain.facts import LedgerFacts
from addin.domain.numbering import last_numbers
from validators import sheets
from validators.cells import FormulaError, Uncalculated
from validators.columns import Column
from validators.ledger import Ledger, Table
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import settings_of, validate
from workbooks.template.layout import as_it_was

Rows = list[dict[str, object]]

CARRIED = "上年结转"
"""What 结转 says of a row of last year."""

_UNKNOWN = FormulaError("#N/A")
"""Stands where a formula was never calculated."""

_NOT_CARRIED = {"year", "reported_on", "template_version"}


def carry_over(ledger: Ledger, year: int, as_of: date) -> tuple[dict[str, Rows], dict[str, str]]:
    """Return what a year's ledger starts with: rows by sheet key, and settings by name.

    Which rows these are, `kept_rows` says. Blank IDs are filled first, so that every row can be
    named. Cells are written as they are read, those that cannot be read as they were typed; rows of
    last year say so in 结转, and the log's go to 上年日志. The last number of every kind of ID goes
    into the setting 已用编号, so that IDs go on where they stopped.

    Args:
        ledger: Last year's, that of one workbook; its rejected rows are noted.
        year: The year it is carried over into.
        as_of: The day last year's ledger is judged by.
    """
    own, _ = settings_of(ledger, None)
    validate(ledger, RuleContext(as_of, own))
    ledger, _ = fill_ids(ledger)
    unit, templates = ledger.table(sheets.UnitRow), ledger.table(sheets.DutyTemplateRow)
    form = [{f: v for f, v in _row(unit, 0).items() if f not in _NOT_CARRIED}] if len(unit) else []
    rows = {unit.key: form, templates.key: [_row(templates, row) for row in range(len(templates))]}
    for model, kept in kept_rows(LedgerFacts.of(ledger, own, as_of), year).items():
        rows[_written_to(model).sheet.key] = _carried_rows(ledger.table(model), kept)
    names = ledger.table(sheets.SettingRow).columns("name", "value")
    settings = {name: value for name, value in names if name and value is not None}
    title = Settings.model_fields["used_ids"].title or ""
    settings[title] = "、".join(
        f"{prefix}={number}" for prefix, number in sorted(last_numbers(ledger).items())
    )
    return {key: kept for key, kept in rows.items() if kept}, settings


def _written_to(model: type[sheets.Row]) -> type[sheets.Row]:
    """Return the sheet for last year's rows of a table, its own where there is none."""
    for other in sheets.SHEETS:
        if other.sheet.carried and other.sheet.joins == model.sheet.key:
            return other
    return model


def _carried_rows(table: Table[Any], kept: list[int]) -> Rows:
    """Return the cells of the rows kept, those carried over before first, marked where possible."""
    before = table.carried()
    ordered = sorted(kept, key=lambda row: (not before[row], row))
    model: type[sheets.Row] = table.model
    mark = {"carried": CARRIED} if "carried" in sheets.columns_by_field(model) else {}
    return [_row(table, row) | mark for row in ordered]


def _row(table: Table[Any], row: int) -> dict[str, object]:
    model: type[sheets.Row] = table.model
    columns = sheets.columns_by_field(model)
    return {name: _cell(table, row, column) for name, column in columns.items()}


def _cell(table: Table[Any], row: int, column: Column) -> object:
    """Return what a cell means, or the cell as it was typed where that cannot be said."""
    name = column.field
    value = table.column(name)[row]
    if value is not None and not table.has_error(row, name):
        return value
    raw = table.raw(row, name)
    # its value is unknown: an error stays to be corrected, a blank would look as if nothing was there
    return as_it_was(_UNKNOWN if isinstance(raw, Uncalculated) else raw, column)
