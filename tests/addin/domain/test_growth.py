"""Growth files at the edges: nobody, several mentors, pairings that are over, bad rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.contacts import Contacts
from addin.domain.conversions import leaders
from addin.domain.facts import LedgerFacts, assessments, trend
from addin.domain.growth import Event, Growth, growth, timeline
from addin.domain.organisations import organisations
from tests.build import (
    AS_OF,
    a_completion,
    a_conversion,
    a_duty,
    a_ledger,
    a_log_entry,
    a_mentor,
    a_pairing,
    an_assessment,
    an_individual,
    code,
    ledger_of,
)
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate

FIRST, SECOND = code("J", 1), code("J", 2)


def contacts_of(ledger: Ledger, as_of: date = AS_OF) -> Contacts:
    validate(ledger, RuleContext(AS_OF))
    return Contacts(ledger, Settings(), as_of)


def files(as_of: date = AS_OF, **sheets: Any) -> dict[str, Growth]:
    return {
        one.mentee_id: one for one in growth(LedgerFacts(contacts_of(a_ledger(**sheets), as_of)))
    }


def test_an_empty_ledger_has_no_files() -> None:
    empty = Ledger.of([], [])

    assert growth(LedgerFacts(Contacts(empty, Settings(), AS_OF))) == ()
    assert len(Contacts(empty, Settings(), AS_OF)) == 0
    assert leaders(empty, AS_OF).histories == ()
    assert organisations(empty, Settings(), AS_OF) == ()


def test_a_visit_by_two_mentors_is_a_contact_of_each_and_one_event() -> None:
    pairing = [a_pairing(1), a_pairing(2, mentor_id=code("D", 2))]
    log = [a_log_entry(1, pairing_ids=f"{FIRST}、{SECOND}", duty_ids=None)]
    contacts = contacts_of(a_ledger(pairing=pairing, log=log, completion=[]))

    one = growth(LedgerFacts(contacts))[0]

    assert one.contacts == 2
    assert one.as_row()["mentors"] == "马志远、王秀兰"
    assert [event.kind for event in timeline(one, contacts)].count("联系") == 1  # type: ignore[comparison-overlap]


def test_two_mentors_of_one_name_are_two() -> None:
    pairing = [a_pairing(1), a_pairing(2, mentor_id=code("D", 2))]
    mentor = [a_mentor(1), a_mentor(2, name="马志远", born=date(1980, 2, 1))]

    one = files(pairing=pairing, mentor=mentor, completion=[])[code("G", 1)]

    assert one.as_row()["mentors"] == "马志远、马志远"


def test_a_pairing_that_is_over_keeps_its_facts_but_not_its_mentor() -> None:
    pairing = [
        a_pairing(1, status="终止", end_reason="导师调离"),
        a_pairing(2, mentor_id=code("D", 2), paired_on=date(2026, 6, 1), until=date(2027, 5, 31)),
    ]

    one = files(pairing=pairing, completion=[])[code("G", 1)]

    assert one.as_row()["mentors"] == "王秀兰"
    assert (one.contacts, one.last_contact) == (1, date(2026, 5, 3))
    assert [pairing.runs for pairing in one.pairings] == [False, True]
    assert len(one.duties) == 1


def test_a_mentor_of_another_township_is_named_by_code() -> None:
    elsewhere = code("D", 9, "640402100")

    one = files(pairing=[a_pairing(mentor_id=elsewhere)], completion=[])[code("G", 1)]

    assert one.as_row()["mentors"] == elsewhere


def test_nothing_after_the_as_of_date_is_in_a_file() -> None:
    contacts = contacts_of(ledger_of(), date(2026, 5, 2))

    one = growth(LedgerFacts(contacts))[0]

    assert (one.contacts, one.last_contact, one.assessments) == (0, None, ())
    assert one.stage == "致富带头人"
    assert one.history is not None
    assert one.history.steps == ()
    assert {event.day for event in timeline(one, contacts)} == {date(2025, 2, 5), date(2026, 3, 1)}


def test_results_tell_conversion_and_completion() -> None:
    done = a_completion(pairing_id=FIRST, score=92.5, rating="优秀", assessed_on=date(2026, 6, 20))
    steps = [
        a_conversion(date=date(2025, 5, 1), people_led=5, income_gain=100),
        a_conversion(from_stage="致富带头人", to_stage="后备干部"),
    ]

    row = files(completion=[done], conversion=steps)[code("G", 1)].as_row()

    assert row["results"] == "带动 18 人；人均增收 2600 元；期满考核 92.5 分（优秀），出师"
    assert row["stage"] == "后备干部"


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], "待评价"),
        ([{}], "上升"),
        ([{"conviction": 3, "industry": 2, "competence": 2}], "平稳"),
        ([{}, {}], "平稳"),
        ([{}, {"industry": 2}], "下降"),
        ([{}, {"industry": 2, "conduct": 5, "governance": 4}], "上升"),
        ([{}, {"conduct": 2, "industry": 5, "governance": 5}], "下降"),  # one falls by two
    ],
)
def test_the_trend_holds_the_latest_assessment_against_the_one_before(
    scores: list[dict[str, int]], expected: str
) -> None:
    rows = [
        an_assessment(n, assessed_on=date(2026, n, 20), signed_on=None) | changes
        for n, changes in enumerate(scores, start=3)
    ]

    one = files(assessment=rows)[code("G", 1)]

    assert one.trend == expected
    assert len(one.assessments) == len(rows)


def test_the_later_of_two_assessments_of_one_day_is_the_latest() -> None:
    rows = [an_assessment(1, industry=5), an_assessment(2, industry=4)]

    found = assessments(a_ledger(assessment=rows), AS_OF)[code("G", 1)]

    assert found[-1].scores[4] == 4


def test_a_trend_needs_scores_on_both_sides() -> None:
    found = assessments(ledger_of(), AS_OF)[code("G", 1)]

    assert trend((None,) * 6, found, Settings()) == "待评价"
    assert trend((3, None, None, None, None, None), found, Settings()) == "平稳"


@pytest.mark.parametrize(
    "sheets",
    [
        {"individual": [an_individual(1), an_individual(1)]},
        {"individual": [an_individual(1, status="不明")]},
        {"individual": [an_individual(1, mentee_id=None)]},
    ],
)
def test_a_mentee_nobody_can_tell_has_no_file(sheets: dict[str, Any]) -> None:
    assert code("G", 1) not in files(**sheets)


@pytest.mark.parametrize(
    "missing",
    ["log", "assessment", "pairing", "duty", "mentor", "conversion.people_led", "mentor.name"],
)
def test_missing_sheets_and_columns_leave_the_rest(missing: str) -> None:
    contacts = contacts_of(a_ledger(without=[missing]))

    for one in growth(LedgerFacts(contacts)):
        assert one.as_row()["mentee_name"]
        assert all(isinstance(event, Event) for event in timeline(one, contacts))


def test_duties_of_a_file_tell_what_is_done_and_overdue() -> None:
    duties = [
        a_duty(1, target=1),
        a_duty(2, aspect="工作作风", due_on=date(2026, 5, 31)),
        a_duty(3, aspect="基层治理"),
    ]
    contacts = contacts_of(a_ledger(duty=duties))

    one = growth(LedgerFacts(contacts))[0]
    told = [event.text for event in timeline(one, contacts) if event.sheet == "职责清单"]

    assert one.as_row()["duties_done"] == "1/3"
    assert [text.rpartition("：")[2] for text in told] == [
        "已完成（1/1 次）",
        "到期未完成（0/4 次）",
    ]
