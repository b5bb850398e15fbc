"""Nobody is flagged for what is absent where what cannot be read may be just that."""

from __future__ import annotations

from datetime import date
from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.months import add_months
from tests.addin.domain.flags.case import (
    AS_OF,
    FIRST,
    J1,
    J2,
    ORGANISATION,
    calm,
    judge,
    log,
    without,
)
from tests.addin.domain.flags.cases import SCORES, SECOND, scored, waiting_since
from tests.build import (
    a_completion,
    a_ledger,
    a_pairing,
    a_world,
    add,
    an_assessment,
    an_individual,
    change,
    code,
)  # fmt: skip
from validators.cells import FormulaError
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate

JUNE = (J1, date(2026, 6, 9), "产业发展")


def codes(*edits, mentee: str = FIRST) -> set[str]:
    return {h.code for flag in judge(*edits) if flag.mentee_id == mentee for h in flag.hits}


def facts_of(wanted: str, *edits, mentee: str = FIRST) -> str:
    hits = [hit for flag in judge(*edits) if flag.mentee_id == mentee for hit in flag.hits]
    return "；".join(hit.facts for hit in hits if hit.code == wanted)


@pytest.mark.parametrize(
    "unreadable",
    [
        {"content": FormulaError("#REF!")},  # its day and pairing can be read
        {"date": "六月上旬"},
        {"date": date(2026, 9, 9)},  # after the as-of date: the day is what is wrong
        {"date": date(2026, 2, 9)},  # before the pairing began, too
        {"pairing_ids": "J640402104001"},
        {"pairing_ids": "001"},
        {"pairing_ids": "Ｊ640402104－１号"},
    ],
    ids=str,
)
def test_an_entry_that_may_be_the_contact_excuses_its_month(unreadable) -> None:
    edits = [without(J1, 6), log(JUNE, **unreadable)]

    assert codes(*edits) == set()


def test_an_entry_of_another_month_or_pairing_excuses_nothing() -> None:
    broken = {"content": FormulaError("#REF!")}

    for other in ((J1, date(2026, 5, 9), "产业发展"), (J2, date(2026, 6, 9), "产业发展")):
        assert "flag.contact.month" in codes(without(J1, 6), log(other, **broken))


def test_silence_is_counted_from_the_end_as_far_as_it_is_sure() -> None:
    unclear = log((J1, date(2026, 5, 9), "产业发展"), content=FormulaError("#REF!"))

    assert "flag.contact.month" in codes(without(J1, 5, 6), unclear)
    assert "flag.contact.two_months" not in codes(without(J1, 5, 6), unclear)


@pytest.mark.parametrize("pairing", ["马志远→朱晓明", code("J", 77), FormulaError("#N/A")])
def test_an_entry_that_names_no_known_pairing_is_told_beside_the_fact(pairing) -> None:
    (flag,) = judge(without(J1, 6), log(JUNE, pairing_ids=pairing))

    assert "另有 1 条日志无法确定是哪对结对" in flag.hits[0].facts


def test_an_unreadable_entry_may_have_done_the_duty_or_the_aspect() -> None:
    due = change("duty", 0, due_on=date(2026, 6, 29), target=3)
    about = without(J2, 6, aspect="产业发展")
    broken = {"content": FormulaError("#REF!")}

    assert "flag.duty.overdue" in codes(due)
    assert codes(due, log(JUNE, **broken)) == set()
    assert codes(due, log((*JUNE[:2], "基层治理"), **broken)) == {"flag.duty.overdue"}
    named = log((*JUNE[:2], "基层治理"), duty_ids=code("ZR"), **broken)
    assert codes(due, named) == set()
    idle = log((J2, date(2026, 6, 9), "产业发展"), **broken)
    assert codes(about, mentee=ORGANISATION) == {"flag.aspect.idle"}
    assert codes(about, idle, mentee=ORGANISATION) == set()


