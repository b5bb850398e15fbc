"""What a saved workbook holds, cell by cell, as openpyxl reads it."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import openpyxl
import xlwings as xw


def saved(book: xw.Book, path: Path) -> dict[str, Any]:
    """Save a copy of an open workbook and return everything in it; its name stays."""
    before = book.fullname
    book.save(path)
    book.impl._path = Path(before)
    return everything(path)


def everything(path: Path) -> dict[str, Any]:
    """Return contents, looks and notes of every cell that has any, tables, and states of sheets."""
    book = _opened(path)
    return {sheet.title: _sheet(sheet) for sheet in book.worksheets}


def values(path: Path) -> dict[str, dict[str, Any]]:
    """Return what the cells of every sheet show."""
    book = _opened(path, data_only=True)
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in book.worksheets
    }


def _opened(path: Path, **options: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path, **options)


def _sheet(sheet: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "tables": dict(sheet.tables.items()),
        "protected": sheet.protection.sheet,
        "state": sheet.sheet_state,
        "merges": sorted(map(str, sheet.merged_cells.ranges)),
        "marks": sorted(str(one.sqref) for one in sheet.conditional_formatting),
        "rules": sorted(str(one.sqref) for one in sheet.data_validations.dataValidation),
    }
    formats: dict[tuple[int, ...], tuple[Any, ...]] = {}
    cells = {cell.coordinate: _cell(cell, formats) for row in sheet.iter_rows() for cell in row}
    untouched = _cell(sheet.cell(sheet.max_row + 9, sheet.max_column + 9), formats)
    return found | {place: cell for place, cell in cells.items() if cell != untouched}


def _cell(cell: Any, formats: dict[tuple[int, ...], tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return all there is to a cell; `formats` remembers those met, for they are slow to ask for."""
    style = tuple(cell._style or ())  # a merged cell has none
    if style not in formats:
        formats[style] = (
            cell.number_format,
            cell.fill.fgColor.rgb if cell.fill.fill_type else None,
            repr(cell.font),
            repr(cell.border),
            cell.alignment.horizontal or "general",
            cell.alignment.vertical or "bottom",
            bool(cell.alignment.wrap_text),
            cell.protection.locked,
        )
    note = cell.comment.text if cell.comment else None
    return (cell.value, cell.data_type, *formats[style], note)


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, Any, Any]]:
    """Return (sheet, place, before, after) of the first things that differ."""
    found = []
    if [*before] != [*after]:
        found.append(("", "", [*before], [*after]))
    for name in before.keys() & after.keys():
        one, other = before[name], after[name]
        for place in sorted(one.keys() | other.keys()):
            if one.get(place) != other.get(place):
                found.append((name, place, one.get(place), other.get(place)))
    return found[:10]
