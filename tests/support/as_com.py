"""Ledger tables as Excel hands them to a formula over COM."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from validators.sheets import SHEETS
from workbooks.headings import map_headings
from workbooks.raw.book import RawSheet, read_book
from workbooks.table_rows import fill_merged

Tables = dict[str, list[list[Any]]]
"""Rows by the sheet's key, the heading row first."""


def tables_of(path: Path) -> tuple[Tables, dict[str, int]]:
    """Return every sheet's table, and the worksheet row of its headings.

    Merged cells are filled: Excel's tables have none.
    """
    tables: Tables = {}
    headings: dict[str, int] = {}
    sheets = {sheet.name: sheet for sheet in read_book(path).sheets}
    for model in SHEETS:
        sheet = sheets.get(model.sheet.name)
        if sheet and not model.sheet.form and (found := map_headings(sheet, model)).row:
            fill_merged(sheet, found.first_row)
            key = model.sheet.key
            headings[key] = found.row
            tables[key] = [_row(sheet, row) for row in range(found.row - 1, sheet.n_rows)]
            blank = [None] * len(sheet.columns)
            tables[key] += [blank] if len(tables[key]) == 1 else []  # no table is without a row
    return tables, headings


def _row(sheet: RawSheet, row: int) -> list[Any]:
    return [as_com(column.cell(row)) for column in sheet.columns]


def as_com(cell: Any) -> Any:
    """Return a cell as COM hands it over: numbers as floats, days as datetimes."""
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return datetime.combine(cell, time())
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return cell if cell is None or isinstance(cell, str | float | bool | datetime) else str(cell)
