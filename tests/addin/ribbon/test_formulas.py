"""The buttons of 公式 in a real LibreOffice, where BD_ functions themselves are unknown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwings as xw
from openpyxl import load_workbook

from addin.actions.formula_cells import recipes, values_of
from addin.hosts.calc.cells import Cells
from addin.hosts.calc.host import CalcHost, protect
from addin.ribbon.formulas import formulas_to_values, insert_formulas
from tests.support.whole_sheets import formulas_and_formats
from validators.cells import letters
from validators.errors import UsageError
from validators.sheets import SHEETS, model_for
from workbooks.live.host import use_host
from workbooks.live.undo import undo_last
from workbooks.template.layout import placed_columns, table_name

ROWS = 3


@pytest.fixture
def book(calc: xw.App, tmp_path: Path) -> xw.Book:
    return written(calc, tmp_path / "a.xlsx")


def written(calc: xw.App, path: Path, *, carried: bool = False) -> xw.Book:
    """Open the template's sheets and tables, without the template's thousands of prepared cells."""
    with xlsxwriter.Workbook(path) as made:
        for model in (model for model in SHEETS if carried or not model.sheet.carried):
            sheet = made.add_worksheet(model.sheet.name)
            if model.sheet.form:
                sheet.write("A4", "行政区划代码")
                continue
            columns = [{"header": one.heading} for one in placed_columns(model)]
            table = {"name": table_name(model), "columns": columns}
            sheet.add_table(2, 0, 2 + ROWS, len(columns) - 1, table)
    return calc.books.open(str(path))


def insert(book: xw.Book, answer: str, sheet: str, cell: str) -> None:
    book.sheets[sheet].activate()
    book.sheets[sheet].range(cell).select()
    with use_host(CalcHost([answer])):
        insert_formulas.press(book)


def saved(book: xw.Book, tmp_path: Path) -> Any:
    target = tmp_path / "saved.xlsx"
    book.save(str(target))
    return load_workbook(target)


def said(book: xw.Book) -> str:
    return str(book.app.impl.alerts[-1].prompt)


def test_a_formula_fills_one_array_as_long_as_its_table(book: xw.Book, tmp_path: Path) -> None:
    insert(book, "BD_RISK", "个人对象", "AF4")

    sheet = saved(book, tmp_path)["个人对象"]
    array = sheet["AG4"].value
    assert array.ref == "AG4:AJ6"
    # LibreOffice saves an unknown function's formula in lower case, with brackets Excel may leave out
    assert array.text.lower().replace("[[#all]]", "[#all]") == (
        "=bd_risk(tbl_individual[对象编号],tbl_individual[#all],tbl_organisation[#all],"
        "tbl_mentor[#all],tbl_pairing[#all],tbl_duty[#all],tbl_log[#all],tbl_assessment[#all],"
        "tbl_setting[#all],today(),tbl_completion[#all])"
    )
    assert sheet["AF4"].value.ref == "AF4:AF6"
    assert "AF4:AJ6 插入 BD_RISK（预警），共 3 行" in said(book)


def test_each_result_stands_on_the_row_it_is_about_or_beside_its_name(
    book: xw.Book, tmp_path: Path
) -> None:
    """Whatever row is selected; LibreOffice calculates the names, the formulas are unknown to it."""
    named = {}
    for key in dict.fromkeys(recipe.subjects[0] for recipe in recipes()):
        table = next(sheet.tables[f"tbl_{key}"] for sheet in book.sheets if _has(sheet, key))
        width = len(table.header_row_range.value)
        rows = [[f"{key}{row}.{column}" for column in range(width)] for row in range(ROWS)]
        table.data_body_range.value = rows
        named[key] = dict(zip(table.header_row_range.value, zip(*rows, strict=True), strict=True))
    blank = book.sheets.add("草稿").name
    places = []
    for number, recipe in enumerate(recipes()):
        key, column = recipe.subjects[0], 40 + 12 * number
        own = model_for(key).sheet.name
        sheet, selected, top = [(own, 2, 4), (own, 900, 4), (blank, 7, 7), (own, 5, 4)][number % 4]
        insert(book, recipe.name, sheet, f"{letters(column)}{selected}")
        places.append((key, sheet, top, column, recipe.name))

    book.save(str(tmp_path / "saved.xlsx"))
    formulas = load_workbook(tmp_path / "saved.xlsx")
    values = load_workbook(tmp_path / "saved.xlsx", data_only=True)
    for key, sheet, top, column, name in places:
        block = formulas[sheet].cell(top, column + 1).value
        assert block.text.lower().startswith(f"={name.lower()}(tbl_{key}"), (name, key)
        assert block.ref.startswith(f"{letters(column + 1)}{top}:")
        assert block.ref.endswith(f"{top + ROWS - 1}")
        labels = [values[sheet].cell(top + row, column).value for row in range(ROWS)]
        headings = LABELS.get(key, ("姓名",))
        joined = zip(*(named[key][heading] for heading in headings), strict=True)
        assert labels == ["→".join(names) for names in joined], (name, key, sheet)


def _has(sheet: xw.Sheet, key: str) -> bool:
    return f"tbl_{key}" in [table.name for table in sheet.tables]


LABELS = {
    "organisation": ("党组织名称",), "duty": ("导师→对象",), "suggestion": ("导师姓名", "对象名称"),
    "log": ("结对编号",), "pairing": ("导师姓名", "对象名称"),
}  # fmt: skip


def test_results_beside_rows_they_are_not_about_are_refused(book: xw.Book, tmp_path: Path) -> None:
    before = formulas_and_formats(book.impl)

    with pytest.raises(UsageError, match="BD_GOLD 每行对应“导师库”的一行，不能放在“个人对象”"):
        insert(book, "BD_GOLD", "个人对象", "AZ6")

    assert formulas_and_formats(book.impl) == before


def test_the_longest_formula_is_inserted_where_last_years_log_is_there(
    calc: xw.App, tmp_path: Path
) -> None:
    book = written(calc, tmp_path / "a.xlsx", carried=True)

    insert(book, "BD_GOLD", "导师库", "AZ4")

    text = book.sheets["导师库"].range("BA4:BF6").formula_array
    assert len(text) > 255
    assert "tbl_carried_log[#All]" in text


def test_an_excel_that_takes_no_long_array_is_told_so_and_left_alone(
    calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = written(calc, tmp_path / "a.xlsx", carried=True)
    before = formulas_and_formats(book.impl)
    monkeypatch.setattr(Cells, "longest_shared", 255)
    monkeypatch.setattr(Cells, "formula2", None)

    with pytest.raises(UsageError, match="超过本版本 Excel 数组公式的上限 255 个"):
        insert(book, "BD_GOLD", "导师库", "AZ4")

    assert formulas_and_formats(book.impl) == before


def test_days_get_a_format_that_shows_them(book: xw.Book, tmp_path: Path) -> None:
    insert(book, "规范日期", "工作日志", "Z4")

    cell = saved(book, tmp_path)["工作日志"]["AA4"]
    assert cell.number_format == "yyyy\\-mm\\-dd" or cell.number_format == "yyyy-mm-dd"


def test_what_was_inserted_can_be_taken_back(book: xw.Book, tmp_path: Path) -> None:
    before = formulas_and_formats(book.impl)
    insert(book, "9", "工作日志", "Z4")

    with use_host(CalcHost()):
        assert undo_last(book) == "插入公式"

    assert formulas_and_formats(book.impl) == before


@pytest.mark.parametrize(
    ("sheet", "cell", "why"),
    [
        ("个人对象", "C5", "与表格重叠"),
        ("填报信息", "A4", "其中已有内容"),
        ("填报信息", "AF1048576", "空间不足"),
        ("个人对象", "XFD1048575", "空间不足"),
    ],
)
def test_a_place_that_is_taken_is_refused_and_nothing_written(
    book: xw.Book, tmp_path: Path, sheet: str, cell: str, why: str
) -> None:
    before = formulas_and_formats(book.impl)

    with pytest.raises(UsageError, match=why):
        insert(book, "7", sheet, cell)

    assert formulas_and_formats(book.impl) == before


def test_a_cancelled_question_does_nothing(book: xw.Book) -> None:
    with use_host(CalcHost()):
        insert_formulas.press(book)

    assert not book.app.impl.alerts


def test_formulas_become_what_they_show(book: xw.Book, tmp_path: Path) -> None:
    """A BD_ function that is not reached lets the rest of a formula be calculated here."""
    sheet = book.sheets["个人对象"]
    sheet.range("AF4:AF6").formula_array = '=IF(TRUE,"红",BD_RISK(A4))'
    sheet.range("AH4:AI4").formula_array = "=IF(TRUE,{1,2.5},BD_GOLD(A4))"
    sheet.range("AK4").formula = "=IF(TRUE,DATE(2026,5,3),BD_DATE(A4))"
    sheet.range("AK4").number_format = "yyyy-mm-dd"
    sheet.range("AL4").formula = '=IF(TRUE,"0012",BD_NAME(A4))'
    sheet.range("AM4").formula = '=IF(TRUE,"",BD_NAME(A4))'
    sheet.range("AN4").formula = "=SUM(1,2)"
    sheet.range("AO4:AO5").formula_array = "=BD_RISK(A4)"

    with use_host(CalcHost()):
        formulas_to_values.press(book)

    found = saved(book, tmp_path)["个人对象"]
    assert [found[f"AF{row}"].value for row in (4, 5, 6)] == ["红"] * 3
    assert [found["AH4"].value, found["AI4"].value] == [1, 2.5]
    assert found["AK4"].value == datetime(2026, 5, 3)
    assert found["AL4"].value == "0012"
    assert found["AM4"].value is None
    assert found["AN4"].value == "=SUM(1,2)"
    assert "bd_risk" in found["AO4"].value.text.lower()
    assert said(book).startswith("已将 8 个单元格的公式转为数值。")
    assert "1 处公式未算出结果，未转换：“个人对象”AO4。" in said(book)


def test_turning_into_values_can_be_taken_back(book: xw.Book, tmp_path: Path) -> None:
    sheet = book.sheets["个人对象"]
    sheet.range("AF4").formula = '=IF(TRUE,"红",BD_RISK(A4))'
    sheet.range("AH4:AI6").formula_array = "=IF(TRUE,{1,2.5},BD_GOLD(A4))"
    before = formulas_and_formats(book.impl)
    with use_host(CalcHost()):
        formulas_to_values.press(book)

        assert undo_last(book) == "公式转为数值"

    assert formulas_and_formats(book.impl) == before


def test_without_formulas_nothing_is_done_and_said(book: xw.Book) -> None:
    with use_host(CalcHost()):
        formulas_to_values.press(book)

    assert said(book) == "没有需要转换的公式。"
    assert undo_last(book) is None


def test_a_protected_sheet_stays_protected(book: xw.Book, tmp_path: Path) -> None:
    sheet = book.sheets["个人对象"]
    sheet.range("AF4").formula = "=IF(TRUE,7,BD_RISK(A4))"
    protect(sheet)

    with use_host(CalcHost()):
        formulas_to_values.press(book)

    assert sheet.impl.protected
    assert saved(book, tmp_path)["个人对象"]["AF4"].value == 7


class _Shown:
    """Cells as xlwings reads them from an Excel that spills."""

    def __init__(self, rows: list[list[Any]]) -> None:
        self.value = rows

    def options(self, **_: Any) -> _Shown:
        return self


def test_an_error_xlwings_leaves_a_number_is_named_so_that_it_is_never_written_as_one() -> None:
    cells: Any = _Shown([[-2146826243, "#N/A", 3.0, True, -5]])

    assert values_of(cells) == [["#SPILL!", "#N/A", 3.0, True, -5]]
