"""The blank and the filled ledger against what Excel 2016 and WPS allow, read from the package."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string, get_column_letter, range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.ooxml import ooxml_errors
from tests.workbooks.template.ledger_rows import AS_OF, filled_rows
from validators.columns import Fill
from validators.divisions import find_unit
from validators.sheets import TABLES as SHEETS
from validators.sheets import Row, SheetKind, columns_by_field
from validators.vocabulary import Aspect
from workbooks.template.layout import (
    FIRST_ROW,
    HEADING_ROW,
    LAST_ROW,
    LISTS_SHEET,
    REMINDERS_SHEET,
    SEARCH_SHEET,
    placed_columns,
    printed_width,
    table_name,
)
from workbooks.template.styles import TAB_COLOURS
from workbooks.template.workbook import write_ledger

TABLES = [model for model in SHEETS if not model.sheet.form]
TABLE_IDS = [model.sheet.name for model in TABLES]
ALLOWED_FUNCTIONS = {
    *("ABS", "ASC", "COUNT", "DATEVALUE", "HYPERLINK", "LOOKUP", "NA", "RIGHT"),
    *(
        "AND",
        "CHAR",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "DATE",
        "FIND",
        "IF",
        "IFERROR",
        "INDEX",
        "INT",
    ),
    *("ISNA", "ISNUMBER", "LEFT", "LEN", "MATCH", "MAX", "MID", "MIN", "MOD", "MONTH", "N"),
    *("NOT", "OR", "REPT", "ROW", "SMALL", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TEXT", "TODAY"),
    *("TRIM", "VALUE", "YEAR"),
}
"""All in Excel 2007 and later; in WPS and LibreOffice too."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def ledger(**changes: object) -> bytes:
    target = BytesIO()
    unit = find_unit("原州区开城镇")
    write_ledger(target, unit, 2026, **{"as_of": AS_OF, **changes})  # type: ignore[arg-type]
    return target.getvalue()


@pytest.fixture(scope="module", params=["blank", "filled"])
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def package(case: str) -> bytes:
    return made(case)


def made(case: str) -> bytes:
    return ledger(rows=filled_rows() if case == "filled" else None)


