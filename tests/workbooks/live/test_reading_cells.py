"""The cells of an open workbook are those of its file, in place and type."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwings as xw

from tests.workbooks.grids import headings, mentor_values, row_of
from validators.cells import CellColumn
from validators.sheets import MentorRow
from workbooks.live.reading import raw_sheets
from workbooks.raw.book import RawSheet, read_book

HEADINGS = headings(MentorRow)


def row(number: int = 1, **changes: object) -> list[object]:
    return row_of(MentorRow, **mentor_values(number, **changes))


def typed(column: CellColumn) -> list[tuple[str, object]]:
    cells = (column.cell(at) for at in range(len(column.codes)))
    return [(type(cell).__name__, cell) for cell in cells]


def sheet_cells(sheet: RawSheet) -> tuple[object, ...]:
    filled = {at: typed(c) for at, c in enumerate(sheet.columns) if c.values}
    return sheet.name, sheet.hidden, sheet.n_rows, filled, sorted(sheet.merges)


def written(path: Path, fill: Callable[[Any, Any], None]) -> Path:
    """Write a workbook of one sheet 导师库."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        fill(book, book.add_worksheet("导师库"))
    return path


def assert_same_cells(app: xw.App, path: Path) -> list[RawSheet]:
    live = raw_sheets(app.books.open(path), lambda _: True)
    file = read_book(path)
    assert [sheet_cells(s) for s in live.sheets] == [sheet_cells(s) for s in file.sheets]
    assert live.notices == file.notices
    return live.sheets


