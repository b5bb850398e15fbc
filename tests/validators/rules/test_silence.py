"""One bad cell, heading or sheet is one finding: rules are silent about what they cannot read."""

from __future__ import annotations

from datetime import date

import pytest

from tests.build import (
    AS_OF,
    a_ledger,
    a_log_entry,
    a_mentor,
    a_pairing,
    a_world,
    add,
    an_individual,
    change,
    code,
    ledger_of,
)
from tests.validators.rules.case import NOTICE
from validators.rules import RuleContext
from validators.validation import validate


def serious(ledger):
    return {
        (f.code, ledger_place(ledger, f))
        for f in validate(ledger, RuleContext(AS_OF))
        if f.level is not NOTICE
    }


def ledger_place(ledger, finding):
    return f"{finding.sheet}!{finding.cell}"


def place(ledger, key, row, field):
    cell = ledger.tables[key].place(row, field)
    return f"{cell.sheet}!{cell.cell}"


CROWD = [
    change("pairing", 0, mode="一对多"),
    add("individual", *(an_individual(n) for n in (3, 4, 5))),
    add("pairing", *(a_pairing(n + 1, mentee_id=code("G", n), mode="一对多") for n in (3, 4, 5))),
]


@pytest.mark.parametrize(
    ("key", "row", "field", "cell", "kind", "before"),
    [
        ("pairing", 0, "status", "在帮", "choice", []),
        ("pairing", 0, "mentee_id", "G64040210-001", "code_malformed", []),
        ("pairing", 0, "mentor_id", "D64040210-001", "code_malformed", []),
        ("pairing", 0, "paired_on", "3/1", "date_ambiguous", []),
        ("pairing", 0, "until", 20270228, "date_number", []),
        ("mentor", 0, "capacity", "约5人", "number_unreadable", CROWD),
        ("mentor", 0, "appointed_until", "2027-02-30", "date_unreadable", []),
        ("mentor", 0, "born", 197605, "date_number", []),
        ("individual", 0, "stage", "带头人", "choice", []),
        ("conversion", 0, "date", "5月", "date_unreadable", []),
        ("conversion", 0, "to_stage", "带头人", "choice", []),
        ("organisation", 0, "inspection_score", "80左右", "number_unreadable", []),
        ("duty", 0, "pairing_id", "J1", "code_malformed", []),
        ("log", 0, "pairing_ids", "J1", "code_malformed", []),
        ("unit", 0, "code", "64040210", "code_malformed", []),
        ("completion", 0, "score", 101, "out_of_range", []),
    ],
)
def test_an_unreadable_cell_is_one_finding(key, row, field, cell, kind, before) -> None:
    edits = [*before, change(key, row, **{field: cell})]
    if key == "mentor" and field == "capacity":
        reading = serious(ledger_of(*before))
        assert {found for found, _ in reading} == {"mentor.load.high"}
    ledger = ledger_of(*edits)

    found = serious(ledger)

    assert found == {(f"{key}.{field}.{kind}", place(ledger, key, row, field))}


@pytest.mark.parametrize("key", [key for key in a_world() if key != "unit"])
def test_a_missing_sheet_makes_no_row_of_other_sheets_wrong(key) -> None:
    ledger = a_ledger(without={key})

    assert serious(ledger) == set()


@pytest.mark.parametrize(
    "name",
    [
        *(f"mentor.{n}" for n in ("mentor_id", "name", "village", "status", "status_since")),
        *(f"individual.{n}" for n in ("mentee_id", "status", "stage", "chosen_on", "name")),
        *(f"organisation.{n}" for n in ("mentee_id", "village", "closed_on")),
        *(f"pairing.{n}" for n in ("pairing_id", "mentor_id", "mentee_id", "status", "paired_on")),
        *(f"duty.{n}" for n in ("duty_id", "pairing_id", "starts_on")),
        *(f"log.{n}" for n in ("log_id", "date", "pairing_ids", "content")),
        *(f"conversion.{n}" for n in ("mentee_id", "date", "to_stage")),
    ],
)
def test_a_missing_column_makes_no_row_wrong(name) -> None:
    ledger = a_ledger(without={name})

    assert serious(ledger) == set()


def test_a_rule_says_nothing_of_a_column_the_sheet_lacks() -> None:
    mentors = [a_mentor(1), a_mentor(2), a_mentor(3, status="暂停")]

    with_column = serious(a_ledger(mentor=mentors))
    without_column = serious(a_ledger(mentor=mentors, without={"mentor.status_since"}))

    assert {found for found, _ in with_column} == {"mentor.status.undated"}
    assert without_column == set()


def test_the_usual_load_counts_where_the_sheet_has_no_capacity() -> None:
    world = a_world()
    for edit in CROWD:
        edit(world)

    del world["unit"]
    found = serious(a_ledger(without={"mentor.capacity"}, **world))

    assert {found for found, _ in found} == {"mentor.load.high"}


def test_a_repeated_id_is_said_of_its_cells_only() -> None:
    # which of the two mentors the pairing means is open: neither is judged by the other's facts
    ledger = ledger_of(
        add(
            "mentor",
            a_mentor(3, mentor_id=code("D", 1), status="调出", status_since=date(2026, 5, 1)),
        )
    )
    first = serious(ledger)
    ledger_2 = ledger_of(
        change("mentor", 0, name="周文", status="调出", status_since=date(2026, 5, 1)),
        add("mentor", a_mentor(1)),
    )

    assert {found for found, _ in first} == {"mentor.id.duplicate"}
    assert {found for found, _ in serious(ledger_2)} == {"mentor.id.duplicate"}


def test_a_log_entry_is_not_judged_by_a_period_that_is_only_half_known() -> None:
    both = f"{code('J', 1)}、{code('J', 3)}"
    entry = a_log_entry(2, date=date(2025, 5, 3), pairing_ids=both, duty_ids=None)
    ledger = ledger_of(add("log", entry), change("pairing", 2, until="2026.2"))

    assert {found for found, _ in serious(ledger)} == {"pairing.until.date_ambiguous"}


def test_a_row_rejected_for_one_cell_still_answers_references() -> None:
    ledger = ledger_of(change("mentor", 0, gender="不详"), change("pairing", 0, mode="一对一对"))

    assert {found for found, _ in serious(ledger)} == {
        "mentor.gender.choice",
        "pairing.mode.choice",
    }


def test_a_wrong_unit_code_does_not_make_every_id_foreign() -> None:
    ledger = ledger_of(change("unit", 0, code="640402999"))

    assert {found for found, _ in serious(ledger)} == {"unit.code.unknown"}


def test_one_unreadable_pairing_keeps_the_modes_it_may_explain() -> None:
    # mentor 1 may or may not have two mentees: 一对多 is possible, 多对一 is not
    possible = [change("pairing", 0, mode="一对多"), change("individual", 1, status="帮带中")]
    unreadable = change("pairing", 2, status="在帮", until=date(2027, 2, 28))

    found = {found for found, _ in serious(ledger_of(*possible, unreadable))}
    impossible = serious(ledger_of(*possible, unreadable, change("pairing", 0, mode="多对一")))

    assert found == {"pairing.status.choice"}
    assert {found for found, _ in impossible} == {"pairing.status.choice", "pairing.mode.mismatch"}
