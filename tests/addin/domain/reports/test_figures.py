"""Figures of a period equal what plain code counts over the rows; units are compared like with like."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.reports.figures import (
    MEASURES,
    Comparison,
    PeriodLedger,
    PeriodResult,
    period_result,
)
from addin.domain.reports.period import Period, parse_period, period_over_by
from addin.domain.reports.words import MOST_CHARACTERS, ReportWords
from addin.domain.summaries import merge, summarise
from tests.build import a_ledger
from validators.divisions import CITY, by_code
from validators.errors import UsageError
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from workbooks.samples import clean_rows

AS_OF = date(2026, 6, 30)
UNITS = ("640402104", "640422100", "640423100")
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rows() -> dict[str, Rows]:
    return {code: clean_rows(code, seed=5, as_of=AS_OF, log_rows=90) for code in UNITS}


def ledger_from(code: str, rows: Rows, as_of: date = AS_OF) -> PeriodLedger:
    own = dict(rows)
    form = own.pop("unit")
    ledger = a_ledger(file=f"{code}.xlsx", unit=code, form=form, **own)
    validate(ledger, RuleContext(as_of))
    return PeriodLedger(ledger, Settings())


@pytest.fixture(scope="module")
def ledgers(rows: dict[str, Rows]) -> list[PeriodLedger]:
    return [ledger_from(code, own) for code, own in rows.items()]


def result(ledgers: list[PeriodLedger], period: str, as_of: date = AS_OF) -> PeriodResult:
    return period_result(ledgers, parse_period(period), as_of)


def within(period: Period, day: Any) -> bool:
    return bool(day) and period.first <= day <= period.last


@pytest.mark.parametrize("name", ["2026Q1", "2026Q2", "2026H1", "2026"])
def test_what_happened_is_counted_from_dated_rows(
    rows: dict[str, Rows], ledgers: list[PeriodLedger], name: str
) -> None:
    period = parse_period(name)

    told = result(ledgers, name)

    for code, own in rows.items():
        figures = told.units[code]
        log = [row for row in own["log"] if within(period, row["date"])]
        ids = [len(set(str(row["pairing_ids"]).split("、"))) for row in log]
        online = [n for n, row in zip(ids, log, strict=True) if row["form"] == "线上"]
        assert (figures.contacts, figures.online) == (sum(ids), sum(online))
        dated = {
            "begun": [row["paired_on"] for row in own["pairing"]],
            "assessments": [row["assessed_on"] for row in own["assessment"]],
            "graded": [row["assessed_on"] for row in own["completion"]],
            "closed": [row.get("closed_on") for row in own["organisation"]],
            "duties_due": [row["due_on"] for row in own["duty"]],
        }
        assert {key: getattr(figures, key) for key in dated} == {
            key: sum(
                within(Period(period.first, period.months), day) and day <= AS_OF for day in days
            )
            for key, days in dated.items()
        }


def test_pairings_at_the_end_are_those_before_with_the_begun_without_the_ended(
    ledgers: list[PeriodLedger],
) -> None:
    before, now = result(ledgers, "2026Q1"), result(ledgers, "2026Q2")

    for unit, figures in now.units.items():
        running = before.units[unit].stock.pairings + figures.begun - figures.ended
        assert figures.stock.pairings == running, unit


def test_what_stands_at_the_end_is_what_the_overview_says(ledgers: list[PeriodLedger]) -> None:
    overview = merge(summarise(each.ledger, AS_OF, each.settings) for each in ledgers)

    told = result(ledgers, "2026Q2")

    assert {unit: figures.stock for unit, figures in told.units.items()} == dict(overview.units)


def test_mentors_who_help_are_counted_among_those_in_the_pool(
    rows: dict[str, Rows], ledgers: list[PeriodLedger]
) -> None:
    told = result(ledgers, "2026Q2")

    for code, own in rows.items():
        active = {row["mentor_id"] for row in own["mentor"] if row["status"] == "在库"}
        helping = {row["mentor_id"] for row in own["pairing"] if row["status"] == "帮带中"}
        assert told.units[code].helping == len(active & helping)


def test_a_mentor_who_helps_in_another_county_is_counted_at_home(rows: dict[str, Rows]) -> None:
    home, away = UNITS[:2]
    own = {code: {**rows[code]} for code in (home, away)}
    idle = {row["mentor_id"] for row in own[home]["mentor"] if row["status"] == "在库"}
    idle -= {row["mentor_id"] for each in own.values() for row in each["pairing"]}
    pairings = [
        {**row, "mentor_id": mentor, "mentor_name": None} if row["status"] == "帮带中" else row
        for row, mentor in zip(own[away]["pairing"], [*sorted(idle)] * 99, strict=False)
    ]
    own[away]["pairing"] = pairings

    told = result([ledger_from(code, each) for code, each in own.items()], "2026Q2")

    running = {row["mentor_id"] for row in pairings if row["status"] == "帮带中"}
    assert running <= idle
    assert told.units[away].helping == 0
    assert told.units[home].helping == len(running | told.units[home].stock.engaged & idle) + len(
        told.units[home].active & told.units[home].stock.engaged
    )
    assert told.of(told.units).helping == sum(figures.helping for figures in told.units.values())


def test_only_units_both_periods_have_are_compared(
    rows: dict[str, Rows], ledgers: list[PeriodLedger]
) -> None:
    last, now = ledgers[:2], ledgers[1:]

    comparison = Comparison(result(now, "2026Q2"), result(last, "2026Q1"))

    assert comparison.same == (UNITS[1],)
    assert (comparison.only_now, comparison.only_before) == ((UNITS[2],), (UNITS[0],))
    alone = Comparison(result(ledgers[1:2], "2026Q2"), result(ledgers[1:2], "2026Q1"))
    for told, own in zip(comparison.changes(), alone.changes(), strict=True):
        assert (told.same_now, told.before, told.change) == (own.now, own.before, own.change)
    total = {each.measure.name: each for each in comparison.changes()}["在库导师"]
    mentors = [sum(r["status"] == "在库" for r in rows[code]["mentor"]) for code in UNITS]
    assert total.now == mentors[1] + mentors[2]
    assert total.same_now == mentors[1]
    words = ReportWords(by_code()[CITY], comparison, ()).compared()
    assert "隆德县城关镇上期没有数据，不参加对比" in words
    assert "原州区开城镇本期没有数据，不参加对比" in words


def test_a_unit_that_had_not_begun_is_not_compared(rows: dict[str, Rows]) -> None:
    late = {**rows[UNITS[0]]}
    late["mentor"] = [{**r, "joined_on": date(2026, 4, 9)} for r in late["mentor"]]
    for key in ("individual", "organisation"):
        late[key] = [{**r, "chosen_on": date(2026, 4, 9)} for r in late[key]]
    late["pairing"], late["log"], late["duty"] = [], [], []
    started = [ledger_from(UNITS[0], late), ledger_from(UNITS[1], rows[UNITS[1]])]

    comparison = Comparison(result(started, "2026Q2"), result(started, "2026Q1"))

    assert comparison.only_now == (UNITS[0],)


def test_a_period_that_lasts_is_counted_to_the_day(ledgers: list[PeriodLedger]) -> None:
    told = result(ledgers, "2026H1", date(2026, 5, 10))

    assert told.day == date(2026, 5, 10)
    assert told.of(told.units).stock.contacts.get("2026-06") is None


def test_the_last_month_is_judged_once_it_is_over(ledgers: list[PeriodLedger]) -> None:
    on_the_day = result(ledgers, "2026Q2")

    after = result(ledgers, "2026Q2", date(2026, 7, 1))

    assert after.of(after.units).months_owed > on_the_day.of(on_the_day.units).months_owed > 0


def test_the_text_for_wechat_has_300_characters_at_most(ledgers: list[PeriodLedger]) -> None:
    for scope in (by_code()[CITY], by_code()["640402"]):
        for name in ("2026Q2", "2026H1", "2026"):
            now, before = result(ledgers, name), result(ledgers, "2026Q1")
            for earlier in (None, before):
                text = ReportWords(scope, Comparison(now, earlier), ()).wechat()
                assert "名正在帮带" in text
                assert text.endswith("。")
                assert len(text) <= MOST_CHARACTERS == 300


def test_measures_have_names_of_their_own() -> None:
    names = [measure.name for measure in MEASURES]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "first", "last", "told", "before"),
    [
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30), "2026年第三季度", "2026Q2"),
        ("2026q1", date(2026, 1, 1), date(2026, 3, 31), "2026年第一季度", "2025Q4"),
        ("2026H1", date(2026, 1, 1), date(2026, 6, 30), "2026年上半年", "2025H2"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年度", "2025"),
    ],
)
def test_periods_are_read(text: str, first: date, last: date, told: str, before: str) -> None:
    period = parse_period(text)

    assert (period.first, period.last, str(period)) == (first, last, told)
    assert (period.code, period.before.code) == (text.upper(), before)


@pytest.mark.parametrize("text", ["", "2026Q5", "Q3", "2026-07", "26Q1", "2026H3"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="请填写为 2026Q3、2026H1 或 2026"):
        parse_period(text)


def test_the_quarter_a_clerk_means_is_the_last_that_is_over() -> None:
    days = (date(2026, 6, 30), date(2026, 7, 1), date(2026, 8, 9), date(2026, 1, 5))

    assert [period_over_by(day).code for day in days] == ["2026Q2", "2026Q2", "2026Q2", "2025Q4"]


def test_nothing_is_left_of_an_empty_ledger() -> None:
    empty = period_result([], parse_period("2026Q2"), AS_OF)

    assert empty.units == {}
    assert Ledger.merged([]).tables.keys() == empty.facts.ledger.tables.keys()
