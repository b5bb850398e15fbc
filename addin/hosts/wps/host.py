"""The host for WPS: it does what xlwings has no word for, and asks the add-in what needs the clerk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlwings as xw

from addin.buttons import TAB
from addin.hosts.arguments import PROTECTION, TABLE_ENDINGS
from addin.hosts.wps import operations as op
from addin.hosts.wps.channel import Channel
from workbooks.live.host import Look, SheetFacts
from workbooks.text_fit import NOTE_WIDTH, note_height


class WpsHost:
    """WPS 表格.

    Args:
        channel: The line to the window of the click.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def facts(self, book: xw.Book) -> dict[str, SheetFacts]:
        """Return what is known of all worksheets by name, in one message."""
        return dict(book.impl.facts())

    def show(self, sheet: xw.Sheet) -> None:
        """Bring a sheet to the front of its workbook."""
        sheet.impl.activate()

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether locked cells of a sheet cannot be changed."""
        return bool(self._ask(sheet, op.Protection))

    def unprotect(self, sheet: xw.Sheet) -> bool:
        """Take away a protection without a password; False where it needs one and stays."""
        place = sheet.impl.place
        back = op.Protect(**place, allowing=PROTECTION)
        return bool(sheet.impl.ask(op.Unprotect(**place), back))

    def protect(self, sheet: xw.Sheet) -> None:
        """Protect a sheet as the template does."""
        self._ask(sheet, op.Protect, allowing=PROTECTION)

    def is_filtered(self, sheet: xw.Sheet) -> bool:
        """Tell whether a filter of the sheet or of one of its tables hides rows."""
        return bool(self._ask(sheet, op.FilterState))

    def show_all(self, sheet: xw.Sheet) -> None:
        """Show the rows a filter hides; the filter's buttons stay."""
        self._ask(sheet, op.ShowAll)
        sheet.impl.book.forget_contents()

    def fit_note(self, cell: xw.Range, text: str) -> None:
        """Do nothing: a note gets its size with its text."""

    def looks(self, sheet: xw.Sheet, places: Sequence[tuple[int, int]]) -> list[Look]:
        """Return what cells look like, in one message."""
        found = self._ask(sheet, op.Looks, places=[*places])
        return [Look(*at, *look) for at, look in zip(places, found, strict=True)]

    def put_looks(self, sheet: xw.Sheet, looks: Sequence[Look]) -> bool:
        """Make cells look so, in one message; where WPS takes no note, the fill is enough."""
        wanted = [(*look, note_height(look.note or "")) for look in looks]
        self._ask(sheet, op.PutLooks, looks=wanted, width=NOTE_WIDTH)
        return True

    def rows_hidden(self, rows: xw.Range) -> bool | None:
        """Tell whether whole rows are hidden or filtered away; None if only some are."""
        top, _, count, _ = rows.impl.areas[0]
        return _hidden(rows, "rows", top, count)

    def columns_hidden(self, columns: xw.Range) -> bool | None:
        """Tell whether whole columns are hidden; None if only some are."""
        _, left, _, count = columns.impl.areas[0]
        return _hidden(columns, "columns", left, count)

    def table_autocorrect(self, book: xw.Book) -> tuple[bool, bool]:
        """Tell whether it fills formulas down in tables and lets tables grow, without being asked."""
        settings = book.app.impl.settings
        return bool(settings["fill_formulas"]), bool(settings["expand_tables"])

    def set_table_autocorrect(self, book: xw.Book, wanted: tuple[bool, bool]) -> None:
        """Have it fill formulas down in tables, and let tables grow, or not."""
        fill_formulas, expand_tables = wanted
        book.app.impl.set(fill_formulas=fill_formulas, expand_tables=expand_tables)

    def choose_folder(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a folder; None where she cancels."""
        del book
        return _path(self._channel.ask(op.ChooseFolder(title=title)))

    def choose_file(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a file to read; None where she cancels."""
        del book
        return _path(self._channel.ask(op.ChooseFile(title=title, endings=[*TABLE_ENDINGS])))

    def choose_target(self, book: xw.Book, title: str, proposal: Path) -> Path | None:
        """Let the clerk choose where a new workbook goes; None where she cancels."""
        del book
        return _path(self._channel.ask(op.ChooseTarget(title=title, proposal=str(proposal))))

    def save_copy(self, book: xw.Book, path: Path) -> None:
        """Save a workbook as it is now to another path; the open one stays where it is."""
        book.impl.save_copy(path)

    def ask(self, book: xw.Book, question: str, proposal: str = "") -> str | None:
        """Let the clerk type an answer; None where she cancels."""
        del book
        answer = self._channel.ask(op.Ask(title=TAB, question=question, proposal=proposal))
        return answer if isinstance(answer, str) else None

    def show_page(self, page: Path) -> None:
        """Show a page of help in a browser."""
        self._channel.ask(op.ShowPage(address=page.resolve().as_uri()))

    def copy_text(self, text: str) -> bool:
        """Put a text on the clipboard; False where WPS cannot do so."""
        return bool(self._channel.ask(op.CopyText(text=text)))

    @staticmethod
    def _ask(sheet: xw.Sheet, operation: type[op.SheetOperation], **arguments: Any) -> Any:
        return sheet.impl.ask(operation(**sheet.impl.place, **arguments))


def _path(answer: object) -> Path | None:
    return Path(answer) if isinstance(answer, str) and answer else None


def _hidden(lines: xw.Range, axis: str, first: int, count: int) -> bool | None:
    hidden: bool | None = lines.impl.sheet.hidden(axis, first, first + count - 1)
    return hidden
