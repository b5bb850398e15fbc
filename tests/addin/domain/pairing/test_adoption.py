"""Derived modes never contradict the ledger's own rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addin.domain.pairing.adoption import changed_modes, mode_of, modes_of, path_of
from addin.domain.pairing.suggest import suggest
from tests.addin.domain.pairing.ledgers import Sheets, build, random_sheets
from tests.build import AS_OF, UNIT, RowCells, a_pairing, code
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import PairingRow
from validators.validation import validate
from validators.vocabulary import Mode, PairingPath

SETTINGS = Settings()
FIELDS = (("mentor", "mentor_id"), ("individual", "mentee_id"), ("organisation", "mentee_id"))


@pytest.mark.parametrize(
    ("mentees", "mentors", "organisation", "villages", "mode"),
    [
        (1, 1, False, ("", "冯庄村"), Mode.ONE_TO_ONE),
        (3, 1, False, ("", "冯庄村"), Mode.ONE_TO_MANY),
        (1, 2, False, ("冯庄村", "冯庄村"), Mode.MANY_TO_ONE),
        (2, 2, False, ("冯庄村", "冯庄村"), Mode.TEAM),
        (1, 1, False, ("冯庄村", "大马庄村"), Mode.CROSS_VILLAGE),
        (2, 1, True, ("冯庄村", "大马庄村"), Mode.CROSS_VILLAGE),
        (2, 3, True, ("冯庄村", "大马庄村"), Mode.GROUP),
    ],
)
def test_the_mode_follows_from_who_helps_whom(
    mentees: int, mentors: int, organisation: bool, villages: tuple[str, str], mode: Mode
) -> None:
    assert mode_of(mentees, mentors, organisation=organisation, villages=villages) is mode


@pytest.mark.parametrize(
    ("mentor", "mentee", "veteran", "newcomer", "path"),
    [
        ("", "冯庄村", True, True, PairingPath.TOWNSHIP_TO_VILLAGE),
        ("冯庄村", "冯庄村", True, True, PairingPath.OLD_TO_NEW),
        ("", "", True, True, PairingPath.OLD_TO_NEW),
        ("冯庄村", "冯庄村", True, False, PairingPath.STRONG_TO_WEAK),
        ("", "", False, True, PairingPath.STRONG_TO_WEAK),
    ],
)
def test_the_path_follows_from_who_they_are(
    mentor: str, mentee: str, veteran: bool, newcomer: bool, path: PairingPath
) -> None:
    found = path_of(
        mentor_village=mentor, mentee_village=mentee, veteran=veteran, newcomer=newcomer
    )

    assert found is path


def _questioned(ledger: Ledger) -> list[str]:
    findings = validate(ledger, RuleContext(AS_OF, SETTINGS))
    return [f"{f.cell} {f.message}" for f in findings if f.code == "pairing.mode.mismatch"]


def _made_true(sheets: Sheets) -> list[RowCells]:
    """Give what runs its true mode, and return the rows of 结对台账 in ledger order."""
    rows = [row for part in sheets.values() for row in part["pairing"]]
    everybody = {
        row[field]: row["village"] or ""
        for part in sheets.values()
        for key, field in FIELDS
        for row in part[key]
    }
    runs = [row for row in rows if row["status"] == "帮带中"]
    modes = modes_of([(row["mentor_id"], row["mentee_id"]) for row in runs], everybody)
    for row in runs:
        row["mode"] = modes[row["mentor_id"], row["mentee_id"]].value
    return rows


def test_organisations_are_counted_apart_from_individuals() -> None:
    first, second, third = (code("G", 1), code("G", 2), code("Z", 1))
    mentor = code("D", 1)

    apart = modes_of([(mentor, first), (mentor, third)], {})
    alike = modes_of([(mentor, first), (mentor, second), (mentor, third)], {})

    assert set(apart.values()) == {Mode.ONE_TO_ONE}
    assert [alike[mentor, mentee] for mentee in (first, second, third)] == [
        Mode.ONE_TO_MANY,
        Mode.ONE_TO_MANY,
        Mode.ONE_TO_ONE,
    ]


@settings(deadline=None)
@given(st.integers(0, 10**9))
def test_a_confirmed_plan_has_no_mode_the_rules_would_question(seed: int) -> None:
    sheets = random_sheets(seed)
    rows = _made_true(sheets)
    ledger = build(sheets)
    assert _questioned(ledger) == []
    plan = suggest(ledger, SETTINGS, AS_OF)

    for at, mode in changed_modes(ledger, [(p.mentor_id, p.mentee_id) for p in plan.pairs]).items():
        rows[at]["mode"] = mode.value
    for number, pair in enumerate(plan.pairs, 500):
        unit = pair.mentee_id[1:10]
        sheets[unit]["pairing"].append(
            a_pairing(
                number,
                unit=unit,
                mentor_id=pair.mentor_id,
                mentee_id=pair.mentee_id,
                mode=str(pair.mode),
            )
        )

    assert _questioned(build(sheets)) == []


def test_a_running_pair_of_two_is_no_longer_one_to_one_with_a_third() -> None:
    ledger = build(
        {
            UNIT: {
                "mentor": [],
                "individual": [],
                "organisation": [],
                "pairing": [
                    a_pairing(1, mode="一对一"),
                    a_pairing(2, mentee_id=code("G", 2), mode="跨村带"),
                    a_pairing(3, mentor_id=code("D", 2), mentee_id=code("G", 3), mode="一对一"),
                ],
            }
        }
    )

    changed = changed_modes(ledger, [(code("D", 1), code("G", 9))])

    assert changed == {0: Mode.ONE_TO_MANY}
    assert ledger.table(PairingRow).column("mode")[0] is Mode.ONE_TO_ONE
