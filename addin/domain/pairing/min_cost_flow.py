"""The lexicographic optimum of a problem without teams: two flows.

Every place a mentee demands is a unit of flow. It runs from the mentee over an edge to a mentor
and over one of the mentor's slots to the sink, or past all mentors straight to the sink.

1. The maximum flow serves as many mentees as can be served at all. Where fixed edges compete with
   each other, a minimum-cost flow first keeps the most assigned ones, then the most adopted ones.
2. Mentees left unserved run through a hub; the count of step 1 is the capacity from the hub to the
   sink.
3. The minimum-cost flow finds, under it, the most fixed edges kept, the most weak aspects covered,
   the highest score, the longest waiting served, the evenest load, the lowest mentor numbers, in
   this order.

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

from addin.domain.pairing.problem import BoolArray, IntArray, ReducedProblem

_LARGEST_COST = 2**61
"""OR-tools multiplies costs by the number of nodes; the product has to stay a 64-bit integer."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Every free place of every mentor, one unit each, in the order they are filled.

    Attributes:
        mentor: Whose slot.
        cost: What it adds to the sum of squared loads.
    """

    mentor: IntArray
    cost: IntArray

    @classmethod
    def of(cls, reduced: ReducedProblem) -> Slots:
        """Lay out the free places of every mentor."""
        capacity = reduced.capacity
        mentor = np.repeat(np.arange(len(capacity)), capacity)
        before = np.repeat(np.cumsum(capacity) - capacity, capacity)
        load = reduced.load[mentor] + np.arange(len(mentor)) - before
        return cls(mentor, 2 * load + 1)


@dataclass(frozen=True, slots=True)
class FirstStages:
    """The optimum of the first stages.

    Attributes:
        assigned: The most open assigned edges kept.
        adopted: The most open adopted edges kept under it.
        unserved: The fewest mentees with nobody under both.
        seconds: The solver's.
    """

    assigned: int
    adopted: int
    unserved: int
    seconds: float


def first_stages(reduced: ReducedProblem, slots: Slots) -> FirstStages:
    """Find the most fixed edges kept, assigned ones first, then the fewest mentees with nobody."""
    if not (reduced.assigned.any() or reduced.adopted.any()):
        served, seconds = _most_served(reduced)
        return FirstStages(0, 0, int(reduced.unserved.sum()) - served, seconds)
    adopted = len(reduced.demand) + 1
    assigned = adopted * (int(reduced.adopted.sum()) + 1)
    chosen, seconds = _min_cost_flow(
        reduced,
        slots,
        len(reduced.demand),
        -assigned * reduced.assigned - adopted * reduced.adopted,
        np.zeros_like(slots.cost),
        np.ones_like(reduced.demand),
    )
    reached = np.unique(reduced.mentee[chosen])
    return FirstStages(
        int(reduced.assigned[chosen].sum()),
        int(reduced.adopted[chosen].sum()),
        int(reduced.unserved.sum() - reduced.unserved[reached].sum()),
        seconds,
    )


def _most_served(reduced: ReducedProblem) -> tuple[int, float]:
    """Return how many unserved mentees can have a mentor, and the solver's seconds."""
    mentees, mentors = len(reduced.demand), len(reduced.capacity)
    source, sink = mentees + mentors, mentees + mentors + 1
    edges = reduced.unserved[reduced.mentee]
    tail, head = reduced.mentee[edges], mentees + reduced.mentor[edges]
    network = SimpleMaxFlow()
    for arcs in (
        (np.full(mentees, source), np.arange(mentees), reduced.unserved.astype(np.int64)),
        (tail, head, np.ones(len(tail), np.int64)),
        (mentees + np.arange(mentors), np.full(mentors, sink), reduced.capacity),
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
    reduced: ReducedProblem, slots: Slots, first: FirstStages
) -> tuple[BoolArray, float] | None:
    """Find the best plan under what the first stages reach.

    Returns:
        The chosen open edges and the solver's seconds, or None where the weights of so large a
        problem exceed 64-bit integers.
    """
    # each mentee is passed once at most, each time between two mentors, the hub or the sink
    passed = min(len(reduced.demand), len(reduced.capacity) + 2)
    gain = np.bitwise_count(reduced.gain).astype(np.int64)
    waited = np.where(reduced.unserved & (first.unserved > 0), reduced.waited, 0)
    edges = {  # by what a cycle can change, the last stage first
        "rank": (reduced.rank, passed * int(reduced.rank.max(initial=0))),
        "slots": (None, 2 * int(slots.cost.max(initial=0))),
        "waited": (None, int(waited.max(initial=0))),
        "worth": (-reduced.worth, passed * int(reduced.worth.max(initial=0))),
        "gain": (-gain, passed * int(gain.max(initial=0))),
        "adopted": (-reduced.adopted.astype(np.int64), passed * bool(reduced.adopted.any())),
        "assigned": (-reduced.assigned.astype(np.int64), passed * bool(reduced.assigned.any())),
    }
    weight, weights, largest = 1, {}, 0
    for name, (value, change) in edges.items():
        weights[name] = weight
        if value is not None:
            largest += weight * int(np.abs(value).max(initial=0))
        weight *= change + 1
    others = weights["slots"] * edges["slots"][1] + weights["waited"] * edges["waited"][1]
    nodes = len(reduced.demand) + len(reduced.capacity) + 2
    if (largest + others) * (nodes + 1) > _LARGEST_COST:
        return None
    cost = np.zeros_like(reduced.worth)
    for name, (value, change) in edges.items():
        if value is not None and change:
            cost += weights[name] * value
    slot_cost, alone = weights["slots"] * slots.cost, weights["waited"] * waited
    return _min_cost_flow(reduced, slots, first.unserved, cost, slot_cost, alone)


