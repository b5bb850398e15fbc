"""xlwings' Range over LibreOffice: navigation, structure and what hangs on cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from addin.hosts.calc.cells import Cells
from addin.hosts.calc.notes import Note, add_note, check_sheet, note_at
from addin.hosts.calc.office import area, area_of, enum

if TYPE_CHECKING:
    from addin.hosts.calc.sheet import Table


_STEPS = {"d": (1, 0), "u": (-1, 0), "r": (0, 1), "l": (0, -1)}


class Range(Cells):
    """What an xlwings Range asks of its engine.

    What no button asks for raises NotImplementedError: fonts, alignment, widths, borders, links,
    data validation, conditional formats, sorting, pictures of ranges.
    """

    # --- navigation ------------------------------------------------------------------------------

    def end(self, direction: str) -> Range:
        """Return the cell Ctrl+arrow goes to from the first cell."""
        down, right = _STEPS[direction[0].lower()]
        line, position = self._line(vertical=bool(down))
        limit = self.sheet.size[0 if down else 1]
        stop = _jump([value != "" for value in line], position, down + right, limit)
        place = (stop + 1, self.column) if down else (self.row, stop + 1)
        return self.sheet.at((*place, 1, 1))

    def _line(self, *, vertical: bool) -> tuple[Sequence[Any], int]:
        """Return the column or row of the first cell to the end of the used area, its place."""
        row, column, n_rows, n_columns = self.sheet.used_range.areas[0]
        if vertical:
            length = max(row + n_rows - 1, self.row)
            cells = self.sheet.at((1, self.column, length, 1))
            return [line[0] for line in cells.uno.getDataArray()], self.row - 1
        length = max(column + n_columns - 1, self.column)
        return self.sheet.at((self.row, 1, 1, length)).uno.getDataArray()[0], self.column - 1

    def select(self) -> None:
        """Select the cells on their sheet."""
        self.sheet.activate()
        self.book.document.CurrentController.select(self.spread)

    # --- structure -------------------------------------------------------------------------------

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:  # noqa: ARG002
        """Insert empty cells, or whole rows or columns if the range is of whole ones."""
        check_sheet(self.sheet.uno)
        mode = self._whole() or {"right": "RIGHT"}.get(shift or "", "DOWN")
        self.sheet.uno.insertCells(self._address_here, enum("sheet.CellInsertMode", mode))

    def delete(self, shift: str | None = None) -> None:
        """Delete the cells; without `shift`, Excel decides by the shape."""
        check_sheet(self.sheet.uno)
        tall = self.shape[0] > self.shape[1]
        mode = self._whole() or (shift or ("left" if tall else "up")).upper()
        self.sheet.uno.removeRange(self._address_here, enum("sheet.CellDeleteMode", mode))

    def _whole(self) -> str:
        all_rows, all_columns = self.sheet.size
        if self.shape[1] == all_columns:
            return "ROWS"
        return "COLUMNS" if self.shape[0] == all_rows else ""

    @property
    def _address_here(self) -> Any:
        return area(self.sheet.index - 1, self.areas[0])

    def merge(self, across: bool) -> None:
        """Merge the cells; row by row (`across`) no button does."""
        del across
        check_sheet(self.sheet.uno)
        self.uno.merge(True)

    def unmerge(self) -> None:
        """Take merged cells apart."""
        check_sheet(self.sheet.uno)
        self.uno.merge(False)

    @property
    def merge_cells(self) -> bool | None:
        """Whether the cells are merged; None if only some are, or if they are several merges."""
        cursor = self.sheet.uno.createCursorByRange(self.uno)
        cursor.collapseToMergedArea()
        grown = area_of(cursor.RangeAddress)
        if grown == self.areas[0] and not self.uno.getIsMerged():
            return False
        return True if self._is_within_one_merge() else None

    def _is_within_one_merge(self) -> bool:
        top, left, n_rows, n_columns = self.merge_area.areas[0]
        below, right = self.row + self.shape[0], self.column + self.shape[1]
        return n_rows * n_columns > 1 and below <= top + n_rows and right <= left + n_columns

    @property
    def merge_area(self) -> Range:
        """The merged cells the first cell belongs to; the cell itself if it is not merged."""
        cursor = self.sheet.uno.createCursorByRange(self.uno.getCellByPosition(0, 0))
        cursor.collapseToMergedArea()
        return self.sheet.addressed(cursor.RangeAddress)

    # --- what hangs on cells ---------------------------------------------------------------------

    @property
    def note(self) -> Note | None:
        """The first cell's note, or None."""
        return note_at(self.sheet, self.row, self.column)

    def add_note(self, text: str) -> Note:
        """Give the first cell a note."""
        return add_note(self.sheet, self.row, self.column, text)

    @property
    def table(self) -> Table | None:
        """The table the first cell is in, or None."""
        return next((t for t in self.sheet.tables if t.covers(self.row, self.column)), None)


def _jump(filled: Sequence[bool], start: int, step: int, limit: int) -> int:
    """Return where Ctrl+arrow stops: the end of this run, or else the next filled cell."""

    def is_filled(at: int) -> bool:
        return 0 <= at < len(filled) and filled[at]

    at = start + step
    if is_filled(start) and is_filled(at):
        while is_filled(at + step):
            at += step
        return at
    while 0 <= at < len(filled) and not filled[at]:
        at += step
    if 0 <= at < len(filled):
        return at
    return 0 if step < 0 else limit - 1
