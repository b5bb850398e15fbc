"""Defined names of a workbook or of one sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from addin.hosts.calc.office import cell_address
from addin.hosts.calc.text import from_calc, to_calc

if TYPE_CHECKING:
    from addin.hosts.calc.engine import Book
    from addin.hosts.calc.range import Range
    from addin.hosts.calc.sheet import Sheet


class Name(base_classes.Name):
    """One name."""

    def __init__(self, names: Names, name: str) -> None:
        self._names, self._name = names, name

    @property
    def api(self) -> Any:
        """UNO's named range."""
        return self._names.api.getByName(self._name)

    @property
    def name(self) -> str:
        """The name; with its sheet before it, if it is the sheet's."""
        sheet = self._names.sheet
        return f"{sheet.name}!{self._name}" if sheet else self._name

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)
        self._name = value

    @property
    def refers_to(self) -> str:
        """What it stands for, as a formula."""
        return f"={from_calc(str(self.api.Content))}"

    @refers_to.setter
    def refers_to(self, value: str) -> None:
        self.api.setContent(to_calc(value).removeprefix("="))

    @property
    def range_or_none(self) -> Range | None:
        """The cells it stands for, or None if it stands for something else."""
        cells = self.api.getReferredCells()
        return None if cells is None else self._names.book.addressed(cells.RangeAddress)

    @property
    def refers_to_range(self) -> Range:
        """The cells it stands for.

        Raises:
            ValueError: It does not stand for cells.
        """
        found = self.range_or_none
        if found is None:
            raise ValueError(f"{self._name} does not refer to a range")
        return found

    def delete(self) -> None:
        """Remove the name."""
        self._names.api.removeByName(self._name)


class Names(base_classes.Names):
    """The names of a workbook, or of one sheet of it."""

    def __init__(self, book: Book, sheet: Sheet | None = None) -> None:
        self.book, self.sheet = book, sheet

    @property
    def api(self) -> Any:
        """UNO's named ranges."""
        return (self.sheet.uno if self.sheet else self.book.document).NamedRanges

    def __len__(self) -> int:
        return int(self.api.Count)

    def __iter__(self) -> Iterator[Name]:
        return iter([Name(self, name) for name in self.api.ElementNames])

    def snapshot(self) -> list[tuple[str, Name]]:
        """Return every name with its object."""
        return [(name.name, name) for name in self]

    def __call__(self, name_or_index: int | str) -> Name:
        """Return a name by its name or its number, from 1."""
        if isinstance(name_or_index, int):
            return list(self)[name_or_index - 1]
        names, name = self._scoped(name_or_index)
        if not names.api.hasByName(name):
            raise KeyError(name_or_index)
        return Name(names, name)

    def contains(self, name_or_index: int | str) -> bool:
        """Tell whether there is such a name."""
        if isinstance(name_or_index, int):
            return 1 <= name_or_index <= len(self)
        names, name = self._scoped(name_or_index)
        return bool(names.api.hasByName(name))

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, anew if there is one already."""
        names, name = self._scoped(name)
        if names.api.hasByName(name):
            names.api.removeByName(name)
        content = to_calc(refers_to).removeprefix("=")
        names.api.addNewByName(name, content, cell_address(0, 1, 1), 0)
        return Name(names, name)

    def _scoped(self, name: str) -> tuple[Names, str]:
        """Take `Sheet!name` apart: such a name is the sheet's."""
        if "!" not in name:
            return self, name
        sheet, bare = name.rsplit("!", 1)
        return Names(self.book, self.book.sheets(sheet.strip("'"))), bare
