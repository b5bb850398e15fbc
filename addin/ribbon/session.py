"""The steps all buttons share: read the ledger in front, write into it, ask, and say what was done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from addin import sentences
from addin.buttons import TAB, Button
from addin.sentences import edited_lines
from validators.divisions import CITY, Division, by_code, find_unit
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SHEETS, PairingRow, Row, columns_by_field
from validators.vocabulary import PairingStatus
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.updates import SheetUpdate, UpdateReport

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.decisions.consequences import Consequence
    from addin.actions.next_finding import CellPlace
    from addin.actions.open_ledger import OpenLedger
    from addin.actions.update import LedgerUpdate
    from addin.actions.validate import Progress
    from addin.ribbon import LedgerButton
    from validators.findings import Finding
    from validators.ledger import Ledger, Table
    from workbooks.live.change import Change

# --- reading, writing, showing ---

MOST_LINES = 20
"""Lines of a message box: more do not fit on a small screen, and Excel cuts long texts off."""

_MOST_CHARACTERS = 60
"""Characters of one line of details."""


@contextmanager
def reading(book: xw.Book, button: Button) -> Iterator[OpenLedger]:
    """Yield the ledger in front, read and checked; the status bar says so while it is computed on.

    Raises:
        UsageError: The ledger cannot be read.
        ExcelBusy: Excel did not answer.
    """
    from addin.actions.open_ledger import open_ledger
    from workbooks.live.suspended_ui import suspended_ui

    with suspended_ui(book):
        status(book, f"{button.label}：正在读取和检查台账……")
        opened = open_ledger(book)
        status(book, f"{button.label}：正在计算……")
        yield opened


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        report: The sheets and cells.
        remarks: What the clerk should be told besides.
        marked: How many cells were marked.
    """

    report: UpdateReport
    remarks: tuple[str, ...]
    marked: int

    def tab(self, key: str) -> str:
        """Return the name of the tab that was written for a sheet."""
        return next(sheet.sheet for sheet in self.report.sheets if sheet.key == key)


def write(
    book: xw.Book,
    button: Button,
    updates: Sequence[SheetUpdate],
    findings: Iterable[Finding] | None = None,
) -> Written:
    """Write updates as one step that can be undone, and show the last sheet written.

    Args:
        book: The workbook.
        button: Its label names the step.
        updates: What to write.
        findings: Mark the cells of these, and no others, as part of the step; None leaves the
            marks as they are.

    Raises:
        UpdateRefused: A sheet or a column is missing; nothing is changed then.
        ExcelBusy: Excel did not answer.
    """
    from workbooks.live.change import changing

    with changing(book, button.label) as change:
        report, marked = _write(change, button, updates, findings)
    return _shown(book, change, report, marked)


def write_and_report(
    book: xw.Book,
    button: Button,
    updates: Sequence[SheetUpdate],
    report_of: Callable[[UpdateReport], Sequence[SheetUpdate]],
) -> Written:
    """Write updates, and as part of the same step what is known once it is clear where they went.

    Args:
        book: The workbook.
        button: Its label names the step.
        updates: What to write.
        report_of: Returns what to write of it; its last sheet is shown.

    Raises:
        UpdateRefused, ExcelBusy: As `write`; nothing is changed then.
    """
    from workbooks.live.change import changing

    with changing(book, button.label) as change:
        change.say(f"{button.label}：正在写入……")
        first = change.write(updates)
        second = change.write(report_of(first))
    report = UpdateReport((*first.sheets, *second.sheets))
    return _shown(book, change, report, 0)


def write_again(
    book: xw.Book,
    button: Button,
    first: Sequence[SheetUpdate],
    compute: Callable[[OpenLedger], LedgerUpdate],
) -> tuple[Written, LedgerUpdate]:
    """Write updates, read the ledger again, and write what is computed then; all is one step.

    Args:
        book: The workbook.
        button: Its label names the step.
        first: What is written before the ledger is read again.
        compute: Returns what is written then, and the findings whose cells are marked.

    Raises:
        UpdateRefused, ExcelBusy: As `write`; nothing is changed then.
    """
    from addin.actions.open_ledger import open_ledger
    from workbooks.live.change import changing

    with changing(book, button.label) as change:
        change.say(f"{button.label}：正在写入……")
        change.write(first)
        update = compute(open_ledger(book))
        report, marked = _write(change, button, update.updates, update.findings)
    return _shown(book, change, report, marked), update


def _write(
    change: Change,
    button: Button,
    updates: Sequence[SheetUpdate],
    findings: Iterable[Finding] | None,
) -> tuple[UpdateReport, int]:
    """Write updates and mark findings; return the report and how many cells are marked."""
    change.say(f"{button.label}：正在写入……")
    report = change.write(updates)
    if findings is None:
        return report, 0
    change.say(f"{button.label}：正在标出有问题的单元格……")
    return report, change.mark(list(_still_in_place(findings, updates, report)))


