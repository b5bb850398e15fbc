"""The world of one township: who is there, who helps whom, and every row of its ledger."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from validators.divisions import Division, units, villages
from validators.sheets import model_for
from workbooks.samples.people import People, Person
from workbooks.samples.rows import Cited, Entry

__all__ = ["ASPECTS", "GUESTS", "Mentee", "Pair", "World"]

ASPECTS = ("思想情怀", "业务能力", "组织建设", "工作作风", "产业发展", "基层治理")
GUESTS = (2, 5)
"""Numbers of the mentors who also help in the next township of the delivery."""

_PREFIXES = {
    "mentor": "D",
    "individual": "G",
    "organisation": "Z",
    "pairing": "J",
    "duty": "ZR",
    "log": "R",
    "assessment": "P",
    "exchange": "L",
}


@dataclass(slots=True, eq=False)
class Mentee:
    """A mentee.

    Attributes:
        fate: "plain", "new", "waiting", "graduated", "left", "closed", an excuse ("paused",
            "quiet", "exempt") or the reason why the mentee struggles.
        baseline: The six scores of the survey.
    """

    entry: Entry
    name: str
    fate: str
    baseline: list[int]
    person: Person | None = None
    pairs: list[Pair] = field(default_factory=list)

    @property
    def mentee_id(self) -> str:
        """Return the mentee's ID."""
        return str(self.entry.values["mentee_id"])

    @property
    def village(self) -> str:
        """Return the mentee's village, "" without one."""
        return str(self.entry.values.get("village", ""))

    def weak(self) -> list[str]:
        """Return the aspects the survey found weak."""
        scores = zip(ASPECTS, self.baseline, strict=True)
        return [aspect for aspect, score in scores if score <= 2]


@dataclass(slots=True, eq=False)
class Pair:
    """A pairing and when its contacts may fall.

    Attributes:
        blocked: Spans without any contact.
        shunned: An aspect and the span in which it is not worked on.
        sparse_from: From this day on there is no more than one contact a month.
        logged: Whether the log knows the pairing at all.
    """

    entry: Entry
    mentor: Entry | None
    mentor_name: str
    mentee: Mentee
    first: date
    last: date
    blocked: list[tuple[date, date]] = field(default_factory=list)
    shunned: list[tuple[str, date, date]] = field(default_factory=list)
    sparse_from: date | None = None
    logged: bool = True
    duties: list[Entry] = field(default_factory=list)

    @property
    def pairing_id(self) -> str:
        """Return the pairing's ID."""
        return str(self.entry.values["pairing_id"])

    def allows(self, day: date) -> bool:
        """Return whether a contact may fall on `day`."""
        return self.first <= day <= self.last and not any(a <= day <= b for a, b in self.blocked)

    def aspects(self, day: date) -> list[str]:
        """Return the aspects that may be worked on at `day`."""
        shunned = {aspect for aspect, first, last in self.shunned if first <= day <= last}
        return [aspect for aspect in ASPECTS if aspect not in shunned]


class World:
    """One township's rows while they are being made."""

    def __init__(self, unit: Division, *, seed: int, as_of: date, log_rows: int) -> None:
        codes = [division.code for division in units()]
        self.unit = unit
        self.seed = seed
        self.as_of = as_of
        self.log_rows = log_rows
        self.rng = random.Random(f"{seed}/{unit.code}/{as_of}/{log_rows}")
        self.people = People(self.rng, codes.index(unit.code))
        self.villages = villages(unit.code)
        self.size = min(1.0, max(0.16, log_rows / 1600))
        self.rows: dict[str, list[Entry]] = {}
        self.mentees: list[Mentee] = []
        self.pairs: list[Pair] = []
        self.exempt = False
        self.spares: list[Entry] = []
        self.veterans: list[Entry] = []
        self.struggling: list[tuple[str, str]] = []
        self.cited: list[Cited] = []
        self.ceremonies: list[date] = []
        self.log_pairs: dict[Entry, tuple[Pair, ...]] = {}
        self.repeated: list[tuple[Entry, Entry]] = []
        self.neighbour = ""
        self._used: set[str] = set()
        self.names: dict[str, str] = {}
        self.pair_names: dict[str, str] = {}

    def add(self, sheet: str, values: dict[str, Any], *, locked: bool = False) -> Entry:
        """Append a row; a sheet with IDs numbers it."""
        id_field = model_for(sheet).sheet.id_field
        if id_field and id_field not in values:
            values = {id_field: self.code(sheet, len(self.of(sheet)) + 1), **values}
        entry = Entry(
            sheet, {k: v for k, v in values.items() if v is not None and v != ""}, locked=locked
        )
        self.rows.setdefault(sheet, []).append(entry)
        return entry

    def code(self, sheet: str, number: int, unit_code: str = "") -> str:
        """Return the ID with `number` on `sheet`."""
        width = model_for(sheet).sheet.id_width
        return f"{_PREFIXES[sheet]}{unit_code or self.unit.unit_code}-{number:0{width}d}"

    def of(self, sheet: str) -> list[Entry]:
        """Return the rows of `sheet`."""
        return self.rows.setdefault(sheet, [])

    def ago(self, low: int, high: int | None = None) -> date:
        """Return the day `low`, or between `low` and `high`, days before the as-of date."""
        return self.as_of - timedelta(days=self.rng.randint(low, low if high is None else high))

    def scaled(self, low: int, high: int, least: int = 1) -> int:
        """Return a number between `low` and `high`, smaller for a short log."""
        return max(least, round(self.rng.randint(low, high) * self.size))

    def used_duties(self) -> set[str]:
        """Return the duties log entries name."""
        if not self._used:
            self._used = {e.values["duty_id"] for e in self.of("log") if "duty_id" in e.values}
        return self._used

    def plain_pairs(self) -> Iterable[Pair]:
        """Return the running pairings nothing special is planned for."""
        return (
            pair
            for pair in self.pairs
            if pair.mentee.fate == "plain" and pair.logged and pair.last >= self.as_of
        )
