"""The interface to what a spreadsheet can do and xlwings cannot ask: protection, filters, questions.

Each spreadsheet program has a host of its own. What runs a button says which one it is:

    with use_host(ExcelHost()):
        button(book)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol, cast

import xlwings as xw

from validators.errors import UpdateRefused
from workbooks.live.retry import RetryProxy


class Host(Protocol):
    """A spreadsheet program."""

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether locked cells of a sheet cannot be changed."""

    def unprotect(self, sheet: xw.Sheet) -> bool:
        """Take away a protection without a password; False where it needs one and stays."""

    def protect(self, sheet: xw.Sheet) -> None:
        """Protect a sheet as the template does: no password; widths, sorting, filters allowed."""

    def is_filtered(self, sheet: xw.Sheet) -> bool:
        """Tell whether a filter hides rows of a sheet."""

    def show_all(self, sheet: xw.Sheet) -> None:
        """Show the rows a filter hides; the filter's buttons stay."""

    def fit_note(self, cell: xw.Range, text: str) -> None:
        """Make the note of a cell large enough for its text."""

    def rows_hidden(self, cells: xw.Range) -> bool | None:
        """Tell whether the rows of cells are hidden or filtered away; None if only some are."""

    def columns_hidden(self, cells: xw.Range) -> bool | None:
        """Tell whether the columns of cells are hidden; None if only some are."""

    def table_autocorrect(self, book: xw.Book) -> tuple[bool, bool]:
        """Tell whether it fills formulas down in tables and lets tables grow, without being asked."""

    def set_table_autocorrect(self, book: xw.Book, wanted: tuple[bool, bool]) -> None:
        """Have it fill formulas down in tables, and let tables grow, or not."""

    def choose_folder(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a folder; None where she cancels."""

    def choose_file(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a file to read; None where she cancels."""

    def choose_target(self, book: xw.Book, title: str, proposal: Path) -> Path | None:
        """Let the clerk choose where a new workbook goes; None where she cancels."""

    def save_copy(self, book: xw.Book, path: Path) -> None:
        """Save a workbook as it is now to another path; the open one stays where it is."""

    def ask(self, book: xw.Book, question: str, proposal: str = "") -> str | None:
        """Let the clerk type an answer; None where she cancels."""

    def show_page(self, page: Path) -> None:
        """Show a page of help in a browser."""


_CURRENT: ContextVar[Host] = ContextVar("host")


@contextmanager
def use_host(chosen: Host) -> Iterator[None]:
    """Let everything in the body run in this host; its calls are retried while Excel is busy."""
    token = _CURRENT.set(cast("Host", RetryProxy(chosen)))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def host() -> Host:
    """Return the host a button runs in.

    Raises:
        LookupError: Nothing said which.
    """
    return _CURRENT.get()


# --- sheets and their protection -----------------------------------------------------------------


def sheets_of(book: xw.Book) -> dict[str, xw.Sheet]:
    """Return a workbook's sheets by their names."""
    return {sheet.name: sheet for sheet in book.sheets}


@contextmanager
def unlocked(sheets: Iterable[xw.Sheet]) -> Iterator[None]:
    """Take the protection of sheets away in the body and give it back.

    Raises:
        UpdateRefused: One of them has a password; all are protected as before then.
    """
    opened = unprotect(sheets)
    try:
        yield
    finally:
        protect(opened)


def unprotect(sheets: Iterable[xw.Sheet]) -> list[xw.Sheet]:
    """Take the protection of sheets away and return those that had one.

    Raises:
        UpdateRefused: One of them has a password; all are protected as before then.
    """
    opened: list[xw.Sheet] = []
    try:
        for sheet in sheets:
            if not host().is_protected(sheet):
                continue
            if not host().unprotect(sheet):
                raise UpdateRefused(
                    f"工作表“{sheet.name}”设了保护密码，没有写入",
                    "请先撤销工作表保护（审阅 → 撤销工作表保护），再点一次",
                )
            opened.append(sheet)
    except BaseException:
        protect(opened)
        raise
    return opened


def protect(sheets: list[xw.Sheet]) -> None:
    """Protect sheets; those that are done leave the list, so that a failure can be tried again."""
    while sheets:
        host().protect(sheets[-1])
        sheets.pop()
