"""A ledger told as of an earlier day is the ledger that was typed on that day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.reports.earlier import ledger_on
from addin.domain.summaries import summarise
from tests.build import (
    Edit,
    World,
    a_completion,
    a_conversion,
    a_duty,
    a_log_entry,
    a_mentor,
    a_misconduct,
    a_pairing,
    add,
    an_assessment,
    an_individual,
    change,
    code,
    ledger_of,
)
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import IndividualRow, PairingRow
from validators.validation import validate

THEN, NOW = date(2026, 6, 30), date(2026, 9, 30)
LATER = "2026-08-11"


def both(*edits: Edit) -> Edit:
    def edit(world: World) -> None:
        for each in edits:
            each(world)

    return edit


EVENTS: dict[str, Edit] = {
    "a mentor pauses": change("mentor", 0, status="暂停", status_since=LATER),
    "a mentor joins": add("mentor", a_mentor(5, joined_on=LATER, appointed_on=LATER)),
    "a mentee is chosen": add("individual", an_individual(5, chosen_on=LATER, status="待结对")),
    "a pairing is broken off": change(
        "pairing", 0, status="终止", ended_on=LATER, end_reason="工作调动"
    ),
    "its mentee leaves": change("individual", 0, status="退出", status_since=LATER),
    "an organisation is closed": change(
        "organisation", 0, status="已销号", status_since=LATER, closed_on=LATER
    ),
    "a pairing begins": both(
        add("pairing", a_pairing(7, mentor_id=code("D", 2), paired_on=LATER)),
        add("duty", a_duty(7, pairing_id=code("J", 7), starts_on=LATER)),
    ),
    "a contact is made": add("log", a_log_entry(9, date=LATER)),
    "an assessment is made": add("assessment", an_assessment(9, assessed_on=LATER)),
    "a step is taken": add("conversion", a_conversion(date=LATER)),
    "a period is assessed": add("completion", a_completion(assessed_on=LATER)),
    "misconduct is recorded": add("misconduct", a_misconduct(date=LATER)),
}


def checked(ledger: Ledger, day: date) -> Ledger:
    validate(ledger, RuleContext(day))
    return ledger


def told(ledger: Ledger, day: date) -> tuple[object, ...]:
    """Return what a ledger comes to as of `day`, its row counts and places apart."""
    (unit,) = summarise(ledger, day, Settings()).units.values()
    facts = LedgerFacts.of(ledger, Settings(), day)
    counts = {"rows", "accepted", "rejected", "ignored", "findings"}
    figures = {n: getattr(unit, n) for n in unit.__dataclass_fields__ if n not in counts}
    flagged = [(f.mentee_id, f.level, f.score, [h.facts for h in f.hits]) for f in flags(facts)]
    duties = [(d.duty_id, d.done, d.progress) for d in facts.duties]
    misconduct = {k: len(v) for k, v in facts.misconduct(date(2026, 1, 1), day).items()}
    return figures, flagged, duties, misconduct


def base(day: date = THEN) -> Ledger:
    return checked(ledger_of(), day)


@settings(deadline=None)
@given(st.sets(st.sampled_from(sorted(EVENTS))))
def test_what_came_later_is_not_told(names: set[str]) -> None:
    later = checked(ledger_of(*(EVENTS[name] for name in sorted(names))), NOW)

    then = ledger_on(later, THEN, Settings(), NOW)

    assert told(then, THEN) == told(base(), THEN)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_each_event_is_told_from_its_day_on(name: str) -> None:
    later = checked(ledger_of(EVENTS[name]), NOW)

    on_the_day = ledger_on(later, date.fromisoformat(LATER), Settings(), NOW)

    assert told(later, NOW) != told(base(NOW), NOW)
    assert told(on_the_day, NOW) == told(later, NOW)


def test_a_pairing_that_ended_with_its_period_ran_before_its_last_day() -> None:
    ledger = checked(ledger_of(change("pairing", 0, status="期满", until="2026-08-31")), NOW)

    def running(day: date) -> bool:
        pairings = ledger_on(ledger, day, Settings(), NOW).table(PairingRow)
        return pairings.column("status")[0] == "帮带中"

    assert [running(date(2026, month, 31)) for month in (7, 8)] == [True, False]


def test_a_mentee_whose_pairing_had_not_begun_was_waiting() -> None:
    begins = change("pairing", 0, paired_on="2026-07-15")
    leaves = change("individual", 0, status="退出", status_since=LATER)
    ledger = checked(ledger_of(begins, leaves), NOW)

    then = ledger_on(ledger, THEN, Settings(), NOW)

    assert then.table(IndividualRow).column("status")[0] == "待结对"
    assert ledger.table(IndividualRow).column("status")[0] == "退出", "the ledger is not changed"


def test_the_ledger_of_the_day_itself_is_left_alone() -> None:
    ledger = base()

    assert ledger_on(ledger, THEN, Settings(), THEN) is ledger
