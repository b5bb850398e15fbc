"""Errors of the sheets themselves: a heading missing or doubled, a sheet deleted."""

from __future__ import annotations

from validators.columns import Column
from workbooks.samples.book import Book, Page
from workbooks.samples.layout import Extra, cell_name

__all__ = ["plant_sheet_errors"]

_REQUIRED = {"exchange": "author", "misconduct": "confirmed_by"}


def plant_sheet_errors(book: Book, position: int) -> None:
    """Plant the error whose turn it is; most townships have none."""
    if position % 9 == 4:
        _double_heading(book)
    elif position % 9 == 7:
        _leave_out_heading(book)
    elif position % 9 == 2:
        _leave_out_sheet(book)


def _page_to_spoil(book: Book) -> Page:
    """Return a page no other sheet relies on."""
    return book.page("misconduct" if book.page("misconduct").entries else "exchange")


def _forget(book: Book, page: Page, field: str = "") -> None:
    """Forget errors planted in cells that are no longer there."""
    key = page.model.sheet.key
    book.world.cited = [
        cited
        for cited in book.world.cited
        if cited.entry.sheet != key or (field and cited.field != field)
    ]


def _double_heading(book: Book) -> None:
    layout = book.page("completion").layout
    heading = layout.headings[-1]
    layout.columns.append(Extra(heading))
    layout.headings.append(heading)
    cell = cell_name(layout.heading_row, layout.left + len(layout.columns) - 1)
    book.page("completion").planted.append(
        (cell, {"kind": "heading twice", "level": "error", "code": "heading.duplicate"})
    )


def _leave_out_heading(book: Book) -> None:
    page = _page_to_spoil(book)
    layout, missing = page.layout, _REQUIRED[page.model.sheet.key]
    position = next(
        n for n, c in enumerate(layout.columns) if isinstance(c, Column) and c.field == missing
    )
    del layout.columns[position], layout.headings[position]
    _forget(book, page, missing)
    _unread(page)
    cell = cell_name(layout.heading_row, layout.left)
    page.planted.append(
        (cell, {"kind": "required heading missing", "level": "error", "code": "heading.missing"})
    )


def _leave_out_sheet(book: Book) -> None:
    page = _page_to_spoil(book)
    book.missing = page.model.sheet.key
    _forget(book, page)
    _unread(page)
    page.planted.append(("", {"kind": "sheet deleted", "level": "error", "code": "sheet.missing"}))


def _unread(page: Page) -> None:
    """Note that no row of the page can be read as it should."""
    page.unread = True
    for entry in page.entries:
        entry.flawed = True
