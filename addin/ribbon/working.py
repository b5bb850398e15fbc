"""What all buttons do alike: read the ledger quietly, write, show the sheet, say what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import xlwings as xw

from addin.actions.opened import Opened, needs, open_ledger
from addin.buttons import TAB, Button
from workbooks.live.busy import patiently
from workbooks.live.change import Change, changing
from workbooks.live.quiet import quiet
from workbooks.live.reading import is_hidden
from workbooks.updates import SheetUpdate, UpdateReport

__all__ = [
    "MOST_LINES",
    "Written",
    "agrees",
    "boxed",
    "hint",
    "reading",
    "show_sheet",
    "status",
    "tell",
    "write",
]

MOST_LINES = 20
"""Lines of a message box: more do not fit on a small screen, and Excel cuts long texts off."""

_MOST_CHARACTERS = 60
"""Characters of one line of details."""


@contextmanager
def reading(book: xw.Book, one: Button) -> Iterator[Opened]:
    """Yield the ledger in front, read and checked; the status bar says so while it is computed on.

    Raises:
        UsageError: There is no workbook, no ledger, or not the sheet the button needs.
        ExcelBusy: Excel did not answer.
    """
    needs(book, one.sheet)
    with quiet(book):
        status(book, f"{one.label}：正在读取和检查台账……")
        opened = open_ledger(book)
        status(book, f"{one.label}：正在计算……")
        yield opened


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, and what the clerk should be told besides."""

    report: UpdateReport
    remarks: tuple[str, ...]

    def tab(self, key: str) -> str:
        """Return the name of the tab that was written for a sheet."""
        return next(sheet.sheet for sheet in self.report.sheets if sheet.key == key)


def write(
    book: xw.Book,
    one: Button,
    updates: Sequence[SheetUpdate],
    then: Callable[[Change, UpdateReport], None] | None = None,
) -> Written:
    """Write updates as one step that can be undone, and show the last sheet written.

    Args:
        book: The workbook.
        one: The button; its label names the step.
        updates: What to write.
        then: What else belongs to the step.

    Raises:
        UpdateRefused: A sheet or a column is missing; nothing is changed then.
        ExcelBusy: Excel did not answer.
    """
    with changing(book, one.label) as change:
        change.say(f"{one.label}：正在写入……")
        report = change.write(updates)
        if then:
            then(change, report)
        remarks = (*_lacking(report), *change.remarks)
    last = report.sheets[-1].sheet
    if not show_sheet(book, last):
        remarks = (*remarks, f"工作表“{last}”被隐藏，内容已写好；要查看请先取消隐藏")
    return Written(report, remarks)


def _lacking(report: UpdateReport) -> Iterator[str]:
    for sheet in report.sheets:
        if sheet.missing:
            headings = "、".join(sheet.missing)
            yield f"工作表“{sheet.sheet}”没有列“{headings}”，这些内容没有写入"


def show_sheet(book: xw.Book, name: str) -> bool:
    """Bring a worksheet to the front; tell whether that can be done: Excel shows no hidden one."""
    sheet = patiently(lambda: book.sheets[name])
    if is_hidden(sheet):
        return False
    patiently(sheet.activate)
    return True


def tell(book: xw.Book, details: Iterable[str], *said: str) -> None:
    """Show a message box; see `boxed`."""
    text = boxed(details, *said)
    _take_hint_away(book)
    patiently(lambda: book.app.alert(text, title=TAB))


def agrees(book: xw.Book, details: Iterable[str], *said: str) -> bool:
    """Ask a question that is answered by yes or no."""
    text = boxed(details, *said)
    return patiently(lambda: book.app.alert(text, title=TAB, buttons="yes_no")) == "yes"


def boxed(details: Iterable[str], *said: str) -> str:
    """Return the text of a message box: what has to be said, then as many details as fit.

    Args:
        details: One line each; those that do not fit are counted.
        said: Sentences, each a line.
    """
    lines = [_cut(line) for line in details]
    room = MOST_LINES - len(said)
    if len(lines) > room:
        left = len(lines) - room + 1
        lines = [*lines[: room - 1], f"……另有 {left} 条"]
    return "\n".join([*said, *lines])


def _cut(line: str) -> str:
    return line if len(line) <= _MOST_CHARACTERS else f"{line[: _MOST_CHARACTERS - 1]}…"


_HINTS: set[int] = set()
"""Programs whose status bar shows a hint."""


def hint(book: xw.Book, text: str) -> None:
    """Show in the status bar what to do, until another button says something."""
    status(book, text)
    _HINTS.add(patiently(lambda: book.app.pid))


def _take_hint_away(book: xw.Book) -> None:
    """Give the status bar back once what it says may no longer be so."""
    if _HINTS and (pid := patiently(lambda: book.app.pid)) in _HINTS:
        _HINTS.discard(pid)
        patiently(lambda: setattr(book.app, "status_bar", False))


def status(book: xw.Book, text: str) -> None:
    """Show a text in the status bar."""

    def show() -> None:
        book.app.status_bar = text

    patiently(show)
