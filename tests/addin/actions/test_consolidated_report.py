"""The consolidated workbook as an officer uses it: an index, report pages, what is printed."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.print_settings import PrintArea
from openpyxl.worksheet.worksheet import Worksheet

from addin.actions import consolidated_sheets
from addin.domain.awards import PublicNotice
from tests.addin.actions.bare_consolidation import STAMP, write_report
from tests.support.measure import misfits
from tests.support.office import Office
from tests.support.printed import pages_of, text_sizes
from validators.divisions import children, find_unit
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.consolidated.content import (
    FILE_KIND,
    MEMORY_SHEET,
    PRINTED_ROWS,
    SheetGroup,
    read_memory,
)
from workbooks.pages import LEAST_POINTS
from workbooks.plain import plain_workbook

HEADING_ROW = 3


def findings(count: int) -> list[Finding]:
    return [
        Finding(
            f"{at}.xlsx", "导师库", f"C{at}", at, "C", "姓名", "x", Level.ERROR, "甲", "错", "改"
        )
        for at in range(4, 4 + count)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("report")
    write_report(made / "city.xlsx", "固原市", 65, findings(3))
    write_report(made / "county.xlsx", "西吉县", 19)
    return made


@pytest.fixture(scope="module", params=["city", "county"])
def book(folder: Path, request: pytest.FixtureRequest) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / f"{request.param}.xlsx")


def last_printed_row(sheet: Worksheet) -> int:
    area = sheet.print_area
    return int(re.findall(r"\d+", str(area))[-1]) if area else 0


def index_lines(book: openpyxl.Workbook) -> dict[str, tuple[object, ...]]:
    lines = book["目录"].iter_rows(min_row=HEADING_ROW, values_only=True)
    return {str(line[0]): line[1:] for line in lines if line[1] and line[0] != "工作表"}


@pytest.mark.parametrize("name", ["city", "county"])
def test_nothing_of_the_fullest_report_is_cut_off(folder: Path, name: str) -> None:
    assert misfits(folder / f"{name}.xlsx") == []


def test_the_index_leads_to_every_sheet_one_can_see(book: openpyxl.Workbook) -> None:
    index = book["目录"]
    targets = [
        cell.hyperlink.location.split("!")[0].strip("'")
        for row in index.iter_rows() for cell in row if cell.hyperlink
    ]  # fmt: skip

    visible = [sheet.title for sheet in book if sheet.sheet_state == "visible"]
    assert visible == ["目录", *targets]
    assert book.active is index
    assert all(about for about, *_ in index_lines(book).values())
    assert any(str(row[0]).startswith("数据截至：2026年11月20日") for row in index.values)


def test_tabs_stand_in_groups_of_one_colour(book: openpyxl.Workbook) -> None:
    colours = [
        sheet.sheet_properties.tabColor.rgb[2:] for sheet in book.worksheets[1:]
        if sheet.sheet_state == "visible"
    ]  # fmt: skip

    assert [f"#{colour}" for colour, _ in groupby(colours)] == [
        group.colour for group in SheetGroup if group.colour[1:] in colours
    ]


def test_a_data_sheet_without_rows_and_the_memory_are_hidden(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "city.xlsx")
    data = {
        sheet.title for sheet in book
        if sheet.sheet_properties.tabColor
        and sheet.sheet_properties.tabColor.rgb[2:] == SheetGroup.DATA.colour[1:]
    }  # fmt: skip

    hidden = {sheet.title for sheet in book if sheet.sheet_state != "visible"}
    assert hidden == data - {"问题清单"} | {MEMORY_SHEET}
    assert {name: line[1] for name, line in index_lines(book).items() if name in data} == {
        name: 3 if name == "问题清单" else 0 for name in data
    }


def test_reports_lead_back_to_the_index_from_beside_the_page(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        if sheet.sheet_state == "visible":
            links = [c for c in sheet[1] if c.hyperlink and c.hyperlink.location == "'目录'!A1"]
            assert [cell.value for cell in links] == ["返回目录"], sheet.title
            printed = PrintArea.from_string(str(sheet.print_area))
            report = sheet.sheet_properties.tabColor.rgb[2:] != SheetGroup.DATA.colour[1:]
            inside = any(links[0].coordinate in area for area in printed.ranges)
            assert inside != report, sheet.title


def test_long_lists_print_their_heading_only(tmp_path: Path) -> None:
    write_report(tmp_path / "a.xlsx", "固原市", 65, findings(PRINTED_ROWS + 400))

    book = openpyxl.load_workbook(tmp_path / "a.xlsx")

    assert book["问题清单"].max_row > PRINTED_ROWS
    assert last_printed_row(book["问题清单"]) == HEADING_ROW
    assert last_printed_row(book["乡镇汇总"]) == book["乡镇汇总"].max_row == HEADING_ROW + 65 + 1


@pytest.mark.parametrize(("scope", "n_units"), [("固原市", 65), ("西吉县", 19), ("隆德县", 1)])
def test_charts_name_their_scope_and_show_every_member_and_month_as_text(
    tmp_path: Path, scope: str, n_units: int
) -> None:
    write_report(tmp_path / "a.xlsx", scope, n_units)
    with ZipFile(tmp_path / "a.xlsx") as package:
        charts = [
            package.read(name).decode() for name in package.namelist() if "charts/chart" in name
        ]

    titles = [re.findall(r"<c:title>.*?<a:t>(.*?)</a:t>", chart)[0] for chart in charts]
    categories = [re.findall(r"<c:cat>(.*?)</c:cat>", chart, re.DOTALL)[0] for chart in charts]
    shown = [re.findall(r"<c:v>(.*?)</c:v>", each, re.DOTALL) for each in categories]
    assert len(charts) == 4
    assert all(title.startswith(scope) for title in titles)
    assert all("strCache" in each and "numCache" not in each for each in categories)
    assert [member.name for member in children()[find_unit(scope).code]] in shown
    assert ["2025年\n12月", *(f"2026年\n{month}月" for month in range(1, 12))] in shown


def test_a_county_is_worded_as_a_county(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "county.xlsx")
    reports = [
        sheet for sheet in book
        if sheet.sheet_properties.tabColor
        and sheet.sheet_properties.tabColor.rgb[2:] == SheetGroup.REPORT.colour[1:]
    ]  # fmt: skip

    texts = {str(cell.value) for sheet in reports for row in sheet for cell in row if cell.value}
    assert "县区汇总" not in book.sheetnames
    assert not [text for text in texts if "县（区）" in text or "全市" in text or "固原市" in text]
    assert any("全县在库导师" in text for text in texts)
    assert all(str(sheet["A1"].value).startswith("西吉县") for sheet in reports)


@pytest.mark.parametrize("n_listed", [0, 1, 19, 60])
def test_the_list_for_the_public_says_until_when_to_whom_and_who(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_listed: int
) -> None:
    listed = [
        PublicNotice(number, "原州区", f"甲{number}", "开城镇人民政府", "副镇长", 95.5)
        for number in range(1, n_listed + 1)
    ]
    monkeypatch.setattr(consolidated_sheets, "public_list", lambda _: listed)
    write_report(tmp_path / "a.xlsx", "原州区", 3)

    assert misfits(tmp_path / "a.xlsx") == []
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["金牌导师公示"]

    texts = [str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0]]
    said = f"拟确定以下{n_listed}名同志为原州区2026年度“金牌导师”人选，现予公示"
    assert (said in texts[1]) == bool(n_listed)
    for words in ("公示期：", "监督电话：", "受理单位：", "中共原州区委组织部", "年　　月　　日"):
        assert any(words in text for text in texts) == bool(n_listed), words
    assert last_printed_row(sheet) == sheet.max_row
    assert sheet.page_setup.orientation == "portrait"
    breaks = [each.id for each in sheet.row_breaks.brk]
    assert all(HEADING_ROW < row < HEADING_ROW + n_listed for row in breaks)
    assert bool(breaks) == (n_listed > 16)


def test_the_printed_report_is_legible_and_does_not_grow_with_rows(
    office: Office, tmp_path: Path
) -> None:
    pages = set()
    for n_findings in (2, 500):
        write_report(tmp_path / "a.xlsx", "隆德县", 13, findings(n_findings))
        pdf = office.pdf(tmp_path / "a.xlsx", tmp_path / "pdf")
        assert min(text_sizes(pdf)) >= LEAST_POINTS
        pages.add(len(pages_of(pdf)))

    assert len(pages) == 1


def test_a_workbook_from_before_the_index_is_remembered(tmp_path: Path) -> None:
    old = tmp_path / "上期.xlsx"
    workbook = plain_workbook(old, FILE_KIND, title="总览", created=STAMP.generated)
    workbook.add_worksheet("总览")
    memory = workbook.add_worksheet("_汇总数据")
    memory.hide()
    lines = [("代码", "项目", "数值"), ("640400000", "联系次数", 12), ("640402104", "填报人", "甲")]
    for row, line in enumerate(lines):
        memory.write_row(row, 0, line)
    workbook.close()

    assert read_memory(old) == {("640400000", "联系次数"): 12, ("640402104", "填报人"): "甲"}
