"""A year lived through by script: every figure and every sentence worked out again by plain code."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from addin.actions.update import update_ledgers
from tests.support.shared import SharedFolder
from tests.year.plain_flags import RULES
from tests.year.plain_help import Help
from tests.year.plain_rows import Book, read_book
from tests.year.plain_todo import saved_todo, todo
from tests.year.sheets_again import KEPT, differences, expected, read_together
from tests.year.year_script import BLAMED, MONTHS, NEXT_MONTHS, MonthEnd, live, mentee_of

NOTES = "months.pickle"
ALL_MONTHS = range(len(MONTHS) + len(NEXT_MONTHS))


def live_and_note(folder: Path) -> None:
    """Live the year in a folder, and note its rows there."""
    (folder / NOTES).write_bytes(pickle.dumps(list(live(folder))))


@pytest.fixture(scope="module")
def year(shared_folder: SharedFolder) -> list[MonthEnd]:
    folder = shared_folder("year", live_and_note)
    months = pickle.loads((folder / NOTES).read_bytes())
    return [month._replace(path=folder / month.path.name) for month in months]


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


def test_statuses_follow_from_decisions_typed_once(year: list[MonthEnd]) -> None:
    august, september, january = (year[number].book for number in (7, 8, 12))

    (mentor,) = (row for row in august.rows("导师库") if row["导师编号"] == BLAMED)
    (closed,) = (row for row in september.rows("组织对象") if row["对象编号"] == mentee_of("Z4"))
    stages = {row["对象编号"]: row["培养阶段"] for row in january.rows("个人对象")}
    (decided,) = (row for row in august.rows("导师库调整") if row["导师编号"] == BLAMED)
    assert (mentor["状态"], mentor["状态变更日期"]) == ("调出", date(2026, 8, 5))
    assert (decided["理由"], decided["决定"], decided["日期"]) == (KEPT, "同意", date(2026, 8, 5))
    assert (closed["状态"], closed["状态变更日期"]) == ("已销号", date(2026, 9, 20))
    assert (stages[mentee_of("G3")], stages[mentee_of("G10")]) == ("后备干部", "致富带头人")


def test_pairings_and_mentees_follow_from_the_assessments_at_the_end(year: list[MonthEnd]) -> None:
    book = year[12].book
    pairings = {row["结对编号"]: row for row in book.rows("结对台账")}
    running = {row["对象编号"] for row in pairings.values() if row["状态"] == "帮带中"}
    ended = [row for row in book.rows("期满考核") if row["考核日期"].year == 2027]

    ends = {row["结论"] for row in ended}
    for row in ended:
        pairing = pairings[row["结对编号"]]
        if row["结论"] == "续帮":
            assert (pairing["状态"], pairing["期满日期"]) == ("帮带中", date(2028, 1, 14))
        else:
            assert (pairing["状态"], pairing["期满日期"]) == ("期满", date(2027, 1, 14))
    statuses = {row["对象编号"]: row["状态"] for row in book.rows("个人对象")}
    for row in ended:
        mentee = pairings[row["结对编号"]]["对象编号"]
        if mentee in statuses:
            assert statuses[mentee] == ("帮带中" if mentee in running else "期满出师")
    assert ends == {"出师", "续帮"}


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
