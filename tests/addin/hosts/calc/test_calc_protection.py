"""A protected sheet refuses what Excel refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from openpyxl.styles import Protection

from addin.hosts.calc import ExcelRefused, SheetProtected, is_protected, protect, unprotect


@pytest.fixture
def sheet(calc: xw.App, tmp_path: Path) -> xw.Sheet:
    """A protected sheet with a value, a note, and unlocked cells B1:B3."""
    book = openpyxl.Workbook()
    made = book.worksheets[0]
    made["A1"] = "原"
    for row in range(1, 4):
        made.cell(row, 2).protection = Protection(locked=False)
    made.protection.enable()
    book.save(tmp_path / "protected.xlsx")
    return calc.books.open(tmp_path / "protected.xlsx").sheets[0]


def colour(sheet: xw.Sheet) -> None:
    sheet["B1"].color = (255, 0, 0)


def number_format(sheet: xw.Sheet) -> None:
    sheet["A1"].number_format = "@"


def value(sheet: xw.Sheet) -> None:
    sheet["A1"].value = 1


def half_locked(sheet: xw.Sheet) -> None:
    sheet["A1:B3"].value = 1


def formula(sheet: xw.Sheet) -> None:
    sheet["A1"].formula = "=1"


def array(sheet: xw.Sheet) -> None:
    sheet["A1"].formula_array = "=1"


CHANGES: list[Callable[[xw.Sheet], object]] = [
    colour,
    number_format,
    value,
    half_locked,
    formula,
    array,
    lambda sheet: sheet["A1"].add_note("x"),
    lambda sheet: sheet["A1:B1"].merge(),
    lambda sheet: sheet["1:1"].insert("down"),
    lambda sheet: sheet["1:1"].delete("up"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_changes_on_a_protected_sheet(
    sheet: xw.Sheet, change: Callable[[xw.Sheet], object], tmp_path: Path
) -> None:
    with pytest.raises(SheetProtected) as refused:
        change(sheet)

    assert refused.value.hresult == -2147352567
    assert refused.value.excepinfo[5] == -2146827284
    sheet.book.save(tmp_path / "after.xlsx")
    after = openpyxl.load_workbook(tmp_path / "after.xlsx").worksheets[0]
    assert after.protection.sheet
    assert after["A1"].value == "原"
    assert not after["B1"].fill.fill_type
    assert not after["A1"].font.b


def test_unlocked_cells_take_values(sheet: xw.Sheet) -> None:
    sheet["B1:B3"].value = 5

    assert sheet["B1:B3"].value == [5.0] * 3


def test_protection_is_seen_taken_away_and_put_back(sheet: xw.Sheet) -> None:
    assert is_protected(sheet)

    unprotect(sheet)
    sheet["A1"].value = "新"
    protect(sheet, "密码")

    assert sheet["A1"].value == "新"
    assert is_protected(sheet)


def test_a_protected_workbook_keeps_its_sheets(calc: xw.App) -> None:
    book = calc.books.add()
    book.api.protect("密码")

    with pytest.raises(ExcelRefused, match="工作簿"):
        book.sheets.add("新")
    with pytest.raises(ExcelRefused, match="工作簿"):
        book.sheets[0].name = "新"
