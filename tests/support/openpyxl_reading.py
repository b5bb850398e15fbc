"""Workbooks as openpyxl reads them, in a fraction of the time.

Most of what it takes to load a workbook of ours goes into the borders of merged cells: for every cell
openpyxl builds a border and looks it up by value among all borders of the book. Which border comes of
which two depends on their numbers alone, so here each pair is looked up once for a workbook.
Most of what is left goes into `defusedxml`, which parses in Python to guard against hostile files: those
that tests load by openpyxl are their own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary
from xml.etree import ElementTree

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Border
from openpyxl.styles.cell_style import StyleArray
from openpyxl.workbook import Workbook
from openpyxl.worksheet.merge import MergedCellRange

_known: WeakKeyDictionary[Workbook, dict[tuple[str, int, int], int]] = WeakKeyDictionary()
"""Of each workbook: the edge, a cell's border, the border it takes the edge from → what they make."""


def quicken_openpyxl() -> None:
    """Let openpyxl do so from now on."""
    for (owner, name), quick in _quick().items():
        setattr(owner, name, quick)


def _get_borders(merged: MergedCellRange) -> None:
    """Give the first cell the right and lower edges of the last."""
    start = merged.start_cell = merged.ws.cell(merged.min_row, merged.min_col)
    end = merged.ws._cells.get((merged.max_row, merged.max_col))
    if end is not None:
        other = end.border
        _join(start, end, "end", lambda: Border(right=other.right, bottom=other.bottom))


def _format(merged: MergedCellRange) -> None:
    """Give the cells of every edge the first cell's border there, and all its protection."""
    start, cells = merged.start_cell, merged.ws._cells
    for place in merged.cells:
        if place not in cells:
            cells[place] = MergedCell(merged.ws, *place)
    for name in ("top", "left", "right", "bottom"):
        side = getattr(start.border, name)
        if side and side.style is None:
            continue
        for place in getattr(merged, name):
            _join(cells[place], start, name, lambda n=name, s=side: Border(**{n: s}))
    for place in merged.cells:
        _numbers(cells[place]).protectionId = _numbers(start).protectionId


def _join(cell: Cell, other: Cell, edge: str, border: Callable[[], Border]) -> None:
    known = _known.setdefault(cell.parent.parent, {})
    pair = edge, _numbers(cell).borderId, _numbers(other).borderId
    if pair not in known:
        cell.border += border()
        known[pair] = cell._style.borderId
    cell._style.borderId = known[pair]


def _numbers(cell: Cell) -> StyleArray:
    if not cell._style:
        cell._style = StyleArray()
    return cell._style


def _quick() -> dict[tuple[Any, str], object]:
    """Return what stands in for which functions of openpyxl."""
    parsers = {
        (module, name): getattr(ElementTree, name)
        for title, module in sys.modules.items()
        if title.startswith("openpyxl.")
        for name in ("fromstring", "iterparse")
        if hasattr(module, name)
    }
    borders = {"format": _format, "_get_borders": _get_borders}
    return {**parsers, **{(MergedCellRange, name): quick for name, quick in borders.items()}}


OPENPYXLS_OWN = {(owner, name): getattr(owner, name) for owner, name in _quick()}
