"""The number of calls to LibreOffice depends on what is done, never on the number of rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from time import perf_counter

import pytest
import xlwings as xw

from addin.hosts.calc import Office, calc_app
from tests.support.uno_calls import CountedOffice

Action = Callable[[xw.Sheet, int], object]


def rows(count: int) -> list[list[object]]:
    return [
        [f"G{row}", "'007", row, None, dt.date(2026, 1, 5), row % 2 == 0, f"=C{row}*2", "说明" * 5]
        + ["x"] * 6
        for row in range(1, count + 1)
    ]


def write(sheet: xw.Sheet, count: int) -> None:
    sheet["A1"].value = rows(count)


def read(sheet: xw.Sheet, count: int) -> object:
    return sheet.used_range.value


def read_formulas(sheet: xw.Sheet, count: int) -> object:
    return sheet.used_range.formula


def fill_formulas(sheet: xw.Sheet, count: int) -> None:
    sheet.range((1, 20), (count, 20)).formula = "=C1*3"


def colour(sheet: xw.Sheet, count: int) -> None:
    sheet.range((1, 1), (count, 14)).color = (255, 199, 206)


def empty(sheet: xw.Sheet, count: int) -> None:
    sheet.range((1, 1), (count, 14)).value = None


def calls(office: Office, action: Action, count: int) -> int:
    """Return the calls `action` makes on a sheet of `count` rows."""
    counted = CountedOffice(office)
    with calc_app(120, counted) as app:  # type: ignore[arg-type]
        sheet = app.books.add().sheets[0]
        write(sheet, count)
        before = counted.calls
        action(sheet, count)
        return counted.calls - before


@pytest.mark.parametrize("action", [write, read, read_formulas, fill_formulas, colour, empty])
def test_ten_times_the_rows_make_no_more_calls(calc_office: Office, action: Action) -> None:
    few = calls(calc_office, action, 40)
    many = calls(calc_office, action, 400)

    assert 0 < few == many


def test_a_whole_log_is_read_and_written_in_moments(calc: xw.App) -> None:
    sheet = calc.books.add().sheets[0]
    values = rows(3000)

    started = perf_counter()
    sheet["A1"].value = values
    written = perf_counter()
    found = sheet.used_range.value
    done = perf_counter()

    assert found[2999][:4] == ["G3000", "007", 3000.0, None]
    assert found[2999][4:7] == [dt.datetime(2026, 1, 5), True, 6000.0]
    assert written - started < 20  # 1.5 s on an idle machine
    assert done - written < 5  # 0.1 s


def test_sheets_met_before_are_not_asked_for_again(calc_office: Office) -> None:
    counted = CountedOffice(calc_office)
    with calc_app(120, counted) as app:  # type: ignore[arg-type]
        book = app.books.add()
        for _ in range(9):
            book.sheets.add()
        first = [sheet.name for sheet in book.sheets]
        before = counted.calls

        again = [sheet.name for sheet in book.sheets]

        assert again == first
        assert counted.calls - before <= 2 + len(first)


def test_a_sheet_of_a_former_ones_name_is_another_sheet(calc: xw.App) -> None:
    book = calc.books.add()
    book.sheets[0].name = "甲"
    book.sheets.add("乙", after=book.sheets["甲"])["A1"].value = "旧"
    assert [sheet["A1"].value for sheet in book.sheets] == [None, "旧"]

    book.sheets["乙"].delete()
    book.sheets.add("乙", after=book.sheets["甲"])
    book.sheets["甲"]["A1"].value = "甲的"
    anew = [(sheet.name, sheet["A1"].value) for sheet in book.sheets]
    book.sheets["甲"].name = "丙"
    book.sheets["乙"].name = "甲"
    book.sheets["丙"].name = "乙"

    assert anew == [("甲", "甲的"), ("乙", None)]
    assert [(sheet.name, sheet["A1"].value) for sheet in book.sheets] == [
        ("乙", "甲的"), ("甲", None),
    ]  # fmt: skip


def test_hidden_lines_are_those_of_the_cells_asked_about(calc: xw.App) -> None:
    sheet = calc.books.add().sheets[0]
    sheet["B2:C4"].rows[1].impl.row_hidden = True
    sheet["E1:F9"].impl.column_hidden = True

    rows = [sheet[cells].impl.row_hidden for cells in ("A1:A2", "A3", "A2:A4", "A4:A9", "E3:F3")]
    columns = [sheet[cells].impl.column_hidden for cells in ("A1:D1", "E3", "D2:E2", "G1:H1")]

    assert rows == [False, True, None, False, True]
    assert columns == [False, True, None, False]
