"""Many cells in few calls: addresses of several areas, none longer than Excel takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import xlwings as xw

from validators.cells import letters
from workbooks.grids import Rectangle, rectangles

__all__ = ["addresses", "block", "shown"]

_LONGEST = 255


def block(sheet: xw.Sheet, area: Rectangle) -> xw.Range:
    """Return the cells of an area: first row and column from 1, numbers of rows and columns."""
    return sheet.range(shown(area))  # one address is one call, corners are several


def shown(area: Rectangle) -> str:
    """Return the address of an area: B4, or B4:D9."""
    row, column, n_rows, n_columns = area
    first = f"{letters(column)}{row}"
    last = f"{letters(column + n_columns - 1)}{row + n_rows - 1}"
    return first if first == last else f"{first}:{last}"


def addresses(cells: Iterable[tuple[int, int]]) -> Iterator[str]:
    """Yield addresses of all `cells` (row, column), together as many as fit one call."""
    text = ""
    for area in rectangles(cells):
        new = shown(area)
        if text and len(text) + len(new) >= _LONGEST:
            yield text
            text = ""
        text = f"{text},{new}" if text else new
    if text:
        yield text
