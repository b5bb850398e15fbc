"""An open workbook is read as its file is: the same cells, types, rows and findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwings as xw

from addin.hosts.calc import Office, calc_app
from tests.support.uno_calls import CountedOffice
from tests.workbooks.grids import Grid, headings, mentor_values, row_of, write_grids
from tests.workbooks.template.ledger_rows import AS_OF, filled_rows
from validators.cells import CellColumn
from validators.divisions import find_unit
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger
from validators.sheets import SHEETS, LogRow, MentorRow
from workbooks.live.reading import raw_sheets, read_live
from workbooks.raw.book import RawSheet, read_book
from workbooks.reader import LedgerFile, read_ledger
from workbooks.template.ledger import write_ledger

HEADINGS = headings(MentorRow)


def row(number: int = 1, **changes: object) -> list[object]:
    return row_of(MentorRow, **mentor_values(number, **changes))


def typed(column: CellColumn) -> list[tuple[str, object]]:
    cells = (column.cell(at) for at in range(len(column.codes)))
    return [(type(cell).__name__, cell) for cell in cells]


def without_hidden(findings: list[Finding]) -> set[Finding]:
    return {f for f in findings if f.code not in ("rows.hidden", "columns.hidden")}


def rows_and_cells(ledger: Ledger) -> Iterator[tuple[object, ...]]:
    for model in SHEETS:
        for part in ledger.table(model).parts:
            yield (
                part.key, part.sheet, part.file, list(part.rows), part.ignored, part.rejected,
                part.heading_missing, part.form_rows,
            )  # fmt: skip
            for name, column in part.columns.items():
                yield part.key, name, column.letter, column.heading, typed(column.cells)


def assert_same(live: LedgerFile, file: LedgerFile) -> None:
    assert list(rows_and_cells(live.ledger)) == list(rows_and_cells(file.ledger))
    assert without_hidden(live.findings) == without_hidden(file.findings)
    assert (live.file, live.digest) == (file.file, "")


def both(app: xw.App, path: Path) -> tuple[LedgerFile, LedgerFile]:
    return read_live(app.books.open(path)), read_ledger(path)


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


# --- cells ---------------------------------------------------------------------------------------


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


# --- ledgers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "grid",
    [
        [HEADINGS, row(1), row(2, name=None)],
        [["导师库（某镇）"], ["填报单位："], [None, *HEADINGS], [None, *row(1)], [None, *row(2)]],
        [HEADINGS, row(1), row(2), ["合计", 2], ["填表人：马建国"]],
        [["姓  明" if h == "姓名" else h for h in HEADINGS], row(1)],
        [HEADINGS[:-2], row(1)[:-2]],
        [["随便", "写的"], ["没有", "标题"]],
        [HEADINGS, row(1, born="1975.5"), row(2, born=19750501), row(3, born=1975.5)],
        [],
    ],
    ids=["plain", "offset", "subtotals", "misspelt", "missing", "unmapped", "dates", "empty"],
)
def test_a_table_is_read_as_its_file_is(calc: xw.App, tmp_path: Path, grid: Grid) -> None:
    live, file = both(calc, write_grids(tmp_path / "台账.xlsx", {"导师库": grid}))

    assert_same(live, file)


def test_merged_cells_are_filled_and_told_alike(calc: xw.App, tmp_path: Path) -> None:
    grid = [["导师库"], HEADINGS, *(row(number) for number in range(1, 30))]
    for line in (5, 6, 13, 14, 15, 30):
        grid[line][6] = None
    merges = ["A1:P1", "G5:G7", "G13:G16", "G30:G31", "B20:C20"]
    path = write_grids(tmp_path / "台账.xlsx", {"导师库": grid}, {"导师库": merges})

    live, file = both(calc, path)

    assert_same(live, file)
    told = {f.cell for f in live.findings if f.code == "table.merged"}
    assert told == {"G5", "G13", "G30"}


def test_hidden_unknown_and_missing_sheets_are_told_alike(calc: xw.App, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("填报信息", "导师库", "个人对像", "我的草稿", "_内部"):
            book.add_worksheet(name)
        book.get_worksheet_by_name("导师库").write_row(0, 0, HEADINGS)
        book.get_worksheet_by_name("导师库").hide()
        book.get_worksheet_by_name("_内部").very_hidden()

    live, file = both(calc, path)

    assert_same(live, file)
    assert {f.code for f in live.findings if f.sheet == "导师库"} >= {"sheet.hidden"}
    assert {f.sheet for f in live.findings if f.code == "sheet.unknown"} == {"个人对像", "我的草稿"}


def test_a_ledger_from_the_template_is_read_as_its_file_is(calc: xw.App, tmp_path: Path) -> None:
    path = tmp_path / "开城镇.xlsx"
    write_ledger(path, find_unit("开城镇"), 2026, rows=filled_rows(), as_of=AS_OF)

    live, file = both(calc, path)

    assert_same(live, file)
    assert len(live.ledger.table(LogRow)) > 100


def test_what_a_clerk_has_just_typed_counts(calc: xw.App, tmp_path: Path) -> None:
    path = write_grids(tmp_path / "台账.xlsx", {"导师库": [HEADINGS, row(1)]})
    book = calc.books.open(path)
    book.sheets["导师库"]["B2"].value = "王秀兰"

    assert read_live(book).ledger.table(MentorRow).column("name") == ["王秀兰"]


# --- what is no ledger ---------------------------------------------------------------------------


def test_an_empty_workbook_is_no_ledger(calc: xw.App) -> None:
    with pytest.raises(UnreadableWorkbook, match="不是导师帮带台账") as raised:
        read_live(calc.books.add())

    assert raised.value.code == "file.not_ledger"


def test_a_consolidated_workbook_is_told_by_its_sheets(calc: xw.App, tmp_path: Path) -> None:
    path = tmp_path / "汇总.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("导师库").write_row(0, 0, HEADINGS)
        book.add_worksheet("_汇总数据").hide()

    with pytest.raises(UnreadableWorkbook, match="“汇总表”，不是乡镇台账") as raised:
        read_live(calc.books.open(path))

    assert raised.value.code == "file.other_kind"


# --- round trips ---------------------------------------------------------------------------------


def log_rows(count: int) -> Grid:
    day = dt.date(2026, 1, 1)
    return [
        headings(LogRow),
        *(
            row_of(
                LogRow, log_id=f"R640402104-{n:05d}", date=day + dt.timedelta(n % 150), content="帮"
            )
            for n in range(1, count + 1)
        ),
    ]


def test_reading_a_long_log_takes_no_more_calls_than_a_short_one(
    calc_office: Office, tmp_path: Path
) -> None:
    calls = []
    for count in (100, 10_000):
        path = write_grids(tmp_path / f"{count}.xlsx", {"工作日志": log_rows(count)})
        counted = CountedOffice(calc_office)
        with calc_app(120, counted) as app:  # type: ignore[arg-type]
            book = app.books.open(path)
            before = counted.calls
            read = read_live(book)
            calls.append(counted.calls - before)
        assert len(read.ledger.table(LogRow)) == count

    assert 0 < calls[0] == calls[1]
