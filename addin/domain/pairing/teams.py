"""The lexicographic optimum of a problem with teams, as an integer programme solved stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil, inf
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, coo_array, csc_array, csr_array, eye_array, hstack, vstack

from addin.domain.pairing.flow import Counts, Places, fair_flow
from addin.domain.pairing.problem import COVERED, ORDER, SPREAD, WORTH, BoolArray, IntArray, Open

# SECTION One integer programme solved stage after stage, each stage leaving fewer columns open.
#:
#: A stage is solved by reduced-cost fixing (Nemhauser and Wolsey, *Integer and Combinatorial
#: Optimization*, 1988, section II.5.2):
#:
#: 1. Solve the linear relaxation. Its optimum is a bound, and a plan in which a column differs from
#:    it costs at least that column's reduced cost more.
#: 2. Where the relaxation is whole, it is the plan.
#: 3. Otherwise solve the integer programme over the columns of small reduced cost only. If its plan
#:    loses no more against the bound than the columns left out would, it is optimal; else take in the
#:    columns up to what it loses and solve again.
#: 4. Every plan as good as the one found differs from the relaxation only in columns whose reduced
#:    cost is at most the loss, and leaves nothing over in rows whose price exceeds it: the later
#:    stages decide among those columns, with those rows as equations. A row that holds this stage's
#:    value is written in reduced costs, which makes it short, and mostly empty.

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

    def hoping(self, cost: Floats, relaxed: Relaxation) -> tuple[Model, int]:
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

    def _close(self, cost: Floats, relaxed: Relaxation, until: float) -> int:
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

    def relaxed(self, cost: Floats, until: float) -> Relaxation | None:
        """Solve the linear relaxation; return None if no plan satisfies it or time is over."""
        values, reduced, price = self.value.copy(), np.zeros_like(cost), np.zeros_like(self.limit)
        if not self.open.any():
            return Relaxation(float((cost * values).sum()), values, reduced, price)
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
        return Relaxation(float((cost * values).sum()), values, reduced, price)

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

    def _narrow(self, cost: Floats, relaxed: Relaxation, most: int) -> None:
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


# SECTION The lexicographic optimum of a problem with teams, as an integer programme.
#:
#: What a team covers is the union of its members' strengths, so a second mentor may add nothing:
#: no network flow says that. The programme has a column per
#:
#: - edge: chosen or not;
#: - weak aspect of a mentee that some open edge would cover: covered or not;
#: - mentee with nobody: served or not;
#: - free place of a mentor beyond the first: taken or not.
#:
#: 1. A flow gives the fewest mentees with nobody and the fewest places above the soft limit
#:    (`flow.fewest`); both counts become rows.
#: 2. The linear relaxation bounds the weak aspects covered. Mostly that many can be covered, so the
#:    highest score is sought under it as a row; only where no plan covers them is the most found by a
#:    stage of its own.
#: 3. Score, spread of the load and ID order follow as stages (`model.Model`).


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which columns there are, in order: edges, aspects, mentees with nobody, places.

    Attributes:
        left: What is open.
        covering: Per pair of an edge and an aspect it covers: the edge.
        covered: Per such pair: the number of the aspect's column among the aspects.
        aspects: How many columns of aspects.
        served: Mentee of every column of a mentee with nobody; empty if all are served.
        first: Per mentor: whether the first free place may be taken, and is not to be filled anyway.
        first_over: Per mentor: whether taking it exceeds the soft limit.
        first_cost: Per mentor: what it adds to the sum of squared loads.
        further: The places that may be taken after it.
        nth: Which place of its mentor a further place is, from 0.
    """

    left: Open
    covering: IntArray
    covered: IntArray
    aspects: int
    served: IntArray
    first: IntArray
    first_over: IntArray
    first_cost: IntArray
    further: Places
    nth: IntArray

    def complete(self, chosen: BoolArray) -> Floats:
        """Return all columns, as good as can be, for the chosen edges."""
        mentees = np.zeros(len(self.left.places), np.bool_)
        mentees[self.left.mentee[chosen]] = True
        aspects = np.zeros(self.aspects, np.bool_)
        aspects[self.covered[chosen[self.covering]]] = True
        taken = np.bincount(self.left.mentor[chosen], minlength=len(self.left.room))
        filled = self.nth < taken[self.further.mentor]
        return np.concatenate([chosen, aspects, mentees[self.served], filled]).astype(np.float64)

    def costs(self) -> dict[str, Floats]:
        """Return the cost of every column by stage."""
        edges, rest = len(self.left.edge), self.aspects + len(self.served)
        further = len(self.further.mentor)
        cover = np.zeros(edges + rest + further)
        cover[edges : edges + self.aspects] = -1
        more = self.further.cost - self.first_cost[self.further.mentor]
        return {
            COVERED: cover,
            WORTH: np.concatenate([-self.left.worth, np.zeros(rest + further)]),
            SPREAD: np.concatenate([self.first_cost[self.left.mentor], np.zeros(rest), more]),
            ORDER: np.concatenate([self.left.rank, np.zeros(rest + further)]),
        }


