"""Awards, pool and ranking of sample ledgers, worked out again by plain Python over the rows."""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from addin.domain.awards import Award, awards
from addin.domain.contacts import Contacts
from addin.domain.duties import duty_report
from addin.domain.exchange import unanswered
from addin.domain.facts import LedgerFacts
from addin.domain.pool_changes import Adjustment, pool_changes
from addin.domain.ranking import Standing, ranking
from tests.build import a_ledger
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from workbooks.samples import clean_rows

AS_OF = date(2026, 6, 30)
NEW_YEAR = date(2026, 1, 1)
UNITS = ("640402104", "640402105", "640422100")
ASPECTS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")

Rows = dict[str, list[dict[str, Any]]]


class World(NamedTuple):
    """Three townships as rows and as a merged ledger."""

    rows: Rows
    by_unit: dict[str, Rows]
    ledger: Ledger


def typed(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row's values as a clerk types them."""
    return {
        name: "、".join(value) if isinstance(value, list | tuple) else value
        for name, value in row.items()
    }


@pytest.fixture(scope="module")
def world() -> World:
    together: Rows = defaultdict(list)
    by_unit, ledgers = {}, []
    for number, code in enumerate(UNITS):
        rows = clean_rows(code, seed=40 + number, as_of=AS_OF, log_rows=250)
        cells = {key: [typed(row) for row in some] for key, some in rows.items()}
        form = cells.pop("unit")
        ledger = a_ledger(file=f"{code}.xlsx", unit=code, form=form, **cells)
        validate(ledger, RuleContext(AS_OF))
        ledgers.append(ledger)
        by_unit[code] = rows
        for key, some in rows.items():
            together[key] += some
    assert not any(
        part.rejected for one in ledgers for t in one.tables.values() for part in t.parts
    )
    return World(together, by_unit, Ledger.merged(ledgers))


@pytest.fixture(scope="module")
def facts(world: World) -> LedgerFacts:
    return LedgerFacts.of(world.ledger, Settings(), AS_OF)


@pytest.fixture(scope="module")
def judged(world: World, facts: LedgerFacts) -> tuple[Award, ...]:
    return awards(facts)


@pytest.fixture(scope="module")
def suggested(world: World, facts: LedgerFacts) -> tuple[Adjustment, ...]:
    return pool_changes(facts)


@pytest.fixture(scope="module")
def ranked(world: World, facts: LedgerFacts) -> tuple[Standing, ...]:
    return ranking(facts)


# --- plain Python --------------------------------------------------------------------------------


def named(cell: Any) -> set[str]:
    return set(cell.split("、")) if isinstance(cell, str) else set(cell)


def helped(rows: Rows) -> dict[str, list[dict[str, Any]]]:
    """Return each mentor's pairings of the year that were not broken off."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows["pairing"]:
        if row["status"] != "终止" and row["paired_on"] <= AS_OF and row["until"] >= NEW_YEAR:
            found[row["mentor_id"]].append(row)
    return found


def months_owed(pairing: dict[str, Any]) -> list[date]:
    owed = []
    for number in range(1, AS_OF.month):  # June is full from the day after its last
        days = [date(2026, number, 1 + day) for day in range(calendar.monthrange(2026, number)[1])]
        counted = [
            day
            for day in days
            if pairing["paired_on"] + timedelta(30) <= day <= pairing["until"]
            and not (
                pairing.get("paused_from")
                and pairing["paused_from"] <= day <= (pairing.get("paused_to") or pairing["until"])
            )
        ]
        if len(counted) >= Settings().counted_days:
            owed.append(days[0])
    return owed


def months_in_order(rows: Rows, pairings: list[dict[str, Any]], *, complete: bool) -> list[int]:
    made = Counter(
        (code, row["date"].replace(day=1))
        for row in rows["log"]
        if not complete or (row.get("role") and row.get("method") and row.get("recorder"))
        for code in named(row["pairing_ids"])
    )
    owed = [(one["pairing_id"], month) for one in pairings for month in months_owed(one)]
    return [sum(made[key] >= 1 for key in owed), len(owed)]


def aspects_raised(rows: Rows, pairings: list[dict[str, Any]]) -> list[int]:
    people = {row["mentee_id"]: row for key in ("individual", "organisation") for row in rows[key]}
    done = of = 0
    for mentee in {one["mentee_id"] for one in pairings}:
        since = min(one["paired_on"] for one in pairings if one["mentee_id"] == mentee)
        made = sorted(
            (row["assessed_on"], number, row)
            for number, row in enumerate(rows["assessment"])
            if row["mentee_id"] == mentee and row["assessed_on"] >= max(since, NEW_YEAR)
        )
        if made:
            base, last = people[mentee], made[-1][2]
            weak = [name for name in ASPECTS if (base.get(name) or 9) <= 2]
            wanted = weak or [name for name in ASPECTS if (base.get(name) or 9) < 4]
            of += len(wanted)
            done += sum(last[name] > base[name] for name in wanted)
    return [done, of]


def half_up(weight: int, rate: Fraction) -> float:
    return int(10 * weight * rate + Fraction(1, 2)) / 10


# --- awards --------------------------------------------------------------------------------------


def test_everyone_who_helped_this_year_is_judged(world: World, judged: tuple[Award, ...]) -> None:
    pool = {row["mentor_id"] for row in world.rows["mentor"]}

    assert {one.mentor.mentor_id for one in judged} == helped(world.rows).keys() & pool
    assert [one.number for one in judged] == list(range(1, len(judged) + 1))
    assert len(judged) > 20


def test_every_item_follows_from_the_rows(world: World, judged: tuple[Award, ...]) -> None:
    pairings = helped(world.rows)
    duties = duty_report(Contacts(world.ledger, Settings(), AS_OF)).states
    finals = {row["pairing_id"]: row for row in world.rows["completion"]}
    steps = Counter(row["mentee_id"] for row in world.rows["conversion"] if row["date"] >= NEW_YEAR)
    for one in judged:
        own = pairings[one.mentor.mentor_id]
        codes, mentees = ({row[key] for row in own} for key in ("pairing_id", "mentee_id"))
        # 履职
        mine = [duty for duty in duties if duty.pairing_id in codes and duty.side == "导师"]
        ahead = [duty for duty in mine if duty.progress == "已完成" and duty.due_on >= AS_OF]
        due = [duty for duty in mine if NEW_YEAR <= duty.due_on < AS_OF] + ahead
        done = [duty for duty in due if duty.done >= duty.target]
        duty = half_up(30, Fraction(len(done), len(due))) if due else 0
        # 档案日志
        kept, owed = months_in_order(world.rows, own, complete=True)
        record = half_up(20, Fraction(kept, owed)) if owed else 0
        # 成效
        raised, wanted = aspects_raised(world.rows, own)
        extra = sum(steps[mentee] for mentee in mentees)
        parts = [Fraction(raised + extra, wanted + extra)] if wanted + extra else []
        scores = [Fraction(str(finals[code]["score"])) for code in codes if code in finals]
        if scores:
            parts.append(min(Fraction(1), sum(scores) / len(scores) / 90))
        result = half_up(30, sum(parts) / Fraction(len(parts))) if parts else 0
        # 满意度
        given = {
            number: row["satisfaction"]
            for number, row in enumerate(world.rows["assessment"])
            for pairing in own
            if row["mentee_id"] == pairing["mentee_id"] and row.get("satisfaction")
            and max(NEW_YEAR, pairing["paired_on"]) <= row["assessed_on"] <= pairing["until"]
        }  # fmt: skip
        pleased = half_up(20, Fraction(sum(given.values()), 5 * len(given))) if given else 0

        shown = [item.points for item in one.score.items]
        assert shown == [duty, record, result, pleased], one.mentor.mentor_id
        assert one.score.total == sum(round(10 * point) for point in shown) / 10


def test_conditions_and_quota_follow_from_what_is_shown(
    world: World, judged: tuple[Award, ...]
) -> None:
    blamed = {r["participant_id"] for r in world.rows["misconduct"] if r["date"] >= NEW_YEAR}
    for one in judged:
        met = [condition.met for condition in one.conditions]
        rate = one.score.log_rate
        assert met[0] == (one.score.total >= 90)
        assert met[1] == (rate is not None and rate >= Fraction(95, 100))
        assert met[3] == (one.mentor.mentor_id not in blamed)
    for county in ("640402", "640422"):
        active = [
            row["mentor_id"]
            for row in world.rows["mentor"]
            if row["mentor_id"][1:7] == county and row["status"] == "在库"
        ]
        taken = [one for one in judged if one.shortlisted and one.mentor.county == county]
        assert 1 <= len(taken) <= max(1, len(active) // 10)
        waiting = [
            one.score.total
            for one in judged
            if one.qualified and not one.shortlisted and one.mentor.county == county
        ]
        assert min(one.score.total for one in taken) >= max(waiting, default=0)


# --- pool ----------------------------------------------------------------------------------------


def test_who_is_brought_in_finished_with_excellence(
    world: World, suggested: tuple[Adjustment, ...]
) -> None:
    pairings = {row["pairing_id"]: row["mentee_id"] for row in world.rows["pairing"]}
    mentors = {(r["name"], r["gender"], r["born"]) for r in world.rows["mentor"]}
    people = {row["mentee_id"]: row for row in world.rows["individual"]}
    blamed = {row["participant_id"] for row in world.rows["misconduct"]}
    expected = {
        mentee
        for row in world.rows["completion"]
        if row["rating"] == "优秀" and row["conclusion"] == "出师"
        if (mentee := pairings[row["pairing_id"]]) in people
        and people[mentee]["status"] == "期满出师"
        and mentee not in blamed
        and tuple(people[mentee][key] for key in ("name", "gender", "born")) not in mentors
    }

    found = {one.participant_id for one in suggested if one.change == "调入"}

    assert found == expected
    assert found


def test_nobody_gets_two_suggestions(suggested: tuple[Adjustment, ...]) -> None:
    codes = [one.participant_id for one in suggested]

    assert len(codes) == len(set(codes))
    assert all(one.reasons for one in suggested)


def test_no_more_mentees_are_given_out_than_wait(
    world: World, suggested: tuple[Adjustment, ...]
) -> None:
    running = {row["mentee_id"] for row in world.rows["pairing"] if row["status"] == "帮带中"}
    waiting = Counter(
        row["mentee_id"][1:10]
        for row in world.rows["individual"]
        if row["status"] in {"待结对", "帮带中"} and row["mentee_id"] not in running
    )
    given: Counter[str] = Counter()
    for one in suggested:
        if one.change == "增加帮带人数":
            given[one.participant_id[1:10]] += int(one.reasons[0].rsplit(" ", 2)[1])

    assert given
    assert all(given[unit] <= waiting[unit] for unit in given)


# --- ranking and questions -----------------------------------------------------------------------


def test_the_ranking_follows_from_the_rows_of_each_township(
    world: World, ranked: tuple[Standing, ...]
) -> None:
    assert {one.unit for one in ranked} == set(UNITS)
    assert all(a.score >= b.score for a, b in pairwise(ranked))
    for one in ranked:
        rows = world.by_unit[one.unit]
        own = [row for of_mentor in helped(rows).values() for row in of_mentor]
        codes = {row["pairing_id"] for row in own}
        running = {row["mentee_id"] for row in rows["pairing"] if row["status"] == "帮带中"}
        seeking = [
            row["mentee_id"] in running
            for key in ("individual", "organisation")
            for row in rows[key]
            if row["status"] in {"待结对", "帮带中"}
        ]
        finals = [
            row["rating"] != "不合格"
            for row in rows["completion"]
            if row["pairing_id"] in codes and row["assessed_on"] >= NEW_YEAR
        ]
        share = {part.name: list(part.share) for part in one.measured}
        assert share["结对"] == [sum(seeking), len(seeking)]
        assert share["按月联系"] == months_in_order(rows, own, complete=False)
        assert share["成长提升"] == aspects_raised(rows, own)
        assert share["期满合格"] == [sum(finals), len(finals)]


def test_points_follow_from_the_shares_of_all_townships(ranked: tuple[Standing, ...]) -> None:
    for at, weight in enumerate((15, 15, 20, 25, 10, 5, 10)):
        shares = [one.measured[at].share for one in ranked]
        k, n = sum(one.done for one in shares), sum(one.of for one in shares)
        for one in ranked:
            done, of = one.measured[at].share
            rate = (done + 10 * Fraction(k, n)) / (of + 10) if n else Fraction(0)
            assert one.measured[at].points == half_up(weight, rate)


def test_unanswered_questions_follow_from_the_posts(world: World) -> None:
    answered = {row.get("reply_to") for row in world.rows["exchange"] if row["kind"] == "答复"}
    late = AS_OF - timedelta(days=15)
    expected = {
        row["exchange_id"]
        for row in world.rows["exchange"]
        if row["kind"] == "问题" and row["date"] < late and row["exchange_id"] not in answered
    }

    found = unanswered(world.ledger, Settings(), AS_OF)

    assert {one.exchange_id for one in found} == expected
