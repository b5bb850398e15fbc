"""The lexicographic optimum of a problem without teams: two maximum flows and a minimum-cost flow.

Every place a mentee demands is a unit of flow. It runs from the mentee over an edge to a mentor
and over one of the mentor's slots to the sink, or past all mentors straight to the sink.

1. The maximum flow over the slots within the soft limits serves as many mentees as they can; the
   maximum flow over all slots serves as many as can be served at all. A maximum flow is concave in
   the capacity of one arc and grows by one at most with it, so the difference is the fewest slots
   above the soft limits.
2. Mentees left unserved, and slots above the soft limit, run through a hub each; the count of
   step 1 is the capacity from the hub to the sink.
3. The minimum-cost flow finds, under them, the most weak aspects covered, the highest score, the
   evenest load, the lowest mentor numbers, in this order.

The stages of step 3 are put into one cost by weights. A flow has minimum cost if and only if its
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

from addin.domain.pairing.problem import BoolArray, IntArray, Problem, ReducedProblem

_LARGEST_COST = 2**61
"""OR-tools multiplies costs by the number of nodes; the product has to stay a 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Every free place of every mentor, one unit each, in the order they are filled.

    Attributes:
        mentor: Whose slot.
        over: Whether taking it exceeds the soft limit.
        cost: What it adds to the sum of squared loads.
    """

    mentor: IntArray
    over: BoolArray
    cost: IntArray

    @classmethod
    def of(cls, problem: Problem, reduced: ReducedProblem) -> Slots:
        """Lay out the free places of every mentor."""
        capacity = reduced.capacity
        mentor = np.repeat(np.arange(len(capacity)), capacity)
        before = np.repeat(np.cumsum(capacity) - capacity, capacity)
        load = reduced.load[mentor] + np.arange(len(mentor)) - before
        over = load >= np.maximum(problem.soft, problem.load)[mentor]
        return cls(mentor, over, 2 * load + 1)


@dataclass(frozen=True, slots=True)
class Shortfalls:
    """The optimum of the first stages: mentees with nobody, slots above the soft limit."""

    unserved: int
    over: int
    seconds: float


def fewest_shortfalls(reduced: ReducedProblem, slots: Slots) -> Shortfalls:
    """Find the fewest mentees with nobody, then the fewest slots above the soft limit.

    Mentors who must be full need no care here: where one has a place left, a mentee with a fixed
    edge to them has a place left too, or another mentor without one to be exchanged for them.
    """
    wanting = int(reduced.unserved.sum())
    within = slots.mentor[~slots.over | reduced.full[slots.mentor]]
    softly, seconds = _most_served(reduced, np.bincount(within, minlength=len(reduced.capacity)))
    if softly == wanting:
        return Shortfalls(0, 0, seconds)
    served, more = _most_served(reduced, reduced.capacity)
    return Shortfalls(wanting - served, served - softly, seconds + more)


def _most_served(reduced: ReducedProblem, capacity: IntArray) -> tuple[int, float]:
    """Return how many unserved mentees can have a mentor, and the solver's seconds."""
    mentees, mentors = len(reduced.demand), len(capacity)
    source, sink = mentees + mentors, mentees + mentors + 1
    edges = reduced.unserved[reduced.mentee]
    tail, head = reduced.mentee[edges], mentees + reduced.mentor[edges]
    network = SimpleMaxFlow()
    for arcs in (
        (np.full(mentees, source), np.arange(mentees), reduced.unserved.astype(np.int64)),
        (tail, head, np.ones(len(tail), np.int64)),
        (mentees + np.arange(mentors), np.full(mentors, sink), capacity),
    ):
        network.add_arcs_with_capacity(*arcs)
    seconds = _solve(network, source, sink)
    return int(network.optimal_flow()), seconds


