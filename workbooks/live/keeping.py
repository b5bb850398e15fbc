"""What cells held before they are changed, so that it can be put back."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import Protocol

import xlwings as xw

from validators.cells import letters
from workbooks.grids import Rectangle
from workbooks.live.addresses import block
from workbooks.live.contents import Content, Grid, read_grid
from workbooks.live.exact import write_grid
from workbooks.live.formats import Codes, read_formats, set_formats

__all__ = ["Kept", "KeptCells", "change_formats", "fill"]


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
