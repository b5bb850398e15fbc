"""Which pairs the solver may choose from: a few dozen mentors for every mentee.

1. Few pairs in all: every pair.
2. Otherwise a county is a block. Every mentee is scored against all mentors of its county and a
   sample of those outside with the most room, and keeps the best of them. Scores of this step
   are whole numbers out of small tables (fields x mentors, weak aspects x mentors, nearness), so
   a block costs a few additions a pair.
3. A little noise, the same for the same two people in every run, spreads mentees that are alike
   over mentors that are alike; otherwise all would come with the same few candidates.
4. Pairs something is known of (adopted, assigned, drafted, an opinion) always are candidates;
   excluded ones never.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from addin.tasks.pairing.people import Exclusion, Pool, unit_of
from addin.tasks.pairing.problem import SCALE, IntArray
from addin.tasks.pairing.scores import (
    Nearness,
    Scale,
    free_share,
    same_field,
    strength_by_mask,
    strong_masks,
    weak_masks,
)

Packed = NDArray[np.int32]
"""Scores in units of 1/`SCALE` above the bits that say whose they are."""

__all__ = ["Edges", "all_pairs", "candidates", "with_edges"]

FEW_PAIRS = 40_000
"""Up to so many pairs, choosing costs more than it saves."""
PER_MENTEE = 32
OUTSIDE = (4, 12)
"""Candidates from outside the county, where it has places enough and where it is short."""
SAMPLE = (256, 2048)
"""Mentors from outside that a county looks at, where it has places enough and where not."""
SHORT = 0.9
"""A county is short where its mentees want more than this share of its free places."""
NOISE_CLASSES = 256
NOISE = SCALE // 200
"""Largest noise: half a point of a hundred."""
_COLUMNS = 12
"""Bits for a mentor's place in its block."""
_COVERED = 2 * SCALE
"""What a covered weak aspect of an organisation adds: covering goes before the total score."""


@dataclass(frozen=True, slots=True)
class Edges:
    """Candidate pairs sorted by (mentee, mentor), none twice: mentor and mentee numbers."""

    mentor: IntArray
    mentee: IntArray

    def __len__(self) -> int:
        return len(self.mentor)


def all_pairs(pool: Pool) -> Edges:
    """Return every pair that may be."""
    mentors = np.flatnonzero(pool.mentors.usable)
    mentees = np.arange(len(pool.mentees))
    return _edges(pool, np.repeat(mentees, len(mentors)), np.tile(mentors, len(mentees)))


def candidates(pool: Pool, per_mentee: int = PER_MENTEE) -> Edges:
    """Return the pairs to choose from: the best `per_mentee` for every mentee, or all of few."""
    usable = np.flatnonzero(pool.mentors.usable)
    if len(usable) * len(pool.mentees) <= FEW_PAIRS or len(usable) <= per_mentee:
        return all_pairs(pool)
    tables = _Tables.of(pool, usable)
    county = unit_of(pool.mentees.code) // 1000
    found = [
        _county(pool, tables, np.flatnonzero(county == code), per_mentee)
        for code in np.unique(county)
    ]
    mentees, mentors = (np.concatenate(parts) for parts in zip(*found, strict=True))
    known = pool.links
    takes = pool.mentors.usable[known.mentor]
    return _edges(
        pool,
        np.concatenate([mentees, known.mentee[takes]]),
        np.concatenate([mentors, known.mentor[takes]]),
    )


def with_edges(pool: Pool, edges: Edges, mentor: IntArray, mentee: IntArray) -> Edges:
    """Return `edges` with more pairs, without those that may not be."""
    return _edges(
        pool, np.concatenate([edges.mentee, mentee]), np.concatenate([edges.mentor, mentor])
    )


