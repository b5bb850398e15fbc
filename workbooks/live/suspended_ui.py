"""Let the spreadsheet stand still while a button works, and leave it as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import xlwings as xw

from workbooks.live.host import host
from workbooks.live.retry import retry

_OWN: tuple[object, ...] = (False, None, "", "FALSE", "False")
"""What the status bar reads as while Excel itself writes into it."""


@contextmanager
def quiet(book: xw.Book) -> Iterator[None]:
    """Turn screen updating and events off in the body; then put both back, the status bar too.

    Calculation is left alone. An error in the body goes on whatever happens while putting back.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    app = retry(lambda: book.app)
    screen = retry(lambda: app.screen_updating)
    events = retry(lambda: app.enable_events)
    status = retry(lambda: app.status_bar)

    def show(on: bool) -> None:
        app.screen_updating = on

    def listen(on: bool) -> None:
        app.enable_events = on

    def say(text: str | bool) -> None:
        app.status_bar = text

    steps: list[Callable[[], None]] = [
        lambda: say(False if status in _OWN else status),
        lambda: listen(events),
        lambda: show(screen),
    ]
    failed = True
    try:
        retry(lambda: show(False))
        retry(lambda: listen(False))
        yield
        failed = False
    finally:
        problem = _put_back(steps)
        if problem and not failed:
            raise problem


@contextmanager
def unaided(book: xw.Book) -> Iterator[None]:
    """Keep the spreadsheet in the body from adding to what is written, then let it again.

    By itself Excel copies a formula that is written into a table to the rows around it, and takes
    what is written beside a table into it: cells that were not kept, so that no undo restores them.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    habits = retry(lambda: host().habits(book))
    failed = True
    try:
        retry(lambda: host().set_habits(book, (False, False)))
        yield
        failed = False
    finally:
        problem = _put_back([lambda: host().set_habits(book, habits)])
        if problem and not failed:
            raise problem


def _put_back(steps: list[Callable[[], None]]) -> Exception | None:
    """Take every step, even if one before fails; return the first error."""
    first: Exception | None = None
    for step in steps:
        try:
            retry(step)
        except Exception as error:
            first = first or error
    return first
