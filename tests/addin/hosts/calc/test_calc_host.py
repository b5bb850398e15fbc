"""LibreOffice as a host: protection, filters, questions answered beforehand."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlwings as xw
from openpyxl.worksheet.filters import FilterColumn, Filters
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from addin.hosts.calc import CalcHost, Office, is_protected, protect, run_button
from workbooks.live.host import Host, host

ROWS = (("姓名", "数"), ("甲", 1), ("乙", 2), ("丙", 3))


def filled(book: openpyxl.Workbook, title: str) -> Worksheet:
    sheet = book.create_sheet(title)
    for row in ROWS:
        sheet.append(row)
    return sheet


def hide(sheet: Worksheet, *rows: int) -> None:
    for row in rows:
        sheet.row_dimensions[row].hidden = True


@pytest.fixture
def filtered(calc: xw.App, tmp_path: Path) -> xw.Book:
    """One sheet with a filtered table, one with a filter of its own, one hidden by hand."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    with_table = filled(made, "表格")
    table = Table(displayName="T1", ref="A1:B4")
    with_table.add_table(table)
    table._initialise_columns()  # type: ignore[no-untyped-call]
    table.autoFilter.filterColumn.append(FilterColumn(colId=0, filters=Filters(filter=["乙"])))
    hide(with_table, 2, 4)
    own = filled(made, "筛选")
    own.auto_filter.ref = "A1:B4"
    own.auto_filter.add_filter_column(0, ["甲"])
    hide(own, 3, 4)
    hide(filled(made, "隐藏"), 3)
    made.save(tmp_path / "筛选.xlsx")
    return calc.books.open(tmp_path / "筛选.xlsx")


def hidden_rows(path: Path) -> dict[str, list[int]]:
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: [row for row, look in sheet.row_dimensions.items() if look.hidden]
        for sheet in book.worksheets
    }


def test_a_filter_is_told_from_rows_hidden_by_hand(filtered: xw.Book) -> None:
    found = {sheet.name: CalcHost().is_filtered(sheet) for sheet in filtered.sheets}

    assert found == {"表格": True, "筛选": True, "隐藏": False}


def test_filtered_rows_are_shown_and_the_filter_stays(filtered: xw.Book, tmp_path: Path) -> None:
    filtered.sheets["隐藏"].activate()
    filtered.sheets["隐藏"]["B2"].select()

    for sheet in filtered.sheets:
        CalcHost().show_all(sheet)

    chosen = filtered.app.selection
    assert chosen.get_address(False, False, include_sheetname=True) == "隐藏!B2"
    assert not any(CalcHost().is_filtered(sheet) for sheet in filtered.sheets)
    filtered.save(tmp_path / "之后.xlsx")
    assert hidden_rows(tmp_path / "之后.xlsx") == {"表格": [], "筛选": [], "隐藏": [3]}
    after = openpyxl.load_workbook(tmp_path / "之后.xlsx")
    assert after["表格"].tables["T1"].autoFilter.ref == "A1:B4"
    assert after["筛选"].auto_filter.ref == "A1:B4"


def test_only_a_protection_without_a_password_goes(calc: xw.App) -> None:
    sheet, kept = calc.books.add().sheets[0], CalcHost()
    kept.protect(sheet)
    assert kept.is_protected(sheet)

    assert kept.unprotect(sheet)
    assert not is_protected(sheet)

    protect(sheet, "密码")
    assert not kept.unprotect(sheet)
    assert is_protected(sheet)


def test_answers_are_given_in_order_and_a_missing_one_cancels(
    calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    book, told = calc.books.add(), CalcHost(["开城镇", "", "台账", "旧.csv", "新.xlsx"])

    assert told.ask(book, "哪个单位？", "原州区") == "开城镇"
    assert told.ask(book, "年份？", "2026") == ""
    assert told.choose_folder(book, "台账在哪里？") == tmp_path / "台账"
    assert told.choose_file(book, "哪个文件？") == tmp_path / "旧.csv"
    assert told.choose_target(book, "写到哪里？", Path("旧.xlsx")) == tmp_path / "新.xlsx"
    assert told.ask(book, "还有吗？", "没有") is None
    assert told.choose_folder(book, "还有吗？") is None
    assert CalcHost([""]).choose_target(book, "写到哪里？", Path("旧.xlsx")) is None


def test_pages_are_remembered(tmp_path: Path) -> None:
    shown = CalcHost()

    shown.show_page(tmp_path / "说明.html")

    assert shown.pages == [tmp_path / "说明.html"]


def test_an_action_runs_in_this_host_with_its_answers(tmp_path: Path, calc_office: Office) -> None:
    openpyxl.Workbook().save(tmp_path / "台账.xlsx")
    seen: list[Host] = []

    def ask(book: xw.Book) -> None:
        seen.append(host())
        book.sheets[0]["A1"].value = host().ask(book, "哪个单位？")

    run_button(
        tmp_path / "台账.xlsx", ask, tmp_path / "结果.xlsx", answers=["开城镇"], office=calc_office
    )

    assert isinstance(seen[0], CalcHost)
    assert openpyxl.load_workbook(tmp_path / "结果.xlsx").worksheets[0]["A1"].value == "开城镇"