def _edges(pool: Pool, mentee: IntArray, mentor: IntArray) -> Edges:
    """Sort pairs, drop repetitions and what is excluded."""
    width = max(1, len(pool.mentors))
    keys = np.unique(mentee * width + mentor)
    barred = pool.links.exclusion != Exclusion.NONE
    never = pool.key(pool.links.mentor[barred], pool.links.mentee[barred])
    if len(never) and len(keys):
        at = np.minimum(np.searchsorted(keys, never), len(keys) - 1)
        keys = np.delete(keys, at[keys[at] == never])
    return Edges(keys % width, keys // width)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What a pair's score adds up from, as whole numbers.

    Attributes:
        usable: Numbers of the mentors who have room (m).
        unit: Their units (m).
        fields: By distinct specialties of mentees (f, m).
        field_of: Row of `fields` of every mentee.
        aspects: By weak aspects (64, m), with 组织统筹 added.
        weak: Row of `aspects` of every mentee.
        noise: By class of mentees (NOISE_CLASSES, m).
        noise_of: Row of `noise` of every mentee.
        near: What each step of nearness adds (5).
        free: Places under the soft limit (m).
    """

    usable: IntArray
    unit: IntArray
    fields: Packed
    field_of: IntArray
    aspects: Packed
    weak: IntArray
    noise: Packed
    noise_of: IntArray
    near: Packed
    free: IntArray

    @classmethod
    def of(cls, pool: Pool, usable: IntArray) -> _Tables:
        scale = Scale.of(pool.settings)
        field, _, strength, _, planned = (SCALE * weight for weight in scale.weights)
        masks, field_of = np.unique(pool.mentees.specialties, return_inverse=True)
        own = pool.mentors.specialties[usable]
        aspects = strength * strength_by_mask(pool.mentors, scale)[:, usable]
        aspects += planned * free_share(pool.mentors)[usable]
        weak = weak_masks(pool.mentees.scores, scale)
        if pool.organisations:
            strong = strong_masks(pool.mentors.scores, scale)[usable]
            aspects += _COVERED * np.bitwise_count(np.arange(len(aspects))[:, None] & strong)
        return cls(
            usable,
            unit_of(pool.mentors.code)[usable],
            _whole(field * same_field(own[None, :], masks[:, None])),
            field_of,
            _whole(aspects),
            weak,
            _noise(pool.mentors.code[usable]),
            _mixed(pool.mentees.code) % NOISE_CLASSES,
            _whole(SCALE * scale.weights[1] * scale.nearness),
            np.maximum(pool.mentors.soft - pool.mentors.load, 0)[usable],
        )


def _whole(values: NDArray[Any]) -> Packed:
    """Return values as integers with the bits for the column free."""
    return np.asarray(np.rint(values).astype(np.int32) << _COLUMNS)


def _mixed(code: IntArray) -> IntArray:
    """Return a hash of each number (the finaliser of MurmurHash3, public domain)."""
    mixed = code.astype(np.uint64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        mixed ^= mixed >> np.uint64(33)
        mixed *= np.uint64(factor)
    return (mixed >> np.uint64(33)).astype(np.int64)


def _noise(code: IntArray) -> Packed:
    """Return small numbers by class of mentee and mentor that only their IDs decide."""
    classes = _mixed(np.arange(1, NOISE_CLASSES + 1))
    return _whole((_mixed(code) ^ classes[:, None]) * 2_654_435_761 % 65_537 % NOISE * 1.0)


def _county(
    pool: Pool, tables: _Tables, mentees: IntArray, per_mentee: int
) -> tuple[IntArray, IntArray]:
    """Return (mentee, mentor) numbers of the candidates of one county's mentees."""
    code = int(unit_of(pool.mentees.code)[mentees[0]]) // 1000
    inside = np.flatnonzero(tables.unit // 1000 == code)[: 1 << _COLUMNS]
    short = bool(pool.mentees.need[mentees].sum() > SHORT * tables.free[inside].sum())
    outside = _sample(tables, code, SAMPLE[short])
    count = min(OUTSIDE[short] if len(inside) else per_mentee, len(outside))
    found = [_best(pool, tables, mentees, outside, count)]
    found.append(_best(pool, tables, mentees, inside, min(per_mentee - count, len(inside))))
    who, whom = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return who, whom


def _sample(tables: _Tables, code: int, most: int) -> IntArray:
    """Return columns of mentors outside a county: of its city if there are any, evenly spread."""
    outside = np.flatnonzero(tables.unit // 1000 != code)
    near = outside[tables.unit[outside] // 100_000 == code // 100]
    outside = near if len(near) else outside
    step = -(-len(outside) // most)
    return outside[:: max(1, step)]


def _best(
    pool: Pool, tables: _Tables, mentees: IntArray, columns: IntArray, count: int
) -> tuple[IntArray, IntArray]:
    """Return (mentee, mentor) numbers of the `count` best of some mentors for every mentee."""
    if not count:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    block = _Block.of(pool, tables, columns)
    units = unit_of(pool.mentees.code)[mentees]
    starts = np.flatnonzero(np.diff(units, prepend=-1))
    best = [
        block.best(pool, tables, mentees[start:end], count)
        for start, end in zip(starts, [*starts[1:], len(mentees)], strict=True)
    ]
    return np.repeat(mentees, count), np.concatenate(best)


@dataclass(frozen=True, slots=True)
class _Block:
    """The tables for some mentors; a score's low bits say whose it is."""

    mentors: IntArray
    unit: IntArray
    place: IntArray
    fields: Packed
    aspects: Packed
    noise: Packed

    @classmethod
    def of(cls, pool: Pool, tables: _Tables, columns: IntArray) -> _Block:
        mentors = tables.usable[columns]
        return cls(
            mentors,
            tables.unit[columns],
            pool.mentors.place[mentors],
            tables.fields[:, columns],
            tables.aspects[:, columns],
            np.asarray(tables.noise[:, columns] + np.arange(len(columns)), np.int32),
        )

    def best(self, pool: Pool, tables: _Tables, mentees: IntArray, count: int) -> IntArray:
        """Return the `count` best mentors of each of one township's mentees, one after another."""
        unit = int(unit_of(pool.mentees.code)[mentees[0]])
        near = tables.near[_steps(self.unit, unit)]
        score = self.fields[tables.field_of[mentees]]
        score += self.aspects[tables.weak[mentees]]
        score += self.noise[tables.noise_of[mentees]]
        score += near
        score += self._same_village(pool, tables, mentees, unit)
        if count < len(self.mentors):
            score.partition(len(self.mentors) - count, axis=1)
        packed = score[:, -count:]
        return np.asarray(self.mentors[(packed & ((1 << _COLUMNS) - 1)).ravel()])

    def _same_village(
        self, pool: Pool, tables: _Tables, mentees: IntArray, unit: int
    ) -> Packed | int:
        here = np.where(self.unit == unit, self.place, 0)
        if not here.any():
            return 0
        extra = tables.near[Nearness.VILLAGE] - tables.near[Nearness.TOWNSHIP]
        same = (pool.mentees.place[mentees][:, None] == here) & (here != 0)
        return np.asarray(same * extra)


def _steps(units: IntArray, unit: int) -> IntArray:
    """Return the step of nearness of mentors' units to a mentee's, same village left aside."""
    steps = np.full(len(units), int(Nearness.TOWNSHIP))
    for digits in (1, 1_000, 100_000):
        steps += units // digits != unit // digits
    return steps
