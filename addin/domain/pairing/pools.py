"""Mentors, mentees and what is known of single pairs, as columns: what scores are made from.

A pool holds one kind of mentee, individuals or organisations: their places are counted apart.
Everything is in the order of the IDs, so the order of a ledger's rows changes nothing.
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


class Bar(IntEnum):
    """Why a mentor takes nobody at all."""

    NONE = 0
    PAUSED = 1
    LEFT = 2
    EXPIRED = 3


class Exclusion(IntEnum):
    """Why a mentor and a mentee are no pair."""

    NONE = 0
    RUNNING = 1
    SELF = 2
    AVOIDED = 3
    REFUSED = 4
    MENTOR_DISAGREES = 5
    MENTEE_DISAGREES = 6


class Wish(IntEnum):
    """What one side says of a pair: half points, so that a mean stays whole."""

    AGAINST = 0
    OPEN = 1
    FOR = 2


@dataclass(frozen=True, slots=True)
class Mentors:
    """The mentors of a ledger in ID order; n of them.

    Attributes:
        ids: IDs (n).
        names: Names (n).
        code: IDs as numbers, see `SERIALS` (n).
        place: Number of the village with its unit, 0 for none (n); mentees share the numbers.
        villages: Village names, "" for none (n).
        specialties: Bit masks over `Specialty` (n).
        scores: The six aspects, 1–5, 0 where unknown (n, 6).
        veteran: Whether 老业务, 老乡镇 or 老支书 (n).
        bar: Why the mentor takes nobody, a `Bar` (n).
        load: Running pairings of the pool's kind (n).
        soft: Load exceeded only for a mentee who would have nobody (n).
        hard: Load never exceeded (n).
    """

    ids: Sequence[str]
    names: Sequence[str]
    code: IntArray
    place: IntArray
    villages: Sequence[str]
    specialties: IntArray
    scores: IntArray
    veteran: BoolArray
    bar: IntArray
    load: IntArray
    soft: IntArray
    hard: IntArray

    def __len__(self) -> int:
        return len(self.code)

    @property
    def usable(self) -> BoolArray:
        """Return who may take at least one more."""
        return np.asarray((self.bar == Bar.NONE) & (self.hard > self.load))


@dataclass(frozen=True, slots=True)
class Mentees:
    """The mentees to be paired in ID order; n of them.

    Attributes:
        ids: IDs (n).
        names: Names (n).
        files: The workbooks they stand in (n).
        code: IDs as numbers (n).
        place: Number of the village with its unit, 0 for none (n).
        villages: Village names, "" for none (n).
        specialties: Bit masks over `Specialty` (n); of organisations what their category needs.
        scores: The six baseline scores, 0 where unknown (n, 6).
        newcomer: Whether newly in post (n).
        need: Mentors wanted from now on, at least 1 (n).
    """

    ids: Sequence[str]
    names: Sequence[str]
    files: Sequence[str]
    code: IntArray
    place: IntArray
    villages: Sequence[str]
    specialties: IntArray
    scores: IntArray
    newcomer: BoolArray
    need: IntArray

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of which something special is known, sorted by (mentee, mentor), none twice.

    Attributes:
        mentor: Mentor numbers (n).
        mentee: Mentee numbers (n).
        exclusion: Why they are no pair, an `Exclusion` (n).
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
    def none(cls) -> Links:
        """Return no links."""
        whole, truth = np.zeros(0, np.int64), np.zeros(0, np.bool_)
        return cls(whole, whole, whole, truth, truth, truth, np.zeros((0, 2), np.int64))

    def __len__(self) -> int:
        return len(self.mentor)

    def picked(self, which: NDArray[Any]) -> Links:
        """Return the links `which` (a mask or indexes) says."""
        return Links(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


@dataclass(frozen=True, slots=True)
class Pool:
    """Everything that decides who helps whom, for one kind of mentee.

    Attributes:
        organisations: Whether the mentees are organisations.
        mentors: All mentors, also those who take nobody.
        mentees: Those to be paired.
        links: What is known of single pairs.
        settings: Weights, limits, and what counts as weak.
    """

    organisations: bool
    mentors: Mentors
    mentees: Mentees
    links: Links
    settings: Settings

    def key(self, mentor: IntArray, mentee: IntArray) -> IntArray:
        """Return one number per pair; ascending in (mentee, mentor)."""
        return mentee * max(1, len(self.mentors)) + mentor

    def link_of(self, mentor: IntArray, mentee: IntArray) -> IntArray:
        """Return the number of each pair's link, -1 where nothing is known of it."""
        known = self.key(self.links.mentor, self.links.mentee)
        asked = self.key(mentor, mentee)
        if not len(known):
            return np.full(len(asked), -1)
        at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        return np.where(known[at] == asked, at, -1)

    def excluded(self, mentor: IntArray, mentee: IntArray) -> BoolArray:
        """Return which pairs may not be."""
        link = self.link_of(mentor, mentee)
        # the link appended answers -1
        return np.asarray(np.append(self.links.exclusion, Exclusion.NONE)[link] != Exclusion.NONE)


def number_of(code: str) -> int:
    """Return an ID as a number that sorts as IDs do: D640402104-001 → 640402104000001."""
    unit, _, serial = code.rpartition("-")
    return int(unit[-9:]) * SERIALS + min(int(serial), SERIALS - 1)


def unit_of(code: IntArray) -> IntArray:
    """Return the nine-digit unit codes of IDs as numbers."""
    return np.asarray(code // SERIALS)
