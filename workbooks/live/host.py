"""What a spreadsheet can do that xlwings has no word for: protection, filters, questions.

Each host says it in its own way. What runs a button says which host it is:

    with use_host(ExcelHost()):
        button(book)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

import xlwings as xw

__all__ = ["Host", "host", "use_host"]


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

    def habits(self, book: xw.Book) -> tuple[bool, bool]:
        """Tell whether it fills formulas down in tables and lets tables grow, without being asked."""

    def set_habits(self, book: xw.Book, wanted: tuple[bool, bool]) -> None:
        """Have it fill formulas down in tables, and let tables grow, or not."""

    def choose_folder(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a folder; None where she cancels."""

    def choose_target(self, book: xw.Book, title: str, proposal: Path) -> Path | None:
        """Let the clerk choose where a new workbook goes; None where she cancels."""

    def ask(self, book: xw.Book, question: str, proposal: str = "") -> str | None:
        """Let the clerk type an answer; None where she cancels."""

    def show_page(self, page: Path) -> None:
        """Show a page of help in a browser."""


_CURRENT: ContextVar[Host] = ContextVar("host")


@contextmanager
def use_host(chosen: Host) -> Iterator[None]:
    """Let everything in the body run in this host."""
    token = _CURRENT.set(chosen)
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
