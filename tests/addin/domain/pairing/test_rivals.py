"""Whatever other ways to pair there are, ours is never worse; and what the bench measures is so."""

from __future__ import annotations

import numpy as np
import pytest

from addin.domain.pairing.pools import Pool
from addin.domain.pairing.problem import (
    ADOPTED,
    COVERED,
    KEPT,
    SERVED,
    WAITED,
    WORTH,
    BoolArray,
    Problem,
    measure,
)
from addin.domain.pairing.solve import make_plan, solve
from tests.addin.domain.pairing.pools import a_pool
from tests.bench.bare import Bare
from tests.bench.pairing import tables
from tests.bench.pairing_rivals import RIVALS, Matcher, in_rounds
from tests.bench.pools import SIZES, pools_of

TOWNSHIP = SIZES["township"]


def _key(problem: Problem, chosen: BoolArray) -> tuple[int, ...]:
    """Return what a plan reaches, stage by stage; the greater the better."""
    most = (KEPT, ADOPTED, SERVED, COVERED, WORTH, WAITED)
    reached = measure(problem, chosen)
    return tuple(value if name in most else -value for name, value in reached.items())


def _pools(seed: int) -> list[Pool]:
    crowded = a_pool(30, 60, seed=seed, places="640402104", busy=0.6)
    return [*pools_of(TOWNSHIP, seed), crowded]


@pytest.mark.parametrize("matcher", RIVALS.values(), ids=RIVALS)
@pytest.mark.parametrize("seed", range(5))
def test_no_rival_is_better_in_any_stage_that_decides(matcher: Matcher, seed: int) -> None:
    for pool in _pools(seed):
        plan = make_plan(pool, solve)

        chosen = in_rounds(plan.problem, matcher)

        assert chosen is not None
        assert _key(plan.problem, plan.solution.chosen) >= _key(plan.problem, chosen)


@pytest.mark.parametrize("matcher", RIVALS.values(), ids=RIVALS)
def test_a_rival_keeps_every_limit_and_nearly_reaches_us(matcher: Matcher) -> None:
    for pool in _pools(seed=1):
        plan = make_plan(pool, solve)
        problem = plan.problem

        chosen = in_rounds(problem, matcher)

        assert chosen is not None
        new = np.bincount(problem.mentor[chosen], minlength=len(problem.load))
        team = np.bincount(problem.mentee[chosen], minlength=len(problem.demand))
        assert (new <= np.maximum(problem.limit - problem.load, 0)).all()
        assert (team <= problem.demand).all()
        ours, theirs = measure(problem, plan.solution.chosen), measure(problem, chosen)
        assert theirs[KEPT] == ours[KEPT]
        assert theirs[SERVED] >= 0.9 * ours[SERVED]
        assert theirs[WORTH] >= 0.9 * ours[WORTH]


def test_one_mentor_each_the_assignment_of_scipy_scores_as_high_as_we_do() -> None:
    pool = pools_of(TOWNSHIP)[0]
    plan = make_plan(pool, solve)

    chosen = in_rounds(plan.problem, RIVALS["linear_sum_assignment"])

    assert chosen is not None
    assert (
        measure(plan.problem, chosen)[WORTH] == measure(plan.problem, plan.solution.chosen)[WORTH]
    )


def test_the_solvers_alone_are_asked_what_we_asked_them() -> None:
    individuals, organisations = (make_plan(pool, solve).problem for pool in pools_of(TOWNSHIP))

    flows, teams = Bare.of(individuals), Bare.of(organisations)

    assert len(flows.networks) >= 2
    assert not flows.programmes
    assert teams.programmes
    assert 0 < flows.seconds() < 1
    assert 0 < teams.seconds() < 5


def test_one_run_prints_every_table() -> None:
    printed = list(tables([TOWNSHIP], 1, rivals=True, every=True, seed=7))

    assert [table.split("\n")[0] for table in printed] == [
        "Speed and proof",
        "Growth",
        "Candidates against all pairs",
        "Rivals: township, individuals",
        "Rivals: township, organisations",
    ]
    assert printed[0].count("| 0.0000% |") == 3
    assert all(name in printed[3] for name in RIVALS)
