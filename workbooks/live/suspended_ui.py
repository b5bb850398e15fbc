"""Keep the spreadsheet still while a button works, and leave it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import xlwings as xw

from workbooks.live.host import host

_NOT_OURS: tuple[object, ...] = (False, None, "", "FALSE", "False")
"""What the status bar reads as while Excel itself writes into it."""


@contextmanager
def suspended_ui(book: xw.Book) -> Iterator[None]:
    """Turn screen updating and events off in the body; then put both back, the status bar too.

    Calculation is left alone. An error in the body goes on whatever happens while putting back.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    app = book.app
    screen, events, status = app.screen_updating, app.enable_events, app.status_bar
    with _restoring(
        partial(setattr, app, "status_bar", False if status in _NOT_OURS else status),
        partial(setattr, app, "enable_events", events),
        partial(setattr, app, "screen_updating", screen),
    ):
        app.screen_updating = False
        app.enable_events = False
        yield


@contextmanager
def suspended_autocorrect(book: xw.Book) -> Iterator[None]:
    """Keep the spreadsheet in the body from adding to what is written into or beside tables.

    By itself Excel copies a formula that is written into a table to the rows around it, and takes
    what is written beside a table into it: cells of which no snapshot was taken, so that no undo
    restores them.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    settings = host().table_autocorrect(book)
    with _restoring(lambda: host().set_table_autocorrect(book, settings)):
        host().set_table_autocorrect(book, (False, False))
        yield


@contextmanager
def _restoring(*steps: Callable[[], None]) -> Iterator[None]:
    """Take every step after the body, even if one fails; the body's error goes before theirs."""
    failed = True
    try:
        yield
        failed = False
    finally:
        problem: Exception | None = None
        for step in steps:
            try:
                step()
            except Exception as error:
                problem = problem or error
        if problem and not failed:
            raise problem
