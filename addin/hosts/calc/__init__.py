"""LibreOffice as the spreadsheet: the buttons run headless in it, and the tests with them.

An xlwings engine over UNO, made of subclasses of `xlwings.base_classes` only. It proves an action's
logic, what Calc computes, and the saved file; it does not prove COM, VBA or Excel's own functions.
For Linux; on Windows the buttons run in Excel.

    with calc_app() as app:
        book = app.books.open("ledger.xlsx")

    run_button(Path("ledger.xlsx"), action, out=Path("result.xlsx"))

Texts, numbers and dates are taken as Excel takes them (see `text`), a protected sheet and an
address of over 255 letters are refused as Excel does (see `notes`). LibreOffice 7.4 has no
dynamic arrays: `formula2` is `formula`.
"""

from __future__ import annotations

from addin.hosts.calc.engine import engine
from addin.hosts.calc.host import CalcHost, calc_app, is_protected, protect, run_button, unprotect
from addin.hosts.calc.notes import ExcelRefused, SheetProtected
from addin.hosts.calc.office import HostFailed, Office

__all__ = [
    "CalcHost",
    "ExcelRefused",
    "HostFailed",
    "Office",
    "SheetProtected",
    "calc_app",
    "engine",
    "is_protected",
    "protect",
    "run_button",
    "unprotect",
]
