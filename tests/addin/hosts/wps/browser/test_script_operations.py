"""What the service asks for, done by the real script in a browser to a real spreadsheet."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.hosts.calc import protect
from addin.hosts.wps import operations as op
from tests.addin.hosts.wps.browser.driving import Refused, Window


@pytest.fixture
def sheet(calc: xw.App) -> xw.Sheet:
    return calc.books.add().sheets[0]


@pytest.fixture
def place(sheet: xw.Sheet) -> dict[str, str]:
    return {"book": sheet.book.fullname, "sheet": sheet.name}


def read(window: Window, place: Any, area: op.Area, formats: str = "none") -> Any:
    return window.do(op.Read(**place, area=area, values=True, formulas=True, formats=formats))


def test_every_kind_of_content_is_read(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    sheet["B2"].value = [
        ["文字", 1.5, True, None],
        [dt.date(2026, 1, 5), "=1/0", "=B2", -2146826246],
    ]
    sheet["B3"].number_format = "yyyy/m/d"
    sheet["E3"].number_format = "0"

    found = read(window, place, (2, 2, 2, 4), formats="all")

    error = {"error": "#DIV/0!"}
    assert found["values"] == [["文字", 1.5, True, None], [46027, error, "文字", -2146826246]]
    assert found["formulas"] == [None, ["1.5", "=1/0"], ["TRUE", "=B2"], None]
    assert found["formats"] == [
        [[1, "General"], [1, "yyyy/m/d"]], [[2, "General"]], [[2, "General"]],
        [[1, "General"], [1, "0"]],
    ]  # fmt: skip


def test_a_single_cell_is_read_as_a_block(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    sheet["C3"].value = "=1+1"

    found = read(window, place, (3, 3, 1, 1), formats="numbers")

    assert found == {"values": [[2]], "formulas": [["=1+1"]], "formats": [[[1, "General"]]]}


def test_formats_are_asked_for_in_columns_with_numbers_and_few_times(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    rows, columns = 3000, 12
    sheet["A1"].value = [["标题"] * columns, *([["甲", 7, 8.5] * 4] * (rows - 1))]
    for column, code in (("B", "0"), ("C", "0.0"), ("E", "yyyy-mm-dd")):
        sheet.range(f"{column}2:{column}{rows}").number_format = code
    window.wps.foresees = False
    window.wps.asked.clear()

    found = read(window, place, (1, 1, rows, columns), formats="numbers")

    head, body = [1, "General"], rows - 1
    plain = [[rows, "General"]]
    assert found["formats"] == [
        None, [head, [body, "0"]], [head, [body, "0.0"]], None, [head, [body, "yyyy-mm-dd"]], plain,
        None, plain, plain, None, plain, plain,
    ]  # fmt: skip
    assert found["formulas"] == [None] * columns
    assert window.wps.asked["Range.NumberFormat"] < 60
    assert window.wps.asked["Range.Value2"] == window.wps.asked["Range.HasFormula"] == 1


def test_what_is_written_is_typed(sheet: xw.Sheet, place: dict[str, str], window: Window) -> None:
    sheet["A1"].value = "旧"
    rows = [[None, "'007", "1.5"], ["=C1*2", True, 45000]]

    window.do(op.Write(**place, area=(1, 1, 2, 3), rows=rows, spilling=False))  # type: ignore[arg-type]
    window.do(op.Write(**place, area=(4, 1, 2, 2), rows=[["满"]], spilling=False))
    window.do(op.Write(**place, area=(6, 1, 1, 1), rows=[["=C1"]], spilling=True))

    assert sheet["A1:C2"].value == [[None, "007", 1.5], [3.0, True, 45000.0]]
    assert sheet["A4:B5"].value == [["满", "满"], ["满", "满"]]
    assert sheet["A6"].formula == "=C1"


def test_a_build_without_spilling_formulas_writes_them_by_value(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    window.wps.lacks = {"Range.Formula2"}

    window.do(op.Write(**place, area=(1, 1, 1, 1), rows=[["=1+1"]], spilling=True))

    assert read(window, place, (1, 1, 1, 1))["formulas"] == [["=1+1"]]
    assert window.wps.asked["Range.Formula2 ="] == 0


def test_looks_are_put_and_read_back_blue_first(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    looks = [(2, 1, "#FFC7CE", "请填写", 60.0), (3, 1, "", "", 0.0), (4, 1, None, "改过", 60.0)]
    sheet["A3"].color = (1, 2, 3)
    sheet.range("A3").impl.add_note("旧")
    sheet.range("A4").impl.add_note("旧")

    refused = window.do(op.PutLooks(**place, looks=looks, width=200.0))

    assert refused == 0
    assert sheet["A2"].color == (0xFF, 0xC7, 0xCE)
    assert (sheet["A3"].color, sheet["A3"].note) == (None, None)
    places = [(2, 1), (3, 1), (4, 1)]
    assert window.do(op.Looks(**place, places=places)) == [
        ["#FFC7CE", "请填写"], ["", ""], ["", "改过"]
    ]  # fmt: skip
    assert window.do(op.Notes(**place)) == [[2, 1, "请填写"], [4, 1, "改过"]]


def test_tables_merges_hidden_lines_and_facts(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    sheet["A1"].value = [
        ["导师台账", None, None],
        ["编号", "姓名", "电话"],
        *([["a", "b", "c"]] * 9),
    ]
    sheet["A1:C1"].merge()
    sheet["B8:C9"].merge()
    sheet.tables.add(sheet["A2:C7"], name="tbl")
    sheet.range("4:5").impl.row_hidden = True
    sheet.range("C:C").impl.column_hidden = True

    assert window.do(op.UsedArea(**place)) == [1, 1, 11, 3]
    assert window.do(op.Tables(**place)) == [
        {"name": "tbl", "area": [2, 1, 6, 3], "headers": True, "totals": False}
    ]
    window.do(op.ResizeTable(**place, name="tbl", area=(2, 1, 4, 3)))
    assert sheet.tables["tbl"].range.address == "$A$2:$C$5"
    assert window.do(op.Merges(**place, area=(1, 1, 11, 3))) == [[1, 1, 1, 3], [8, 2, 2, 2]]
    assert window.do(op.Merges(**place, area=(2, 1, 5, 3))) == []
    rows = window.do(op.Hidden(**place, axis="rows", first=1, last=11))
    assert rows == [[3, False], [2, True], [6, False]]
    assert window.do(op.Hidden(**place, axis="columns", first=2, last=3)) == [[1, False], [1, True]]
    (facts,) = window.do(op.Facts(book=place["book"]))
    assert facts == {
        "name": sheet.name, "visible": -1, "used": [1, 1, 11, 3], "shown": False,
        "unmerged_from": None, "totals": [],
    }  # fmt: skip
    sheet["B8:C9"].unmerge()
    assert window.do(op.Facts(book=place["book"]))[0]["unmerged_from"] == 2


def test_formats_arrays_and_the_end_of_a_column(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    sheet["A1"].value = [[1], [2], [3]]
    scattered = [(row, 5, 1, 1) for row in range(1, 160, 2)]  # more than one address holds

    window.do(op.SetFormat(**place, areas=scattered, code="0.0"))
    window.do(op.SetArrayFormula(**place, area=(1, 2, 3, 1), formula="=A1:A3*2"))
    window.do(op.FitRows(**place, first=1, last=3))

    assert {sheet.range(area[:2]).number_format for area in scattered} == {"0.0"}
    assert sheet["E2"].number_format == "General"
    assert sheet["B1:B3"].value == [2.0, 4.0, 6.0]
    assert window.do(op.ArrayFormula(**place, area=(1, 2, 3, 1))) == "=A1:A3*2"
    assert window.do(op.ArrayFormula(**place, area=(1, 1, 3, 2))) is None
    assert window.do(op.End(**place, row=200, column=1, direction="up")) == [3, 1]


def test_sheets_come_go_and_are_shown(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    book = sheet.book

    window.do(op.AddSheet(book=place["book"], name="校验结果"))

    assert [one.name for one in book.sheets] == [sheet.name, "校验结果"]
    assert window.do(op.ActiveSheet(book=place["book"])) == sheet.name
    new = {**place, "sheet": "校验结果"}
    window.do(op.RenameSheet(**new, name="结果"))
    window.do(op.SetVisible(**{**place, "sheet": "结果"}, visible=False))
    assert not book.sheets["结果"].visible
    window.do(op.DeleteSheet(**{**place, "sheet": "结果"}))
    assert [one.name for one in book.sheets] == [sheet.name]
    assert window.do(op.Settings())["display_alerts"]
    with pytest.raises(Refused, match="missing"):
        window.do(op.UsedArea(**{**place, "sheet": "结果"}))
    with pytest.raises(Refused, match="missing"):
        window.do(op.ActiveSheet(book="/没有.xlsx"))


def test_a_protection_without_a_password_goes_and_one_with_it_stays(
    sheet: xw.Sheet, place: dict[str, str], window: Window
) -> None:
    window.do(op.Protect(**place, allowing={"AllowSorting": True}))
    assert window.do(op.Protection(**place))
    with pytest.raises(Refused, match="refused: 您试图更改"):
        window.do(op.Write(**place, area=(1, 1, 1, 1), rows=[["x"]], spilling=False))
    with pytest.raises(Refused, match="refused: 您试图更改"):
        window.do(op.PutLooks(**place, looks=[(1, 1, None, "x", 9.0)], width=9.0))
    assert window.do(op.Unprotect(**place))

    protect(sheet, "a secret")

    assert not window.do(op.Unprotect(**place))
    assert window.do(op.Protection(**place))


def test_the_window_in_front_stays_its_own(
    calc: xw.App, sheet: xw.Sheet, place: dict[str, str], window: Window, tmp_path: Path
) -> None:
    sheet["A1"].value = "甲"
    window.do(op.SaveCopy(book=place["book"], path=str(tmp_path / "另存.xlsx")))
    opened = window.do(op.OpenBook(path=str(tmp_path / "另存.xlsx")))

    assert [one["fullname"] for one in window.do(op.Books())] == [opened["fullname"], place["book"]]
    window.do(op.Select(**place, areas=[(2, 2, 2, 1), (7, 1, 1, 1)]))
    assert [one["fullname"] for one in window.do(op.Books())] == [place["book"], opened["fullname"]]
    window.do(op.Select(**place, areas=[(2, 2, 2, 1)]))
    assert window.do(op.Selection()) == {**place, "address": "$B$2:$B$3"}
    assert len(calc.books) == 2
    window.do(op.SetSettings(settings={"status_bar": "第 1/3 个", "screen_updating": False}))
    assert window.do(op.Settings())["status_bar"] == "第 1/3 个"
    assert not window.wps.app.ScreenUpdating
