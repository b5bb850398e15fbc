"""Every number of duty rows and growth files, counted again by plain Python over the rows."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from addin.actions.found_files import discover
from addin.actions.validate import examine
from addin.domain.contacts import Contacts
from addin.domain.conversions import ROUTES, leaders
from addin.domain.duties import DutyState, duty_report
from addin.domain.facts import LedgerFacts
from addin.domain.growth import EventKind, growth, timeline
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import GrowthRow, columns_by_field, model_for
from validators.vocabulary import Aspect
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 17)
FIELDS = ("conviction", "competence", "organisation", "conduct", "industry", "governance")
Rows = dict[str, list[Any]]
Case = tuple[Contacts, Rows]


@pytest.fixture(scope="module", params=[7, 12])
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return a merged delivery with planted errors, and its accepted rows as models."""
    folder = tmp_path_factory.mktemp(f"samples{request.param}")
    write_samples(
        folder, townships=4, log_rows=300, error_rate=0.05, seed=request.param, as_of=AS_OF
    )
    examination = examine(discover([folder])[0], as_of=AS_OF)
    examination.report()
    own = {one.file: one.settings for one in examination.examined}
    ledger = Ledger.merged(one.ledger for one in examination.examined)
    rows = {key: accepted_rows(ledger, key) for key in ledger.tables}
    return Contacts(ledger, Settings(), AS_OF, own), rows


def accepted_rows(ledger: Ledger, key: str) -> list[Any]:
    table = ledger.table(model_for(key))
    return [row for row, taken in zip(table.records(), table.accepted(), strict=True) if taken]


def entries_of(rows: Rows, pairing: str) -> list[Any]:
    """Return the entries that name a pairing, in the order they are taken in."""
    named = [
        e for e in rows["log"] if e.date and e.date <= AS_OF and pairing in (e.pairing_ids or ())
    ]
    return sorted(named, key=lambda e: e.date)


def test_contacts_are_the_accepted_entries_that_name_a_pairing(case: Case) -> None:
    contacts, rows = case
    codes = [pairing.pairing_id for pairing in rows["pairing"]]

    total = sum(len(set(e.pairing_ids)) for e in rows["log"])

    assert len(contacts) == total > len(rows["log"]) > 0
    for code in codes:
        expected = entries_of(rows, code)
        found = contacts.of_pairing(code)
        assert list(found.days) == [e.date for e in expected]
        assert contacts.count(code) == len(expected)
        assert (
            contacts.last_day(code) == found.last == max((e.date for e in expected), default=None)
        )
        assert {aspect: len(days) for aspect, days in found.by_aspect.items()} == Counter(
            e.aspect for e in expected
        )


def test_plans_are_the_months_of_enough_days(case: Case) -> None:
    contacts, rows = case
    assert any(settings.exempt_periods for settings in contacts.own.values())
    files = {settings.exempt_periods for settings in contacts.own.values()}
    assert len(files) > 1
    for pairing in rows["pairing"]:
        found = contacts.of_pairing(pairing.pairing_id)
        days = [e.date for e in entries_of(rows, pairing.pairing_id)]
        owed = months_owed(contacts, pairing, days)

        assert [plan.month for plan in found.months] == owed
        assert [plan.made for plan in found.months] == [
            sum((d.year, d.month) == (m.year, m.month) for d in days) for m in owed
        ]
        recent = [plan for plan in found.months if plan.month >= date(2026, 3, 1)]
        kept = sum(min(plan.made, 1) for plan in recent)
        assert found.rate() == (kept / len(recent) if recent else None)


def months_owed(contacts: Contacts, pairing: Any, contact_days: list[date]) -> list[date]:
    table = contacts.ledger.table(model_for("pairing"))
    file = table.locate(table.by_id[pairing.pairing_id])[0].file
    last = min(pairing.until, date(2026, 5, 31))
    if pairing.status == "终止":
        last = min(last, pairing.ended_on or max(contact_days, default=date.min))
    counted: Counter[date] = Counter()
    day = pairing.paired_on + timedelta(days=30)
    while day <= last:
        exempt = any(a <= day <= b for a, b in contacts.own[file].exempt_periods)
        paused = pairing.paused_from and pairing.paused_from <= day <= pairing.paused_to
        counted[day.replace(day=1)] += not exempt and not paused
        day += timedelta(days=1)
    return sorted(month for month, n in counted.items() if n >= 15)


