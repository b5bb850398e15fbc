"""A year lived through by script: every figure and every sentence worked out again by plain code."""

from __future__ import annotations

import pytest

from tests.year.plain_help import Help
from tests.year.sheets_again import differences, expected, read_together
from tests.year.year_script import MONTHS, NEXT_MONTHS, MonthEnd, live


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[MonthEnd]:
    return list(live(tmp_path_factory.mktemp("year")))


@pytest.mark.parametrize("number", range(len(MONTHS) + len(NEXT_MONTHS)))
def test_every_generated_sheet_follows_from_the_typed_rows(
    year: list[MonthEnd], number: int
) -> None:
    month = year[number]
    book = read_together(month.last_year, month.book) if month.last_year else month.book

    wanted = expected(Help(book, month.day), month.day.year)

    assert differences(wanted, month.book.tables, month.day) == []
