"""Copied entries against the samples' planted truth, which was written without this search."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from addin.actions.demo import make_samples
from addin.domain.log_hints.copied import CopiedEntry
from addin.domain.log_hints.records import log_hints
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import LogEntryRow
from validators.validation import validate
from workbooks.reader import read_ledger
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 30)
SEEDS = (5, 11)

Place = tuple[str, str]


@pytest.fixture(scope="module", params=SEEDS)
def case(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[list[dict[str, str]], tuple[CopiedEntry, ...], dict[Place, tuple[Any, str]]]:
    folder: Path = tmp_path_factory.mktemp(f"copies{request.param}")
    write_samples(folder, townships=4, log_rows=600, seed=request.param, as_of=AS_OF)
    merged = merged_ledger(folder)
    return truth_of(folder), log_hints(merged, Settings(), AS_OF).copies, order_of(merged)


def truth_of(folder: Path) -> list[dict[str, str]]:
    content = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return list(content["copied"])


def merged_ledger(folder: Path) -> Ledger:
    ledgers = [read_ledger(path).ledger for path in sorted(folder.glob("*.xlsx"))]
    for ledger in ledgers:
        validate(ledger, RuleContext(AS_OF))
    return Ledger.merged(ledgers)


def order_of(ledger: Ledger) -> dict[Place, tuple[Any, str]]:
    """Return when every entry was made: its date, then its ID."""
    table = ledger.table(LogEntryRow)
    files = [part.file for part in table.parts for _ in range(len(part))]
    told = zip(files, *(table.column(name) for name in ("log_id", "date")), strict=True)
    return {(file, log_id): (day, log_id) for file, log_id, day in told}


def pair(copy: Any) -> frozenset[Place]:
    if isinstance(copy, CopiedEntry):
        return frozenset({(copy.file, copy.log_id), (copy.source_file, copy.source_log_id)})
    return frozenset({(copy["file"], copy["log_id"]), (copy["source_file"], copy["source_log_id"])})


def test_planted_copies_are_found_and_little_else(case: Any) -> None:
    truth, copies, _ = case
    planted, found = {pair(copy) for copy in truth}, {pair(copy) for copy in copies}

    assert len(planted) > 30
    assert len(planted & found) / len(found) >= 0.97
    assert len(planted & found) / len(planted) >= 0.97


@pytest.mark.parametrize("kind", ["names-changed", "dates-numbers-changed", "cross-township"])
def test_each_kind_of_copy_is_found(case: Any, kind: str) -> None:
    truth, copies, _ = case
    found = {pair(copy) for copy in copies}
    planted = [pair(copy) for copy in truth if copy["kind"] == kind]

    assert sum(one in found for one in planted) >= 0.9 * len(planted) > 0


def test_of_a_planted_pair_the_later_entry_is_the_copy(case: Any) -> None:
    truth, copies, order = case
    planted = {pair(copy) for copy in truth}

    for copy in copies:
        if pair(copy) in planted:
            source = order[copy.source_file, copy.source_log_id]
            assert source < order[copy.file, copy.log_id]


def test_copies_of_the_second_style_are_found_and_nothing_else(tmp_path: Path) -> None:
    make_samples(tmp_path, townships=4, log_rows=600, seed=5, style=2, as_of=AS_OF)
    truth = truth_of(tmp_path)
    pairs = {pair(copy): copy["kind"] for copy in truth}

    found = log_hints(merged_ledger(tmp_path), Settings(), AS_OF).copies
    right = {(one.file, one.log_id) for one in found if pair(one) in pairs}
    planted = {(one["file"], one["log_id"]): one["kind"] for one in truth}

    assert set(planted.values()) == {
        "exact", "name-and-word", "clause-added", "contained", "sentence-dropped", "merged",
        "cross-township",
    }  # fmt: skip
    assert len(right) >= 0.98 * len(found)
    assert len(right & set(planted)) >= 0.98 * len(planted)
