"""LibreOffice without a window as the host of a button, on a copy of the clerk's workbook.

Nobody can be asked anything, so the answers to a button's questions are given beforehand.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import xlwings as xw

from addin.hosts.calc.engine import engine
from addin.hosts.calc.office import Office, load_uno
from validators.errors import WriteRefused
from workbooks.files import replace_atomically
from workbooks.live.host import Look, use_host
from workbooks.live.retry import with_retries

_REMOVE_FILTER = ".uno:DataFilterRemoveFilter"


def is_protected(sheet: xw.Sheet) -> bool:
    """Tell whether a sheet is protected."""
    return bool(sheet.impl.protected)


def protect(sheet: xw.Sheet, password: str = "") -> None:
    """Protect a sheet; what is not unlocked can then not be changed."""
    sheet.impl.uno.protect(password)


def unprotect(sheet: xw.Sheet, password: str = "") -> None:
    """Take a sheet's protection away; with a wrong password it stays."""
    with suppress(load_uno().getClass("com.sun.star.lang.IllegalArgumentException")):
        sheet.impl.uno.unprotect(password)


class CalcHost:
    """What xlwings has no word for, in LibreOffice.

    Args:
        answers: What is answered to the questions, in order; a question without one counts as
            cancelled, and so does an empty answer where a place is asked for.

    Attributes:
        pages: The pages of help shown so far.
    """

    def __init__(self, answers: Iterable[str] = ()) -> None:
        self._answers = iter(answers)
        self.pages: list[Path] = []

    def show(self, sheet: xw.Sheet) -> None:
        """Bring a sheet to the front of its workbook."""
        sheet.activate()

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether locked cells of a sheet cannot be changed."""
        return is_protected(sheet)

    def unprotect(self, sheet: xw.Sheet) -> bool:
        """Take away a protection without a password; False where it needs one and stays."""
        unprotect(sheet)
        return not is_protected(sheet)

    def protect(self, sheet: xw.Sheet) -> None:
        """Protect a sheet without a password; LibreOffice has no word for what stays allowed."""
        protect(sheet)

    def is_filtered(self, sheet: xw.Sheet) -> bool:
        """Tell whether a filter hides rows of a sheet; rows hidden by hand do not count."""
        return next(_filtered_rows(sheet), None) is not None

    def show_all(self, sheet: xw.Sheet) -> None:
        """Show the rows a filter hides; the filter's buttons stay."""
        first = next(_filtered_rows(sheet), None)
        if first is None:
            return
        column = sheet.used_range.column
        cells = [table.range[0, 0] for table in sheet.tables]
        book, active, selected = sheet.book, sheet.book.sheets.active, sheet.book.app.selection
        for cell in [*cells, sheet[first, column - 1]]:
            cell.select()
            _command(book, _REMOVE_FILTER)
        active.activate()
        if selected is not None:
            selected.select()

    def fit_note(self, cell: xw.Range, text: str) -> None:
        """Do nothing: notes here grow by themselves."""

    def facts(self, book: xw.Book) -> None:
        """Return None: no macro of ours is here to tell them at once."""

    def looks(self, sheet: xw.Sheet, places: Sequence[tuple[int, int]]) -> None:
        """Return None: no macro of ours is here to tell them at once."""

    def put_looks(self, sheet: xw.Sheet, looks: Sequence[Look]) -> bool:
        """Return False: no macro of ours is here to put them at once."""
        del sheet, looks
        return False

    def rows_hidden(self, rows: xw.Range) -> bool | None:
        """Tell whether whole rows are hidden or filtered away; None if only some are."""
        return rows.rows.hidden

    def columns_hidden(self, columns: xw.Range) -> bool | None:
        """Tell whether whole columns are hidden; None if only some are."""
        return columns.columns.hidden

    def table_autocorrect(self, book: xw.Book) -> tuple[bool, bool]:
        """Return that it adds nothing to what a program writes."""
        del book
        return False, False

    def set_table_autocorrect(self, book: xw.Book, wanted: tuple[bool, bool]) -> None:
        """Do nothing."""

    def choose_folder(self, book: xw.Book, title: str) -> Path | None:
        """Return the next answer as a folder; None without one."""
        del book, title
        return self._place()

    def choose_file(self, book: xw.Book, title: str) -> Path | None:
        """Return the next answer as a file; None without one."""
        del book, title
        return self._place()

    def choose_target(self, book: xw.Book, title: str, proposal: Path) -> Path | None:
        """Return the next answer as a file; None without one.

        The proposal is never taken: it lies beside the copy that is open, which does not last.
        """
        del book, title, proposal
        return self._place()

    def save_copy(self, book: xw.Book, path: Path) -> None:
        """Save a workbook as it is now to another path; the open one stays where it is."""
        book.impl.save_copy(path)

    def ask(self, book: xw.Book, question: str, proposal: str = "") -> str | None:
        """Return the next answer; None without one."""
        del book, question, proposal
        return next(self._answers, None)

    def show_page(self, page: Path) -> None:
        """Remember the page."""
        self.pages.append(page)

    def copy_text(self, text: str) -> bool:
        """Say that there is no clipboard: nobody sits in front."""
        del text
        return False

    def _place(self) -> Path | None:
        answer = next(self._answers, "")
        return Path(answer).resolve() if answer else None


