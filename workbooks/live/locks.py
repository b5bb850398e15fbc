"""The sheets of an open workbook, and their protection taken away while they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import xlwings as xw

from validators.errors import UpdateRefused
from workbooks.live.busy import patiently
from workbooks.live.host import host

__all__ = ["protect", "sheets_of", "unlocked", "unprotect"]


def sheets_of(book: xw.Book) -> dict[str, xw.Sheet]:
    """Return a workbook's sheets by their names."""
    return {name: sheet for sheet in _every(book) if (name := _name(sheet))}


def _every(book: xw.Book) -> list[xw.Sheet]:
    return patiently(lambda: list(book.sheets))


def _name(sheet: xw.Sheet) -> str:
    return patiently(lambda: sheet.name)


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
            if _unprotected(sheet):
                opened.append(sheet)
    except BaseException:
        protect(opened)
        raise
    return opened


def _unprotected(sheet: xw.Sheet) -> bool:
    """Take a sheet's protection away; tell whether it had one."""
    if not patiently(lambda: host().is_protected(sheet)):
        return False
    if not patiently(lambda: host().unprotect(sheet)):
        raise UpdateRefused(
            f"工作表“{sheet.name}”设了保护密码，没有写入",
            "请先撤销工作表保护（审阅 → 撤销工作表保护），再点一次",
        )
    return True


def protect(sheets: list[xw.Sheet]) -> None:
    """Protect sheets; those that are done leave the list, so that a failure can be tried again."""
    while sheets:
        patiently(lambda: host().protect(sheets[-1]))
        sheets.pop()
