"""The sheets of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import NoSuchObjectError, base_classes

from addin.hosts.calc.protection import check_book
from addin.hosts.calc.sheet import Sheet, place_of

if TYPE_CHECKING:
    from addin.hosts.calc.book import Book

__all__ = ["Sheets"]


class Sheets(base_classes.Sheets):
    """A workbook's sheets, hidden ones too."""

    def __init__(self, book: Book) -> None:
        self._book = book

    @property
    def api(self) -> Any:
        """UNO's sheets."""
        return self._book.document.Sheets

    @property
    def active(self) -> Sheet:
        """The sheet in front."""
        return Sheet(self._book, self._book.document.CurrentController.ActiveSheet)

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Sheet]:
        sheets = self.api
        return iter([Sheet(self._book, sheets.getByIndex(i)) for i in range(sheets.Count)])

    def __call__(self, name_or_index: int | str) -> Sheet:
        """Return a sheet by its name or its number, from 1."""
        sheets = self.api
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= sheets.Count:
                raise IndexError(name_or_index)
            return Sheet(self._book, sheets.getByIndex(name_or_index - 1))
        for name in sheets.ElementNames:
            if name.lower() == name_or_index.lower():  # as in Excel
                return Sheet(self._book, sheets.getByName(name))
        raise NoSuchObjectError(f"Sheet {name_or_index} doesn't exist.")

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
        added = Sheet(self._book, self.api.getByIndex(place))
        added.activate()
        return added
