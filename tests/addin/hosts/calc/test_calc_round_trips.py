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
