"""Compare the values two ledgers hold on the sheets clerks fill."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from validators.cells import letters
from validators.sheets import SHEETS, SheetKind

FILLED = [model.sheet.name for model in SHEETS if model.sheet.kind is SheetKind.INPUT]


def changed_values(
    before: Path, after: Path, sheets: Sequence[str] = FILLED
) -> dict[tuple[str, str], Any]:
    """Return the cells that differ by sheet and address, with what they hold afterwards."""
    old, new = _values(before, sheets), _values(after, sheets)
    return {
        cell: new.get(cell, "") for cell in {**old, **new} if old.get(cell, "") != new.get(cell, "")
    }


def _values(path: Path, sheets: Sequence[str]) -> dict[tuple[str, str], Any]:
    book = CalamineWorkbook.from_path(path)
    return {
        (name, f"{letters(column)}{row}"): value.date() if isinstance(value, datetime) else value
        for name in sheets
        if name in book.sheet_names
        for row, line in enumerate(
            book.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=60), 1
        )
        for column, value in enumerate(line, 1)
        if value != ""
    }
