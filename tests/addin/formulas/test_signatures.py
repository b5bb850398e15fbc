"""What Excel, the function wizard and a clerk's mistakes ask of every formula."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import addin.formulas
from addin.formulas import FORMULAS
from addin.formulas.check import BD_CHECK
from addin.formulas.pairing import BD_MATCH, BD_SUGGEST
from addin.formulas.records import BD_DUTY, BD_GROWTH
from addin.hosts.excel.build import vba_modules
from addin.hosts.excel.vba_module import describe
from validators.sheets import SHEETS, SheetKind

EACH = pytest.mark.parametrize("formula", FORMULAS, ids=lambda one: one.__name__)


@EACH
def test_excel_takes_the_formula_and_its_help_is_chinese(formula: Callable[..., Any]) -> None:
    said = describe(formula)

    assert said.name.isascii()
    assert said.name.startswith("BD_")
    assert getattr(addin.formulas, said.name) is formula
    for text in (said.doc, *(one.doc for one in said.arguments)):
        assert any("\u4e00" <= letter <= "\u9fff" for letter in text)


@EACH
def test_no_type_hint_stands_in_the_way_of_com(formula: Callable[..., Any]) -> None:
    """xlwings converts by type hint, and fails where it knows none: unions, literals, own types."""
    hints = inspect.get_annotations(formula, eval_str=True)

    assert {
        name: getattr(hint, "__origin__", hint) for name, hint in hints.items()
    } == dict.fromkeys(hints, Any)


def test_no_function_that_looks_like_a_formula_lacks_its_declaration() -> None:
    modules = [
        import_module(f"addin.formulas.{module.name}")
        for module in pkgutil.iter_modules(addin.formulas.__path__)
    ]

    names = {name for module in modules for name in vars(module) if name.startswith("BD_")}

    assert names == {one.__name__ for one in FORMULAS}


@EACH
def test_every_argument_says_what_is_filled_in(formula: Callable[..., Any]) -> None:
    recipe = formula.recipe

    assert recipe.name == formula.__name__
    assert 1 < len(recipe.help) <= 8
    assert recipe.subjects
    assert len(recipe.arguments) == len(inspect.signature(formula).parameters)
    assert all(recipe.arguments)


def test_every_sheet_a_clerk_fills_in_can_be_checked_by_rows() -> None:
    filled_in = {
        model.sheet.key
        for model in SHEETS
        if model.sheet.kind is not SheetKind.GENERATED and not model.sheet.form
    }

    assert {*BD_CHECK.recipe.subjects} >= {*filled_in, "duty"}
    assert BD_CHECK.recipe.subjects[0] == "log"


def test_the_wrappers_cover_exactly_the_formulas() -> None:
    source = vba_modules()["BangDaiFormulas"]

    declared = [line.split("(")[0][9:] for line in source.splitlines() if line[:9] == "Function "]

    assert declared == [one.__name__ for one in FORMULAS]


@EACH
def test_a_table_without_headings_is_named_by_its_number(formula: Callable[..., Any]) -> None:
    """Each argument that is a table, in turn, gets a range of something else."""
    names = list(inspect.signature(formula).parameters)
    tables = [at for at, one in enumerate(describe(formula).arguments) if "整张表" in one.doc]
    for at in tables:
        arguments: list[Any] = [None] * len(names)
        arguments[0] = "D640402104-001"
        if formula is BD_SUGGEST:
            arguments[1] = 3
        if formula is BD_CHECK:
            arguments[:3] = [[["x", "y"]], [["参数名称", "值"]], "参数"]
            continue
        arguments[at] = [["甲", "乙"], ["丙", "丁"]]

        answer = formula(*arguments)

        assert str(answer).startswith(f"第 {at + 1} 个参数缺少标题行")


def test_a_table_of_another_sheet_is_told_from_the_right_one() -> None:
    mentors = [["导师编号", "姓名"], ["D640402104-001", "马志远"]]

    answer = BD_MATCH("D640402104-001", "G640402104-001", mentors, mentors)

    assert str(answer).startswith("第 3 个参数应是“导师库”的整张表，缺少列“性别”")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (BD_CHECK([["a", "b"]], [["日期"]], "工作日志"), "第 1、2 个参数的列数不一致"),
        (BD_CHECK([["a"]], [["日期"]], "日志"), "第 3 个参数“日志”不是台账的表名"),
        (BD_CHECK([["a"]], [["日期"]], "工作日志", None, None, "x"), "第 6 个参数“x”不是行号"),
        (BD_CHECK([["a"]], [["日期"]], "工作日志", None, "x"), "第 5 个参数“x”不是日期"),
        (BD_SUGGEST("G640402104-001", 0, None, None), "第 2 个参数应是 1 至 50 的整数"),
        (BD_MATCH([["a"], ["b"]], [["c"], ["d"], ["e"]], None, None), "第 1、2 个参数的行数"),
        (BD_DUTY("a", [["x"]], None, None), "第 2 个参数缺少标题行"),
        (BD_GROWTH("a", None, None, None, None, [[1, 2]]), "第 6 个参数只能是一个单元格"),
    ],
)
def test_what_is_wrong_is_said_with_the_arguments_number(answer: Any, said: str) -> None:
    assert str(answer).startswith(said)


CELLS = st.one_of(
    st.none(), st.text(max_size=5), st.booleans(), st.floats(), st.integers(),
    st.datetimes(min_value=datetime(1900, 1, 1)), st.sampled_from([-2146826246, "对象编号", "姓名"]),
)  # fmt: skip
RANGES = st.one_of(
    CELLS, st.lists(CELLS, max_size=3), st.lists(st.lists(CELLS, max_size=3), max_size=3)
)


@EACH
@settings(deadline=None)
@given(data=st.data())
def test_whatever_comes_in_plain_cells_of_equal_width_come_out(
    formula: Callable[..., Any], data: st.DataObject
) -> None:
    arguments = [data.draw(RANGES) for _ in inspect.signature(formula).parameters]

    answer = formula(*arguments)

    rows = answer if isinstance(answer, list) else [[answer]]
    assert rows
    assert len({len(row) for row in rows}) == 1
    assert {type(cell) for row in rows for cell in row} <= {str, int, float, datetime}
    assert not any("无法计算" in str(cell) for row in rows for cell in row)
