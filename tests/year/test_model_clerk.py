"""The model clerk over the product's own path: who keeps the plan and names the duty is never flagged."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from addin.actions.ledger_set import read_ledgers
from addin.actions.new import start_ledger
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from tests.year.clerk import Clerk
from tests.year.plain_duties import duties
from tests.year.plain_help import Help
from tests.year.plain_rows import SIX, Book, code_of
from tests.year.township import FORM, UNIT, a_mentor, an_assessment, an_individual, an_organisation
from tests.year.year_script import month_end

PAIRED = date(2026, 1, 1)
SCORES = {
    "G4": "424332",
    "G5": "332423",
    "G6": "222222",
    "G7": "333433",
    "Z1": "332333",
    "Z2": "131313",
}
"""Surveys with one weak aspect, two, all six and none."""


class Year(NamedTuple):
    """What a year came to.

    Attributes:
        flags: Who was flagged on which day, and why: at every month end and a few days before.
        last: The ledger on the last day.
        refused: What the confirmation refused.
    """

    flags: dict[date, list[tuple[str, str]]]
    last: Book
    refused: tuple[str, ...]


def flagged(path: Path, day: date) -> list[tuple[str, str]]:
    """Return who is flagged in a ledger on a day, and on what facts."""
    (ledger,) = read_ledgers(path, as_of=day).examined
    facts = LedgerFacts.of(ledger.ledger, ledger.settings, day)
    return [(flag.mentee_id, flag.as_row()["facts"]) for flag in flags(facts)]


def names_the_duty_due_first(clerk: Clerk, day: date) -> None:
    """Type one contact of every pairing that names its open duty due first."""
    helped = Help(clerk.book, day)
    by_due = sorted(duties(helped), key=lambda duty: (duty.row["截止日期"], duty.code))
    for pairing in clerk.book.rows("结对台账"):
        row = next(
            duty.row
            for duty in by_due
            if code_of(duty.row["结对编号"]) == pairing["结对编号"] and duty.progress != "已完成"
        )
        clerk.add(
            "工作日志", 日期=day, 结对编号=pairing["结对编号"], 职责编号=row["职责编号"],
            帮带方面=row["帮带方面"], 帮带作用="带", 帮带方法=row["帮带方法"], 形式="线下",
            内容=f"{day.month}月{pairing['结对编号'][-3:]}：{row['职责事项']}", 记录人="马小云",
        )  # fmt: skip


def better(mentee: str, steps: int) -> str:
    """Return six scores some steps above the survey."""
    return "".join(str(min(5, int(score) + steps)) for score in SCORES[mentee])


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    folder: Path = tmp_path_factory.mktemp("model")
    start_ledger(UNIT, folder / "000.xlsx", year=2026, as_of=PAIRED)
    clerk = Clerk(folder / "000.xlsx")
    clerk.form(**{**FORM, "填报时间": PAIRED})
    for number in range(1, 13):
        clerk.add("导师库", **a_mentor(number))
    chosen = {"确定日期": date(2025, 12, 22), "摸底日期": date(2025, 12, 22)}
    for mentee, scores in SCORES.items():
        sheet, row = (
            ("组织对象", an_organisation) if mentee[0] == "Z" else ("个人对象", an_individual)
        )
        known = dict(zip(SIX, map(int, scores), strict=True))
        clerk.add(sheet, **row(int(mentee[1:]), **known, **chosen))
    clerk.save()
    waiting = [
        row["对象编号"] for name in ("个人对象", "组织对象") for row in clerk.book.rows(name)
    ]
    confirmed = clerk.pair(PAIRED, *waiting)
    found = {}
    for month in range(1, 13):
        if month > 1:  # January lies in the grace
            names_the_duty_due_first(clerk, date(2026, month, 12))
        if month % 3 == 0:
            for mentee in SCORES:
                day = date(2026, month, 20)
                clerk.add("成长评价", **an_assessment(mentee, day, better(mentee, month // 3), 5))
        if month == 11:
            for row in clerk.book.rows("结对台账"):
                clerk.add(
                    "期满考核", 结对编号=row["结对编号"], 考核日期=date(2026, 11, 30), 得分=95, 等次="优秀",
                    考核单位="开城镇党委", 结论="出师",
                )  # fmt: skip
        clerk.save()
        for day in (date(2026, month, 23 + month % 4), month_end(2026, month)):
            found[day] = flagged(clerk.path, day)
    clerk.update(date(2026, 12, 31))
    shown = [(row["对象编号"], row["依据"]) for row in clerk.book.rows("预警名单")]
    assert shown == found[date(2026, 12, 31)]
    return Year(found, clerk.book, confirmed.refused)


def test_everybody_is_paired_for_a_year(year: Year) -> None:
    rows = year.last.rows("结对台账")

    assert year.refused == ()
    assert {code_of(row["对象编号"]) for row in rows} == {
        f"{short[0]}{UNIT}-{int(short[1:]):03}" for short in SCORES
    }
    assert {(row["结对日期"], row["期满日期"]) for row in rows} == {(PAIRED, date(2026, 12, 31))}


def test_nobody_is_flagged_on_any_day(year: Year) -> None:
    assert len(year.flags) == 24
    assert {day: found for day, found in year.flags.items() if found} == {}


def test_every_duty_is_done_at_the_end(year: Year) -> None:
    rows = year.last.rows("职责清单")

    assert {row["结对编号"] for row in rows} == {
        row["结对编号"] for row in year.last.rows("结对台账")
    }
    assert [(row["职责编号"], row["进度"]) for row in rows if row["进度"] != "已完成"] == []
    assert {row["完成率"] for row in rows} == {100}


def test_on_the_last_day_every_mentor_meets_the_conditions_and_the_best_are_shortlisted(
    year: Year,
) -> None:
    rows = year.last.rows("金牌导师")

    assert rows
    assert [row["硬性条件"] for row in rows if "未达到" in row["硬性条件"]] == []
    assert rows[0]["入围"] == "入围"
