"""Workbooks: LibreOffice's documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from addin.hosts.calc.bridge import HostFailed, properties, url_of
from addin.hosts.calc.names import Names
from addin.hosts.calc.numberformats import NumberFormats
from addin.hosts.calc.ranges import Range
from addin.hosts.calc.sheets import Sheets

if TYPE_CHECKING:
    from addin.hosts.calc.app import App

__all__ = ["Book", "Books"]

_NEVER = 0
_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
}


class Book(base_classes.Book):
    """One open workbook.

    Args:
        books: The collection it is in.
        document: UNO's document.
        path: Its file, or None if it has none yet.
        title: What it is called without a file.
    """

    def __init__(self, books: Books, document: Any, path: Path | None, title: str = "") -> None:
        self._books, self.document, self._path, self._title = books, document, path, title

    @property
    def api(self) -> Any:
        """UNO's document; no action of ours may use it."""
        return self.document

    @property
    def app(self) -> App:
        """The application."""
        return self._books.app

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name if self._path else self._title

    @property
    def fullname(self) -> str:
        """The file's path."""
        return str(self._path) if self._path else self._title

    @property
    def sheets(self) -> Sheets:
        """Its sheets."""
        return Sheets(self)

    @property
    def names(self) -> Names:
        """Its names."""
        return Names(self)

    @cached_property
    def formats(self) -> NumberFormats:
        """Its number formats."""
        return NumberFormats(self.document)

    @cached_property
    def epoch(self) -> dt.datetime:
        """The day numbered 0."""
        day = self.document.NullDate
        return dt.datetime(day.Year, day.Month, day.Day)  # noqa: DTZ001 - a cell knows no time zone

    def addressed(self, address: Any) -> Range:
        """Return the cells of a UNO address in this workbook."""
        return self.sheets(address.Sheet + 1).addressed(address)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save, under another path or its own; the ending decides the file format.

        Raises:
            ValueError: This file format is not supported.
        """
        target = Path(path or self._path or f"{self._title}.xlsx").resolve()
        if target.suffix.lower() not in _FILTERS:
            raise ValueError(f"cannot save as {target.suffix}")
        options: dict[str, Any] = {"FilterName": _FILTERS[target.suffix.lower()]}
        if password:
            options["Password"] = password
        self.document.storeAsURL(url_of(target), properties(**options))
        self._path = target

    def close(self) -> None:
        """Close without saving."""
        self._books.forget(self)
        self.document.close(True)

    def activate(self) -> None:
        """Make it the active workbook."""
        self._books.bring_forward(self)


class Books(base_classes.Books):
    """The open workbooks of one application, in the order they were opened."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._opened: list[Book] = []
        self._recent: list[Book] = []
        self._made = 0

    @property
    def api(self) -> Any:
        """UNO's desktop."""
        return self.app.desktop

    @property
    def active(self) -> Book:
        """The workbook in front.

        Raises:
            KeyError: None is open.
        """
        if not self._recent:
            raise KeyError("no workbook is open")
        return self._recent[-1]

    def __len__(self) -> int:
        return len(self._opened)

    def __iter__(self) -> Iterator[Book]:
        return iter(list(self._opened))

    def __call__(self, name_or_index: int | str) -> Book:
        """Return a book by its name or its number, from 1."""
        if isinstance(name_or_index, int):
            return self._opened[name_or_index - 1]
        wanted = name_or_index.lower()
        for book in self._opened:
            if wanted in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(name_or_index)

    def add(self) -> Book:
        """Open a new, empty workbook."""
        self._made += 1
        return self._load("private:factory/scalc", None, f"Book{self._made}")

    def open(
        self,
        fullname: str,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: str | None = None,  # noqa: A002 - xlwings calls it so
        password: str | None = None,
        *_: Any,
    ) -> Book:
        """Open a file; its macros never run, its links to other files are never followed.

        Raises:
            HostFailed: LibreOffice cannot open it.
        """
        del update_links, format
        path = Path(fullname).resolve()
        options: dict[str, Any] = {"MacroExecutionMode": _NEVER, "UpdateDocMode": _NEVER}
        if read_only:
            options["ReadOnly"] = True
        if password:
            options["Password"] = password
        return self._load(url_of(path), path, "", **options)

    def forget(self, book: Book) -> None:
        """Take a closed workbook out."""
        self._opened.remove(book)
        self._recent.remove(book)

    def bring_forward(self, book: Book) -> None:
        """Make a workbook the active one."""
        self._recent.remove(book)
        self._recent.append(book)

    def _load(self, url: str, path: Path | None, title: str, **options: Any) -> Book:
        try:  # not with Hidden=True: that would drop frozen panes without a word
            document = self.app.desktop.loadComponentFromURL(
                url, "_blank", 0, properties(**options)
            )
        except Exception as problem:
            raise HostFailed(
                f"LibreOffice 无法打开“{path or title}”", "请检查文件是否存在、是否损坏"
            ) from problem
        if document is None or not hasattr(document, "Sheets"):
            raise HostFailed(f"LibreOffice 无法打开“{path or title}”", "请确认它是 Excel 工作簿")
        book = Book(self, document, path, title)
        self._opened.append(book)
        self._recent.append(book)
        return book
