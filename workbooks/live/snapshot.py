"""Snapshots of what a workbook holds, taken before it is changed, so that it can be put back.

Cells, array formulas, tables, merges, row heights, hidden and added sheets each have a snapshot; a
`StylesSnapshot` of fills and notes is in `marks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

import xlwings as xw

from validators.cells import letters
from workbooks.live.cells import (
    Codes,
    Content,
    Grid,
    read_formats,
    read_grid,
    set_formats,
    write_grid,
)
from workbooks.live.host import is_hidden, name_of, sheet_gone
from workbooks.ooxml.addresses import Rectangle, area_of, block


class Snapshot(Protocol):
    """What one part of a sheet was before a change, and how to go back."""

    @property
    def sheet(self) -> str:
        """The name of its sheet."""

    def restore(self, sheet: xw.Sheet) -> None:
        """Put it back as it was; once more does no harm."""

    def seal(self, sheet: xw.Sheet) -> None:
        """Remember how it is now that everything is written."""

    def changed(self, sheet: xw.Sheet) -> list[str]:
        """Return the addresses of the cells that are not as they were when sealed."""

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether it is as it was before the change; None for a sheet that is not there."""


@dataclass(slots=True)
class CellsSnapshot:
    """A block of cells: contents and number formats.

    Attributes:
        sheet: The sheet's name.
        area: The block.
        contents: What it held.
        codes: Its number formats.
        sealed: What it held after the change.
    """

    sheet: str
    area: Rectangle
    contents: Grid
    codes: Codes
    sealed: Grid = field(default_factory=list)

    @classmethod
    def of(cls, sheet: xw.Sheet, area: Rectangle) -> CellsSnapshot:
        """Return a snapshot of a block as it is now."""
        return cls(name_of(sheet), area, read_grid(sheet, area), read_formats(sheet, area))

    def restore(self, sheet: xw.Sheet) -> None:
        """Put contents and number formats back."""
        now = read_formats(sheet, self.area)
        changed = change_formats(sheet, self.area, now, self.codes)
        if changed or self._differs(read_grid(sheet, self.area)):
            write_grid(sheet, self.area, self.contents, self.codes)

    def _differs(self, now: Grid) -> bool:
        return any(map(_differ, chain(*now), chain(*self.contents)))

    def seal(self, sheet: xw.Sheet) -> None:
        """Remember what the block holds."""
        self.sealed = read_grid(sheet, self.area)

    def changed(self, sheet: xw.Sheet) -> list[str]:
        """Return the addresses of cells that hold something else now."""
        now = read_grid(sheet, self.area)
        return [
            f"{letters(self.area[1] + at)}{self.area[0] + row}"
            for row, lines in enumerate(zip(now, self.sealed, strict=True))
            for at, pair in enumerate(zip(*lines, strict=True))
            if _differ(*pair)
        ]

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the block holds what it held, in the same formats."""
        if sheet is None:
            return False
        same = not self._differs(read_grid(sheet, self.area))
        return same and read_formats(sheet, self.area) == self.codes


def _differ(content: Content, other: Content) -> bool:
    return type(content) is not type(other) or content != other  # the number 1 equals True


def change_formats(sheet: xw.Sheet, area: Rectangle, now: Codes, wanted: Codes) -> bool:
    """Give a block the number formats `wanted`; tell whether any had to be changed."""
    changes: dict[str, list[tuple[int, int]]] = {}
    for row, both in enumerate(zip(now, wanted, strict=True)):
        for at, (old, new) in enumerate(zip(*both, strict=True)):
            if old != new:
                changes.setdefault(new, []).append((row, at))
    set_formats(sheet, area, changes)
    return bool(changes)


def fill(sheet: xw.Sheet, before: CellsSnapshot, contents: Grid, codes: Codes) -> None:
    """Write a block that is still as in its snapshot: number formats, then contents."""
    change_formats(sheet, before.area, before.codes, codes)
    write_grid(sheet, before.area, contents, codes)


# --- other than cells -----------------------------------------------------------------------------


class Silent:
    """A snapshot of something whose later changes are none of the clerk's contents."""

    def seal(self, sheet: xw.Sheet) -> None:
        """Do nothing."""

    def changed(self, sheet: xw.Sheet) -> list[str]:
        """Return nothing."""
        del sheet
        return []

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Return True where there is a sheet: the cells beside it tell."""
        return sheet is not None


@dataclass(slots=True)
class ArraySnapshot(Silent):
    """One formula that fills a whole block; taken before the block's cells, so put back after."""

    sheet: str
    area: Rectangle
    formula: str

    @classmethod
    def of(cls, sheet: xw.Sheet, area: Rectangle) -> ArraySnapshot | None:
        """Return a snapshot of a block's array formula; None where the block has none."""
        cells = block(sheet, area)
        if cells.has_array is not True:  # Excel: None where only some cells have
            return None
        return cls(name_of(sheet), area, str(cells.formula_array))

    def restore(self, sheet: xw.Sheet) -> None:
        """Let the formula fill the block again."""
        cells = block(sheet, self.area)
        cells.formula_array = self.formula


@dataclass(slots=True)
class TableSnapshot(Silent):
    """How far a table reached."""

    sheet: str
    name: str
    area: Rectangle

    def restore(self, sheet: xw.Sheet) -> None:
        """Let the table reach as far as it did."""
        table, cells = self._table(sheet), block(sheet, self.area)
        if table is not None:
            table.resize(cells)

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the table reaches as far as it did."""
        table = self._table(sheet) if sheet is not None else None
        if table is None:
            return False
        return area_of(table.range) == self.area

    def _table(self, sheet: xw.Sheet) -> xw.main.Table | None:
        """Return the table, None where the clerk has made plain cells of it."""
        return next((table for table in sheet.tables if table.name == self.name), None)


@dataclass(slots=True)
class MergeSnapshot(Silent):
    """Merged cells that were taken apart."""

    sheet: str
    area: Rectangle

    def restore(self, sheet: xw.Sheet) -> None:
        """Merge them again."""
        cells = block(sheet, self.area)
        cells.merge()


@dataclass(slots=True)
class HeightsSnapshot(Silent):
    """Rows whose heights are fitted to what they hold, before a change and after."""

    sheet: str
    first: int
    last: int

    def restore(self, sheet: xw.Sheet) -> None:
        """Fit the heights to what the rows hold now."""
        rows = sheet.range(f"{self.first}:{self.last}")
        rows.rows.autofit()


@dataclass(slots=True)
class HiddenTab(Silent):
    """A sheet that was hidden."""

    sheet: str

    def restore(self, sheet: xw.Sheet) -> None:
        """Hide it again."""
        sheet.visible = False

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether it is hidden."""
        return sheet is not None and is_hidden(sheet)


@dataclass(slots=True)
class AddedSheet(Silent):
    """A sheet that was not there."""

    sheet: str

    def restore(self, sheet: xw.Sheet) -> None:
        """Take it away, without a question."""
        app = sheet.book.app
        asked = app.display_alerts
        app.display_alerts = False
        try:
            sheet.delete()
        finally:
            app.display_alerts = asked
            sheet_gone(self.sheet)

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the sheet is not there."""
        return sheet is None
