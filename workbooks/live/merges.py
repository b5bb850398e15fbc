"""Find the merged cells of a sheet without looking at each cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import xlwings as xw

from workbooks.live.area import Area
from workbooks.live.busy import patiently

__all__ = ["merges_in"]

_TOP: Final = 8
"""Titles and headings stand in the first rows, with merges across; below, they go down."""
_MOST_QUESTIONS: Final = 3_000


def merges_in(sheet: xw.Sheet, area: Area) -> tuple[list[Area], bool]:
    """Return the merges in an area from top to bottom, and whether these are all.

    Excel tells of any cells whether all, none or some of them are merged. Only where some are, the
    rows of the title are asked one by one, and of what is below the columns are halved, then their
    rows. So the questions grow with the merges and hardly with the rows: a sheet without any merge
    is two questions. After 3,000 questions the rest is left out.
    """
    end = min(area.bottom, _TOP)
    waiting = [area.within(end + 1, area.bottom)] if area.bottom > end else []
    waiting += [area.within(area.top, end)] if area.top <= end else []
    found: list[Area] = []
    for _ in range(_MOST_QUESTIONS):
        part = _next(waiting, found)
        if part is None:
            return sorted(found), True
        merged = patiently(lambda one=part: one.on(sheet).merge_cells)  # type: ignore[misc]
        merge = _merge_at(sheet, part) if merged else part
        if merged and merge.size > 1:
            found.append(merge)
            waiting.append(part)
        elif merged is not False:
            waiting += _smaller(part)
    return sorted(found), False


def _next(waiting: list[Area], found: list[Area]) -> Area | None:
    """Take the next part off the list, without the merges known already."""
    while waiting:
        part = waiting.pop()
        known = next((merge for merge in found if part.meets(merge)), None)
        if known is None:
            return part
        waiting += _without(part, known)
    return None


def _merge_at(sheet: xw.Sheet, part: Area) -> Area:
    first = Area(part.top, part.left, part.top, part.left)
    merged = patiently(lambda: first.on(sheet).merge_area)
    return Area.of(merged)


def _without(part: Area, merge: Area) -> Iterator[Area]:
    """Yield what is below, above, right and left of a merge in a part that it meets."""
    top, bottom = max(part.top, merge.top), min(part.bottom, merge.bottom)
    if bottom < part.bottom:
        yield part.within(bottom + 1, part.bottom)
    if merge.right < part.right:
        yield Area(top, merge.right + 1, bottom, part.right)
    if part.left < merge.left:
        yield Area(top, part.left, bottom, merge.left - 1)
    if part.top < top:
        yield part.within(part.top, top - 1)


def _smaller(part: Area) -> list[Area]:
    """Return the rows of a title; else the right and the left half, of a column the lower and upper."""
    if part.top < part.bottom <= _TOP:
        return [part.within(row, row) for row in range(part.bottom, part.top - 1, -1)]
    if part.right > part.left:
        middle = (part.left + part.right) // 2
        return [
            Area(part.top, middle + 1, part.bottom, part.right),
            Area(part.top, part.left, part.bottom, middle),
        ]
    if part.bottom > part.top:
        middle = (part.top + part.bottom) // 2
        return [part.within(middle + 1, part.bottom), part.within(part.top, middle)]
    return []