def naive_duties(rows: Rows, pairing: str) -> dict[str, list[str]]:
    """Give the contacts of one pairing to the duties they name, entry by entry; IDs by duty ID."""
    given: dict[str, list[Any]] = {d.duty_id: [] for d in rows["duty"] if d.pairing_id == pairing}
    for entry in entries_of(rows, pairing):
        mine = [duty for duty in entry.duty_ids or () if duty in given]
        if mine:
            given[mine[0]].append(entry)
    return {
        duty: [e.log_id for e in sorted(found, key=lambda e: e.date)]
        for duty, found in given.items()
    }


def naive_progress(duty: Any, done: int, proposed: int = 0) -> str:
    if done >= duty.target:
        return "已完成"
    if duty.due_on < AS_OF:
        return "逾期" if done + proposed < duty.target else "进行中"
    return "进行中" if done else "未开始"


def test_duties_are_counted_from_the_entries_they_name(case: Case) -> None:
    contacts, rows = case
    log = contacts.log.column("log_id")
    days = contacts.log.column("date")

    states = {state.duty_id: state for state in duty_report(contacts).states}

    assert set(states) == {d.duty_id for d in rows["duty"]}
    assert len({state.progress for state in states.values()}) == 4
    for pairing in {d.pairing_id for d in rows["duty"]}:
        for duty, entries in naive_duties(rows, pairing).items():
            assert Counter(states[duty].entries) == Counter(entries), duty
    for duty in rows["duty"]:
        state = states[duty.duty_id]
        assert [log[row] for row in state.rows] == list(state.entries)
        assert state.done == len(state.entries)
        assert state.rate == round(100 * min(1, state.done / duty.target), 1)
        assert state.last_done_on == max((days[row] for row in state.rows), default=None)
        assert state.progress == naive_progress(duty, state.done, len(state.proposed))


def test_no_contact_advances_two_duties_of_one_pairing(case: Case) -> None:
    contacts, _ = case

    used = Counter((s.pairing_id, row) for s in duty_report(contacts).states for row in s.rows)

    assert set(used.values()) == {1}


def test_growth_rows_are_what_the_sheets_say(case: Case) -> None:
    contacts, rows = case
    files = {one.mentee_id: one for one in growth(LedgerFacts(contacts))}
    units = [*contacts.ledger.unit_codes.values()]
    mentees = [*rows["individual"], *rows["organisation"]]
    mentees.sort(key=lambda mentee: units.index(unit_of(mentee.mentee_id)))
    states = {state.duty_id: state for state in duty_report(contacts).states}

    assert list(files) == [m.mentee_id for m in mentees]
    for mentee in mentees:
        assert files[mentee.mentee_id].as_row() == naive_row(rows, mentee, states)


def naive_row(rows: Rows, mentee: Any, states: dict[str | None, DutyState]) -> dict[str, Any]:
    code = mentee.mentee_id
    pairings = [p for p in rows["pairing"] if p.mentee_id == code]
    names = {m.mentor_id: m.name for m in rows["mentor"]}
    series = sorted(
        (a for a in rows["assessment"] if a.mentee_id == code), key=lambda a: a.assessed_on
    )
    base = [getattr(mentee, name) for name in FIELDS]
    now = [getattr(series[-1], name) if series else None for name in FIELDS]
    contacts = [e.date for p in pairings for e in entries_of(rows, p.pairing_id)]
    duties = [d for d in rows["duty"] if d.pairing_id in {p.pairing_id for p in pairings}]
    done = sum(states[d.duty_id].progress == "已完成" for d in duties)
    running = [p.mentor_id for p in pairings if p.status == "帮带中"]
    weak = [a for a, s in zip(Aspect, base, strict=True) if s and s <= 2]
    row: dict[str, Any] = {
        "mentee_id": code,
        "mentee_name": mentee.name,
        "category": mentee.category,
        "post": getattr(mentee, "post", None),
        "mentors": "、".join(names.get(m, m) for m in running) or None,
        "weak_aspects": "、".join(weak) or None,
        "contacts": len(contacts),
        "last_contact": max(contacts, default=None),
        "duties_done": f"{done}/{len(duties)}" if duties else None,
        "stage": naive_stage(rows, mentee),
        "results": naive_results(rows, mentee, pairings),
        "trend": naive_trend(base, series),
    }
    for name, before, after in zip(FIELDS, base, now, strict=True):
        row |= {f"{name}_base": before, f"{name}_now": after}
        row[f"{name}_change"] = after - before if after and before else None
    return row


