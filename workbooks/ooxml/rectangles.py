"""Rectangles of cells and their addresses: what one call can read, write or colour together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import xlwings as xw

from validators.cells import letters

# SECTION Rectangles of cells: what one call can write or colour together.

Rectangle = tuple[int, int, int, int]
"""First row, first column, number of rows, number of columns."""


def rectangles(cells: Iterable[tuple[int, int]]) -> list[Rectangle]:
    """Cover `cells` (row, column) with few rectangles that do not overlap.

    A column of cells, or a block, becomes one rectangle.
    """
    open_spans: dict[tuple[int, int], tuple[int, int]] = {}
    done: list[Rectangle] = []
    for row, first, width in _spans(cells):
        start, rows = open_spans.get((first, width), (row, 0))
        if start + rows != row:
            done.append((start, first, rows, width))
            start, rows = row, 0
        open_spans[first, width] = (start, rows + 1)
    done += [(start, first, rows, width) for (first, width), (start, rows) in open_spans.items()]
    return sorted(done)


def _spans(cells: Iterable[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Return the horizontal runs as (row, first column, width), from the top."""
    spans: list[tuple[int, int, int]] = []
    for row, column in sorted(cells):
        if spans and spans[-1][0] == row and sum(spans[-1][1:]) == column:
            spans[-1] = (row, spans[-1][1], spans[-1][2] + 1)
        else:
            spans.append((row, column, 1))
    return spans


# SECTION Many cells in few calls: addresses of several areas, none longer than Excel takes.

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
