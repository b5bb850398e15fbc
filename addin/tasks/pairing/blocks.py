"""The best mentors of every mentee by small whole numbers that only need adding up.

A pair's score is what its fields, its weak aspects and its nearness are worth: three small tables,
read row by row. A score's low bits say whose it is, so that the best of a row are found by
partitioning numbers. Whoever is chosen here is scored exactly afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from addin.tasks.pairing.people import Pool, unit_of
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

__all__ = ["WIDEST", "Tables", "best_of"]

Packed = NDArray[np.int32]
"""Scores in units of 1/`SCALE` above the bits that say whose they are."""

WANTED = 0.3
"""How much of what a mentor is worth to the mean mentee is taken off. Such mentors fill up with
those they suit best, and everybody else needs somebody less wanted among the candidates."""
NOISE_CLASSES = 64
_NOISE = 63
"""Largest noise, a mask: about half a point of a hundred."""
_COVERED = 2.0 * SCALE
"""What covering a weak aspect of an organisation adds where that goes before the total score."""
_COLUMNS = 12
"""Bits for a mentor's place in a block."""
WIDEST = 1 << _COLUMNS
"""Most mentors in a block."""
_CHUNK = 256
"""Rows of so many numbers are partitioned four times as fast as longer ones."""
_NOBODY = -(1 << 30)


