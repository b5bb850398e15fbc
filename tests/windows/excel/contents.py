"""Everything of an openpyxl workbook a button may change, as plain data, on Windows and on Linux."""

from __future__ import annotations

import datetime as dt
from typing import Any

from openpyxl.utils.datetime import to_excel

CALCULATED = {"首页", "本周待办", "设置", "_待办", "_查询"}
"""Their formulas speak of today; no button writes there."""

Look = list[Any]
"""Content, number format, fill, note; a day is its serial number, a formula its text."""


def contents_of(book: Any) -> dict[str, dict[str, Any]]:
    """Return by tab and address what every cell holds, blank ones left out."""
    return {
        sheet.title: {
            cell.coordinate: value
            for cell in sheet._cells.values()
            if (value := content(cell.value)) not in (None, "")
        }
        for sheet in book.worksheets
        if sheet.title not in CALCULATED
    }


def looks_of(book: Any) -> dict[str, Any]:
    """Return by tab and address what can be seen, and the sheets' tables, merges and states."""
    found: dict[str, Any] = {"sheets": [sheet.title for sheet in book.worksheets]}
    for sheet in book.worksheets:
        columns = {
            at: dimension._style
            for dimension in sheet.column_dimensions.values()
            for at in range(dimension.min or 0, (dimension.max or -1) + 1)
        }
        for cell in sheet._cells.values():
            note = cell.comment.text if cell.comment else None
            touched = cell.has_style and cell._style != columns.get(cell.column)
            if touched or cell.value not in (None, "") or note:
                fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
                look = [content(cell.value), cell.number_format, str(fill), note]
                if look != [None, "General", "None", None]:
                    found[f"{sheet.title}!{cell.coordinate}"] = look
        found[f"{sheet.title} tables"] = {one.name: one.ref for one in sheet.tables.values()}
        found[f"{sheet.title} merged"] = sorted(map(str, sheet.merged_cells.ranges))
        found[f"{sheet.title} state"] = [sheet.sheet_state, bool(sheet.protection.sheet)]
        found[f"{sheet.title} hidden"] = sorted(
            row for row, one in sheet.row_dimensions.items() if one.hidden
        )
    return found


def content(value: Any) -> Any:
    """Return a cell's value as plain data."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dt.date | dt.time):  # a datetime is a date
        return round(float(to_excel(value)), 9)
    if isinstance(value, int | float):
        return round(float(value), 9)
    if hasattr(value, "text"):  # an array formula
        return f"{{{value.text}}} {value.ref}"
    return str(value).replace("\r\n", "\n")
