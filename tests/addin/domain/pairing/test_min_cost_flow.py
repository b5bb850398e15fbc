"""The flow against linear programmes of its own, and against the integer programme."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from addin.domain.pairing import min_cost_flow
from addin.domain.pairing.problem import Problem
from addin.domain.pairing.solve import solve
from tests.addin.domain.pairing.problems import reached


def a_county(seed: int, mentors: int, mentees: int, edges: int, **changes: object) -> Problem:
    """Return a problem in which places do not suffice."""
    random = np.random.default_rng(seed)
    mentor = np.concatenate(
        [np.sort(random.permutation(mentors)[:edges]) for _ in range(mentees)]
    ).astype(np.int64)
    load = random.integers(0, 3, mentors)
    problem = Problem(
        mentor=mentor,
        mentee=np.repeat(np.arange(mentees), edges),
        score=random.integers(0, 40, len(mentor)) * 250,
        bonus=np.where(random.random(len(mentor)) < 0.02, 500, 0),
        assigned=random.random(len(mentor)) < 0.005,
        adopted=np.zeros(len(mentor), np.bool_),
        load=load,
        limit=random.integers(2, 5, mentors),
        demand=np.ones(mentees, np.int64),
        waited=random.integers(0, 90, mentees),
        weak=np.zeros(mentees, np.int64),
        strong=random.integers(0, 64, mentors),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]


def optima_by_linear_programmes(problem: Problem) -> list[int]:
    """Return served, score, days waited, spread and order, one after the other.

    Every place of every mentor is a column; fixed edges have to be undisputed.
    """
    mentors, mentees, edges = len(problem.load), len(problem.demand), len(problem.mentor)
    room = np.maximum(problem.limit - problem.load, 0)
    owner = np.repeat(np.arange(mentors), room)
    level = problem.load[owner] + np.concatenate([np.arange(count) for count in room])
    every = np.arange(edges)
    team = csr_array((np.ones(edges), (problem.mentee, every)), shape=(mentees, edges))
    load = csr_array((np.ones(edges), (problem.mentor, every)), shape=(mentors, edges))
    seat = csr_array((np.ones(len(owner)), (owner, np.arange(len(owner)))))
    rank = every - np.searchsorted(problem.mentee, problem.mentee)
    zeros, none = np.zeros(edges), np.zeros(len(owner))
    costs = [
        np.append(-np.ones(edges), none),
        np.append(-(problem.score + problem.bonus), none),
        np.append(-problem.waited[problem.mentee], none),
        np.append(zeros, 2 * level + 1),
        np.append(rank, none),
    ]
    above = csr_array((mentees, len(owner)))
    rows, limits = hstack([team, above]), np.ones(mentees)
    optima = []
    for cost in costs:
        found = linprog(
            cost,
            A_ub=rows,
            b_ub=limits,
            A_eq=hstack([load, -seat]),
            b_eq=np.zeros(mentors),
            bounds=np.column_stack([np.append(problem.fixed, none), np.ones(len(cost))]),
        )
        assert found.status == 0
        optima.append(ceil(found.fun - 0.01))
        rows, limits = vstack([rows, csr_array(cost[None, :])]), np.append(limits, optima[-1])
    served, score, waited, spread, order = optima
    return [-served, -score, -waited, spread + int(problem.load @ problem.load), order]


@pytest.mark.parametrize("seed", range(3))
def test_a_county_reaches_what_linear_programmes_prove_possible(seed: int) -> None:
    problem = a_county(seed, mentors=100, mentees=260, edges=12)
    wanted = np.bincount(problem.mentor[problem.fixed], minlength=100)
    disputed = wanted > np.maximum(problem.limit - problem.load, 0)
    twice = np.bincount(problem.mentee[problem.fixed], minlength=260) > 1
    undisputed = problem.fixed & ~disputed[problem.mentor] & ~twice[problem.mentee]
    problem = replace(problem, assigned=undisputed)

    solution = solve(problem)

    values = reached(solution)
    assert values[0] == problem.fixed.sum() > 0
    assert [values[2], *values[4:]] == optima_by_linear_programmes(problem)
    assert 0 < values[2] < 260  # the limits were felt


@pytest.mark.parametrize("seed", range(3))
def test_flow_and_integer_programme_agree_where_both_apply(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(seed)
    weak = random.integers(0, 64, 120)
    problem = a_county(seed, mentors=60, mentees=120, edges=10, weak=weak)
    by_flow = solve(problem)

    monkeypatch.setattr(min_cost_flow, "_LARGEST_COST", 0)  # the weights of no flow fit
    by_programme = solve(problem)

    assert by_programme.stages == by_flow.stages
    assert all(stage.gap == 0 for stage in by_flow.stages)


def test_the_same_problem_gets_the_same_plan() -> None:
    problem = a_county(5, mentors=80, mentees=150, edges=10)

    assert np.array_equal(solve(problem).chosen, solve(problem).chosen)
