"""A1 addresses and rectangles of cells: the one place where they are read and written.

`openpyxl.utils` could do a part of this, but importing it loads all of openpyxl, which reading
ledgers does not need. The letters of a column are `validators.cells.letters`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from validators.cells import letters

if TYPE_CHECKING:
    import xlwings as xw

WORKSHEET_ROWS: Final = 1_048_576
"""The last row of a worksheet."""
WORKSHEET_COLUMNS: Final = 16_384
"""The last column of a worksheet, XFD."""

_LONGEST = 255  # characters of an address that Excel takes in one call
_CELL = r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})"
_REFERENCE = re.compile(rf"{_CELL}(?::{_CELL})?")


class Rectangle(NamedTuple):
    """A block of cells: its first cell, counted from 1, and its size.

    Attributes:
        top: First row.
        left: First column.
        n_rows: Number of rows.
        n_columns: Number of columns.
    """

    top: int
    left: int
    n_rows: int
    n_columns: int

    @classmethod
    def between(cls, top: int, left: int, bottom: int, right: int) -> Rectangle:
        """Return the block with these first and last rows and columns."""
        return cls(top, left, bottom - top + 1, right - left + 1)

    @classmethod
    def parse(cls, address: str) -> Rectangle | None:
        """Return the block of an address such as B4 or $B$4:D9, None if it is none."""
        match = _REFERENCE.fullmatch(address)
        if match is None:
            return None
        first, top, last, bottom = match.groups()
        rows = sorted((int(top), int(bottom or top)))
        columns = sorted((column_number(first.upper()), column_number((last or first).upper())))
        inside = rows[1] <= WORKSHEET_ROWS and columns[1] <= WORKSHEET_COLUMNS
        return cls.between(rows[0], columns[0], rows[1], columns[1]) if inside else None

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.top + self.n_rows - 1

    @property
    def right(self) -> int:
        """The last column."""
        return self.left + self.n_columns - 1

    @property
    def address(self) -> str:
        """The address: B4, or B4:D9."""
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    def covers(self, row: int, column: int) -> bool:
        """Tell whether a cell is one of its."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


@cache
def column_number(letter: str) -> int:
    """Return the 1-based number of a worksheet column from its capital letters: AA → 27."""
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - 64
    return number


def rectangles(cells: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Cover `cells` (row, column) with few rectangles that do not overlap.

    A column of cells, or a block, becomes one rectangle. Cells may also be counted from 0.
    """
    open_spans: dict[tuple[int, int], tuple[int, int]] = {}
    closed: list[Rectangle] = []
    for row, first, width in _spans(cells):
        start, rows = open_spans.get((first, width), (row, 0))
        if start + rows != row:
            closed.append(Rectangle(start, first, rows, width))
            start, rows = row, 0
        open_spans[first, width] = (start, rows + 1)
    last = (Rectangle(top, left, rows, width) for (left, width), (top, rows) in open_spans.items())
    return sorted([*closed, *last])


def _spans(cells: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return the horizontal runs as (row, first column, width), from the top."""
    spans: list[tuple[int, int, int]] = []
    for row, column in sorted(cells):
        if spans and spans[-1][0] == row and sum(spans[-1][1:]) == column:
            spans[-1] = (row, spans[-1][1], spans[-1][2] + 1)
        else:
            spans.append((row, column, 1))
    return spans


def addresses(cells: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield addresses of all `cells` (row, column), together as many as fit one call to Excel."""
    text = ""
    for rectangle in rectangles(cells):
        new = rectangle.address
        if text and len(text) + len(new) >= _LONGEST:
            yield text
            text = ""
        text = f"{text},{new}" if text else new
    if text:
        yield text


def block(sheet: xw.Sheet, area: tuple[int, int, int, int]) -> xw.Range:
    """Return the cells of a `Rectangle`; its address is one call to Excel, corners are several."""
    return sheet.range(Rectangle(*area).address)


def area_of(cells: xw.Range) -> Rectangle:
    """Return where a block of cells lies; its address is one call to Excel, its corners are seven."""
    known = Rectangle.parse(cells.address)
    if known is not None:
        return known
    height, width = cells.shape  # whole rows or columns
    return Rectangle(cells.row, cells.column, max(height, 1), max(width, 1))
