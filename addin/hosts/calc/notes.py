"""Cell notes (批注)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from addin.hosts.calc.bridge import area_of, cell_address
from addin.hosts.calc.protection import check_sheet

if TYPE_CHECKING:
    from addin.hosts.calc.cells import Cells
    from addin.hosts.calc.ranges import Range
    from addin.hosts.calc.sheet import Sheet

__all__ = ["Note", "add_note", "note_at", "notes_in", "notes_of"]

_NOTE = 8


class Note(base_classes.Note):
    """The note of one cell, given by row and column from 1."""

    def __init__(self, sheet: Sheet, row: int, column: int) -> None:
        self._sheet, self._row, self._column = sheet, row, column

    @property
    def _cell(self) -> Any:
        return self._sheet.uno.getCellByPosition(self._column - 1, self._row - 1)

    @property
    def api(self) -> Any:
        """UNO's annotation."""
        return self._cell.Annotation

    @property
    def text(self) -> str:
        """What it says."""
        return str(self.api.String)

    @text.setter
    def text(self, value: str) -> None:
        check_sheet(self._sheet.uno)
        self.api.setString(value)

    @property
    def author(self) -> str:
        """Who wrote it."""
        return str(self.api.Author)

    @property
    def location(self) -> Range:
        """Its cell."""
        return self._sheet.at((self._row, self._column, 1, 1))

    def delete(self) -> None:
        """Take the note away."""
        check_sheet(self._sheet.uno)
        self._cell.clearContents(_NOTE)


def note_at(sheet: Sheet, row: int, column: int) -> Note | None:
    """Return the note of a cell, or None if it has none."""
    note = Note(sheet, row, column)
    return note if note.text else None


def add_note(sheet: Sheet, row: int, column: int, text: str) -> Note:
    """Give a cell without a note (xlwings looks) its note.

    Raises:
        SheetProtected: The sheet is protected.
    """
    check_sheet(sheet.uno)
    note = Note(sheet, row, column)
    sheet.uno.Annotations.insertNew(cell_address(sheet.index - 1, row, column), text)
    return note


def notes_in(cells: Cells) -> list[tuple[int, int, str]]:
    """Return row and column (from 1) and text of every note in the first area of cells."""
    found = []
    for address in cells.uno.queryContentCells(_NOTE).RangeAddresses:
        top, left, n_rows, n_columns = area_of(address)
        for row in range(top, top + n_rows):
            for column in range(left, left + n_columns):
                found.append((row, column, Note(cells.sheet, row, column).text))
    return found


def notes_of(sheet: Sheet) -> list[Note]:
    """Return all notes of a sheet."""
    found = sheet.uno.Annotations
    places = [found.getByIndex(index).Position for index in range(found.Count)]
    return [Note(sheet, place.Row + 1, place.Column + 1) for place in places]
