"""What is asked for at once is what is asked for range by range."""

from __future__ import annotations

from datetime import datetime

import pytest
import xlwings as xw

from tests.support.whole_sheets import contents, formulas_and_formats, number_formats


@pytest.fixture
def book(calc: xw.App) -> xw.Book:
    made = calc.books.add()
    sheet = made.sheets[0]
    sheet["A1"].value = [["村", 3, None, True], [datetime(2026, 6, 30), 2.5, "=1", "001"]]
    sheet["C4"].formula = "=TODAY()-1"
    sheet["D4:D9"].number_format = "yyyy-mm-dd"
    sheet["D5"].value = 46203
    sheet["E2:F3"].number_format = "0.00"
    made.sheets.add("空", after=sheet)
    made.sheets.add("错", after=sheet)["B2"].formula = "=1/0"
    return made


def test_contents_are_those_of_each_sheet(book: xw.Book) -> None:
    found = contents(book.impl, ["空"])

    assert [*found] == [sheet.name for sheet in book.sheets if sheet.name != "空"]
    for name, rows in found.items():
        cells = book.sheets[name].range((1, 1), (len(rows), max(len(rows[0]), 2)))
        wanted = [[_typed(value) for value in row] for row in cells.raw_value]
        assert [[_typed(None if value == "" else value) for value in row] for row in rows] == [
            row[: len(rows[0])] for row in wanted
        ]


def _typed(value: object) -> tuple[str, object]:
    return type(value).__name__, value


def test_areas_have_the_number_format_of_each_cell(book: xw.Book) -> None:
    sheet = book.sheets[0]
    formats = book.impl.formats

    at = {
        (row, column): formats.code(key)
        for key, (top, left, height, width) in number_formats(sheet.impl)
        for row in range(top, min(top + height, 11))
        for column in range(left, min(left + width, 8))
    }

    assert at == {place: sheet[place[0] - 1, place[1] - 1].number_format for place in at}
    assert len(at) == 10 * 7
    assert {"General", "yyyy-mm-dd", "0.00"} <= {*at.values()}


def test_formulas_and_formats_tell_of_every_change(book: xw.Book) -> None:
    before = formulas_and_formats(book.impl)

    book.sheets[0]["B2"].formula = "=1+1.5"
    changed = formulas_and_formats(book.impl)
    book.sheets[0]["B2"].value = 2.5
    back = formulas_and_formats(book.impl)
    book.sheets[0]["B1"].number_format = "0.0"

    assert changed != before == back
    assert formulas_and_formats(book.impl) != back
