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


def _untouched(book: Book) -> Page | None:
    """Return a page no other sheet relies on, with rows and without other errors."""
    pages = [book.page(key) for key in _REQUIRED]
    clean = [page for page in pages if page.entries and not any(e.flawed for e in page.entries)]
    return clean[0] if clean else None


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
    page = _untouched(book)
    if page is None:
        return
    layout, missing = page.layout, _REQUIRED[page.model.sheet.key]
    position = next(
        n for n, c in enumerate(layout.columns) if isinstance(c, Column) and c.field == missing
    )
    del layout.columns[position], layout.headings[position]
    _unread(page)
    cell = cell_name(layout.heading_row, layout.left)
    page.planted.append(
        (cell, {"kind": "required heading missing", "level": "error", "code": "heading.missing"})
    )


def _leave_out_sheet(book: Book) -> None:
    page = _untouched(book)
    if page is None:
        return
    book.missing = page.model.sheet.key
    _unread(page)
    page.planted.append(("", {"kind": "sheet deleted", "level": "error", "code": "sheet.missing"}))


def _unread(page: Page) -> None:
    """Note that no row of the page can be read as it should."""
    page.unread = True
    for entry in page.entries:
        entry.flawed = True
