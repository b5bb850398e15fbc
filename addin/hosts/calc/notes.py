"""Cell notes (批注), and refusals on protected sheets as Excel gives them.

Through its interface LibreOffice changes colours, notes and even contents of a protected sheet
without a word. Excel raises error 1004, so this engine does, with the number and shape of the
`pywintypes.com_error` an action would see there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from addin.hosts.calc.office import area_of, cell_address

if TYPE_CHECKING:
    from addin.hosts.calc.cells import Cells
    from addin.hosts.calc.range import Range
    from addin.hosts.calc.sheet import Sheet


_EXCEPTION_OCCURRED = -2147352567
_ERROR_1004 = -2146827284


class ExcelRefused(Exception):
    """What Excel answers with error 1004.

    Attributes:
        hresult, strerror, excepinfo, argerror: As in `pywintypes.com_error`.
    """

    def __init__(self, message: str) -> None:
        self.hresult = _EXCEPTION_OCCURRED
        self.strerror = "发生意外。"
        self.excepinfo = (0, "Microsoft Excel", message, "xlmain11.chm", 0, _ERROR_1004)
        self.argerror = None
        super().__init__(self.hresult, self.strerror, self.excepinfo, self.argerror)

    def __str__(self) -> str:
        return str(self.excepinfo[2])


class SheetProtected(ExcelRefused):
    """A write to locked cells, or any change of styles or structure, on a protected sheet."""

    def __init__(self) -> None:
        super().__init__(
            "您试图更改的单元格或图表位于受保护的工作表中。若要进行更改，请取消工作表保护。您可能需要输入密码。"
        )


def check_contents(sheet: Any, cells: Any) -> None:
    """Raise unless the cells' contents may change: no protection, or every cell is unlocked.

    Args:
        sheet: The UNO sheet.
        cells: The UNO cell range or ranges.

    Raises:
        SheetProtected: One of the cells is locked.
    """
    if not sheet.isProtected():
        return
    mixed = cells.getPropertyState("CellProtection").value == "AMBIGUOUS_VALUE"
    if mixed or cells.CellProtection.IsLocked:
        raise SheetProtected


def check_sheet(sheet: Any) -> None:
    """Raise if the UNO sheet is protected: styles, notes and rows are then fixed for every cell.

    A protection that allows formatting is not told apart: LibreOffice does not say.

    Raises:
        SheetProtected: The sheet is protected.
    """
    if sheet.isProtected():
        raise SheetProtected


def check_book(document: Any) -> None:
    """Raise if the UNO document's structure is protected: sheets stay as they are.

    Raises:
        ExcelRefused: The workbook's structure is protected.
    """
    if document.isProtected():
        raise ExcelRefused("工作簿受保护，无法更改。")


# --- notes ----------------------------------------------------------------------------------------

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
    notes = []
    for address in cells.uno.queryContentCells(_NOTE).RangeAddresses:
        top, left, n_rows, n_columns = area_of(address)
        for row in range(top, top + n_rows):
            for column in range(left, left + n_columns):
                notes.append((row, column, Note(cells.sheet, row, column).text))
    return notes


def notes_of(sheet: Sheet) -> list[Note]:
    """Return all notes of a sheet."""
    annotations = sheet.uno.Annotations
    places = [annotations.getByIndex(index).Position for index in range(annotations.Count)]
    return [Note(sheet, place.Row + 1, place.Column + 1) for place in places]
