"""Mentors, mentees and what is known of single pairs, as columns: what scores are made from.

A pool holds one kind of mentee, individuals or organisations: a mentor's capacity for the two is
counted apart. Everything is in ID order, so the order of a ledger's rows changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from addin.domain.pairing.problem import BoolArray, IntArray
from validators.settings import Settings

SERIALS = 1_000_000
"""An ID as a number: the unit's nine digits times this, plus the serial number."""


class Availability(IntEnum):
    """Whether a mentor takes anybody, and if not, why."""

    AVAILABLE = 0
    PAUSED = 1
    LEFT = 2
    EXPIRED = 3
    SAME_PERSON = 4


class Exclusion(IntEnum):
    """Why a mentor and a mentee must not be paired."""

    NONE = 0
    RUNNING = 1
    SELF = 2
    AVOIDED = 3
    REFUSED = 4
    MENTOR_DISAGREES = 5
    MENTEE_DISAGREES = 6


class Wish(IntEnum):
    """One side's opinion of a pair, in half points, so that the sum of two stays whole."""

    AGAINST = 0
    OPEN = 1
    FOR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The n mentors or mentees of a pool in ID order.

    Attributes:
        ids: IDs (n).
        names: Names (n).
        code: IDs as numbers, see `SERIALS` (n).
        village: Number of the village within its unit, 0 for none (n); mentors and mentees share
            the numbers.
        village_names: "" for none (n).
        specialties: Bit masks over `Specialty` (n); of organisations what their category needs.
        scores: The six aspects, of mentees at the baseline, 1–5, 0 where unknown (n, 6).
    """

    ids: Sequence[str]
    names: Sequence[str]
    code: IntArray
    village: IntArray
    village_names: Sequence[str]
    specialties: IntArray
    scores: IntArray

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentors(People):
    """The mentors of a ledger.

    Attributes:
        veteran: Whether 老业务, 老乡镇 or 老支书 (n).
        availability: An `Availability` (n).
        load: Running pairings of the pool's kind (n).
        limit: Load new pairings never exceed (n).
        counted_as: The ID that stands for the person (n): of one who is in the pool twice, only one
            takes mentees, with the load of both.
    """

    veteran: BoolArray
    availability: IntArray
    load: IntArray
    limit: IntArray
    counted_as: Sequence[str]

    @property
    def usable(self) -> BoolArray:
        """Return which mentors may take at least one more."""
        available = self.availability == Availability.AVAILABLE
        return np.asarray(available & (self.limit > self.load))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentees(People):
    """The mentees to be paired.

    Attributes:
        files: The workbooks they stand in (n).
        newcomer: Whether newly in post (n).
        demand: Mentors wanted from now on, at least 1 (n).
        waited: Days since the mentee was chosen or the last pairing ended (n).
        situation: What is to be said of a mentee who had a mentor before, a clause; "" for none (n).
        weak_at_most: A score not above it is weak, by the mentee's own ledger (n).
    """

    files: Sequence[str]
    newcomer: BoolArray
    demand: IntArray
    waited: IntArray
    situation: Sequence[str]
    weak_at_most: IntArray


@dataclass(frozen=True, slots=True)
class KnownPairs:
    """The n pairs of which something is known, sorted by (mentee, mentor), none twice.

    Attributes:
        mentor: Mentor numbers (n).
        mentee: Mentee numbers (n).
        exclusion: Why they must not be paired, an `Exclusion` (n).
        assigned: 组织指定 (n).
        fixed: 组织指定, or adopted and not refused (n).
        drafted: In the draft this plan follows: suggested before, or running and reopened (n).
        wish: `Wish` of the mentor and of the mentee (n, 2).
    """

    mentor: IntArray
    mentee: IntArray
    exclusion: IntArray
    assigned: BoolArray
    fixed: BoolArray
    drafted: BoolArray
    wish: IntArray

    @classmethod
    def none(cls) -> KnownPairs:
        """Return an empty table."""
        numbers, flags = np.zeros(0, np.int64), np.zeros(0, np.bool_)
        return cls(numbers, numbers, numbers, flags, flags, flags, np.zeros((0, 2), np.int64))

    def __len__(self) -> int:
        return len(self.mentor)

    def at(self, field: str, index: IntArray) -> NDArray[Any]:
        """Return a field's values at `index`; 0 or False at -1, where nothing is known."""
        values: NDArray[Any] = getattr(self, field)
        return np.append(values, np.zeros(1, values.dtype))[index]

    def select(self, rows: NDArray[Any]) -> KnownPairs:
        """Return some of the pairs, by a mask or by indexes."""
        return KnownPairs(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything that decides who mentors whom, for one kind of mentee.

    Attributes:
        organisations: Whether the mentees are organisations.
        mentors: All mentors, also those who take nobody.
        mentees: Those to be paired.
        known_pairs: What is known of single pairs.
        settings: Weights, limits, and what counts as weak.
    """

    organisations: bool
    mentors: Mentors
    mentees: Mentees
    known_pairs: KnownPairs
    settings: Settings

    def key(self, mentor: IntArray, mentee: IntArray) -> IntArray:
        """Return one number per pair; ascending in (mentee, mentor)."""
        return mentee * max(1, len(self.mentors)) + mentor

    def known_pair_of(self, mentor: IntArray, mentee: IntArray) -> IntArray:
        """Return each pair's index in `known_pairs`, -1 where nothing is known of it."""
        known = self.key(self.known_pairs.mentor, self.known_pairs.mentee)
        wanted = self.key(mentor, mentee)
        if not len(known):
            return np.full(len(wanted), -1)
        index = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
        return np.where(known[index] == wanted, index, -1)

    def excluded(self, mentor: IntArray, mentee: IntArray) -> BoolArray:
        """Return which pairs must not be paired."""
        exclusion = self.known_pairs.at("exclusion", self.known_pair_of(mentor, mentee))
        return np.asarray(exclusion != Exclusion.NONE)


def number_of(code: str) -> int:
    """Return an ID as a number that sorts as IDs do: D640402104-001 → 640402104000001."""
    unit, _, serial = code.rpartition("-")
    return int(unit[-9:]) * SERIALS + min(int(serial), SERIALS - 1)


def unit_of(code: IntArray) -> IntArray:
    """Return the nine-digit unit codes of IDs as numbers."""
    return np.asarray(code // SERIALS)
