"""The lexicographic optimum of a problem with teams: an integer programme solved stage by stage.

What a team covers is the union of its members' strengths, so a second mentor may add nothing: no
network flow says that. The programme has a column per

- edge: chosen or not;
- weak aspect of a mentee that some open edge would cover: covered or not;
- mentee with nobody: served or not;
- free slot of a mentor beyond the first: taken or not.

1. A flow gives the most fixed edges kept and the fewest mentees with nobody
   (`min_cost_flow.first_stages`); the counts become rows.
2. The linear relaxation bounds the weak aspects covered. Mostly that many can be covered, so the
   highest score is sought under it as a row; only where no plan covers them is the most result by a
   stage of its own.
3. Score, days waited, spread of the load and ID order follow as stages.

A stage is solved by reduced-cost fixing (Nemhauser and Wolsey, *Integer and Combinatorial
Optimization*, 1988, section II.5.2):

1. Solve the linear relaxation. Its optimum is a bound, and a plan in which a column differs from
   it costs at least that column's reduced cost more.
2. Where the relaxation is whole, it is the plan.
3. Otherwise solve the integer programme over the columns of small reduced cost only. If its plan
   loses no more against the bound than the columns left out would, it is optimal; else take in the
   columns up to what it loses and solve again.
4. Every plan as good as the one found differs from the relaxation only in columns whose reduced
   cost is at most the loss, and leaves nothing over in rows whose dual price exceeds it: the later
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
from scipy.sparse import block_array, coo_array, csc_array, csr_array, eye_array, vstack

from addin.domain.pairing.min_cost_flow import FirstStages, Slots, heuristic_flow
from addin.domain.pairing.problem import (
    COVERED,
    ORDER,
    SPREAD,
    WAITED,
    WORTH,
    BoolArray,
    IntArray,
    ReducedProblem,
)

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
class Relaxation:
    """The optimum of a linear relaxation.

    Attributes:
        least: Its cost.
        values: Its columns.
        reduced_costs: What changing a column costs at least; 0 for decided columns.
        price: The dual price of every row: what a unit left over in it costs at least; of any sign
            for equations.
    """

    least: float
    values: Floats
    reduced_costs: Floats
    price: Floats


@dataclass(slots=True)
class StagedProgramme:
    """Rows over columns that are 0 or 1; costs are whole numbers, the least is sought.

    Attributes:
        rows: Matrix of the rows `rows @ x <= limit`.
        limit: Their limits.
        equal: Which of them are equations.
        integral: Which of them have whole coefficients.
        deciding: How many of the first columns decide all the others.
        complete: Gives all columns, as good as can be, for those deciding ones.
        open: Columns not yet decided.
        value: What the decided columns are.
        incumbent: The best plan so far, all columns; None if none is known.
        seconds: Spent inside the solvers so far.
    """

    rows: csc_array
    limit: Floats
    equal: BoolArray
    integral: BoolArray
    deciding: int
    complete: Callable[[BoolArray], Floats]
    open: BoolArray
    value: Floats
    incumbent: Floats | None = None
    seconds: float = 0.0

    def at_bound(self, cost: Floats, relaxed: Relaxation) -> tuple[StagedProgramme, int]:
        """Return the same programme for plans that cost no more than the bound, and the bound."""
        restricted, bound = replace(self, incumbent=None), ceil(relaxed.least - _SLACK)
        restricted._fix_columns(cost, relaxed, bound)
        return restricted, bound

    def stage(self, cost: Floats, until: float) -> int:
        """Find the least cost and hold the programme to it.

        Args:
            cost: A whole number per column.
            until: When to stop, on the clock of `perf_counter`; `incumbent` then may be improvable.

        Returns:
            The least the cost can be, as far as proven. `incumbent` is None if no plan was found.
        """
        relaxed = self.relaxed(cost, until)
        if relaxed is None:
            if self.incumbent is not None:
                self._add_row(cost, self.cost(cost), integral=True)
            return int(np.minimum(cost, 0).sum())
        bound = self._close_gap(cost, relaxed, until)
        if self.incumbent is None:
            return bound
        self._fix_columns(cost, relaxed, self.cost(cost))
        return min(bound, self.cost(cost))

    def _close_gap(self, cost: Floats, relaxed: Relaxation, until: float) -> int:
        """Search among ever more columns until the best plan meets the bound; return the bound."""
        least, values, reduced_costs = relaxed.least, relaxed.values, relaxed.reduced_costs
        bound = ceil(least - _SLACK)
        self._accept(values, cost)
        threshold, wider = 0.0, max(float(np.abs(cost).max(initial=0)), 1.0) / 50
        while not self._proven(cost, bound) and threshold < wider and perf_counter() < until:
            threshold = wider
            free = self.open & (reduced_costs <= threshold)
            reached = self._search(cost, free, values, until)
            if not np.array_equal(free, self.open):
                reached = min(reached, least + threshold)
            if reached == inf:
                break
            bound = max(bound, ceil(max(reached, least) - _SLACK))
            loss = inf if self.incumbent is None else self.cost(cost) - least
            wider = min(30 * threshold, loss)
        return bound

    def cost(self, cost: Floats) -> int:
        """Return what the best plan costs."""
        return round(float((cost * self.plan()).sum()))

    def plan(self) -> Floats:
        """Return all columns of the best plan."""
        if self.incumbent is None:
            raise RuntimeError("the programme has no plan")
        return self.incumbent

    def relaxed(self, cost: Floats, until: float) -> Relaxation | None:
        """Solve the linear relaxation; return None if no plan satisfies it or time is over."""
        values, reduced_costs, price = (
            self.value.copy(),
            np.zeros_like(cost),
            np.zeros_like(self.limit),
        )
        if not self.open.any():
            return Relaxation(float((cost * values).sum()), values, reduced_costs, price)
        needed, rows, limit = self._subproblem(self.open, values)
        equal = self.equal[needed]
        begun = perf_counter()
        result = linprog(
            cost[self.open],
            A_ub=rows[~equal],
            b_ub=limit[~equal],
            A_eq=rows[equal],
            b_eq=limit[equal],
            bounds=(0, 1),
            options={"time_limit": max(until - begun, 1.0)},
        )
        self.seconds += perf_counter() - begun
        if result.status != _SOLVED:
            return None
        values[self.open] = result.x
        reduced_costs[self.open] = np.abs(result.lower.marginals + result.upper.marginals)
        price[needed[~equal]] = result.ineqlin.marginals
        price[needed[equal]] = result.eqlin.marginals
        return Relaxation(float((cost * values).sum()), values, reduced_costs, price)

    def _search(self, cost: Floats, free: BoolArray, values: Floats, until: float) -> float:
        """Solve the integer programme over the free columns; return its bound."""
        settled = np.rint(values)
        if not free.any():
            return inf
        needed, rows, limit = self._subproblem(free, settled)
        begun = perf_counter()
        result = milp(
            cost[free],
            integrality=(np.flatnonzero(free) < self.deciding).astype(np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(rows, np.where(self.equal[needed], limit, -inf), limit),
            options={"mip_rel_gap": 0.0, "time_limit": max(until - begun, 1.0)},
        )
        self.seconds += perf_counter() - begun
        if result.status == _INFEASIBLE:
            return inf
        if result.x is not None:
            plan = settled.copy()
            plan[free] = result.x
            self._accept(plan, cost)
        if result.mip_dual_bound is None:
            return -inf
        return float(result.mip_dual_bound) + float((cost * settled)[~free].sum())

    def _fix_columns(self, cost: Floats, relaxed: Relaxation, most: int) -> None:
        """Keep to plans that cost no more than `most`."""
        allowed = most - relaxed.least + _SLACK
        self.open = self.open & (relaxed.reduced_costs <= allowed)
        self.value = np.where(self.open, self.value, np.rint(relaxed.values))
        self.equal = self.equal | (self.integral & (np.abs(relaxed.price) > allowed))
        price = np.where(self.equal, relaxed.price, 0)
        row = cost - self.rows.T @ price
        row[np.abs(row) < _ZERO] = 0
        self._add_row(row, most - float((price * self.limit).sum()) + _ROUNDING, integral=False)

    def _add_row(self, row: Floats, limit: float, *, integral: bool) -> None:
        """Add the row `row @ x <= limit`."""
        self.rows = vstack([self.rows, csr_array(row[None, :])], format="csc")
        self.limit = np.append(self.limit, limit)
        self.equal = np.append(self.equal, False)
        self.integral = np.append(self.integral, integral)

    def _accept(self, values: Floats, cost: Floats) -> None:
        """Take the rounded values as the best plan if they satisfy every row and cost less."""
        plan = self.complete(values[: self.deciding] > 0.5)
        over = self.rows @ plan - self.limit
        fits = np.all(np.where(self.equal, np.abs(over), over) <= _WHOLE)
        if fits and (self.incumbent is None or (cost * (plan - self.incumbent)).sum() < 0):
            self.incumbent = plan

    def _subproblem(self, free: BoolArray, value: Floats) -> tuple[IntArray, csr_array, Floats]:
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
        return self.incumbent is not None and self.cost(cost) <= bound


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns there are, in order: edges, aspects, mentees with nobody, further slots.

    Attributes:
        reduced: The open edges.
        covering: Per pair of an edge and an aspect it covers: the edge.
        covered: Per such pair: the number of the aspect's column among the aspects.
        aspects: How many columns of aspects.
        served: Mentee of every column of a mentee with nobody; empty if all are served.
        first: Per mentor: whether there is a free slot.
        first_cost: Per mentor: what the first one adds to the sum of squared loads.
        further: The slots that may be taken after it.
        nth: Which slot of its mentor a further slot is, from 0.
    """

    reduced: ReducedProblem
    covering: IntArray
    covered: IntArray
    aspects: int
    served: IntArray
    first: IntArray
    first_cost: IntArray
    further: Slots
    nth: IntArray

    def complete(self, chosen: BoolArray) -> Floats:
        """Return all columns, as good as can be, for the chosen edges."""
        mentees = np.zeros(len(self.reduced.demand), np.bool_)
        mentees[self.reduced.mentee[chosen]] = True
        aspects = np.zeros(self.aspects, np.bool_)
        aspects[self.covered[chosen[self.covering]]] = True
        taken = np.bincount(self.reduced.mentor[chosen], minlength=len(self.reduced.capacity))
        filled = self.nth < taken[self.further.mentor]
        return np.concatenate([chosen, aspects, mentees[self.served], filled]).astype(np.float64)

    def costs(self) -> dict[str, Floats]:
        """Return the cost of every column by stage."""
        edges, rest = len(self.reduced.edge), self.aspects + len(self.served)
        further = len(self.further.mentor)
        cover = np.zeros(edges + rest + further)
        cover[edges : edges + self.aspects] = -1
        more = self.further.cost - self.first_cost[self.further.mentor]
        waited = np.zeros(edges + rest + further)
        waited[edges + self.aspects : edges + rest] = -self.reduced.waited[self.served]
        return {
            COVERED: cover,
            WORTH: np.concatenate([-self.reduced.worth, np.zeros(rest + further)]),
            WAITED: waited,
            SPREAD: np.concatenate([self.first_cost[self.reduced.mentor], np.zeros(rest), more]),
            ORDER: np.concatenate([self.reduced.rank, np.zeros(rest + further)]),
        }


