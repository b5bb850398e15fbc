"""A stand-in for Excel that is told what its clerk does: `python -m excel TLB`.

A request is a line of JSON on standard input, {"do": name, …}; the answer a line on standard output.
Calls of formulas hold what JSON cannot, so their arguments are pickled. All of it runs in one
thread, as Excel's own; what comes from outside is answered while that waits for Python.
"""

from __future__ import annotations

import base64
import json
import pickle
import sys
import time
import traceback
from typing import Any

import pythoncom
import win32com.client
from excel import contents, values
from excel.application import Application, Workbook, selected_address
from excel.interfaces import Library
from excel.message_boxes import MessageBoxes
from excel.objects import MISSING, WATCH, outgoing
from excel.python_server import activate
from excel.ranges import Range
from excel.trouble import NOW, Trouble, end_trouble, install_filter
from openpyxl.worksheet.filters import AutoFilter, FilterColumn


class Desk:
    """What a clerk has on the screen: an Excel, and Python behind it."""

    def __init__(self) -> None:
        self._excel = Application()
        self._boxes = MessageBoxes()
        self._boxes.start()
        self._kept: dict[str, Any] = {}
        self._python: Any = None
        self._ledger: Any = None
        self._trouble: Trouble | None = None

    # --- what can be asked for ---

    def start(self) -> None:
        """Start Python."""
        self._python = activate()
        self._python.Exec("import addin.hosts.excel.desktop")

    def execute(self, code: str) -> None:
        """Let Python execute code, such as what sets its clock."""
        self._python.Exec(code)

    def open(self, path: str) -> None:
        """Open a workbook, of which all else is asked; "" makes a new one."""
        books = self._excel.get_Workbooks()
        self._ledger = books.do_Open(path) if path else books.do_Add()

    def front(self) -> None:
        """Bring that workbook to the front again."""
        self._ledger.do_Activate()

    def close(self) -> None:
        """Close all workbooks."""
        while self._excel.books:
            self._excel.books[0].close()

    def save(self, path: str) -> None:
        """Save a copy of the workbook."""
        self._book.do_SaveCopyAs(path)

    def addin(self, here: bool) -> None:
        """Let our add-in be open, whose macros Python calls, or not."""
        self._excel.has_addin = here

    def protect(self, password: str) -> None:
        """Protect every sheet."""
        for sheet in self._book.sheets:
            sheet.do_Protect(password)

    def select(self, sheet: str, address: str) -> None:
        """Show a sheet and select cells."""
        shown = self._book.get_Worksheets(sheet)
        shown.do_Activate()
        shown.get_Range(address).do_Select()

    def put(self, sheet: str, address: str, value: Any) -> None:
        """Type into cells."""
        self._book.get_Worksheets(sheet).get_Range(address).put_Value(value)

    def filter(self, sheet: str, rows: list[int]) -> None:
        """Let the filter of a sheet's first table hide rows."""
        grid = self._book.get_Worksheets(sheet).grid
        table = next(iter(grid.sheet.tables.values()))
        table.autoFilter = table.autoFilter or AutoFilter(ref=table.ref)
        table.autoFilter.filterColumn.append(FilterColumn(colId=0))
        for row in rows:
            grid.sheet.row_dimensions[row].hidden = True

    def rename(self, sheet: str, name: str) -> None:
        """Rename a sheet."""
        self._book.get_Worksheets(sheet).put_Name(name)

    def contents(self) -> dict[str, Any]:
        """Return what the cells of the workbook hold."""
        return contents.contents_of(self._book.saved)

    def keep(self) -> None:
        """Remember how the workbook looks."""
        self._kept = contents.looks_of(self._book.saved)

    def differences(self) -> list[list[Any]]:
        """Return where it looks otherwise than remembered: what it was, and what it is."""
        now = contents.looks_of(self._book.saved)
        return [
            [place, self._kept.get(place), now.get(place)]
            for place in sorted(self._kept.keys() | now.keys())
            if self._kept.get(place) != now.get(place)
        ]

    def press(
        self, button: str, answers: list[Any], yes: bool, trouble: dict[str, Any] | None
    ) -> dict[str, Any]:
        """Press a button, as the add-in's VBA does; return what the clerk saw."""
        self._begin(answers, yes, trouble)
        began = time.monotonic()
        error = ""
        try:
            engine = self._python.Module("xlwings._xlwindows")
            caller = outgoing(self._excel.books[0]) if self._excel.books else None
            self._python.SetAttr(engine, "BOOK_CALLER", caller)
            self._python.Exec(
                f"import addin.hosts.excel.desktop; addin.hosts.excel.desktop.press('{button}')"
            )
        except pythoncom.com_error as problem:
            error = str(problem.excepinfo[2] if problem.excepinfo else problem)
        seconds = time.monotonic() - began
        time.sleep(0.1)  # a last message box
        end_trouble()
        return self._seen(error, seconds)

    def formula(self, name: str, arguments: str) -> str:
        """Call a formula; arguments and answer are pickled."""
        WATCH.clear()
        given = pickle.loads(base64.b64decode(arguments))
        caller = outgoing(Range(self._book.active, [(1, 60, 1, 60)]))
        handed = tuple(map(self._handed, given))
        answer = self._python.CallUDF("addin.formulas", name, handed, outgoing(self._book), caller)
        return base64.b64encode(pickle.dumps(_plain(answer))).decode()

    # --- helpers ---

    @property
    def _book(self) -> Workbook:
        assert not self._ledger.closed
        return self._ledger

    def _begin(self, answers: list[Any], yes: bool, trouble: dict[str, Any] | None) -> None:
        WATCH.clear()
        self._boxes.seen.clear()
        self._boxes.yes = yes
        self._excel.answers[:] = answers
        self._excel.asked.clear()
        self._excel.statuses.clear()
        self._trouble = None
        if trouble:
            self._trouble = NOW[0] = Trouble(**trouble, close=self._book.close)

    def _seen(self, error: str, seconds: float) -> dict[str, Any]:
        excel = self._excel
        return {
            "error": error,
            "boxes": list(self._boxes.seen),
            "asked": list(excel.asked),
            "statuses": list(excel.statuses),
            "status": excel.get_StatusBar(),
            "screen": excel.ScreenUpdating,
            "events": excel.EnableEvents,
            "autocorrect": excel.correct.AutoFillFormulasInLists,
            "active": excel.books[0].active.get_Name() if excel.books else "",
            "selected": selected_address(excel),
            "books": [book.path for book in excel.books],
            "calls": dict(WATCH.calls),
            "unwritten": dict(WATCH.unwritten),
            "failures": list(WATCH.failures),
            "refused": list(WATCH.refused),
            "hindered": self._trouble.hindered if self._trouble else 0,
            "seconds": seconds,
        }

    def _handed(self, given: Any) -> Any:
        """Return an argument of a formula as Excel hands it over; see `driving.Excel.formula`."""
        if not isinstance(given, tuple):
            return given
        kind, *rest = given
        if kind == "range":
            sheet, address = rest
            return outgoing(self._book.get_Worksheets(sheet).get_Range(address))
        if kind == "missing":
            return win32com.client.VARIANT(pythoncom.VT_ERROR, MISSING)
        if kind == "error":
            return values.error(rest[0])
        if kind == "rows":
            return tuple(tuple(map(self._handed, row)) for row in rest[0])
        if kind == "list":
            return tuple(map(self._handed, rest[0]))
        raise ValueError(kind)


def _plain(value: Any) -> Any:
    """Return what Python gave as plain data: pywin32's times cannot be read elsewhere."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, pythoncom.TypeIIDs[pythoncom.IID_IUnknown]):
        raise TypeError("a formula gave an object")
    if hasattr(value, "timetuple"):
        return ("day", *value.timetuple()[:6])
    return value


def _main() -> None:
    WATCH.library = Library(sys.argv[1])
    install_filter()
    desk = Desk()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"answer": getattr(desk, request.pop("do"))(**request)}
        except Exception:
            answer = {"failed": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
