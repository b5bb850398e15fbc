"""The duties a new pairing starts with: what its contact plan owes, so that who keeps it has no flag."""

from __future__ import annotations

import random
from calendar import monthrange
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.duties import aspects_to_work_on, duty_report, new_duties
from addin.domain.facts import LedgerFacts
from addin.domain.flags.judgement import flags
from addin.domain.pairing.adoption import shared_aspects
from tests.build import (
    AS_OF,
    a_ledger,
    a_log_entry,
    a_mentor,
    a_pairing,
    an_individual,
    an_organisation,
    code,
)
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import DutyTemplateRow, IndividualRow, OrganisationRow, PairingRow
from validators.sheets.base import ASPECT_FIELDS
from validators.validation import validate
from validators.vocabulary import Aspect, MenteeCategory, OrganisationCategory, Side
from workbooks.template.workbook import default_duties

REMINDERS = {"flag.pairing.ending"}
"""Said of every pairing that ends, whoever keeps the plan."""


def a_row(model: Any, cells: dict[str, Any]) -> Any:
    return model.model_validate(cells)


DEFAULTS = [a_row(DutyTemplateRow, line) for line in default_duties()]


def made(
    mentee: IndividualRow | OrganisationRow,
    templates: list[dict[str, Any]] | None = None,
    pairing: dict[str, Any] | None = None,
    settings: Settings | None = None,
    **options: Any,
) -> list[dict[str, Any]]:
    ids: Iterator[str] = (code("ZR", n) for n in range(1, 9999))
    lines = DEFAULTS if templates is None else [a_row(DutyTemplateRow, t) for t in templates]
    pairing_row = a_row(PairingRow, pairing or a_pairing())
    return new_duties(pairing_row, mentee, lines, settings or Settings(), ids.__next__, **options)


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


def individual(*scores: int | None, **changes: Any) -> IndividualRow:
    rated = dict(zip(ASPECT_FIELDS, scores, strict=True)) if scores else {}
    row: IndividualRow = a_row(IndividualRow, an_individual() | rated | changes)
    return row


# --- the model clerk: one contact in each owed month, the duty due first ---


def owed_months(first: date, last: date, settings: Settings) -> list[tuple[int, int]]:
    """Return (year, month) of the months owed, day by day."""
    counted: Counter[tuple[int, int]] = Counter()
    day = first + timedelta(days=int(settings.grace_days))
    while day <= last:
        exempt = any(a <= day <= b for a, b in settings.exempt_periods)
        counted[day.year, day.month] += not exempt
        day += timedelta(days=1)
    return sorted(month for month, days in counted.items() if days >= settings.counted_days)


def end_of(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def kept(
    duties: list[dict[str, Any]], pairing: dict[str, Any], settings: Settings, rng: random.Random
) -> list[dict[str, Any]]:
    """Return the entries of a mentor who meets as often as owed and names the duty due first."""
    left = {duty["duty_id"]: duty["target"] for duty in duties}
    log = []
    for year, month in owed_months(pairing["paired_on"], pairing["until"], settings):
        first = max(pairing["paired_on"], date(year, month, 1))
        last = min(pairing["until"], end_of(year, month))
        days = sorted(
            first + timedelta(days=rng.randint(0, (last - first).days))
            for _ in range(int(settings.contacts_per_month))
        )
        for day in days:
            due = min((d for d in duties if left[d["duty_id"]]), key=lambda d: d["due_on"])
            left[due["duty_id"]] -= 1
            changes = {"date": day, "duty_ids": due["duty_id"], "aspect": due["aspect"]}
            log.append(a_log_entry(pairing_ids=pairing["pairing_id"]) | changes)
    return log


@st.composite
def worlds(draw: st.DrawFn) -> tuple[dict[str, Any], Settings, random.Random]:
    """Return the rows of a newly confirmed team and its mentee, and the settings."""
    rng = draw(st.randoms(use_true_random=False))
    start = date(2024, 1, 1) + timedelta(days=draw(st.integers(0, 730)))
    months = draw(st.integers(3, 36))
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, monthrange(year, month + 1)[1])
    until = date(year, month + 1, day) - timedelta(days=1)
    exempt = date(start.year + 1, 2, 1)
    settings = Settings(
        contacts_per_month=draw(st.sampled_from([1, 1, 1, 2, 4])),
        grace_days=draw(st.sampled_from([30, 30, 0, 45])),
        exempt_periods=draw(
            st.sampled_from([(), ((exempt, exempt + timedelta(days=rng.randint(3, 80))),)])
        ),
    )
    scores = dict(zip(ASPECT_FIELDS, draw(st.tuples(*[st.integers(1, 5)] * 6)), strict=True))
    before = {"surveyed_on": start - timedelta(days=9), "chosen_on": start - timedelta(days=9)}
    if draw(st.booleans()):
        key, model, row = "individual", IndividualRow, an_individual()
        before["category"] = draw(st.sampled_from(MenteeCategory)).value
    else:
        key, model, row = "organisation", OrganisationRow, an_organisation()
        before["category"] = draw(st.sampled_from(OrganisationCategory)).value
    row |= scores | before
    team = range(1, draw(st.integers(1, 3)) + 1)
    pairings = [
        a_pairing(n, mentor_id=code("D", n), mentee_id=row["mentee_id"], paired_on=start,
                  ceremony_on=None, until=until)
        for n in team
    ]  # fmt: skip
    mentee = a_row(model, row)
    strengths = [{aspect: rng.randint(1, 5) for aspect in Aspect} for _ in team]
    shares = shared_aspects(aspects_to_work_on(mentee, settings), strengths)
    rows = {
        "mentor": [a_mentor(n) for n in team], "individual": [], "organisation": [], key: [row],
        "pairing": pairings, "duty": [], "log": [], "assessment": [], "completion": [],
        "conversion": [], "misconduct": [],
    }  # fmt: skip
    for pairing, aspects in zip(pairings, shares, strict=True):
        duties = made(mentee, None, pairing, settings, aspects=aspects)
        for duty in duties:
            duty["duty_id"] = code(
                "ZR", 1000 * int(pairing["pairing_id"][-1]) + int(duty["duty_id"][-4:])
            )
        owed = len(owed_months(start, until, settings)) * settings.contacts_per_month
        assert sum(duty["target"] for duty in duties) == owed
        rows["duty"] += duties
        rows["log"] += kept(duties, pairing, settings, rng)
    return rows, settings, rng


