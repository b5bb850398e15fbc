"""Few candidates lose next to nothing, and never somebody who could be served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from addin.domain.pairing import candidates as choosing
from addin.domain.pairing.candidates import all_pairs, candidates
from addin.domain.pairing.pools import Exclusion, KnownPairs, Pool, unit_of
from addin.domain.pairing.problem import COVERED, SERVED, WORTH, Problem, Solution
from addin.domain.pairing.solve import make_plan, problem_of, solve
from tests.addin.domain.pairing.pools import a_pool, some_known_pairs
from tests.bench.all_pairs import loss_of_candidates


def _reached(solution: Solution) -> dict[str, int]:
    return {stage.name: stage.objective for stage in solution.stages}


def _keys(pool: Pool, edges: Any) -> set[int]:
    return set(pool.key(edges.mentor, edges.mentee).tolist())


@pytest.mark.parametrize("busy", [0.0, 0.3])
def test_candidates_lose_at_most_a_thousandth_of_the_score(busy: float) -> None:
    pool = a_pool(400, 800, places="6404", busy=busy)
    edges = candidates(pool)

    few = _reached(solve(problem_of(pool, edges)))
    every = _reached(solve(problem_of(pool, all_pairs(pool))))

    assert len(edges) == 800 * choosing.PER_MENTEE
    assert few[SERVED] == every[SERVED]
    assert few[WORTH] >= 0.999 * every[WORTH]


def test_candidates_lose_at_most_a_thousandth_against_the_proven_optimum_of_all_pairs() -> None:
    loss = loss_of_candidates(a_pool(1000, 2000, busy=0.2))

    assert loss.best == loss.bound
    assert loss.share <= 0.001


def test_candidates_of_organisations_cover_all_that_can_be_covered() -> None:
    pool = a_pool(400, 150, places="640402", organisations=True, most_needed=2)

    few = _reached(solve(problem_of(pool, candidates(pool))))
    every = _reached(solve(problem_of(pool, all_pairs(pool))))

    assert few[COVERED] == every[COVERED]
    assert few[WORTH] >= 0.999 * every[WORTH]


@pytest.mark.parametrize("organisations", [False, True])
def test_what_is_known_of_a_pair_decides_whether_it_is_a_candidate(organisations: bool) -> None:
    pool = a_pool(300, 400, organisations=organisations)
    pool = replace(pool, known_pairs=some_known_pairs(pool, 3000))

    edges = candidates(pool)

    known_pairs, found = pool.known_pairs, _keys(pool, edges)
    key = pool.key(known_pairs.mentor, known_pairs.mentee)
    never = known_pairs.exclusion != Exclusion.NONE
    usable = pool.mentors.usable[known_pairs.mentor]
    assert not found & set(key[never].tolist())
    assert set(key[~never & usable].tolist()) <= found
    assert pool.mentors.usable[edges.mentor].all()
    order = pool.key(edges.mentor, edges.mentee)
    assert (np.diff(order) > 0).all()


def test_one_mentee_more_leaves_the_candidates_of_the_others() -> None:
    pool = a_pool(300, 400)
    without = np.delete(np.arange(400), 200)
    fewer = replace(pool, mentees=_some(pool.mentees, without))

    before, after = candidates(fewer), candidates(pool)

    old = {(int(a), int(without[b])) for a, b in zip(before.mentor, before.mentee, strict=True)}
    new = {(int(a), int(b)) for a, b in zip(after.mentor, after.mentee, strict=True) if b != 200}
    assert len(old ^ new) < 0.02 * len(old)


def _some(people: Any, which: Any) -> Any:
    columns = {name: getattr(people, name) for name in people.__dataclass_fields__}
    return type(people)(
        **{
            name: column[which] if isinstance(column, np.ndarray) else [column[at] for at in which]
            for name, column in columns.items()
        }
    )


def _alike(pool: Pool) -> Pool:
    """Return the pool as a lazily filled ledger gives it: nobody differs from anybody."""
    mentors, mentees = pool.mentors, pool.mentees
    return replace(
        pool,
        mentors=replace(mentors, specialties=mentors.specialties * 0, scores=mentors.scores * 0),
        mentees=replace(mentees, specialties=mentees.specialties * 0, scores=mentees.scores * 0),
    )


@pytest.mark.parametrize(
    ("mentors", "mentees"),
    [
        pytest.param({}, {}, id="as many in every county"),
        pytest.param({}, {"places": "640402"}, id="mentees in one county"),
        pytest.param({"places": "640422"}, {"places": "640402"}, id="mentors in another county"),
        pytest.param({"places": "6401"}, {"places": "6404"}, id="mentors in another city"),
        pytest.param({"busy": 0.85}, {}, id="hardly any place left"),
    ],
)
@pytest.mark.parametrize("alike", [False, True])
def test_whoever_can_be_served_is_served(
    mentors: dict[str, Any], mentees: dict[str, Any], alike: bool
) -> None:
    there, here = a_pool(200, 10, **mentors), a_pool(10, 350, **mentees)
    pool = replace(there, mentees=here.mentees)
    pool = _alike(pool) if alike else pool

    plan = make_plan(pool, solve)

    places = np.where(pool.mentors.usable, pool.mentors.limit - pool.mentors.load, 0).sum()
    assert 350 - len(plan.unserved) == min(350, int(places))


def test_somebody_moves_for_a_mentee_whom_only_full_mentors_may_help() -> None:
    pool = a_pool(300, 400, places="640402", busy=0)
    mentors = replace(pool.mentors, limit=np.ones(300, np.int64))
    mentors = replace(mentors, limit=np.where(np.arange(300) < 50, 0, 2))
    pool = replace(pool, mentors=mentors)
    most_wanted = np.bincount(make_plan(pool, solve).mentor, minlength=300).argsort()[-3:]
    others = np.setdiff1d(np.arange(300), most_wanted)
    pool = replace(pool, known_pairs=_excluding(others, mentee=0))

    plan = make_plan(pool, solve)

    assert 0 not in plan.unserved
    assert plan.mentor[plan.mentee == 0][0] in most_wanted


def _excluding(mentors: Any, mentee: int) -> KnownPairs:
    count = len(mentors)
    return KnownPairs(
        mentor=mentors,
        mentee=np.full(count, mentee),
        exclusion=np.full(count, int(Exclusion.AVOIDED)),
        assigned=np.zeros(count, np.bool_),
        fixed=np.zeros(count, np.bool_),
        drafted=np.zeros(count, np.bool_),
        wish=np.ones((count, 2), np.int64),
    )


def _counted() -> tuple[list[Problem], Callable[[Problem], Solution]]:
    asked: list[Problem] = []

    def counting(problem: Problem) -> Solution:
        asked.append(problem)
        return solve(problem)

    return asked, counting


def test_a_short_city_gets_mentors_of_other_cities_without_solving_twice() -> None:
    there, here = a_pool(900, 10, places="64", busy=0.1), a_pool(10, 900, places="6404")
    pool = replace(there, mentees=here.mentees)
    asked, counting = _counted()

    plan = make_plan(pool, counting)

    assert len(asked) == 1
    assert _reached(plan.solution)[SERVED] == 900
    assert (unit_of(pool.mentors.code[plan.mentor]) // 100_000 != 6404).any()
