"""Press buttons in LibreOffice, and look at what the saved workbook holds."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import xlwings as xw
from openpyxl import Workbook, load_workbook

from addin.buttons import find_button
from addin.hosts.calc.engine import Book as CalcBook
from addin.hosts.calc.host import CalcHost
from tests.addin.actions.waiting_ledger import UNIT, Rows, waiting_rows, write_waiting
from tests.support.whole_sheets import contents
from workbooks.live.host import use_host
from workbooks.live.retry import with_retries

AS_OF = date(2026, 6, 30)
MADE = datetime(2026, 7, 1, 9, 30)

CALCULATED = {"首页", "本周待办", "设置", "_待办", "_查询"}
"""Their formulas speak of today; no button writes there."""
MARKS = "_校验标记"


@dataclass(frozen=True)
class Pressed:
    """What the clerk saw."""

    alerts: list[str]
    status: str
    active: str


def opened(app: xw.App, source: Path, folder: Path) -> xw.Book:
    """Open a copy, so that the ledger can be used again."""
    copy = folder / source.name
    shutil.copyfile(source, copy)
    return app.books.open(copy)


def press(book: xw.Book, *names: str, answer: str = "yes", answers: Sequence[str] = ()) -> Pressed:
    """Press buttons one after the other.

    Args:
        book: The workbook.
        names: The buttons' ids.
        answer: To every question that is answered by yes or no.
        answers: To each button's other questions, in order.
    """
    app = book.app.impl
    app.answer = lambda alert: answer if alert.buttons.startswith("yes") else "ok"
    before = len(app.alerts)
    for name in names:
        with use_host(CalcHost(answers)):
            find_button(name).press(with_retries(book))
    alerts = [alert.prompt for alert in app.alerts[before:]]
    return Pressed(alerts, str(book.app.status_bar or ""), book.sheets.active.name)


def shown_in(book: xw.Book) -> dict[str, dict[tuple[int, int], Any]]:
    """Return by tab what every cell of an open workbook shows, blank ones left out."""
    if isinstance(book.impl, CalcBook):
        tabs = contents(book.impl, (*CALCULATED, MARKS))
    else:
        tabs = {
            sheet.name: sheet.range("A1", _last_of(sheet)).raw_value
            for sheet in book.sheets
            if sheet.name not in CALCULATED and sheet.name != MARKS
        }
    return {
        name: {
            (row, column): _plain(value)
            for row, values in enumerate(rows)
            for column, value in enumerate(values)
            if value not in {None, ""}
        }
        for name, rows in tabs.items()
    }


def tabs_of(book: xw.Book) -> dict[str, bool]:
    """Return which tabs of an open workbook a clerk sees."""
    return {sheet.name: sheet.visible for sheet in book.sheets if sheet.name != MARKS}


def _last_of(sheet: xw.Sheet) -> xw.Range:
    """Return the last cell used, or B2: a single cell's value is no rows."""
    last = sheet.used_range.last_cell
    return sheet.range((max(last.row, 2), max(last.column, 2)))


def cells_of(path: Path) -> dict[str, dict[str, Any]]:
    """Return by tab what every cell of a saved workbook shows, blank ones left out."""
    book = _loaded(path, read_only=True, data_only=True)
    found = {}
    for sheet in book:
        if sheet.title not in CALCULATED and sheet.title != MARKS:
            sheet.reset_dimensions()  # LibreOffice says how far formats reach
            found[sheet.title] = {
                cell.coordinate: _plain(cell.value)
                for row in sheet.iter_rows(max_row=_LOOKED_AT)
                for cell in row
                if cell.value not in {None, ""}
            }
    book.close()
    return found


def relieved(path: Path) -> tuple[BytesIO, list[list[bytes]]]:
    """Return a workbook without the rows of `CALCULATED` and without print areas, and their formulas."""
    light, formulas = BytesIO(), []
    with ZipFile(path) as saved, ZipFile(light, "w") as copy:
        names = re.findall(r'<sheet name="([^"]+)"', saved.read("xl/workbook.xml").decode())
        parts = {f"xl/worksheets/sheet{names.index(one) + 1}.xml" for one in CALCULATED & {*names}}
        for name in saved.namelist():
            content = saved.read(name)
            if name == "xl/workbook.xml":
                content = re.sub(_PRINTED, b"", content)
            if name in parts:
                formulas.append(re.findall(rb"<f[ >].*?</f>", content))
                content = re.sub(
                    rb"<sheetData>.*</sheetData>", b"<sheetData/>", content, flags=re.S
                )
            copy.writestr(name, content)
    return light, formulas


