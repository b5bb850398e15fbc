"""Rectangles of cells: what one call can write or colour together."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["rectangles"]

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
