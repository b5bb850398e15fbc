"""The structure of a sheet as people make it: blocks, side tables, totals, signatures, hints."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from validators.sheets import (
    AssessmentRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    columns_by_field,
)
from validators.validation import count_rows
from validators.vocabulary import Level
from workbooks.reader import LedgerFile, read_ledger

Grid = list[list[Any]]
MENTOR = headings(MentorRow)
LOG = headings(LogEntryRow)


def mentor(number: int = 1, **changes: object) -> list[Any]:
    return row_of(MentorRow, **mentor_values(number, **changes))


def log(number: int = 1, **changes: object) -> list[Any]:
    values = {
        "log_id": f"R640402104-{number:05d}", "date": date(2026, 5, number % 28 + 1),
        "pairing_ids": "J640402104-001", "aspect": "产业发展", "form": "线下",
        "content": f"到村里核对第 {number} 季度账目", **changes,
    }  # fmt: skip
    return row_of(LogEntryRow, **values)


def read(tmp_path: Path, sheet: str, grid: Grid, **kwargs: Any) -> LedgerFile:
    return read_ledger(write_grids(tmp_path / "a.xlsx", {sheet: grid}, **kwargs))


def account(ledger: LedgerFile, sheet: str) -> tuple[int, int, int, int]:
    return next(tuple(c)[2:] for c in count_rows(ledger.ledger) if c.sheet == sheet)  # type: ignore[return-value]


def said(ledger: LedgerFile, *codes: str) -> list[tuple[str, str]]:
    return [(f.code, f.cell) for f in ledger.findings if f.code in codes]


# --- blocks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_a_repeated_heading_row_in_another_order_maps_its_own_block(
    tmp_path: Path, seed: int
) -> None:
    order = random.Random(seed).sample(range(len(MENTOR)), len(MENTOR))
    grid: Grid = [MENTOR, mentor(1), mentor(2), [], [MENTOR[i] for i in order]]
    grid += [[row[i] for i in order] for row in (mentor(3), mentor(4, employer="县委组织部"))]

    ledger = read(tmp_path, "导师库", grid)

    table = ledger.ledger.table(MentorRow)
    assert [table.record(row).name for row in range(4)] == [
        mentor_values(number)["name"] for number in (1, 2, 3, 4)
    ]
    assert table.column("employer")[2:] == ["开城镇人民政府", "县委组织部"]
    assert table.column("post") == ["副镇长"] * 4
    at = order.index(MENTOR.index("单位"))
    assert table.place(3, "employer").cell == f"{_letters(at)}7"
    assert said(ledger, "table.block") == [("table.block", "A5")]
    assert account(ledger, "导师库") == (4, 4, 0, 0)


def _letters(index: int) -> str:
    return chr(65 + index) if index < 26 else f"A{chr(65 + index - 26)}"


@pytest.mark.parametrize("broken", ["同上", "〃", "20260503", "=SUM(A1)", "√"])
def test_a_repeated_heading_row_with_a_broken_cell_begins_no_block(
    tmp_path: Path, broken: str
) -> None:
    at = LOG.index("日期")
    page = [*LOG[:at], broken, *LOG[at + 1 :]]

    ledger = read(tmp_path, "工作日志", [LOG, log(1), log(2), page, log(3), log(4)])

    assert account(ledger, "工作日志") == (5, 4, 0, 1)
    dates = ledger.ledger.table(LogEntryRow).column("date")
    assert dates == [date(2026, 5, n + 1) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("place", [0, 1, 3, 5])
def test_rows_above_the_headings_are_read_by_the_same_columns(tmp_path: Path, place: int) -> None:
    rows = [mentor(number, specialties="业务能力") for number in range(1, 6)]
    grid = [["导师库"], *rows[:place], MENTOR, *rows[place:]]

    ledger = read(tmp_path, "导师库", grid)

    assert sorted(ledger.ledger.table(MentorRow).column("mentor_id")) == [
        f"D640402104-{number:03d}" for number in range(1, 6)
    ]
    assert said(ledger, "rows.above") == ([("rows.above", "A2")] if place else [])


def test_the_headings_are_found_wherever_they_stand(tmp_path: Path) -> None:
    grid = [*(log(number) for number in range(1, 71)), LOG, log(71)]

    ledger = read(tmp_path, "工作日志", grid)

    assert account(ledger, "工作日志") == (71, 71, 0, 0)


# --- beside and below ---------------------------------------------------------------------------


def beside(grid: Grid, table: Grid, at: int, top: int = 0) -> Grid:
    """Return the grid with a table put beside it from column `at` on."""
    rows = max(len(grid), top + len(table))
    wide = [[*(grid[n] if n < len(grid) else [])] for n in range(rows)]
    for number, cells in enumerate(table, top):
        wide[number] += [None] * (at - len(wide[number])) + cells
    return wide


@pytest.mark.parametrize(
    "table",
    [
        [["村", "人数"], *[[f"{n}村", n] for n in range(9)], ["合计", 36]],
        [["姓名", "联系电话"], *[[f"孙某{n}", "13800000001"] for n in range(9)]],
        [["序号", "姓名", "单位"], *[[n, "赵某", "某村"] for n in range(9)]],
    ],
)
def test_a_table_beside_makes_no_row_and_is_named_once(tmp_path: Path, table: Grid) -> None:
    grid = beside([MENTOR, mentor(1), mentor(2)], table, len(MENTOR) + 2)

    ledger = read(tmp_path, "导师库", grid)

    table_rows = ledger.ledger.table(MentorRow)
    assert table_rows.column("mentor_id") == ["D640402104-001", "D640402104-002"]
    assert table_rows.column("employer") == ["开城镇人民政府"] * 2
    assert [f.code for f in ledger.findings] == ["heading.beside"]
    assert account(ledger, "导师库") == (len(grid) - 1, 2, 0, len(grid) - 3)


@pytest.mark.parametrize("top", [1, 4, 30])
def test_cells_without_a_heading_make_no_row_and_are_named_once(tmp_path: Path, top: int) -> None:
    grid = beside([MENTOR, mentor(1)], [["已核对"], ["已核对"]], len(MENTOR) + 5, top)

    ledger = read(tmp_path, "导师库", grid)

    assert len(ledger.ledger.table(MentorRow)) == 1
    assert [f.code for f in ledger.findings] == ["cells.outside"]


def test_another_table_below_is_left_alone_and_named_once(tmp_path: Path) -> None:
    other = [["离任导师名单"], ["序号", "姓名", "原职务", "离任时间", "去向"]]
    other += [[n, f"赵某{n}", "副镇长", date(2026, 3, 1), "调县直"] for n in range(3)]

    ledger = read(tmp_path, "导师库", [MENTOR, mentor(1), [], *other, [], mentor(2)])

    table = ledger.ledger.table(MentorRow)
    assert table.column("mentor_id") == ["D640402104-001", "D640402104-002"]
    assert said(ledger, "table.other", "rows.ignored") == [
        ("rows.ignored", "A4"), ("table.other", "A5"),
    ]  # fmt: skip
    assert account(ledger, "导师库") == (7, 2, 0, 5)


@pytest.mark.parametrize("seed", range(6))
def test_another_table_with_a_few_of_our_headings_and_ids_is_left_alone(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    others = chance.sample(
        ["原单位", "调离时间", "去向", "离任原因", "接替人员", "文号"], 3 + seed % 3
    )
    table: Grid = [["导师编号", "姓名", *others]]
    table += [
        [f"D640402104-9{n:02}", f"赵某{n}", *["开城镇", "2026.3", "县直", "退休"][:3]]
        for n in range(3)
    ]

    ledger = read(tmp_path, "导师库", [MENTOR, mentor(1), [], *table, [], mentor(2)])

    ids = ledger.ledger.table(MentorRow).column("mentor_id")
    assert ids == ["D640402104-001", "D640402104-002"]
    assert said(ledger, "table.other") == [("table.other", "A4")]
    assert account(ledger, "导师库") == (6, 2, 0, 4)


NUMBERINGS: tuple[Callable[[int], Any], ...] = (
    lambda n: n, str, lambda n: f"（{n}）", lambda n: f"{n}栏", lambda n: chr(0x2460 + n - 1) if n < 21 else n,
    lambda n: "甲乙丙丁戊己庚辛壬癸"[n - 1] if n < 4 else n - 3,
)  # fmt: skip


@pytest.mark.parametrize("number", NUMBERINGS)
@pytest.mark.parametrize("above", [True, False])
@pytest.mark.parametrize("first", [0, 1])
def test_a_row_that_numbers_the_columns_is_none_of_the_ledger(
    tmp_path: Path, number: Callable[[int], Any], above: bool, first: int
) -> None:
    row: list[Any] = [None] * first + [number(n) for n in range(1, len(MENTOR) + 1 - first)]
    grid = [row, MENTOR, mentor(1)] if above else [MENTOR, row, mentor(1)]

    ledger = read(tmp_path, "导师库", grid)

    assert ledger.ledger.table(MentorRow).column("mentor_id") == ["D640402104-001"]
    assert account(ledger, "导师库") == (2 - above, 1, 0, 1 - above)
    assert [f.message for f in ledger.findings] == ["第 2 行是列的序号，未作为台账内容读取"] * (
        not above
    )


@pytest.mark.parametrize("field", ["name", "employer", "post", "gender"])
def test_a_half_typed_row_below_the_others_stays_a_row(tmp_path: Path, field: str) -> None:
    value = {"name": "王大山", "employer": "县委组织部", "post": "科员", "gender": "女"}[field]

    ledger = read(tmp_path, "导师库", [MENTOR, mentor(1), row_of(MentorRow, **{field: value})])

    assert len(ledger.ledger.table(MentorRow)) == 2


@pytest.mark.parametrize("seed", range(5))
def test_rows_pasted_beside_under_the_same_headings_are_an_error(tmp_path: Path, seed: int) -> None:
    columns = [c for c in columns_by_field(LogEntryRow).values() if c.required]
    random.Random(seed).shuffle(columns)
    cells = [log(7)[LOG.index(c.heading)] for c in columns]
    table: Grid = [[c.heading for c in columns[: 3 + seed % 3]], cells[: 3 + seed % 3]]

    ledger = read(tmp_path, "工作日志", beside([LOG, log(1)], table, len(LOG) + 1 + seed))

    (said_of,) = (f for f in ledger.findings if f.code.startswith("heading."))
    assert (said_of.code, said_of.level) == ("heading.pasted", Level.ERROR)


@pytest.mark.parametrize("seed", range(5))
def test_what_a_further_block_lacks_is_said_once(tmp_path: Path, seed: int) -> None:
    needed = [c.heading for c in columns_by_field(MentorRow).values() if c.required]
    order = random.Random(seed).sample(needed, len(needed))
    block: Grid = [order, [mentor(2)[MENTOR.index(heading)] for heading in order]]

    ledger = read(tmp_path, "导师库", [MENTOR, mentor(1), [], *block])

    absent = [f for f in ledger.findings if f.code == "heading.absent"]
    optional = [c for c in columns_by_field(MentorRow).values() if not c.required]
    assert len(absent) == 1
    assert [c.heading for c in optional if c.heading not in absent[0].message] == []
    assert len(ledger.ledger.table(MentorRow)) == 2


# --- feet ---------------------------------------------------------------------------------------

SIGNATURES = (
    "填表人：　　　　审核人：", "填表人：马某", "制表：李某", "制表人：", "审核：", "审核人（签字）：",
    "单位负责人：          统计负责人：        填表人：", "单位负责人（签章）：", "主要领导签字：",
    "分管领导：", "组织委员：", "党委书记：", "经办人：", "复核人：", "校对：", "填报单位（盖章）：",
    "填报日期：2026年6月30日", "报出日期：2026 年 6 月 30 日", "联系电话：0954-2032000", "联系人：",
    "年　月　日", "2026年　月　日", "（盖章）", "（签字）", "盖章：", "打印日期：", "报送：县委组织部",
)  # fmt: skip
NOTES = (
    "以下空白", "（以下空白）", "以下无正文", "——以下空白——", "注：1.本表一式两份。", "注：本表由组织委员填写",
    "注1：日期以签字为准", "备注：", "说明：", "填表说明：一人一行", "※ 逐级上报", "* 必填",
    "2.本表由各村汇总", "（二）日期以签字为准", "第 1 页 共 3 页", "第1页", "- 1 -", "完",
)  # fmt: skip
SECTIONS = (
    "一、老乡镇", "二、县直下派", "（一）老乡镇", "(三) 其他", "第一部分 老乡镇", "冯庄村", "开城镇冯庄村：",
)  # fmt: skip
TOTALS = (
    "合计", "合 计", "总计：", "小计", "本页小计", "冯庄村小计", "冯庄村合计", "合计：3人", "共 3 人",
    "共计3名", "累计", "汇总", "Total", "TOTAL", "Grand Total", "Subtotal", "Summe", "Ergebnis", "Итог",
    "Totale", "Suma", "計", "合計", "集計", "總計", "합계", "Tổng", "Toplam", "Összeg", "Celkem",
)  # fmt: skip
EXAMPLES = ("例：", "示例", "例", "（示例）", "样例", "填写示例", "例1", "示例：D640402104-001")


@pytest.mark.parametrize("gap", [0, 1, 3])
def test_feet_and_section_rows_are_ignored_and_counted(tmp_path: Path, gap: int) -> None:
    phrases = (*SIGNATURES, *NOTES, *SECTIONS, *TOTALS)
    grid: Grid = [MENTOR]
    for number, phrase in enumerate(phrases, 1):
        grid += [mentor(number), *[[]] * gap, [phrase]]

    ledger = read(tmp_path, "导师库", grid)

    table = ledger.ledger.table(MentorRow)
    data = set(range(2, len(grid) + 1, gap + 2))
    taken = [str(grid[row - 1][0]) for part in table.parts for row in part.rows if row not in data]
    assert taken == []
    assert account(ledger, "导师库") == (2 * len(phrases), len(phrases), 0, len(phrases))
    assert {code for code, _ in said(ledger, "rows.ignored")} == {"rows.ignored"}


def test_an_example_row_is_ignored_however_full_it_is(tmp_path: Path) -> None:
    grid = [MENTOR, *(mentor(1, mentor_id=text) for text in EXAMPLES), mentor(2)]
    grid += [mentor(3, name="例：王某"), mentor(4, remark="例会上通报")]

    ledger = read(tmp_path, "导师库", grid)

    ids = ledger.ledger.table(MentorRow).column("mentor_id")
    assert ids == ["D640402104-002", "D640402104-004"]


LOOSE = (
    "/以下空白/", "以下无数据", "（本页以下空白）", "本表到此结束", "续表", "（续）", "接上页", "转下页", "附件：1.聘书",
    "（一）老业务", "甲、机关干部", "小计（冯庄村）", "合　计　（人）", "汇总行", "平均分", "填报单位（公章）",
    "2026年6月30日", "二〇二六年六月三十日", "数据截止2026年6月30日", "截至2026年6月30日", "经手人：张某",
    "以下为空行请勿填写", "请勿在此行以下填写", "以上人员均已政审", "（示例，请勿删除）", "填写示例→", "冯庄村", "/",
)  # fmt: skip
"""What a clerk also types below a table, in any column."""


@pytest.mark.parametrize("field", ["name", "employer", "remark"])
def test_what_stands_alone_below_a_table_is_ignored_in_columns_of_any_text(
    tmp_path: Path, field: str
) -> None:
    grid: Grid = [MENTOR]
    for number, phrase in enumerate(LOOSE, 1):
        grid += [mentor(number), row_of(MentorRow, **{field: phrase})]

    ledger = read(tmp_path, "导师库", grid)

    part = ledger.ledger.table(MentorRow).parts[0]
    at = MENTOR.index(columns_by_field(MentorRow)[field].heading)
    assert [grid[row - 1][at] for row in part.rows if row % 2] == []
    assert account(ledger, "导师库") == (2 * len(LOOSE), len(LOOSE), 0, len(LOOSE))


@pytest.mark.parametrize(
    "cells",
    [
        {"mentor_id": "填表人", "name": "张某", "employer": "审核人", "post": "李某"},
        {"name": "平均分", "conviction": 2.44, "competence": 3.1, "organisation": 3, "conduct": 2.9,
         "industry": 2.2, "governance": 2.9, "capacity": 3},
        {"mentor_id": "其中：", "name": "男", "gender": 12},
        {"name": "女", "gender": 6},
        dict.fromkeys(list(columns_by_field(MentorRow))[:12], "/"),
        dict.fromkeys(list(columns_by_field(MentorRow))[:12], "—"),
        {**mentor_values(3), "mentor_id": None, "name": "张三（示例）"},
        {**mentor_values(3), "mentor_id": "D640402104-000（示例）"},
        {**mentor_values(3), "mentor_id": None, "remark": "示例行，请删除"},
    ],
)  # fmt: skip
def test_a_foot_or_example_of_several_cells_is_ignored(
    tmp_path: Path, cells: dict[str, Any]
) -> None:
    ledger = read(tmp_path, "导师库", [MENTOR, mentor(1), row_of(MentorRow, **cells), mentor(2)])

    assert account(ledger, "导师库") == (3, 2, 0, 1)


def test_numbers_alone_are_a_mean_only_where_no_row_could_have_them(tmp_path: Path) -> None:
    scores = ["conviction", "competence", "organisation", "conduct", "industry", "governance"]
    heads = headings(AssessmentRow)
    mean = row_of(AssessmentRow, **dict(zip(scores, (2.44, 3.1, 3, 2.9, 2.2, 2.9), strict=True)))
    half_typed = row_of(AssessmentRow, **dict.fromkeys(scores, 3))

    ledger = read(tmp_path, "成长评价", [heads, half_typed, mean])

    assert account(ledger, "成长评价") == (2, 1, 0, 1)


def test_signatures_one_cell_each_are_ignored(tmp_path: Path) -> None:
    foot: list[Any] = [None] * 12
    for at, text in ((0, "单位负责人："), (3, "统计负责人："), (6, "填表人："), (8, "报出日期：")):
        foot[at] = text
    valued: list[Any] = ["填表人：", "马某", None, None, "审核人：", "李某"]

    ledger = read(tmp_path, "工作日志", [LOG, log(1), [], foot, valued])

    assert account(ledger, "工作日志") == (3, 1, 0, 2)


def test_a_text_over_a_merged_width_is_ignored(tmp_path: Path) -> None:
    grid = [LOG, log(1), [None] * 7 + ["各村情况另附"], log(2)]

    ledger = read(tmp_path, "工作日志", grid, merges={"工作日志": ["H3:K3"]})

    assert account(ledger, "工作日志") == (3, 2, 0, 1)


def test_a_row_of_sums_without_a_word_is_ignored(tmp_path: Path) -> None:
    sums = row_of(MentorRow, capacity=24, competence=100)

    ledger = read(tmp_path, "导师库", [MENTOR, mentor(1), sums])

    assert account(ledger, "导师库") == (2, 1, 0, 1)


def test_the_totals_of_a_table_are_ignored_in_whatever_words(tmp_path: Path) -> None:
    path = write_grids(tmp_path / "a.xlsx", {})
    with xlsxwriter.Workbook(tmp_path / "b.xlsx") as book:
        sheet = book.add_worksheet("导师库")
        for column, heading in enumerate(MENTOR):
            sheet.write(0, column, heading)
        for column, cell in enumerate(mentor(1)):
            if cell is not None and not isinstance(cell, date):
                sheet.write(1, column, cell)
        columns: list[dict[str, Any]] = [{"header": heading} for heading in MENTOR]
        columns[0]["total_string"] = "D640402104-099"
        sheet.add_table(
            0, 0, 2, len(MENTOR) - 1, {"columns": columns, "total_row": True, "name": "tbl"}
        )
    assert path.exists()

    ledger = read_ledger(tmp_path / "b.xlsx")

    assert account(ledger, "导师库") == (2, 1, 0, 1)


# --- headings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "日期（必填）", "*日期", "日期*", "＊日期", "★日期", "【必填】日期", "日期[必填]", "3.日期", "日期\n（如2026-05-03）",
        "①日期", "☎日期", "日期→", "必填：日期", "日期 必填", "日 期", "日期（年月日）", "日期Date",
        "1日期", "“日期”", '"日期"', "日期、", "日期；", "日期*必选", "帮 带\n日 期",
    ],
)  # fmt: skip
def test_hints_in_a_heading_do_not_matter(tmp_path: Path, typed: str) -> None:
    named = [typed if heading == "日期" else heading for heading in LOG]

    ledger = read(tmp_path, "工作日志", [named, log(1)])

    assert ledger.ledger.table(LogEntryRow).column("date") == [date(2026, 5, 2)]
    assert not [f for f in ledger.findings if f.level == "error"]


def test_every_heading_may_carry_a_hint(tmp_path: Path) -> None:
    hinted = [f"*{heading}（必填）\n（见说明）" for heading in MENTOR]

    ledger = read(tmp_path, "导师库", [hinted, mentor(1)])

    assert {*ledger.ledger.table(MentorRow).parts[0].columns} == {
        name for name, column in columns_by_field(MentorRow).items() if not column.lookup
    }


def test_another_unit_is_no_hint(tmp_path: Path) -> None:
    named = ["时长（分钟）" if heading == "时长(小时)" else heading for heading in LOG]

    ledger = read(tmp_path, "工作日志", [named, log(1, hours=90)])

    assert "hours" not in ledger.ledger.table(LogEntryRow).parts[0].columns
    (finding,) = [f for f in ledger.findings if f.sheet == "工作日志"]
    assert (finding.code, finding.heading) == ("heading.unit", "时长(小时)")


@pytest.mark.parametrize(
    "unit",
    [
        "（h）",
        "(H)",
        "/小时",
        "（单位：小时）",
        "\n单位：小时",
        "[小时]",
        "（小时，必填）",
        " 小时",
    ],
)
def test_the_columns_own_unit_is_its_own_however_it_is_written(tmp_path: Path, unit: str) -> None:
    named = [f"时长{unit}" if heading == "时长(小时)" else heading for heading in LOG]

    ledger = read(tmp_path, "工作日志", [named, log(1, hours=2)])

    assert ledger.ledger.table(LogEntryRow).column("hours") == [2]
    assert {f.code for f in ledger.findings} <= {"heading.renamed"}


@pytest.mark.parametrize("typed", ["{}", "{}（必填）", "*{}", "{}："])
def test_of_a_heading_without_a_unit_no_other_unit_is_said(tmp_path: Path, typed: str) -> None:
    named = [
        re.sub(r"(.*)\(万元\)", lambda m: typed.format(m[1]), h) for h in headings(OrganisationRow)
    ]

    (finding,) = read(tmp_path, "组织对象", [named]).findings

    assert finding.code == "heading.unitless"


def test_a_column_under_a_synonym_says_which_column_it_repeats(tmp_path: Path) -> None:
    ledger = read(tmp_path, "工作日志", [[*LOG, "编号", "图", "图"], log(1)])

    said = {f.cell: f.message for f in ledger.findings if f.code == "heading.duplicate"}
    assert said == {
        f"{_letters(len(LOG))}1": "列名“编号”与 A 列“日志编号”重复，该列未读取",
        f"{_letters(len(LOG) + 2)}1": f"列名“图”与 {_letters(len(LOG) + 1)} 列“图”重复，该列未读取",
    }


@pytest.mark.parametrize(
    "typed", ["工作单位及职务", "单位和职务", "单位职务", "单位、职务", "单位/职务"]
)
def test_two_columns_in_one_are_one_finding_that_names_both(tmp_path: Path, typed: str) -> None:
    at = MENTOR.index("单位")
    grid = [[*row[:at], *row[at + 1 :]] for row in (MENTOR, mentor(1))]
    grid[0][at] = typed

    ledger = read(tmp_path, "导师库", grid)

    (finding,) = [f for f in ledger.findings if f.level == "error"]
    assert finding.code == "heading.joined"
    assert finding.cell == f"{_letters(at)}1"
    assert "“单位”“职务”两列" in finding.suggestion
    assert account(ledger, "导师库") == (1, 0, 1, 0)


# --- sheets that answer one name ----------------------------------------------------------------


def sheets(tmp_path: Path, **named: Grid) -> LedgerFile:
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, grid in named.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(grid):
                sheet.write_row(number, 0, ["" if cell is None else cell for cell in cells])
    return read_ledger(path)


@pytest.mark.parametrize(
    "names",
    [
        ("工作日志", "工作 日志"), ("工作日志1-3月", "工作日志4-6月"), ("工作日志", "工作日志（续）"),
        ("工作日志一季度", "工作日志二季度"), ("上半年工作日志", "下半年工作日志"), ("工作日志", "工作日志 (2)"),
        ("工作日志", "工作日志补充"), ("工作日志（冯庄村）", "小马庄村工作日志"), ("1.工作日志", "2.工作日志"),
        ("工作日志一月", "工作日志Q2"), ("2026年3月工作日志", "工作日志（2026年4-6月）"),
    ],
)  # fmt: skip
def test_a_log_in_two_sheets_is_one_table(tmp_path: Path, names: tuple[str, str]) -> None:
    first, second = names

    ledger = sheets(tmp_path, **{first: [LOG, log(1), log(2)], second: [LOG, log(3)]})

    table = ledger.ledger.table(LogEntryRow)
    assert table.column("log_id") == [f"R640402104-{number:05d}" for number in (1, 2, 3)]
    assert [part.sheet for part in table.parts] == [first, second]
    assert {f.sheet for f in ledger.findings if f.code == "sheet.part"} == {first, second} - {
        "工作日志"
    }
    assert "工作日志" not in [f.sheet for f in ledger.findings if f.code == "sheet.missing"]
    assert all("本周待办" in f.suggestion for f in ledger.findings if f.code == "sheet.part")


def test_a_copy_of_a_sheet_is_not_read_and_named(tmp_path: Path) -> None:
    grid = [LOG, log(1), log(2)]

    ledger = sheets(tmp_path, **{"工作日志": grid, "工作日志 (2)": grid})

    assert len(ledger.ledger.table(LogEntryRow)) == 2
    (finding,) = [f for f in ledger.findings if f.sheet == "工作日志 (2)"]
    assert (finding.code, finding.level) == ("sheet.copy", "warning")
    assert account(ledger, "工作日志 (2)") == (2, 0, 0, 2)


def test_a_copy_with_rows_of_its_own_is_an_error_and_its_rows_are_rejected(tmp_path: Path) -> None:
    grid = [LOG, log(1), log(2)]

    ledger = sheets(tmp_path, **{"工作日志": grid, "工作日志 (2)": [*grid, log(3)]})

    (finding,) = [f for f in ledger.findings if f.sheet == "工作日志 (2)"]
    assert (finding.code, finding.level) == ("sheet.copy", "error")
    assert account(ledger, "工作日志 (2)") == (3, 0, 3, 0)


def test_last_years_log_is_no_part_of_this_years(tmp_path: Path) -> None:
    ledger = sheets(tmp_path, 工作日志=[LOG, log(1)], 工作日志2025=[LOG, log(2)])

    assert len(ledger.ledger.table(LogEntryRow)) == 1
    (finding,) = [f for f in ledger.findings if f.sheet == "工作日志2025"]
    assert (finding.code, finding.level) == ("sheet.unknown", "warning")
    assert "工作日志" in finding.suggestion


@pytest.mark.parametrize(
    "name",
    [
        "工作日志（2026）",
        "2026年工作日志",
        "帮带工作日志",
        "日志",
        "彭堡镇中心小学工作 日志汇总（张老师）",
    ],
)
def test_a_missing_sheet_is_looked_for_among_the_tabs_that_were_not_read(
    tmp_path: Path, name: str
) -> None:
    ledger = sheets(tmp_path, **{"导师库": [MENTOR], "统计": [["人数", 3]], name: [LOG, log(1)]})

    (advice,) = [
        f.suggestion for f in ledger.findings if (f.code, f.sheet) == ("sheet.missing", "工作日志")
    ]
    assert advice == f"“{name}”如果是该表，请改名为“工作日志”"


def test_the_only_tab_of_a_sheet_is_read_under_another_name(tmp_path: Path) -> None:
    ledger = sheets(tmp_path, 附件1工作日志=[LOG, log(1)])

    (finding,) = [f for f in ledger.findings if f.code == "sheet.part"]
    assert len(ledger.ledger.table(LogEntryRow)) == 1
    assert "改为“工作日志”" in finding.suggestion


# --- the whole account --------------------------------------------------------------------------

_INSERTED: tuple[list[Any], ...] = (
    [], ["合计", None, 3], ["填表人：　审核人："], ["一、老乡镇"], MENTOR, ["示例", "王某", "男"],
    ["冯庄村小计", None, None, "2人"], ["注：1.本表一式两份。"], [None] * 40 + ["已核对"],
    ["村", "人数", "书记"], ["以下空白"], [None, None, None, "填表人："],
)  # fmt: skip


@pytest.mark.parametrize("seed", range(25))
def test_no_typed_row_vanishes_from_the_account(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    rows = [mentor(number) for number in range(1, 25)]
    chance.shuffle(rows)
    order = list(range(len(MENTOR)))
    grid: Grid = [["导师库"], *rows[: chance.choice((0, 0, 3))], MENTOR]
    n_above = len(grid) - 2
    for row in rows[n_above:]:
        if chance.random() < 0.15:
            chance.shuffle(order)
            grid.append([MENTOR[i] for i in order])
        if chance.random() < 0.3:
            extra = chance.choice(_INSERTED)
            grid.append([MENTOR[i] for i in order] if extra is MENTOR else extra)
        grid.append([row[i] for i in order])

    ledger = read(tmp_path, "导师库", grid)

    table = ledger.ledger.table(MentorRow)
    taken = {row for part in table.parts for row in part.rows}
    expected = {
        number: next(cell for cell in cells if str(cell).startswith("D640402104-"))
        for number, cells in enumerate(grid, 1)
        if any(str(cell).startswith("D640402104-") for cell in cells)
    }
    ids = dict(
        zip((r for p in table.parts for r in p.rows), table.column("mentor_id"), strict=True)
    )
    assert {row: ids.get(row) for row in expected} == expected
    doubtful = [grid[row - 1] for row in taken - {*expected}]
    assert all(cells == ["村", "人数", "书记"] for cells in doubtful)
    names: dict[Any, Any] = {
        mentor_values(number)["mentor_id"]: mentor_values(number)["name"] for number in range(1, 25)
    }
    read_names = dict(zip(table.column("mentor_id"), table.column("name"), strict=True))
    assert {code: read_names[code] for code in names} == names
    rows_in, accepted, rejected, ignored = account(ledger, "导师库")
    assert rows_in == accepted + rejected + ignored
    assert accepted == 24 + len(doubtful)