_PRINTED = rb'<definedName[^>]* name="_xlnm.Print_[^>]*>[^<]*</definedName>'


def lighten(path: Path) -> Path:
    """Take out of a ledger what no button looks at and LibreOffice needs most of its time for.

    That is the rows of `CALCULATED`, with thousands of formulas, and print areas of whole columns.
    """
    path.write_bytes(relieved(path)[0].getvalue())
    return path


def _loaded(path: Path | BytesIO, **how: bool) -> Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return load_workbook(path, **how)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return round(value, 9) if isinstance(value, float) else value


def looks_of(path: Path) -> dict[str, Any]:
    """Return everything of a saved workbook that a button may change: contents, formats, notes."""
    light, formulas = relieved(path)
    book = _loaded(light)
    found: dict[str, Any] = {"sheets": book.sheetnames, "calculated": formulas}
    formats: dict[tuple[int, ...], tuple[Any, ...]] = {}  # few, and slow to ask for
    for sheet in book:
        for row in sheet.iter_rows(max_row=min(_LOOKED_AT, sheet.max_row)):
            for cell in row:
                value = getattr(cell.value, "text", cell.value)  # of an array formula
                note = cell.comment.text if cell.comment else None
                style = tuple(cell._style or ())  # a merged cell has none
                if style not in formats:
                    formats[style] = _format_of(cell)
                number_format, fill, border, *font = formats[style]
                look = (value, number_format, note, fill, border)
                if look != _NOTHING:
                    found[f"{sheet.title}!{cell.coordinate}"] = (*look, *font)
        found[f"{sheet.title} tables"] = dict(sheet.tables.items())
        found[f"{sheet.title} merged"] = sorted(map(str, sheet.merged_cells.ranges))
        found[f"{sheet.title} state"] = (sheet.sheet_state, sheet.protection.sheet)
    return found


def _format_of(cell: Any) -> tuple[Any, ...]:
    """Return number format, fill, border, boldness and size of a cell."""
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
    border = (cell.border.left.style, cell.border.bottom.style)
    return (cell.number_format, fill, border, cell.font.b, cell.font.sz)


_NOTHING = (None, "General", None, None, (None, None))
_LOOKED_AT = 300  # rows: the template formats thousands more


def long_ledger(path: Path, logs: int, **changes: Any) -> Path:
    """Write a ledger with so many log rows, all changed alike; nothing else depends on how many."""
    rows: Rows = waiting_rows()
    rows["mentor"][1]["name"] = "王 秀兰"
    rows["individual"][1]["chosen_on"] = "2026.6.20"
    rows["duty"] = [_duty(number) for number in (1, 2)]
    rows["log"] = [_entry(number) | changes for number in range(1, logs + 1)]
    for number in (3, 7):
        rows["log"][number]["log_id"] = None
    return write_waiting(path, rows)


def _duty(number: int) -> dict[str, Any]:
    return {
        "duty_id": f"ZR{UNIT}-{number:04}",
        "pairing_id": f"J{UNIT}-001",
        "side": "导师",
        "aspect": "工作作风",
        "item": f"带到村里走访{number}",
        "target": 4,
        "starts_on": date(2026, 6, 21),
        "due_on": date(2026, 12, 31),
    }


def _entry(number: int) -> dict[str, Any]:
    return {
        "log_id": f"R{UNIT}-{number:05}",
        "date": date(2026, 6, 21) + timedelta(days=number % 9),
        "pairing_ids": f"J{UNIT}-001",
        "aspect": "工作作风",
        "form": "线下",
        "content": f"第{number}次到村里走访查看，说明白第{number}件事怎么办",
        "recorder": "马志远",
    }