def test_an_unreadable_assessment_may_show_the_rise() -> None:
    flat = [
        scored(0, 3, 2, 3, 4, 2, 3, assessed_on=date(2026, 3, 20)),
        add("assessment", an_assessment(2)),
        scored(1, 3, 2, 3, 4, 2, 3),
    ]
    risen = dict(zip(SCORES, (4, 3, 4, 4, 3, 4), strict=True))
    unreadable = add("assessment", an_assessment(3, assessed_on="五月", **risen))
    partly = add("assessment", an_assessment(3, assessed_on="五月", **risen | {"industry": 2}))

    assert "产业发展 2 分" in facts_of("flag.score.flat", *flat)
    assert facts_of("flag.score.flat", *flat, unreadable) == ""
    assert facts_of("flag.score.flat", *flat, partly).endswith("未提升：产业发展 2 分")


def test_a_later_good_assessment_supersedes_an_unreadable_one() -> None:
    """An old assessment without a readable 满意度 hid a weak aspect for 268 days."""
    about = without(J2, 6, aspect="产业发展")
    scores = dict(zip(SCORES, (3, 3, 3, 3, 1, 3), strict=True))
    bad = an_assessment(2, mentee_id=ORGANISATION, assessed_on=date(2026, 4, 20), satisfaction="好")
    bad |= {"signed_on": None}
    good = an_assessment(3, mentee_id=ORGANISATION, signed_on=None, **scores)

    assert "flag.aspect.idle" not in codes(about, add("assessment", bad), mentee=ORGANISATION)
    weak_still = add("assessment", {**bad, **scores})
    assert "flag.aspect.idle" in codes(about, weak_still, mentee=ORGANISATION)
    assert "flag.aspect.idle" in codes(about, add("assessment", bad, good), mentee=ORGANISATION)
    later = add("assessment", {**bad, "assessed_on": date(2026, 6, 25)}, good)
    assert "flag.aspect.idle" not in codes(about, later, mentee=ORGANISATION)


FIRST_MONTHS = {
    date(2026, month, 1): (J1, date(2026, month, 10), "产业发展") for month in range(1, 7)
}
LONG = change("pairing", 0, paired_on=date(2025, 12, 15), ceremony_on=None)
"""Owes a contact in each of these months."""


@settings(max_examples=30)
@given(
    met=st.sets(st.sampled_from(sorted(FIRST_MONTHS))),
    doubtful=st.lists(
        st.sampled_from(["上旬", date(2026, 9, 9), *sorted(FIRST_MONTHS)]), max_size=4
    ),
)
def test_several_doubtful_rows_excuse_no_more_months_than_they_are(met, doubtful) -> None:
    """Against every way to give the undated rows to months, each to one at most."""
    rows = [
        log((J1, day, "产业发展"))
        if day == "上旬" or day not in FIRST_MONTHS
        else log(FIRST_MONTHS[day], content=FormulaError("#REF!"))
        for day in doubtful
    ]
    sure = [log(FIRST_MONTHS[month]) for month in met]

    found = codes(LONG, without(J1, *range(1, 13)), *sure, *rows)

    silent = set()
    for month in sorted(FIRST_MONTHS, reverse=True):
        if month in met:
            break
        silent.add(month)
    silent -= set(doubtful)
    undated = sum(day not in FIRST_MONTHS for day in doubtful)
    readings = [silent - {*excused} for excused in combinations_with_replacement(
        [*silent, None], undated)]  # fmt: skip
    in_a_row = all(
        any(add_months(month, 1) in reading for month in reading) for reading in readings
    )
    some = all(
        date(2026, 6, 1) in reading or any(add_months(month, 1) in reading for month in reading)
        for reading in readings
    )
    expected = (
        {"flag.contact.two_months"} if in_a_row else {"flag.contact.month"} if some else set()
    )
    assert found & {"flag.contact.two_months", "flag.contact.month"} == expected


