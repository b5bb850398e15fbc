"""The lexicographic optimum of a problem with teams, as an integer programme.

What a team covers is the union of its members' strengths, so a second mentor may add nothing:
no network flow says that. The programme has a column per

- edge: chosen or not;
- weak aspect of a mentee that some open edge would cover: covered or not;
- mentee with nobody: served or not;
- free place of a mentor beyond the first: taken or not.

1. A flow gives the fewest mentees with nobody and the fewest places above the soft limit
   (`flow.fewest`); both counts become rows.
2. The linear relaxation bounds the weak aspects covered. Mostly that many can be covered, so the
   highest score is sought under it as a row; only where no plan covers them is the most found by a
   stage of its own.
3. Score, spread of the load and ID order follow as stages (`model.Model`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from scipy.sparse import block_array, coo_array, csc_array, csr_array, eye_array, hstack, vstack

from addin.tasks.pairing.flow import Counts, Places, fair_flow
from addin.tasks.pairing.model import Floats, Model
from addin.tasks.pairing.problem import BoolArray, IntArray
from addin.tasks.pairing.settled import Open
from addin.tasks.pairing.stages import COVERED, ORDER, SPREAD, WORTH

__all__ = ["best_teams"]


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
