"""Number formats of a block of cells: asked for the whole, then for halves where they differ."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import xlwings as xw

from workbooks.live.addresses import addresses, block
from workbooks.live.busy import patiently
from workbooks.raw.serials import Kind, format_kind

__all__ = ["GENERAL", "TEXT", "Codes", "is_dated", "read_formats", "set_formats"]

GENERAL, TEXT = "General", "@"
Codes = list[list[str]]
"""Rows of Excel's format codes."""

_UNKNOWN_ID = -1
_DATED = (Kind.DATE, Kind.DATETIME)


def read_formats(cells: xw.Range) -> Codes:
    """Return the number formats of a block.

    Columns of one format each take about two calls a column, whatever their number of rows.
    """
    n_rows, n_columns = cells.shape
    codes = [[GENERAL] * n_columns for _ in range(n_rows)]
    _read(cells, codes, (0, 0, n_rows, n_columns))
    return codes


def _read(cells: xw.Range, codes: Codes, part: tuple[int, int, int, int]) -> None:
    row, column, n_rows, n_columns = part
    sheet = cells.sheet
    where = block(sheet, (cells.row + row, cells.column + column, n_rows, n_columns))
    code = patiently(lambda: where.number_format)
    if code is not None:
        for line in codes[row : row + n_rows]:
            line[column : column + n_columns] = [code] * n_columns
    elif n_columns > 1:
        half = n_columns // 2
        _read(cells, codes, (row, column, n_rows, half))
        _read(cells, codes, (row, column + half, n_rows, n_columns - half))
    else:
        half = n_rows // 2
        _read(cells, codes, (row, column, half, 1))
        _read(cells, codes, (row + half, column, n_rows - half, 1))


def set_formats(cells: xw.Range, wanted: Mapping[str, Collection[tuple[int, int]]]) -> None:
    """Set number formats: code → places, counted from 0 within the block."""
    sheet, top, left = cells.sheet, cells.row, cells.column
    for code, places in wanted.items():
        for address in addresses((top + row, left + at) for row, at in places):
            _set(sheet.range(address), code)


def _set(cells: xw.Range, code: str) -> None:
    def write() -> None:
        cells.number_format = code

    patiently(write)


def is_dated(code: str) -> bool:
    """Tell whether a format shows numbers as days."""
    return format_kind(_UNKNOWN_ID, code) in _DATED
