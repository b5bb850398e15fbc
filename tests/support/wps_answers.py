"""The add-in in WPS stood in for: operations answered with LibreOffice, and clicks that talk to a service.

What `main.js` makes of the operations is tested in Chromium; here they are what their docstrings say.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import xlwings as xw
from xlwings import NoSuchObjectError

from addin.hosts.calc import CalcHost, ExcelRefused
from addin.hosts.calc.text import ERRORS
from addin.hosts.xlwings_engine import CellError
from workbooks.live.cells import read_formats
from workbooks.live.host import use_host
from workbooks.live.reading import hidden_lines, merges_in
from workbooks.ooxml.addresses import Rectangle, area_of, block

Message = dict[str, Any]
Send = Callable[[str, Message], Message]
"""Posts a message to a path and returns the answer."""

_SETTINGS = ("screen_updating", "enable_events", "display_alerts")


class WpsAnswers:
    """Answers operations with the workbooks that are open in LibreOffice.

    Args:
        app: LibreOffice.

    Attributes:
        alerts: What the message boxes said.
        answer: What answers those with yes and no.
        answers: What answers other questions, in order.
        done: How often each operation was asked for.
        failing: Says of an operation whether it fails, and how.
    """

    def __init__(self, app: xw.App) -> None:
        self.app, self.host = app, CalcHost()
        self.alerts: list[str] = []
        self.statuses: list[str] = []
        self.pages: list[str] = []
        self.answer, self.answers = "yes", iter(())
        self.done: Counter[str] = Counter()
        self.failing: Callable[[Message], Message | None] = lambda operation: None
        self.settings: dict[str, Any] = {
            **dict.fromkeys(_SETTINGS, True), "status_bar": False, "fill_formulas": True,
            "expand_tables": True,
        }  # fmt: skip

    def __call__(self, operations: Sequence[Message]) -> list[Message]:
        """Return the results of a batch."""
        with use_host(self.host):
            return [self._result(operation) for operation in operations]

    def _result(self, operation: Message) -> Message:
        self.done[operation["op"]] += 1
        if error := self.failing(operation):
            return {"error": error}
        arguments = {key: value for key, value in operation.items() if key not in {"op", "book"}}
        try:
            if "book" in operation:
                book = self._book(operation["book"])
                if "sheet" in arguments:
                    arguments["sheet"] = book.sheets[arguments["sheet"]]
                else:
                    arguments["book"] = book
            return {"value": getattr(self, f"_{operation['op']}")(**arguments)}
        except ExcelRefused as refusal:
            return {"error": {"kind": "refused", "message": str(refusal)}}
        except (NoSuchObjectError, KeyError, StopIteration) as missing:
            return {"error": {"kind": "missing", "message": str(missing)}}

    def _book(self, fullname: str) -> xw.Book:
        return next(book for book in self.app.books if book.fullname == fullname)

    # --- the program -----------------------------------------------------------------------------

    def _books(self) -> list[Message]:
        active = self.app.books.active.fullname
        books = [{"name": book.name, "fullname": book.fullname} for book in self.app.books]
        return sorted(books, key=lambda book: book["fullname"] != active)

    def _open_book(self, path: str) -> Message:
        return facts_of(self.app.books.open(path))

    def _settings(self) -> Message:
        return self.settings

    def _set_settings(self, settings: Message) -> None:
        assert settings.keys() <= self.settings.keys()
        self.settings.update(settings)
        if settings.get("status_bar"):
            self.statuses.append(settings["status_bar"])

    def _selection(self) -> Message | None:
        chosen = self.app.impl.selection
        if chosen is None:
            return None
        book = self.app.books.active
        return {"book": book.fullname, "sheet": chosen.sheet.name, "address": chosen.address}

    def _alert(self, text: str, title: str, buttons: str, critical: bool) -> str:
        del critical
        assert title == "导师帮带"
        self.alerts.append(text)
        return self.answer if buttons.startswith("yes") else "ok"

    def _next(self) -> str | None:
        return next(self.answers, None)

    def _ask(self, title: str, question: str, proposal: str) -> str | None:
        assert title, question
        return self._next() or proposal

    def _choose_file(self, title: str, endings: list[str]) -> str | None:
        assert title, ".xlsx" in endings
        return self._next()

    def _choose_folder(self, title: str) -> str | None:
        assert title
        return self._next()

    def _choose_target(self, title: str, proposal: str) -> str | None:
        assert title, proposal.endswith(".xlsx")
        return self._next()

    def _show_page(self, address: str) -> None:
        self.pages.append(address)

    def _copy_text(self, text: str) -> bool:
        assert text
        return False

    # --- workbooks and sheets --------------------------------------------------------------------

    def _facts(self, book: xw.Book) -> list[Message]:
        return [self._facts_of(sheet) for sheet in book.sheets]

    def _facts_of(self, sheet: xw.Sheet) -> Message:
        used = area_of(sheet.used_range)
        rows, columns = hidden_lines(sheet, used)
        merges = merges_in(sheet, used)[0]
        below = max((merge.bottom for merge in merges), default=used.top - 1) + 1
        totals = [table.range for table in sheet.tables if table.show_totals]
        return {
            "name": sheet.name, "visible": -1 if sheet.visible else 0, "used": used,
            "shown": not (rows or columns), "unmerged_from": below if below < used.top + 8 else None,
            "totals": [cells.row + cells.shape[0] - 1 for cells in totals],
        }  # fmt: skip

    def _save_copy(self, book: xw.Book, path: str) -> None:
        book.impl.save_copy(Path(path))

    def _add_sheet(self, book: xw.Book, name: str) -> None:
        active = book.sheets.active
        book.sheets.add(name, after=[*book.sheets][-1])
        active.activate()

    def _active_sheet(self, book: xw.Book) -> str:
        return str(book.sheets.active.name)

    def _delete_sheet(self, sheet: xw.Sheet) -> None:
        sheet.delete()

    def _rename_sheet(self, sheet: xw.Sheet, name: str) -> None:
        sheet.name = name

    def _set_visible(self, sheet: xw.Sheet, visible: bool) -> None:
        sheet.visible = visible

    def _activate(self, sheet: xw.Sheet) -> None:
        sheet.activate()

    def _select(self, sheet: xw.Sheet, areas: Sequence[Sequence[int]]) -> None:
        block(sheet, Rectangle(*areas[0])).select()

    def _protection(self, sheet: xw.Sheet) -> bool:
        return self.host.is_protected(sheet)

    def _unprotect(self, sheet: xw.Sheet) -> bool:
        return self.host.unprotect(sheet)

    def _protect(self, sheet: xw.Sheet, allowing: Message) -> None:
        assert allowing["AllowFiltering"] is True
        self.host.protect(sheet)

    def _filtered(self, sheet: xw.Sheet) -> bool:
        return self.host.is_filtered(sheet)

    def _show_all(self, sheet: xw.Sheet) -> None:
        self.host.show_all(sheet)

    def _tables(self, sheet: xw.Sheet) -> list[Message]:
        return [
            {"name": table.name, "area": area_of(table.range), "headers": table.show_headers,
             "totals": table.show_totals}
            for table in sheet.tables
        ]  # fmt: skip

    def _resize_table(self, sheet: xw.Sheet, name: str, area: Sequence[int]) -> None:
        sheet.tables[name].resize(block(sheet, Rectangle(*area)))

    def _notes(self, sheet: xw.Sheet) -> list[list[Any]]:
        return [[*area_of(note.location)[:2], note.text] for note in sheet.notes]

    def _looks(self, sheet: xw.Sheet, places: Sequence[Sequence[int]]) -> list[list[str]]:
        cells = [block(sheet, (row, column, 1, 1)) for row, column in places]
        return [[_hex(cell.color), cell.note.text if cell.note else ""] for cell in cells]

    def _put_looks(self, sheet: xw.Sheet, looks: Sequence[Sequence[Any]], width: float) -> int:
        assert width > 100
        for row, column, fill, note, height in looks:
            cell = sheet.range(row, column)
            assert height > 0
            if fill is not None:
                cell.color = fill or None
            if note is not None and cell.note:
                cell.note.delete()
            if note:
                cell.impl.add_note(note)
        return 0

    # --- cells -----------------------------------------------------------------------------------

    def _used(self, sheet: xw.Sheet) -> Rectangle:
        return area_of(sheet.used_range)

    def _read(
        self, sheet: xw.Sheet, area: Sequence[int], values: bool, formulas: bool, formats: str
    ) -> Message:
        here = Rectangle(*area)
        cells = block(sheet, here)
        found: Message = {}
        rows = [[_sent(value, sheet.book) for value in row] for row in cells.impl.raw_value]
        if values:
            found["values"] = rows
        if formulas:
            texts = cells.impl.formula
            texts = [[texts]] if isinstance(texts, str) else texts
            found["formulas"] = [
                [*column] if any(text.startswith("=") for text in column) else None
                for column in zip(*texts, strict=True)
            ]
        if formats != "none":
            codes = zip(*read_formats(sheet, here), strict=True)
            found["formats"] = [
                [[len([*run]), code] for code, run in groupby(column)]
                if formats == "all" or any(type(value) in {int, float} for value in shown)
                else None
                for column, shown in zip(codes, zip(*rows, strict=True), strict=True)
            ]
        return found

    def _write(
        self, sheet: xw.Sheet, area: Sequence[int], rows: Sequence[Sequence[Any]], spilling: bool
    ) -> None:
        cells = block(sheet, Rectangle(*area)).impl
        one = len(rows) == len(rows[0]) == 1
        data = rows[0][0] if one else rows
        if spilling:
            cells.formula2 = data
        else:
            cells.raw_value = data

    def _set_format(self, sheet: xw.Sheet, areas: Sequence[Sequence[int]], code: str) -> None:
        for area in areas:
            block(sheet, Rectangle(*area)).number_format = code

    def _array_formula(self, sheet: xw.Sheet, area: Sequence[int]) -> str | None:
        formula: str | None = block(sheet, Rectangle(*area)).impl.formula_array
        return formula

    def _set_array_formula(self, sheet: xw.Sheet, area: Sequence[int], formula: str) -> None:
        block(sheet, Rectangle(*area)).formula_array = formula

    def _merges(self, sheet: xw.Sheet, area: Sequence[int]) -> list[Rectangle]:
        return merges_in(sheet, Rectangle(*area))[0]

    def _set_merged(self, sheet: xw.Sheet, area: Sequence[int], merged: bool) -> None:
        cells = block(sheet, Rectangle(*area))
        cells.merge() if merged else cells.unmerge()

    def _hidden(self, sheet: xw.Sheet, axis: str, first: int, last: int) -> list[list[Any]]:
        rows = axis == "rows"
        count = last - first + 1
        area = Rectangle(first, 1, count, 1) if rows else Rectangle(1, first, 1, count)
        hidden = hidden_lines(sheet, area)[0 if rows else 1]
        states = groupby(number in hidden for number in range(first, last + 1))
        return [[len([*run]), state] for state, run in states]

    def _fit_rows(self, sheet: xw.Sheet, first: int, last: int) -> None:
        sheet.range(f"{first}:{last}").rows.autofit()

    def _end(self, sheet: xw.Sheet, row: int, column: int, direction: str) -> list[int]:
        cell = block(sheet, (row, column, 1, 1)).end(direction)
        return [cell.row, cell.column]


def _sent(value: Any, book: xw.Book) -> Any:
    if isinstance(value, CellError):
        return {"error": str(value)}
    if isinstance(value, dt.datetime):
        return (value - book.impl.epoch) / dt.timedelta(days=1)
    assert not isinstance(value, str) or value not in ERRORS
    return value


def _hex(colour: tuple[int, int, int] | None) -> str:
    return "" if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)


# --- clicks ---------------------------------------------------------------------------------------


def facts_of(book: xw.Book) -> Message:
    """Return what the add-in says of a workbook."""
    return {"name": book.name, "fullname": book.fullname, "date1904": False, "rows": 1_048_576}


class Addin:
    """A loaded add-in: it posts clicks and executes what comes back.

    Args:
        send: Posts a message.
        answers: Executes operations.
        window: What it calls itself.
        spills: Whether its WPS spills.

    Attributes:
        messages: How many messages the last click took.
    """

    def __init__(
        self, send: Send, answers: Callable[[Sequence[Message]], list[Message]],
        window: str = "窗口一", *, spills: bool = True,
    ) -> None:  # fmt: skip
        self.send, self.answers, self.window, self.spills = send, answers, window, spills
        self.messages = 0

    def click(self, button: str, book: Mapping[str, Any]) -> Message:
        """Return how a click ends."""
        self.messages = 0
        for message in self.conversation(button, book):
            last = message
        return last

    def conversation(self, button: str, book: Mapping[str, Any]) -> Iterator[Message]:
        """Yield the messages of a click, executing each when the next one is asked for."""
        app = {"version": "12.1.0.17857", "spills": self.spills}
        click = {"window": self.window, "button": button, "book": {**book}, "app": app}
        message = self._sent("/press", click)
        yield message
        while message["kind"] in {"ask", "wait"}:
            results = self.answers(message["operations"]) if message["kind"] == "ask" else None
            said = {"press": message["press"], "seq": message["seq"], "results": results}
            message = self._sent("/answer", said)
            yield message

    def _sent(self, path: str, message: Message) -> Message:
        self.messages += 1
        return self.send(path, message)
