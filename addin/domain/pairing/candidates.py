"""The candidate pairs the solver chooses from: a few dozen mentors for every mentee.

1. Few pairs in all: every pair is a candidate.
2. Otherwise a county is a block. Every mentee is scored against all mentors of its county and a
   spread sample of those outside, and keeps the best of them. Scores of this step are integers that
   add up from three small tables, read row by row: specialties, weak aspects, nearness. A score's
   low bits hold the mentor's column, so the best of a row are found by partitioning integers.
   Whoever is chosen here is scored exactly afterwards.
3. A little noise, the same for the same two people in every run, spreads mentees that are alike
   over mentors that are alike; otherwise all would get the same few candidates.
4. Where a whole city is short of places, its mentees get a few mentors of other cities besides.
5. Pairs of which something is known (adopted, assigned, drafted, an opinion) always are candidates;
   excluded ones never.
6. Where a plan among the candidates leaves somebody short although a mentor has room, more pairs
   are added (`more_candidates`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from addin.domain.pairing.pools import Exclusion, Pool, unit_of
from addin.domain.pairing.problem import SCALE, IntArray
from addin.domain.pairing.scores import (
    Nearness,
    Scale,
    free_share,
    principle_scores,
    same_field,
    strength_by_mask,
    strong_masks,
    total_scores,
    weak_masks,
)

FEW_PAIRS = 40_000
"""Up to so many pairs, choosing costs more than it saves."""
PER_MENTEE = 32
COVERING = 4
"""Organisations get `PER_MENTEE` / `COVERING` further candidates, chosen for covering weak aspects."""
OUTSIDE = (4, 12)
"""Candidates from outside the county, where it has places enough and where it is short."""
SAMPLE = (1024, 2048)
"""Mentors from outside that a county's mentees are scored against, where it has places enough and
where not; for the few organisations always the larger number, theirs being spread thinly."""
FAR = 4
"""Further candidates from other cities where the whole city is short."""
SHORT = 0.9
"""A county or city is short where its mentees want more than this share of its free places."""
EACH = 16
"""Further mentors for a mentee who is short."""
MOST_MOVED = 64
"""Mentees, the first by ID, who may be moved to free a mentor for one who has no other."""

Packed = NDArray[np.int32]
"""Scores in units of 1/`SCALE` above the bits that say whose they are."""

WANTED = 0.3
"""Share of a mentor's score with the mean mentee that is taken off every score. Popular mentors fill
up with those they suit best, and everybody else needs a less popular one among the candidates."""
NOISE_CLASSES = 64
_NOISE = 63
"""Largest noise, a bit mask: about half a point of a hundred."""
_COVERED = 2.0 * SCALE
"""What covering a weak aspect of an organisation adds where that goes before the total score."""
_COLUMNS = 12
"""Bits for a mentor's column in a block."""
WIDEST = 1 << _COLUMNS
"""Most mentors in a block."""
_CHUNK = 256
"""Rows of this length are partitioned four times as fast as longer ones."""
_NOBODY = -(1 << 30)
_AT_ONCE = 1_000_000
"""Pairs scored at once."""
_NONE = np.zeros(0, np.int64)
Pairs = tuple[IntArray, IntArray]
"""Mentor numbers and mentee numbers."""


