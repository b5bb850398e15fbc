"""Read a ledger that is open in a spreadsheet, just as its saved file would be read.

What differs from reading the file:

- Formulas count with what the spreadsheet makes of them now; none is without a value.
- xlwings does not tell of hidden rows and columns without asking for each, so they are not disclosed.
- Document properties are out of reach: a consolidated workbook is told by its sheets, growth cards
  and pairing papers are simply no ledger.
- A spreadsheet hands a time over as a number. Fractions are looked at again, so that 9:30 is a time;
  a lone 0:00 is the number 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import xlwings as xw

from validators.cells import Cell
from workbooks.consolidated import content as consolidated
from workbooks.consolidated.memory import MEMORY_SHEET
from workbooks.files import KIND_PROPERTY
from workbooks.live.area import Area, lines, used_area
from workbooks.live.busy import patiently
from workbooks.live.merges import merges_in
from workbooks.live.typed import cell_of, may_be_time, times
from workbooks.raw.assemble import Columns, to_columns
from workbooks.raw.book import RawBook, RawSheet, stray_notice
from workbooks.raw.cellkeys import Block, Extras
from workbooks.raw.sharedstrings import SharedStrings
from workbooks.reader import LedgerFile, is_read, ledger_of
from workbooks.template.layout import FILE_KIND

__all__ = ["is_hidden", "kind_of", "raw_sheets", "read_live"]

Found = tuple[int, int, Cell]
"""0-based row and column of a cell, and what it holds."""


def read_live(book: xw.Book) -> LedgerFile:
    """Return the ledger in an open workbook; findings call it by the workbook's name.

    The spreadsheet is asked for every sheet once, however many rows it has.

    Raises:
        UnreadableWorkbook: It is no ledger.
        ExcelBusy: Excel did not answer.
    """
    return ledger_of(raw_sheets(book, is_read), patiently(lambda: book.name))


def raw_sheets(book: xw.Book, wanted: Callable[[str], bool]) -> RawBook:
    """Return the worksheets of an open workbook; of those not wanted only the names.

    Raises:
        UnreadableWorkbook: The values of a sheet are too scattered to be read.
        ExcelBusy: Excel did not answer.
    """
    sheets = patiently(lambda: {one.name: one for one in book.sheets})
    read = RawBook([], {KIND_PROPERTY: kind_of(sheets)})
    for name, sheet in sheets.items():
        if wanted(name):
            read.sheets.append(_raw_sheet(sheet, name, read.notices))
        else:
            read.sheets.append(RawSheet(name, is_hidden(sheet)))
    return read


def kind_of(names: Iterable[str]) -> str:
    """Return which kind of workbook of ours has these sheets, as far as they tell."""
    return consolidated.FILE_KIND if MEMORY_SHEET in names else FILE_KIND


def is_hidden(sheet: xw.Sheet) -> bool:
    """Tell whether a clerk does not see the tab; Excel calls a very hidden one visible = 2."""
    return patiently(lambda: sheet.visible) not in (True, -1)


def _raw_sheet(sheet: xw.Sheet, name: str, notices: list[tuple[str, str]]) -> RawSheet:
    area = used_area(sheet)
    table = _columns(_cells(sheet, area, notices))
    if table.strays:
        notices.append(stray_notice(name, table))
    merges = _merges(sheet, area, table, notices) if table.n_rows else []
    return RawSheet(name, is_hidden(sheet), table.columns, table.n_rows, merges)


def _merges(
    sheet: xw.Sheet, area: Area, table: Columns, notices: list[tuple[str, str]]
) -> list[tuple[int, int, int, int]]:
    top = max(area.top, _first_line(table))
    filled = Area(top, area.left, min(area.bottom, table.n_rows), len(table.columns))
    merges, all_found = merges_in(sheet, filled)
    if not all_found:
        words = f"工作表“{sheet.name}”的合并单元格过多，没有全部按同值填充；请取消合并，逐行填写"
        notices.append(("table.merged", words))
    return [*merges]


def _first_line(table: Columns) -> int:
    """Return the first row with two filled cells: how a title above is merged means nothing."""
    if not table.columns:
        return 1
    filled = sum(
        (np.frombuffer(column.codes, np.int32) >= 0).astype(int) for column in table.columns
    )
    return int(np.argmax(filled > 1)) + 1


def _columns(cells: list[Found]) -> Columns:
    extras = Extras(date1904=False)
    rows = np.array([row for row, _, _ in cells], np.int64)
    columns = np.array([column for _, column, _ in cells], np.int64)
    keys = np.array([extras.key(cell) for _, _, cell in cells], np.int64)
    order = np.lexsort((columns, rows))  # far columns are read after the others
    return to_columns(Block(rows[order], columns[order], keys[order]), extras, SharedStrings([]))


def _cells(sheet: xw.Sheet, area: Area, notices: list[tuple[str, str]]) -> list[Found]:
    found: list[Found] = []
    fractions: dict[int, list[int]] = {}
    for row, left, values in lines(sheet, area, notices):
        for column, value in enumerate(values, left):
            if value is not None and (cell := cell_of(value)) is not None:
                if may_be_time(cell):
                    fractions.setdefault(column, []).append(len(found))
                found.append((row - 1, column - 1, cell))
    for column, places in fractions.items():
        _look_again(sheet, column, places, found)
    return found


def _look_again(sheet: xw.Sheet, column: int, places: list[int], found: list[Found]) -> None:
    """Make times of the fractions that are formatted as times."""

    def formats(first: int, last: int) -> str | None:
        cells = Area(first, column, last, column)
        return patiently(lambda: cells.on(sheet).number_format)

    rows = [found[at][0] + 1 for at in places]
    numbers = [float(found[at][2]) for at in places]  # type: ignore[arg-type]
    for at, cell in zip(places, times(rows, numbers, formats), strict=True):
        found[at] = (*found[at][:2], cell)
