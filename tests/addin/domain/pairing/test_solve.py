"""The optimum of every stage against trying every plan, and the cases at the edges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from addin.domain.pairing.problem import Problem, Solution
from addin.domain.pairing.solve import solve
from addin.domain.pairing.teams import StagedProgramme
from tests.addin.domain.pairing.problems import (
    Edge,
    a_problem,
    optimum,
    permitted,
    random_problem,
    random_teams,
    reached,
)


def chosen_edges(problem: Problem, solution: Solution) -> set[Edge]:
    at = np.flatnonzero(solution.chosen)
    return set(zip(problem.mentee[at].tolist(), problem.mentor[at].tolist(), strict=True))


@pytest.mark.parametrize(
    ("made", "first_seed"),
    [
        *((random_problem, seed) for seed in range(0, 400, 50)),
        *((random_teams, seed) for seed in range(0, 200, 50)),  # each takes ten times as long
    ],
)
def test_every_stage_is_the_optimum_of_all_plans(
    made: Callable[[int], Problem], first_seed: int
) -> None:
    for seed in range(first_seed, first_seed + 50):
        problem = made(seed)

        solution = solve(problem)

        assert reached(solution) == optimum(problem), seed
        assert permitted(problem, solution.chosen[None, :]).all(), seed
        assert all(stage.bound == stage.objective and stage.gap == 0 for stage in solution.stages)


def test_nothing_to_pair_is_solved() -> None:
    solution = solve(a_problem({}, mentors=0, mentees=0))

    assert len(solution.chosen) == 0
    assert reached(solution) == (0, 0, 0, 0, 0, 0, 0, 0)


def test_a_mentee_without_candidates_stays_alone() -> None:
    problem = a_problem({(1, 0): 5_000}, mentors=1, mentees=3, demand=[1, 1, 2])

    solution = solve(problem)

    assert chosen_edges(problem, solution) == {(1, 0)}


def test_a_full_mentor_gets_nobody_even_by_appointment() -> None:
    problem = a_problem(
        {(0, 0): 9_000, (1, 0): 10}, mentors=1, mentees=2, load=[6], assigned=[(0, 0)]
    )

    solution = solve(problem)

    assert not solution.chosen.any()
    assert reached(solution)[:3] == (0, 0, 0)


def test_a_mentee_who_lost_an_appointment_gets_another_mentor() -> None:
    problem = a_problem(
        {(0, 0): 9_000, (0, 1): 10}, mentors=2, mentees=1, load=[3, 0], assigned=[(0, 0)]
    )

    solution = solve(problem)

    assert chosen_edges(problem, solution) == {(0, 1)}


def test_nobody_gets_more_mentors_than_wanted_by_appointments() -> None:
    """The best of the appointments are kept, before a better pair nobody appointed."""
    scores = {(0, 0): 10, (0, 1): 20, (0, 2): 9_000}
    problem = a_problem(scores, mentors=3, mentees=1, assigned=[(0, 0), (0, 1)])

    solution = solve(problem)

    assert chosen_edges(problem, solution) == {(0, 1)}


def test_an_appointment_comes_before_an_adopted_pair_of_the_same_mentee() -> None:
    scores = {(0, 0): 9_000, (0, 1): 10}
    problem = a_problem(scores, mentors=2, mentees=1, assigned=[(0, 1)], adopted=[(0, 0)])

    assert chosen_edges(problem, solve(problem)) == {(0, 1)}


def test_places_lost_by_appointments_to_full_mentors_are_no_further_places() -> None:
    """Two full mentors were assigned to a mentee who wants one: she gets one other, not two."""
    scores = {(0, mentor): 1_000 * mentor for mentor in range(4)}
    problem = a_problem(scores, mentors=4, mentees=1, load=[3, 3, 0, 0], assigned=[(0, 0), (0, 1)])

    assert chosen_edges(problem, solve(problem)) == {(0, 3)}


def test_a_mentor_with_too_many_appointments_keeps_as_many_as_fit_and_the_best() -> None:
    scores = {(mentee, 0): 1_000 * mentee for mentee in range(4)} | {(1, 1): 9_999}
    problem = a_problem(
        scores, mentors=2, mentees=4, limit=[2, 5], assigned=[(m, 0) for m in range(4)]
    )

    solution = solve(problem)

    assert chosen_edges(problem, solution) == {(2, 0), (3, 0), (1, 1)}


def test_a_new_plan_has_to_beat_the_draft_by_its_bonus() -> None:
    scores = {(0, 0): 5_000, (0, 1): 5_400}

    stays = a_problem(scores, mentors=2, mentees=1, bonus={(0, 0): 500})
    moves = a_problem(scores, mentors=2, mentees=1, bonus={(0, 0): 300})

    assert chosen_edges(stays, solve(stays)) == {(0, 0)}
    assert chosen_edges(moves, solve(moves)) == {(0, 1)}


def test_equal_scores_go_to_the_less_loaded_then_to_the_lower_number() -> None:
    scores = dict.fromkeys([(0, 0), (0, 1), (0, 2)], 5_000)

    loaded = a_problem(scores, mentors=3, mentees=1, load=[1, 1, 0])
    even = a_problem(scores, mentors=3, mentees=1, load=[1, 0, 0])

    assert chosen_edges(loaded, solve(loaded)) == {(0, 2)}
    assert chosen_edges(even, solve(even)) == {(0, 1)}


def test_a_team_covers_weak_aspects_before_it_scores() -> None:
    scores = {(0, 0): 9_000, (0, 1): 8_000, (0, 2): 1_000}
    problem = a_problem(
        scores, mentors=3, mentees=1, demand=[2], weak=[0b111], strong=[0b011, 0b011, 0b100]
    )

    solution = solve(problem)

    assert chosen_edges(problem, solution) == {(0, 0), (0, 2)}


def test_two_mentees_with_a_mentor_each_come_before_one_with_a_team() -> None:
    scores = {(0, 0): 9_000, (0, 1): 9_000, (1, 0): 0, (2, 1): 0}
    problem = a_problem(
        scores,
        mentors=2,
        mentees=3,
        limit=[1, 1],
        demand=[2, 1, 1],
        weak=[0b11, 0, 0],
        strong=[0b01, 0b10],
    )

    solution = solve(problem)

    assert reached(solution) == optimum(problem)
    assert reached(solution)[2] == 2


def test_who_has_enough_by_appointment_gets_nobody_for_an_appointment_lost() -> None:
    scores = {(0, 0): 10, (0, 1): 10, (0, 2): 9_000, (1, 1): 5_000}
    problem = a_problem(
        scores, mentors=3, mentees=2, limit=[3, 1, 3], assigned=[(0, 0), (0, 1), (1, 1)]
    )

    solution = solve(problem)

    assert chosen_edges(problem, solution) == {(0, 0), (1, 1)}


def test_of_two_alike_the_one_who_has_waited_longer_gets_the_only_place() -> None:
    scores = {(mentee, 0): 5_000 for mentee in range(3)}

    for waited in ([3, 90, 20], [90, 3, 20], [0, 3, 4_000]):
        problem = a_problem(scores, mentors=1, mentees=3, limit=[1], waited=waited)
        assert chosen_edges(problem, solve(problem)) == {(waited.index(max(waited)), 0)}


def test_waiting_costs_no_score() -> None:
    scores = {(0, 0): 5_000, (1, 0): 5_001}
    problem = a_problem(scores, mentors=1, mentees=2, limit=[1], waited=[4_000, 0])

    assert chosen_edges(problem, solve(problem)) == {(1, 0)}


def test_a_mentee_who_wants_nobody_more_gets_nobody() -> None:
    problem = a_problem({(0, 0): 9_000, (1, 0): 10}, mentors=1, mentees=2, demand=[0, 1])

    assert chosen_edges(problem, solve(problem)) == {(1, 0)}


def test_without_time_the_plan_keeps_the_limits_and_admits_the_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(StagedProgramme, "relaxed", lambda *_: None)
    admitted = 0

    for seed in range(100):
        problem = random_teams(seed)
        solution = solve(problem)
        best = optimum(problem)
        assert permitted(problem, solution.chosen[None, :]).all(), seed
        assert reached(solution)[:3] == best[:3], seed
        for at, (stage, possible) in enumerate(zip(solution.stages, best, strict=True)):
            if stage.objective != possible:
                assert stage.gap > 0, seed
                most_sought = at in {3, 4, 5}
                assert (stage.bound >= possible) if most_sought else (stage.bound <= possible), seed
                admitted += 1
                break

    assert admitted > 10
