"""How contacts advance duties and are proposed for them, one rule at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from addin.domain.contacts import Contacts
from addin.domain.duties import DutyReport, DutyState, duty_report
from addin.domain.duties.proposals import subject_words
from tests.build import AS_OF, a_duty, a_ledger, a_log_entry, code
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from validators.vocabulary import DutyProgress

FIRST, SECOND = code("J", 1), code("J", 2)
DUTY, OTHER = code("ZR", 1), code("ZR", 2)


def report(
    log: list[dict[str, Any]], duty: list[dict[str, Any]], as_of: date = AS_OF, **sheets: Any
) -> DutyReport:
    ledger = a_ledger(log=log, duty=duty, **sheets)
    validate(ledger, RuleContext(AS_OF))
    return duty_report(Contacts(ledger, Settings(), as_of))


def states(
    log: list[dict[str, Any]], duty: list[dict[str, Any]], as_of: date = AS_OF, **sheets: Any
) -> dict[str | None, DutyState]:
    return {state.duty_id: state for state in report(log, duty, as_of, **sheets).states}


def entry(number: int, **changes: Any) -> dict[str, Any]:
    return a_log_entry(number) | {"duty_ids": None} | changes


def done(found: dict[str | None, DutyState]) -> dict[str | None, int]:
    return {duty: state.done for duty, state in found.items()}


def proposed(found: dict[str | None, DutyState]) -> dict[str | None, int]:
    return {duty: len(state.proposed) for duty, state in found.items()}


# --- entries that name a duty ---


def test_a_named_duty_is_advanced_whatever_aspect_method_content_and_day() -> None:
    late = entry(
        1, duty_ids=DUTY, aspect="工作作风", method=None, date=date(2026, 6, 20), content="到村"
    )

    found = states([late], [a_duty(due_on=date(2026, 5, 31), target=1)])[DUTY]

    assert (found.done, found.progress, found.rate) == (1, DutyProgress.DONE, 100)
    assert found.last_done_on == date(2026, 6, 20)
    assert found.entries == (code("R", 1),)


def test_more_than_the_target_is_counted_and_the_rate_stays_at_a_hundred() -> None:
    log = [entry(n, duty_ids=DUTY, date=date(2026, 5, n)) for n in range(1, 6)]

    assert states(log, [a_duty(target=2)])[DUTY].as_row() == {
        "done": 5,
        "rate": 100.0,
        "last_done_on": date(2026, 5, 5),
        "progress": "已完成",
    }


def test_a_joint_entry_advances_the_duty_it_names_of_each_of_its_pairings() -> None:
    duties = [a_duty(1), a_duty(2, pairing_id=SECOND), a_duty(3, pairing_id=SECOND)]
    joint = entry(
        1, pairing_ids=f"{FIRST}、{SECOND}、{FIRST}", duty_ids=f"{DUTY}、{OTHER}、{code('ZR', 3)}"
    )

    assert done(states([joint], duties)) == {DUTY: 1, OTHER: 1, code("ZR", 3): 0}


def test_a_joint_entry_that_names_one_duty_counts_for_that_pairing_alone() -> None:
    duties = [a_duty(1), a_duty(2, pairing_id=SECOND)]
    joint = entry(1, pairing_ids=f"{FIRST}、{SECOND}", duty_ids=DUTY)

    found = states([joint], duties)

    assert (done(found), proposed(found)) == ({DUTY: 1, OTHER: 0}, {DUTY: 0, OTHER: 0})


@pytest.mark.parametrize(
    "named",
    [
        {"duty_ids": OTHER},  # of another pairing
        {"duty_ids": code("ZR", 3)},  # rejected
        {"duty_ids": DUTY, "date": "不详"},
        {"duty_ids": DUTY, "pairing_ids": SECOND},
    ],
)
def test_an_entry_that_names_no_usable_duty_of_its_pairing_advances_nothing(
    named: dict[str, Any],
) -> None:
    duties = [a_duty(1), a_duty(2, pairing_id=SECOND), a_duty(3, target="许多")]

    found = states([entry(1, **named)], duties)

    assert (done(found), proposed(found)) == ({DUTY: 0, OTHER: 0}, {DUTY: 0, OTHER: 0})


def test_repeated_duty_ids_leave_no_state() -> None:
    assert states([entry(1, duty_ids=DUTY)], [a_duty(1), a_duty(1)]) == {}


# --- entries that name none ---


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 1),
        ({"aspect": "工作作风"}, 0),
        ({"method": "案件处理法"}, 0),
        ({"method": None}, 1),
        ({"content": "电话催问补贴什么时候到账"}, 0),
        ({"content": "说了申报的事"}, 0),
        ({"date": date(2026, 4, 1)}, 1),
        ({"date": date(2026, 5, 31)}, 1),
        ({"date": date(2026, 3, 31)}, 0),
        ({"date": date(2026, 6, 1)}, 0),
        ({"pairing_ids": SECOND}, 0),
        ({"date": "不详"}, 0),
    ],
)
def test_an_entry_without_a_duty_counts_for_none_and_is_proposed_where_it_fits(
    changes: dict[str, Any], count: int
) -> None:
    duty = a_duty(starts_on=date(2026, 4, 1), due_on=date(2026, 5, 31))

    found = states([entry(1, **changes)], [duty])

    assert (done(found), proposed(found)) == ({DUTY: 0}, {DUTY: count})


def test_no_more_is_proposed_than_a_duty_needs_and_one_contact_for_one_duty() -> None:
    duties = [
        a_duty(1, side="导师", target=2, due_on=date(2026, 12, 31)),
        a_duty(2, side="对象", target=2, due_on=date(2026, 9, 30)),
    ]
    log = [entry(n, date=date(2026, 5, n)) for n in range(1, 6)]
    log.append(entry(6, duty_ids=OTHER))

    found = report(log, duties)

    by_id = {state.duty_id: state for state in found.states}
    assert (by_id[OTHER].done, by_id[OTHER].proposed) == (1, (0,))
    assert (by_id[DUTY].done, by_id[DUTY].proposed) == (0, (1, 2))
    assert found.proposals == {0: (OTHER,), 1: (DUTY,), 2: (DUTY,)}
    assert found.unnamed == {0, 1, 2, 3, 4}


def test_the_duty_whose_words_the_content_holds_is_proposed() -> None:
    duties = [
        a_duty(1, item="带对象考察产业基地或合作社", due_on=date(2026, 9, 30)),
        a_duty(2, item="指导对象申报养殖圈棚补贴"),
    ]

    assert proposed(states([entry(1)], duties)) == {DUTY: 0, OTHER: 1}


def test_a_joint_entry_is_proposed_for_a_duty_of_each_of_its_pairings() -> None:
    duties = [a_duty(1), a_duty(2, pairing_id=SECOND)]

    found = report([entry(1, pairing_ids=f"{FIRST}、{SECOND}")], duties)

    assert found.proposals == {0: (DUTY, OTHER)}


def test_entries_of_pairings_without_duties_are_not_missed() -> None:
    assert report([entry(1, pairing_ids=SECOND)], [a_duty(1)]).unnamed == set()


@pytest.mark.parametrize(
    ("as_of", "named", "untagged", "expected"),
    [
        (date(2026, 5, 31), 0, 0, DutyProgress.NOT_STARTED),
        (date(2026, 5, 31), 0, 2, DutyProgress.NOT_STARTED),
        (date(2026, 5, 31), 1, 0, DutyProgress.IN_PROGRESS),
        (date(2026, 6, 1), 0, 0, DutyProgress.OVERDUE),
        (date(2026, 6, 1), 0, 1, DutyProgress.OVERDUE),
        (date(2026, 6, 1), 0, 2, DutyProgress.IN_PROGRESS),
        (date(2026, 6, 1), 1, 0, DutyProgress.OVERDUE),
        (date(2026, 6, 1), 1, 1, DutyProgress.IN_PROGRESS),
        (date(2026, 6, 1), 2, 0, DutyProgress.DONE),
    ],
)
def test_a_duty_is_overdue_the_day_after_it_was_due_unless_proposals_would_complete_it(
    as_of: date, named: int, untagged: int, expected: DutyProgress
) -> None:
    log = [entry(n + 1, duty_ids=DUTY) for n in range(named)]
    log += [entry(named + n + 1) for n in range(untagged)]

    found = states(log, [a_duty(due_on=date(2026, 5, 31), target=2)], as_of)

    assert found[DUTY].progress is expected
    assert found[DUTY].done == named


@pytest.mark.parametrize(
    "without", [["log"], ["duty"], ["pairing"], ["log.duty_ids"], ["duty.method"], ["duty.target"]]
)
def test_missing_sheets_and_columns_are_no_error(without: list[str]) -> None:
    ledger = a_ledger(without=without)
    validate(ledger, RuleContext(AS_OF))

    found = duty_report(Contacts(ledger, Settings(), AS_OF)).states

    assert all(isinstance(state.progress, DutyProgress) for state in found)


# --- credited by volume ---

_MEETING = "指导对象组织一次规范的主题党日，会后点评"


@pytest.mark.parametrize(
    ("content", "count"), [("电话催党费", 0), ("到支部参加主题党日，会后说了三条意见", 4)]
)
def test_a_duty_is_not_fulfilled_by_entries_that_only_share_its_aspect(
    content: str, count: int
) -> None:
    duty = a_duty(aspect="组织建设", item=_MEETING, method=None, target=4, due_on=date(2026, 5, 20))
    calls = [
        entry(n, date=date(2026, 3, n), aspect="组织建设", method="交流提高法", content=content)
        for n in range(5, 10)
    ]

    state = states(calls, [duty], date(2026, 6, 5))[DUTY]

    assert (state.done, len(state.proposed)) == (0, count)
    expected = DutyProgress.IN_PROGRESS if count else DutyProgress.OVERDUE
    assert state.progress is expected


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (_MEETING, ("主题", "题党", "党日")),
        ("与对象谈心谈话", ("谈心", "心谈", "谈话")),
        ("帮助对象", ()),
    ],
)
def test_subject_words_are_pairs_of_characters_without_generic_words(
    item: str, words: tuple[str, ...]
) -> None:
    assert subject_words(item) == words
