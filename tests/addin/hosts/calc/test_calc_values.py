"""Cells' contents: what is written, what is read, and what the saved file holds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import xlwings as xw
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

DAY = dt.datetime(2026, 1, 5)


@pytest.fixture
def sheet(calc: xw.App) -> xw.Sheet:
    return calc.books.add().sheets[0]


def saved(sheet: xw.Sheet, folder: Path) -> Worksheet:
    """Save the sheet's workbook and return the sheet as openpyxl reads it."""
    sheet.book.save(folder / "saved.xlsx")
    return openpyxl.load_workbook(folder / "saved.xlsx")[sheet.name]


def test_every_kind_of_content_is_read_as_it_was_written(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [
        ["文字", 1.5, 2**40, True, False, None],
        [dt.date(2026, 1, 5), dt.datetime(2026, 1, 5, 12, 30), "", "换\n行", "x" * 5000, -3],
    ]

    assert sheet["A1:F2"].value == [
        ["文字", 1.5, 2.0**40, True, False, None],
        [DAY, dt.datetime(2026, 1, 5, 12, 30), None, "换\n行", "x" * 5000, -3.0],
    ]


def test_the_saved_file_holds_what_was_written(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["B1:B2"].number_format = "@"
    sheet["A1"].value = [
        ["'640402198001011234", "640402198001011234", dt.date(2026, 1, 5), True, "=A3*2"],
        ["'007", "007", dt.datetime(2026, 1, 5, 12, 30), None, "=1/0"],
        [21, None, False, "文字", "#N/A"],
    ]

    found = saved(sheet, tmp_path)

    assert [[cell.value for cell in row] for row in found["A1:E3"]] == [
        ["640402198001011234", "640402198001011234", DAY, True, "=A3*2"],
        ["007", "007", dt.datetime(2026, 1, 5, 12, 30), None, "=1/0"],
        [21, None, False, "文字", "=#N/A"],
    ]
    assert [found[cell].data_type for cell in ("A1", "D1", "A3", "C3")] == ["s", "b", "n", "b"]
    assert found["C1"].number_format == "yyyy/m/d"
    assert found["B2"].number_format == "@"


def test_the_saved_file_holds_what_was_computed(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].value = [[21, "=A1*2", "=A1>1", "=1/0", '=IF(A1="",1,"")', '=A1&"岁"']]
    sheet.book.save(tmp_path / "saved.xlsx")

    found = openpyxl.load_workbook(tmp_path / "saved.xlsx", data_only=True).worksheets[0]

    assert [cell.value for cell in found[1]][:4] == [21, 42, True, "#DIV/0!"]
    assert sheet["A1:F1"].value == [21.0, 42.0, True, None, None, "21岁"]


def test_texts_become_what_excel_makes_of_them(sheet: xw.Sheet) -> None:
    sheet["A1"].value = ["001", "2026-1-5", "12%", "TRUE", "2026.1.5", "=1+1"]

    assert sheet["A1:F1"].value == [1.0, DAY, 0.12, True, "2026.1.5", 2.0]
    assert [sheet[0, column].number_format for column in range(6)] == [
        "General",
        "yyyy/m/d",
        "0%",
        "General",
        "General",
        "General",
    ]


def test_text_cells_keep_everything_as_text(sheet: xw.Sheet) -> None:
    sheet["A1:F1"].number_format = "@"

    sheet["A1"].value = ["'001", "=1+1", 5, True, dt.date(2026, 1, 5), "#N/A"]

    assert sheet["A1:F1"].value == ["001", "=1+1", "5", "TRUE", "2026/1/5", "#N/A"]


def test_a_cells_own_format_is_kept(sheet: xw.Sheet) -> None:
    sheet["A1:B1"].number_format = "yyyy-mm-dd"

    sheet["A1"].value = [dt.date(2026, 1, 5), "2026/1/5"]

    assert sheet["A1:B1"].value == [DAY, DAY]
    assert sheet["A1:B1"].number_format == "yyyy-mm-dd"


def test_a_number_after_a_truth_value_is_a_number(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].value = [[True, True, True]]

    sheet["A1"].value = [[5, None, "文字"]]

    assert [cell.value for cell in saved(sheet, tmp_path)[1]][:1] == [5]
    assert sheet["A1:C1"].value == [5.0, None, "文字"]


def test_errors_are_named_on_request_and_else_none(sheet: xw.Sheet) -> None:
    sheet["A1"].value = [["=1/0", "=NA()", "=没有这个()", '="x"+1', "=SQRT(-1)", 1]]

    cells = sheet["A1:F1"]

    assert cells.value == [None] * 5 + [1.0]
    assert cells.options(err_to_str=True).value == [
        "#DIV/0!",
        "#N/A",
        "#NAME?",
        "#VALUE!",
        "#NUM!",
        1.0,
    ]


def test_formulas_are_read_and_written_in_excels_spelling(sheet: xw.Sheet, tmp_path: Path) -> None:
    other = sheet.book.sheets.add("导师 库", after=sheet)
    other["A1"].value = [[1], [2]]
    formulas = (
        ("=SUM('导师 库'!$A$1:A2,{1,2;3,4})", '=IF(A1>1,"a,b;c",TRUE)'),
        ("=COUNTIFS('导师 库'!A:A,\">1\")", "=TEXTJOIN(\",\",TRUE,'导师 库'!A1:A2)"),
    )

    sheet["A1:B2"].formula = formulas

    assert sheet["A1:B2"].formula == formulas
    assert sheet["A1:B2"].value == [[13.0, "a,b;c"], [1.0, "1,2"]]
    assert saved(sheet, tmp_path)["B2"].value == ("=_xlfn.TEXTJOIN(\",\",TRUE(),'导师 库'!A1:A2)")


def test_one_formula_for_a_range_moves_its_references(sheet: xw.Sheet) -> None:
    sheet["A1"].options(transpose=True).value = [1, 2, 3]

    sheet["B1:C3"].formula = "=$A1*10+A$1"

    assert sheet["C3"].formula == "=$A3*10+B$1"
    assert sheet["B1:B3"].value == [11.0, 21.0, 31.0]


def test_structured_references_survive_saving(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].value = [["数", "倍"], [1, None], [2, None]]
    sheet.tables.add(sheet["A1:B3"], name="tbl")

    sheet["B2:B3"].formula = "=tbl[[#This Row],[数]]*2"
    sheet["D1"].value = "=SUM(tbl[倍])"

    assert sheet["B2:B3"].value == [2.0, 4.0]
    assert sheet["D1"].value == 6.0
    found = saved(sheet, tmp_path)
    assert found["B3"].value == "=tbl[[#This Row],[数]]*2"
    assert found["D1"].value == "=SUM(tbl[倍])"
    assert found.tables["tbl"].ref == "A1:B3"


def test_an_array_formula_fills_its_cells(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1:A3"].formula_array = "=ROW(A1:A3)*2"

    assert sheet["A1:A3"].value == [2.0, 4.0, 6.0]
    assert sheet["A1:A3"].formula_array == "=ROW(A1:A3)*2"
    assert sheet["B1"].formula_array is None
    assert isinstance(saved(sheet, tmp_path)["A1"].value, ArrayFormula)


def test_frames_and_single_columns_go_in_and_out(sheet: xw.Sheet) -> None:
    frame = pd.DataFrame({"甲": [1.0, float("nan")], "乙": [pd.Timestamp(DAY), pd.NaT]})

    sheet["A1"].options(index=False).value = frame

    assert sheet["A1:B3"].value == [["甲", "乙"], [1.0, DAY], [None, None]]
    assert sheet["A1:A2"].options(ndim=2).value == [["甲"], [1.0]]


def test_what_formulas_and_formats_were_is_restored_exactly(
    sheet: xw.Sheet, tmp_path: Path
) -> None:
    sheet["B1:B3"].number_format = "@"
    sheet["A1"].value = [["=B1&1", "007", DAY], [5, None, True], [None, "=x", None]]
    cells = sheet["A1:C4"]
    before = [[(c.value, c.number_format) for c in row] for row in saved(sheet, tmp_path)["A1:C4"]]
    kept = cells.formula
    looks = [cell.number_format for cell in cells]

    cells.number_format = "0.00"
    cells.value = [["别的", True, 1]] * 4
    for cell, look in zip(cells, looks, strict=True):
        cell.number_format = look
    cells.formula = kept

    found = saved(sheet, tmp_path)
    assert [[(c.value, c.number_format) for c in row] for row in found["A1:C4"]] == before
    assert cells.formula == kept


def test_a_saved_workbook_is_read_back(calc: xw.App, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["编号", "007", 3, True, None, "=C1*2", DAY, "=NA()"])
    book.save(tmp_path / "made.xlsx")

    cells = calc.books.open(tmp_path / "made.xlsx").sheets[0]["A1:H1"]

    assert cells.options(err_to_str=True).value == [
        "编号", "007", 3.0, True, None, 6.0, DAY, "#N/A",
    ]  # fmt: skip
    assert cells.formula[0][:6] == ("编号", "007", "3", "TRUE", "", "=C1*2")


@pytest.mark.parametrize("value", [[], [[1, 2], [3]]])
def test_rows_of_another_shape_are_refused(sheet: xw.Sheet, value: object) -> None:
    with pytest.raises((ValueError, IndexError)):
        sheet["A1:B2"].raw_value = value
