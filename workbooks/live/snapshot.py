"""What a workbook held before it is changed, so that it can be put back."""

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
from workbooks.live.retry import retry
from workbooks.ooxml.addresses import Rectangle, block

# SECTION What cells held before they are changed, so that it can be put back.


class Kept(Protocol):
    """One thing kept."""

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
class KeptCells:
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
    def of(cls, sheet: xw.Sheet, area: Rectangle) -> KeptCells:
        """Keep a block as it is now."""
        cells = block(sheet, area)
        return cls(sheet.name, area, read_grid(cells), read_formats(cells))

    def restore(self, sheet: xw.Sheet) -> None:
        """Put contents and number formats back."""
        cells = block(sheet, self.area)
        changed = change_formats(cells, read_formats(cells), self.codes)
        now = read_grid(cells)
        if changed or any(map(_differs, chain(*now), chain(*self.contents))):
            write_grid(cells, self.contents, self.codes)

    def seal(self, sheet: xw.Sheet) -> None:
        """Remember what the block holds."""
        self.sealed = read_grid(block(sheet, self.area))

    def changed(self, sheet: xw.Sheet) -> list[str]:
        """Return the addresses of cells that hold something else now."""
        now = read_grid(block(sheet, self.area))
        return [
            f"{letters(self.area[1] + at)}{self.area[0] + row}"
            for row, lines in enumerate(zip(now, self.sealed, strict=True))
            for at, (one, other) in enumerate(zip(*lines, strict=True))
            if _differs(one, other)
        ]

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the block holds what it held, in the same formats."""
        if sheet is None:
            return False
        cells = block(sheet, self.area)
        now = read_grid(cells)
        same = not any(map(_differs, chain(*now), chain(*self.contents)))
        return same and read_formats(cells) == self.codes


def _differs(one: Content, other: Content) -> bool:
    return type(one) is not type(other) or one != other  # the number 1 equals the truth value


def change_formats(cells: xw.Range, now: Codes, wanted: Codes) -> bool:
    """Give a block the number formats `wanted`; tell whether any had to be changed."""
    changes: dict[str, list[tuple[int, int]]] = {}
    for row, both in enumerate(zip(now, wanted, strict=True)):
        for at, (old, new) in enumerate(zip(*both, strict=True)):
            if old != new:
                changes.setdefault(new, []).append((row, at))
    set_formats(cells, changes)
    return bool(changes)


def fill(sheet: xw.Sheet, kept: KeptCells, contents: Grid, codes: Codes) -> None:
    """Write a block that is as it was kept: number formats, then contents."""
    cells = block(sheet, kept.area)
    change_formats(cells, kept.codes, codes)
    write_grid(cells, contents, codes)


# SECTION What else is kept of a workbook before it is changed: arrays, tables, merges, heights, sheets.


class _Silent:
    """Something whose later changes are none of the clerk's contents."""

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
class KeptArray(_Silent):
    """One formula that fills a whole block; kept before the block's cells, so put back after them."""

    sheet: str
    area: Rectangle
    formula: str

    @classmethod
    def of(cls, sheet: xw.Sheet, area: Rectangle) -> KeptArray | None:
        """Keep a block's array formula; None where the block has none."""
        cells = block(sheet, area)
        if retry(lambda: cells.has_array) is not True:  # Excel: None where only some cells have
            return None
        return cls(sheet.name, area, str(retry(lambda: cells.formula_array)))

    def restore(self, sheet: xw.Sheet) -> None:
        """Let the formula fill the block again."""
        cells = block(sheet, self.area)

        def write() -> None:
            cells.formula_array = self.formula

        retry(write)


@dataclass(slots=True)
class KeptTable(_Silent):
    """How far a table reached."""

    sheet: str
    name: str
    area: Rectangle

    def restore(self, sheet: xw.Sheet) -> None:
        """Let the table reach as far as it did."""
        table, cells = self._table(sheet), block(sheet, self.area)
        if table is not None:
            retry(lambda: table.resize(cells))

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the table reaches as far as it did."""
        table = self._table(sheet) if sheet is not None else None
        if table is None:
            return False
        cells = retry(lambda: table.range)
        return (cells.row, cells.column, *cells.shape) == self.area

    def _table(self, sheet: xw.Sheet) -> xw.main.Table | None:
        """Return the table, None where the clerk has made plain cells of it."""
        tables = retry(lambda: list(sheet.tables))
        return next((one for one in tables if one.name == self.name), None)


@dataclass(slots=True)
class KeptMerge(_Silent):
    """Merged cells that were taken apart."""

    sheet: str
    area: Rectangle

    def restore(self, sheet: xw.Sheet) -> None:
        """Merge them again."""
        cells = block(sheet, self.area)
        retry(cells.merge)


@dataclass(slots=True)
class KeptHeights(_Silent):
    """Rows whose heights are fitted to what they hold, before a change and after."""

    sheet: str
    first: int
    last: int

    def restore(self, sheet: xw.Sheet) -> None:
        """Fit the heights to what the rows hold now."""
        rows = sheet.range(f"{self.first}:{self.last}")
        retry(rows.rows.autofit)


@dataclass(slots=True)
class AddedSheet(_Silent):
    """A sheet that was not there."""

    sheet: str

    def restore(self, sheet: xw.Sheet) -> None:
        """Take it away, without a question."""
        app = retry(lambda: sheet.book.app)

        def ask(on: bool) -> None:
            app.display_alerts = on

        asked = retry(lambda: app.display_alerts)
        retry(lambda: ask(False))
        try:
            retry(sheet.delete)
        finally:
            retry(lambda: ask(asked))

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the sheet is not there."""
        return sheet is None
