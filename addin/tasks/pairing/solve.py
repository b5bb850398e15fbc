"""Solve a pairing problem: the lexicographic optimum of all stages, with what is proven of it."""

from __future__ import annotations

import numpy as np

from addin.tasks.pairing.flow import best_flow, fewest, places_of
from addin.tasks.pairing.problem import BoolArray, Problem, Solution
from addin.tasks.pairing.settled import Open, settle
from addin.tasks.pairing.stages import COVERED, WORTH, measure, stages_of
from addin.tasks.pairing.teams import best_teams

__all__ = ["solve"]

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
