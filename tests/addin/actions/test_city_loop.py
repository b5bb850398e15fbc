"""The loop: what a township corrects as the notes say is all that changed, and nothing is left."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from addin.actions.consolidate import consolidate
from addin.actions.exchange.return_ledgers import return_ledgers
from validators.divisions import by_code
from validators.sheets import LogEntryRow, MentorRow, columns_by_field
from validators.vocabulary import Level
from workbooks.samples import clean_rows
from workbooks.template.layout import FIRST_ROW, HEADING_ROW
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
UNITS = ("640402104", "640422100")
PLANTED: dict[str, list[tuple[int, str, Any]]] = {
    "mentor": [(2, "gender", "南")],
    "log": [(5, "content", None), (6, "form", "见面"), (7, "date", "五月某日")],
}
LOG, MENTOR = LogEntryRow.sheet.name, MentorRow.sheet.name

Fixes = set[tuple[str, str, str, str, str]]


def report(folder: Path) -> None:
    """Write two ledgers of which one has errors of five kinds in six cells."""
    for unit in UNITS:
        rows = clean_rows(unit, seed=5, as_of=AS_OF, log_rows=40)
        if unit == UNITS[0]:
            for key, cells in PLANTED.items():
                for row, field, value in cells:
                    rows[key][row][field] = value
            rows["log"][9]["log_id"] = rows["log"][8]["log_id"]
        path = folder / f"{by_code()[unit].name}.xlsx"
        write_ledger(path, by_code()[unit], AS_OF.year, rows=rows, as_of=AS_OF)


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return load_workbook(path)


def noted(book: Workbook) -> Iterator[tuple[Worksheet, Cell, str]]:
    for sheet in book:
        for row in sheet.iter_rows(min_row=FIRST_ROW):
            yield from ((sheet, cell, cell.comment.text) for cell in row if cell.comment)


def correct(path: Path) -> Fixes:
    """Do in a returned ledger what its notes say; return what was changed."""
    book, fixes, doubled = opened(path), set(), set()
    for sheet, cell, note in list(noted(book)):
        if "【错误】" not in note and "【警告】" not in note:
            continue
        old = "" if cell.value is None else str(cell.value)
        heading = str(sheet.cell(HEADING_ROW, cell.column).value)
        if "重复" in note and old not in doubled:
            doubled.add(old)  # the other one gets the new ID
            continue
        cell.value = new = corrected(sheet, cell, note)
        key = str(sheet.cell(cell.row, id_column(sheet)).value)
        fixes.add((sheet.title, key, heading, old, new))
    book.save(path)
    return fixes


def corrected(sheet: Worksheet, cell: Cell, note: str) -> str:
    if "重复" in note:
        codes = [
            str(row[0].value)
            for row in sheet.iter_rows(FIRST_ROW, min_col=cell.column, max_col=cell.column)
            if row[0].value
        ]
        stem, _, number = max(codes).rpartition("-")
        return f"{stem}-{int(number) + 1:0{len(number)}}"
    if example := re.search(r"如 (\d{4}-\d\d-\d\d)", note):
        return example[1]
    if options := re.search(r"选：([^、。\n]+)", note) or re.search(r"补填：(\w+)或", note):
        return options[1]
    return "入户谈了产业发展，商定下周再去"


def id_column(sheet: Worksheet) -> int:
    model = LogEntryRow if sheet.title == LOG else MentorRow
    heading = columns_by_field(model)[model.sheet.id_field].heading
    return next(cell.column for cell in sheet[HEADING_ROW] if cell.value == heading)


def test_a_ledger_is_returned_corrected_by_its_notes_and_reported_again(tmp_path: Path) -> None:
    reported, again = tmp_path / "上报", tmp_path / "再报"
    reported.mkdir()
    report(reported)
    first = consolidate([reported], tmp_path / "一.xlsx", as_of=AS_OF)
    assert first.report.count(Level.ERROR) == 6

    returned = return_ledgers(reported, tmp_path / "退回", as_of=AS_OF)
    [mine] = [each for each in returned.files if each.message]
    assert mine.wrong == {MENTOR: 1, LOG: 5}
    shutil.copytree(reported, again)
    shutil.copyfile(returned.out / mine.file, again / mine.file)
    fixes = correct(again / mine.file)
    second = consolidate([again], tmp_path / "二.xlsx", as_of=AS_OF, previous=tmp_path / "一.xlsx")

    assert second.report.count(Level.ERROR) == second.report.count(Level.WARNING) == 0
    assert len(fixes) == 5
    book = opened(tmp_path / "二.xlsx")
    lines = [
        row for row in book["变动明细"].iter_rows(min_row=FIRST_ROW, values_only=True) if row[0]
    ]
    assert {line[0] for line in lines} == {"原州区开城镇"}
    changed = {
        (s, key, h, o or "", n or "") for _, s, key, kind, h, o, n in lines if kind == "修改"
    }
    assert changed == fixes
    fixed = [line for line in lines if line[3] == "问题已改正"]
    assert len(fixed) == 6
    assert len(lines) == len(changed) + len(fixed)
    totals = [
        [*row[1:9]] for row in book["变动汇总"].iter_rows(min_row=FIRST_ROW, values_only=True)
    ]
    assert totals[0] == ["原州区开城镇", 5, 5, 0, 0, 6, 0, 0]
    assert totals[-1][0] == "合计"
