"""The sheets of a workbook, and Excel tables, which LibreOffice knows as database ranges.

LibreOffice saves database ranges as tables again. A table's style is lost on saving; its columns'
names are what its first row holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import xlwings as xw
from xlwings import base_classes

from addin.hosts.calc.notes import ExcelRefused, Note, check_book, notes_of
from addin.hosts.calc.office import Area, area, area_of
from addin.hosts.calc.range import Range
from addin.hosts.xlwings_engine import NamedSheets, PlacedSheet

if TYPE_CHECKING:
    from addin.hosts.calc.engine import Book


class Table(base_classes.Table):
    """One table."""

    insert_row_range = None

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet, self._name = sheet, name

    @property
    def api(self) -> Any:
        """UNO's database range."""
        return self._sheet.book.ranges.getByName(self._name)

    @property
    def parent(self) -> Sheet:
        """Its sheet."""
        return self._sheet

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)
        self._name = value

    @property
    def range(self) -> Range:
        """All its cells."""
        return self._sheet.at(area_of(self.api.DataArea))

    @property
    def header_row_range(self) -> Range | None:
        """The row of headings, or None."""
        if not self.show_headers:
            return None
        row, column, _, n_columns = self.range.areas[0]
        return self._sheet.at((row, column, 1, n_columns))

    @property
    def data_body_range(self) -> Range | None:
        """The rows between headings and totals, or None if there are none."""
        row, column, n_rows, n_columns = self.range.areas[0]
        above, below = int(self.show_headers), int(self.show_totals)
        left = n_rows - above - below
        return self._sheet.at((row + above, column, left, n_columns)) if left > 0 else None

    @property
    def show_headers(self) -> bool:
        """Whether the first row holds headings."""
        return bool(self.api.ContainsHeader)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        self.api.ContainsHeader = value

    @property
    def show_totals(self) -> bool:
        """Whether the last row holds totals."""
        return bool(self.api.TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        self.api.TotalsRow = value

    def resize(self, range: xw.Range) -> None:  # noqa: A002 - xlwings calls it so
        """Let the table cover other cells."""
        self.api.setDataArea(area(self._sheet.index - 1, range.impl.areas[0]))

    def covers(self, row: int, column: int) -> bool:
        """Tell whether the cell at `row` and `column` (from 1) is the table's."""
        top, left, n_rows, n_columns = self.range.areas[0]
        return 0 <= row - top < n_rows and 0 <= column - left < n_columns


class Tables(base_classes.Tables):
    """The tables of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    @property
    def api(self) -> Any:
        """UNO's database ranges, of the whole workbook."""
        return self._sheet.book.ranges

    def _names(self) -> list[str]:
        return self._sheet.book.tables_on(self._sheet.index - 1)

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Table]:
        return iter([Table(self._sheet, name) for name in self._names()])

    def __contains__(self, key: str) -> bool:
        return key in self._names()

    def __call__(self, key: int | str) -> Table:
        """Return a table by its name or its number, from 1."""
        names = self._names()
        if isinstance(key, int):
            return Table(self._sheet, names[key - 1])
        if key not in names:
            raise KeyError(key)
        return Table(self._sheet, key)

    def add(
        self,
        source_type: str | None = None,
        source: xw.Range | None = None,
        link_source: bool | None = None,
        has_headers: bool | None = None,
        destination: xw.Range | None = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """Make a table of the cells `source`; the style is ignored."""
        del source_type, link_source, destination, table_style_name
        if source is None:
            raise ValueError("a table needs its cells")
        name = name or self._free_name()
        self.api.addNewByName(name, area(self._sheet.index - 1, source.impl.areas[0]))
        table = self.api.getByName(name)
        table.AutoFilter, table.ContainsHeader = True, has_headers is not False
        return Table(self._sheet, name)

    def _free_name(self) -> str:
        number, ranges = 1, self.api
        while ranges.hasByName(f"Table{number}"):
            number += 1
        return f"Table{number}"


@contextmanager
def keeping_tables(document: Any, deleted: int) -> Iterator[None]:
    """Let the body delete the sheet with this number (from 0) and keep the others' tables.

    LibreOffice drops the tables of the sheet before it too.
    """
    ranges = document.DatabaseRanges
    before = {name: _state(ranges.getByName(name)) for name in ranges.ElementNames}
    yield
    for name, (where, state) in before.items():
        if where.Sheet == deleted or ranges.hasByName(name):
            continue
        where.Sheet -= where.Sheet > deleted
        ranges.addNewByName(name, where)
        table = ranges.getByName(name)
        for key, value in state.items():
            setattr(table, key, value)


def _state(table: Any) -> tuple[Any, dict[str, bool]]:
    keys = ("ContainsHeader", "TotalsRow", "AutoFilter")
    return table.DataArea, {key: bool(getattr(table, key)) for key in keys}


# --- sheets ---------------------------------------------------------------------------------------


class Sheet(PlacedSheet):
    """One sheet."""

    def __init__(self, book: Book, uno: Any) -> None:
        self._book, self.uno = book, uno

    @property
    def api(self) -> Any:
        """The UNO sheet; no action of ours may use it."""
        return self.uno

    @property
    def book(self) -> Book:
        """Its workbook."""
        return self._book

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.uno.Name)

    @name.setter
    def name(self, value: str) -> None:
        check_book(self._book.document)
        self.uno.setName(value)
        self._book.sheets.forget()

    @property
    def index(self) -> int:
        """Its number, from 1."""
        return int(self.uno.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        """Whether the clerk sees its tab; very hidden counts as hidden."""
        return bool(self.uno.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        check_book(self._book.document)
        if self.visible and not value and sum(sheet.visible for sheet in self._book.sheets) == 1:
            raise ExcelRefused("无法隐藏最后一张可见的工作表。")
        self.uno.IsVisible = bool(value)

    @property
    def protected(self) -> bool:
        """Whether it is protected. Not xlwings': see `addin.hosts.calc.is_protected`."""
        return bool(self.uno.isProtected())

    @cached_property
    def size(self) -> tuple[int, int]:
        """Numbers of rows and columns a sheet has."""
        return area_of(self.uno.RangeAddress)[2:]

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self)

    @property
    def notes(self) -> list[Note]:
        """Its notes."""
        return notes_of(self)

    # --- ranges ----------------------------------------------------------------------------------

    def at(self, where: Area) -> Range:
        """Return the cells of one area."""
        return Range(self, where)

    def addressed(self, address: Any) -> Range:
        """Return the cells of a UNO address on this sheet."""
        return self.at(area_of(address))

    @property
    def cells(self) -> Range:
        """All cells."""
        return self.at((1, 1, *self.size))

    @cached_property
    def _cursor(self) -> Any:
        return self.uno.createCursor()

    @property
    def used_range(self) -> Range:
        """The cells from the first to the last that holds something or has a format."""
        cursor = self._cursor
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        cursor.gotoStartOfUsedArea(False)
        first = cursor.RangeAddress
        row, column = first.StartRow, first.StartColumn
        return self.at((row + 1, column + 1, last.EndRow - row + 1, last.EndColumn - column + 1))

    def cells_of(self, *areas: Area) -> Range:
        """Return the cells of some areas."""
        return Range(self, *areas)

    def refused(self) -> ExcelRefused:
        """Return what Excel says of an address that is too long."""
        return ExcelRefused("应用程序定义或对象定义错误")

    # --- the sheet as a whole --------------------------------------------------------------------

    def activate(self) -> None:
        """Bring it to the front."""
        self._book.document.CurrentController.setActiveSheet(self.uno)

    def select(self) -> None:
        """Bring it to the front."""
        self.activate()

    def delete(self) -> None:
        """Delete the sheet."""
        check_book(self._book.document)
        with keeping_tables(self._book.document, self.index - 1):
            self._book.tabs.removeByName(self.name)
        self._book.sheets.forget()


def place_of(before: Sheet | None, after: Sheet | None, otherwise: int) -> int:
    """Return the position, from 0, for a sheet."""
    if before is not None:
        return before.index - 1
    return otherwise if after is None else after.index


class Sheets(NamedSheets):
    """A workbook's sheets, hidden ones too."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[str, Sheet] = {}

    @property
    def api(self) -> Any:
        """UNO's sheets."""
        return self._book.tabs

    def forget(self) -> None:
        """Ask for every sheet anew: one has come, gone or been renamed."""
        self._known.clear()

    def named(self) -> dict[str, Sheet]:
        """Return the sheets by name; each object of UNO's is dear, and stays its sheet's."""
        sheets = self.api
        names = sheets.ElementNames
        if names != (*self._known,):
            self._known = {name: Sheet(self._book, sheets.getByName(name)) for name in names}
        return self._known

    @property
    def active(self) -> Sheet:
        """The sheet in front."""
        return Sheet(self._book, self._book.document.CurrentController.ActiveSheet)

    def add(
        self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None
    ) -> Sheet:
        """Add a sheet, before the active one by default, and bring it to the front."""
        check_book(self._book.document)
        taken, number = self.api.ElementNames, 1
        while name is None and f"Sheet{number}" in taken:
            number += 1
        place = place_of(before, after, self.active.index - 1)
        self.api.insertNewByName(name or f"Sheet{number}", place)
        self.forget()
        added = Sheet(self._book, self.api.getByIndex(place))
        added.activate()
        return added