def _shown(book: xw.Book, change: Change, report: UpdateReport, marked: int) -> Written:
    """Show the last sheet with new rows; return what was written."""
    remarks = (*_lacking_columns(report), *change.remarks)
    if not report.sheets:
        return Written(report, remarks, marked)
    # a generated sheet without rows has nothing but its stamp, and may rest hidden
    filled = [s for s in report.sheets if s.rows or (s.cells and not s.stamped)]
    last = (filled or report.sheets)[-1]
    if not show_sheet(book, last.sheet) and filled:
        remarks = (
            *remarks,
            f"内容已写在工作表“{last.sheet}”中，但未能切换到该表；该表被隐藏的，请先取消隐藏",
        )
    return Written(report, remarks, marked)


def _still_in_place(
    findings: Iterable[Finding], updates: Sequence[SheetUpdate], report: UpdateReport
) -> Iterator[Finding]:
    """Yield the findings whose rows have not moved, as those of a rewritten sheet have."""
    sheets = zip(report.sheets, updates, strict=True)
    moved = {sheet.sheet for sheet, update in sheets if update.rows is not None}
    return (finding for finding in findings if finding.sheet not in moved)


def press_ledger_button(book: xw.Book, button: LedgerButton) -> None:
    """Write what a ledger button computes of the open ledger, and tell it."""
    from addin.actions.ledger_set import DatedLedger

    with reading(book, button) as opened:
        change = button.compute(DatedLedger(opened.examined, opened.as_of, opened.generated))
    remarks = write(book, button, change.updates).remarks if change.updates else ()
    tell(book, [*remarks, *change.details], *change.sentences)


def _lacking_columns(report: UpdateReport) -> Iterator[str]:
    for sheet in report.sheets:
        if sheet.missing:
            headings = "、".join(sheet.missing)
            yield f"工作表“{sheet.sheet}”没有列“{headings}”，相应内容未写入"


def show_sheet(book: xw.Book, name: str) -> bool:
    """Bring a worksheet to the front; tell whether that can be done: Excel shows no hidden one."""
    from workbooks.live.host import is_hidden, sheets_of, show

    sheet = sheets_of(book)[name]
    return not is_hidden(sheet) and show(sheet)


def show_cell(book: xw.Book, place: CellPlace, cell: str) -> bool:
    """Select a cell and bring it to the front; tell whether that can be done."""
    from workbooks.live.host import sheets_of

    if not show_sheet(book, place.sheet):
        return False
    with suppress(Exception):  # busy, or the sheet lets no cell be selected
        sheets_of(book)[place.sheet].range(cell).select()
        return True
    return False


def tell(book: xw.Book, details: Iterable[str], *sentences: str) -> None:
    """Show a message box that also names edited workbooks that were replaced; see `boxed`."""
    text = boxed(details, *sentences, *edited_lines())
    with suppress(Exception):  # a hint that stays is nothing beside a message that is not shown
        _take_hint_away(book)
    book.app.alert(text, title=TAB)


def agrees(book: xw.Book, details: Iterable[str], *sentences: str) -> bool:
    """Ask a question that is answered by yes or no."""
    text = boxed(details, *sentences)
    return book.app.alert(text, title=TAB, buttons="yes_no") == "yes"


def agrees_to_decisions(book: xw.Book, proposals: Sequence[Consequence]) -> bool:
    """List what follows from decisions, if anything does, and ask whether it shall be written."""
    if not proposals:
        return False
    total = sentences.decisions_total(len(proposals))
    question = "是否一并更新？更新后可点“撤销上一步”恢复。"
    return agrees(book, [proposal.sentence for proposal in proposals], total, question)


def boxed(details: Iterable[str], *sentences: str) -> str:
    """Return the text of a message box: what has to be said, then as many details as fit.

    Args:
        details: One line each; those that do not fit are counted.
        sentences: A line each; all of them are shown.
    """
    lines = [_cut(line) for line in details]
    room = MOST_LINES - len(sentences)
    if len(lines) > room:
        left = len(lines) - room + 1
        lines = [*lines[: room - 1], f"……另有 {left} 条"]
    return "\n".join([*sentences, *lines])


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
        book.app.status_bar = False
        _HINTS.discard(pid)


def status(book: xw.Book, text: str) -> None:
    """Show a text in the status bar."""
    book.app.status_bar = text


@contextmanager
def telling_progress(book: xw.Book, button: Button) -> Iterator[Progress]:
    """Yield what tells in the status bar how far reading has come."""
    from workbooks.live.retry import ExcelBusy, retry

    def step(done: int, total: int, file: str) -> None:
        with suppress(ExcelBusy):  # a clerk who clicks about meanwhile misses one text
            retry(lambda: status(book, f"{button.label}：{done}/{total}　{file}"), seconds=0)

    yield step


# --- the rows the clerk has selected ---

