"""The lexicographic optimum of a problem without teams, as two maximum flows and a cheapest one.

Every place a mentee may fill is a unit of flow. It runs from the mentee over an edge to a mentor
and over one of the mentor's places to the sink, or past all mentors straight to the sink.

1. The maximum flow over the places within the soft limits serves as many as they can serve; the
   maximum flow over all places serves as many as can be served at all. A maximum flow is concave in
   the capacity of one arc and grows by one at most with it, so the difference is the fewest places
   above the soft limits.
2. Mentees left with nobody, and places above the soft limit, run through a hub each; what was found
   in step 1 is the capacity from the hub to the sink.
3. The cheapest flow finds, under them, the most weak aspects covered, the highest score, the
   evenest load, the lowest mentor numbers, in this order.

The stages of step 3 are put into one cost by weights. A flow is cheapest if and only if its
residual network has no negative cycle (Ahuja, Magnanti and Orlin, *Network Flows*, 1993, theorem
9.1), and any two flows differ by simple cycles (theorem 3.7). A weight therefore only has to exceed
what one simple cycle can change in all the later stages, and a simple cycle passes every node at
most once. Such an optimum is lexicographic: no cycle improves a stage without harming an earlier
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from ortools.graph.python.max_flow import SimpleMaxFlow
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from addin.domain.pairing.problem import BoolArray, IntArray, Open, Problem

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
    seconds: float


def places_of(problem: Problem, left: Open) -> Places:
    """Return the free places of every mentor in the order they are filled."""
    mentor = np.repeat(np.arange(len(left.room)), left.room)
    before = np.repeat(np.cumsum(left.room) - left.room, left.room)
    load = left.load[mentor] + np.arange(len(mentor)) - before
    over = load >= np.maximum(problem.soft, problem.load)[mentor]
    return Places(mentor, over, 2 * load + 1)


def fewest(left: Open, places: Places) -> Counts:
    """Find the fewest mentees with nobody, then the fewest places above the soft limit.

    Mentors who must be full need no care here: where one has a place left, a mentee with a fixed
    edge to them has a place left too, or another mentor without one to be exchanged for them.
    """
    everybody = int(left.alone.sum())
    within = places.mentor[~places.over | left.full[places.mentor]]
    easily, seconds = _most_served(left, np.bincount(within, minlength=len(left.room)))
    if easily == everybody:
        return Counts(0, 0, seconds)
    served, more = _most_served(left, left.room)
    return Counts(everybody - served, served - easily, seconds + more)


def _most_served(left: Open, room: IntArray) -> tuple[int, float]:
    """Return how many mentees with nobody can have a mentor, and the solver's seconds."""
    mentees, mentors = len(left.places), len(room)
    source, sink = mentees + mentors, mentees + mentors + 1
    wanted = left.alone[left.mentee]
    network = SimpleMaxFlow()
    for tail, head, capacity in (
        (np.full(mentees, source), np.arange(mentees), left.alone.astype(np.int64)),
        (
            left.mentee[wanted],
            mentees + left.mentor[wanted],
            np.ones(np.count_nonzero(wanted), np.int64),
        ),
        (mentees + np.arange(mentors), np.full(mentors, sink), room),
    ):
        network.add_arcs_with_capacity(tail, head, capacity)
    begun = perf_counter()
    status = network.solve(source, sink)
    seconds = perf_counter() - begun
    if status != network.OPTIMAL:
        raise RuntimeError(f"the flow ended as {status.name}")
    return int(network.optimal_flow()), seconds


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
    cost = order * left.rank - worth * left.worth - cover * gain
    return _cheapest(left, places, counts, cost, spread * places.cost)


def fair_flow(left: Open, places: Places, counts: Counts) -> tuple[BoolArray, float]:
    """Find a plan under the counts of the first stages that covers much and scores high."""
    gain = np.bitwise_count(left.gain).astype(np.int64)
    cost = -left.worth - 2 * int(left.worth.max(initial=0)) * gain
    return _cheapest(left, places, counts, cost, np.zeros_like(places.cost))


def _cheapest(
    left: Open, places: Places, counts: Counts, edge_cost: IntArray, place_cost: IntArray
) -> tuple[BoolArray, float]:
    """Solve the cheapest flow; return the chosen open edges and the solver's seconds."""
    mentees, mentors = len(left.places), len(left.room)
    sink, alone, over = (mentees + mentors + number for number in range(3))
    network = SimpleMinCostFlow()

    def arcs(tail: IntArray, head: IntArray, room: IntArray, cost: IntArray) -> IntArray:
        drawn: IntArray = network.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
        return drawn

    one = np.ones(max(len(left.edge), len(places.mentor)), np.int64)
    none = np.zeros(mentees, np.int64)
    mentee = np.arange(mentees)
    edges = arcs(left.mentee, mentees + left.mentor, one[: len(left.edge)], edge_cost)
    open_place = ~left.full[places.mentor]
    head = np.where(places.over, over, sink)[open_place]
    arcs(mentees + places.mentor[open_place], head, one[: len(head)], place_cost[open_place])
    arcs(mentee, none + alone, left.alone.astype(np.int64), none)
    arcs(mentee, none + sink, left.places - left.alone, none)
    hubs = np.array([[alone, over], [sink, sink], [counts.alone, counts.over], [0, 0]], np.int64)
    arcs(*hubs)
    filled = np.where(left.full, left.room, 0)
    supply = np.concatenate([left.places, -filled, [filled.sum() - left.places.sum(), 0, 0]])
    network.set_nodes_supplies(np.arange(len(supply)), supply)

    begun = perf_counter()
    status = network.solve()
    seconds = perf_counter() - begun
    if status != network.OPTIMAL:
        raise RuntimeError(f"the flow ended as {status.name}")
    return network.flows(edges) > 0, seconds
