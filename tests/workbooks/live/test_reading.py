"""An open ledger is read as its file is: the same rows and findings, in as many calls as sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwings as xw

from addin.hosts.calc import CalcHost, Office, calc_app, values
from tests.support.uno_calls import CountedOffice
from tests.workbooks.grids import Grid, headings, mentor_values, row_of, write_grids
from tests.workbooks.live.refusals import REJECTED, ComError
from tests.workbooks.template.ledger_rows import AS_OF, filled_rows
from validators.cells import CellColumn
from validators.divisions import find_unit
from validators.errors import UnreadableWorkbook
from validators.ledger import Ledger
from validators.sheets import SHEETS, LogEntryRow, MentorRow
from workbooks.live.host import use_host
from workbooks.live.reading import hidden_lines, read_live
from workbooks.live.retry import ExcelBusy, retry, with_retries
from workbooks.ooxml.addresses import Rectangle
from workbooks.reader import LedgerFile, read_ledger
from workbooks.template.workbook import write_ledger

HEADINGS = headings(MentorRow)


def row(number: int = 1, **changes: object) -> list[object]:
    return row_of(MentorRow, **mentor_values(number, **changes))


def typed(column: CellColumn) -> list[tuple[str, object]]:
    cells = (column.cell(at) for at in range(len(column.codes)))
    return [(type(cell).__name__, cell) for cell in cells]


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
    assert set(live.findings) == set(file.findings)
    assert (live.file, live.digest) == (file.file, "")


def both(app: xw.App, path: Path) -> tuple[LedgerFile, LedgerFile]:
    return read_live(app.books.open(path)), read_ledger(path)


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


class CountedHost(CalcHost):
    """Counts how often it is asked what is hidden."""

    questions = 0

    def rows_hidden(self, cells: xw.Range) -> bool | None:
        self.questions += 1
        return super().rows_hidden(cells)

    def columns_hidden(self, cells: xw.Range) -> bool | None:
        self.questions += 1
        return super().columns_hidden(cells)


def hidden_ledger(path: Path, count: int) -> Path:
    """Write a log of `count` rows with three blocks of 7 hidden rows, and two hidden columns."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("工作日志")
        for at, line in enumerate(log_rows(count)):
            sheet.write_row(at, 0, line)
        for first in range(10, 70, 20):
            for row in range(first, first + 7):
                sheet.set_row(row, None, None, {"hidden": True})
        sheet.set_column(2, 3, None, None, {"hidden": True})
    return path


def test_hidden_rows_and_columns_are_told_alike(calc: xw.App, tmp_path: Path) -> None:
    live, file = both(calc, hidden_ledger(tmp_path / "台账.xlsx", 300))

    assert_same(live, file)
    told = {f.code: f.message for f in live.findings if f.code.endswith(".hidden")}
    assert told.keys() == {"rows.hidden", "columns.hidden"}
    assert "21 行" in told["rows.hidden"]


def test_a_sheet_all_of_which_is_hidden_is_told_alike(calc: xw.App, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("导师库")
        for at, line in enumerate([HEADINGS, row(1), row(2)]):
            sheet.write_row(at, 0, line)
            sheet.set_row(at, None, None, {"hidden": True})

    live, file = both(calc, path)

    assert_same(live, file)
    assert "rows.hidden" in {f.code for f in live.findings}


def test_what_is_hidden_is_found_in_as_many_questions_as_it_has_ends(
    calc: xw.App, tmp_path: Path
) -> None:
    asked = []
    for count in (1_000, 16_000):
        book = calc.books.open(hidden_ledger(tmp_path / f"{count}.xlsx", count))
        counted = CountedHost()
        with use_host(counted):
            hidden = hidden_lines(book.sheets[0], Rectangle(1, 1, count + 1, 12))
        asked.append(counted.questions)
        assert len(hidden[0]) == 21
        assert hidden[1] == {3, 4}

    assert asked[0] < 100
    assert asked[1] <= asked[0] + 2 * 4  # four times halved more, at the one block they lie in


def test_a_ledger_from_the_template_is_read_as_its_file_is(calc: xw.App, tmp_path: Path) -> None:
    path = tmp_path / "开城镇.xlsx"
    write_ledger(path, find_unit("开城镇"), 2026, rows=filled_rows(), as_of=AS_OF)

    live, file = both(calc, path)

    assert_same(live, file)
    assert len(live.ledger.table(LogEntryRow)) > 100


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
        headings(LogEntryRow),
        *(
            row_of(
                LogEntryRow,
                log_id=f"R640402104-{n:05d}",
                date=day + dt.timedelta(n % 150),
                content="帮",
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
        assert len(read.ledger.table(LogEntryRow)) == count

    assert 0 < calls[0] == calls[1]


# --- a busy spreadsheet --------------------------------------------------------------------------


def refusing(monkeypatch: pytest.MonkeyPatch, times: float) -> None:
    """Let the spreadsheet refuse so many reads."""
    answer, left = values.read, [times]

    def read(cells: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            raise ComError(REJECTED)
        return answer(cells)

    monkeypatch.setattr(values, "read", read)


def test_a_spreadsheet_that_is_busy_for_a_moment_is_waited_for(
    calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_grids(tmp_path / "台账.xlsx", {"导师库": [HEADINGS, row(1)]})
    book = calc.books.open(path)
    refusing(monkeypatch, 3)

    assert_same(read_live(with_retries(book)), read_ledger(path))


def test_a_spreadsheet_that_stays_busy_is_given_up(
    calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = calc.books.open(write_grids(tmp_path / "台账.xlsx", {"导师库": [HEADINGS, row(1)]}))
    monkeypatch.setattr("workbooks.live.retry.retry", partial(retry, seconds=0.3))
    refusing(monkeypatch, float("inf"))

    with pytest.raises(ExcelBusy, match="Excel 正忙"):
        read_live(with_retries(book))