def _filtered_rows(sheet: xw.Sheet) -> Iterator[int]:
    """Yield the first row (from 0) of every hidden block a filter hides, down the used cells."""
    uno = sheet.impl.uno
    first, _, count, _ = sheet.used_range.impl.areas[0]
    at = first - 1
    visible = sheet.used_range.impl.uno.queryVisibleCells().RangeAddresses
    for start, end in sorted({(block.StartRow, block.EndRow + 1) for block in visible}):
        if start > at and uno.Rows.getByIndex(at).IsFiltered:
            yield at
        at = max(at, end)
    if at < first - 1 + count and uno.Rows.getByIndex(at).IsFiltered:
        yield at


def _command(book: xw.Book, name: str) -> None:
    """Run one of LibreOffice's own commands on the selected cells of a workbook."""
    frame = book.impl.document.CurrentController.Frame
    helper = book.app.impl.office.service("com.sun.star.frame.DispatchHelper")
    helper.executeDispatch(frame, name, "", 0, ())


# --- an action in a LibreOffice of its own --------------------------------------------------------


@contextmanager
def calc_app(seconds: float = 600, office: Office | None = None) -> Iterator[xw.App]:
    """Yield an xlwings App over LibreOffice; its workbooks are closed at the end, unsaved.

    Args:
        seconds: How long everything may take. LibreOffice is killed when the time is up, for a
            call into a hung process never returns.
        office: A running LibreOffice to use and to leave running; without one, a private one is
            started and ended.

    Raises:
        HostFailed: LibreOffice is missing, does not start, or took too long.
    """
    used = office or Office()
    app = engine().impl.apps.attach(used)
    before = xw.engines.active
    engine().activate()  # some of xlwings' calls ask for the active one
    try:
        with used.within(seconds):
            try:
                yield xw.App(impl=app)
            finally:
                if used.running:
                    app.close_books()
    finally:
        xw.engines.active = before
        engine().impl.apps.forget(app)
        if office is None:
            used.stop()


def run_button(
    path: Path,
    action: Callable[[xw.Book], object],
    out: Path,
    *,
    answers: Iterable[str] = (),
    seconds: float = 600,
    office: Office | None = None,
) -> None:
    """Open a copy of the workbook at `path`, run `action` on it, and save the result to `out`.

    The clerk's file is never written to: what LibreOffice saves lacks a table's style and parts it
    does not know. If the action fails, nothing is written.

    Args:
        path: The clerk's workbook.
        action: What to do with the copy; it finds this host by `workbooks.live.host.host()`.
        out: Where the result goes.
        answers: What is answered to the action's questions, in order.
        seconds: How long everything may take.
        office: A running LibreOffice to use.

    Raises:
        WriteRefused: `out` is the workbook itself, or cannot be written.
        HostFailed: LibreOffice is missing, cannot open the workbook, or took too long.
    """
    if out.resolve() == path.resolve():
        raise WriteRefused(f"不能覆盖原文件“{path}”", "请用 --out 换一个文件名")
    with tempfile.TemporaryDirectory(prefix="bangdai-calc-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        with calc_app(seconds, office) as app:
            book = app.books.open(copy)
            with use_host(CalcHost(answers)):
                action(with_retries(book))
            saved = Path(folder) / "saved.xlsx"
            book.save(saved)
        replace_atomically(out, lambda draft: _copy(saved, draft))


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
