"""What a ledger knows, written as a paper, comes back as it was: people, pairings and entries."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from addin.actions.imports.mapping_lines import lines_of, with_agreed
from addin.domain.imports.account import Fate
from tests.imports.cast import AS_OF, cast
from tests.imports.disturbances import DISTURBANCES, HARMLESS, Disturbance, id_cards, id_in_text
from tests.imports.landed import differences, ledger_of
from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.plan import Plan
from tests.imports.reading import Import, base_of, import_file, import_source
from tests.imports.writing import write
from tests.support.sources import notes_of
from validators.rules import RuleContext
from validators.validation import validate
from validators.vocabulary import Level

CARRYING = [name for name, layout in LAYOUTS.items() if layout.plan(0).placed]
LOSING = {"名册 CSV（电话成了科学计数）"}
"""What was lost before we had the file must be found by validation."""
ASKED_FIRST = [name for name in LAYOUTS if name not in CARRYING]


@pytest.mark.parametrize("name", CARRYING)
def test_a_paper_brings_back_what_was_written_into_it_and_the_second_time_nothing(
    name: str, tmp_path: Path
) -> None:
    plan = LAYOUTS[name].plan(0)

    brought = import_file(write(plan, tmp_path), base_of(plan), plan)

    assert differences(plan, brought.rows, brought.before) == []
    if name not in LOSING:
        assert misread(brought) == []

    again = import_source(brought.source, after(brought), plan).placement

    assert [key for key in again.records if again.new(key) or again.completed(key)] == []


def misread(brought: Import) -> list[str]:
    """Return the errors in values a ledger has after an import; what is missing is no misreading."""
    findings = validate(ledger_of(after(brought)), RuleContext(AS_OF))
    return [
        f"{finding.code} {finding.value}"
        for finding in findings
        if finding.level is Level.ERROR and finding.value
    ]


@pytest.mark.parametrize("name", ASKED_FIRST)
def test_what_must_be_asked_is_waited_for(name: str, tmp_path: Path) -> None:
    plan = LAYOUTS[name].plan(0)

    brought = import_file(write(plan, tmp_path), base_of(plan))

    cells = brought.placement.cells()
    assert cells[Fate.WAITING] + cells[Fate.UNREADABLE] > 0
    known = {contact.entry["date"] for contact in cast().contacts}
    days = {record.values.get("date") for record in brought.placement.new("log")}
    assert {day for day in days if isinstance(day, date)} <= known


def test_digits_a_file_has_lost_are_not_made_up(tmp_path: Path) -> None:
    plan = LAYOUTS["名册 CSV（电话成了科学计数）"].plan(0)

    brought = import_file(write(plan, tmp_path), {})

    assert brought.placement.cells()[Fate.UNREADABLE] == len(cast().mentors)
    assert not any(
        re.fullmatch(r"1\d{10}", str(row.get("phone"))) for row in brought.rows["mentor"]
    )


def after(brought: Import) -> dict[str, list[dict[str, object]]]:
    """Return the rows a ledger has once an import is written."""
    rows = {key: [dict(row) for row in lines] for key, lines in brought.base.items()}
    for key in brought.placement.records:
        lines = rows.setdefault(key, [])
        for record in brought.placement.completed(key):
            assert record.row is not None
            lines[record.row] = dict(record.values)
        lines += [dict(record.values) for record in brought.placement.new(key)]
    return rows


@pytest.mark.parametrize("wording", range(5))
def test_a_mentor_typed_once_over_blank_cells_is_the_mentor_of_them_all(
    wording: int, tmp_path: Path
) -> None:
    plan = LAYOUTS["导师单元格向下合并"].plan(wording)
    (tab,) = plan.tabs
    blanks = sum(last - row for row, column, last, _ in tab.merges if column == 2)
    tab.merges = {merge for merge in tab.merges if merge[0] == 1}

    brought = import_file(write(plan, tmp_path), {}, plan)

    assert differences(plan, brought.rows, {}) == []
    assert [n.sentence for n in notes_of(brought.placement) if f"共 {blanks} 行" in n.sentence]


# --- properties ---

XLSX = [name for name in LAYOUTS if LAYOUTS[name].plan(0).suffix == ".xlsx"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(XLSX),
    wording=st.integers(0, 4),
    disturbances=st.lists(st.sampled_from(DISTURBANCES), max_size=3, unique=True),
    seed=st.integers(0, 99),
)
@example(name="收集表导出（只有提交时间）", wording=2, disturbances=[], seed=0)
@example(name="工作日志（完整日期）", wording=0, disturbances=[id_in_text, id_cards], seed=0)
def test_every_cell_of_an_untidy_paper_has_one_place_on_the_account(
    name: str, wording: int, disturbances: list[Disturbance], seed: int, tmp_path: Path
) -> None:
    plan = LAYOUTS[name].plan(wording)
    for disturb in disturbances:
        disturb(plan, Random(seed))
    path = write(plan, tmp_path)
    before = hashlib.sha256(path.read_bytes()).digest()

    brought = import_file(path, base_of(plan))

    assert sum(brought.placement.cells().values()) == sum(1 for _ in plan.cells())
    assert hashlib.sha256(path.read_bytes()).digest() == before
    words = words_of(brought)
    assert [number for number in id_numbers(plan) if number in words] == []
    assert half_entries(brought) == []


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    name=st.sampled_from(CARRYING),
    disturbances=st.lists(st.sampled_from(HARMLESS), max_size=3, unique=True),
    seed=st.integers(0, 99),
)
def test_an_untidy_paper_brings_back_the_same(
    name: str, disturbances: list[Disturbance], seed: int, tmp_path: Path
) -> None:
    plan = LAYOUTS[name].plan(0)
    for disturb in disturbances if plan.suffix == ".xlsx" else ():
        disturb(plan, Random(seed))

    brought = import_file(write(plan, tmp_path), base_of(plan), plan)

    assert differences(plan, brought.rows, brought.before) == []


def half_entries(brought: Import) -> list[object]:
    """Return entries that say neither when nor of whom: those wait until their columns are known."""
    return [
        record.values
        for record in brought.placement.new("log")
        if not record.values.get("date") and not record.values.get("pairing_ids")
    ]


def id_numbers(plan: Plan) -> set[str]:
    """Return the ID numbers in a file, alone in a cell or within its text."""
    return {
        number for _, _, put in plan.cells() for number in re.findall(r"\d{18}", str(put.value))
    }


def words_of(brought: Import) -> str:
    """Return every text an import would write or say."""
    written = [value for lines in brought.rows.values() for row in lines for value in row.values()]
    notes = [(note.sentence, note.typed) for note in notes_of(brought.placement)]
    lines = [line for mapping in brought.mappings for line in lines_of(with_agreed(mapping, ()))]
    return str((written, notes, lines))
