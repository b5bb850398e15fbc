"""Busy days and entries bunched at a period's end are stated as facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.log_hints.bunched import Hint
from addin.domain.log_hints.records import log_hints
from tests.build import AS_OF, OTHER_UNIT, a_ledger, a_log_entry, code
from validators.ledger import Ledger
from validators.settings import Settings

SETTINGS = Settings(day_entries=3, period_entries=4)
MATTERS = (
    "分红账目",
    "换届谈话",
    "春季防疫",
    "水渠维修",
    "低保年审",
    "党费收缴",
    "厕所改造",
    "就业培训",
)


def entry(number: int, day: date, **changes: Any) -> Any:
    content = f"在村部一起办{MATTERS[number % 8]}"
    return a_log_entry(number, **{"duty_ids": None, "date": day, "content": content, **changes})


def said(ledger: Ledger, settings: Settings = SETTINGS, as_of: date = AS_OF) -> list[Hint]:
    return list(log_hints(ledger, settings, as_of).hints)


def on(*days: date, **changes: Any) -> Ledger:
    return a_ledger(log=[entry(number, day, **changes) for number, day in enumerate(days, 1)])


def test_many_entries_of_one_recorder_on_one_day_are_stated_with_date_number_and_ids() -> None:
    (hint,) = said(on(*[date(2026, 5, 6)] * 4))

    ids = "、".join(code("R", number) for number in range(1, 5))
    assert (hint.file, hint.code) == ("开城镇.xlsx", "day.many")
    assert hint.facts == f"2026 年 5 月 6 日记录人朱晓明登记日志 4 条（{ids}）"
    assert hint.rows == (4, 5, 6, 7)
    assert hint.log_ids == tuple(code("R", number) for number in range(1, 5))


def test_as_many_as_the_setting_allows_are_not_mentioned() -> None:
    assert said(on(*[date(2026, 5, 6)] * 3)) == []
    assert said(on(*[date(2026, 5, 6)] * 4), Settings()) == []


def test_other_recorders_and_other_townships_are_counted_apart() -> None:
    here = [
        entry(n, date(2026, 5, 6), recorder="朱晓明" if n < 3 else "陈小燕") for n in range(1, 5)
    ]
    there = a_ledger(
        file="三营镇.xlsx",
        unit=OTHER_UNIT,
        log=[entry(n, date(2026, 5, 6), unit=OTHER_UNIT) for n in range(1, 4)],
    )

    assert said(Ledger.merged([a_ledger(log=here), there])) == []


def test_one_joint_activity_counts_once() -> None:
    joint = "集中学习防返贫监测政策，现场演示怎样录入系统"
    days = [date(2026, 5, 6)] * 6
    log = [entry(n, day, content=joint) for n, day in enumerate(days, 1)]
    several = [*log, *(entry(n, days[0]) for n in (11, 12, 13))]

    assert said(a_ledger(log=log)) == []
    (hint,) = said(a_ledger(log=several))
    assert "登记日志 9 条（内容相同的按一条计，为 4 条）" in hint.facts


def test_entries_without_a_recorder_or_rejected_ones_are_nobodys() -> None:
    nobody = on(*[date(2026, 5, 6)] * 4, recorder=None)
    rejected = on(*[date(2026, 5, 6)] * 4)
    rejected.tables["log"].parts[0].rejected.add(0)

    assert said(nobody) == said(rejected) == []


def test_a_month_written_on_its_last_days_is_stated_with_its_share() -> None:
    ledger = on(date(2026, 5, 6), date(2026, 5, 29), date(2026, 5, 30), date(2026, 5, 31))

    (hint,) = said(ledger)

    assert hint.code == "month.bunched"
    assert hint.facts.startswith(
        "2026 年 5 月共登记日志 4 条，其中 3 条（75%）的日期在 5 月 29 日至 5 月 31 日（"
    )
    assert hint.rows == (5, 6, 7)


def test_a_quarter_written_on_its_last_days_is_stated_with_its_share() -> None:
    ledger = on(date(2026, 1, 6), date(2026, 3, 22), date(2026, 3, 23), date(2026, 3, 24))

    (hint,) = said(ledger)

    assert hint.code == "quarter.bunched"
    assert (
        "2026 年第 1 季度共登记日志 4 条，其中 3 条（75%）的日期在 3 月 22 日至 3 月 31 日"
        in hint.facts
    )


@pytest.mark.parametrize(
    "days",
    [
        (date(2026, 5, 6), date(2026, 5, 12), date(2026, 5, 20), date(2026, 5, 31)),
        (date(2026, 5, 29), date(2026, 5, 30), date(2026, 5, 31)),
    ],
    ids=["spread over the month", "too few to tell"],
)
def test_an_ordinary_month_is_not_mentioned(days: tuple[date, ...]) -> None:
    assert said(on(*days)) == []


def test_a_month_not_over_yet_is_not_judged() -> None:
    ledger = on(*(date(2026, 5, day) for day in (28, 29, 30, 31)))

    assert said(ledger, as_of=date(2026, 5, 30)) == []
    assert [hint.code for hint in said(ledger, as_of=date(2026, 5, 31))] == ["month.bunched"]


def test_no_hint_passes_a_judgement() -> None:
    ledger = on(*[date(2026, 5, 31)] * 12)

    told = "".join(hint.facts for hint in said(ledger))

    assert told
    assert not any(word in told for word in ("形式主义", "造假", "突击", "应付"))


def test_missing_columns_are_no_obstacle() -> None:
    log = [entry(n, date(2026, 5, 31)) for n in range(1, 6)]

    assert said(a_ledger(log=log, without=("log.date",))) == []
    assert said(a_ledger(log=log, without=("log",))) == []
    without = said(a_ledger(log=log, without=("log.log_id", "log.content")))
    assert [hint.code for hint in without] == ["day.many", "month.bunched"]
    assert without[0].facts.endswith("登记日志 5 条")


_DAYS = st.sampled_from([date(2026, 3, 30), date(2026, 3, 31), date(2026, 4, 2), date(2026, 5, 31)])
_ROWS = st.lists(
    st.tuples(_DAYS | st.none(), st.sampled_from(["朱晓明", "陈小燕", None])), max_size=30
)


def counted(rows: list[tuple[date | None, str | None]], as_of: date) -> set[tuple[str, Any]]:
    """Return code and rows of every hint, counted row by row; contents are never alike here."""
    dated = [(4 + at, day, recorder) for at, (day, recorder) in enumerate(rows) if day]
    found: set[tuple[str, Any]] = set()
    for day, recorder in {(day, recorder) for _, day, recorder in dated if recorder}:
        own = tuple(row for row, *key in dated if key == [day, recorder])
        if len(own) > SETTINGS.day_entries and day <= as_of:
            found.add(("day.many", own))
    for code_, months, days in (
        ("month.bunched", {3: (3,), 4: (4,), 5: (5,)}, SETTINGS.month_end_days),
        ("quarter.bunched", {3: (1, 2, 3), 6: (4, 5, 6)}, SETTINGS.quarter_end_days),
    ):
        for month, span in months.items():
            last = date(2026, month + 1, 1) - timedelta(days=1)
            own = tuple((row, day) for row, day, _ in dated if day.month in span)
            late = tuple(row for row, day in own if day > last - timedelta(days=days))
            share = 100 * len(late) / len(own) if own else 0
            enough = len(own) >= SETTINGS.period_entries and share >= SETTINGS.period_end_share
            if late and enough and last <= as_of:
                found.add((code_, late))
    return found


@given(_ROWS, st.sampled_from([date(2026, 4, 1), date(2026, 5, 30), date(2026, 7, 1)]))
@settings(max_examples=40)
def test_hints_are_those_a_count_row_by_row_finds(
    rows: list[tuple[date | None, str | None]], as_of: date
) -> None:
    ledger = a_ledger(
        log=[
            entry(n, day, recorder=recorder, content="甲乙丙丁戊己庚辛壬癸"[n % 10] * (5 + n))
            for n, (day, recorder) in enumerate(rows, 1)
        ]
    )

    hints_ = said(ledger, as_of=as_of)

    assert {(hint.code, hint.rows) for hint in hints_} == counted(rows, as_of)
    assert len(hints_) == len({(hint.code, hint.rows) for hint in hints_})