@dataclass(frozen=True, slots=True)
class ScoreTables:
    """The integer tables a pair's score adds up from.

    Attributes:
        usable: Numbers of the mentors who have room (m).
        unit: Their units (m).
        county: Their counties (m).
        fields: By distinct specialties of mentees and of mentors (f, g).
        field_column: Column of `fields` of every mentor (m).
        field_row: Row of `fields` of every mentee.
        aspects: By weak aspects (64, m), with 组织统筹 added.
        weak: Row of `aspects` of every mentee.
        noise: By class of mentees (NOISE_CLASSES, m).
        noise_row: Row of `noise` of every mentee.
        near: What each step of nearness adds (5).
        free: Free places (m).
    """

    usable: IntArray
    unit: IntArray
    county: IntArray
    fields: Packed
    field_column: IntArray
    field_row: IntArray
    aspects: Packed
    weak: IntArray
    noise: Packed
    noise_row: IntArray
    near: Packed
    free: IntArray

    @classmethod
    def of(cls, pool: Pool, usable: IntArray, *, covering: bool = False) -> ScoreTables:
        """Build the tables of a pool.

        Args:
            pool: Mentors and mentees.
            usable: Numbers of the mentors who have room.
            covering: Whether covering a weak aspect counts more than any score.
        """
        scale = Scale.of(pool.settings)
        field, _, strength, _, planned = (SCALE * weight for weight in scale.weights)
        wanted, field_row = np.unique(pool.mentees.specialties, return_inverse=True)
        known, field_column = np.unique(pool.mentors.specialties[usable], return_inverse=True)
        fields = np.rint(field * same_field(known[None, :], wanted[:, None])).astype(np.int32)
        weak = weak_masks(pool.mentees)
        value = strength * strength_by_mask(pool.mentors, scale)[:, usable]
        value += planned * free_share(pool.mentors)[usable]
        if covering:
            strong = strong_masks(pool.mentors.scores, scale)[usable]
            value += _COVERED * np.bitwise_count(np.arange(len(value))[:, None] & strong)
        aspects = np.rint(value).astype(np.int32)
        popular = _popularity(fields, field_row)[field_column] + _popularity(aspects, weak)
        aspects -= np.rint(WANTED * popular).astype(np.int32)
        unit = unit_of(pool.mentors.code[usable])
        return cls(
            usable,
            unit,
            np.asarray(unit // 1000),
            np.asarray(fields << _COLUMNS),
            field_column,
            field_row,
            np.asarray(aspects << _COLUMNS),
            weak,
            _noise(pool.mentors.code[usable]),
            (_mixed(pool.mentees.code) % NOISE_CLASSES).astype(np.int64),
            np.rint(SCALE * scale.weights[1] * scale.nearness).astype(np.int32) << _COLUMNS,
            np.maximum(pool.mentors.limit - pool.mentors.load, 0)[usable],
        )


def _popularity(table: Packed, row_of: IntArray) -> NDArray[np.float64]:
    """Return the mean of each column over the mentees; sums of integers, thus exact."""
    return np.asarray(np.bincount(row_of, minlength=len(table)) @ table / len(row_of))


def _mixed(code: IntArray) -> NDArray[np.uint32]:
    """Return a hash of each number (the finaliser of MurmurHash3, public domain)."""
    mixed = code.astype(np.uint64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        mixed ^= mixed >> np.uint64(33)
        mixed *= np.uint64(factor)
    return (mixed >> np.uint64(32)).astype(np.uint32)


def _noise(code: IntArray) -> Packed:
    """Return small numbers by class of mentee and by mentor that depend on nothing but their IDs."""
    classes = _mixed(np.arange(1, NOISE_CLASSES + 1))
    mixed = (_mixed(code) ^ classes[:, None]) * np.uint32(2_654_435_761)  # Knuth's multiplier
    return ((mixed >> np.uint32(20)) & np.uint32(_NOISE)).astype(np.int32) << _COLUMNS


def best_mentors(
    pool: Pool, tables: ScoreTables, mentees: IntArray, columns: IntArray, count: int
) -> tuple[Packed, IntArray]:
    """Return the `count` best of some mentors for every mentee.

    Args:
        pool: Mentors and mentees.
        tables: The pool's tables.
        mentees: Mentee numbers, those of a township next to each other (n).
        columns: Columns of the tables, at most `WIDEST`.
        count: How many mentors for each.

    Returns:
        Scores, comparable between calls, and mentor numbers (n, count), unordered.
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
    """The tables for some mentors, padded with `_NOBODY` to whole chunks.

    Attributes:
        mentors: Their numbers (m).
        unit: Their units (m).
        county: Their counties (m).
        city: Their cities (m).
        village: Their villages (m).
        fields: By distinct specialties of mentees (f, m padded).
        aspects: As in `ScoreTables` (64, m padded).
        noise: As in `ScoreTables`, with the column in the low bits (NOISE_CLASSES, m padded).
    """

    mentors: IntArray
    unit: IntArray
    county: IntArray
    city: IntArray
    village: IntArray
    fields: Packed
    aspects: Packed
    noise: Packed

    @classmethod
    def of(cls, pool: Pool, tables: ScoreTables, columns: IntArray) -> _Block:
        """Select some mentors' columns."""
        mentors = tables.usable[columns]
        noise = tables.noise[:, columns] + np.arange(len(columns), dtype=np.int32)
        return cls(
            mentors,
            tables.unit[columns],
            tables.county[columns],
            np.asarray(tables.county[columns] // 100),
            pool.mentors.village[mentors],
            _padded(tables.fields[:, tables.field_column[columns]], _NOBODY),
            _padded(tables.aspects[:, columns], 0),
            _padded(noise, 0),
        )

    def best(self, pool: Pool, tables: ScoreTables, mentees: IntArray, count: int) -> Packed:
        """Return the `count` best scores of each of one township's mentees."""
        unit = int(unit_of(pool.mentees.code[mentees[:1]])[0])
        score = self.fields[tables.field_row[mentees]]
        score += self.aspects[tables.weak[mentees]]
        score += self.noise[tables.noise_row[mentees]]
        score[:, : len(self.mentors)] += tables.near[self._steps(unit)]
        self._same_village(pool, tables, mentees, unit, score)
        return _largest(score, count)

    def _steps(self, unit: int) -> IntArray:
        """Return the steps of nearness to a unit as if nobody shared a village."""
        steps = int(Nearness.TOWNSHIP) + (self.unit != unit).astype(np.int64)
        steps += self.county != unit // 1_000
        steps += self.city != unit // 100_000
        return np.asarray(steps)

    def _same_village(
        self, pool: Pool, tables: ScoreTables, mentees: IntArray, unit: int, score: Packed
    ) -> None:
        here = np.flatnonzero((self.unit == unit) & (self.village != 0))
        extra = tables.near[Nearness.VILLAGE] - tables.near[Nearness.TOWNSHIP]
        same = pool.mentees.village[mentees][:, None] == self.village[here]
        score[:, here] += same * extra


def _padded(table: NDArray[Any], value: int) -> Packed:
    """Return the table with columns of `value` added up to whole chunks."""
    missing = -table.shape[1] % _CHUNK
    return np.pad(table, ((0, 0), (0, missing)), constant_values=value)


def _largest(score: Packed, count: int) -> Packed:
    """Return the `count` largest numbers of every row, unordered; `score` is reordered in place."""
    rows = len(score)
    if count < _CHUNK:
        chunks = score.reshape(-1, _CHUNK)
        chunks.partition(_CHUNK - count, axis=1)
        score = chunks[:, -count:].reshape(rows, -1)
    if count < score.shape[1]:
        score.partition(score.shape[1] - count, axis=1)
    return np.asarray(score[:, -count:])


@dataclass(frozen=True, slots=True)
class Edges:
    """Candidate pairs sorted by (mentee, mentor), none twice: mentor and mentee numbers."""

    mentor: IntArray
    mentee: IntArray

    def __len__(self) -> int:
        return len(self.mentor)


def all_pairs(pool: Pool) -> Edges:
    """Return every pair that is not excluded."""
    mentors = np.flatnonzero(pool.mentors.usable)
    mentees = np.arange(len(pool.mentees))
    return _edges(pool, np.repeat(mentees, len(mentors)), np.tile(mentors, len(mentees)))


def candidates(pool: Pool, per_mentee: int = PER_MENTEE) -> Edges:
    """Return the pairs to choose from: the best `per_mentee` for every mentee, or all of few."""
    usable = np.flatnonzero(pool.mentors.usable)
    if len(usable) * len(pool.mentees) <= FEW_PAIRS or len(usable) <= per_mentee:
        return all_pairs(pool)
    chosen = _by_county(pool, ScoreTables.of(pool, usable), per_mentee)
    if pool.organisations:
        covering = ScoreTables.of(pool, usable, covering=True)
        chosen += _by_county(pool, covering, per_mentee // COVERING)
    mentees, mentors = (np.concatenate(parts) for parts in zip(*chosen, strict=True))
    known = pool.known_pairs.select(pool.mentors.usable[pool.known_pairs.mentor])
    return _edges(
        pool, np.concatenate([mentees, known.mentee]), np.concatenate([mentors, known.mentor])
    )


def _by_county(pool: Pool, tables: ScoreTables, per_mentee: int) -> list[tuple[IntArray, IntArray]]:
    county = unit_of(pool.mentees.code) // 1000
    return [
        _county(pool, tables, np.flatnonzero(county == code), per_mentee)
        for code in np.unique(county)
    ]


def add_edges(pool: Pool, edges: Edges, mentor: IntArray, mentee: IntArray) -> Edges:
    """Return `edges` with more pairs, without excluded ones."""
    return _edges(
        pool, np.concatenate([edges.mentee, mentee]), np.concatenate([edges.mentor, mentor])
    )


def _edges(pool: Pool, mentee: IntArray, mentor: IntArray) -> Edges:
    """Return pairs in order, without repetitions and without excluded ones."""
    width = max(1, len(pool.mentors))
    # np.unique hashes, which takes ten times as long; a stable sort merges what is in order
    keys = np.sort(mentee * width + mentor, kind="stable")
    keys = keys[np.diff(keys, prepend=-1) != 0]
    excluded = pool.known_pairs.select(pool.known_pairs.exclusion != Exclusion.NONE)
    if len(excluded) and len(keys):
        wrong = pool.key(excluded.mentor, excluded.mentee)
        at = np.minimum(np.searchsorted(keys, wrong), len(keys) - 1)
        keys = np.delete(keys, at[keys[at] == wrong])
    mentee, mentor = np.divmod(keys, width)
    return Edges(mentor, mentee)


def _county(
    pool: Pool, tables: ScoreTables, mentees: IntArray, per_mentee: int
) -> tuple[IntArray, IntArray]:
    """Return (mentee, mentor) numbers of the candidates of one county's mentees."""
    code = int(unit_of(pool.mentees.code[mentees[:1]])[0]) // 1000
    inside = _spread(np.flatnonzero(tables.county == code), WIDEST)
    short = _short(pool, tables, mentees, inside)
    outside = _sample(tables, code, SAMPLE[short or pool.organisations])
    # the first `sure` from outside are taken, the others compete with those inside
    sure = min(OUTSIDE[short], per_mentee // 2, len(outside))
    count = min(sure + per_mentee // 2, len(outside))
    far_score, far = best_mentors(pool, tables, mentees, outside, count)
    near_score, near = best_mentors(
        pool, tables, mentees, inside, min(per_mentee - sure, len(inside))
    )
    order = np.argsort(-far_score, axis=1)
    first, rest = order[:, :sure], order[:, sure:]
    score = np.concatenate([near_score, np.take_along_axis(far_score, rest, 1)], axis=1)
    rival = np.concatenate([near, np.take_along_axis(far, rest, 1)], axis=1)
    most = min(per_mentee - sure, score.shape[1])
    best = np.argpartition(-score, most - 1, axis=1)[:, :most] if most else score[:, :0]
    chosen = np.concatenate(
        [np.take_along_axis(far, first, 1), np.take_along_axis(rival, best, 1)], axis=1
    )
    if short:
        chosen = np.concatenate([chosen, _from_far(pool, tables, mentees, code // 100)], axis=1)
    return np.repeat(mentees, chosen.shape[1]), np.sort(chosen, axis=1).ravel()


def _short(pool: Pool, tables: ScoreTables, mentees: IntArray, columns: IntArray) -> bool:
    return bool(pool.mentees.demand[mentees].sum() > SHORT * tables.free[columns].sum())


def _from_far(pool: Pool, tables: ScoreTables, mentees: IntArray, city: int) -> IntArray:
    """Return the best mentors of other cities for every mentee where the city is short."""
    home = tables.county // 100 == city
    neighbours = np.flatnonzero(unit_of(pool.mentees.code) // 100_000 == city)
    if not _short(pool, tables, neighbours, np.flatnonzero(home)):
        return np.zeros((len(mentees), 0), np.int64)
    away = _spread(np.flatnonzero(~home & (tables.free > 0)), SAMPLE[0])
    return best_mentors(pool, tables, mentees, away, min(FAR, len(away)))[1]


def _sample(tables: ScoreTables, code: int, most: int) -> IntArray:
    """Return columns of mentors outside a county, evenly spread: of its city if there are any."""
    outside = np.flatnonzero(tables.county != code)
    near = outside[tables.county[outside] // 100 == code // 100]
    outside = near if len(near) else outside
    return _spread(outside, most)


def _spread(numbers: IntArray, most: int) -> IntArray:
    """Return at most `most` of some numbers, evenly spread."""
    if len(numbers) <= most:
        return numbers
    return np.asarray(numbers[np.arange(most) * len(numbers) // most])


def more_candidates(pool: Pool, mentor: IntArray, mentee: IntArray) -> Pairs:
    """Return more candidate pairs; none where the plan leaves nobody short.

    A mentee without a mentor gets all mentors with room as candidates. If all of these are excluded
    for it, the mentees of the mentors it may have get them instead, so that one of these can move
    (an augmenting path; Berge, *Two theorems in graph theory*, 1957).

    Args:
        pool: Mentors and mentees.
        mentor: Mentor numbers of the chosen pairs.
        mentee: Mentee numbers of the chosen pairs.
    """
    mentors = pool.mentors
    load = mentors.load + np.bincount(mentor, minlength=len(mentors))
    roomy = np.flatnonzero(mentors.usable & (load < mentors.limit))
    unserved = np.flatnonzero(np.bincount(mentee, minlength=len(pool.mentees)) == 0)
    direct = _best(pool, unserved, roomy, EACH)
    pairs = [direct]
    if len(roomy):
        excluded = np.setdiff1d(unserved, direct[1])
        pairs += [_path(pool, (mentor, mentee), short, roomy) for short in excluded.tolist()]
    return _joined(pairs)


def _joined(pairs: list[Pairs]) -> Pairs:
    mentors, mentees = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    return mentors, mentees


def _best(pool: Pool, mentees: IntArray, mentors: IntArray, most: int) -> Pairs:
    """Return the best of some mentors for each of some mentees, without those excluded."""
    if not len(mentors):
        return _NONE, _NONE
    rows = max(1, _AT_ONCE // len(mentors))
    parts = [
        _best_of_few(pool, mentees[start : start + rows], mentors, most)
        for start in range(0, len(mentees), rows)
    ]
    return _joined([(_NONE, _NONE), *parts])


def _best_of_few(pool: Pool, mentees: IntArray, mentors: IntArray, most: int) -> Pairs:
    who, whom = np.tile(mentors, len(mentees)), np.repeat(mentees, len(mentors))
    score = total_scores(principle_scores(pool, who, whom), Scale.of(pool.settings))
    score[pool.excluded(who, whom)] = -1
    table = score.reshape(len(mentees), -1)
    best = np.argsort(-table, axis=1, kind="stable")[:, :most]
    best += np.arange(len(mentees))[:, None] * len(mentors)
    chosen = best.ravel()[score[best.ravel()] >= 0]
    return who[chosen], whom[chosen]


def _path(pool: Pool, chosen: Pairs, short: int, roomy: IntArray) -> Pairs:
    """Return the pairs of an augmenting path to a mentee whom all mentors with room are barred from."""
    usable = np.flatnonzero(pool.mentors.usable)
    wanted = usable[~pool.excluded(usable, np.full(len(usable), short))]
    holders = np.unique(chosen[1][np.isin(chosen[0], wanted)])[:MOST_MOVED]
    return _joined(
        [_best(pool, holders, roomy, 2), (wanted, np.full(len(wanted), short, np.int64))]
    )