def naive_trend(base: list[int | None], series: list[Any]) -> str:
    if not series:
        return "待评价"
    before = [getattr(series[-2], f) for f in FIELDS] if len(series) > 1 else base
    changes = [
        getattr(series[-1], f) - b for f, b in zip(FIELDS, before, strict=True) if b is not None
    ]
    total = sum(changes)
    if not changes:
        return "待评价"
    if total < 0 or min(changes) <= -2:
        return "下降"
    return "上升" if total > 0 else "平稳"


def naive_steps(rows: Rows, code: str) -> list[Any]:
    return sorted((c for c in rows["conversion"] if c.mentee_id == code), key=lambda c: c.date)


def naive_stage(rows: Rows, mentee: Any) -> str | None:
    if not hasattr(mentee, "stage"):
        return None
    steps = naive_steps(rows, mentee.mentee_id)
    return steps[-1].to_stage if steps else mentee.stage


def naive_results(rows: Rows, mentee: Any, pairings: list[Any]) -> str | None:
    said = []
    steps = [s for s in naive_steps(rows, mentee.mentee_id) if s.people_led is not None]
    if steps:
        said += [f"带动 {steps[-1].people_led} 人", f"人均增收 {steps[-1].income_gain:g} 元"]
    codes = {p.pairing_id for p in pairings}
    done = sorted(
        (c for c in rows["completion"] if c.pairing_id in codes), key=lambda c: c.assessed_on
    )
    if done:
        said.append(f"期满考核 {done[-1].score:g} 分（{done[-1].rating}），{done[-1].conclusion}")
    if getattr(mentee, "closed_on", None):
        said.append(f"{mentee.closed_on} 批准销号")
    return "；".join(said) or None


def test_growth_rows_fit_their_sheet(case: Case) -> None:
    contacts, _ = case
    fields = set(columns_by_field(GrowthRow))

    for one in growth(LedgerFacts(contacts)):
        assert set(one.as_row()) == fields
        assert GrowthRow.model_validate(one.as_row()).mentee_id == one.mentee_id


def test_timelines_hold_every_contact_and_assessment_once(case: Case) -> None:
    contacts, rows = case

    for one in growth(LedgerFacts(contacts)):
        events = timeline(one, contacts)
        pairings = [pairing.pairing_id for pairing in one.pairings]
        entries = {id(e): e.log_id for p in pairings for e in entries_of(rows, p)}
        told = [event.code for event in events if event.kind is EventKind.CONTACT]
        assessed = [event for event in events if event.kind is EventKind.ASSESSED]
        assert Counter(told) == Counter(entries.values())
        assert len(assessed) == len(one.assessments)
        assert [event.day for event in events] == sorted(event.day for event in events)
        assert all(event.day <= AS_OF for event in events)


def test_conversion_rates_count_mentees_along_their_paths(case: Case) -> None:
    contacts, rows = case
    found = leaders(contacts.ledger, AS_OF)
    forward, onward, whole, back = ROUTES

    entered = completed = led = 0
    for mentee in rows["individual"]:
        steps = naive_steps(rows, mentee.mentee_id)
        stages = [s for step in steps for s in (step.from_stage, step.to_stage)]
        stages = stages or [mentee.stage]
        if "致富带头人" in stages:
            entered += 1
            later = stages[stages.index("致富带头人") :]
            completed += "后备干部" in later or "村党组织带头人" in later
        led += steps[-1].people_led if steps else 0
    total = found.total()
    assert (total.entered[0], total.completed[0]) == (entered, completed)
    assert 0 < total.rate(forward) == completed / entered < 1  # type: ignore[operator]
    assert total.people_led == led > 0
    assert sum((found.county(c) for c in {u[:6] for u in found.units}), type(total)()) == total
    assert total.completed[ROUTES.index(whole)] <= total.completed[ROUTES.index(onward)]
    assert total.completed[ROUTES.index(back)] == 0