def best_teams(
    reduced: ReducedProblem, slots: Slots, first: FirstStages, time_limit: float
) -> tuple[BoolArray, dict[str, int], float]:
    """Find the best plan under what the first stages reach.

    Args:
        reduced: The open edges.
        slots: Every mentor's free places.
        first: What the first stages reach.
        time_limit: Seconds after which the best plan so far is taken.

    Returns:
        The chosen open edges, by how much each stage might at most be better, and the solvers'
        seconds.
    """
    begun = perf_counter()
    columns = _columns(reduced, slots, first)
    programme = _programme(columns, first)
    start, programme.seconds = heuristic_flow(reduced, slots, first)
    programme.incumbent = columns.complete(start)
    costs = columns.costs()

    def until() -> float:
        """Give a stage half of the time that is left."""
        now = perf_counter()
        return now + max(begun + time_limit - now, 1.0) / 2

    programme, bounds = _cover_and_score(programme, costs, until)
    waits = costs[WAITED].any()  # it can differ only where somebody has nobody
    bounds[WAITED] = programme.stage(costs[WAITED], until()) if waits else 0
    bounds[SPREAD] = programme.stage(costs[SPREAD], until())
    bounds[ORDER] = programme.stage(costs[ORDER], begun + time_limit)
    better = {name: programme.cost(costs[name]) - bound for name, bound in bounds.items()}
    return programme.plan()[: len(reduced.edge)] > 0.5, better, programme.seconds