def test_five_silent_months_with_one_undated_row_are_red_and_the_fact_tells_of_it() -> None:
    january = log(FIRST_MONTHS[date(2026, 1, 1)])
    edits = [LONG, without(J1, *range(2, 7)), january, log(JUNE, date="上旬")]

    (flag,) = (flag for flag in judge(*edits) if flag.mentee_id == FIRST)

    assert flag.level == "红"
    facts = {hit.code: hit.facts for hit in flag.hits}
    assert "2026-02、2026-03、2026-04、2026-05、2026-06 未联系" in facts["flag.contact.two_months"]
    for code_ in ("flag.contact.two_months", "flag.contact.rate"):
        assert "另有 1 条日志日期无法识别，最多抵 1 个月" in facts[code_]


def test_doubtful_rows_are_at_most_so_many_contacts_of_a_rate() -> None:
    exempt = change("pairing", 0, paused_from=date(2026, 6, 1), paused_to=date(2026, 6, 30))
    broken = log((J1, date(2026, 4, 9), "产业发展"), content=FormulaError("#REF!"))
    edits = [LONG, without(J1, 3, 4, 5, 6), exempt]

    assert "flag.contact.rate" in codes(*edits)
    assert "flag.contact.rate" in codes(*edits, broken)  # one of two
    assert "flag.contact.rate" in codes(*edits, broken, broken)  # both in one month
    assert "flag.contact.rate" not in codes(*edits, broken, log(JUNE, date="上旬"))


def test_an_undated_row_excuses_one_aspect_and_no_more() -> None:
    both = [without(J2, 6), without(J2, 4, 5), log((J2, date(2026, 6, 30), "基层治理"))]
    unread = log((J2, date(2026, 6, 9), "无法识别"))

    assert "flag.aspect.idle" in codes(*both, mentee=ORGANISATION)
    assert "flag.aspect.idle" in codes(*both, unread, mentee=ORGANISATION)
    assert "flag.aspect.idle" not in codes(*both, unread, unread, mentee=ORGANISATION)
    told = facts_of("flag.aspect.idle", *both, unread, mentee=ORGANISATION)
    assert "另有 1 条日志无法识别日期或帮带方面，最多抵 1 个方面" in told


def test_a_dated_doubtful_row_on_an_aspect_counts_from_its_day() -> None:
    about = without(J2, 4, 5, 6, aspect="产业发展")
    old, recent = (
        log((J2, day, "产业发展"), content=FormulaError("#REF!"))
        for day in (date(2026, 4, 20), date(2026, 5, 2))
    )

    assert "flag.aspect.idle" in codes(about, old, mentee=ORGANISATION)
    assert "flag.aspect.idle" not in codes(about, recent, mentee=ORGANISATION)


def test_a_completion_only_prepared_excuses_nothing() -> None:
    soon = change("pairing", 0, until=date(2026, 7, 30))
    blank = dict.fromkeys(("assessed_on", "score", "rating", "conclusion"))

    prepared = add("completion", a_completion(pairing_id=J1, **blank))

    assert codes(soon, prepared) == {"flag.pairing.ending"}


def test_a_completion_nobody_knows_the_pairing_of_excuses_one_pairing() -> None:
    soon = [change("pairing", n, until=date(2026, 7, 30)) for n in (0, 1)]
    unread = add("completion", a_completion(pairing_id="马志远→朱晓明"))
    numbered = add("completion", a_completion(pairing_id="Ｊ640402104－１号"))

    assert "flag.pairing.ending" in codes(*soon, unread)
    assert "另有 1 条期满考核无法确定是哪对结对" in facts_of("flag.pairing.ending", *soon, unread)
    assert "flag.pairing.ending" not in codes(*soon, unread, unread)
    assert "flag.pairing.ending" not in codes(*soon, numbered)
    assert "flag.pairing.ending" in codes(*soon, numbered, mentee=ORGANISATION)


def test_a_pairing_nobody_knows_the_mentee_of_excuses_one_mentee() -> None:
    waiting = [waiting_since(date(2026, 3, 1)), add("individual", an_individual(
        4, chosen_on=date(2026, 3, 1), surveyed_on=None, status="待结对"))]  # fmt: skip
    unread = add("pairing", a_pairing(5, mentee_id="无法识别"))
    named = add("pairing", a_pairing(5, mentee_id="苏海龙"))

    assert "flag.pairing.unpaired" in codes(*waiting, unread, mentee=SECOND)
    assert "另有 1 条结对无法确定对象" in facts_of(
        "flag.pairing.unpaired", *waiting, unread, mentee=SECOND
    )
    assert "flag.pairing.unpaired" not in codes(*waiting, unread, unread, mentee=SECOND)
    assert "flag.pairing.unpaired" not in codes(*waiting, named, mentee=SECOND)
    assert "flag.pairing.unpaired" in codes(*waiting, named, mentee=code("G", 4))


