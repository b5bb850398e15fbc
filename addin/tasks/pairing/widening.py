"""More candidates where the chosen few leave somebody short although a mentor has room."""

from __future__ import annotations

import numpy as np

from addin.tasks.pairing.people import Pool
from addin.tasks.pairing.problem import IntArray
from addin.tasks.pairing.scores import Scale, five_scores, totals

__all__ = ["wider"]

EACH = 16
"""Further mentors for a mentee who is short."""
MOST_MOVED = 64
"""Mentees of the mentors somebody is tied to who may be asked to move, the first by ID."""
_AT_ONCE = 1_000_000
"""Pairs scored at once."""
_NONE = np.zeros(0, np.int64)

Pairs = tuple[IntArray, IntArray]
"""Mentor numbers and mentee numbers."""


def wider(pool: Pool, mentor: IntArray, mentee: IntArray) -> Pairs:
    """Return more pairs to choose from; none where the plan leaves nobody short.

    A mentee without a mentor may choose among all mentors with room. If all of these are excluded
    for it, those who hold the mentors it may have choose among them instead (an augmenting path;
    Berge 1957). A mentee at a mentor above the soft limit may choose among those below it,
    unless the pair is fixed.

    Args:
        pool: Mentors and mentees.
        mentor: Mentor numbers of the chosen pairs.
        mentee: Mentee numbers of the chosen pairs.
    """
    mentors = pool.mentors
    load = mentors.load + np.bincount(mentor, minlength=len(mentors))
    roomy = np.flatnonzero(mentors.usable & (load < mentors.hard))
    spare = np.flatnonzero(mentors.usable & (load < mentors.soft))
    unserved = np.flatnonzero(np.bincount(mentee, minlength=len(pool.mentees)) == 0)
    above = (load > np.maximum(mentors.soft, mentors.load))[mentor]
    above &= ~np.append(pool.links.fixed, False)[pool.link_of(mentor, mentee)]  # -1: no link
    direct = _best(pool, unserved, roomy, EACH)
    found = [direct, _best(pool, np.unique(mentee[above]), spare, EACH)]
    if len(roomy):
        tied = np.setdiff1d(unserved, direct[1])
        found += [_path(pool, (mentor, mentee), short, roomy) for short in tied.tolist()]
    return _joined(found)


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
    score = totals(five_scores(pool, who, whom), Scale.of(pool.settings))
    score[pool.excluded(who, whom)] = -1
    table = score.reshape(len(mentees), -1)
    best = np.argsort(-table, axis=1, kind="stable")[:, :most]
    best += np.arange(len(mentees))[:, None] * len(mentors)
    chosen = best.ravel()[score[best.ravel()] >= 0]
    return who[chosen], whom[chosen]


def _path(pool: Pool, chosen: Pairs, short: int, roomy: IntArray) -> Pairs:
    usable = np.flatnonzero(pool.mentors.usable)
    wanted = usable[~pool.excluded(usable, np.full(len(usable), short))]
    holders = np.unique(chosen[1][np.isin(chosen[0], wanted)])[:MOST_MOVED]
    return _joined(
        [_best(pool, holders, roomy, 2), (wanted, np.full(len(wanted), short, np.int64))]
    )
