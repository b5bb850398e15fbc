from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import addin.formulas
from addin.actions.formula_cells import (
    Recipe,
    TableInBook,
    beside_others,
    chosen,
    converted,
    free_area,
    has_formula,
    insertion,
    question,
    recipes,
)
from addin.formulas import FORMULAS
from addin.hosts.excel.vba_module import describe
from validators.errors import UsageError
from validators.sheets import TABLES as SHEETS
from workbooks.live.cells import put_array
from workbooks.ooxml.addresses import Rectangle
from workbooks.template.layout import placed_columns, table_name

TABLES = {
    model.sheet.key: TableInBook(
        table_name(model), model.sheet.name, tuple(c.heading for c in placed_columns(model)), 7
    )
    for model in SHEETS
    if not model.sheet.form
}
CARRIED = {**TABLES, "carried_log": replace(TABLES["log"], name="tbl_carried_log")}
"""The tables of a ledger that was carried over."""
EACH = pytest.mark.parametrize("recipe", recipes(), ids=lambda one: one.name)


def test_every_formula_can_be_inserted() -> None:
    assert [one.name for one in recipes()] == [one.__name__ for one in FORMULAS]


@EACH
def test_each_argument_gets_the_table_its_help_names(recipe: Recipe) -> None:
    """The sheet's key stands in the help: tbl_log."""
    said = describe(getattr(addin.formulas, recipe.name)).arguments
    assert len(recipe.arguments) <= len(said)
    for written, argument in zip(recipe.arguments, said, strict=False):
        key = written.rstrip("?")
        if key in TABLES:
            assert f"tbl_{key}[#All]" in argument.doc
            assert written.endswith("?") <= argument.optional
        elif key == "=TODAY()":
            assert "TODAY()" in argument.doc


@EACH
def test_a_filled_in_formula_is_short_enough_for_an_array_of_excel_2016(recipe: Recipe) -> None:
    for subject in recipe.subjects:
        made = insertion(recipe, CARRIED if subject == "carried_log" else TABLES, subject)

        assert made.formula.startswith(f"={recipe.name}(tbl_{subject}")
        assert len(made.formula) <= 255
        assert made.height == 7
        assert made.formula.count("(") == made.formula.count(")")


@EACH
def test_a_block_has_a_row_for_each_row_of_the_table_it_is_about(recipe: Recipe) -> None:
    assert recipe.arguments[0].startswith("@"), "the first argument gives one result a row"
    for subject in recipe.subjects:
        tables = CARRIED if subject == "carried_log" else TABLES
        made = insertion(recipe, tables, subject)

        assert (made.top, made.height, made.width) == (4, 7, recipe.width + 1)
        assert made.subject == tables[subject].sheet
        assert made.label.startswith(f"=IF(tbl_{subject}[")


def test_a_row_is_named_by_its_first_column_where_the_clerk_took_the_name_away() -> None:
    tables = {**TABLES, "mentor": TableInBook("导师表", "导师库", ("编 号", "性别"), 2)}

    assert insertion(recipes()[0], tables, "mentor").label == (
        '=IF(导师表[[编 号]]="","",导师表[[编 号]])'
    )


@pytest.mark.parametrize(("top", "beside"), [(1, False), (2, True), (10, True), (11, False)])
def test_rows_of_a_block_stand_beside_a_table_or_not(top: int, beside: bool) -> None:
    assert beside_others(top, 2, [Rectangle(3, 1, 8, 5)]) is beside


def test_the_widths_are_those_of_the_answers() -> None:
    widths = {one.name: one.width for one in recipes() if one.width > 1}

    assert widths == {"BD_SUGGEST": 3, "BD_GROWTH": 7, "BD_RISK": 4, "BD_GOLD": 6}


def test_the_formula_as_excel_takes_it() -> None:
    duty = next(one for one in recipes() if one.name == "BD_DUTY")
    check = recipes()[0]

    assert insertion(duty, TABLES, "log").formula == (
        "=BD_DUTY(tbl_duty[职责编号],tbl_duty[#All],tbl_log[#All],tbl_pairing[#All],"
        "tbl_setting[#All],TODAY())"
    )
    assert insertion(check, TABLES, "mentor").formula == (
        '=BD_CHECK(tbl_mentor,tbl_mentor[#Headers],"导师库",tbl_setting[#All],TODAY(),'
        "ROW(tbl_mentor[#Headers])+1)"
    )


def test_renamed_tables_and_columns_are_named_as_they_are() -> None:
    tables = {**TABLES, "mentor": TableInBook("导师表", "导师库", ("导师姓名(全)", "姓名#1"), 2)}
    name = next(one for one in recipes() if one.name == "BD_NAME")

    with pytest.raises(UsageError, match="没有列“姓名”"):
        insertion(name, tables, "mentor")

    tables["mentor"] = TableInBook("导师表", "导师库", ("姓 名", "性别"), 2)
    assert insertion(name, tables, "mentor").formula == "=BD_NAME(导师表[[姓 名]])"


