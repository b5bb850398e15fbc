"""One integer programme solved stage after stage, each stage leaving fewer columns open.

A stage is solved by reduced-cost fixing (Nemhauser and Wolsey, *Integer and Combinatorial
Optimization*, 1988, section II.5.2):

1. Solve the linear relaxation. Its optimum is a bound, and a plan in which a column differs from
   it costs at least that column's reduced cost more.
2. Where the relaxation is whole, it is the plan.
3. Otherwise solve the integer programme over the columns of small reduced cost only. If its plan
   loses no more against the bound than the columns left out would, it is optimal; else take in the
   columns up to what it loses and solve again.
4. Every plan as good as the one found differs from the relaxation only in columns whose reduced
   cost is at most the loss: the later stages decide among those columns, under a row that holds
   this stage's value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csc_array, csr_array, vstack

from addin.tasks.pairing.problem import BoolArray

__all__ = ["Floats", "Model"]

Floats = NDArray[np.float64]

_WHOLE = 1e-6
"""How far from a whole number a column may be and still count as whole."""
_SLACK = 1e-2
"""Rounding error allowed for in a bound on a whole cost, and in a reduced cost."""
_INFEASIBLE = 2


@dataclass(slots=True)
class Model:
    """Rows over columns that are 0 or 1; costs are whole numbers, the least is sought.

    Attributes:
        most: Matrix of the rows `most @ x <= most_limit`.
        most_limit: Their limits.
        equal: Matrix of the rows `equal @ x == equal_limit`.
        equal_limit: Their values.
        deciding: How many of the first columns decide all the others.
        complete: Gives all columns, as good as can be, for those deciding ones.
        open: Columns not yet decided.
        value: What the decided columns are.
        best: The best plan so far, all columns; None if none is known.
        seconds: Spent inside the solvers so far.
    """

    most: csc_array
    most_limit: Floats
    equal: csc_array
    equal_limit: Floats
    deciding: int
    complete: Callable[[BoolArray], Floats]
    open: BoolArray
    value: Floats
    best: Floats | None = None
    seconds: float = 0.0

    def holding(self, cost: Floats, most: int) -> Model:
        """Return the same programme with the row `cost @ x <= most`, its best plan forgotten."""
        held = replace(self, best=None)
        held.hold(cost, most)
        return held

    def hold(self, cost: Floats, most: int) -> None:
        """Add the row `cost @ x <= most`."""
        self.most = vstack([self.most, csr_array(cost[None, :])], format="csc")
        self.most_limit = np.append(self.most_limit, most)

    def stage(self, cost: Floats, until: float) -> int:
        """Find the least cost and hold the programme to it.

        Args:
            cost: A whole number per column.
            until: When to stop, on the clock of `perf_counter`; `best` then may be improvable.

        Returns:
            The least the cost can be, as far as proven. `best` is None if no plan was found.
        """
        relaxed = self.relaxed(cost, until)
        if relaxed is None:
            if self.best is not None:
                self.hold(cost, self.cost(cost))
            return int(np.minimum(cost, 0).sum())
        least, values, reduced = relaxed
        bound = ceil(least - _SLACK)
        self._offer(values, cost)
        threshold = float(np.abs(cost).max(initial=0)) / 50
        while not self._proven(cost, bound) and perf_counter() < until:
            free = self.open & (reduced <= threshold)
            reached = self._search(cost, free, values, until)
            if not np.array_equal(free, self.open):
                reached = min(reached, least + threshold)
            if reached == inf:
                break
            bound = max(bound, ceil(reached - _SLACK))
            threshold = min(30 * threshold, max(threshold, self._loss(cost, least)))
        if self.best is not None:
            self.open = self.open & (reduced <= self._loss(cost, least) + _SLACK)
            self.value = np.where(self.open, self.value, np.rint(values))
            self.hold(cost, self.cost(cost))
        return bound

    def cost(self, cost: Floats) -> int:
        """Return what the best plan costs."""
        return round(float((cost * self.plan()).sum()))

    def plan(self) -> Floats:
        """Return all columns of the best plan."""
        if self.best is None:
            raise RuntimeError("the programme has no plan")
        return self.best

    def bound(self, cost: Floats, until: float) -> int:
        """Return a bound on the cost: no plan costs less."""
        relaxed = self.relaxed(cost, until)
        return int(np.minimum(cost, 0).sum()) if relaxed is None else ceil(relaxed[0] - _SLACK)

    def relaxed(self, cost: Floats, until: float) -> tuple[float, Floats, Floats] | None:
        """Solve the linear relaxation over the open columns.

        Returns:
            The least cost, the columns, and what a change of each costs at least (decided columns:
            0); None if nothing satisfies the rows or time is over.
        """
        values, reduced = self.value.copy(), np.zeros(len(self.value))
        if not self.open.any():
            return float(cost @ values), values, reduced
        most, most_limit, equal, equal_limit = self._cut(self.open, values)
        begun = perf_counter()
        found = linprog(
            cost[self.open],
            A_ub=most,
            b_ub=most_limit,
            A_eq=equal,
            b_eq=equal_limit,
            bounds=(0, 1),
            options={"time_limit": max(until - begun, 1.0)},
        )
        self.seconds += perf_counter() - begun
        if found.status != 0:
            return None
        values[self.open] = found.x
        reduced[self.open] = np.abs(found.lower.marginals + found.upper.marginals)
        return float(cost @ values), values, reduced

    def _search(self, cost: Floats, free: BoolArray, values: Floats, until: float) -> float:
        """Solve the integer programme over the free columns; return its bound."""
        settled = np.rint(values)
        if not free.any():
            return inf
        most, most_limit, equal, equal_limit = self._cut(free, settled)
        begun = perf_counter()
        found = milp(
            cost[free],
            integrality=(np.flatnonzero(free) < self.deciding).astype(np.int64),
            bounds=Bounds(0, 1),
            constraints=[
                LinearConstraint(most, -inf, most_limit),
                LinearConstraint(equal, equal_limit, equal_limit),
            ],
            options={"mip_rel_gap": 0.0, "time_limit": max(until - begun, 1.0)},
        )
        self.seconds += perf_counter() - begun
        if found.status == _INFEASIBLE:
            return inf
        if found.x is not None:
            plan = settled.copy()
            plan[free] = found.x
            self._offer(plan, cost)
        if found.mip_dual_bound is None:
            return -inf
        return float(found.mip_dual_bound) + float(cost[~free] @ settled[~free])

    def _offer(self, values: Floats, cost: Floats) -> None:
        """Take the rounded values as the best plan if they satisfy every row and cost less."""
        plan = self.complete(values[: self.deciding] > 0.5)
        fits = np.all(self.most @ plan <= self.most_limit + _WHOLE)
        fits &= np.all(np.abs(self.equal @ plan - self.equal_limit) <= _WHOLE)
        if fits and (self.best is None or cost @ plan < cost @ self.best):
            self.best = plan

    def _cut(self, free: BoolArray, value: Floats) -> tuple[csr_array, Floats, csr_array, Floats]:
        """Return the rows over the free columns, the others being at their value.

        Rows without a free column are left out, unless they are broken.
        """
        most_limit = self.most_limit - self.most[:, ~free] @ value[~free]
        equal_limit = self.equal_limit - self.equal[:, ~free] @ value[~free]
        most, equal = self.most[:, free].tocsr(), self.equal[:, free].tocsr()
        first = (np.diff(most.indptr) > 0) | (most_limit < -_WHOLE)
        second = (np.diff(equal.indptr) > 0) | (np.abs(equal_limit) > _WHOLE)
        return most[first], most_limit[first], equal[second], equal_limit[second]

    def _loss(self, cost: Floats, least: float) -> float:
        return inf if self.best is None else self.cost(cost) - least

    def _proven(self, cost: Floats, bound: int) -> bool:
        return self.best is not None and self.cost(cost) <= bound