def test_every_type_of_cell_is_as_in_the_file(calc: xw.App, tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        def style(code: str) -> Any:
            return book.add_format({"num_format": code})

        for line, (value, code) in enumerate(
            [
                (dt.date(2026, 3, 5), "yyyy-mm-dd"),
                (dt.date(2026, 3, 5), 'yyyy"年"m"月"d"日"'),
                (dt.date(2026, 3, 5), "m/d"),
                (dt.datetime(2026, 3, 5, 14, 30), "yyyy/m/d h:mm"),
                (dt.datetime(2026, 3, 5, 23, 59, 59), "yyyy-mm-dd hh:mm:ss"),
                (dt.time(9, 15), "h:mm"),
                (dt.time(9, 15, 30), "hh:mm:ss"),
                (dt.time(14, 5), 'h"时"mm"分"'),
                (0.75, "[h]:mm"),
                (0.85, "0%"),
                (0.5, "General"),
                (86, "0.00"),
                (12.5, "¥#,##0.00"),
                (64040219800501, "0"),
                (640402198005012345, "0"),
                (-3, "0"),
                (0, "0"),
                (44, "yyyy-mm-dd"),
                (60, "yyyy-mm-dd"),
                (61, "yyyy-mm-dd"),
            ]
        ):
            sheet.write(2 + line, 1, value, style(code))
        for line, text in enumerate(
            [
                "640402198005012345",
                "007",
                "2026.3.5",
                "#N/A",
                "=1+1",
                "上\n下",
                " 空 ",
                "TRUE",
                "👍",
            ]
        ):
            sheet.write_string(2 + line, 2, text)
        sheet.write_boolean(2, 3, True)
        sheet.write_boolean(3, 3, False)
        sheet.write_formula("D5", "=1=1", None, True)
        sheet.write_formula("D7", "=1+1.5", None, 2.5)
        for line, (formula, error) in enumerate(
            [("=NA()", "#N/A"), ("=1/0", "#DIV/0!"), ("=BD_X()", "#NAME?"), ('=1+"a"', "#VALUE!")]
        ):
            sheet.write_formula(2 + line, 4, formula, None, error)

    (sheet,) = assert_same_cells(calc, written(tmp_path / "a.xlsx", fill))

    assert sheet.columns[1].cell(7) == dt.time(9, 15)
    assert str(sheet.columns[4].cell(3)) == "#DIV/0!"


@pytest.mark.parametrize("place", [(0, 0), (6, 4), (0, 30), (90, 0)])
def test_a_table_may_begin_anywhere(calc: xw.App, tmp_path: Path, place: tuple[int, int]) -> None:
    down, right = place

    def fill(_: Any, sheet: Any) -> None:
        for at, line in enumerate([["编号", "姓名"], ["D-1", None], [None, "马"]]):
            sheet.write_row(down + at, right, line)

    (sheet,) = assert_same_cells(calc, written(tmp_path / "a.xlsx", fill))

    assert (sheet.n_rows, len(sheet.columns)) == (down + 3, right + 2)


def test_empty_rows_with_formats_are_no_rows(calc: xw.App, tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        border = book.add_format({"border": 1, "num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADINGS)
        for line in range(1, 3000):
            sheet.write_blank(line, 3, None, border)
        sheet.write_row(4, 0, ["D-1", "马"])

    (sheet,) = assert_same_cells(calc, written(tmp_path / "a.xlsx", fill))

    assert sheet.n_rows == 5


@pytest.mark.parametrize(
    "strays",
    [[(1, 16_000, "远"), (0, 16_383, "更远")], [(39_999, 2, "下面"), (60_000, 0, "更下面")]],
)
def test_stray_cells_are_left_out_and_disclosed_alike(
    calc: xw.App, tmp_path: Path, strays: list[tuple[int, int, str]]
) -> None:
    def fill(_: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, row(1)[:3])
        for stray in strays:
            sheet.write(*stray)

    (sheet,) = assert_same_cells(calc, written(tmp_path / "a.xlsx", fill))

    assert (sheet.n_rows, len(sheet.columns)) == (2, len(HEADINGS))


def test_an_empty_sheet_and_one_of_a_single_cell(calc: xw.App, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("空")
        book.add_worksheet("一").write("A1", "只有一格")
        book.add_worksheet("远").write("C7", 5)

    assert_same_cells(calc, tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("visible", "hidden"), [(True, False), (False, True), (-1, False), (0, True), (2, True)]
)
def test_a_very_hidden_sheet_is_hidden_though_excel_calls_it_visible(
    calc: xw.App, monkeypatch: pytest.MonkeyPatch, visible: object, hidden: bool
) -> None:
    book = calc.books.add()
    monkeypatch.setattr(xw.Sheet, "visible", visible)

    assert [
        sheet.hidden for sheet in raw_sheets(book, lambda _: True, with_hidden=True).sheets
    ] == [hidden]


def test_sheets_not_wanted_are_there_by_name_only(calc: xw.App) -> None:
    book = calc.books.add()
    book.sheets[0]["A1"].value = "内容"

    (sheet,) = raw_sheets(book, lambda _: False).sheets

    assert (sheet.name, sheet.columns, sheet.n_rows) == (book.sheets[0].name, [], 0)


def test_numbers_shown_as_something_else_totals_and_formulas_of_today_are_as_in_the_file(
    calc: xw.App, tmp_path: Path
) -> None:
    shown = [(17, '"J640402104-"000'), (1, "0%"), (3, '0"人"'), (7, "000"), (2026, "yyyy-mm-dd")]

    def fill(book: Any, sheet: Any) -> None:
        for line, (value, code) in enumerate(shown):
            sheet.write(2 + line, line, value, book.add_format({"num_format": code}))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_formula("H3", "=TODAY()", day, 46000)
        sheet.write("H4", dt.datetime.now().astimezone().date(), day)  # typed, not worked out
        sheet.write_formula("H5", "=TODAY()", day, 46000)
        columns = [{"header": "村", "total_string": "某计"}, {"header": "人数"}]
        sheet.add_table("A11:B14", {"columns": columns, "total_row": True})

    path = written(tmp_path / "a.xlsx", fill)
    (live,) = raw_sheets(calc.books.open(path), lambda _: True).sheets
    (file,) = read_book(path).sheets

    assert [typed(c) for c in live.columns[:7]] == [typed(c) for c in file.columns[:7]]
    assert live.totals == file.totals == {14}
    cells = [(area.top, area.left) for area in file.volatile]
    assert [(area.top, area.left) for area in live.volatile] == cells == [(3, 8), (5, 8)]
