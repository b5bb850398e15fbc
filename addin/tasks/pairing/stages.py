"""The stages of the optimum, in order, and what a plan reaches in each of them."""

from __future__ import annotations

import numpy as np

from addin.tasks.pairing.problem import BoolArray, Problem, Stage
from addin.tasks.pairing.settled import covered, ranks

__all__ = ["COVERED", "KEPT", "ORDER", "OVER", "SERVED", "SPREAD", "WORTH", "measure", "stages_of"]

KEPT = "组织指定"
SERVED = "有导师人数"
OVER = "超出宽松上限"
COVERED = "短板覆盖"
WORTH = "总分"
SPREAD = "负担均衡"
ORDER = "编号顺序"


def measure(problem: Problem, chosen: BoolArray) -> dict[str, int]:
    """Return what a plan reaches, stage by stage in lexicographic order.

    Args:
        problem: The candidate pairs.
        chosen: The plan, per edge.

    Returns:
        Fixed edges kept (most), mentees with at least one mentor (most), places above the soft
        limit (fewest), weak aspects covered (most), score and bonus (most), sum of squared loads
        (least), sum of the chosen edges' places in ID order (least).
    """
    loads = problem.load + np.bincount(problem.mentor[chosen], minlength=len(problem.load))
    over = np.maximum(loads - np.maximum(problem.soft, problem.load), 0)
    values = {
        KEPT: np.count_nonzero(chosen & problem.fixed),
        SERVED: len(np.unique(problem.mentee[chosen])),
        OVER: over.sum(),
        COVERED: np.bitwise_count(covered(problem, chosen)).sum(dtype=np.int64),
        WORTH: (problem.score + problem.kept)[chosen].sum(),
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