@settings(deadline=None)  # a busy machine is no fault
@given(worlds())
def test_who_keeps_the_contact_plan_has_no_flag_and_fulfils_every_duty(
    world: tuple[dict[str, Any], Settings, random.Random],
) -> None:
    rows, settings, rng = world
    pairing = rows["pairing"][0]
    span = [
        pairing["paired_on"] + timedelta(days=n)
        for n in range((pairing["until"] - pairing["paired_on"]).days + 1)
    ]
    ends = [day for day in span if (day + timedelta(days=1)).day == 1]
    for as_of in {*rng.sample(ends, 2), *rng.sample(span, 2), span[-1]}:
        log = [entry for entry in rows["log"] if entry["date"] <= as_of]
        log = [entry | {"log_id": code("R", n)} for n, entry in enumerate(log, 1)]
        ledger = a_ledger(**rows | {"log": log})
        validate(ledger, RuleContext(as_of, settings))
        facts = LedgerFacts.of(ledger, settings, as_of)

        hits = [hit for flag in flags(facts) for hit in flag.hits if hit.code not in REMINDERS]

        assert [hit.facts for hit in hits] == [], as_of
        if as_of == span[-1]:
            assert {duty.progress for duty in duty_report(facts.contacts).states} <= {"已完成"}


# --- what a pairing starts with ---


def test_a_year_with_one_contact_a_month_has_duties_for_as_many_contacts_of_both_sides() -> None:
    found = made(individual())

    assert [row["duty_id"] for row in found] == [code("ZR", n + 1) for n in range(len(found))]
    assert {row["aspect"] for row in found} == {Aspect.COMPETENCE, Aspect.INDUSTRY}
    assert {row["side"] for row in found} == {Side.MENTOR, Side.MENTEE}
    assert sum(row["target"] for row in found) == 11  # March lies in the grace
    assert [row["due_on"] for row in found] == sorted(row["due_on"] for row in found)
    assert found[0]["due_on"] == date(2026, 4, 30)
    assert found[-1]["due_on"] == date(2027, 2, 28)


def test_one_aspect_is_worked_on_template_after_template() -> None:
    templates = [
        a_template(item="甲", target=1, months=2),
        a_template(item="乙", target=4, side="对象"),
        a_template(item="丙", target=6),
    ]

    found = made(individual(3, 3, 3, 3, 1, 3), templates)

    assert [(row["item"], row["target"]) for row in found] == [("甲", 1), ("乙", 4), ("丙", 6)]
    assert [row["due_on"] for row in found] == [
        date(2026, 4, 30), date(2026, 8, 31), date(2027, 2, 28),
    ]  # fmt: skip


def test_weak_aspects_take_turns_by_months() -> None:
    found = made(individual(1, 3, 1, 3, 1, 3))

    aspects = [row["aspect"] for row in found]
    assert aspects[:3] == [Aspect.CONVICTION, Aspect.ORGANISATION, Aspect.INDUSTRY]
    assert aspects[3:6] == aspects[:3]
    assert {row["target"] for row in found} == {1}


def test_no_duty_is_made_where_no_month_is_owed() -> None:
    short = a_pairing(until=date(2026, 4, 14))

    assert made(individual(), pairing=short) == []


def test_new_duties_make_no_findings() -> None:
    ledger = a_ledger(duty=made(individual()), log=[])

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
    assert len(made(individual(), [a_template(category=category)])) == taken


def test_several_mentors_may_share_the_aspects() -> None:
    found = made(individual(), aspects=(Aspect.INDUSTRY,))

    assert {row["aspect"] for row in found} == {Aspect.INDUSTRY}


def test_without_a_weak_aspect_the_lowest_one_is_worked_on() -> None:
    assert aspects_to_work_on(individual(4, 3, 4, 4, 3, 4), Settings()) == (Aspect.COMPETENCE,)
    assert made(individual(*[None] * 6)) == []


def test_a_pairing_without_a_period_gets_no_duties() -> None:
    pairing = PairingRow.model_construct(pairing_id=code("J"), paired_on=None, until=None)

    assert new_duties(pairing, individual(), DEFAULTS, Settings(), iter(()).__next__) == []
