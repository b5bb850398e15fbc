"""Who may help whom, as arrays: what the solvers are given and what they answer.

The solvers know no ledger; mentors and mentees are numbered in the order of their IDs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["SCALE", "BoolArray", "IntArray", "Problem", "Solution", "Stage"]

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SCALE = 10_000
"""A total score of 1 as an integer: solvers add integers, so equal plans compare equal."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Candidate pairs of one kind of mentee (individuals or organisations) and their limits.

    Attributes:
        mentor: Mentor number of every edge.
        mentee: Mentee number of every edge; edges are sorted by (mentee, mentor), none twice.
        score: Total score of every edge, 0 to `SCALE`.
        kept: What staying with the previous draft is worth on every edge, in units of `score`.
        fixed: Edges to keep: 组织指定, or adopted and not yet confirmed.
        load: Running pairings of every mentor.
        soft: Load of every mentor that is exceeded only for a mentee who would have nobody.
        hard: Load of every mentor that is never exceeded.
        need: Mentors every mentee still wants, at least 1; more fixed edges raise it.
        weak: Bit mask of every mentee's weak aspects to cover, 0 for individuals.
        strong: Bit mask of every mentor's strong aspects.
    """

    mentor: IntArray
    mentee: IntArray
    score: IntArray
    kept: IntArray
    fixed: BoolArray
    load: IntArray
    soft: IntArray
    hard: IntArray
    need: IntArray
    weak: IntArray
    strong: IntArray


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
