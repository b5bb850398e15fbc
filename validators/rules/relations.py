"""What the rules on pairings share: who is paired with whom, and whose ID is whose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from validators.ledger import Ledger, Table
from validators.sheets import IndividualRow, OrganisationRow, PairingRow
from validators.vocabulary import PairingStatus

__all__ = [
    "mentee_places",
    "running",
    "running_by_mentee",
    "running_by_mentor",
    "running_individuals",
    "same_unit",
]


def same_unit(code: str, unit: str) -> bool:
    """Return whether an ID carries the 9-digit code of `unit`; an unknown unit fits every ID."""
    return not unit or code.rpartition("-")[0][-9:] == unit


def mentee_places(ledger: Ledger) -> dict[str, tuple[Table[Any], int]]:
    """Return table and row of every mentee by ID, individuals and organisations."""
    return {
        code: (table, index)
        for table in (ledger.table(OrganisationRow), ledger.table(IndividualRow))
        for code, index in table.by_id.items()
    }


def running(ledger: Ledger) -> Iterator[tuple[int, str, str]]:
    """Yield (row, mentor ID, mentee ID) of every pairing in force."""
    table = ledger.table(PairingRow)
    for index, (mentor, mentee, status) in enumerate(
        table.columns("mentor_id", "mentee_id", "status")
    ):
        if status is PairingStatus.RUNNING and mentor and mentee:
            yield index, mentor, mentee


def running_by_mentor(ledger: Ledger) -> dict[str, list[int]]:
    """Return the rows of the running pairings of each mentor."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, mentor, _ in running(ledger):
        rows[mentor].append(index)
    return rows


def running_by_mentee(ledger: Ledger) -> dict[str, list[int]]:
    """Return the rows of the running pairings of each mentee."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, _, mentee in running(ledger):
        rows[mentee].append(index)
    return rows


def running_individuals(ledger: Ledger) -> dict[str, list[int]]:
    """Return the rows of each mentor's running pairings with individuals."""
    rows: dict[str, list[int]] = defaultdict(list)
    for index, mentor, mentee in running(ledger):
        if mentee.startswith("G"):
            rows[mentor].append(index)
    return rows