def _solve(network: SimpleMaxFlow | SimpleMinCostFlow, *ends: int) -> float:
    """Solve a network and return the seconds it took."""
    begun = perf_counter()
    status = network.solve(*ends)
    seconds = perf_counter() - begun
    if status != network.OPTIMAL:
        raise RuntimeError(f"the flow ended as {status.name}")
    return seconds


def optimal_flow(
    reduced: ReducedProblem, slots: Slots, shortfalls: Shortfalls
) -> tuple[BoolArray, float] | None:
    """Find the best plan under the counts of the first stages.

    Returns:
        The chosen open edges and the solver's seconds, or None where the weights of so large a
        problem exceed 64-bit integers.
    """
    # each mentee is passed once at most, each time between two mentors, hubs or the sink
    passed = min(len(reduced.demand), len(reduced.capacity) + 3)
    most = [
        passed * int(reduced.rank.max(initial=0)),
        2 * int(slots.cost.max(initial=0)),  # the sink and the hub of the slots: two slots each
        passed * int(reduced.worth.max(initial=0)),
    ]
    spread = most[0] + 1
    worth = spread * most[1] + spread
    cover = worth * most[2] + worth
    gain = np.bitwise_count(reduced.gain).astype(np.int64)
    largest = cover * int(gain.max(initial=0)) + worth * int(reduced.worth.max(initial=0))
    nodes = len(reduced.demand) + len(reduced.capacity) + 3
    if (largest + spread * most[1]) * (nodes + 1) > _LARGEST_COST:
        return None
    if not gain.any():
        cover = 0
    cost = reduced.rank - worth * reduced.worth - cover * gain
    return _min_cost_flow(reduced, slots, shortfalls, cost, spread * slots.cost)


def heuristic_flow(
    reduced: ReducedProblem, slots: Slots, shortfalls: Shortfalls
) -> tuple[BoolArray, float]:
    """Find a plan under the counts of the first stages that covers much and scores high."""
    gain = np.bitwise_count(reduced.gain).astype(np.int64)
    cost = -reduced.worth - 2 * int(reduced.worth.max(initial=0)) * gain
    return _min_cost_flow(reduced, slots, shortfalls, cost, np.zeros_like(slots.cost))


def _min_cost_flow(
    reduced: ReducedProblem,
    slots: Slots,
    shortfalls: Shortfalls,
    edge_cost: IntArray,
    slot_cost: IntArray,
) -> tuple[BoolArray, float]:
    """Solve the minimum-cost flow; return the chosen open edges and the solver's seconds."""
    mentees, mentors = len(reduced.demand), len(reduced.capacity)
    sink, unserved, over = (mentees + mentors + number for number in range(3))
    network = SimpleMinCostFlow()

    def arcs(tail: IntArray, head: IntArray, capacity: IntArray, cost: IntArray) -> IntArray:
        drawn: IntArray = network.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
        return drawn

    ones = np.ones(max(len(reduced.edge), len(slots.mentor)), np.int64)
    zeros = np.zeros(mentees, np.int64)
    mentee = np.arange(mentees)
    edges = arcs(reduced.mentee, mentees + reduced.mentor, ones[: len(reduced.edge)], edge_cost)
    open_slot = ~reduced.full[slots.mentor]
    head = np.where(slots.over, over, sink)[open_slot]
    arcs(mentees + slots.mentor[open_slot], head, ones[: len(head)], slot_cost[open_slot])
    arcs(mentee, zeros + unserved, reduced.unserved.astype(np.int64), zeros)
    arcs(mentee, zeros + sink, reduced.demand - reduced.unserved, zeros)
    limits = [shortfalls.unserved, shortfalls.over]
    arcs(*np.array([[unserved, over], [sink, sink], limits, [0, 0]], np.int64))
    filled = np.where(reduced.full, reduced.capacity, 0)
    supply = np.concatenate([reduced.demand, -filled, [filled.sum() - reduced.demand.sum(), 0, 0]])
    network.set_nodes_supplies(np.arange(len(supply)), supply)
    seconds = _solve(network)
    return network.flows(edges) > 0, seconds
