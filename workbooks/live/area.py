"""The values of a sheet in a few large reads, however far its used range reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import xlwings as xw

from validators.cells import letters
from validators.errors import UnreadableWorkbook
from workbooks.live.busy import patiently
from workbooks.raw.assemble import MAX_COLUMNS

__all__ = ["Area", "Line", "lines", "used_area"]

AT_ONCE: Final = 1_000_000
"""Cells of one read: a ledger sheet of 20,000 rows is one read."""
AT_MOST: Final = 40_000_000
"""Cells of one sheet, as of a file of an old format."""
AT_MOST_FAR: Final = 5_000_000
"""Cells right of every table; a whole row with a colour is 16,384 cells."""

Line = tuple[int, int, Sequence[Any]]
"""1-based row, 1-based column of the first value, the values."""


class Area(NamedTuple):
    """Cells of a sheet, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, cells: xw.Range) -> Area:
        """Return where cells are."""
        top, left = patiently(lambda: (cells.row, cells.column))
        height, width = patiently(lambda: cells.shape)
        return cls(top, left, top + max(height, 1) - 1, left + max(width, 1) - 1)

    def within(self, top: int, bottom: int) -> Area:
        """Return the part between two rows."""
        return Area(top, self.left, bottom, self.right)

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        """How many cells it has."""
        return self.width * (self.bottom - self.top + 1)

    def meets(self, other: Area) -> bool:
        """Tell whether it has a cell in common with another one."""
        below = self.top <= other.bottom and other.top <= self.bottom
        return below and self.left <= other.right and other.left <= self.right

    def on(self, sheet: xw.Sheet) -> xw.Range:
        """Return the cells; one address is one call to Excel, corners are several."""
        return sheet.range(f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}")


def used_area(sheet: xw.Sheet) -> Area:
    """Return the area Excel holds for used: it may begin anywhere and reach far too far."""
    return Area.of(patiently(lambda: sheet.used_range))


def lines(sheet: xw.Sheet, area: Area, notices: list[tuple[str, str]]) -> Iterator[Line]:
    """Yield the values of an area row by row; a sheet of ordinary size is one read.

    What is below the first million cells is looked up column by column before it is read, so that a
    million rows with nothing but borders cost one read. (Looking up, Excel passes over rows that a
    filter hides.) Right of column 1,024 nothing belongs to a table: five million cells are looked
    at there, and `notices` say if that is not all.

    Raises:
        UnreadableWorkbook: The values are so scattered that they cannot be read.
    """
    table = area._replace(right=min(area.right, MAX_COLUMNS))
    if table.right >= table.left:
        yield from _table_lines(sheet, table)
    far = area._replace(left=max(area.left, MAX_COLUMNS + 1))
    if far.right >= far.left:
        yield from _far_lines(sheet, far, notices)


def _table_lines(sheet: xw.Sheet, area: Area) -> Iterator[Line]:
    end = min(area.bottom, area.top + AT_ONCE // area.width - 1)
    yield from _read(sheet, area.within(area.top, end))
    below = _filled(sheet, area.within(end + 1, area.bottom)) if end < area.bottom else None
    if below is None:
        return
    if below.size > AT_MOST:
        raise UnreadableWorkbook(
            "file.too_sparse",
            f"工作表“{sheet.name}”的数据过于分散，超出台账的合理大小",
            "请删除表格以外多余的行和列，保存后再试",
        )
    yield from _blocks(sheet, below)


def _far_lines(sheet: xw.Sheet, far: Area, notices: list[tuple[str, str]]) -> Iterator[Line]:
    end = min(far.bottom, far.top + AT_MOST_FAR // far.width - 1)
    yield from _blocks(sheet, far.within(far.top, end))
    if end < far.bottom:
        message = (
            f"工作表“{sheet.name}”在 {letters(far.left)} 列往右、第 {end + 1} 行往下的内容没有查看；"
            "确属台账内容的请移回表格，否则请删除这些列"
        )
        notices.append(("sheet.stray_cells", message))


def _blocks(sheet: xw.Sheet, area: Area) -> Iterator[Line]:
    height = AT_ONCE // area.width
    for top in range(area.top, area.bottom + 1, height):
        yield from _read(sheet, area.within(top, min(top + height - 1, area.bottom)))


def _read(sheet: xw.Sheet, area: Area) -> Iterator[Line]:
    block = patiently(lambda: area.on(sheet).raw_value)
    if not isinstance(block, list | tuple):
        block = [[block]]  # the value of a single cell
    for row, values in enumerate(block, area.top):
        yield row, area.left, values


def _filled(sheet: xw.Sheet, area: Area) -> Area | None:
    """Return the part of an area that holds anything, None if nothing does."""
    ends = {
        column: last
        for column in range(area.left, area.right + 1)
        if (last := _last_row(sheet, area.bottom, column)) >= area.top
    }
    if not ends:
        return None
    return Area(area.top, min(ends), max(ends.values()), max(ends))


def _last_row(sheet: xw.Sheet, bottom: int, column: int) -> int:
    """Return the last filled row of a column, counted from `bottom` up; 1 for none."""
    cell = Area(bottom, column, bottom, column).on(sheet)
    if patiently(lambda: cell.raw_value) not in (None, ""):
        return bottom
    return int(patiently(lambda: cell.end("up").row))
