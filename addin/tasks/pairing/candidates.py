"""Which pairs the solver may choose from: a few dozen mentors for every mentee.

1. Few pairs in all: every pair.
2. Otherwise a county is a block. Every mentee is scored against all mentors of its county and a
   spread sample of those outside, and keeps the best of them. Scores of this step
   are whole numbers out of small tables (fields x mentors, weak aspects x mentors, nearness), so
   a block costs a few additions a pair.
3. A little noise, the same for the same two people in every run, spreads mentees that are alike
   over mentors that are alike; otherwise all would come with the same few candidates.
4. Where a whole city is short of places, its mentees get a few mentors of other cities besides.
5. Pairs something is known of (adopted, assigned, drafted, an opinion) always are candidates;
   excluded ones never.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from addin.tasks.pairing.blocks import WIDEST, Tables, best_of
from addin.tasks.pairing.people import Exclusion, Pool, unit_of
from addin.tasks.pairing.problem import IntArray

__all__ = ["Edges", "all_pairs", "candidates", "with_edges"]

FEW_PAIRS = 40_000
"""Up to so many pairs, choosing costs more than it saves."""
PER_MENTEE = 32
COVERING = 4
"""Organisations get so many times fewer candidates more, chosen for covering weak aspects."""
OUTSIDE = (4, 12)
"""Candidates from outside the county, where it has places enough and where it is short."""
SAMPLE = (1024, 2048)
"""Mentors from outside that a county looks at, where it has places enough and where not; for the
few organisations always the larger number, since theirs are spread over many a county."""
FAR = 4
"""Further candidates from other cities where the whole city is short."""
SHORT = 0.9
"""A county or city is short where its mentees want more than this share of its free places."""


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
    found = _chosen(pool, Tables.of(pool, usable), per_mentee)
    if pool.organisations:
        covering = Tables.of(pool, usable, covering=True)
        found += _chosen(pool, covering, per_mentee // COVERING)
    mentees, mentors = (np.concatenate(parts) for parts in zip(*found, strict=True))
    known = pool.links
    takes = pool.mentors.usable[known.mentor]
    return _edges(
        pool,
        np.concatenate([mentees, known.mentee[takes]]),
        np.concatenate([mentors, known.mentor[takes]]),
    )


def _chosen(pool: Pool, tables: Tables, per_mentee: int) -> list[tuple[IntArray, IntArray]]:
    county = unit_of(pool.mentees.code) // 1000
    return [
        _county(pool, tables, np.flatnonzero(county == code), per_mentee)
        for code in np.unique(county)
    ]


def with_edges(pool: Pool, edges: Edges, mentor: IntArray, mentee: IntArray) -> Edges:
    """Return `edges` with more pairs, without those that may not be."""
    return _edges(
        pool, np.concatenate([edges.mentee, mentee]), np.concatenate([edges.mentor, mentor])
    )


def _edges(pool: Pool, mentee: IntArray, mentor: IntArray) -> Edges:
    """Sort pairs, drop repetitions and what is excluded."""
    width = max(1, len(pool.mentors))
    # np.unique hashes, which takes ten times as long; a stable sort merges what is in order
    keys = np.sort(mentee * width + mentor, kind="stable")
    keys = keys[np.diff(keys, prepend=-1) != 0]
    barred = pool.links.exclusion != Exclusion.NONE
    never = pool.key(pool.links.mentor[barred], pool.links.mentee[barred])
    if len(never) and len(keys):
        at = np.minimum(np.searchsorted(keys, never), len(keys) - 1)
        keys = np.delete(keys, at[keys[at] == never])
    whom, who = np.divmod(keys, width)
    return Edges(who, whom)


def _county(
    pool: Pool, tables: Tables, mentees: IntArray, per_mentee: int
) -> tuple[IntArray, IntArray]:
    """Return (mentee, mentor) numbers of the candidates of one county's mentees."""
    code = int(unit_of(pool.mentees.code[mentees[:1]])[0]) // 1000
    inside = _spread(np.flatnonzero(tables.county == code), WIDEST)
    short = _short(pool, tables, mentees, inside)
    outside = _sample(tables, code, SAMPLE[short or pool.organisations])
    sure = min(OUTSIDE[short], per_mentee // 2, len(outside))
    looked = min(sure + per_mentee // 2, len(outside))
    there, who = best_of(pool, tables, mentees, outside, looked)
    here, near = best_of(pool, tables, mentees, inside, min(per_mentee - sure, len(inside)))
    order = np.argsort(-there, axis=1)
    first, rest = order[:, :sure], order[:, sure:]
    score = np.concatenate([here, np.take_along_axis(there, rest, 1)], axis=1)
    rival = np.concatenate([near, np.take_along_axis(who, rest, 1)], axis=1)
    most = min(per_mentee - sure, score.shape[1])
    best = np.argpartition(-score, most - 1, axis=1)[:, :most] if most else score[:, :0]
    chosen = np.concatenate(
        [np.take_along_axis(who, first, 1), np.take_along_axis(rival, best, 1)], axis=1
    )
    if short:
        chosen = np.concatenate([chosen, _from_far(pool, tables, mentees, code // 100)], axis=1)
    return np.repeat(mentees, chosen.shape[1]), np.sort(chosen, axis=1).ravel()


def _short(pool: Pool, tables: Tables, mentees: IntArray, columns: IntArray) -> bool:
    return bool(pool.mentees.need[mentees].sum() > SHORT * tables.free[columns].sum())


def _from_far(pool: Pool, tables: Tables, mentees: IntArray, city: int) -> IntArray:
    """Return the best mentors of other cities for every mentee where the city is short."""
    home = tables.county // 100 == city
    everybody = np.flatnonzero(unit_of(pool.mentees.code) // 100_000 == city)
    if not _short(pool, tables, everybody, np.flatnonzero(home)):
        return np.zeros((len(mentees), 0), np.int64)
    away = _spread(np.flatnonzero(~home & (tables.free > 0)), SAMPLE[0])
    return best_of(pool, tables, mentees, away, min(FAR, len(away)))[1]


def _sample(tables: Tables, code: int, most: int) -> IntArray:
    """Return columns of mentors outside a county: of its city if there are any, evenly spread."""
    outside = np.flatnonzero(tables.county != code)
    near = outside[tables.county[outside] // 100 == code // 100]
    outside = near if len(near) else outside
    return _spread(outside, most)


def _spread(numbers: IntArray, most: int) -> IntArray:
    """Return at most so many of some numbers, evenly spread."""
    if len(numbers) <= most:
        return numbers
    return np.asarray(numbers[np.arange(most) * len(numbers) // most])
