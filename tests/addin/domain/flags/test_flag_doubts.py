"""Nobody is flagged for what is absent where what cannot be read may be just that."""

from __future__ import annotations

from datetime import date

import pytest

from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from tests.addin.domain.flags.case import FIRST, J1, J2, ORGANISATION, calm, judge, log, without
from tests.addin.domain.flags.cases import SECOND, scored, waiting_since
from tests.build import (
    AS_OF,
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

    assert "另有 1 条日志看不出是哪对结对" in flag.hits[0].facts


def test_an_unreadable_entry_may_have_done_the_duty_or_the_aspect() -> None:
    due = change("duty", 0, due_on=date(2026, 6, 29), target=3)
    about = without(J2, 6, aspect="产业发展")
    broken = {"content": FormulaError("#REF!")}

    assert "flag.duty.overdue" in codes(due)
    assert codes(due, log(JUNE, **broken)) == set()
    assert codes(due, log((*JUNE[:2], "基层治理"), **broken)) == {"flag.duty.overdue"}
    named = log((*JUNE[:2], "基层治理"), duty_id=code("ZR"), **broken)
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
    unreadable = add("assessment", an_assessment(3, assessed_on="五月", competence=4))

    assert "flag.score.flat" in codes(*flat)
    assert "flag.score.flat" not in codes(*flat, unreadable)


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
