"""Excel on the desktop: the VBA behind a button calls `press`, which runs the button's function.

`ExcelHost` does over COM what xlwings has no word for. No other module speaks to Excel's own
objects. The tests hold what is called with which arguments; what Excel makes of it is on the
Windows smoke list.
"""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import xlwings as xw

from addin.buttons import TAB, find_button
from addin.hosts.arguments import PROTECTION, TABLE_ENDINGS
from addin.hosts.excel.install import FILE_NAME
from addin.hosts.press import press_button, write_down
from addin.hosts.user_files import log_file
from validators.errors import BangdaiError
from workbooks.live.host import Look, SheetFacts, book_of, name_of
from workbooks.live.retry import is_busy, with_retries
from workbooks.ooxml.addresses import Rectangle
from workbooks.text_fit import NOTE_WIDTH, note_height

_ERROR_1004 = -2146827284
_FOLDER_PICKER = 4  # msoFileDialogFolderPicker
_CHOSEN = -1
_SEEN = -1  # xlSheetVisible
_TEXT = 2  # the Type of Application.InputBox
_WORKBOOKS = "Excel 工作簿 (*.xlsx), *.xlsx"
_PATTERNS = ";".join(f"*{ending}" for ending in TABLE_ENDINGS)
_TABLES = f"表格文件 ({_PATTERNS}),{_PATTERNS},所有文件 (*.*),*.*"
_MACROS = f"'{FILE_NAME}'!BangDaiLooks."
"""The add-in's own VBA: what it does to many cells is one call."""
_LEAVE, _NO_FILL = -2, -1
"""What stands for a fill in that call; what stands for a note to be left is None."""
_XLWINGS_OVER_COM = "xlwings._xlwindows"


