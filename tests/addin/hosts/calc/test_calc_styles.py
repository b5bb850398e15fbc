"""Styles, notes and structure, asserted on the saved file."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import NoSuchObjectError

from addin.hosts.calc import ExcelRefused


@pytest.fixture
def sheet(calc: xw.App) -> xw.Sheet:
    return calc.books.add().sheets[0]


def saved(sheet: xw.Sheet, folder: Path) -> Worksheet:
    """Save the sheet's workbook and return the sheet as openpyxl reads it."""
    sheet.book.save(folder / "saved.xlsx")
    return openpyxl.load_workbook(folder / "saved.xlsx")[sheet.name]


def fill(sheet: Worksheet, cell: str) -> str | None:
    found = sheet[cell].fill
    return str(found.fgColor.rgb)[2:] if found.fill_type else None


def test_colours_go_to_every_area_and_away_again(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1:B1,D1,A3:A4"].color = (255, 199, 206)
    sheet["B1"].color = None
    sheet["E1"].color = "#00FF00"
    sheet["F1"].color = 0xFF0000  # Excel's blue

    found = saved(sheet, tmp_path)

    fills = [fill(found, cell) for cell in ("A1", "B1", "C1", "D1", "A4", "E1", "F1")]
    assert fills == ["FFC7CE", None, None, "FFC7CE", "FFC7CE", "00FF00", "0000FF"]
    assert sheet["A1"].color == (255, 199, 206)
    assert sheet["B1"].color is None


def test_number_formats_come_back_as_they_were_set(sheet: xw.Sheet, tmp_path: Path) -> None:
    codes = ["@", "0.00%", "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "#,##0.00", 'General"人"', "[Red]0"]
    for row, code in enumerate(codes):
        sheet[row, 0].number_format = code
        sheet[row, 0].value = 45000

    assert [sheet[row, 0].number_format for row in range(len(codes))] == codes
    found = saved(sheet, tmp_path)
    assert [found.cell(row + 1, 1).number_format.replace("\\", "") for row in (0, 1, 2, 4)] == [
        "@", "0.00%", "yyyy-mm-dd", "#,##0.00",
    ]  # fmt: skip


def test_formats_that_differ_are_none(sheet: xw.Sheet) -> None:
    sheet["A1"].number_format = "@"

    assert sheet["A1:A2"].number_format is None


def test_rows_hidden_by_hand_or_by_a_filter_are_told(calc: xw.App, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    made = book.worksheets[0]
    for row in range(1, 6):
        made.append([row, row])
    for row in (2, 3):
        made.row_dimensions[row].hidden = True
    made.column_dimensions["A"].hidden = True
    made.auto_filter.ref = "A1:B5"
    book.save(tmp_path / "filtered.xlsx")

    sheet = calc.books.open(tmp_path / "filtered.xlsx").sheets[0]

    hidden = [sheet[rows].rows.hidden for rows in ("A1:A5", "B2:B3", "A4:A5")]
    assert hidden == [None, True, False]
    sheet["B1"].value = [[0]] * 5
    assert sheet["B1:B5"].value == [0.0] * 5


def test_notes_are_added_changed_read_and_deleted(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["B2"].add_note("第一行\n第二行")
    sheet["B3"].add_note("改前")
    sheet["B3"].note.text = "改后"
    sheet["B4"].add_note("删")
    sheet["B4"].note.delete()

    assert sheet["B2"].note.text == "第一行\n第二行"
    assert sheet["B4"].note is None
    assert [note.location.address for note in sheet.notes] == ["$B$2", "$B$3"]
    found = saved(sheet, tmp_path)
    comments = [found[cell].comment for cell in ("B2", "B3", "B4")]
    assert [comment and comment.text for comment in comments] == ["第一行\n第二行", "改后", None]


def test_sheets_are_added_named_hidden_and_deleted(sheet: xw.Sheet, tmp_path: Path) -> None:
    book = sheet.book
    sheet["A1"].value = "台账"
    book.sheets.add("校验结果", before=sheet)
    last = book.sheets.add("隐藏", after=sheet)
    last.visible = False
    book.sheets.add("多余").delete()
    sheet.name = "导师库"

    assert [s.name for s in book.sheets] == ["校验结果", "导师库", "隐藏"]
    saved(sheet, tmp_path)
    found = openpyxl.load_workbook(tmp_path / "saved.xlsx")
    assert [(s.title, s.sheet_state, s["A1"].value) for s in found] == [
        ("校验结果", "visible", None),
        ("导师库", "visible", "台账"),
        ("隐藏", "hidden", None),
    ]
    assert "导师库" in [s.name for s in book.sheets]
    with pytest.raises(NoSuchObjectError):
        _ = book.sheets["没有"]


def test_the_last_visible_sheet_stays_visible(sheet: xw.Sheet) -> None:
    with pytest.raises(ExcelRefused):
        sheet.visible = False


def test_rows_are_inserted_and_deleted_and_cells_merged(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].options(transpose=True).value = [1, 2, 3, "=A2*2"]

    sheet["2:3"].insert("down")
    sheet["1:1"].delete("up")
    sheet["C1:D2"].merge()

    assert sheet["A1:A5"].formula == (("",), ("",), ("2",), ("3",), ("=A3*2",))
    assert sheet["D2"].merge_area.address == "$C$1:$D$2"
    assert [str(area) for area in saved(sheet, tmp_path).merged_cells.ranges] == ["C1:D2"]


def test_ranges_are_found_by_address_corner_name_and_table(sheet: xw.Sheet) -> None:
    sheet["B2"].value = [["甲", "乙"], [1, 2], [3, 4]]
    sheet.tables.add(sheet["B2:C4"], name="tbl")

    assert sheet.range((2, 2), (3, 3)).address == "$B$2:$C$3"
    assert sheet["B2"].expand().address == "$B$2:$C$4"
    assert sheet["B2"].end("down").address == "$B$4"
    assert sheet["B4"].end("up").address == "$B$2"
    assert sheet.used_range.address == "$B$2:$C$4"
    assert sheet["B2"].offset(1, 1).resize(2, 1).address == "$C$3:$C$4"
    assert sheet["A:A"].address == "$A:$A"
    assert sheet["tbl"].value == [[1.0, 2.0], [3.0, 4.0]]
    assert sheet["tbl[#All]"].address == "$B$2:$C$4"
    assert sheet["C3"].table.name == "tbl"
    with pytest.raises(NoSuchObjectError):
        _ = sheet["没有"].row


def test_tables_grow(sheet: xw.Sheet, tmp_path: Path) -> None:
    sheet["A1"].value = [["甲"], [1], [2]]
    table = sheet.tables.add(sheet["A1:A2"], name="tbl")
    table.resize(sheet["A1:A3"])

    assert table.data_body_range.value == [1.0, 2.0]
    assert table.header_row_range.value == "甲"
    assert saved(sheet, tmp_path).tables["tbl"].ref == "A1:A3"


def test_an_address_too_long_for_excel_is_refused(sheet: xw.Sheet) -> None:
    address = ",".join(f"A{row}" for row in range(1, 100))

    with pytest.raises(ExcelRefused):
        _ = sheet[address].row


def test_a_deleted_sheet_takes_no_other_sheets_tables_along(calc: xw.App) -> None:
    book = calc.books.add()
    sheet = book.sheets[0]
    sheet["A1:B2"].value = [["编号", "姓名"], ["G1", "甲"]]
    sheet.tables.add(sheet["A1:B2"], name="tbl")
    book.sheets.add("后面", after=sheet).delete()

    assert [table.name for table in sheet.tables] == ["tbl"]
    assert sheet.tables[0].range.address == "$A$1:$B$2"


def test_a_note_stays_when_its_cell_is_written(sheet: xw.Sheet) -> None:
    sheet["B3"].add_note("批注")

    sheet["B2:C4"].value = [[1, 2], ["三", 4], ["=B2", 6]]
    sheet["B3"].value = None

    assert [(note.location.address, note.text) for note in sheet.notes] == [("$B$3", "批注")]