def heuristic_flow(
    reduced: ReducedProblem, slots: Slots, first: FirstStages
) -> tuple[BoolArray, float]:
    """Find a plan under what the first stages reach that covers much and scores high."""
    gain = np.bitwise_count(reduced.gain).astype(np.int64)
    best = 2 * int(reduced.worth.max(initial=0)) + 1
    kept = best * (int(gain.max(initial=0)) + 1) * (len(reduced.demand) + 1)
    first_kept = kept * (len(reduced.demand) + 1)
    cost = -reduced.worth - best * gain
    cost -= kept * reduced.adopted + first_kept * reduced.assigned
    zeros = np.zeros_like(reduced.demand)
    return _min_cost_flow(reduced, slots, first.unserved, cost, np.zeros_like(slots.cost), zeros)


def _min_cost_flow(
    reduced: ReducedProblem,
    slots: Slots,
    unserved: int,
    edge_cost: IntArray,
    slot_cost: IntArray,
    alone_cost: IntArray,
) -> tuple[BoolArray, float]:
    """Solve the minimum-cost flow; return the chosen open edges and the solver's seconds.

    Args:
        reduced: The open edges.
        slots: Every mentor's free places.
        unserved: How many mentees may have nobody.
        edge_cost: Of every open edge.
        slot_cost: Of every slot.
        alone_cost: Of every mentee with nobody.
    """
    mentees, mentors = len(reduced.demand), len(reduced.capacity)
    sink, hub = mentees + mentors, mentees + mentors + 1
    network = SimpleMinCostFlow()

    def arcs(tail: IntArray, head: IntArray, capacity: IntArray, cost: IntArray) -> IntArray:
        drawn: IntArray = network.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
        return drawn

    ones = np.ones(max(len(reduced.edge), len(slots.mentor)), np.int64)
    zeros = np.zeros(mentees, np.int64)
    mentee = np.arange(mentees)
    edges = arcs(reduced.mentee, mentees + reduced.mentor, ones[: len(reduced.edge)], edge_cost)
    taken = ones[: len(slots.mentor)]
    arcs(mentees + slots.mentor, sink * taken, taken, slot_cost)
    arcs(mentee, zeros + hub, reduced.unserved.astype(np.int64), alone_cost)
    arcs(mentee, zeros + sink, reduced.demand - reduced.unserved, zeros)
    arcs(*np.array([[hub], [sink], [unserved], [0]], np.int64))
    supply = np.concatenate(
        [reduced.demand, np.zeros(mentors, np.int64), [-reduced.demand.sum(), 0]]
    )
    network.set_nodes_supplies(np.arange(len(supply)), supply)
    seconds = _solve(network)
    return network.flows(edges) > 0, seconds
