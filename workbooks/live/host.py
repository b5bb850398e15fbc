"""The interface to what a spreadsheet can do and xlwings cannot ask: protection, filters, questions.

Each spreadsheet program has a host of its own. What runs a button says which one it is:

    with use_host(ExcelHost()):
        button(book)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol, cast

import xlwings as xw

from validators.errors import UpdateRefused
from workbooks.live.retry import RetryProxy
from workbooks.ooxml.addresses import Rectangle


class Look(NamedTuple):
    """What a cell looks like, or is to look like.

    Attributes:
        row: Its row.
        column: Its column.
        fill: `#RRGGBB`, "" for none; None leaves the fill as it is.
        note: Its note, "" for none; None leaves the note as it is.
    """

    row: int
    column: int
    fill: str | None
    note: str | None


class SheetFacts(NamedTuple):
    """What is known of a worksheet without its values.

    Attributes:
        visible: Whether a clerk sees its tab.
        used: Its used cells.
        shown: Whether surely no used row or column is hidden.
        unmerged_from: The row from which on no cells are merged, None if that is not known.
        totals: The rows in which tables show their totals.
    """

    visible: bool
    used: Rectangle
    shown: bool
    unmerged_from: int | None
    totals: frozenset[int]


class Host(Protocol):
    """A spreadsheet program."""

    def facts(self, book: xw.Book) -> dict[str, SheetFacts] | None:
        """Return what is known of all worksheets by name, in one call; None where it cannot do so."""

    def show(self, sheet: xw.Sheet) -> None:
        """Bring a sheet to the front of its workbook, whichever program is in front."""

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

    def looks(self, sheet: xw.Sheet, places: Sequence[tuple[int, int]]) -> list[Look] | None:
        """Return what cells look like, all in one call; None where it cannot do so."""

    def put_looks(self, sheet: xw.Sheet, looks: Sequence[Look]) -> bool:
        """Make cells look so, all in one call; False where it cannot do so, or not for all."""

    def rows_hidden(self, rows: xw.Range) -> bool | None:
        """Tell whether whole rows are hidden or filtered away; None if only some are."""

    def columns_hidden(self, columns: xw.Range) -> bool | None:
        """Tell whether whole columns are hidden; None if only some are."""

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

    def copy_text(self, text: str) -> bool:
        """Put a text on the clipboard; False where it cannot do so."""


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


@dataclass(slots=True)
class _Click:
    """What is known of a workbook while a button of it works, so that it is asked once."""

    book: xw.Book
    sheets: dict[str, xw.Sheet] = field(default_factory=dict)
    facts: dict[str, SheetFacts] | None = None


_CLICK: ContextVar[_Click | None] = ContextVar("click", default=None)


@contextmanager
def one_click(book: xw.Book) -> Iterator[None]:
    """Let the body, which does what one click asks for, ask for a workbook's sheets only once."""
    token = _CLICK.set(_Click(book))
    try:
        yield
    finally:
        _CLICK.reset(token)


def sheets_of(book: xw.Book) -> dict[str, xw.Sheet]:
    """Return a workbook's sheets by their names."""
    click = _CLICK.get()
    if click is None or click.book is not book:
        return {sheet.name: sheet for sheet in book.sheets}
    if not click.sheets:
        facts, sheets = facts_of(book), [*book.sheets]
        named = zip(facts, sheets, strict=False) if len(facts) == len(sheets) else ()
        click.sheets.update(named or ((sheet.name, sheet) for sheet in sheets))
    return {**click.sheets}


def facts_of(book: xw.Book) -> dict[str, SheetFacts]:
    """Return what is known of a workbook's sheets while a button of it works; {} if nothing is."""
    click = _CLICK.get()
    if click is None or click.book is not book:
        return {}
    if click.facts is None:
        click.facts = host().facts(book) or {}
    return click.facts


def forget_facts() -> None:
    """Have the facts of sheets asked for anew: something is written."""
    if click := _CLICK.get():
        click.facts = None


def sheet_added(name: str, sheet: xw.Sheet) -> None:
    """Have a new last sheet be one of the sheets."""
    if (click := _CLICK.get()) and click.sheets:
        click.sheets[name] = sheet


def sheet_gone(name: str) -> None:
    """Have a deleted sheet be none of the sheets."""
    if click := _CLICK.get():
        click.sheets.pop(name, None)


def name_of(sheet: xw.Sheet) -> str:
    """Return the name of a sheet."""
    click = _CLICK.get()
    known = (name for name, one in click.sheets.items() if one is sheet) if click else iter(())
    return next(known, None) or sheet.name


def book_of(sheet: xw.Sheet) -> xw.Book:
    """Return the workbook of a sheet; while a button works, the very object it was given."""
    click = _CLICK.get()
    if click and any(one is sheet for one in click.sheets.values()):
        return click.book
    return sheet.book


def is_hidden(sheet: xw.Sheet) -> bool:
    """Tell whether a clerk does not see the tab; Excel calls a very hidden one visible = 2."""
    return sheet.visible not in (True, -1)


def is_filtered(sheet: xw.Sheet) -> bool:
    """Tell whether a filter hides rows of a sheet."""
    click = _CLICK.get()
    known = click.facts.get(name_of(sheet)) if click and click.facts else None
    return not (known and known.shown) and host().is_filtered(sheet)


def show(sheet: xw.Sheet) -> bool:
    """Bring a sheet to the front; tell whether that was possible, which never matters much."""
    try:
        host().show(sheet)
    except Exception:  # busy, protected, or gone: what was written is written
        return False
    return True


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
                    f"工作表“{name_of(sheet)}”设有保护密码，未写入",
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
