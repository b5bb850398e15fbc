"""The rows of other townships' ledgers about a township's mentors, and of those who help its mentees.

A pairing may name another unit's mentor. Nothing else in one ledger means rows of another: see
`validators.identity.with_claims_apart`. So a township comes to the same as in one ledger of all if
there are, beside its own rows,

- the rows of 导师库 elsewhere whose IDs its pairings name or its own pool has,
- the pairings elsewhere that name these mentors: they count for the mentors' loads, and
- of those pairings whatever else was recorded, where the mentor is of the township's own pool:
  awards and pool changes judge a mentor by it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from validators.identity import unit_of
from validators.ledger import Ledger, SheetPart
from validators.sheets import (
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
)

_OF_PAIRINGS: tuple[tuple[type[Row], str], ...] = (
    (LogEntryRow, "pairing_ids"), (DutyRow, "pairing_id"), (CompletionRow, "pairing_id"),
)  # fmt: skip
_OF_MENTEES: tuple[tuple[type[Row], str], ...] = (
    (AssessmentRow, "mentee_id"), (ConversionRow, "mentee_id"), (MisconductRow, "participant_id"),
)  # fmt: skip
_MENTEES: tuple[type[Row], ...] = (IndividualRow, OrganisationRow)
_PEOPLE: tuple[type[Row], ...] = (MentorRow, *_MENTEES, PairingRow)
PEOPLE: frozenset[str] = frozenset(model.sheet.key for model in _PEOPLE)
"""The sheets of who helps whom: workbooks are compared by them."""


def lent_rows(ledger: Ledger) -> Ledger:
    """Return what a township's ledger records of its pairings with other units' mentors.

    The people themselves are left out: what is rejected of them, comparing all ledgers decides.

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
    return Ledger.of_units(parts, ledger.unit_codes)


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


PickedRows = tuple[tuple[str, int, tuple[int, ...]], ...]
"""By sheet and which of its worksheets in a ledger, some rows."""


class Neighbour(NamedTuple):
    """What another township's ledger has to do with a township's mentors.

    Attributes:
        file: The other ledger.
        people: Its rows of these mentors, of their pairings, and of the mentees of those who are of
            the township's pool.
        lends: Whether there are such, so that what was recorded of them counts, too: `lent_rows`.
    """

    file: str
    people: PickedRows
    lends: bool


def picked_rows(ledger: Ledger, people: PickedRows) -> Ledger:
    """Return some rows of one ledger, as it is among the merged ones."""
    parts = [ledger.tables[key].parts[at].picked([*rows]) for key, at, rows in people]
    return Ledger.of_units(parts, ledger.unit_codes)


_Place = tuple[type[Row], int, int, int]
"""A sheet, which of its worksheets in a ledger, the row of that, and the row of all ledgers."""


class SharedMentors:
    """Which rows of which ledgers are of the same mentors.

    Args:
        ledger: The merged ledger; `COMPARED_FIELDS` are enough.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._owners = self._places(MentorRow, "mentor_id")
        self._pairings = self._places(PairingRow, "mentor_id")
        self._mentees = [self._places(model, "mentee_id") for model in _MENTEES]
        self._owned, self._named = (_by_file(of) for of in (self._owners, self._pairings))

    def _places(self, model: type[Row], name: str) -> dict[str, dict[str, list[_Place]]]:
        """Return by ID and file where it stands in field `name`."""
        places: dict[str, dict[str, list[_Place]]] = defaultdict(lambda: defaultdict(list))
        table = self._ledger.table(model)
        column, parts = table.column(name), Counter[str]()
        for start, part in table.starts():
            at = parts[part.file]
            parts[part.file] += 1
            for row, code in enumerate(column[start : start + len(part)]):
                if code:
                    places[code][part.file].append((model, at, row, start + row))
        return places

    def around(self, file: str) -> Iterator[Neighbour]:
        """Yield the neighbours of a ledger."""
        own = self._owned.get(file, set())
        rows: dict[str, list[_Place]] = defaultdict(list)
        lends = set()
        for mentor in own | self._named.get(file, set()):
            for other, places in self._owners.get(mentor, {}).items():
                rows[other] += places
            for other, places in self._pairings.get(mentor, {}).items():
                rows[other] += places
                if mentor in own:
                    lends.add(other)
                    rows[other] += self._mentees_of(other, places)
        for other in rows.keys() - {file}:
            yield Neighbour(other, _picked(rows[other]), other in lends)

    def _mentees_of(self, file: str, pairings: Iterable[_Place]) -> Iterator[_Place]:
        mentees = self._ledger.table(PairingRow).column("mentee_id")
        for *_, overall in pairings:
            for places in self._mentees:
                yield from places.get(mentees[overall], {}).get(file, ())

    def delivered_of(self, file: str) -> frozenset[str]:
        """Return its own unit, and those whose ledgers are merged and under whose codes it has mentors."""
        units = self._ledger.unit_codes
        named = {unit_of(mentor) for mentor in self._owned.get(file, ())}
        return frozenset(named & {*units.values()} | {units[file]})


def _picked(places: Iterable[_Place]) -> PickedRows:
    rows: dict[tuple[str, int], set[int]] = defaultdict(set)
    for model, at, row, _ in places:
        rows[model.sheet.key, at].add(row)
    return tuple((*part, tuple(sorted(own))) for part, own in sorted(rows.items()))


def _by_file(places: Mapping[str, Mapping[str, object]]) -> dict[str, set[str]]:
    """Return the IDs that stand in each file."""
    named: dict[str, set[str]] = defaultdict(set)
    for code, files in places.items():
        for file in files:
            named[file].add(code)
    return named
