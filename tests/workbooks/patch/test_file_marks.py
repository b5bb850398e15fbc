"""Marks in a file: the same cells, colours and words as in an open book; the clerk's own come back."""

from __future__ import annotations

import random
import warnings
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlwings as xw
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Color, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from addin.hosts.calc import CalcHost
from tests.support.ooxml import ooxml_errors
from tests.workbooks.patch.clerks import template_ledger
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.cell_marks import FILLS, MARKS_SHEET, MOST
from workbooks.live.change import changing
from workbooks.live.host import use_host
from workbooks.patch.ledger_copy import update_workbook

SHEET, OTHER = "结对台账", "工作日志"
OWN = "与支部核对\n等答复 <3 天 & 留底"
Looks = dict[tuple[str, str], tuple[str, str]]


def finding(
    cell: str, level: Level = Level.ERROR, message: str = "编号重复", sheet: str = SHEET
) -> Finding:
    column, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return Finding("台账.xlsx", sheet, cell, row, column, "", "x.y", level, "", message, "请改正")


def marked(source: Path, out: Path, *findings: Finding) -> Path:
    update_workbook(source, out, [], marks=findings)
    return out


def looks(path: Path) -> Looks:
    """Return fill and note of every cell of two sheets that has any, by openpyxl."""
    book = opened(path)
    return {
        (name, cell.coordinate): (_fill(cell.fill), cell.comment.text if cell.comment else "")
        for name in (SHEET, OTHER)
        for row in book[name].iter_rows(min_row=4)
        for cell in row
        if _fill(cell.fill) or cell.comment
    }


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return load_workbook(path)


