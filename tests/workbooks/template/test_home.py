"""首页: first and in front, what it links to, and its search against plain code over the rows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwings as xw
from python_calamine import CalamineWorkbook

from tests.workbooks.template.plain_search import Ledger
from tests.workbooks.template.plain_todo import typed_rows
from validators.divisions import find_unit
from workbooks.patch.ledger_copy import update_workbook
from workbooks.samples import clean_rows
from workbooks.template.layout import HOME_SHEET, TODO_SHEET
from workbooks.template.search import LINES, TYPED_CELL
from workbooks.template.todo import TODAY_CELL
from workbooks.template.workbook import write_ledger

pytestmark = pytest.mark.filterwarnings("ignore:Print area:UserWarning")  # openpyxl wants rows

UNIT = find_unit("原州区开城镇")
TODAY = date(2026, 6, 12)
NAMESAKE = "马同名"
_PERSONS, _PAIRS = slice(15, 19), slice(20, 29)
"""The rows of the two lists, from 0, each with the line that counts the rest."""


def ledger(path: Path) -> Path:
    """Write a carelessly typed ledger with namesakes, flags and growth files."""
    sample = clean_rows("640402104", seed=4, as_of=TODAY, log_rows=80)
    rows = typed_rows({key: list(of_sheet) for key, of_sheet in sample.items()}, 4, TODAY)
    for key, place in (("mentor", 0), ("mentor", 3), ("individual", 1), ("individual", 2)):
        rows[key][place]["name"] = NAMESAKE
    busy = rows["pairing"][0]["mentor_id"]
    for pairing in rows["pairing"][:11]:  # more pairings than there are lines
        pairing["mentor_id"] = f"{busy}｜某人"
    rows["pairing"][-1]["mentor_id"] = "D640402999-001"  # of another township
    rows["pairing"][-2]["pairing_id"] = None
    codes = [row["mentee_id"] for key in ("individual", "organisation") for row in rows[key]]
    rows["flag"] = [_flag(code, number) for number, code in enumerate(codes[::3])]
    rows["growth"] = [{"mentee_id": code, "trend": "平稳"} for code in codes[::2]]
    write_ledger(path, UNIT, 2026, rows=rows, as_of=TODAY)
    return path


def _flag(code: str, number: int) -> dict[str, Any]:
    handled = TODAY if number % 3 == 1 else None
    rules = "、".join(("上月未联系 40 分", "职责逾期 15 分")[: 1 + number % 2])
    return {"mentee_id": code, "level": "红黄蓝"[number % 3], "rules": rules, "handled_on": handled}


def shown(grid: list[list[Any]], rows: slice) -> list[list[str]]:
    """Return what columns B to G show in these rows, as texts."""
    lines = [[str(value if value is not None else "") for value in line] for line in grid[rows]]
    return [[*line, *[""] * (7 - len(line))][1:7] for line in lines]


def expected(lines: list[list[str]], most: int) -> list[list[str]]:
    """Return these lines, those not shown counted."""
    more = f"……共 {len(lines)} 条，请输入编号查询" if len(lines) > most else ""
    blank = [[""] * 6] * (most - len(lines))
    return [*lines[:most], *blank, [more, *[""] * 5]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return ledger(tmp_path_factory.mktemp("home") / "台账.xlsx")


def test_the_search_finds_of_everybody_what_plain_code_finds(
    calc: xw.App, made: Path, tmp_path: Path
) -> None:
    plain = Ledger(made, TODAY)
    book = calc.books.open(made)
    book.sheets[TODO_SHEET].range(TODAY_CELL).value = TODAY
    home = book.sheets[HOME_SHEET]
    outside = ["D640402999-001", plain.pairs(NAMESAKE)[0][1].partition("\n")[0]]

    for sought in [*plain.names(), *plain.codes()[::6], *outside, "查无此人"]:
        home.range(TYPED_CELL).value = sought
        grid = home.range("A1:G31").value
        persons, pairs = plain.persons(sought), plain.pairs(sought)
        assert shown(grid, _PERSONS) == expected(persons, LINES["person"]), sought
        assert shown(grid, _PAIRS) == expected(pairs, LINES["pair"]), sought
        message = grid[13][4]
        assert ("未找到" in message) == (not persons and not pairs)
        assert (f"有 {len(persons)} 人（个）有重名" in message) == (len(persons) > 1)
    assert len(plain.persons(NAMESAKE)) == 4 > LINES["person"]

    # what she leaves typed is saved with what it finds, also by a program that does not calculate
    home.range(TYPED_CELL).value = f"　{NAMESAKE} "
    typed, copy = tmp_path / "typed.xlsx", tmp_path / "copy.xlsx"
    book.save(typed)
    update_workbook(typed, copy, [], as_of=TODAY)
    saved = CalamineWorkbook.from_path(str(copy)).get_sheet_by_name(HOME_SHEET)
    grid = saved.to_python(skip_empty_area=False)
    assert shown(grid, _PERSONS) == expected(plain.persons(NAMESAKE), LINES["person"])
    assert shown(grid, _PAIRS) == expected(plain.pairs(NAMESAKE), LINES["pair"])
    assert grid[1][4] == f"数据截至：{TODAY}"


def test_the_counts_lead_to_their_lists(made: Path) -> None:
    book = openpyxl.load_workbook(made, data_only=True)
    home, todo = book[HOME_SHEET], book[TODO_SHEET]

    for letter in "BCDEFG":
        title, link = home[f"{letter}5"], home[f"{letter}5"].hyperlink
        sheet, _, cell = link.location.partition("!")
        assert sheet.strip("'") == TODO_SHEET
        assert todo[cell].value == title.value
        card = next(c for c in todo[4] if c.value == title.value)
        assert home[f"{letter}6"].value == todo.cell(5, card.column).value
    total = sum(home[f"{letter}6"].value for letter in "BCDEFG")
    assert home["D4"].value == f"共有 {total} 项待办，点标题查看名单。"


def test_a_blank_ledger_says_plainly_that_nothing_is_due(tmp_path: Path) -> None:
    write_ledger(tmp_path / "空白.xlsx", UNIT, 2026, as_of=TODAY)

    home = openpyxl.load_workbook(tmp_path / "空白.xlsx", data_only=True)[HOME_SHEET]

    assert home["D4"].value == "目前没有待办事项。"
    assert home["B1"].value == "开城镇2026年度导师帮带制台账"


@pytest.mark.parametrize(
    ("letter", "sheet", "heading"),
    [
        ("B", "导师库", "姓名"), ("C", "个人对象", "姓名"), ("D", "结对台账", "导师编号"),
        ("E", "工作日志", "日期"), ("F", "成长评价", "对象编号"),
    ],
)  # fmt: skip
def test_what_there_is_to_do_leads_to_the_first_free_row(
    made: Path, letter: str, sheet: str, heading: str
) -> None:
    book = openpyxl.load_workbook(made)
    cell = book[HOME_SHEET][f"{letter}9"]

    match = re.fullmatch(
        r"=HYPERLINK\(\"#'(.+)'!([A-Z])\"&\(4\+COUNTA\((.+)!\$(.)\$4:\$(.)\$5000\)\),\".+\"\)",
        cell.value,
    )

    assert match is not None, cell.value
    name, column, counted, *columns = match.groups()
    assert name == counted == sheet
    assert {column} == {*columns}
    assert book[sheet][f"{column}3"].value == heading