def best_teams(
    left: Open, places: Places, counts: Counts, time_limit: float
) -> tuple[BoolArray, dict[str, int], float]:
    """Find the best plan under the counts of the first stages.

    Args:
        left: What is open.
        places: Every mentor's free places.
        counts: The fewest mentees with nobody and places above the soft limit.
        time_limit: Seconds after which the best plan so far is taken.

    Returns:
        The chosen open edges, by how much each stage might at most be better, and the solvers'
        seconds.
    """
    begun = perf_counter()
    columns = _columns(left, places, counts)
    model = _model(columns, counts)
    start, model.seconds = fair_flow(left, places, counts)
    model.best = columns.complete(start)
    costs = columns.costs()

    def until() -> float:
        """Give a stage half of the time that is left."""
        now = perf_counter()
        return now + max(begun + time_limit - now, 1.0) / 2

    model, bounds = _cover_and_score(model, costs, until)
    bounds[SPREAD] = model.stage(costs[SPREAD], until())
    bounds[ORDER] = model.stage(costs[ORDER], begun + time_limit)
    better = {name: model.cost(costs[name]) - bound for name, bound in bounds.items()}
    return model.plan()[: len(left.edge)] > 0.5, better, model.seconds


def _cover_and_score(
    model: Model, costs: dict[str, Floats], until: Callable[[], float]
) -> tuple[Model, dict[str, int]]:
    """Find the most weak aspects covered and under it the highest score; return the bounds."""
    relaxed = model.relaxed(costs[COVERED], until())
    if relaxed is not None:
        hopeful, most = model.hoping(costs[COVERED], relaxed)
        score = hopeful.stage(costs[WORTH], until())
        if hopeful.best is not None:
            return hopeful, {COVERED: most, WORTH: score}
        model.seconds = hopeful.seconds
    return model, {name: model.stage(costs[name], until()) for name in (COVERED, WORTH)}


def _columns(left: Open, places: Places, counts: Counts) -> _Columns:
    """Lay out the columns; places nobody may take are left out."""
    width = int(left.gain.max(initial=0)).bit_length()
    covering, aspect = np.nonzero((left.gain[:, None] >> np.arange(width)) & 1)
    pairs, covered = np.unique(left.mentee[covering] * width + aspect, return_inverse=True)
    start = np.cumsum(left.room) - left.room
    nth = np.arange(len(places.mentor)) - start[places.mentor]
    may = ~left.full[places.mentor] & (~places.over | (counts.over > 0))

    def first(values: IntArray | BoolArray) -> IntArray:
        return np.bincount(places.mentor[nth == 0], values[nth == 0], len(left.room)).astype(int)

    further = may & (nth > 0)
    return _Columns(
        left=left,
        covering=covering,
        covered=covered,
        aspects=len(pairs),
        served=np.flatnonzero(left.alone & (counts.alone > 0)),
        first=first(may),
        first_over=first(may & places.over),
        first_cost=first(np.where(may, places.cost, 0)),
        further=Places(places.mentor[further], places.over[further], places.cost[further]),
        nth=nth[further],
    )


def _model(columns: _Columns, counts: Counts) -> Model:
    """Write the rows."""
    left, further = columns.left, columns.further
    edges, mentees, mentors = len(left.edge), len(left.places), len(left.room)
    aspects, served, places = columns.aspects, len(columns.served), len(further.mentor)
    every = np.arange(edges)
    team = _matrix(left.mentee, every, (mentees, edges))
    load = _matrix(left.mentor, every, (mentors, edges))
    cover = _matrix(columns.covered, columns.covering, (aspects, edges))
    more = _matrix(further.mentor, np.arange(places), (mentors, places))
    somebody = team[columns.served if served else np.flatnonzero(left.alone)]
    more_over = further.over - columns.first_over[further.mentor]
    over = np.concatenate([columns.first_over[left.mentor], np.zeros(aspects + served), more_over])

    blocks = [
        [team, None, None, None],  # no team larger than wanted
        [-cover, eye_array(aspects), None, None],  # covered only by somebody
        [-somebody, None, eye_array(somebody.shape[0], served), None],  # served only by somebody
        [None, None, csc_array(-np.ones((1, served))), None],  # as many served as can be
        [load[~left.full], None, None, -more[~left.full]],  # no more new mentees than places
    ]
    limits: list[IntArray | Floats | list[int]] = [
        left.places,
        np.zeros(aspects),
        np.full(somebody.shape[0], 0 if served else -1),
        [counts.alone - served],
        columns.first[~left.full],
        [counts.over],  # no more places above the soft limits than needed
        left.room[left.full],  # all places of those with more fixed edges than room
    ]
    filled = csr_array((np.count_nonzero(left.full), aspects + served + places))
    rows = vstack(
        [block_array(blocks), csr_array(over[None, :]), hstack([load[left.full], filled])],
        format="csc",
    )
    equal = np.arange(rows.shape[0]) >= rows.shape[0] - filled.shape[0]
    return Model(
        rows=rows,
        limit=np.concatenate(limits).astype(np.float64),
        equal=equal,
        whole=np.ones(len(equal), np.bool_),
        deciding=edges,
        complete=columns.complete,
        open=np.ones(len(over), np.bool_),
        value=np.zeros(len(over)),
    )


def _matrix(row: IntArray, column: IntArray, shape: tuple[int, int]) -> csr_array:
    """Return a matrix of ones at the given places."""
    return coo_array((np.ones(len(row)), (row, column)), shape=shape).tocsr()
