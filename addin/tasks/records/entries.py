"""The log as the search for copies reads it: accepted entries, the names it knows, what exempts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import NamedTuple

from addin.tasks.records.masking import Words
from validators.divisions import CITY, by_code, short_name
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    IndividualRow,
    LogRow,
    MentorRow,
    OrganisationRow,
    Row,
    UnitRow,
)

__all__ = ["Entry", "Log", "known_words", "one_activity", "only_read", "surnames"]

_NAMES: tuple[tuple[type[Row], str], ...] = (
    (MentorRow, "name"),
    (IndividualRow, "name"),
    (OrganisationRow, "secretary"),
    (LogRow, "recorder"),
    (AssessmentRow, "assessor"),
    (UnitRow, "reporter"),
    (UnitRow, "reviewer"),
)
_ENTRY = ("date", "log_id", "pairing_ids", "recorder", "content")
_ENDINGS = ("村", "社区", "镇", "乡", "街道", "区", "县")


class Entry(NamedTuple):
    """One entry; entries sort by date, then ID, then place.

    Attributes:
        log_id: "" where the clerk left it blank.
        row: Row of the worksheet.
    """

    day: date
    log_id: str
    file: str
    row: int
    pairings: tuple[str, ...]
    recorder: str
    content: str


@dataclass(slots=True)
class Log:
    """The accepted, dated entries of a ledger by content, read from whole columns."""

    ledger: Ledger

    def contents(self) -> tuple[list[int], list[str]]:
        """Return the table rows of the accepted entries with a date, and their contents."""
        table = self.ledger.table(LogRow)
        told = zip(table.accepted(), table.column("date"), table.column("content"), strict=True)
        rows = [row for row, (ok, day, text) in enumerate(told) if ok and day and text]
        contents = table.column("content")
        return rows, [contents[row] for row in rows]

    def entry(self, index: int) -> Entry:
        """Return the entry of a table row."""
        table = self.ledger.table(LogRow)
        part, local = table.locate(index)
        day, log_id, pairings, recorder, content = (table.column(name)[index] for name in _ENTRY)
        number = part.row_number("content", local)
        return Entry(
            day, log_id or "", part.file, number, tuple(pairings or ()), recorder or "", content
        )


def only_read(ledger: Ledger) -> Ledger:
    """Return the ledger with nothing but what the search reads: small to send elsewhere."""
    wanted: dict[str, set[str]] = {LogRow.sheet.key: {*_ENTRY}}
    for model, field in _NAMES:
        wanted.setdefault(model.sheet.key, set()).add(field)
    parts = (
        replace(part, columns={f: c for f, c in part.columns.items() if f in wanted[key]})
        for key in wanted
        for part in ledger.tables[key].parts
    )
    light = Ledger.of(parts, ())
    light.unit_codes = ledger.unit_codes
    return light


def known_words(ledger: Ledger, settings: Settings) -> Words:
    """Return every person's and every place's name the ledger may speak of."""
    cities = {code[:4] for code in ledger.unit_codes.values() if code} or {CITY}
    places = {name for city in cities for name in _places(city)}
    return Words(frozenset(_names(ledger)), frozenset(places | settings.village_aliases.keys()))


def surnames(names: frozenset[str]) -> frozenset[str]:
    """Return the first characters more than one of `names` has."""
    return frozenset(char for char, times in Counter(n[0] for n in names).items() if times > 1)


def one_activity(one: Entry, other: Entry) -> bool:
    """Return whether entries alike in content may tell of one activity that joined pairings.

    They stand on one day, in one ledger or by one recorder, and name different pairings; the same
    pairing twice is the same contact twice.
    """
    together = one.file == other.file or (one.recorder and one.recorder == other.recorder)
    return one.day == other.day and bool(together) and not {*one.pairings} & {*other.pairings}


def _names(ledger: Ledger) -> Iterator[str]:
    for model, field in _NAMES:
        for name in set(ledger.table(model).column(field)):
            if name:
                yield str(name)


@cache
def _places(city: str) -> frozenset[str]:
    """Return the names below a city with and without 村, 镇 …; a stem has two characters."""
    below = (place for code, place in by_code().items() if code.startswith(city) and len(code) > 4)
    names = {short_name(place.name) for place in below}
    stems = {name.removesuffix(end) for name in names for end in _ENDINGS if name.endswith(end)}
    return frozenset(names | {stem for stem in stems if len(stem) > 1})
