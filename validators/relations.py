"""What the rules on pairings share: who is paired with whom, and whose ID is whose."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from validators.ledger import Ledger, Table
from validators.normalise import person_key, split_words
from validators.rulebook import Violation
from validators.sheets import ConversionRow, IndividualRow, OrganisationRow, PairingRow, Row
from validators.vocabulary import Mode, PairingStatus


def same_unit(code: str, unit: str) -> bool:
    """Return whether an ID carries the 9-digit code of `unit`; an unknown unit fits every ID."""
    return not unit or code.rpartition("-")[0][-9:] == unit


MENTEES = (IndividualRow, OrganisationRow)


def resolvable(ledger: Ledger, file: str, *targets: type[Row]) -> bool:
    """Return whether `file` has the ID columns of `targets`.

    A sheet that is missing or has no such heading is one finding of its own; that nothing in it
    can be found is not another one for every row that refers to it.
    """
    return all(
        any(
            part.file == file and model.sheet.id_field in part.columns
            for part in ledger.table(model).parts
        )
        for model in targets
    )


def dangling(
    ledger: Ledger, source: type[Row], field: str, *targets: type[Row]
) -> Iterator[tuple[Violation, str, str]]:
    """Yield (hit, ID, file) for every cell of `field` whose ID stands in none of `targets`."""
    table = ledger.table(source)
    known = {code for model in targets for code in ledger.table(model).by_id}
    for start, part in table.starts():
        column = part.columns.get(field)
        if column and resolvable(ledger, part.file, *targets):
            missing = (i for i, code in enumerate(column.values) if code and code not in known)
            for row, which in column.rows_with(missing):
                yield Violation(table, start + row, field), column.values[which], part.file


def mentee_places(ledger: Ledger) -> dict[str, tuple[Table[Any], int]]:
    """Return table and row of every mentee by ID; whose row a repeated ID is, nobody knows."""
    return {
        code: (table, index)
        for table in (ledger.table(OrganisationRow), ledger.table(IndividualRow))
        for code, index in table.by_single_id.items()
    }


def undated_steps(conversions: Table[ConversionRow]) -> set[str]:
    """Return the mentees whose conversions cannot be put in order: a date is unreadable."""
    steps = conversions.columns("mentee_id", "date")
    return {mentee for mentee, day in steps if mentee and day is None}


def running(ledger: Ledger) -> Iterator[tuple[int, str, str]]:
    """Yield (row, mentor ID, mentee ID) of every pairing in force."""
    table = ledger.table(PairingRow)
    for index, (mentor, mentee, status) in enumerate(
        table.columns("mentor_id", "mentee_id", "status")
    ):
        if status is PairingStatus.RUNNING and mentor and mentee:
            yield index, mentor, mentee


@dataclass(slots=True)
class Doubt:
    """How many more running pairings people may have: those with an unreadable ID or status.

    Attributes:
        known: Such pairings by the ID that is readable.
        mentors: Those whose mentor is unreadable.
        mentees: Those whose mentee is unreadable.
    """

    known: Counter[str] = field(default_factory=Counter)
    mentors: int = 0
    mentees: int = 0

    def of_mentor(self, mentor: str) -> int:
        """Return how many more mentees `mentor` may have."""
        return self.known[mentor] + self.mentors

    def of_mentee(self, mentee: str) -> int:
        """Return how many more mentors `mentee` may have."""
        return self.known[mentee] + self.mentees


def doubtful(ledger: Ledger) -> Doubt:
    """Count the pairings that may run although they cannot be read."""
    table, doubt = ledger.table(PairingRow), Doubt()
    if not any({"mentor_id", "mentee_id", "status"} <= part.columns.keys() for part in table.parts):
        return Doubt(mentors=1, mentees=1)
    for mentor, mentee, status in table.columns("mentor_id", "mentee_id", "status"):
        if status not in {PairingStatus.RUNNING, None} or (mentor and mentee and status):
            continue
        doubt.known.update(code for code in (mentor, mentee) if code)
        doubt.mentors += mentor is None
        doubt.mentees += mentee is None
    return doubt


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


def people_in(typed: str) -> set[str]:
    """Return the keys of the people a cell names; "朱 晓明" may be one person or two."""
    names = {*split_words(typed), *re.split(r"[、,，;；\n]", typed)}
    return {person_key(name) for name in names} - {""}


def mode_contradiction(mode: Mode, mentees: tuple[int, int], mentors: tuple[int, int]) -> str:
    """Compare a mode with (counted, perhaps more) mentees of the mentor and mentors of the mentee."""
    one_mentee, many_mentees = mentees[0] == 1, sum(mentees) > 1
    one_mentor, many_mentors = mentors[0] == 1, sum(mentors) > 1
    fits = {
        Mode.ONE_TO_ONE: one_mentee and one_mentor,
        Mode.ONE_TO_MANY: many_mentees and one_mentor,
        Mode.MANY_TO_ONE: many_mentors,
        Mode.TEAM: many_mentees and many_mentors,
        Mode.GROUP: many_mentors,
    }
    return "" if fits[mode] else f"导师正帮带 {mentees[0]} 个对象，对象有 {mentors[0]} 名导师"
