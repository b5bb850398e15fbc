"""From a pool to its optimal pairs: candidates, scores, the solver, and wider candidates if short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np

from addin.tasks.pairing.candidates import Edges, candidates, with_edges
from addin.tasks.pairing.people import Pool
from addin.tasks.pairing.problem import SCALE, IntArray, Problem, Solution
from addin.tasks.pairing.scores import Scale, five_scores, strong_masks, totals, weak_masks
from addin.tasks.pairing.widening import wider

__all__ = ["Plan", "Solver", "make_plan", "problem_of"]

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