_LONGEST_ADDRESS = 230
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
    from workbooks.live.reading import read_table, selection

    chosen = selection(book)
    if chosen is None:  # a picture, or LibreOffice's word for several areas
        return None
    if chosen.sheet.book.name != book.name:
        return None
    name = squeeze(chosen.sheet.name)
    model = next((m for m in SHEETS if m.sheet.name == name and not m.sheet.form), None)
    if model is None:
        return None
    table, key = ledger.table(model), model.sheet.key
    if not any(part.key == key for part in table.parts):
        table = read_table(book, model)
    address = chosen.address
    if len(address) > _LONGEST_ADDRESS:
        raise UsageError("选中的区域过于零散，无法完整读取", "请减少所选区域或选连续的行，分次办理")
    spans = list(_spans(address))
    rows = enumerate((part.key, row) for part in table.parts for row in part.rows)
    return SelectedRows(
        table,
        tuple(
            at
            for at, (of, row) in rows
            if of == key and any(first <= row <= last for first, last in spans)
        ),
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
        mentees = chosen.values("mentee_id")
    else:
        field = next((name for name in ("pairing_id", "pairing_ids") if name in fields), "")
        mentees = _mentees_of(ledger, chosen.values(field)) if field else []
    return list(dict.fromkeys(filter(None, mentees)))


def selected_mentors(book: xw.Book, ledger: Ledger) -> list[str]:
    """Return the IDs of the mentors the selected rows speak of, each once.

    A sheet that names mentees leads to the mentors of their running pairings.
    """
    chosen = selected_rows(book, ledger)
    model: type[Row] | None = chosen.table.model if chosen else None
    if chosen and model and "mentor_id" in columns_by_field(model):
        return list(dict.fromkeys(filter(None, chosen.values("mentor_id"))))
    mentees = {*selected_mentees(book, ledger)}
    pairings = ledger.table(PairingRow).columns("mentee_id", "mentor_id", "status")
    return list(
        dict.fromkeys(
            mentor
            for mentee, mentor, status in pairings
            if mentor and mentee in mentees and status is PairingStatus.RUNNING
        )
    )


def _mentees_of(ledger: Ledger, cells: Iterable[str | Sequence[str] | None]) -> list[str | None]:
    """Return the mentees of the pairings some cells name; a cell may name several."""
    table = ledger.table(PairingRow)
    rows, mentees = table.by_single_id, table.column("mentee_id")
    codes = [code for cell in cells for code in ([cell] if isinstance(cell, str) else cell or ())]
    return [mentees[rows[code]] for code in codes if code in rows]


def _spans(address: str) -> Iterator[tuple[int, int]]:
    """Yield first and last rows of the areas of an address such as $A$5:$B$6,$9:$9."""
    from openpyxl.utils import range_boundaries

    for area in address.split(","):
        _, first, _, last = range_boundaries(area)
        yield first or 1, last or WORKSHEET_ROWS


# --- workbooks a button makes ---

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_ENDING = ".xlsx"


def ask_target(book: xw.Book, title: str, name: str, folder: Path | None = None) -> Path | None:
    """Let the clerk choose where a new workbook goes; None where she cancels.

    Args:
        book: The workbook in front.
        title: What is asked.
        name: The name that is proposed, without ending; another if a file has it already.
        folder: Where it is proposed; beside the workbook in front if None.
    """
    from workbooks.files import free_path
    from workbooks.live.host import host

    proposal = free_path(folder or folder_of(book), _NOT_IN_NAMES.sub("", name).strip())
    chosen = host().choose_target(book, title, proposal)
    if chosen is None or chosen.suffix.lower() == _ENDING:
        return chosen
    return chosen.with_name(f"{chosen.name}{_ENDING}")


def ask_scope(book: xw.Book, question: str) -> Division | None:
    """Let the clerk name the city or county that is added up; None where she cancels.

    Raises:
        UnknownDivision: There is no such place.
        UsageError: It is a township.
    """
    from workbooks.live.host import host

    answer = host().ask(book, question, by_code()[CITY].name)
    if not answer or not answer.strip():
        return None
    scope = find_unit(answer.strip())
    if scope.level == "township":
        raise UsageError(
            f"“{scope.name}”是乡镇（街道），不能作为汇总范围", "请填市名，或县（区）的名称"
        )
    return scope


def folder_of(book: xw.Book) -> Path:
    """Return the folder a workbook lies in; the clerk's own if it lies nowhere on this computer."""
    try:
        folder = Path(book.fullname).parent
    except Exception:  # of a workbook in the cloud xlwings may not know where it lies here
        folder = Path()
    if folder.is_absolute() and folder.is_dir():
        return folder
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def open_new(book: xw.Book, path: Path) -> bool:
    """Open a workbook that was just written, beside the one in front.

    Returns:
        False where another of its name is open: Excel does not open two.
    """
    if path.name in {other.name for other in book.app.books}:
        return False
    book.app.books.open(path)
    return True


def file_stem(book: xw.Book) -> str:
    """Return the name of a workbook's file without its ending."""
    return book.name.rpartition(".")[0] or book.name
