"""Whatever lies beside a ledger, its rows and figures stay what they are alone."""

from __future__ import annotations

import copy
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from addin.actions.consolidation.gather import gather
from addin.actions.validate import Examination, ExaminedLedger
from addin.domain.deliveries import ReportState, UnitStatus
from addin.domain.rollup import roll_up
from tests.build import AS_OF, OTHER_UNIT, UNIT, a_ledger, a_unit, a_world
from validators.divisions import by_code, unit_name
from validators.identity import as_claimed, claims_as_typed, is_claim
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate

OWNER = "开城镇.xlsx"
CITY = by_code()["6404"]


def examined(file: str, rows: dict[str, Any], without: tuple[str, ...] = ()) -> ExaminedLedger:
    rows = copy.deepcopy(rows)
    ledger = a_ledger(file=file, form=rows.pop("unit", None), without=without, **rows)
    findings = validate(ledger, RuleContext(AS_OF))
    saved = (datetime(2026, 6, 30, 8), datetime(2026, 6, 30, 8))
    return ExaminedLedger(file, ledger, findings, f"digest of {file}", Settings(), saved)


def owned_figures(*ledgers: ExaminedLedger) -> dict[str, Any]:
    """Return everything that is said of 开城镇 in a consolidation of `ledgers`."""
    gathered = gather(CITY, Examination(AS_OF, list(ledgers)))
    merged = Ledger.merged(one.ledger for one in gathered.examined)
    records = roll_up(merged, Settings(), AS_OF)
    owner = next(one for one in gathered.examined if one.file == OWNER)
    parts = [part for table in owner.ledger.tables.values() for part in table.parts]
    return {
        "rejected": {part.sheet: sorted(part.rejected) for part in parts},
        "findings": sorted(f for f in gathered.report.findings if f.file == OWNER),
        "state": [asdict(state) for state in gathered.states if state.file == OWNER],
        "summary": gathered.summary.units[UNIT],
        "growth": [one.as_row() for one in records.growths if UNIT in one.mentee_id],
        "flags": [one.as_row() for one in records.flags if one.file == OWNER],
    }


ALONE = owned_figures(examined(OWNER, a_world(UNIT)))

REFERENCES = ("mentee_id", "pairing_id", "pairing_ids", "duty_id", "participant_id")


