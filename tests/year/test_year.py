"""A year lived through by script: every figure and every sentence worked out again by plain code."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from addin.actions.update import update_ledgers
from tests.year.plain_flags import RULES
from tests.year.plain_help import Help
from tests.year.plain_rows import Book, read_book
from tests.year.plain_todo import saved_todo, todo
from tests.year.sheets_again import differences, expected, read_together
from tests.year.year_script import MONTHS, NEXT_MONTHS, MonthEnd, live

ALL_MONTHS = range(len(MONTHS) + len(NEXT_MONTHS))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[MonthEnd]:
    return list(live(tmp_path_factory.mktemp("year")))


@pytest.fixture(scope="module")
def days_between(year: list[MonthEnd], tmp_path_factory: pytest.TempPathFactory) -> list[MonthEnd]:
    """Return some of the ledgers as they stand on a day of the next month."""
    folder = tmp_path_factory.mktemp("between")
    return list(_later(year, folder))


def _later(year: list[MonthEnd], folder: Path) -> Iterator[MonthEnd]:
    for number, month in enumerate(year):
        if number % 4 == 3:
            day = month.day + timedelta(1 + 5 * number % 23)
            out = folder / month.path.name
            update_ledgers(month.path, out, as_of=day)
            yield MonthEnd(day, read_book(out), out, month.last_year)


def as_of(month: MonthEnd) -> tuple[Help, int]:
    """Return the rows judgement rests on, and the ledger's year."""
    (form,) = month.book.forms.values()
    book = read_together(month.last_year, month.book) if month.last_year else month.book
    return Help(book, month.day), form["年度"]


def wrong(month: MonthEnd) -> list[str]:
    return differences(expected(*as_of(month)), month.book.tables, month.day)


@pytest.mark.parametrize("number", ALL_MONTHS)
def test_every_generated_sheet_follows_from_the_typed_rows(
    year: list[MonthEnd], number: int
) -> None:
    assert wrong(year[number]) == []


@pytest.mark.parametrize("number", ALL_MONTHS)
def test_the_page_of_the_week_is_saved_as_the_typed_rows_say(
    year: list[MonthEnd], number: int
) -> None:
    month = year[number]

    assert saved_todo(month.path) == todo(as_of(month)[0])


def test_the_same_holds_on_days_between(days_between: list[MonthEnd]) -> None:
    assert [line for month in days_between for line in wrong(month)] == []
    assert [saved_todo(month.path) for month in days_between] == [
        todo(as_of(month)[0]) for month in days_between
    ]


def test_the_year_meets_every_rule_and_every_suggestion(
    year: list[MonthEnd], days_between: list[MonthEnd]
) -> None:
    books: list[Book] = [month.book for month in (*year, *days_between)]

    hit = " ".join(str(row["触发规则"]) for book in books for row in book.rows("预警名单"))
    changes = {row["建议"] for book in books for row in book.rows("导师库调整")}
    taken = {row["入围"] for book in books for row in book.rows("金牌导师")}
    levels = {row["级别"] for book in books for row in book.rows("预警名单")}
    proposed = [row for book in books for row in book.rows("工作日志") if row["职责编号建议"]]

    assert [name for name, *_ in RULES.values() if name not in hit] == []
    assert changes == {"调出", "暂停", "增加帮带人数", "调入"}
    assert taken == {"入围", "未入围"}
    assert levels == {"红", "黄", "蓝"}
    assert proposed
