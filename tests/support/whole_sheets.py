"""What whole sheets of a workbook open in LibreOffice hold, asked for at once.

Range by range that takes hundreds of questions, each for an object that takes ten more; procedures of
Basic inside LibreOffice answer them all.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from weakref import WeakKeyDictionary

from addin.hosts.calc import values
from addin.hosts.calc.engine import Book
from addin.hosts.calc.office import Area, RunningOffice, area_of
from addin.hosts.calc.sheet import Sheet

_LIBRARY = "Looking"
_DATE, _LOGICAL = 2, 1024
_SOURCE = f"""
Function Contents(Document, Without)
    Dim Found()
    For Each Sheet In Document.Sheets
        If InStr(Without, "/" & Sheet.Name & "/") = 0 Then
            Cursor = Sheet.createCursor()
            Cursor.gotoEndOfUsedArea(False)
            Last = Cursor.RangeAddress
            Area = Sheet.getCellRangeByPosition(0, 0, Last.EndColumn, Last.EndRow)
            Dim Kinds()
            ReDim Kinds()
            For Each Group In Area.getUniqueCellFormatRanges()
                Kind = Document.NumberFormats.getByKey(Group.NumberFormat).Type
                If Kind And {_DATE | _LOGICAL} Then Append(Kinds, Array(Kind, Group.RangeAddresses))
            Next
            Append(Found, Array(Sheet.Name, Area.getDataArray(), Kinds))
        End If
    Next
    Contents = Found
End Function

Function Formulas(Document)
    Dim Found()
    For Each Sheet In Document.Sheets
        Cursor = Sheet.createCursor()
        Cursor.gotoEndOfUsedArea(False)
        Last = Cursor.RangeAddress
        Area = Sheet.getCellRangeByPosition(0, 0, Last.EndColumn, Last.EndRow)
        Append(Found, Array(Sheet.Name, Area.getFormulaArray(), Formats(Sheet)))
    Next
    Formulas = Found
End Function

Function Formats(Sheet)
    Dim Found()
    For Each Group In Sheet.getUniqueCellFormatRanges()
        Append(Found, Array(Group.NumberFormat, Group.RangeAddresses))
    Next
    Formats = Found
End Function

Sub Append(List, One)
    ReDim Preserve List(UBound(List) + 1)
    List(UBound(List)) = One
End Sub
"""
_procedures: WeakKeyDictionary[RunningOffice, dict[str, Any]] = WeakKeyDictionary()


def contents(book: Book, without: Collection[str]) -> dict[str, list[list[Any]]]:
    """Return by tab, of all but some, the rows from A1 on: "" or None is blank, else as `raw_value` has it."""
    found = _answer(book, "Contents", book.document, "/".join(("", *without, "")))
    return {name: _rows(book, name, data, kinds) for name, data, kinds in found}


def formulas_and_formats(book: Book) -> dict[str, tuple[dict[tuple[int, int], str], Any]]:
    """Return by tab the formula or content of every cell that has any, and the areas that are formatted."""
    return {
        name: (
            {
                (row, column): text
                for row, line in enumerate(formulas)
                for column, text in enumerate(line)
                if text
            },
            {(key, area) for key, area in _areas(formats) if key != values.GENERAL},
        )
        for name, formulas, formats in _answer(book, "Formulas", book.document)
    }


def number_formats(sheet: Sheet) -> list[tuple[int, Area]]:
    """Return areas that cover a sheet, each with the key of its number format."""
    return _areas(_answer(sheet.book, "Formats", sheet.uno))


def _areas(formats: Any) -> list[tuple[int, Area]]:
    return [(int(key), area_of(address)) for key, addresses in formats for address in addresses]


def _answer(book: Book, name: str, *given: Any) -> Any:
    office = book.app.office
    known = _procedures.setdefault(office, {})
    if not known:
        libraries = office.service("com.sun.star.script.ApplicationScriptLibraryContainer")
        if not libraries.hasByName(_LIBRARY):
            libraries.createLibrary(_LIBRARY)
            libraries.getByName(_LIBRARY).insertByName(_LIBRARY, _SOURCE)
    if name not in known:
        makes = office.service("com.sun.star.script.provider.MasterScriptProviderFactory")
        place = f"{_LIBRARY}.{_LIBRARY}.{name}?language=Basic&location=application"
        known[name] = makes.createScriptProvider("").getScript(f"vnd.sun.star.script:{place}")
    return known[name].invoke(given, (), ())[0]


def _rows(book: Book, name: str, data: Any, kinds: Any) -> list[list[Any]]:
    if any(None in row for row in data):  # an error: which one is known cell by cell only
        return values.read(book.sheets(name).at((1, 1, len(data), len(data[0]))))
    # Basic hands on a whole number as one
    rows = [[float(one) if isinstance(one, int) else one for one in row] for row in data]
    for kind, addresses in kinds:
        for address in addresses:
            top, left, height, width = area_of(address)
            for row in rows[top - 1 : top - 1 + height]:
                for at in range(left - 1, left - 1 + width):
                    if isinstance(number := row[at], float):
                        is_date = not kind & _LOGICAL
                        row[at] = values.moment(book.epoch, number) if is_date else bool(number)
    return rows