def rows_as(draw: st.DrawFn, own: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return `own` rows with some replaced by the `other` unit's, or by references to them."""
    for key, rows in own.items():
        for at, row in enumerate(rows):
            how = draw(st.sampled_from(("own", "own", "whole", "refers")))
            if key == "unit" or at >= len(other[key]):
                continue
            if how == "whole":
                rows[at] = dict(other[key][at])
            elif how == "refers":
                row |= {f: v for f, v in other[key][at].items() if f in REFERENCES and f in row}
    return own


@st.composite
def foreign_ledgers(draw: st.DrawFn) -> ExaminedLedger:
    """Draw a file that claims 开城镇's IDs without being its ledger."""
    file = draw(st.sampled_from(("三营镇.xlsx", "张易镇.xlsx", "新建.xlsx", "上报/副本.xlsx")))
    when = draw(st.dates(date(2026, 1, 1), date(2026, 12, 31)))
    kind = draw(st.sampled_from(("no code", "borrowed", "kept", "no form", "wrong code")))
    rows = a_world(UNIT)
    if kind == "no form":
        mixed = rows_as(draw, a_world(OTHER_UNIT), rows)
        mixed.pop("unit")
        return examined(file, mixed, without=("unit",))
    if kind == "kept":
        rows = rows_as(draw, a_world(OTHER_UNIT), rows)
        rows["unit"] = [a_unit(unit=OTHER_UNIT, reported_on=when)]
    else:
        named = (
            {"township": draw(st.sampled_from(("三营镇", "张易镇")))} if kind == "borrowed" else {}
        )
        code = {"no code": None, "wrong code": "999999999"}.get(kind, UNIT)
        rows["unit"] = [a_unit(code=code, reported_on=when, **named) | {"code": code}]
    return examined(file, rows)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(foreign_ledgers(), st.booleans())
def test_no_file_beside_it_changes_a_row_or_a_figure_of_the_owner(
    foreign: ExaminedLedger, first: bool
) -> None:
    owner = examined(OWNER, a_world(UNIT))

    assert owned_figures(*((foreign, owner) if first else (owner, foreign))) == ALONE


@pytest.mark.parametrize("files", [("a.xlsx", "b.xlsx"), ("b.xlsx", "a.xlsx")])
def test_rows_kept_of_another_unit_are_errors_of_the_one_who_kept_them(
    files: tuple[str, str],
) -> None:
    kept = a_world(OTHER_UNIT)
    kept["individual"][0] = dict(a_world(UNIT)["individual"][0])
    ledgers = [examined(files[0], a_world(UNIT)), examined(files[1], kept)]

    report = Examination(AS_OF, ledgers).report()

    errors = {(f.file, f.code) for f in report.findings if f.level == "error"}
    assert (files[1], "individual.id.foreign") in errors
    assert {file for file, _ in errors} == {files[1]}


def test_an_id_kept_apart_is_known_by_what_was_typed() -> None:
    kept = a_world(OTHER_UNIT)
    kept["individual"][0]["mentee_id"] = f"G{UNIT}-001"
    kept["log"][0]["pairing_ids"] = f"J{UNIT}-001、J{OTHER_UNIT}-001"
    other = examined("张易镇.xlsx", kept).ledger

    merged = Ledger.merged([examined(OWNER, a_world(UNIT)).ledger, other])

    mentees = merged.tables["individual"]
    codes = mentees.column("mentee_id")
    assert mentees.by_single_id[f"G{UNIT}-001"] == 0
    assert [as_claimed(code) for code in codes if is_claim(code)] == [f"G{UNIT}-001"]
    pairings = merged.tables["log"].column("pairing_ids")[-1]
    assert [is_claim(code) for code in pairings] == [True, False]
    place = mentees.place(codes.index(next(filter(is_claim, codes))), "mentee_id")
    assert (place.file, place.value) == ("张易镇.xlsx", f"G{UNIT}-001")
    for key in ("individual", "pairing", "log"):
        for before, after in zip(
            other.tables[key].parts, merged.tables[key].parts[1:], strict=True
        ):
            for field, column in before.columns.items():
                if field.endswith(("_id", "_ids")):
                    shown = claims_as_typed(after.columns[field])
                    assert shown.decoded() == column.decoded()


# --- what the clerk of the superior is told ---


def states(*ledgers: ExaminedLedger) -> dict[str, UnitStatus]:
    gathered = gather(CITY, Examination(AS_OF, list(ledgers)))
    return {state.file: state for state in gathered.states if state.file}


def form(**changes: Any) -> dict[str, Any]:
    return {**a_world(UNIT), "unit": [a_unit(**changes) | changes]}


def test_a_borrowed_code_is_an_error_of_the_borrower_under_its_own_name() -> None:
    borrower = examined("三营镇.xlsx", form(township="三营镇"))
    gathered = gather(CITY, Examination(AS_OF, [examined(OWNER, a_world(UNIT)), borrower]))
    of = {state.file: state for state in gathered.states if state.file}

    assert of[OWNER].state is ReportState.REPORTED
    assert (of["三营镇.xlsx"].township, of["三营镇.xlsx"].state) == ("三营镇", ReportState.FAULTY)
    assert "区划代码属于原州区开城镇" in of["三营镇.xlsx"].todo
    errors = [(f.code, f.file) for f in gathered.report.findings if f.level == "error"]
    assert errors == [("unit.name.mismatch", "三营镇.xlsx")]
    assert of["三营镇.xlsx"].errors == 1


def test_a_mistyped_code_does_not_make_a_ledger_another_units() -> None:
    rows = a_world(OTHER_UNIT)
    county, township = unit_name(OTHER_UNIT)
    rows["unit"] = [a_unit(unit=OTHER_UNIT) | {"code": UNIT}]
    mistyped = examined(f"{township}.xlsx", rows)

    of = states(examined(OWNER, a_world(UNIT)), mistyped)[f"{township}.xlsx"]

    assert (of.county, of.township, of.state) == (county, township, ReportState.FAULTY)
    assert [f.code for f in mistyped.findings if f.level == "error"] == ["unit.name.mismatch"]


def test_a_mistyped_name_does_not_keep_a_ledger_out() -> None:
    of = states(examined(OWNER, form(township="三营镇")))[OWNER]

    assert (of.township, of.state) == ("开城镇", ReportState.FAULTY)


def test_a_file_nothing_agrees_on_is_named_and_kept_out() -> None:
    rows = form(code=None, township="三营镇")
    gathered = gather(CITY, Examination(AS_OF, [examined("台账.xlsx", rows)]))

    (state,) = [state for state in gathered.states if state.file]
    assert (state.code, state.state) == ("", ReportState.FAULTY)
    assert "原州区三营镇" in state.todo
    assert "原州区开城镇" in state.todo
    assert "请在“填报信息”填写" in state.todo
    assert gathered.examined == []


def test_last_years_ledger_is_neither_reported_nor_missing() -> None:
    gathered = gather(CITY, Examination(AS_OF, [examined(OWNER, form(year=2025))]))
    (state,) = [state for state in gathered.states if state.code == UNIT]

    assert state.state is ReportState.LAST_YEAR
    assert not state.is_received
    assert "2025 年度" in state.todo
    assert "2026 年度台账尚未上报" in state.todo


def test_last_years_ledger_beside_this_years_is_named_and_counts_for_nobody() -> None:
    old = examined("开城镇2025.xlsx", form(year=2025, reported_on=date(2026, 6, 30)))
    of = states(old, examined(OWNER, form(reported_on=date(2026, 6, 1))))

    assert of[OWNER].state is ReportState.REPORTED
    assert of["开城镇2025.xlsx"].state is ReportState.LAST_YEAR
    assert not of["开城镇2025.xlsx"].is_expected