def _fill(fill: PatternFill) -> str:
    return f"#{fill.fgColor.rgb[2:]}" if fill.fill_type == "solid" else ""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Return a ledger in which the clerk has coloured a cell and noted two."""
    path = template_ledger(tmp_path / "台账.xlsx")
    book = opened(path)
    sheet: Worksheet = book[SHEET]
    sheet["C5"].fill = PatternFill("solid", fgColor=Color(rgb="FF00B050"))
    sheet["C5"].comment = Comment(OWN, "张三")
    sheet["D9"].comment = Comment("自己的批注", "张三")
    book.save(path)
    return path


def test_a_cell_shows_its_gravest_level_and_what_to_do_above_the_clerks_own_note(
    ledger: Path, tmp_path: Path
) -> None:
    before = looks(ledger)

    out = marked(
        ledger, tmp_path / "退.xlsx",
        finding("C5", Level.WARNING, "日期偏早"), finding("C5"), finding("F7", Level.NOTICE, "写法"),
        finding("Z99"), finding("B4", sheet=OTHER), finding("A1", sheet="没有这张表"),
    )  # fmt: skip

    assert looks(out) == before | {
        (SHEET, "C5"): (
            FILLS[Level.ERROR],
            f"【错误】编号重复。请改正\n【警告】日期偏早。请改正\n———\n{OWN}",
        ),
        (SHEET, "F7"): (FILLS[Level.NOTICE], "【提示】写法。请改正"),
        (SHEET, "Z99"): (FILLS[Level.ERROR], "【错误】编号重复。请改正"),
        (OTHER, "B4"): (FILLS[Level.ERROR], "【错误】编号重复。请改正"),
    }
    assert opened(out)[MARKS_SHEET].sheet_state == "hidden"


@pytest.mark.parametrize("seed", range(4))
def test_marks_of_a_second_return_are_those_of_a_first_and_none_piles_up(
    seed: int, ledger: Path, tmp_path: Path
) -> None:
    draw = random.Random(seed)

    def some() -> list[Finding]:
        cells = [f"{draw.choice('ABCDEF')}{draw.randrange(4, 12)}" for _ in range(9)]
        return [
            finding(cell, draw.choice([*Level]), draw.choice("甲乙丙"), draw.choice((SHEET, OTHER)))
            for cell in cells
        ]

    first, second = some(), some()
    once = marked(ledger, tmp_path / "一.xlsx", *first)
    twice = marked(once, tmp_path / "二.xlsx", *second)
    direct = marked(ledger, tmp_path / "直.xlsx", *second)
    off = marked(twice, tmp_path / "净.xlsx")

    assert looks(twice) == looks(direct)
    assert looks(off) == looks(ledger)


def test_what_is_not_marked_is_byte_for_byte_as_it_was(tmp_path: Path) -> None:
    source = template_ledger(tmp_path / "台账.xlsx")

    out = marked(source, tmp_path / "退.xlsx", finding("C5"))

    assert ooxml_errors(out) == []
    assert ooxml_errors(marked(out, tmp_path / "又.xlsx", finding("D5"))) == []
    with ZipFile(source) as before, ZipFile(out) as after:
        same = {n for n in before.namelist() if before.read(n) == after.read(n)}
        added = set(after.namelist()) - set(before.namelist())
        changed = set(before.namelist()) - same
        styles = after.read("xl/styles.xml"), before.read("xl/styles.xml")
    assert {name.rpartition("/")[2].rstrip("0123456789.xmlvrs") for name in added} == {
        "comment", "vmlDrawing", "sheet",
    }  # fmt: skip
    sheets = {name for name in changed if "sheet" in name}
    assert len([name for name in sheets if name.startswith("xl/worksheets/sheet")]) == 1
    assert changed - sheets <= {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
    }  # fmt: skip
    assert len(styles[0]) - len(styles[1]) < 400


def test_a_conversation_and_a_cell_hidden_by_a_merge_take_the_colour_only(
    ledger: Path, tmp_path: Path
) -> None:
    book = opened(ledger)
    book[SHEET]["E6"].comment = Comment("[对话]", "tc={11111111-2222-3333-4444-555555555555}")
    book[SHEET].merge_cells("M8:N9")
    book.save(ledger)

    out = marked(ledger, tmp_path / "退.xlsx", finding("E6"), finding("N9"), finding("M8"))

    found = looks(out)
    assert found[SHEET, "E6"] == (FILLS[Level.ERROR], "[对话]")
    assert found[SHEET, "M8"] == (FILLS[Level.ERROR], "【错误】编号重复。请改正")
    with ZipFile(out) as package:
        notes = "".join(
            package.read(n).decode() for n in package.namelist() if "comments" in n.lower()
        )
    assert 'ref="N9"' not in notes


def test_the_gravest_cells_come_first_and_the_rest_is_told(ledger: Path, tmp_path: Path) -> None:
    wrong = [finding(f"B{row}", Level.WARNING) for row in range(4, 4 + MOST)]
    report = update_workbook(
        ledger, tmp_path / "退.xlsx", [], marks=[*wrong, finding("A5"), finding("A6")]
    )

    assert report.marked == MOST
    assert "还有 2 个单元格" in report.remarks[0]
    assert looks(tmp_path / "退.xlsx")[SHEET, "A6"][0] == FILLS[Level.ERROR]


@pytest.fixture
def clerk(calc: xw.App) -> Iterator[xw.App]:
    with use_host(CalcHost()):
        yield calc


def test_the_open_book_knows_the_marks_of_a_file_and_takes_them_off(
    clerk: xw.App, ledger: Path, tmp_path: Path
) -> None:
    """As the clerk who corrects a returned ledger and clicks 录入校验 sees it."""
    out = marked(ledger, tmp_path / "退.xlsx", finding("C5"), finding("F7", Level.WARNING))
    book = clerk.books.open(out)
    sheet = book.sheets[SHEET]
    assert sheet["F7"].color == (0xFF, 0xEB, 0x9C)
    assert sheet["F7"].note.text == "【警告】编号重复。请改正"

    with changing(book, "录入校验") as change:
        count = change.mark([finding("F7", Level.WARNING)])

    assert count == 1
    assert [sheet["C5"].color, sheet["C5"].note.text] == [(0, 0xB0, 0x50), OWN]
    assert sheet["F7"].note.text == "【警告】编号重复。请改正"
    with changing(book, "录入校验") as change:
        change.mark([])
    assert [sheet["F7"].color, sheet["F7"].note] == [None, None]


def test_a_file_knows_the_marks_of_the_open_book(
    clerk: xw.App, ledger: Path, tmp_path: Path
) -> None:
    book = clerk.books.open(ledger)
    with changing(book, "录入校验") as change:
        change.mark([finding("C5"), finding("F7")])
    book.save(tmp_path / "活.xlsx")

    out = marked(tmp_path / "活.xlsx", tmp_path / "退.xlsx", finding("B8"))

    found = {cell: look for (sheet, cell), look in looks(out).items() if sheet == SHEET}
    assert found["C5"] == ("#00B050", OWN)
    assert "F7" not in found
    assert found["B8"] == (FILLS[Level.ERROR], "【错误】编号重复。请改正")