def test_a_later_good_pairing_supersedes_one_whose_status_cannot_be_read() -> None:
    old = a_pairing(4, mentee_id=SECOND, paired_on=date(2025, 3, 1), ceremony_on=None,
                    until=date(2026, 2, 28), status="正常")  # fmt: skip
    later = a_pairing(5, mentee_id=SECOND, status="终止", end_reason="导师调离",
                      ended_on=date(2026, 5, 1))  # fmt: skip
    since = waiting_since(date(2025, 2, 1))

    assert codes(since, add("pairing", old), mentee=SECOND) == set()
    assert codes(since, add("pairing", old, later), mentee=SECOND) == {"flag.pairing.unpaired"}


@pytest.mark.parametrize(
    "unclear",
    [
        {"mentee_id": SECOND, "status": "正常"},
        {"mentee_id": SECOND, "mentor_id": "马志远"},
        {"mentee_id": "G64040210-3"},
    ],
    ids=str,
)
def test_a_pairing_that_cannot_be_read_may_be_the_one_that_is_missing(unclear) -> None:
    since = waiting_since(date(2026, 3, 1))

    assert codes(since, mentee=SECOND) == {"flag.pairing.unpaired"}
    assert codes(since, add("pairing", a_pairing(4, **unclear)), mentee=SECOND) == set()


@pytest.mark.parametrize(
    "unclear",
    [
        {"pairing_id": J1, "score": "八十六"},
        {"pairing_id": J1, "rating": "良好"},
        {"pairing_id": "马志远→朱晓明"},
    ],
    ids=str,
)
def test_a_completion_that_cannot_be_read_may_be_that_of_the_pairing_that_ends(unclear) -> None:
    soon = change("pairing", 0, until=date(2026, 7, 30))

    assert codes(soon) == {"flag.pairing.ending"}
    assert codes(soon, add("completion", a_completion(**unclear))) == set()


def test_a_row_prepared_for_an_assessment_is_none_yet() -> None:
    soon = change("pairing", 0, until=date(2026, 7, 30))
    blank = {"assessed_on": None, "score": None, "rating": None, "conclusion": None}

    prepared = add("completion", a_completion(pairing_id=J1, assessor=None, **blank))

    assert codes(soon, prepared) == {"flag.pairing.ending"}


@pytest.mark.parametrize("lacking", ["log", "log.date", "pairing", "pairing.status"])
def test_a_workbook_without_the_sheet_or_column_says_nothing_of_what_is_absent(lacking) -> None:
    world = a_world()
    calm(world)
    world["log"] = world["log"][:1]
    world["individual"].append(an_individual(3, chosen_on=date(2026, 3, 1), status="待结对"))
    world["duty"][0]["due_on"] = date(2026, 6, 1)
    form = world.pop("unit")
    ledger = a_ledger(form=form, without=[lacking], **world)
    validate(ledger, RuleContext(AS_OF))

    found = {
        hit.code for flag in flags(LedgerFacts.of(ledger, Settings(), AS_OF)) for hit in flag.hits
    }

    assert found == ({"flag.pairing.unpaired"} if lacking.startswith("log") else set())


def test_the_load_that_gets_pairings_rejected_is_itself_the_fact() -> None:
    others = range(3, 9)
    edits = [
        add("individual", *(an_individual(n, surveyed_on=None) for n in others)),
        add("pairing", *(a_pairing(n + 1, mentee_id=code("G", n)) for n in others)),
    ]

    for mentee in (FIRST, *(code("G", n) for n in others)):
        assert codes(*edits, mentee=mentee) == {"flag.mentor.overloaded"}
