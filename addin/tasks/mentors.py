"""What accepted rows say of each mentor: who they are, whom they helped, how that ended.

A mentor is one mentor wherever the pairings stand: in a merged ledger those in other townships'
ledgers count with the others.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from addin.tasks.rows import Origin, placed, unit_of
from validators.ledger import Ledger
from validators.sheets import CompletionRow, MentorRow, MisconductRow, PairingRow
from validators.vocabulary import Conclusion, Gender, MentorStatus, PairingStatus, Rating

__all__ = [
    "Completion",
    "Help",
    "Mentor",
    "Misconduct",
    "completions",
    "helps_by_mentor",
    "mentors",
    "misconduct_by_person",
]


class Mentor(NamedTuple):
    """A mentor of the pool, as typed."""

    mentor_id: str
    name: str
    gender: Gender
    born: date
    employer: str
    post: str
    capacity: int | None
    appointed_until: date | None
    status: MentorStatus
    status_since: date | None

    @property
    def unit(self) -> str:
        """Return the 9-digit code of the unit whose mentor this is."""
        return unit_of(self.mentor_id)

    @property
    def county(self) -> str:
        """Return the 6-digit code of the county, of the city for the city's own mentors."""
        return self.unit[:6]


class Help(NamedTuple):
    """One pairing as its mentor's; `pairing_id` is "" where the clerk left it blank."""

    pairing_id: str
    mentor_id: str
    mentee_id: str
    paired_on: date
    until: date
    status: PairingStatus
    end_reason: str

    @property
    def runs(self) -> bool:
        """Return whether the pairing is in force."""
        return self.status is PairingStatus.RUNNING

    def overlaps(self, first: date, last: date) -> bool:
        """Return whether the period has a day from `first` to `last`."""
        return self.paired_on <= last and self.until >= first


class Completion(NamedTuple):
    """An end-of-period assessment."""

    pairing_id: str
    day: date
    score: float
    rating: Rating
    conclusion: Conclusion


@dataclass(frozen=True, slots=True)
class Misconduct:
    """A recorded fact about a mentor or a mentee."""

    participant_id: str
    day: date
    fact: str
    confirmed_by: str
    origin: Origin

    def __str__(self) -> str:
        return f"{self.day} {self.fact}（{self.confirmed_by}认定）"


def mentors(ledger: Ledger) -> dict[str, Mentor]:
    """Return the mentors of the pool by ID, in ID order; without an ID nobody helps anyone."""
    found = {
        row[0]: Mentor(*row) for _, row in placed(ledger, MentorRow, *Mentor._fields) if row[0]
    }
    return dict(sorted(found.items()))


def helps_by_mentor(ledger: Ledger, as_of: date) -> dict[str, tuple[Help, ...]]:
    """Return each mentor's pairings that began by `as_of`, in the order of their days and IDs."""
    found: dict[str, list[Help]] = defaultdict(list)
    for _, (code, mentor, mentee, start, until, status, reason) in placed(
        ledger, PairingRow, *Help._fields
    ):
        if start <= as_of:
            found[mentor].append(
                Help(code or "", mentor, mentee, start, until, status, reason or "")
            )
    return {mentor: tuple(sorted(helps, key=_by_day)) for mentor, helps in found.items()}


def completions(ledger: Ledger, as_of: date) -> dict[str, Completion]:
    """Return the last end-of-period assessment of each pairing; the worse of one day."""
    found: dict[str, Completion] = {}
    for _, row in placed(ledger, CompletionRow, "pairing_id", "assessed_on", "score", "rating",
                         "conclusion"):  # fmt: skip
        one = Completion(*row)
        known = found.get(one.pairing_id)
        if one.day <= as_of and (
            known is None or (one.day, -one.score) > (known.day, -known.score)
        ):
            found[one.pairing_id] = one
    return found


def misconduct_by_person(
    ledger: Ledger, first: date, last: date
) -> dict[str, tuple[Misconduct, ...]]:
    """Return the facts recorded from `first` to `last` by mentor or mentee ID, the oldest first."""
    found: dict[str, list[Misconduct]] = defaultdict(list)
    names = ("participant_id", "date", "fact", "confirmed_by")
    for origin, (person, day, fact, confirmed) in placed(ledger, MisconductRow, *names):
        if first <= day <= last:
            found[person].append(Misconduct(person, day, fact, confirmed, origin))
    return {
        person: tuple(sorted(facts, key=lambda one: (one.day, one.origin)))
        for person, facts in found.items()
    }


def _by_day(one: Help) -> tuple[date, str, str]:
    return one.paired_on, one.pairing_id, one.mentee_id