@pytest.fixture(scope="module")
def parts(package: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def book(package: bytes) -> Workbook:
    return opened(package)


def opened(package: bytes) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl knows no print area of columns
        return openpyxl.load_workbook(BytesIO(package))


def test_the_schema_of_excel_2016_finds_no_error(package: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ledger.xlsx"
    file.write_bytes(package)

    assert ooxml_errors(file) == []


def test_the_same_ledger_is_the_same_bytes(case: str, package: bytes) -> None:
    assert made(case) == package


def test_sheets_stand_in_order_with_their_tab_colours(book: Workbook) -> None:
    names = [model.sheet.name for model in SHEETS]
    at = names.index("职责模板")
    shown = ["首页", "本周待办", *names[:at], "设置", *names[at:], "使用说明"]
    assert book.sheetnames == [*shown, LISTS_SHEET, REMINDERS_SHEET, SEARCH_SHEET]
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert book.active.title == "首页"
    assert book["首页"].sheet_view.tabSelected
    for model in SHEETS:
        colour = book[model.sheet.name].sheet_properties.tabColor.rgb
        assert colour == f"FF{TAB_COLOURS[model.sheet.kind][1:]}"


def test_tabs_stand_by_colour(book: Workbook) -> None:
    colours = [sheet.sheet_properties.tabColor for sheet in book if not sheet.title.startswith("_")]
    assert len([*groupby(colour.rgb for colour in colours)]) == 4


def test_a_tab_is_hidden_that_is_empty_or_asked_for_only(case: str, book: Workbook) -> None:
    hidden = {s.title for s in book if s.sheet_state != "visible" and not s.title.startswith("_")}
    settings, written = {"职责模板", "参数"}, {"结对建议", "职责清单", "成长档案", "预警名单",
                                         "金牌导师", "导师库调整", "校验结果", "导入结果"}  # fmt: skip
    filled = {name for name in (*written, "负面情形") if book[name]["A4"].value is not None}

    assert hidden == settings | ((written | {"负面情形"}) - filled)
    if case == "blank":
        assert not filled
        assert len([s for s in book if s.sheet_state == "visible"]) == 14


def test_last_years_log_is_drawn_like_the_log_and_only_where_it_has_rows() -> None:
    rows = filled_rows()
    rows["carried_log"] = rows["log"]

    blank, book = opened(ledger()), opened(ledger(rows=rows))

    assert "上年日志" not in blank.sheetnames
    names = book.sheetnames
    assert names.index("上年日志") == names.index("工作日志") + 1
    log, before = _drawn(book["工作日志"]), _drawn(book["上年日志"])
    assert before.pop("title") == "导师帮带工作日志（上年结转）" != log.pop("title")
    assert before == log


def _drawn(sheet: Worksheet) -> dict[str, object]:
    """Return what a sheet shows, offers and prints."""
    (table,) = sheet.tables.values()
    rules = [(str(r.sqref), [x.formula for x in r.rules]) for r in sheet.conditional_formatting]
    lists = [(str(v.sqref), v.type, v.formula1) for v in sheet.data_validations.dataValidation]
    return {
        "title": sheet["A1"].value,
        "cells": [[(cell.value, cell.number_format) for cell in row] for row in sheet["A2:O310"]],
        "table": (table.ref, [column.name for column in table.tableColumns]),
        "rules": rules,
        "lists": lists,
        "page": (sheet.print_title_rows, sheet.freeze_panes, sheet.page_setup.orientation),
        "colour": sheet.sheet_properties.tabColor.rgb,
    }


def test_the_file_says_what_it_is(book: Workbook) -> None:
    facts = {fact.name: fact.value for fact in book.custom_doc_props.props}
    assert facts["帮带文件类型"] == "乡镇台账"
    assert facts["模板版本"]


def test_every_function_exists_in_excel_2016_and_wps(parts: dict[str, str]) -> None:
    formulas = [
        found
        for name, text in parts.items()
        if name.startswith(("xl/worksheets/sheet", "xl/workbook", "xl/tables"))
        for found in re.findall(
            r"<(?:f|formula|formula1|formula2|definedName|calculatedColumnFormula)\b[^>]*>([^<]+)<",
            text,
        )
    ]
    called = {name for f in formulas for name in re.findall(r"([A-Z][A-Z0-9.]*)\(", _bare(f))}
    assert len(formulas) > 1000
    assert called <= ALLOWED_FUNCTIONS, called - ALLOWED_FUNCTIONS
    assert not any("_xlfn" in formula or "_xlws" in formula for formula in formulas)


def test_no_formula_is_longer_than_excel_takes(parts: dict[str, str]) -> None:
    found = re.findall(r"<f[^>]*>([^<]+)</f>", "".join(parts.values()))
    assert max(map(len, found)) < 2000


def test_every_formula_cell_has_a_calculated_value(parts: dict[str, str]) -> None:
    for name, text in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            assert text.count("</f>") == len(re.findall(r"</f><v>", text)), name


def test_no_cell_holds_an_error(parts: dict[str, str]) -> None:
    assert not any(re.search(r'<c [^>]*t="e"', text) for text in parts.values())


def test_no_validation_says_more_than_fits(book: Workbook) -> None:
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.prompt or "") <= 255
            assert len(rule.errorTitle or "") <= 32
            assert len(rule.error or "") <= 255


def test_dropdowns_take_short_lists_or_workbook_names(book: Workbook) -> None:
    lists = [
        rule
        for sheet in book
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    ]
    assert len(lists) > 40
    for rule in lists:
        source = rule.formula1
        if source.startswith('"'):
            assert len(source) - 2 <= 255
        else:
            assert source in book.defined_names


def test_names_of_lists_lie_on_the_hidden_sheet_and_follow_what_is_typed(book: Workbook) -> None:
    for name, defined in book.defined_names.items():
        if name.startswith("选项_"):
            text = defined.attr_text
            assert text.startswith(f"{LISTS_SHEET}!$")
            assert "OFFSET" not in text
    assert "INDEX" in book.defined_names["选项_结对"].attr_text


@pytest.mark.parametrize("model", TABLES, ids=TABLE_IDS)
def test_every_typed_column_is_checked_down_to_row_5000(book: Workbook, model: type[Row]) -> None:
    sheet = book[model.sheet.name]
    reached = {
        range_boundaries(str(area))[0]
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
        if range_boundaries(str(area))[1::2] == (FIRST_ROW, LAST_ROW)
    }
    typed = {n for n, c in enumerate(placed_columns(model), 1) if c.fill is Fill.CLERK}
    assert typed <= reached
    asked = {
        cell.column
        for rule in sheet.data_validations.dataValidation
        for area in rule.sqref.ranges
        for cell in sheet[HEADING_ROW]
        if str(area) == cell.coordinate and rule.prompt
    }
    assert asked == set(range(1, len(placed_columns(model)) + 1))


@pytest.mark.parametrize("model", TABLES, ids=TABLE_IDS)
def test_marks_reach_row_5000_and_doubles_are_found_natively(
    book: Workbook, model: type[Row]
) -> None:
    sheet = book[model.sheet.name]
    kinds = []
    for area in sheet.conditional_formatting:
        for rule in area.rules:
            kinds.append(rule.type)
            assert all(part.max_row == LAST_ROW for part in area.sqref.ranges)
            assert not any("COUNTIF" in formula for formula in rule.formula)
    if model.sheet.id_field:
        assert kinds.count("duplicateValues") == 1


@pytest.mark.parametrize("model", TABLES, ids=TABLE_IDS)
def test_a_table_has_unique_headings_equal_to_its_cells_and_no_merges(
    book: Workbook, model: type[Row]
) -> None:
    sheet = book[model.sheet.name]
    table = sheet.tables[table_name(model)]
    left, top, right, bottom = range_boundaries(table.ref)
    headings = [column.name for column in table.tableColumns]
    assert (left, top) == (1, HEADING_ROW)
    assert len(set(headings)) == len(headings) == right
    assert headings == [sheet.cell(top, n).value for n in range(left, right + 1)]
    assert headings == [column.heading for column in placed_columns(model)]
    assert bottom < LAST_ROW
    assert table.autoFilter is not None
    assert all(area.max_row < HEADING_ROW for area in sheet.merged_cells.ranges)


@pytest.mark.parametrize("model", TABLES, ids=TABLE_IDS)
def test_a_page_is_landscape_one_page_wide_with_headings_repeated(
    book: Workbook, parts: dict[str, str], model: type[Row]
) -> None:
    sheet = book[model.sheet.name]
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == f"$1:${HEADING_ROW}"
    assert sheet.freeze_panes.endswith(str(FIRST_ROW))
    named = rf"Print_Area\"[^>]*>{model.sheet.name}!\$A:\$([A-Z]+)<"
    found = re.search(named, parts["xl/workbook.xml"])
    assert found, "the print area is whole columns, which grow with what is typed"
    last = column_index_from_string(found[1])
    assert last == printed_width(model)
    assert all(column.printed == (n <= last) for n, column in enumerate(placed_columns(model), 1))


@pytest.mark.parametrize("model", TABLES, ids=TABLE_IDS)
def test_formats_hold_for_the_whole_column(book: Workbook, model: type[Row]) -> None:
    sheet = book[model.sheet.name]
    for number, column in enumerate(placed_columns(model), 1):
        letter = get_column_letter(number)
        below, first = _column_format(sheet, letter), sheet.cell(FIRST_ROW, number).number_format
        assert below == first
        if column.heading.endswith("编号") or "电话" in column.heading:
            assert below == "@"
        if column.fill is Fill.LOOKUP:
            assert below == "General"
        if column.kind.value.startswith("yyyy"):
            assert below == column.kind.value


@pytest.mark.parametrize("model", SHEETS, ids=[model.sheet.name for model in SHEETS])
def test_only_purely_generated_sheets_are_protected_and_without_a_password(
    book: Workbook, model: type[Row]
) -> None:
    protection = book[model.sheet.name].protection
    assert protection.sheet is model.sheet.protected
    assert not protection.password


@pytest.mark.parametrize("model", TABLES, ids=TABLE_IDS)
def test_fonts_are_the_ones_offices_use(book: Workbook, model: type[Row]) -> None:
    sheet = book[model.sheet.name]
    title, heading, body = sheet["A1"], sheet.cell(HEADING_ROW, 1), sheet.cell(FIRST_ROW, 1)
    assert (title.value, title.font.name, title.font.bold) == (model.sheet.title, "宋体", True)
    assert (heading.font.name, body.font.name) == ("黑体", "仿宋")


def test_look_ups_fill_down_as_the_table_grows(book: Workbook) -> None:
    for model in TABLES:
        table = book[model.sheet.name].tables[table_name(model)]
        calculated = {c.name for c in table.tableColumns if c.calculatedColumnFormula is not None}
        wanted = {c.heading for c in columns_by_field(model).values() if c.lookup}
        assert calculated == wanted


def test_generated_sheets_have_room_for_their_stamp(book: Workbook) -> None:
    for model in TABLES:
        line = [str(cell.value or "") for cell in book[model.sheet.name][2]]
        stamped = any(text.startswith("数据截至") for text in line)
        assert stamped is (model.sheet.kind is SheetKind.GENERATED)


def test_rows_of_tables_still_adjust_to_what_is_typed(parts: dict[str, str]) -> None:
    root = ElementTree.fromstring(parts["xl/worksheets/sheet9.xml"])  # 工作日志
    rows = {int(row.attrib["r"]): row.attrib for row in root.iter(f"{MAIN}row")}
    assert "ht" in rows[FIRST_ROW]
    assert "customHeight" not in rows[FIRST_ROW]
    assert "customHeight" in rows[HEADING_ROW]


def test_text_that_looks_like_a_formula_or_a_link_stays_text() -> None:
    typed = ["=1+1", "{=1}", "https://example.invalid", "+86", "@x", "-1"]
    rows = {"mentor": [{"name": text, "status": "在库"} for text in typed]}

    book = opened(ledger(rows=rows))

    cells = [book["导师库"].cell(FIRST_ROW + n, 2) for n in range(len(typed))]
    assert [cell.value for cell in cells] == typed
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in cells)


