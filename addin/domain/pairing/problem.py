"""The pairing problem as arrays, its presolve, and the stages of its lexicographic optimum.

The solvers know no ledger; mentors and mentees are numbered in the order of their IDs. A mentor
supplies places up to a capacity, a mentee demands some of them, and an edge is a candidate pair.
The stages are optimised one after the other, each without giving up anything of those before it
(lexicographic optimisation; Ehrgott, *Multicriteria Optimization*, 2005, section 5.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SCALE = 10_000
"""A total score of 1 as an integer: solvers add integers, so equal plans compare equal."""

KEPT = "组织指定"
ADOPTED = "已采纳"
SERVED = "有导师人数"
COVERED = "短板覆盖"
WORTH = "总分"
WAITED = "等待天数"
SPREAD = "负担均衡"
ORDER = "编号顺序"


@dataclass(frozen=True, slots=True)
class Problem:
    """Candidate pairs of one kind of mentee (individuals or organisations) and their limits.

    Attributes:
        mentor: Mentor number of every edge.
        mentee: Mentee number of every edge; edges are sorted by (mentee, mentor), none twice.
        score: Total score of every edge, 0 to `SCALE`.
        bonus: What staying with the previous draft is worth on every edge, in units of `score`.
        assigned: Edges to keep before all others: 组织指定.
        adopted: Edges to keep next: adopted and not yet confirmed.
        load: Running pairings of every mentor.
        limit: Load of every mentor that is never exceeded.
        demand: Mentors every mentee still wants; never exceeded, whatever is assigned.
        waited: Days every mentee has waited.
        weak: Bit mask of every mentee's weak aspects to cover, 0 for individuals.
        strong: Bit mask of every mentor's strong aspects.
    """

    mentor: IntArray
    mentee: IntArray
    score: IntArray
    bonus: IntArray
    assigned: BoolArray
    adopted: BoolArray
    load: IntArray
    limit: IntArray
    demand: IntArray
    waited: IntArray
    weak: IntArray
    strong: IntArray

    @property
    def fixed(self) -> BoolArray:
        """Return the edges to be kept where there is room for them."""
        return self.assigned | self.adopted


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the lexicographic optimum.

    Attributes:
        name: What was optimised.
        objective: The value reached.
        bound: The best value proven possible; equal to `objective` when proven optimal.
        gap: |bound - objective| / max(1, |bound|).
    """

    name: str
    objective: int
    bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen edges, what is proven of every stage, and the solver's own seconds."""

    chosen: BoolArray
    stages: tuple[Stage, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class ReducedProblem:
    """What is still to be decided once the undisputed fixed edges are settled.

    Attributes:
        settled: Per edge of the problem: fixed and undisputed, hence chosen.
        edge: Number in the problem of every open edge, ascending.
        mentor: Mentor of every open edge.
        mentee: Mentee of every open edge.
        worth: Score and bonus of every open edge.
        rank: Place of every open edge among all edges of its mentee, in mentor order, from 0.
        gain: Bit mask of every open edge: weak aspects still uncovered that its mentor is strong in.
        assigned: Open edges that are assigned, hence disputed.
        adopted: Open edges that are adopted, hence disputed.
        load: Load of every mentor with the settled edges.
        capacity: Places left with every mentor.
        demand: Mentors every mentee may still get.
        unserved: Mentees who have nobody yet but might get somebody.
        waited: Days every mentee has waited.
    """

    settled: BoolArray
    edge: IntArray
    mentor: IntArray
    mentee: IntArray
    worth: IntArray
    rank: IntArray
    gain: IntArray
    assigned: BoolArray
    adopted: BoolArray
    load: IntArray
    capacity: IntArray
    demand: IntArray
    unserved: BoolArray
    waited: IntArray


def presolve(problem: Problem) -> ReducedProblem:
    """Settle the fixed edges nobody disputes and return what remains open.

    A fixed edge is undisputed where its mentor has room for all their fixed edges and its mentee
    wants as many: a plan without it can take it in for edges that are not fixed, and keeps more.
    """
    mentors, mentees = len(problem.load), len(problem.demand)
    capacity = np.maximum(problem.limit - problem.load, 0)
    demand, fixed = np.maximum(problem.demand, 0), problem.fixed
    crowded = np.bincount(problem.mentor[fixed], minlength=mentors) > capacity
    beset = np.bincount(problem.mentee[fixed], minlength=mentees) > demand
    settled = fixed & ~crowded[problem.mentor] & ~beset[problem.mentee]
    used = np.bincount(problem.mentor[settled], minlength=mentors)
    served = np.bincount(problem.mentee[settled], minlength=mentees)
    capacity, demand = capacity - used, demand - served

    open_ = ~settled & (capacity[problem.mentor] > 0) & (demand[problem.mentee] > 0)
    edge = np.flatnonzero(open_)
    mentor, mentee = problem.mentor[edge], problem.mentee[edge]
    uncovered = problem.weak & ~covered(problem, settled)
    demand = np.minimum(demand, np.bincount(mentee, minlength=mentees))
    return ReducedProblem(
        settled=settled,
        edge=edge,
        mentor=mentor,
        mentee=mentee,
        worth=problem.score[edge] + problem.bonus[edge],
        rank=ranks(problem)[edge],
        gain=uncovered[mentee] & problem.strong[mentor],
        assigned=problem.assigned[edge],
        adopted=problem.adopted[edge],
        load=problem.load + used,
        capacity=np.minimum(capacity, np.bincount(mentor, minlength=mentors)),
        demand=demand,
        unserved=(served == 0) & (demand > 0),
        waited=problem.waited,
    )


def covered(problem: Problem, chosen: BoolArray) -> IntArray:
    """Return the bit mask of weak aspects every mentee's chosen mentors are strong in."""
    mentee = problem.mentee[chosen]
    team = np.zeros(len(problem.demand), np.int64)
    if len(mentee):
        first = np.flatnonzero(np.diff(mentee, prepend=-1))
        strong = problem.strong[problem.mentor[chosen]]
        team[mentee[first]] = np.bitwise_or.reduceat(strong, first)
    return problem.weak & team


def ranks(problem: Problem) -> IntArray:
    """Return the place of every edge among the edges of its mentee, in mentor order, from 0."""
    first = np.searchsorted(problem.mentee, np.arange(len(problem.demand)))
    return np.arange(len(problem.mentee)) - first[problem.mentee]


def measure(problem: Problem, chosen: BoolArray) -> dict[str, int]:
    """Return what a plan reaches, stage by stage in lexicographic order.

    Args:
        problem: The candidate pairs.
        chosen: The plan, per edge.

    Returns:
        Assigned edges kept (most), adopted edges kept (most), mentees with at least one mentor
        (most), weak aspects covered (most), score and bonus (most), days waited by mentees with a
        mentor (most), sum of squared loads (least), sum of the chosen edges' ranks in ID order
        (least).
    """
    loads = problem.load + np.bincount(problem.mentor[chosen], minlength=len(problem.load))
    served = np.unique(problem.mentee[chosen])
    values = {
        KEPT: np.count_nonzero(chosen & problem.assigned),
        ADOPTED: np.count_nonzero(chosen & problem.adopted),
        SERVED: len(served),
        COVERED: np.bitwise_count(covered(problem, chosen)).sum(dtype=np.int64),
        WORTH: (problem.score + problem.bonus)[chosen].sum(),
        WAITED: problem.waited[served].sum(),
        SPREAD: (loads * loads).sum(),
        ORDER: ranks(problem)[chosen].sum(),
    }
    return {name: int(value) for name, value in values.items()}


def stages_of(values: dict[str, int], bounds: dict[str, int]) -> tuple[Stage, ...]:
    """Return the stages with their proven bounds; a stage without one is proven optimal."""
    return tuple(
        Stage(name, value, bound, abs(bound - value) / max(1, abs(bound)))
        for name, value in values.items()
        for bound in [bounds.get(name, value)]
    )
