"""More candidates where the chosen few leave somebody short although a mentor has room."""

from __future__ import annotations

import numpy as np

from addin.tasks.pairing.people import Pool
from addin.tasks.pairing.problem import BoolArray, IntArray
from addin.tasks.pairing.scores import Scale, five_scores, totals

__all__ = ["wider"]

EACH = 16
"""Further mentors for a mentee who is short."""
MOST_MOVED = 64
"""Mentees of the mentors one is tied to who may be asked to move, best first by ID."""
_NONE = np.zeros(0, np.int64)


def wider(pool: Pool, mentor: IntArray, mentee: IntArray) -> tuple[IntArray, IntArray]:
    """Return more pairs (mentor, mentee) to choose from; none where the plan leaves nobody short.

    A mentee without a mentor may choose among all mentors with room. If all of these are excluded
    for it, those who hold the mentors it may have choose among them instead (an augmenting path;
    Berge 1957). A mentee at a mentor above the soft limit may choose among those below it.

    Args:
        pool: Mentors and mentees.
        mentor: Mentor numbers of the chosen pairs.
        mentee: Mentee numbers of the chosen pairs.
    """
    mentors = pool.mentors
    load = mentors.load + np.bincount(mentor, minlength=len(mentors))
    roomy = mentors.usable & (load < mentors.hard)
    spare = mentors.usable & (load < mentors.soft)
    unserved = np.flatnonzero(np.bincount(mentee, minlength=len(pool.mentees)) == 0)
    above = (load > np.maximum(mentors.soft, mentors.load))[mentor]
    found = [_path(pool, mentor, mentee, at, roomy) for at in unserved.tolist() if roomy.any()]
    if spare.any():
        moving = [_best(pool, at, spare) for at in np.unique(mentee[above]).tolist()]
        found += moving
    if not found:
        return _NONE, _NONE
    more, whom = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return more, whom


def _allowed(pool: Pool, mentee: int, among: BoolArray) -> IntArray:
    """Return the mentors of `among` that are not excluded for a mentee."""
    mentors = np.flatnonzero(among)
    return mentors[~pool.excluded(mentors, np.full(len(mentors), mentee))]


def _best(pool: Pool, mentee: int, among: BoolArray, most: int = EACH) -> tuple[IntArray, IntArray]:
    mentors = _allowed(pool, mentee, among)
    whom = np.full(len(mentors), mentee)
    score = totals(five_scores(pool, mentors, whom), Scale.of(pool.settings))
    best = np.argsort(-score, kind="stable")[:most]
    return mentors[best], whom[best]


def _path(
    pool: Pool, mentor: IntArray, mentee: IntArray, short: int, roomy: BoolArray
) -> tuple[IntArray, IntArray]:
    direct = _best(pool, short, roomy)
    if len(direct[0]):
        return direct
    wanted = _allowed(pool, short, pool.mentors.usable)
    holders = np.unique(mentee[np.isin(mentor, wanted)])[:MOST_MOVED]
    moves = [_best(pool, at, roomy, 2) for at in holders.tolist()]
    moves.append((wanted, np.full(len(wanted), short)))
    mentors, mentees = (np.concatenate(parts) for parts in zip(*moves, strict=True))
    return mentors, mentees