def _bare(formula: str) -> str:
    return re.sub(r'"[^"]*"', '""', formula.replace("&quot;", '"'))


def _column_format(sheet: Worksheet, letter: str) -> str:
    for dimension in sheet.column_dimensions.values():
        number = column_index_from_string(letter)
        if dimension.min <= number <= dimension.max:
            return str(dimension.number_format)
    raise AssertionError(f"{sheet.title} has no column {letter}")


def test_a_county_offers_the_villages_of_all_its_townships() -> None:
    target = BytesIO()
    write_ledger(target, find_unit("隆德县"), 2026, as_of=AS_OF)

    book = opened(target.getvalue())

    form = {row[0].value: row[1].value for row in book["填报信息"].iter_rows(min_row=4)}
    assert (form["县(区)"], form["乡镇(街道)"], form["行政区划代码"]) == (
        "隆德县",
        None,
        "640423000",
    )
    area = book.defined_names["选项_村社区"].attr_text.rpartition("$")[2]
    assert int(area) > 100


def test_settings_are_taken_by_chinese_name_and_by_field() -> None:
    book = opened(ledger(settings={"未结对天数": "20", "load_limit": "6"}))

    values = {row[0].value: row[1].value for row in book["参数"].iter_rows(min_row=4)}
    assert (values["未结对天数"], values["导师帮带人数上限"]) == ("20", "6")


def test_the_six_actions_of_the_superior_become_a_dropdown() -> None:
    book = opened(ledger(settings={"六项行动事项": "集体经济提升、环境整治"}))

    lists = book[LISTS_SHEET]
    column = next(c.column for c in lists[HEADING_ROW] if c.value == "选项_行动事项")
    assert "六项行动事项" in lists.cell(1, column).value
    assert "$2" in book.defined_names["选项_行动事项"].attr_text


def test_a_value_no_cell_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        ledger(rows={"mentor": [{"name": object()}]})


def test_every_aspect_has_default_duties_for_both_sides() -> None:
    book = opened(ledger())

    found = {
        tuple(cell.value for cell in (row[0], row[2], row[3]))
        for row in book["职责模板"].iter_rows(min_row=FIRST_ROW)
        if row[0].value
    }
    wanted = {(s, a, side) for s in ("个人", "组织") for a in Aspect for side in ("导师", "对象")}
    assert found == wanted
