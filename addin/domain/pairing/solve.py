"""From a pool to its optimal pairs, with what is proven of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from addin.domain.pairing.candidates import Edges, candidates, wider, with_edges
from addin.domain.pairing.flow import best_flow, fewest, places_of
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import (
    COVERED,
    SCALE,
    WORTH,
    BoolArray,
    IntArray,
    Open,
    Problem,
    Solution,
    measure,
    settle,
    stages_of,
)
from addin.domain.pairing.scores import Scale, five_scores, strong_masks, totals, weak_masks
from addin.domain.pairing.teams import best_teams

# SECTION From a pool to its optimal pairs: candidates, scores, the solver, and wider candidates if short.

Solver = Callable[[Problem], Solution]
ROUNDS = 8
"""Candidates are widened at most so often; once is nearly always enough."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The chosen pairs of a pool.

    Attributes:
        pool: Who was to be paired.
        mentor: Mentor number of every chosen pair, sorted by (mentee, mentor) (n).
        mentee: Mentee number of every chosen pair (n).
        problem: What the solver was given last.
        solution: What it answered.
        seconds: Time by step: scoring, candidates, solve.
    """

    pool: Pool
    mentor: IntArray
    mentee: IntArray
    problem: Problem
    solution: Solution
    seconds: dict[str, float]

    @property
    def new(self) -> IntArray:
        """Return how many mentees every mentor is given."""
        return np.bincount(self.mentor, minlength=len(self.pool.mentors))

    @property
    def unserved(self) -> IntArray:
        """Return the mentees who have nobody."""
        given = np.bincount(self.mentee, minlength=len(self.pool.mentees))
        return np.flatnonzero(given == 0)


def make_plan(pool: Pool, solver: Solver) -> Plan:
    """Return the optimal plan of a pool.

    1. Choose candidates.
    2. Score them and solve.
    3. Where somebody has no mentor, or a mentor more than is wished, although another has room:
       let the people concerned choose among those with room, too, and solve again.
    """
    seconds = {"scoring": 0.0, "candidates": 0.0, "solve": 0.0}
    start = perf_counter()
    edges = candidates(pool)
    seconds["candidates"] = perf_counter() - start
    for _ in range(ROUNDS):
        plan = _solved(pool, edges, solver, seconds)
        start = perf_counter()
        mentor, mentee = wider(pool, plan.mentor, plan.mentee)
        more = with_edges(pool, edges, mentor, mentee) if len(mentor) else edges
        seconds["candidates"] += perf_counter() - start
        if len(more) == len(edges):
            break
        edges = more
    return plan


def _solved(pool: Pool, edges: Edges, solver: Solver, seconds: dict[str, float]) -> Plan:
    start = perf_counter()
    problem = problem_of(pool, edges)
    scored = perf_counter()
    solution = solver(problem)
    seconds["scoring"] += scored - start
    seconds["solve"] += perf_counter() - scored
    chosen = solution.chosen
    return Plan(pool, edges.mentor[chosen], edges.mentee[chosen], problem, solution, seconds)


def problem_of(pool: Pool, edges: Edges) -> Problem:
    """Score the candidates and state the problem."""
    scale, link = Scale.of(pool.settings), pool.link_of(edges.mentor, edges.mentee)
    bonus = pool.settings.churn * SCALE // 100
    drafted = np.append(pool.links.drafted, False)[link]  # the answer to -1
    fixed = np.append(pool.links.fixed, False)[link]
    mentors, mentees = pool.mentors, pool.mentees
    weak, strong = weak_masks(mentees.scores, scale), strong_masks(mentors.scores, scale)
    return Problem(
        mentor=edges.mentor,
        mentee=edges.mentee,
        score=totals(five_scores(pool, edges.mentor, edges.mentee), scale),
        kept=drafted * np.int64(bonus),
        fixed=fixed,
        load=mentors.load,
        soft=mentors.soft,
        hard=np.where(mentors.usable, mentors.hard, mentors.load),
        need=mentees.need,
        weak=weak if pool.organisations else np.zeros_like(weak),
        strong=strong,
    )


# SECTION Solve a pairing problem: the lexicographic optimum of all stages, with what is proven of it.

_MOST_OF = frozenset({COVERED, WORTH})


def solve(problem: Problem, *, time_limit: float = 60.0) -> Solution:
    """Find the lexicographic optimum.

    1. Fixed edges nobody disputes are kept (`settled`).
    2. A flow finds how many mentees can be served, and the fewest places above the soft limit.
    3. Without teams a second flow finds everything else, whatever the size. With teams, or where
       the flow's weights exceed 64-bit integers, an integer programme does.

    Args:
        problem: The candidate pairs.
        time_limit: Seconds for the integer programme; only where they run out is a gap left, and
            only then may two runs differ.

    Returns:
        The chosen edges and the stages in order; every constraint holds in every case.
    """
    left = settle(problem)
    places = places_of(problem, left)
    counts = fewest(left, places)
    flow = None if _has_teams(left) else best_flow(left, places, counts)
    better: dict[str, int] = {}
    if flow is None:
        chosen, better, seconds = best_teams(left, places, counts, time_limit)
    else:
        chosen, seconds = flow
    return _solution(problem, left, chosen, better, counts.seconds + seconds)


def _has_teams(left: Open) -> bool:
    """Say whether a mentee with weak aspects may get several mentors."""
    return bool(np.any((left.gain != 0) & (left.places[left.mentee] > 1)))


def _solution(
    problem: Problem, left: Open, chosen: BoolArray, better: dict[str, int], seconds: float
) -> Solution:
    plan = left.kept.copy()
    plan[left.edge[chosen]] = True
    values = measure(problem, plan)
    bounds = {
        name: values[name] + (most if name in _MOST_OF else -most) for name, most in better.items()
    }
    return Solution(plan, stages_of(values, bounds), seconds)
