"""What other townships' ledgers say of a township's mentors, and of those who help its mentees.

A pairing may name another unit's mentor. Nothing else in one ledger means rows of another: see
`validators.identity.with_claims_apart`. So a township comes to the same as in one ledger of all if
there are, beside its own rows,

- the rows of 导师库 elsewhere whose IDs its pairings name or its own pool has,
- the pairings elsewhere that name these mentors: they count for the mentors' loads, and
- of those pairings whatever else was recorded, where the mentor is of the township's own pool:
  awards and pool changes judge a mentor by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from validators.identity import unit_of
from validators.ledger import Ledger, SheetPart, Table
from validators.sheets import (
    TABLES,
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    Row,
    model_for,
)

_OF_PAIRINGS: tuple[tuple[type[Row], str], ...] = (
    (LogEntryRow, "pairing_ids"), (DutyRow, "pairing_id"), (CompletionRow, "pairing_id"),
)  # fmt: skip
_OF_MENTEES: tuple[tuple[type[Row], str], ...] = (
    (IndividualRow, "mentee_id"), (OrganisationRow, "mentee_id"), (AssessmentRow, "mentee_id"),
    (ConversionRow, "mentee_id"), (MisconductRow, "participant_id"),
)  # fmt: skip
PEOPLE: frozenset[str] = frozenset(
    model.sheet.key for model in (MentorRow, IndividualRow, OrganisationRow, PairingRow)
)
"""The sheets of who helps whom: workbooks are compared by them."""


def lent_rows(ledger: Ledger) -> Ledger:
    """Return what a township's ledger records of its pairings with other units' mentors.

    Args:
        ledger: Of one workbook.
    """
    unit = next(iter(ledger.unit_codes.values()), "")
    pairings = ledger.table(PairingRow)
    lent = [
        (pairing, mentee)
        for mentor, pairing, mentee in pairings.columns("mentor_id", "pairing_id", "mentee_id")
        if mentor and unit_of(mentor) != unit
    ]
    codes = {pairing for pairing, _ in lent} - {None}
    mentees = {mentee for _, mentee in lent} - {None}
    parts = [
        *(part for model, name in _OF_PAIRINGS for part in _naming(ledger, model, name, codes)),
        *(part for model, name in _OF_MENTEES for part in _naming(ledger, model, name, mentees)),
    ]
    return _ledger_of(parts, ledger.unit_codes)


def _naming(
    ledger: Ledger, model: type[Row], name: str, codes: Collection[str]
) -> Iterator[SheetPart]:
    """Yield the parts of a sheet that have rows whose field `name` holds one of some IDs."""
    for part in ledger.table(model).parts:
        if name in part.columns:
            column = part.columns[name]
            rows = column.rows_with(
                at for at, value in enumerate(column.values) if value and _meets(value, codes)
            )
            if rows:
                yield part.picked([row for row, _ in rows])


def _meets(value: str | tuple[str, ...], codes: Collection[str]) -> bool:
    return any(code in codes for code in ((value,) if isinstance(value, str) else value))


def _ledger_of(parts: Iterable[SheetPart], units: Mapping[str, str]) -> Ledger:
    """Return a ledger of some parts; whose it is is known."""
    of_key: dict[str, list[SheetPart]] = {model.sheet.key: [] for model in TABLES}
    for part in parts:
        of_key[model_for(part.key).sheet.table_key].append(part)
    return Ledger({m.sheet.key: Table(m, of_key[m.sheet.key]) for m in TABLES}, dict(units))


class Neighbour(NamedTuple):
    """What another township's ledger has to do with a township's mentors.

    Attributes:
        file: The other ledger.
        people: Its rows of these mentors, and of their pairings.
        lends: Whether a pairing of it is with a mentor of the township, so that what it recorded of
            that counts, too: `lent_rows`.
    """

    file: str
    people: Ledger
    lends: bool


class SharedMentors:
    """Which rows of which ledgers are of the same mentors.

    Args:
        ledger: The merged ledger; cells of `PEOPLE` are enough.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._owned, self._rows_of_owner = self._by_mentor(MentorRow)
        self._named, self._rows_of_pairing = self._by_mentor(PairingRow)

    def _by_mentor(
        self, model: type[Row]
    ) -> tuple[dict[str, set[str]], dict[str, dict[str, list[tuple[int, int]]]]]:
        """Return the mentors each file names, and by mentor and file the part and row that do."""
        named: dict[str, set[str]] = defaultdict(set)
        rows: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
        table = self._ledger.table(model)
        mentors = table.column("mentor_id")
        for at, (start, part) in enumerate(table.starts()):
            for row, mentor in enumerate(mentors[start : start + len(part)]):
                if mentor:
                    named[part.file].add(mentor)
                    rows[mentor][part.file].append((at, row))
        return named, rows

    def around(self, file: str) -> Iterator[Neighbour]:
        """Yield the neighbours of a ledger."""
        own, named = self._owned[file], self._named[file]
        shared = own | named
        rows: dict[str, dict[type[Row], list[tuple[int, int]]]] = {}
        lends = set()
        for mentor in shared:
            for model, of in (
                (MentorRow, self._rows_of_owner),
                (PairingRow, self._rows_of_pairing),
            ):
                for other, places in of.get(mentor, {}).items():
                    if other != file:
                        rows.setdefault(other, {}).setdefault(model, []).extend(places)
                        if model is PairingRow and mentor in own:
                            lends.add(other)
        for other, of_model in rows.items():
            parts = [
                part for model, places in of_model.items() for part in self._picked(model, places)
            ]
            units = {other: self._ledger.unit_codes[other]}
            yield Neighbour(other, _ledger_of(parts, units), other in lends)

    def _picked(self, model: type[Row], places: Iterable[tuple[int, int]]) -> Iterator[SheetPart]:
        rows: dict[int, list[int]] = defaultdict(list)
        for at, row in sorted(places):
            rows[at].append(row)
        for at, of_part in rows.items():
            yield self._ledger.table(model).parts[at].picked(of_part)

    def delivered_of(self, file: str) -> set[str]:
        """Return the units whose ledgers are merged and under whose codes a ledger has mentors."""
        units = {unit_of(mentor) for mentor in self._owned[file]}
        return units & {*self._ledger.unit_codes.values()}
