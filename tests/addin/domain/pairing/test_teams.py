"""Teams against an integer programme of its own, written down plainly."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from addin.domain.pairing.problem import Problem
from addin.domain.pairing.solve import solve
from tests.addin.domain.pairing.problems import a_problem, permitted, reached

ASPECTS = 6


def a_county(seed: int, mentors: int, mentees: int, edges: int) -> Problem:
    """Return teams of 1 to 3 competing for mentors of few strengths and two places each."""
    random = np.random.default_rng(seed)
    scores = {
        (mentee, int(mentor)): int(random.integers(0, 10_001))
        for mentee in range(mentees)
        for mentor in random.permutation(mentors)[:edges]
    }
    return a_problem(
        scores,
        mentors=mentors,
        mentees=mentees,
        load=random.integers(0, 2, mentors),
        limit=[2] * mentors,
        demand=random.integers(1, 4, mentees),
        weak=np.bitwise_or.reduce(1 << random.integers(0, ASPECTS, (4, mentees)), axis=0),
        strong=np.bitwise_or.reduce(1 << random.integers(0, ASPECTS, (2, mentors)), axis=0),
    )


def optima_by_integer_programmes(problem: Problem) -> list[int]:
    """Return served, covered and score, one after the other; columns: edges, served, covered."""
    mentors, mentees, edges = len(problem.load), len(problem.demand), len(problem.mentor)
    every = np.arange(edges)
    ones = np.ones(edges)
    team = csr_array((ones, (problem.mentee, every)), shape=(mentees, edges))
    load = csr_array((ones, (problem.mentor, every)), shape=(mentors, edges))
    aspect = 1 << np.arange(ASPECTS)
    edge, covers = np.nonzero(problem.strong[problem.mentor][:, None] & aspect)
    cover = coo_array(
        (np.ones(len(edge)), (problem.mentee[edge] * ASPECTS + covers, edge)),
        shape=(mentees * ASPECTS, edges),
    )
    wanted = (problem.weak[:, None] & aspect > 0).ravel().astype(float)
    most = np.concatenate([np.ones(edges + mentees), wanted])
    rest = csr_array((mentees + mentors, mentees + len(wanted)))
    known_pairs = vstack([team, cover])
    rows = [
        LinearConstraint(
            hstack([vstack([team, load]), rest]),
            -inf,
            np.concatenate([problem.demand, problem.limit - problem.load]),
        ),
        LinearConstraint(hstack([known_pairs, -csr_array(np.eye(known_pairs.shape[0]))]), 0, inf),
    ]
    optima = []
    zero = [np.zeros(edges), np.zeros(mentees), np.zeros(len(wanted))]
    for part, values in enumerate((np.ones(mentees), np.ones(len(wanted)), problem.score)):
        place = (1, 2, 0)[part]
        cost = np.concatenate([*zero[:place], -values, *zero[place + 1 :]])
        found = milp(
            cost,
            integrality=np.ones(len(cost)),
            bounds=Bounds(0, most),
            constraints=rows,
            options={"mip_rel_gap": 0},
        )
        assert found.status == 0
        optima.append(-round(found.fun))
        rows.append(LinearConstraint(csr_array(cost[None, :]), -inf, round(found.fun)))
    return optima


@pytest.mark.parametrize("seed", range(4))
def test_teams_reach_what_a_plain_programme_proves_possible(seed: int) -> None:
    problem = a_county(seed, mentors=45, mentees=30, edges=8)

    solution = solve(problem)

    values = reached(solution)
    assert permitted(problem, solution.chosen[None, :]).all()
    assert [values[2], values[3], values[4]] == optima_by_integer_programmes(problem)
    assert all(stage.gap == 0 for stage in solution.stages)
