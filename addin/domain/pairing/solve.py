"""From a pool to its optimal pairs, with what is proven of them.

1. Choose candidates.
2. Score them and solve: keep the fixed edges nobody disputes, then optimise stage by stage.
3. Where somebody has no mentor although one has room: let them choose among those with room, too,
   and solve again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from addin.domain.pairing.candidates import Edges, add_edges, candidates, more_candidates
from addin.domain.pairing.min_cost_flow import Slots, first_stages, optimal_flow
from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import (
    COVERED,
    SCALE,
    WAITED,
    WORTH,
    IntArray,
    Problem,
    Solution,
    measure,
    presolve,
    stages_of,
)
from addin.domain.pairing.scores import (
    Scale,
    principle_scores,
    strong_masks,
    total_scores,
    weak_masks,
)
from addin.domain.pairing.teams import best_teams

Solver = Callable[[Problem], Solution]
ROUNDS = 8
"""Candidates are widened at most so often; once is nearly always enough."""
_MAXIMISED = frozenset({COVERED, WORTH, WAITED})


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
        served = np.bincount(self.mentee, minlength=len(self.pool.mentees))
        return np.flatnonzero(served == 0)


def make_plan(pool: Pool, solver: Solver) -> Plan:
    """Return the optimal plan of a pool; the module's docstring has the steps."""
    seconds = {"scoring": 0.0, "candidates": 0.0, "solve": 0.0}
    start = perf_counter()
    edges = candidates(pool)
    seconds["candidates"] = perf_counter() - start
    for _ in range(ROUNDS):
        plan = _solved(pool, edges, solver, seconds)
        start = perf_counter()
        mentor, mentee = more_candidates(pool, plan.mentor, plan.mentee)
        more = add_edges(pool, edges, mentor, mentee) if len(mentor) else edges
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
    scale, mentors, mentees = Scale.of(pool.settings), pool.mentors, pool.mentees
    known, index = pool.known_pairs, pool.known_pair_of(edges.mentor, edges.mentee)
    weak = weak_masks(mentees)
    return Problem(
        mentor=edges.mentor,
        mentee=edges.mentee,
        score=total_scores(principle_scores(pool, edges.mentor, edges.mentee), scale),
        bonus=known.at("drafted", index) * np.int64(pool.settings.churn * SCALE // 100),
        assigned=known.at("fixed", index) & known.at("assigned", index),
        adopted=known.at("fixed", index) & ~known.at("assigned", index),
        load=mentors.load,
        limit=np.where(mentors.usable, mentors.limit, mentors.load),
        demand=mentees.demand,
        waited=mentees.waited,
        weak=weak if pool.organisations else np.zeros_like(weak),
        strong=strong_masks(mentors.scores, scale),
    )


def solve(problem: Problem, *, time_limit: float = 60.0) -> Solution:
    """Find the lexicographic optimum.

    1. Fixed edges nobody disputes are settled (`presolve`).
    2. A flow finds how many of the others can be kept, and how many mentees can be served.
    3. Without teams a second flow finds everything else, whatever the size. With teams, or where
       the flow's weights exceed 64-bit integers, an integer programme does.

    Args:
        problem: The candidate pairs.
        time_limit: Seconds for the integer programme; only where they run out is a gap left, and
            only then may two runs differ.

    Returns:
        The chosen edges and the stages in order; every constraint holds in every case.
    """
    reduced = presolve(problem)
    slots = Slots.of(reduced)
    first = first_stages(reduced, slots)
    teams = np.any((reduced.gain != 0) & (reduced.demand[reduced.mentee] > 1))
    flow = None if teams else optimal_flow(reduced, slots, first)
    better: dict[str, int] = {}
    if flow is None:
        open_edges, better, seconds = best_teams(reduced, slots, first, time_limit)
    else:
        open_edges, seconds = flow
    chosen = reduced.settled.copy()
    chosen[reduced.edge[open_edges]] = True
    values = measure(problem, chosen)
    bounds = {
        name: values[name] + (most if name in _MAXIMISED else -most)
        for name, most in better.items()
    }
    return Solution(chosen, stages_of(values, bounds), first.seconds + seconds)
