"""Copies among the honest routine entries of two hundred mentors, written without the samples."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from addin.domain.log_hints.copied import CopiedEntry
from addin.domain.log_hints.records import log_hints
from tests.addin.domain.log_hints.routine_log import EDITS, Written, honest, plant
from tests.build import AS_OF, a_ledger, a_log_entry, code
from validators.settings import Settings

SEED = 7
COPIES = 60


def copies_in(entries: Sequence[Written]) -> tuple[CopiedEntry, ...]:
    rows = [
        a_log_entry(
            number,
            duty_ids=None,
            pairing_ids=code("J", entry.mentor),
            date=entry.day,
            content=entry.content,
        )
        for number, entry in enumerate(entries, 1)
    ]
    return log_hints(a_ledger(file="开城镇.xlsx", log=rows), Settings(), AS_OF).copies


@pytest.fixture(scope="module")
def routine() -> list[Written]:
    return honest(SEED)


def test_honest_routine_entries_are_not_named(routine: list[Written]) -> None:
    assert len(routine) > 4000
    assert copies_in(routine) == ()


@pytest.mark.parametrize("kind", EDITS)
def test_planted_copies_are_named_and_nobody_else(routine: list[Written], kind: str) -> None:
    planted = list(plant(random.Random(SEED), routine, kind, COPIES))

    copies = copies_in([*routine, *(copy.entry for copy in planted)])

    found = {frozenset({copy.row - 4, copy.source_row - 4}) for copy in copies}
    pairs = [
        {frozenset({at, len(routine) + number}) for at in copy.sources}
        for number, copy in enumerate(planted)
    ]
    true = set().union(*pairs)
    assert sum(bool(own & found) for own in pairs) >= 0.95 * COPIES
    assert len(found & true) >= 0.98 * len(found)