def test_a_missing_table_is_named_and_an_optional_one_left_out() -> None:
    match = next(one for one in recipes() if one.name == "BD_DUTY")
    without = {key: found for key, found in TABLES.items() if key != "setting"}

    assert "tbl_pairing[#All],,TODAY())" in insertion(match, without, "").formula
    with pytest.raises(UsageError, match="未找到工作表“工作日志”，或其中的数据不是表格"):
        insertion(match, {key: one for key, one in TABLES.items() if key != "log"}, "")


def test_last_years_log_is_handed_over_where_the_ledger_has_it() -> None:
    duty, gold = (next(r for r in recipes() if r.name == name) for name in ("BD_DUTY", "BD_GOLD"))

    assert insertion(duty, CARRIED, "").formula.endswith("TODAY(),tbl_carried_log[#All])")
    assert insertion(gold, TABLES, "").formula.endswith("TODAY(),,填报信息!$B$7)")


class OldExcel:
    """Cells of an Excel 2016: no `Formula2`, and `FormulaArray` of 255 characters at most."""

    impl = None

    def __init__(self, written: list[tuple[str, str]], *, spilling: bool) -> None:
        self.written, self.spilling = written, spilling

    def __getitem__(self, at: object) -> OldExcel:
        assert at == (0, 0)
        return self

    @property
    def formula2(self) -> str:
        if not self.spilling:
            raise AttributeError
        return ""

    @formula2.setter
    def formula2(self, text: str) -> None:
        self.written.append(("first cell", text))

    @property
    def formula_array(self) -> None:
        return None

    @formula_array.setter
    def formula_array(self, text: str) -> None:
        assert len(text) <= 255
        self.written.append(("block", text))


@pytest.mark.parametrize(("length", "where"), [(255, "block"), (256, "first cell")])
def test_a_formula_too_long_for_a_block_spills_from_its_first_cell(length: int, where: str) -> None:
    written: list[tuple[str, str]] = []
    cells, formula = OldExcel(written, spilling=True), "=" + "1" * (length - 1)

    put_array(cells, formula)  # type: ignore[arg-type]

    assert written == [(where, formula)]


def test_the_question_fits_into_excels_box() -> None:
    assert len(question()) < 255


@pytest.mark.parametrize("answer", ["7", "BD_RISK", "bd_risk", "risk", "预警", " ７ "])
def test_a_formula_is_chosen_by_number_or_name(answer: str) -> None:
    assert chosen(answer).name == "BD_RISK"


def test_another_answer_is_refused() -> None:
    with pytest.raises(UsageError, match="没有公式“12”。可填 1 至 11"):
        chosen("12")


@pytest.mark.parametrize(
    ("area", "said"),
    [
        ((4, 5, 3, 2), "与表格重叠"),  # in it
        ((4, 8, 3, 2), "与表格重叠"),  # beside it: it would grow
        ((11, 1, 3, 2), "与表格重叠"),  # below it
        ((2, 1, 3, 1), "与表格重叠"),  # into it from above
    ],
)
def test_a_block_that_touches_a_table_is_refused(area: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        free_area(Rectangle(*area), [[""]], [Rectangle(4, 1, 7, 7)])


def test_a_free_block_is_taken_and_a_filled_one_refused() -> None:
    area = Rectangle(4, 9, 3, 2)
    free_area(area, [["", None]] * 3, [Rectangle(4, 1, 7, 7)])

    with pytest.raises(UsageError, match="公式需占用 I4:J6，其中已有内容"):
        free_area(area, [["", None], ["", 0.0], ["", None]], [])


@pytest.mark.parametrize(
    ("formula", "ours"),
    [
        ("=BD_RISK(A1)", True),
        ("=IF(A1,bd_date (B1),1)", True),
        ("=CN.BANGDAI.FORMULAS.BDRISK(A1)", True),
        ("=MYBD_RISK(A1)", False),
        ("BD_RISK(A1)", False),
        ("=SUM(A1)", False),
        (None, False),
    ],
)
def test_our_formulas_are_recognised(formula: Any, ours: bool) -> None:
    assert has_formula(formula) is ours


def test_arrays_are_converted_as_whole_blocks_and_errors_stay() -> None:
    array, failed = "=BD_RISK(tbl[x],tbl)", "=BD_GOLD(1)"
    formulas = [
        ["标题", array, array, failed],
        ["=SUM(A1)", array, array, failed],
        ["", "", "=BD_DATE(A3)", ""],
    ]
    values = [["标题", "红", 75.0, 9.0], [3.0, None, 0.0, "#NAME?"], [None, None, "2026", None]]

    found = converted(formulas, values, 10, 2)

    assert found.blocks == ((10, 3, [["红", 75.0], [None, 0.0]]), (12, 4, [["2026"]]))
    assert found.left == ("E10",)
    assert found.cells == 5


def test_the_wrappers_word_that_python_is_out_is_no_result() -> None:
    found = converted([["=BD_DATE(A1)"]], [["导师帮带未启动。请关闭全部 Excel 窗口"]], 1, 1)

    assert found.left == ("A1",)
