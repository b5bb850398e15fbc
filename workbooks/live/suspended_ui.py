"""Keep the spreadsheet still while a button works, and leave it as it was.

What could not be put back, because Excel was busy for too long, is remembered and put back before
anything else the next time, so that it is never taken for the clerk's own setting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import xlwings as xw

from workbooks.live.host import host
from workbooks.live.retry import ExcelBusy

_NOT_OURS: tuple[object, ...] = (False, None, "", "FALSE", "False")
"""What the status bar reads as while Excel itself writes into it."""

Restoring = Mapping[str, Callable[[xw.Book], None]]
"""By the name of a setting, what puts it back, in a workbook of the same program."""

_UNFINISHED: dict[int, dict[str, Callable[[xw.Book], None]]] = {}
"""By program, what could not be put back yet."""


@contextmanager
def suspended_ui(book: xw.Book) -> Iterator[None]:
    """Turn screen updating and events off in the body; then put both back, the status bar too.

    Calculation is left alone. An error in the body goes on whatever happens while putting back.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    finish_restoring(book)
    app = book.app
    screen, events, status = app.screen_updating, app.enable_events, app.status_bar
    restoring = {
        "status_bar": _setter("status_bar", False if status in _NOT_OURS else status),
        "enable_events": _setter("enable_events", events),
        "screen_updating": _setter("screen_updating", screen),
    }
    with _restoring(book, restoring):
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
    finish_restoring(book)
    settings = host().table_autocorrect(book)
    with _restoring(
        book, {"autocorrect": lambda later: host().set_table_autocorrect(later, settings)}
    ):
        host().set_table_autocorrect(book, (False, False))
        yield


def finish_restoring(book: xw.Book) -> None:
    """Put back what could not be put back before.

    Raises:
        ExcelBusy: It cannot be put back now either, and stays remembered.
    """
    if _UNFINISHED and (waiting := _UNFINISHED.get(book.app.pid)):
        for name, restore in [*waiting.items()]:
            try:
                restore(book)
            except ExcelBusy:
                raise
            except Exception:  # noqa: S110 - what fails otherwise may not stop every button from now on
                pass
            waiting.pop(name)


def _setter(name: str, value: Any) -> Callable[[xw.Book], None]:
    return lambda book: setattr(book.app, name, value)


@contextmanager
def _restoring(book: xw.Book, steps: Restoring) -> Iterator[None]:
    """Take every step after the body, even if one fails; the body's error goes before theirs."""
    program = book.app.pid  # a busy one would not tell
    failed = True
    try:
        yield
        failed = False
    finally:
        problem: Exception | None = None
        for name, step in steps.items():
            try:
                step(book)
                _UNFINISHED.get(program, {}).pop(name, None)
            except Exception as error:
                _UNFINISHED.setdefault(program, {})[name] = step
                problem = problem or error
        if problem and not failed:
            raise problem
