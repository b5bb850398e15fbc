"""Random pairing problems, and their optimum by trying every plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from addin.domain.pairing.problem import BoolArray, IntArray, Problem, Solution

Edge = tuple[int, int]
"""Mentee and mentor."""


def a_problem(
    scores: dict[Edge, int],
    *,
    mentors: int,
    mentees: int,
    bonus: dict[Edge, int] | None = None,
    assigned: Sequence[Edge] = (),
    adopted: Sequence[Edge] = (),
    load: Sequence[int] | None = None,
    limit: Sequence[int] | None = None,
    demand: Sequence[int] | None = None,
    waited: Sequence[int] | None = None,
    weak: Sequence[int] | None = None,
    strong: Sequence[int] | None = None,
) -> Problem:
    """Return a problem of the given edges; mentors take 3, mentees want one."""
    edges = sorted(scores)

    def whole(values: Sequence[int] | None, count: int, otherwise: int) -> IntArray:
        return np.array([otherwise] * count if values is None else values, np.int64)

    return Problem(
        mentor=np.array([mentor for _, mentor in edges], np.int64),
        mentee=np.array([mentee for mentee, _ in edges], np.int64),
        score=np.array([scores[edge] for edge in edges], np.int64),
        bonus=np.array([(bonus or {}).get(edge, 0) for edge in edges], np.int64),
        assigned=np.array([edge in assigned for edge in edges], np.bool_),
        adopted=np.array([edge in adopted and edge not in assigned for edge in edges], np.bool_),
        load=whole(load, mentors, 0),
        limit=whole(limit, mentors, 3),
        demand=whole(demand, mentees, 1),
        waited=whole(waited, mentees, 0),
        weak=whole(weak, mentees, 0),
        strong=whole(strong, mentors, 0),
    )


def random_problem(seed: int, *, most_edges: int = 11) -> Problem:
    """Return a small problem with few distinct scores, so that ties are common."""
    random = np.random.default_rng(seed)
    mentors, mentees = random.integers(1, 6, 2)
    edges = _some_edges(random, mentors, mentees, int(random.integers(0, most_edges + 1)))
    fixed = float(random.choice([0, 0.2, 0.5]))
    return a_problem(
        _some_scores(random, edges),
        mentors=mentors,
        mentees=mentees,
        bonus={edge: int(random.choice([1, 100])) for edge in edges if random.random() < 0.2},
        assigned=[edge for edge in edges if random.random() < fixed],
        adopted=[edge for edge in edges if random.random() < fixed],
        load=random.integers(0, 3, mentors),
        limit=random.integers(0, 5, mentors),
        demand=random.integers(0, 4, mentees) if random.random() < 0.3 else None,
        waited=random.choice([0, 5, 5, 400], mentees),
        weak=random.integers(0, 16, mentees) if random.random() < 0.3 else None,
        strong=random.integers(0, 16, mentors),
    )


def random_teams(seed: int) -> Problem:
    """Return a small problem of teams that compete for mentors whose strengths overlap.

    Of three mentors each strong in two of three aspects a linear relaxation takes halves; half of
    the problems are made of them.
    """
    random = np.random.default_rng(seed)
    halves = random.random() < 0.5
    mentees = int(random.choice([2, 3, 3] if halves else [1, 2, 2, 3]))
    mentors = 4 if halves else int(random.integers(4, 8))
    edges = _some_edges(random, mentors, mentees, 12)
    load = random.integers(0, 2, mentors)
    limit = load + random.integers(1 if halves else 0, 4 if halves else 3, mentors)
    mixed = np.bitwise_or.reduce(1 << random.integers(0, 4, (2, mentors)), axis=0)
    return a_problem(
        _some_scores(random, edges),
        mentors=mentors,
        mentees=mentees,
        bonus={edge: int(random.choice([1, 100])) for edge in edges if random.random() < 0.1},
        assigned=[edge for edge in edges if random.random() < random.choice([0, 0, 0.15])],
        adopted=[edge for edge in edges if random.random() < random.choice([0, 0, 0.15])],
        load=load,
        limit=limit,
        demand=[2] * mentees if halves else random.choice([1, 2, 2, 2, 3], mentees),
        weak=[0b1111] * mentees if halves else random.integers(0, 16, mentees),
        waited=random.choice([0, 5, 5, 400], mentees),
        strong=random.permutation([0b0011, 0b0101, 0b0110, 0b1000]) if halves else mixed,
    )


def _some_edges(random: np.random.Generator, mentors: int, mentees: int, most: int) -> list[Edge]:
    pairs = [(mentee, mentor) for mentee in range(mentees) for mentor in range(mentors)]
    return [pairs[number] for number in random.permutation(len(pairs))[:most]]


def _some_scores(random: np.random.Generator, edges: list[Edge]) -> dict[Edge, int]:
    levels, unit = random.choice([1, 2, 3, 50]), random.choice([1, 100])
    return {edge: int(random.integers(0, levels + 1) * unit) for edge in edges}


def optimum(problem: Problem) -> tuple[int, ...]:
    """Return the value of every stage in the best of all plans, trying every one."""
    plans = every_permitted_plan(problem)
    keys = [value for _, value in sorted(values_of(problem, plans).items())]
    best = np.lexsort(keys[::-1])[0]
    signs = (-1, -1, -1, -1, -1, -1, 1, 1)
    return tuple(int(sign * key[best]) for sign, key in zip(signs, keys, strict=True))


def values_of(problem: Problem, plans: BoolArray) -> dict[int, IntArray]:
    """Return, per stage, a number per plan of which the least is best."""
    mentors, mentees = len(problem.load), len(problem.demand)
    loads = problem.load + plans @ np.eye(mentors, dtype=np.int64)[problem.mentor]
    teams = plans @ np.eye(mentees, dtype=np.int64)[problem.mentee]
    covered = np.zeros(len(plans), np.int64)
    for mentee in range(mentees):
        for aspect in (1, 2, 4, 8, 16, 32):
            able = (problem.mentee == mentee) & (problem.strong[problem.mentor] & aspect > 0)
            if problem.weak[mentee] & aspect:
                covered += plans[:, able].any(axis=1)
    rank = np.array([np.sum(problem.mentee[:at] == of) for at, of in enumerate(problem.mentee)])
    return {
        1: -plans[:, problem.assigned].sum(axis=1),
        2: -plans[:, problem.adopted].sum(axis=1),
        3: -(teams > 0).sum(axis=1),
        4: -covered,
        5: -(plans @ (problem.score + problem.bonus)),
        6: -((teams > 0) @ problem.waited),
        7: (loads**2).sum(axis=1),
        8: plans @ rank.astype(np.int64),
    }


def every_permitted_plan(problem: Problem) -> BoolArray:
    """Return every plan that breaks no limit, one per row."""
    count = len(problem.mentee)
    plans = (np.arange(2**count)[:, None] >> np.arange(count) & 1).astype(np.bool_)
    return plans[permitted(problem, plans)]


def permitted(problem: Problem, plans: BoolArray) -> BoolArray:
    """Say which plans give no mentor too many and no mentee more than it wants."""
    fits = np.ones(len(plans), np.bool_)
    for mentor, limit in enumerate(problem.limit):
        places = max(int(limit - problem.load[mentor]), 0)
        fits &= plans[:, problem.mentor == mentor].sum(axis=1) <= places
    for mentee, wanted in enumerate(problem.demand):
        fits &= plans[:, problem.mentee == mentee].sum(axis=1) <= wanted
    return fits


def reached(solution: Solution) -> tuple[int, ...]:
    return tuple(stage.objective for stage in solution.stages)