def _cover_and_score(
    programme: StagedProgramme, costs: dict[str, Floats], until: Callable[[], float]
) -> tuple[StagedProgramme, dict[str, int]]:
    """Find the most weak aspects covered and under it the highest score; return the bounds."""
    relaxed = programme.relaxed(costs[COVERED], until())
    if relaxed is not None:
        restricted, most = programme.at_bound(costs[COVERED], relaxed)
        score = restricted.stage(costs[WORTH], until())
        if restricted.incumbent is not None:
            return restricted, {COVERED: most, WORTH: score}
        programme.seconds = restricted.seconds
    return programme, {name: programme.stage(costs[name], until()) for name in (COVERED, WORTH)}


def _columns(reduced: ReducedProblem, slots: Slots, first: FirstStages) -> _Columns:
    """Lay out the columns."""
    width = int(reduced.gain.max(initial=0)).bit_length()
    covering, aspect = np.nonzero((reduced.gain[:, None] >> np.arange(width)) & 1)
    pairs, covered = np.unique(reduced.mentee[covering] * width + aspect, return_inverse=True)
    start = np.cumsum(reduced.capacity) - reduced.capacity
    nth = np.arange(len(slots.mentor)) - start[slots.mentor]
    cost = np.bincount(slots.mentor[nth == 0], slots.cost[nth == 0], len(reduced.capacity))
    further = nth > 0
    return _Columns(
        reduced=reduced,
        covering=covering,
        covered=covered,
        aspects=len(pairs),
        served=np.flatnonzero(reduced.unserved & (first.unserved > 0)),
        first=np.minimum(reduced.capacity, 1),
        first_cost=cost.astype(np.int64),
        further=Slots(slots.mentor[further], slots.cost[further]),
        nth=nth[further],
    )


