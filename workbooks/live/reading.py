"""Stand-in until the reader of open workbooks is merged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import xlwings as xw

from validators.cells import CellColumn, FormulaError, encode
from workbooks.raw.book import RawBook, RawSheet

__all__ = ["raw_sheets"]


def raw_sheets(book: xw.Book, wanted: Callable[[str], bool]) -> RawBook:
    """Return the worksheets of an open workbook; of those not wanted only the names."""
    return RawBook([_sheet(one) if wanted(one.name) else RawSheet(one.name) for one in book.sheets])


def _sheet(sheet: xw.Sheet) -> RawSheet:
    used = sheet.used_range
    last = (used.row + used.shape[0] - 1, used.column + used.shape[1] - 1)
    rows = sheet.range((1, 1), last).options(ndim=2).raw_value
    columns: list[CellColumn] = [encode(map(_cell, column)) for column in zip(*rows, strict=True)]
    return RawSheet(sheet.name, False, columns, len(rows))


def _cell(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime) and (value.hour, value.minute) == (0, 0):
        return value.date()
    if isinstance(value, str) and type(value) is not str:
        return FormulaError(str(value))
    return value
