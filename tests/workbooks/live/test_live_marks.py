"""Marks of findings: fills and notes that come and go and leave the clerk's own as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.hosts.calc import protect
from addin.hosts.calc.range import Range
from tests.workbooks.live.saved import differences, saved
from tests.workbooks.patch.clerks import template_ledger
from validators.errors import UpdateRefused
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.cell_marks import FILLS, MARKS_SHEET, MOST
from workbooks.live.change import Change, changing
from workbooks.live.undo import undo_last
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.updates import SheetUpdate

SHEET = "结对台账"


@pytest.fixture
def book(calc: xw.App, tmp_path: Path) -> xw.Book:
    return calc.books.open(template_ledger(tmp_path / "台账.xlsx"))


def finding(
    cell: str, level: Level = Level.ERROR, message: str = "编号重复", **more: Any
) -> Finding:
    column, row = cell.rstrip("0123456789"), int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    made = Finding(
        "台账.xlsx", SHEET, cell, row, column, "", "x.y", level, "", message, "请改正后再校验"
    )  # fmt: skip
    return made._replace(**more)


def marked(book: xw.Book, *findings: Finding) -> tuple[int, Change]:
    with changing(book, "录入校验") as change:
        return change.mark(findings), change


def fill(book: xw.Book, cell: str) -> str:
    colour = book.sheets[SHEET][cell].color
    return "#{:02X}{:02X}{:02X}".format(*colour) if colour else ""


def note(book: xw.Book, cell: str) -> str:
    found = book.sheets[SHEET][cell].note
    return found.text if found else ""


def test_a_cell_shows_its_gravest_level_and_all_that_is_to_be_done(book: xw.Book) -> None:
    count, change = marked(
        book,
        finding("C5", Level.WARNING, "日期偏早"),
        finding("C5"),
        finding("D6", Level.NOTICE, "已规范"),
        finding("E7", Level.WARNING),
        finding("A1", row=0, column=""),
        finding("A1", sheet="没有该表"),
    )

    assert count == 3
    assert [fill(book, cell) for cell in ("C5", "D6", "E7", "C6")] == [
        FILLS[Level.ERROR], FILLS[Level.NOTICE], FILLS[Level.WARNING], "",
    ]  # fmt: skip
    assert note(book, "C5") == (
        "【错误】编号重复。请改正后再校验\n【警告】日期偏早。请改正后再校验"
    )
    assert change.remarks == []
    assert not book.sheets[MARKS_SHEET].visible


def test_marks_and_their_memory_are_undone(book: xw.Book, tmp_path: Path) -> None:
    book.sheets[SHEET]["C5"].color = "#00B050"
    book.sheets[SHEET]["C5"].add_note("与支部核对")
    before = saved(book, tmp_path / "a.xlsx")

    marked(book, finding("C5"), finding("C6"))
    combined = note(book, "C5")

    assert combined.startswith("【错误】编号重复")
    assert combined.endswith("与支部核对")
    assert undo_last(book) == "录入校验"
    assert differences(before, saved(book, tmp_path / "b.xlsx")) == []


def test_later_marks_take_the_earlier_ones_off_also_after_closing_and_opening(
    calc: xw.App, book: xw.Book, tmp_path: Path
) -> None:
    book.sheets[SHEET]["C5"].color = "#00B050"
    book.sheets[SHEET]["C5"].add_note("与支部核对")
    marked(book, finding("C5"), finding("C6"), finding("D9", Level.WARNING))
    book.save(tmp_path / "c.xlsx")
    book.close()
    again = calc.books.open(tmp_path / "c.xlsx")

    count, _ = marked(again)

    assert count == 0
    assert [fill(again, cell) for cell in ("C5", "C6", "D9")] == ["#00B050", "", ""]
    assert [note(again, cell) for cell in ("C5", "C6", "D9")] == ["与支部核对", "", ""]


def test_marks_are_found_again_where_rows_were_inserted(book: xw.Book) -> None:
    marked(book, finding("C5"), finding("C9", message="缺少"))
    book.sheets[SHEET]["4:4"].insert("down")
    assert (fill(book, "C6"), fill(book, "C10")) == (FILLS[Level.ERROR],) * 2

    marked(book, finding("C7"))

    cells = ("C5", "C6", "C7", "C9", "C10")
    assert [fill(book, cell) for cell in cells] == ["", "", FILLS[Level.ERROR], "", ""]
    assert [bool(note(book, cell)) for cell in cells] == [False, False, True, False, False]


def test_undoing_finds_marks_that_moved_with_their_rows(book: xw.Book) -> None:
    sheet = book.sheets[SHEET]
    sheet["C6"].color = "#010203"
    marked(book, finding("C4"), finding("C5", message="日期偏早"), finding("C6", message="重复"))
    sheet.range("4:4").delete("up")
    sheet.range("4:4").insert("down")
    sheet.range("4:4").insert("down")

    undo_last(book)

    assert [fill(book, f"C{row}") for row in (6, 7, 8)] == ["", "#010203", ""]
    assert not len(sheet.notes)
    assert MARKS_SHEET not in [one.name for one in book.sheets]


def test_marks_of_a_sheet_that_was_renamed_for_a_while_are_taken_off_later(book: xw.Book) -> None:
    sheet = book.sheets[SHEET]
    marked(book, finding("C5"))
    sheet.name = "结对"
    marked(book)
    sheet.name = SHEET

    marked(book)

    assert (fill(book, "C5"), note(book, "C5")) == ("", "")


def test_what_the_clerk_coloured_or_wrote_since_stays(book: xw.Book) -> None:
    marked(book, finding("C5"), finding("C6"))
    book.sheets[SHEET]["C5"].color = "#00B050"
    book.sheets[SHEET]["C6"].note.text = "已核对"

    marked(book)

    assert fill(book, "C5") == "#00B050"
    assert note(book, "C5") == ""
    assert note(book, "C6") == "已核对"
    assert fill(book, "C6") == ""


def test_no_more_than_300_cells_are_marked_and_errors_come_first(book: xw.Book) -> None:
    many = [finding(f"C{row}", Level.WARNING) for row in range(4, 4 + MOST)]

    count, change = marked(book, *many, finding("D4"), finding("D5"))

    assert count == MOST
    assert fill(book, "D5") == FILLS[Level.ERROR]
    assert fill(book, f"C{3 + MOST}") == ""
    assert "还有 2 个单元格" in change.remarks[0]


def test_a_protected_sheet_is_marked_and_protected_again(book: xw.Book) -> None:
    protect(book.sheets[SHEET])

    count, _ = marked(book, finding("C5"))

    assert count == 1
    assert book.sheets[SHEET].impl.protected


def test_a_sheet_with_a_password_is_refused_and_no_sheet_is_left_behind(book: xw.Book) -> None:
    protect(book.sheets[SHEET], "秘密")
    names = [sheet.name for sheet in book.sheets]

    with pytest.raises(UpdateRefused, match="保护密码"):
        marked(book, finding("C5"))

    assert [sheet.name for sheet in book.sheets] == names


def test_a_workbook_of_protected_structure_is_not_marked_and_says_why(book: xw.Book) -> None:
    book.impl.document.protect("")

    count, change = marked(book, finding("C5"))

    assert count == 0
    assert fill(book, "C5") == ""
    assert "结构受保护" in change.remarks[0]


def test_the_memory_is_no_finding_and_no_hindrance_to_a_files_update(
    book: xw.Book, tmp_path: Path
) -> None:
    book.save(tmp_path / "a.xlsx")
    marked(book, finding("C5"))
    book.save(tmp_path / "b.xlsx")

    before, after = (read_ledger(tmp_path / f"{name}.xlsx", "台账.xlsx") for name in "ab")
    update_workbook(
        tmp_path / "b.xlsx", tmp_path / "c.xlsx", [SheetUpdate("log", cells={(4, "place"): "甲"})]
    )

    assert after.findings == before.findings
    assert read_ledger(tmp_path / "c.xlsx").ledger.table


class _Refused(Exception):
    """Excel's error 1004, as pywin32 hands it over."""

    hresult = -2147352567


def test_a_cell_excel_takes_no_note_in_gets_its_fill_and_the_others_all(
    book: xw.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Range.add_note

    def refusing(cells: Range, text: str) -> Any:
        if cells.row == 5:
            raise _Refused
        return write(cells, text)

    monkeypatch.setattr(Range, "add_note", refusing)

    count, _ = marked(book, finding("C5"), finding("C6"))
    shown = [(fill(book, cell), bool(note(book, cell))) for cell in ("C5", "C6")]
    undone = undo_last(book)

    assert count == 2
    assert shown == [(FILLS[Level.ERROR], False), (FILLS[Level.ERROR], True)]
    assert undone == "录入校验"
    assert [fill(book, "C5"), fill(book, "C6"), note(book, "C6")] == ["", "", ""]
