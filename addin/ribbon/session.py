"""What all buttons do alike: read the ledger quietly, know the selected rows, write, say what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import xlwings as xw
from openpyxl.utils import range_boundaries

from addin.actions.open_ledger import OpenLedger, needs, open_ledger
from addin.buttons import TAB, Button
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.normalise import squeeze
from validators.sheets import SHEETS, PairingRow, Row, columns_by_field
from workbooks.live.change import Change, changing
from workbooks.live.reading import is_hidden, read_table, selection
from workbooks.live.suspended_ui import suspended_ui
from workbooks.updates import SheetUpdate, UpdateReport

# SECTION Which rows of the ledger the clerk has selected.

_LAST = 1_048_576
_LONGEST = 230
"""Letters of an address that is surely whole: Excel leaves areas out that do not fit in 255."""


class SelectedRows(NamedTuple):
    """Rows of one sheet of the ledger.

    Attributes:
        table: The sheet's rows.
        indexes: Those that are selected.
    """

    table: Table[Any]
    indexes: tuple[int, ...]

    def values(self, field: str) -> list[Any]:
        """Return what stands in a field of the selected rows; None where nothing readable does."""
        column = self.table.column(field)
        return [column[index] for index in self.indexes]


def selected_rows(book: xw.Book, ledger: Ledger) -> SelectedRows | None:
    """Return the selected rows of the sheet in front; None if it is no sheet of the ledger.

    Args:
        book: The ledger's workbook, in front.
        ledger: What was read from it.

    Raises:
        UsageError: So many areas are selected that Excel does not name them all.
    """
    chosen = selection(book)
    if chosen is None:  # a picture, or LibreOffice's word for several areas
        return None
    if chosen.sheet.book.name != book.name:
        return None
    name = squeeze(chosen.sheet.name)
    model = next((one for one in SHEETS if one.sheet.name == name and not one.sheet.form), None)
    if model is None:
        return None
    table = ledger.table(model) if ledger.table(model).parts else read_table(book, model)
    address = chosen.address
    if len(address) > _LONGEST:
        raise UsageError("选中的地方太零散，读不全", "请少选几处，或选连续的行，分几次做")
    spans = list(_spans(address))
    rows = enumerate(row for part in table.parts for row in part.rows)
    return SelectedRows(
        table, tuple(at for at, row in rows if any(first <= row <= last for first, last in spans))
    )


def selected_mentees(book: xw.Book, ledger: Ledger) -> list[str]:
    """Return the IDs of the mentees the selected rows speak of, each once.

    A sheet that names pairings leads to their mentees through 结对台账.
    """
    chosen = selected_rows(book, ledger)
    if chosen is None:
        return []
    model: type[Row] = chosen.table.model
    fields = columns_by_field(model)
    if "mentee_id" in fields:
        found = chosen.values("mentee_id")
    else:
        field = next((one for one in _PAIRINGS if one in fields), "")
        found = _helped(ledger, chosen.values(field)) if field else []
    return list(dict.fromkeys(filter(None, found)))


_PAIRINGS = ("pairing_id", "pairing_ids")


def _helped(ledger: Ledger, named: Iterable[str | Sequence[str] | None]) -> list[str | None]:
    table = ledger.table(PairingRow)
    places, mentees = table.by_single_id, table.column("mentee_id")
    codes = [code for one in named for code in ([one] if isinstance(one, str) else one or ())]
    return [mentees[places[code]] for code in codes if code in places]


def _spans(address: str) -> Iterator[tuple[int, int]]:
    """Yield first and last rows of the areas of an address such as $A$5:$B$6,$9:$9."""
    for area in address.split(","):
        _, first, _, last = range_boundaries(area)
        yield first or 1, last or _LAST


# SECTION What all buttons do alike: read the ledger quietly, write, show the sheet, say what was done.

MOST_LINES = 20
"""Lines of a message box: more do not fit on a small screen, and Excel cuts long texts off."""

_MOST_CHARACTERS = 60
"""Characters of one line of details."""


@contextmanager
def reading(book: xw.Book, one: Button) -> Iterator[OpenLedger]:
    """Yield the ledger in front, read and checked; the status bar says so while it is computed on.

    Raises:
        UsageError: There is no workbook, no ledger, or not the sheet the button needs.
        ExcelBusy: Excel did not answer.
    """
    needs(book, one.sheet)
    with suspended_ui(book):
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
    sheet = book.sheets[name]
    if is_hidden(sheet):
        return False
    sheet.activate()
    return True


def tell(book: xw.Book, details: Iterable[str], *said: str) -> None:
    """Show a message box; see `boxed`."""
    text = boxed(details, *said)
    _take_hint_away(book)
    book.app.alert(text, title=TAB)


def agrees(book: xw.Book, details: Iterable[str], *said: str) -> bool:
    """Ask a question that is answered by yes or no."""
    text = boxed(details, *said)
    return book.app.alert(text, title=TAB, buttons="yes_no") == "yes"


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
    _HINTS.add(book.app.pid)


def _take_hint_away(book: xw.Book) -> None:
    """Give the status bar back once what it says may no longer be so."""
    if _HINTS and (pid := book.app.pid) in _HINTS:
        _HINTS.discard(pid)
        book.app.status_bar = False


def status(book: xw.Book, text: str) -> None:
    """Show a text in the status bar."""
    book.app.status_bar = text
