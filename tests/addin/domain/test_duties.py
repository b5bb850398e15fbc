"""How contacts advance duties, one rule at a time; and the duties a new pairing starts with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.contacts import Contacts
from addin.domain.duties import DutyState, aspects_to_work_on, new_duties, progress
from tests.build import (
    AS_OF,
    a_duty,
    a_ledger,
    a_log_entry,
    a_pairing,
    an_individual,
    an_organisation,
    code,
)
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import DutyRow, DutyTemplateRow, IndividualRow, OrganisationRow, PairingRow
from validators.validation import validate
from validators.vocabulary import Aspect, DutyProgress, Side
from workbooks.template.workbook import default_duties

FIRST, SECOND = code("J", 1), code("J", 2)
DUTY, OTHER = code("ZR", 1), code("ZR", 2)


def states(
    log: list[dict[str, Any]], duty: list[dict[str, Any]], as_of: date = AS_OF, **sheets: Any
) -> dict[str | None, DutyState]:
    ledger = a_ledger(log=log, duty=duty, **sheets)
    validate(ledger, RuleContext(AS_OF))
    found = progress(Contacts(ledger, Settings(), as_of))
    return {state.duty_id: state for state in found}


def entry(number: int, **changes: Any) -> dict[str, Any]:
    return a_log_entry(number) | {"duty_id": None} | changes


def done(found: dict[str | None, DutyState]) -> dict[str | None, int]:
    return {duty: state.done for duty, state in found.items()}


def test_a_named_duty_is_advanced_whatever_aspect_method_and_day() -> None:
    late = entry(1, duty_id=DUTY, aspect="工作作风", method=None, date=date(2026, 6, 20))

    found = states([late], [a_duty(due_on=date(2026, 5, 31), target=1)])[DUTY]

    assert (found.done, found.progress, found.rate) == (1, DutyProgress.DONE, 100)
    assert found.last_done_on == date(2026, 6, 20)
    assert found.entries == (code("R", 1),)


@pytest.mark.parametrize(
    ("changes", "counted"),
    [
        ({}, 1),
        ({"aspect": "工作作风"}, 0),
        ({"method": "案件处理法"}, 0),
        ({"method": None}, 0),
        ({"date": date(2026, 4, 1)}, 1),
        ({"date": date(2026, 5, 31)}, 1),
        ({"date": date(2026, 3, 31)}, 0),
        ({"date": date(2026, 6, 1)}, 0),
        ({"pairing_ids": SECOND}, 0),
        ({"date": "不详"}, 0),
    ],
)
def test_an_entry_without_a_duty_fits_by_pairing_aspect_method_and_period(
    changes: dict[str, Any], counted: int
) -> None:
    duty = a_duty(starts_on=date(2026, 4, 1), due_on=date(2026, 5, 31))

    assert done(states([entry(1, **changes)], [duty])) == {DUTY: counted}


def test_a_duty_without_a_method_takes_every_method() -> None:
    log = [entry(1, method=None), entry(2, method="案件处理法")]

    assert done(states(log, [a_duty(method=None)])) == {DUTY: 2}


def test_one_contact_advances_one_duty_and_the_one_due_first_until_it_is_full() -> None:
    duties = [
        a_duty(1, side="导师", target=2, due_on=date(2026, 12, 31)),
        a_duty(2, side="对象", target=2, due_on=date(2026, 9, 30)),
    ]
    log = [entry(n, date=date(2026, 5, n)) for n in range(1, 4)]

    found = states(log, duties)

    assert found[OTHER].entries == (code("R", 1), code("R", 2))
    assert found[DUTY].entries == (code("R", 3),)


def test_named_entries_fill_a_duty_before_others_are_shared_out() -> None:
    duties = [a_duty(1, target=1, due_on=date(2026, 9, 30)), a_duty(2, target=1)]
    log = [entry(1, date=date(2026, 4, 1)), entry(2, date=date(2026, 6, 1), duty_id=DUTY)]

    found = states(log, duties)

    assert found[DUTY].entries == (code("R", 2),)
    assert found[OTHER].entries == (code("R", 1),)


def test_more_than_the_target_is_counted_and_the_rate_stays_at_a_hundred() -> None:
    found = states([entry(n, date=date(2026, 5, n)) for n in range(1, 6)], [a_duty(target=2)])

    assert found[DUTY].as_row() == {
        "done": 5,
        "rate": 100.0,
        "last_done_on": date(2026, 5, 5),
        "progress": "已完成",
    }


def test_a_joint_entry_advances_a_duty_of_each_pairing() -> None:
    duties = [a_duty(1), a_duty(2, pairing_id=SECOND)]
    joint = entry(1, pairing_ids=f"{FIRST}、{SECOND}、{FIRST}", duty_id=DUTY)

    assert done(states([joint], duties)) == {DUTY: 1, OTHER: 1}


def test_an_entry_that_names_a_duty_of_another_pairing_fits_by_aspect() -> None:
    duties = [a_duty(1), a_duty(2, pairing_id=SECOND)]

    assert done(states([entry(1, duty_id=OTHER)], duties)) == {DUTY: 1, OTHER: 0}


def test_an_entry_that_names_a_rejected_duty_advances_nothing() -> None:
    duties = [a_duty(1), a_duty(2, target="许多")]

    assert done(states([entry(1, duty_id=OTHER)], duties)) == {DUTY: 0}


def test_repeated_duty_ids_leave_no_state() -> None:
    assert states([entry(1, duty_id=DUTY)], [a_duty(1), a_duty(1)]) == {}


def test_a_duty_without_an_id_is_counted_by_its_row() -> None:
    found = states([entry(1)], [a_duty(duty_id=None)])[None]

    assert (found.row, found.done) == (0, 1)


@pytest.mark.parametrize(
    ("as_of", "contacts", "expected"),
    [
        (date(2026, 5, 31), 0, DutyProgress.NOT_STARTED),
        (date(2026, 5, 31), 1, DutyProgress.IN_PROGRESS),
        (date(2026, 6, 1), 0, DutyProgress.OVERDUE),
        (date(2026, 6, 1), 1, DutyProgress.OVERDUE),
        (date(2026, 6, 1), 2, DutyProgress.DONE),
    ],
)
def test_a_duty_is_overdue_the_day_after_it_was_due(
    as_of: date, contacts: int, expected: DutyProgress
) -> None:
    log = [entry(n) for n in range(1, contacts + 1)]

    found = states(log, [a_duty(due_on=date(2026, 5, 31), target=2)], as_of)

    assert found[DUTY].progress is expected


@pytest.mark.parametrize(
    "without", [["log"], ["duty"], ["pairing"], ["log.duty_id"], ["duty.method"], ["duty.target"]]
)
def test_missing_sheets_and_columns_are_no_error(without: list[str]) -> None:
    ledger = a_ledger(without=without)
    validate(ledger, RuleContext(AS_OF))

    found = progress(Contacts(ledger, Settings(), AS_OF))

    assert all(isinstance(state.progress, DutyProgress) for state in found)


# --- new pairings --------------------------------------------------------------------------------


def ids() -> Iterator[str]:
    return (code("ZR", n) for n in range(1, 999))


def a_row(model: Any, cells: dict[str, Any]) -> Any:
    return model.model_validate(cells)


def made(
    mentee: IndividualRow | OrganisationRow,
    templates: list[dict[str, Any]] | None = None,
    pairing: dict[str, Any] | None = None,
    **options: Any,
) -> list[dict[str, Any]]:
    lines = default_duties() if templates is None else templates
    return new_duties(
        a_row(PairingRow, pairing or a_pairing()),
        mentee,
        [a_row(DutyTemplateRow, line) for line in lines],
        Settings(),
        ids().__next__,
        **options,
    )


def a_template(**changes: Any) -> dict[str, Any]:
    return {
        "subject": "个人",
        "aspect": "产业发展",
        "side": "导师",
        "item": "带对象考察产业基地",
        "method": "交流提高法",
        "target": 4,
        "months": 12,
        **changes,
    }


def test_a_new_pairing_gets_the_duties_of_its_mentees_weak_aspects() -> None:
    mentee = a_row(IndividualRow, an_individual())

    found = made(mentee)

    assert [row["duty_id"] for row in found] == [code("ZR", n + 1) for n in range(len(found))]
    assert {row["aspect"] for row in found} == {Aspect.COMPETENCE, Aspect.INDUSTRY}
    assert {row["side"] for row in found} == {Side.MENTOR, Side.MENTEE}
    assert len(found) == 9
    for row in found:
        assert a_row(DutyRow, row).starts_on == date(2026, 3, 1)
        assert row["due_on"] <= date(2027, 2, 28)


def test_new_duties_make_no_findings() -> None:
    duties = made(a_row(IndividualRow, an_individual()))
    ledger = a_ledger(duty=duties, log=[])

    assert [f for f in validate(ledger, RuleContext(AS_OF)) if f.sheet == "职责清单"] == []


def test_organisations_have_templates_of_their_own() -> None:
    found = made(a_row(OrganisationRow, an_organisation()))

    assert {row["aspect"] for row in found} == {Aspect.ORGANISATION, Aspect.INDUSTRY}
    assert all("对象" not in row["item"] for row in found)


@pytest.mark.parametrize(
    ("category", "taken"),
    [(None, 1), ("乡村干部", 1), ("致富带头人、乡村干部", 1), ("致富带头人", 0)],
)
def test_a_template_for_a_category_is_for_that_category(category: str | None, taken: int) -> None:
    mentee = a_row(IndividualRow, an_individual())

    assert len(made(mentee, [a_template(category=category)])) == taken


def test_several_mentors_may_share_the_aspects() -> None:
    mentee = a_row(IndividualRow, an_individual())

    found = made(mentee, aspects=(Aspect.INDUSTRY,))

    assert {row["aspect"] for row in found} == {Aspect.INDUSTRY}


def test_without_a_weak_aspect_the_lowest_one_is_worked_on() -> None:
    scores = {"conviction": 4, "competence": 3, "organisation": 4, "conduct": 4, "industry": 3}

    lowest = a_row(IndividualRow, an_individual() | scores | {"governance": 4})
    unrated = a_row(IndividualRow, an_individual() | dict.fromkeys([*scores, "governance"]))

    assert aspects_to_work_on(lowest, Settings()) == (Aspect.COMPETENCE,)
    assert made(unrated) == []


@given(st.integers(1, 60), st.integers(1, 40), st.integers(0, 900))
def test_start_due_and_target_lie_within_the_period(months: int, target: int, length: int) -> None:
    until = date.fromordinal(date(2026, 1, 31).toordinal() + length)
    pairing = a_pairing(paired_on=date(2026, 1, 31), until=until)
    mentee = a_row(IndividualRow, an_individual())

    [row] = made(mentee, [a_template(months=months, target=target)], pairing)

    assert row["starts_on"] == date(2026, 1, 31) <= row["due_on"] <= until
    assert 1 <= row["target"] <= target
    assert row["due_on"] == until or row["target"] == target


def test_a_duty_cut_short_is_owed_less_often() -> None:
    mentee = a_row(IndividualRow, an_individual())
    half = a_pairing(paired_on=date(2026, 1, 1), until=date(2026, 6, 30))

    [row] = made(mentee, [a_template(months=12, target=5)], half)

    assert (row["due_on"], row["target"]) == (date(2026, 6, 30), 3)


def test_a_pairing_without_a_period_gets_no_duties() -> None:
    mentee = a_row(IndividualRow, an_individual())

    assert new_duties(
        PairingRow.model_construct(pairing_id=FIRST, paired_on=None, until=None),
        mentee, [], Settings(), ids().__next__,
    ) == []  # fmt: skip