@dataclass(frozen=True, slots=True)
class Tables:
    """What a pair's score adds up from, as whole numbers.

    Attributes:
        usable: Numbers of the mentors who have room (m).
        unit: Their units (m).
        county: Their counties (m).
        fields: By distinct specialties of mentees and of mentors (f, g).
        own_field: Column of `fields` of every mentor (m).
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
    county: IntArray
    fields: Packed
    own_field: IntArray
    field_of: IntArray
    aspects: Packed
    weak: IntArray
    noise: Packed
    noise_of: IntArray
    near: Packed
    free: IntArray

    @classmethod
    def of(cls, pool: Pool, usable: IntArray, *, covering: bool = False) -> Tables:
        """Make the tables of a pool.

        Args:
            pool: Mentors and mentees.
            usable: Numbers of the mentors who have room.
            covering: Whether covering a weak aspect counts more than any score.
        """
        scale = Scale.of(pool.settings)
        field, _, strength, _, planned = (SCALE * weight for weight in scale.weights)
        wanted, field_of = np.unique(pool.mentees.specialties, return_inverse=True)
        known, own_field = np.unique(pool.mentors.specialties[usable], return_inverse=True)
        fields = np.rint(field * same_field(known[None, :], wanted[:, None])).astype(np.int32)
        weak = weak_masks(pool.mentees.scores, scale)
        value = strength * strength_by_mask(pool.mentors, scale)[:, usable]
        value += planned * free_share(pool.mentors)[usable]
        if covering:
            strong = strong_masks(pool.mentors.scores, scale)[usable]
            value += _COVERED * np.bitwise_count(np.arange(len(value))[:, None] & strong)
        aspects = np.rint(value).astype(np.int32)
        popular = _popularity(fields, field_of)[own_field] + _popularity(aspects, weak)
        aspects -= np.rint(WANTED * popular).astype(np.int32)
        unit = unit_of(pool.mentors.code[usable])
        return cls(
            usable,
            unit,
            np.asarray(unit // 1000),
            np.asarray(fields << _COLUMNS),
            own_field,
            field_of,
            np.asarray(aspects << _COLUMNS),
            weak,
            _noise(pool.mentors.code[usable]),
            (_mixed(pool.mentees.code) % NOISE_CLASSES).astype(np.int64),
            np.rint(SCALE * scale.weights[1] * scale.nearness).astype(np.int32) << _COLUMNS,
            np.maximum(pool.mentors.soft - pool.mentors.load, 0)[usable],
        )


def _popularity(table: Packed, row_of: IntArray) -> NDArray[np.float64]:
    """Return what each column of a table is worth to the mean mentee; whole sums, thus exact."""
    return np.asarray(np.bincount(row_of, minlength=len(table)) @ table / len(row_of))


def _mixed(code: IntArray) -> NDArray[np.uint32]:
    """Return a hash of each number (the finaliser of MurmurHash3, public domain)."""
    mixed = code.astype(np.uint64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        mixed ^= mixed >> np.uint64(33)
        mixed *= np.uint64(factor)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _noise(code: IntArray) -> Packed:
    """Return small numbers by class of mentee and mentor that only their IDs decide."""
    classes = _mixed(np.arange(1, NOISE_CLASSES + 1))
    mixed = (_mixed(code) ^ classes[:, None]) * np.uint32(2_654_435_761)  # Knuth's multiplier
    return ((mixed >> np.uint32(20)) & np.uint32(_NOISE)).astype(np.int32) << _COLUMNS


def best_of(
    pool: Pool, tables: Tables, mentees: IntArray, columns: IntArray, count: int
) -> tuple[Packed, IntArray]:
    """Return the `count` best of some mentors for every mentee.

    Args:
        pool: Mentors and mentees.
        tables: The pool's tables.
        mentees: Mentee numbers, those of a township next to each other (n).
        columns: Columns of the tables, at most `WIDEST`.
        count: How many mentors for each.

    Returns:
        Scores that compare with those of other calls, and mentor numbers (n, count), in no order.
    """
    if not count or not len(mentees):
        empty = (len(mentees), count)
        return np.zeros(empty, np.int32), np.zeros(empty, np.int64)
    block = _Block.of(pool, tables, columns)
    units = unit_of(pool.mentees.code[mentees])
    starts = np.flatnonzero(np.diff(units, prepend=-1))
    best = np.concatenate(
        [
            block.best(pool, tables, mentees[start:end], count)
            for start, end in zip(starts, [*starts[1:], len(mentees)], strict=True)
        ]
    )
    return best, np.asarray(block.mentors[best & (WIDEST - 1)])


@dataclass(frozen=True, slots=True)
class _Block:
    """The tables for some mentors, filled up with nobody to whole chunks.

    Attributes:
        mentors: Their numbers (m).
        unit: Their units (m).
        county: Their counties (m).
        city: Their cities (m).
        place: Their villages (m).
        fields: By distinct specialties of mentees (f, m filled up).
        aspects: As in `Tables` (64, m filled up).
        noise: As in `Tables`, with the column in the low bits (NOISE_CLASSES, m filled up).
    """

    mentors: IntArray
    unit: IntArray
    county: IntArray
    city: IntArray
    place: IntArray
    fields: Packed
    aspects: Packed
    noise: Packed

    @classmethod
    def of(cls, pool: Pool, tables: Tables, columns: IntArray) -> _Block:
        """Pick some mentors' columns."""
        mentors = tables.usable[columns]
        noise = tables.noise[:, columns] + np.arange(len(columns), dtype=np.int32)
        return cls(
            mentors,
            tables.unit[columns],
            tables.county[columns],
            np.asarray(tables.county[columns] // 100),
            pool.mentors.place[mentors],
            _filled(tables.fields[:, tables.own_field[columns]], _NOBODY),
            _filled(tables.aspects[:, columns], 0),
            _filled(noise, 0),
        )

    def best(self, pool: Pool, tables: Tables, mentees: IntArray, count: int) -> Packed:
        """Return the `count` best scores of each of one township's mentees."""
        unit = int(unit_of(pool.mentees.code[mentees[:1]])[0])
        score = self.fields[tables.field_of[mentees]]
        score += self.aspects[tables.weak[mentees]]
        score += self.noise[tables.noise_of[mentees]]
        score[:, : len(self.mentors)] += tables.near[self._steps(unit)]
        self._same_village(pool, tables, mentees, unit, score)
        return _largest(score, count)

    def _steps(self, unit: int) -> IntArray:
        """Return the steps of nearness to a unit, same village left aside."""
        steps = int(Nearness.TOWNSHIP) + (self.unit != unit).astype(np.int64)
        steps += self.county != unit // 1_000
        steps += self.city != unit // 100_000
        return np.asarray(steps)

    def _same_village(
        self, pool: Pool, tables: Tables, mentees: IntArray, unit: int, score: Packed
    ) -> None:
        here = np.flatnonzero((self.unit == unit) & (self.place != 0))
        extra = tables.near[Nearness.VILLAGE] - tables.near[Nearness.TOWNSHIP]
        same = pool.mentees.place[mentees][:, None] == self.place[here]
        score[:, here] += same * extra


def _filled(table: NDArray[Any], value: int) -> Packed:
    """Return the table with columns of `value` up to whole chunks."""
    rows, columns = table.shape
    filled = np.full((rows, columns + -columns % _CHUNK), value, np.int32)
    filled[:, :columns] = table
    return filled


def _largest(score: Packed, count: int) -> Packed:
    """Return the `count` largest numbers of every row, in no order; `score` is disarranged."""
    rows = len(score)
    if count < _CHUNK:
        chunks = score.reshape(-1, _CHUNK)
        chunks.partition(_CHUNK - count, axis=1)
        score = chunks[:, -count:].reshape(rows, -1)
    if count < score.shape[1]:
        score.partition(score.shape[1] - count, axis=1)
    return np.asarray(score[:, -count:])
