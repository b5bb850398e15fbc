"""Other ways to pair the same people: greedy, scipy's assignment, hospital–resident.

All get our candidates, our scores and the same places. Pairs assigned by the organisation are kept
for all of them. None knows of teams, so each is asked in the order that suits our objective best:
everybody's first mentor, then second and third mentors.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from matching.games import HospitalResident
from scipy.optimize import linear_sum_assignment

from addin.domain.pairing.pools import Pool, Wish
from addin.domain.pairing.problem import (
    COVERED,
    SERVED,
    WORTH,
    BoolArray,
    IntArray,
    Problem,
    measure,
)
from addin.domain.pairing.solve import Plan, solve

MOST_CELLS = 60_000_000
"""Largest table for `linear_sum_assignment`: half a gigabyte."""
MOST_EDGES = 250_000
"""Most candidates for `matching`, which keeps an object and several lists per person."""

Matcher = Callable[[IntArray, IntArray, IntArray, IntArray], IntArray | None]
"""Mentors, mentees and scores of edges, places of mentors → numbers of the edges chosen, at most
one a mentee; None where the problem is too large."""


def greedy(mentor: IntArray, mentee: IntArray, score: IntArray, room: IntArray) -> IntArray:
    """Take the best pair that still may be, again and again."""
    left, alone, chosen = room.tolist(), set(mentee.tolist()), []
    order = np.argsort(-score, kind="stable")
    for edge, who, whom in zip(
        order.tolist(), mentor[order].tolist(), mentee[order].tolist(), strict=True
    ):
        if left[who] and whom in alone:
            left[who] -= 1
            alone.discard(whom)
            chosen.append(edge)
    return np.array(chosen, np.int64)


def assignment(
    mentor: IntArray, mentee: IntArray, score: IntArray, room: IntArray
) -> IntArray | None:
    """Give `scipy.optimize.linear_sum_assignment` a column for every place of every mentor."""
    mentees, row = np.unique(mentee, return_inverse=True)
    owner = np.repeat(np.arange(len(room)), np.minimum(room, np.bincount(mentor, None, len(room))))
    if len(mentees) * (len(owner) + 1) > MOST_CELLS:
        return None
    first = np.searchsorted(owner, np.arange(len(room)))
    places = np.searchsorted(owner, np.arange(len(room)), side="right") - first
    table = np.full((len(mentees), max(len(owner), len(mentees))), -float(1 << 40))
    edge_of = np.full((len(mentees), len(room)), -1, np.int32)
    edge_of[row, mentor] = np.arange(len(mentor))
    copies = places[mentor]
    column = np.repeat(first[mentor], copies) + np.arange(copies.sum())
    column -= np.repeat(np.cumsum(copies) - copies, copies)
    table[np.repeat(row, copies), column] = np.repeat(score, copies)
    rows, columns = linear_sum_assignment(table, maximize=True)
    true = table[rows, columns] >= 0
    chosen = edge_of[rows[true], owner[columns[true]]]
    return np.asarray(chosen.astype(np.int64))


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let `matching` copy its players, who know each other: one inside the other inside the next."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1 << 30)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def hospital_resident(
    mentor: IntArray, mentee: IntArray, score: IntArray, room: IntArray
) -> IntArray | None:
    """Let `matching` find the mentee-optimal stable matching; both sides prefer higher scores."""
    open_ = np.flatnonzero(room[mentor] > 0)
    if len(open_) > MOST_EDGES:
        return None
    wanted: dict[int, list[int]] = defaultdict(list)
    wanting: dict[int, list[int]] = defaultdict(list)
    best_first = open_[np.argsort(-score[open_], kind="stable")]
    for who, whom in zip(mentor[best_first].tolist(), mentee[best_first].tolist(), strict=True):
        wanted[whom].append(who)
        wanting[who].append(whom)
    capacity = {who: int(room[who]) for who in wanting}
    with _deep_recursion():
        game = HospitalResident.create_from_dictionaries(wanted, wanting, capacity)
    found = {(one.name, who.name) for who, given in game.solve().items() for one in given}
    pairs = zip(mentee.tolist(), mentor.tolist(), strict=True)
    return np.array([edge for edge, pair in enumerate(pairs) if pair in found], np.int64)


RIVALS: dict[str, Matcher] = {
    "greedy": greedy,
    "linear_sum_assignment": assignment,
    "matching HospitalResident": hospital_resident,
}


def in_rounds(problem: Problem, matcher: Matcher) -> BoolArray | None:
    """Pair everybody with a matcher that gives one mentor to each; None if it cannot."""
    chosen = problem.fixed.copy()
    for team in range(1, int(problem.demand.max(initial=1)) + 1):
        given = np.bincount(problem.mentee[chosen], minlength=len(problem.demand))
        taken = np.bincount(problem.mentor[chosen], minlength=len(problem.load))
        room = np.maximum(problem.limit - problem.load - taken, 0)
        wants = (given < team) & (problem.demand >= team)
        edges = np.flatnonzero(~chosen & wants[problem.mentee] & (room[problem.mentor] > 0))
        if not len(edges):
            continue
        worth = (problem.score + problem.bonus)[edges]
        found = matcher(problem.mentor[edges], problem.mentee[edges], worth, room)
        if found is None:
            return None
        chosen[edges[found]] = True
    return chosen


def ours(problem: Problem) -> BoolArray:
    return solve(problem).chosen


@dataclass(frozen=True)
class Quality:
    """What a plan is worth to those it pairs.

    Attributes:
        total: Sum of the total scores of the pairs.
        covered: Weak aspects of organisations covered, and how many there are.
        spread: Standard deviation of the load of the mentors who can take somebody.
        unmatched: Mentees without a mentor.
        mutual: Pairs both sides agreed to that came about, and how many there are.
        one_sided: The same of pairs one side agreed to and the other left open.
        seconds: For choosing among the candidates.
    """

    total: float
    covered: tuple[int, int]
    spread: float
    unmatched: int
    mutual: tuple[int, int]
    one_sided: tuple[int, int]
    seconds: float

    @classmethod
    def of(cls, pool: Pool, problem: Problem, chosen: BoolArray, seconds: float) -> Quality:
        reached = measure(problem, chosen)
        usable = problem.limit > problem.load
        load = problem.load + np.bincount(problem.mentor[chosen], minlength=len(problem.load))
        return cls(
            reached[WORTH] / 10_000,
            (reached[COVERED], int(np.bitwise_count(problem.weak).sum())),
            float(load[usable].std()),
            len(problem.demand) - reached[SERVED],
            _honoured(pool, problem, chosen, 2 * Wish.FOR),
            _honoured(pool, problem, chosen, Wish.FOR + Wish.OPEN),
            seconds,
        )

    def line(self, name: str) -> str:
        return (
            f"| {name} | {self.total:,.1f} | {_share(self.covered)} | {self.spread:.3f} "
            f"| {self.unmatched} | {_share(self.mutual)} | {_share(self.one_sided)} "
            f"| {self.seconds:.3f} |"
        )


def _honoured(pool: Pool, problem: Problem, chosen: BoolArray, said: int) -> tuple[int, int]:
    known_pairs = pool.known_pairs
    wished = (known_pairs.wish.sum(axis=1) == said) & (known_pairs.exclusion == 0)
    wished &= pool.mentors.usable[known_pairs.mentor]
    keys = pool.key(known_pairs.mentor[wished], known_pairs.mentee[wished])
    came = np.isin(keys, pool.key(problem.mentor[chosen], problem.mentee[chosen]))
    return int(came.sum()), len(keys)


def _share(pair: tuple[int, int]) -> str:
    return f"{pair[0]:,} of {pair[1]:,}" if pair[1] else "–"


def qualities(plan: Plan) -> dict[str, Quality | None]:
    """Return what we and every rival make of a plan's problem; None where it is too large."""
    found: dict[str, Quality | None] = {}
    for name, matcher in {"bangdai": None, **RIVALS}.items():
        started = time.perf_counter()
        chosen = in_rounds(plan.problem, matcher) if matcher else ours(plan.problem)
        seconds = time.perf_counter() - started
        found[name] = (
            None if chosen is None else Quality.of(plan.pool, plan.problem, chosen, seconds)
        )
    return found


def rivals_table(plan: Plan) -> str:
    """Return ours and the rivals' plans as a Markdown table."""
    lines = [
        "| plan | total score | weak aspects covered | load, st. dev. | unmatched "
        "| mutual wishes met | one-sided wishes met | seconds |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, quality in qualities(plan).items():
        lines.append(quality.line(name) if quality else f"| {name} | too large | | | | | | |")
    return "\n".join(lines)
