"""Find the merged cells of a sheet without looking at each cell."""

from __future__ import annotations

from typing import Final

import xlwings as xw

from workbooks.live.area import Area
from workbooks.live.busy import patiently

__all__ = ["merges_in"]

_TOP: Final = 8
"""Titles and headings stand in the first rows, and merged cells in most titles."""


def merges_in(sheet: xw.Sheet, area: Area) -> list[tuple[int, int, int, int]]:
    """Return (first row, first column, last row, last column) of every merge in an area.

    Excel tells of any cells whether all, none or some of them are merged: only where some are, the
    cells are halved. So the number of questions grows with the merges; a table without any is one
    question whatever its length, and the title rows above it are asked by themselves.
    """
    found: list[tuple[int, int, int, int]] = []
    end = min(area.bottom, _TOP)
    waiting = [area.within(end + 1, area.bottom)] if area.bottom > end else []
    waiting += [area.within(row, row) for row in range(end, area.top - 1, -1)]
    while waiting:
        part = waiting.pop()
        if any(_covers(merge, part) for merge in found):
            continue
        merged = patiently(lambda one=part: one.on(sheet).merge_cells)  # type: ignore[misc]
        if merged:
            _add(found, _area_at(sheet, part))
        if merged is not False and not any(_covers(merge, part) for merge in found):
            waiting += _halves(part)
    return sorted(found)


def _add(found: list[tuple[int, int, int, int]], merge: tuple[int, int, int, int]) -> None:
    if merge not in found and merge[:2] != merge[2:]:
        found.append(merge)


def _area_at(sheet: xw.Sheet, part: Area) -> tuple[int, int, int, int]:
    merged = patiently(lambda: sheet.range((part.top, part.left)).merge_area)
    top, left = patiently(lambda: (merged.row, merged.column))
    height, width = patiently(lambda: merged.shape)
    return top, left, top + height - 1, left + width - 1


def _covers(merge: tuple[int, int, int, int], part: Area) -> bool:
    top, left, bottom, right = merge
    return top <= part.top and left <= part.left and bottom >= part.bottom and right >= part.right


def _halves(part: Area) -> list[Area]:
    """Return the lower and the upper half, the right and the left half of a row, or nothing."""
    if part.bottom > part.top:
        middle = (part.top + part.bottom) // 2
        return [part.within(middle + 1, part.bottom), part.within(part.top, middle)]
    if part.right > part.left:
        middle = (part.left + part.right) // 2
        return [
            Area(part.top, middle + 1, part.bottom, part.right),
            Area(part.top, part.left, part.bottom, middle),
        ]
    return []
