"""One sheet of a workbook."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

import xlwings as xw
from openpyxl.utils.cell import range_boundaries
from xlwings import NoSuchObjectError, base_classes

from addin.hosts.calc.bridge import Area, area_of
from addin.hosts.calc.names import Names
from addin.hosts.calc.notes import Note, notes_of
from addin.hosts.calc.protection import ExcelRefused, check_book
from addin.hosts.calc.ranges import Range
from addin.hosts.calc.tables import Table, Tables, keeping_tables

if TYPE_CHECKING:
    from addin.hosts.calc.book import Book

__all__ = ["Sheet", "place_of"]

Cell = str | tuple[int, ...] | xw.Range | Range
"""An address, a place (row, column) or an area (row, column, rows, columns), or cells."""

_AREA = r"[A-Za-z]{1,3}\d+(?::[A-Za-z]{1,3}\d+)?|\d+:\d+|[A-Za-z]{1,3}:[A-Za-z]{1,3}"
_AREAS = re.compile(rf"(?:{_AREA})(?:,(?:{_AREA}))*")
_LONGEST_ADDRESS = 255


class FreezePanes(base_classes.FreezePanes):
    """The rows and columns that stay when a sheet is scrolled."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def freeze_at(self, frozen_range: Any) -> None:
        """Freeze these rows and columns (whole rows freeze no columns, and the reverse)."""
        row, column, n_rows, n_columns = self._sheet.range(frozen_range).areas[0]
        all_rows, all_columns = self._sheet.size
        rows = 0 if n_rows == all_rows else row + n_rows - 1
        columns = 0 if n_columns == all_columns else column + n_columns - 1
        self._controller().freezeAtPosition(columns, rows)

    def unfreeze(self) -> None:
        """Let everything scroll."""
        self._controller().freezeAtPosition(0, 0)

    def _controller(self) -> Any:
        self._sheet.activate()
        return self._sheet.book.document.CurrentController


class Sheet(base_classes.Sheet):
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
        if self.visible and not value and sum(one.visible for one in self._book.sheets) == 1:
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
    def names(self) -> Names:
        """The names valid on this sheet only."""
        return Names(self._book, self)

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self)

    @property
    def notes(self) -> list[Note]:
        """Its notes."""
        return notes_of(self)

    @property
    def freeze_panes(self) -> FreezePanes:
        """Its frozen rows and columns."""
        return FreezePanes(self)

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

    @property
    def used_range(self) -> Range:
        """The cells from the first to the last that holds something or has a format."""
        cursor = self.uno.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        cursor.gotoStartOfUsedArea(False)
        first = cursor.RangeAddress
        row, column = first.StartRow, first.StartColumn
        return self.at((row + 1, column + 1, last.EndRow - row + 1, last.EndColumn - column + 1))

    def range(self, arg1: Cell | int, arg2: Cell | int | None = None) -> Range:
        """Return cells by address, name, table, corner cells, or row and column."""
        if isinstance(arg1, int):
            return self._one((arg1, arg2 if isinstance(arg2, int) else 1))
        first = self._one(arg1)
        if arg2 is None or isinstance(arg2, int):
            return first
        second = self._one(arg2)
        row, column = min(first.row, second.row), min(first.column, second.column)
        n_rows = max(r.row + r.shape[0] for r in (first, second)) - row
        n_columns = max(r.column + r.shape[1] for r in (first, second)) - column
        return first.sheet.at((row, column, n_rows, n_columns))

    def _one(self, cell: Cell) -> Range:
        if isinstance(cell, Range):
            return cell
        if isinstance(cell, xw.Range):
            return cell.impl  # type: ignore[no-any-return]
        if isinstance(cell, tuple):
            if 0 in cell:
                raise IndexError("xlwings/Excel Ranges are 1-based.")
            row, column, n_rows, n_columns = (*cell, 1, 1)[:4]
            return self.at((row, column, n_rows, n_columns))
        return self._by_address(cell) or self._by_name(cell)

    def _by_address(self, text: str) -> Range | None:
        bare = text.replace("$", "").replace(" ", "")
        if not _AREAS.fullmatch(bare):
            return None
        if len(text) > _LONGEST_ADDRESS:
            raise ExcelRefused("应用程序定义或对象定义错误")  # Excel's words for it
        return Range(self, *map(self._area, bare.split(",")))

    def _area(self, address: str) -> Area:
        """Return an area by its address, whole rows and columns too; without asking LibreOffice."""
        left, top, right, bottom = range_boundaries(address)
        rows, columns = self.size
        top, left = top or 1, left or 1
        return top, left, (bottom or rows) - top + 1, (right or columns) - left + 1

    def _by_name(self, text: str) -> Range:
        if "!" in text and not self._book.names.contains(text):
            sheet, address = text.rsplit("!", 1)
            return self._book.sheets(sheet.strip("'")).range(address)
        for names in (self.names, self._book.names):
            if names.contains(text):
                return names(text).refers_to_range
        table, _, part = text.partition("[")
        for sheet_table in self.tables:
            if sheet_table.name == table:
                return _part_of(sheet_table, part)
        raise NoSuchObjectError(f"The address/named range '{text}' doesn't exist.")

    # --- the sheet as a whole --------------------------------------------------------------------

    def activate(self) -> None:
        """Bring it to the front."""
        self._book.document.CurrentController.setActiveSheet(self.uno)

    def select(self) -> None:
        """Bring it to the front."""
        self.activate()

    def clear_contents(self) -> None:
        """Empty all cells."""
        self.used_range.clear_contents()

    def clear_formats(self) -> None:
        """Take away all formats."""
        self.used_range.clear_formats()

    def clear(self) -> None:
        """Take away contents, formats and notes."""
        self.used_range.clear()

    def autofit(self, axis: str | None = None) -> None:
        """Fit columns, rows or both."""
        self.used_range.autofit(axis)

    def delete(self) -> None:
        """Delete the sheet."""
        check_book(self._book.document)
        with keeping_tables(self._book.document, self.index - 1):
            self._book.document.Sheets.removeByName(self.name)

    def copy(self, before: Sheet | None, after: Sheet | None) -> None:
        """Copy it within the workbook."""
        check_book(self._book.document)
        taken, number = self._book.document.Sheets.ElementNames, 2
        while f"{self.name} ({number})" in taken:
            number += 1
        place = place_of(before, after, len(taken))
        self._book.document.Sheets.copyByName(self.name, f"{self.name} ({number})", place)

    def move(self, before: Sheet | None, after: Sheet | None) -> None:
        """Move it within the workbook."""
        check_book(self._book.document)
        sheets = self._book.document.Sheets
        sheets.moveByName(self.name, place_of(before, after, sheets.Count))


def place_of(before: Sheet | None, after: Sheet | None, otherwise: int) -> int:
    """Return the position, from 0, for a sheet."""
    if before is not None:
        return before.index - 1
    return otherwise if after is None else after.index


def _part_of(table: Table, part: str) -> Range:
    if part.lower() == "#all]":
        return table.range
    body = table.data_body_range
    if part or body is None:
        raise NoSuchObjectError(f"'{table.name}[{part}' doesn't exist.")
    return body
