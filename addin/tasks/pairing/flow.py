"""The lexicographic optimum of a problem without teams, as two minimum-cost flows.

Every place a mentee may fill is a unit of flow. It runs from the mentee over an edge to a mentor
and over one of the mentor's places to the sink, or past all mentors straight to the sink. Places
above the soft limit, and mentees left with nobody, run through a hub each, so that one capacity
limits their number.

1. The first flow finds the fewest mentees with nobody, then the fewest places above the soft limit.
2. Both counts become the capacities of their hubs.
3. The second flow finds, under them, the most weak aspects covered, the highest score, the evenest
   load, the lowest mentor numbers, in this order.

Stages are put into one cost by weights. A flow is optimal if and only if its residual network has
no negative cycle (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, theorem 9.1), and any two flows
differ by simple cycles (theorem 3.7). A weight therefore only has to exceed what one simple cycle
can change in all the later stages, and a simple cycle passes every node at most once. Such an
optimum is lexicographic: no cycle improves a stage without harming an earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from addin.tasks.pairing.problem import BoolArray, IntArray, Problem
from addin.tasks.pairing.settled import Open

__all__ = ["Counts", "Places", "best_flow", "fewest", "places_of"]

_LARGEST_COST = 2**61
"""OR-tools multiplies costs by the number of nodes; the product has to stay a 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Places:
    """Every free place of every mentor, one unit each.

    Attributes:
        mentor: Whose place.
        over: Whether taking it exceeds the soft limit.
        cost: What it adds to the sum of squared loads.
    """

    mentor: IntArray
    over: BoolArray
    cost: IntArray


@dataclass(frozen=True, slots=True)
class Counts:
    """The optimum of the first stages: mentees with nobody, places above the soft limit."""

    alone: int
    over: int
    chosen: BoolArray
    seconds: float


@dataclass(frozen=True, slots=True)
class _Costs:
    """Unit costs of the arcs, and the hubs' cost and capacity."""

    edges: IntArray
    places: IntArray
    hub_cost: tuple[int, int]
    hub_room: tuple[int, int]


def places_of(problem: Problem, left: Open) -> Places:
    """Return the free places of every mentor in the order they are filled."""
    mentor = np.repeat(np.arange(len(left.room)), left.room)
    before = np.repeat(np.cumsum(left.room) - left.room, left.room)
    load = left.load[mentor] + np.arange(len(mentor)) - before
    over = load >= np.maximum(problem.soft, problem.load)[mentor]
    return Places(mentor, over, 2 * load + 1)


def fewest(left: Open, places: Places) -> Counts:
    """Find the fewest mentees with nobody, then the fewest places above the soft limit.

    A cycle passes the hub of the places at most once and changes their number by one at most, so
    a mentee weighs 2. Mentors who must be full use all their places in every plan.
    """
    everybody, every_place = int(left.alone.sum()), len(places.mentor)
    costs = _Costs(
        np.zeros(len(left.edge), np.int64),
        np.zeros(every_place, np.int64),
        (2, 1),
        (everybody, every_place),
    )
    chosen, seconds = _flow(left, places, costs)
    served = np.zeros(len(left.alone), np.bool_)
    served[left.mentee[chosen]] = True
    taken = np.bincount(left.mentor[chosen], minlength=len(left.room))
    within = np.bincount(places.mentor[~places.over], minlength=len(left.room))
    over = np.maximum(taken - within, 0)[~left.full].sum()
    return Counts(int((left.alone & ~served).sum()), int(over), chosen, seconds)


def best_flow(left: Open, places: Places, counts: Counts) -> tuple[BoolArray, float] | None:
    """Find the best plan under the counts of the first stages.

    Returns:
        The chosen open edges and the solver's seconds, or None where the weights of so large a
        problem exceed 64-bit integers.
    """
    # each mentee is passed once at most, each time between two mentors, hubs or the sink
    passed = min(len(left.places), len(left.room) + 3)
    most = [
        passed * int(left.rank.max(initial=0)),
        2 * int(places.cost.max(initial=0)),  # the sink and the hub of the places: two places each
        passed * int(left.worth.max(initial=0)),
    ]
    order = 1
    spread = order * most[0] + 1
    worth = spread * most[1] + spread
    cover = worth * most[2] + worth
    gain = np.bitwise_count(left.gain).astype(np.int64)
    largest = cover * int(gain.max(initial=0)) + worth * int(left.worth.max(initial=0))
    nodes = len(left.places) + len(left.room) + 3
    if (largest + spread * most[1]) * (nodes + 1) > _LARGEST_COST:
        return None
    if not gain.any():
        cover = 0
    costs = _Costs(
        order * left.rank - worth * left.worth - cover * gain,
        spread * places.cost,
        (0, 0),
        (counts.alone, counts.over),
    )
    return _flow(left, places, costs)


def _flow(left: Open, places: Places, costs: _Costs) -> tuple[BoolArray, float]:
    """Solve one flow; return the chosen open edges and the solver's seconds."""
    mentees, mentors = len(left.places), len(left.room)
    sink, alone, over = (mentees + mentors + number for number in range(3))
    network = SimpleMinCostFlow()

    def arcs(tail: IntArray, head: IntArray, room: IntArray, cost: IntArray) -> IntArray:
        drawn: IntArray = network.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
        return drawn

    one = np.ones(max(len(left.edge), len(places.mentor)), np.int64)
    none = np.zeros(mentees, np.int64)
    mentee = np.arange(mentees)
    edges = arcs(left.mentee, mentees + left.mentor, one[: len(left.edge)], costs.edges)
    open_place = ~left.full[places.mentor]
    head = np.where(places.over, over, sink)[open_place]
    arcs(mentees + places.mentor[open_place], head, one[: len(head)], costs.places[open_place])
    arcs(mentee, none + alone, left.alone.astype(np.int64), none)
    arcs(mentee, none + sink, left.places - left.alone, none)
    arcs(
        np.array([alone, over]),
        np.array([sink, sink]),
        np.array(costs.hub_room),
        np.array(costs.hub_cost),
    )
    filled = np.where(left.full, left.room, 0)
    supply = np.concatenate([left.places, -filled, [filled.sum() - left.places.sum(), 0, 0]])
    network.set_nodes_supplies(np.arange(len(supply)), supply)

    begun = perf_counter()
    status = network.solve()
    seconds = perf_counter() - begun
    if status != network.OPTIMAL:
        raise RuntimeError(f"the flow ended as {status.name}")
    return network.flows(edges) > 0, seconds