def _programme(columns: _Columns, first: FirstStages) -> StagedProgramme:
    """Write the rows."""
    reduced, further = columns.reduced, columns.further
    edges, mentees, mentors = len(reduced.edge), len(reduced.demand), len(reduced.capacity)
    aspects, served, later = columns.aspects, len(columns.served), len(further.mentor)
    every = np.arange(edges)
    team = _matrix(reduced.mentee, every, (mentees, edges))
    load = _matrix(reduced.mentor, every, (mentors, edges))
    cover = _matrix(columns.covered, columns.covering, (aspects, edges))
    more = _matrix(further.mentor, np.arange(later), (mentors, later))
    somebody = team[columns.served if served else np.flatnonzero(reduced.unserved)]
    kept = csr_array(-np.vstack([reduced.assigned, reduced.adopted]).astype(np.float64))
    blocks = [
        [team, None, None, None],  # no team larger than wanted
        [-cover, eye_array(aspects), None, None],  # covered only by somebody
        [-somebody, None, eye_array(somebody.shape[0], served), None],  # served only by somebody
        [None, None, csc_array(-np.ones((1, served))), None],  # as many served as can be
        [load, None, None, -more],  # no more new mentees than slots
        [kept, None, None, None],  # as many fixed edges kept as can be
    ]
    limits: list[IntArray | Floats | list[int]] = [
        reduced.demand,
        np.zeros(aspects),
        np.full(somebody.shape[0], 0 if served else -1),
        [first.unserved - served],
        columns.first,
        [-first.assigned, -first.adopted],
    ]
    rows = csc_array(block_array(blocks, format="csc"))
    count, width = rows.shape
    return StagedProgramme(
        rows=rows,
        limit=np.concatenate(limits).astype(np.float64),
        equal=np.zeros(count, np.bool_),
        integral=np.ones(count, np.bool_),
        deciding=edges,
        complete=columns.complete,
        open=np.ones(width, np.bool_),
        value=np.zeros(width),
    )


def _matrix(row: IntArray, column: IntArray, shape: tuple[int, int]) -> csr_array:
    """Return a matrix of ones at the given places."""
    return coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()
