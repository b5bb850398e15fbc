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
   cost is at most the loss, and leaves nothing over in rows whose price exceeds it: the later
   stages decide among those columns, with those rows as equations. A row that holds this stage's
   value is written in reduced costs, which makes it short, and mostly empty.
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

from addin.tasks.pairing.problem import BoolArray, IntArray

__all__ = ["Floats", "Model", "Relaxed"]

Floats = NDArray[np.float64]

_WHOLE = 1e-6
"""How far from a whole number a column may be and still count as whole."""
_SLACK = 1e-2
"""Rounding error allowed for in a bound on a whole cost, and in a reduced cost."""
_ROUNDING = 1e-3
"""Rounding error allowed for in a row written in reduced costs; less than the least unit."""
_ZERO = 1e-7
"""Reduced costs below this are rounding errors of 0."""
_SOLVED, _INFEASIBLE = 0, 2


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The optimum of a linear relaxation.

    Attributes:
        least: Its cost.
        values: Its columns.
        reduced: What changing a column costs at least; 0 for decided columns.
        price: What a unit left over in a row costs at least, per row; of any sign for equations.
    """

    least: float
    values: Floats
    reduced: Floats
    price: Floats


@dataclass(slots=True)
class Model:
    """Rows over columns that are 0 or 1; costs are whole numbers, the least is sought.

    Attributes:
        rows: Matrix of the rows `rows @ x <= limit`.
        limit: Their limits.
        equal: Which of them are equations.
        whole: Which of them have whole coefficients.
        deciding: How many of the first columns decide all the others.
        complete: Gives all columns, as good as can be, for those deciding ones.
        open: Columns not yet decided.
        value: What the decided columns are.
        best: The best plan so far, all columns; None if none is known.
        seconds: Spent inside the solvers so far.
    """

    rows: csc_array
    limit: Floats
    equal: BoolArray
    whole: BoolArray
    deciding: int
    complete: Callable[[BoolArray], Floats]
    open: BoolArray
    value: Floats
    best: Floats | None = None
    seconds: float = 0.0

    def hoping(self, cost: Floats, relaxed: Relaxed) -> tuple[Model, int]:
        """Return the same programme for plans that cost no more than the bound, and the bound."""
        hopeful, bound = replace(self, best=None), ceil(relaxed.least - _SLACK)
        hopeful._narrow(cost, relaxed, bound)
        return hopeful, bound

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
                self._hold(cost, self.cost(cost), whole=True)
            return int(np.minimum(cost, 0).sum())
        bound = self._close(cost, relaxed, until)
        if self.best is None:
            return bound
        self._narrow(cost, relaxed, self.cost(cost))
        return min(bound, self.cost(cost))

    def _close(self, cost: Floats, relaxed: Relaxed, until: float) -> int:
        """Search among ever more columns until the best plan meets the bound; return the bound."""
        least, values, reduced = relaxed.least, relaxed.values, relaxed.reduced
        bound = ceil(least - _SLACK)
        self._offer(values, cost)
        threshold, wider = 0.0, max(float(np.abs(cost).max(initial=0)), 1.0) / 50
        while not self._proven(cost, bound) and threshold < wider and perf_counter() < until:
            threshold = wider
            free = self.open & (reduced <= threshold)
            reached = self._search(cost, free, values, until)
            if not np.array_equal(free, self.open):
                reached = min(reached, least + threshold)
            if reached == inf:
                break
            bound = max(bound, ceil(max(reached, least) - _SLACK))
            loss = inf if self.best is None else self.cost(cost) - least
            wider = min(30 * threshold, loss)
        return bound

    def cost(self, cost: Floats) -> int:
        """Return what the best plan costs."""
        return round(float((cost * self.plan()).sum()))

    def plan(self) -> Floats:
        """Return all columns of the best plan."""
        if self.best is None:
            raise RuntimeError("the programme has no plan")
        return self.best

    def relaxed(self, cost: Floats, until: float) -> Relaxed | None:
        """Solve the linear relaxation; return None if no plan satisfies it or time is over."""
        values, reduced, price = self.value.copy(), np.zeros_like(cost), np.zeros_like(self.limit)
        if not self.open.any():
            return Relaxed(float((cost * values).sum()), values, reduced, price)
        needed, rows, limit = self._cut(self.open, values)
        equal = self.equal[needed]
        begun = perf_counter()
        found = linprog(
            cost[self.open],
            A_ub=rows[~equal],
            b_ub=limit[~equal],
            A_eq=rows[equal],
            b_eq=limit[equal],
            bounds=(0, 1),
            options={"time_limit": max(until - begun, 1.0)},
        )
        self.seconds += perf_counter() - begun
        if found.status != _SOLVED:
            return None
        values[self.open] = found.x
        reduced[self.open] = np.abs(found.lower.marginals + found.upper.marginals)
        price[needed[~equal]] = found.ineqlin.marginals
        price[needed[equal]] = found.eqlin.marginals
        return Relaxed(float((cost * values).sum()), values, reduced, price)

    def _search(self, cost: Floats, free: BoolArray, values: Floats, until: float) -> float:
        """Solve the integer programme over the free columns; return its bound."""
        settled = np.rint(values)
        if not free.any():
            return inf
        needed, rows, limit = self._cut(free, settled)
        begun = perf_counter()
        found = milp(
            cost[free],
            integrality=(np.flatnonzero(free) < self.deciding).astype(np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, np.where(self.equal[needed], limit, -inf), limit),
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
        return float(found.mip_dual_bound) + float((cost * settled)[~free].sum())

    def _narrow(self, cost: Floats, relaxed: Relaxed, most: int) -> None:
        """Keep to plans that cost no more than `most`."""
        allowed = most - relaxed.least + _SLACK
        self.open = self.open & (relaxed.reduced <= allowed)
        self.value = np.where(self.open, self.value, np.rint(relaxed.values))
        self.equal = self.equal | (self.whole & (np.abs(relaxed.price) > allowed))
        price = np.where(self.equal, relaxed.price, 0)
        row = cost - self.rows.T @ price
        row[np.abs(row) < _ZERO] = 0
        self._hold(row, most - float((price * self.limit).sum()) + _ROUNDING, whole=False)

    def _hold(self, row: Floats, limit: float, *, whole: bool) -> None:
        """Add the row `row @ x <= limit`."""
        self.rows = vstack([self.rows, csr_array(row[None, :])], format="csc")
        self.limit = np.append(self.limit, limit)
        self.equal = np.append(self.equal, False)
        self.whole = np.append(self.whole, whole)

    def _offer(self, values: Floats, cost: Floats) -> None:
        """Take the rounded values as the best plan if they satisfy every row and cost less."""
        plan = self.complete(values[: self.deciding] > 0.5)
        over = self.rows @ plan - self.limit
        fits = np.all(np.where(self.equal, np.abs(over), over) <= _WHOLE)
        if fits and (self.best is None or (cost * (plan - self.best)).sum() < 0):
            self.best = plan

    def _cut(self, free: BoolArray, value: Floats) -> tuple[IntArray, csr_array, Floats]:
        """Return the rows over the free columns, the others being at their value.

        Rows without a free column are left out, unless they are broken.

        Returns:
            The numbers of the rows, the rows, their limits.
        """
        limit = self.limit - self.rows[:, ~free] @ value[~free]
        rows = self.rows[:, free].tocsr()
        broken = np.where(self.equal, np.abs(limit), -limit) > _WHOLE
        needed = np.flatnonzero((np.diff(rows.indptr) > 0) | broken)
        return needed, rows[needed], limit[needed]

    def _proven(self, cost: Floats, bound: int) -> bool:
        return self.best is not None and self.cost(cost) <= bound