class ExcelHost:
    """Excel for Windows."""

    def show(self, sheet: xw.Sheet) -> None:
        """Bring a sheet to the front of its workbook, whichever program is in front.

        xlwings' own `activate` brings Excel itself forward first, which fails while another
        program's window or another Excel is there.
        """
        sheet.api.Activate()

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether locked cells of a sheet cannot be changed."""
        return bool(sheet.api.ProtectContents)

    def unprotect(self, sheet: xw.Sheet) -> bool:
        """Take away a protection without a password; False where it needs one and stays."""
        try:
            sheet.api.Unprotect("")  # without an argument Excel would ask the clerk
        except Exception as error:
            if not _is_1004(error):  # busy, or gone
                raise
        return not self.is_protected(sheet)

    def protect(self, sheet: xw.Sheet) -> None:
        """Protect a sheet as the template does."""
        sheet.api.Protect(
            Password="", DrawingObjects=True, Contents=True, Scenarios=True, **PROTECTION
        )

    def is_filtered(self, sheet: xw.Sheet) -> bool:
        """Tell whether a filter of the sheet or of one of its tables hides rows."""
        return bool(sheet.api.FilterMode) or any(
            table.FilterMode for table in _table_filters(sheet)
        )

    def show_all(self, sheet: xw.Sheet) -> None:
        """Show the rows a filter hides; the filter's buttons stay."""
        for table in _table_filters(sheet):
            if table.FilterMode:
                table.ShowAllData()
        if sheet.api.FilterMode:  # the sheet's own; it fails for a table's where none is selected
            sheet.api.ShowAllData()

    def fit_note(self, cell: xw.Range, text: str) -> None:
        """Make the note of a cell large enough for its text; Excel's own size holds four short lines."""
        shape = cell.api.Comment.Shape
        shape.Width = NOTE_WIDTH
        shape.Height = note_height(text)

    def facts(self, book: xw.Book) -> dict[str, SheetFacts] | None:
        """Return what is known of all worksheets, in one call of the add-in's VBA; None without it."""
        found = _run(book, "FactsOf")
        if not isinstance(found, tuple):
            return None
        facts = {}
        for name, visible, address, shown, unmerged, totals in found:
            if (used := Rectangle.parse(address)) is None:  # whole rows or columns
                return None
            facts[name] = SheetFacts(
                visible == _SEEN, used, bool(shown), int(unmerged) or None,
                frozenset(map(int, totals.split())),
            )  # fmt: skip
        return facts

    def looks(self, sheet: xw.Sheet, places: Sequence[tuple[int, int]]) -> list[Look] | None:
        """Return what cells look like, in one call of the add-in's own VBA; None without it."""
        found = _run(
            book_of(sheet), "LooksOf", name_of(sheet), [_address(*place) for place in places]
        )
        if not isinstance(found, tuple) or len(found) != len(places):
            return None
        return [
            Look(*place, "" if fill == _NO_FILL else _hex(int(fill)), str(note or ""))
            for place, (fill, note) in zip(places, found, strict=True)
        ]

    def put_looks(self, sheet: xw.Sheet, looks: Sequence[Look]) -> bool:
        """Make cells look so, in one call; False without that VBA or where a note was not taken."""
        cells = [_address(look.row, look.column) for look in looks]
        fills = [_LEAVE if look.fill is None else _packed(look.fill) for look in looks]
        heights = [note_height(look.note or "") for look in looks]
        wanted = sum(len((look.note or "").encode("utf-16-le")) // 2 for look in looks)
        notes = [look.note for look in looks]
        sizes = NOTE_WIDTH, heights
        written = _run(book_of(sheet), "PutLooks", name_of(sheet), cells, fills, notes, *sizes)
        return bool(written == wanted)

    def rows_hidden(self, rows: xw.Range) -> bool | None:
        """Tell whether whole rows are hidden or filtered away; None if only some are."""
        hidden = rows.api.Hidden  # xlwings' own `rows.hidden` asks row by row
        return None if hidden is None else bool(hidden)

    def columns_hidden(self, columns: xw.Range) -> bool | None:
        """Tell whether whole columns are hidden; None if only some are."""
        hidden = columns.api.Hidden
        return None if hidden is None else bool(hidden)

    def table_autocorrect(self, book: xw.Book) -> tuple[bool, bool]:
        """Tell whether it fills formulas down in tables and lets tables grow, without being asked."""
        correct = book.app.api.AutoCorrect
        return bool(correct.AutoFillFormulasInLists), bool(correct.AutoExpandListRange)

    def set_table_autocorrect(self, book: xw.Book, wanted: tuple[bool, bool]) -> None:
        """Have it fill formulas down in tables, and let tables grow, or not."""
        correct = book.app.api.AutoCorrect
        correct.AutoFillFormulasInLists, correct.AutoExpandListRange = wanted

    def choose_folder(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a folder; None where she cancels."""
        dialog = book.app.api.FileDialog(_FOLDER_PICKER)
        dialog.Title = title
        dialog.AllowMultiSelect = False
        return Path(dialog.SelectedItems(1)) if dialog.Show() == _CHOSEN else None

    def choose_file(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a file to read; None where she cancels."""
        chosen = book.app.api.GetOpenFilename(_TABLES, 1, title)
        return Path(chosen) if isinstance(chosen, str) else None

    def choose_target(self, book: xw.Book, title: str, proposal: Path) -> Path | None:
        """Let the clerk choose where a new workbook goes; None where she cancels.

        Excel does not ask about a file that is there already: whoever writes it decides.
        """
        chosen = book.app.api.GetSaveAsFilename(str(proposal), _WORKBOOKS, 1, title)
        return Path(chosen) if isinstance(chosen, str) else None

    def save_copy(self, book: xw.Book, path: Path) -> None:
        """Save a workbook as it is now to another path; the open one stays where it is."""
        book.api.SaveCopyAs(str(path))

    def ask(self, book: xw.Book, question: str, proposal: str = "") -> str | None:
        """Let the clerk type an answer; None where she cancels."""
        answer = book.app.api.InputBox(question, TAB, proposal, Type=_TEXT)
        return answer if isinstance(answer, str) else None

    def show_page(self, page: Path) -> None:
        """Show a page of help in a browser."""
        webbrowser.open(page.resolve().as_uri())

    def copy_text(self, text: str) -> bool:
        """Put a text on the clipboard; False where another program does not let go of it."""
        try:
            clipboard = import_module("win32clipboard")
            clipboard.OpenClipboard()
            try:
                clipboard.EmptyClipboard()
                clipboard.SetClipboardText(text.replace("\n", "\r\n"), clipboard.CF_UNICODETEXT)
            finally:
                clipboard.CloseClipboard()
        except Exception:  # of Windows, or no such module: whoever asked shows the text
            return False
        return True


def _run(book: xw.Book, macro: str, *arguments: object) -> Any:
    """Return what a procedure of the add-in makes of a workbook; None where it cannot run."""
    try:
        return book.app.api.Run(_MACROS + macro, book.name, *arguments)
    except Exception as error:
        if is_busy(error):
            raise
        return None


def _address(row: int, column: int) -> str:
    return Rectangle(row, column, 1, 1).address


def _packed(fill: str) -> int:
    """Return a colour as Excel has it, blue first."""
    return int(fill[5:7] + fill[3:5] + fill[1:3], 16) if fill else _NO_FILL


def _hex(packed: int) -> str:
    return f"#{packed & 255:02X}{packed >> 8 & 255:02X}{packed >> 16 & 255:02X}"


def _table_filters(sheet: xw.Sheet) -> Iterator[Any]:
    """Yield the filter of every table that has one."""
    for table in sheet.tables:
        if table.api.ShowAutoFilter:
            yield table.api.AutoFilter


def _is_1004(error: Exception) -> bool:
    with suppress(AttributeError, IndexError, TypeError):  # what is no COM error has no such thing
        return bool(error.excepinfo[5] == _ERROR_1004)  # type: ignore[attr-defined]
    return False


# --- a click -------------------------------------------------------------------------------------


def press(name: str, log: Path | None = None) -> None:
    """Run the button with this id on the workbook that was active when it was clicked.

    Args:
        name: The button's id.
        log: Where errors are written down; `log_file()` when None.

    Raises:
        BangdaiError: The button is unknown or Excel cannot be reached, so that nothing can be shown
            from here: the VBA shows the sentence.
    """
    button = find_button(name)
    log = log or log_file()
    press_button(button, _caller(log), ExcelHost(), log)


def _caller(log: Path) -> xw.Book:
    try:
        return calling_book()
    except Exception as error:
        write_down(log, "no calling workbook", error)
        raise BangdaiError(
            "未连接到 Excel 中打开的工作簿", "请关闭全部 Excel 窗口后重新打开"
        ) from None


def calling_book() -> xw.Book:
    """Return the workbook of the click; what is asked of it is retried while Excel is busy.

    xlwings is kept from retrying by itself: by default it tries a rejected look-up of a property
    again for ever without a pause, and answers a rejected call with None (its loop runs
    `N_COM_ATTEMPTS` + 1 times, once for 0). On the calling workbook it leaves out the wrapper that
    tells a rejected look-up from a property that does not exist, so that is put around it here.
    """
    over_com: Any = sys.modules.get(_XLWINGS_OVER_COM)
    if over_com is None:  # not on Windows
        return with_retries(xw.Book.caller())
    over_com.N_COM_ATTEMPTS = 1
    wrapped = over_com.COMRetryObjectWrapper(xw.Book.caller().api)
    return with_retries(xw.Book(impl=_of_one_click(over_com.Book)(wrapped)))


def _of_one_click(kind: Any) -> Any:
    """Return xlwings' class of workbooks, asking once for what stays the same during a click.

    An App asks for its window and remembers it, so that a message box can be shown by the one of
    the click's beginning whatever Excel is busy with at its end.
    """
    kept = {name: cached_property(getattr(kind, name).fget) for name in ("app", "name")}
    for name, one in kept.items():
        one.__set_name__(kind, name)
    return type("ClickedBook", (kind,), kept)
