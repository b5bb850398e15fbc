"""Summaries add up in any order, and their figures are those of the rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.summaries import Figures, Summary, merge, summarise, with_findings
from validators.divisions import by_code
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.validation import validate
from workbooks.reader import read_ledger
from workbooks.samples import clean_rows
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
CODE = "640402104"

counts = st.integers(0, 10**6)
sixes = st.tuples(*[counts] * 6)


def tallies(*keys: str) -> st.SearchStrategy[dict[str, int]]:
    return st.dictionaries(st.sampled_from(keys), counts)


figures = st.builds(
    Figures,
    mentors=counts,
    pairings=counts,
    engaged=st.frozensets(st.sampled_from(["D1", "D2", "D3"])),
    contacts=tallies("2026-05", "2026-06"),
    rated=sixes,
    before=sixes,
    after=sixes,
    completions=tallies("优秀", "合格"),
    findings=tallies("error", "warning"),
)
summaries = st.builds(
    Summary, st.dictionaries(st.sampled_from(["", "640402104", "640422100"]), figures)
)


@given(summaries, summaries, summaries)
def test_merging_is_associative_and_commutative(a: Summary, b: Summary, c: Summary) -> None:
    assert merge([merge([a, b]), c]) == merge([a, merge([b, c])]) == merge([a, b, c])
    assert merge([a, b]) == merge([b, a])
    assert merge([a, Summary()]) == merge([a])


@given(summaries)
def test_counties_add_up_to_the_total(a: Summary) -> None:
    parts = [a.county(code) for code in ("640402", "640422", "")]

    assert parts[0] + parts[1] + parts[2] == a.total() == sum(a.units.values(), Figures())


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    return clean_rows(CODE, seed=3, as_of=AS_OF, log_rows=250)


@pytest.fixture(scope="module")
def ledger(
    rows: dict[str, list[dict[str, Any]]], tmp_path_factory: pytest.TempPathFactory
) -> Ledger:
    path: Path = tmp_path_factory.mktemp("一份") / "开城镇.xlsx"
    write_ledger(path, by_code()[CODE], 2026, rows=rows, as_of=AS_OF)
    ledger = read_ledger(path).ledger
    validate(ledger, RuleContext(AS_OF))
    return ledger


def test_people_and_pairings_are_counted(
    ledger: Ledger, rows: dict[str, list[dict[str, Any]]]
) -> None:
    found = summarise(ledger, AS_OF, Settings()).units[CODE]

    running = [row for row in rows["pairing"] if row["status"] == "帮带中"]
    seeking = [
        row["mentee_id"]
        for key in ("individual", "organisation")
        for row in rows[key]
        if row["status"] in {"待结对", "帮带中"}
    ]
    paired = {row["mentee_id"] for row in running}
    assert found.mentors == sum(row["status"] == "在库" for row in rows["mentor"])
    assert found.individuals == sum(row["status"] != "退出" for row in rows["individual"])
    assert found.pairings == len(running)
    assert found.engaged == {row["mentor_id"] for row in running}
    assert found.seeking == len(seeking)
    assert found.paired == sum(code in paired for code in seeking)
    assert 0 < found.paired < found.seeking


def test_a_joint_entry_is_a_contact_for_each_pairing(
    ledger: Ledger, rows: dict[str, list[dict[str, Any]]]
) -> None:
    found = summarise(ledger, AS_OF, Settings()).units[CODE]

    months: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    for row in rows["log"]:
        pairings = row["pairing_ids"]
        n = len(set(pairings)) if not isinstance(pairings, str) else len(pairings.split("、"))
        months[row["date"].strftime("%Y-%m")] += n
        forms[row["form"]] += n
    assert found.entries == len(rows["log"]) < sum(months.values())
    assert found.contacts == dict(months)
    assert (found.online, found.offline) == (forms["线上"], forms["线下"])


def test_growth_compares_baselines_with_latest_assessments(
    ledger: Ledger, rows: dict[str, list[dict[str, Any]]]
) -> None:
    found = summarise(ledger, AS_OF, Settings()).units[CODE]

    latest: dict[str, dict[str, Any]] = {}
    for row in sorted(rows["assessment"], key=lambda one: one["assessed_on"]):
        latest[row["mentee_id"]] = row
    mentees = [*rows["individual"], *rows["organisation"]]
    both = [
        (row["competence"], latest[row["mentee_id"]]["competence"])
        for row in mentees
        if row["mentee_id"] in latest and row.get("competence")
    ]
    assert found.rated[1] == len(both) > 0
    assert found.means()[1] == pytest.approx(
        (sum(a for a, _ in both) / len(both), sum(b for _, b in both) / len(both))
    )
    assert found.assessments == sum(
        date(2026, 4, 1) <= row["assessed_on"] <= AS_OF for row in rows["assessment"]
    )
    assert found.completions == Counter(row["rating"] for row in rows["completion"])
    assert found.conversions == Counter(row["to_stage"] for row in rows.get("conversion", ()))


def test_rejected_rows_are_accounted_for_but_not_counted(
    rows: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    spoilt = {**rows, "mentor": [dict(row) for row in rows["mentor"]]}
    spoilt["mentor"][0] |= {"status": "在库", "born": "不详"}
    write_ledger(tmp_path / "a.xlsx", by_code()[CODE], 2026, rows=spoilt, as_of=AS_OF)
    ledger = read_ledger(tmp_path / "a.xlsx").ledger
    findings = validate(ledger, RuleContext(AS_OF))

    levels = Counter(finding.level.value for finding in findings)
    found = with_findings(summarise(ledger, AS_OF, Settings()), levels).units[CODE]

    assert found.rejected == 1
    assert found.rows == found.accepted + found.rejected + found.ignored
    assert found.mentors == sum(row["status"] == "在库" for row in spoilt["mentor"][1:])
    assert found.findings["error"] == 1
