"""Each principle measures what its docstring says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.pairing.pools import SERIALS, KnownPairs, Pool
from addin.domain.pairing.problem import SCALE
from addin.domain.pairing.scores import (
    PRINCIPLES,
    Scale,
    principle_scores,
    same_field,
    specialty_mask,
    total_scores,
)
from tests.addin.domain.pairing.pools import a_pool, some_known_pairs
from validators.settings import Settings
from validators.vocabulary import Specialty

PARTY, INDUSTRY, LAW = Specialty.PARTY_BUILDING, Specialty.INDUSTRY, Specialty.LAW
HERE = 640402104


def _pool(**mentor: int | list[int]) -> Pool:
    """Return one mentor and one mentee of 开城镇 who differ from each other in what is given."""
    pool = a_pool(1, 1, busy=0)
    mentors, mentees = pool.mentors, pool.mentees
    facts = {
        "unit": HERE,
        "village": 0,
        "load": 0,
        "limit": 3,
        "weak_in": [1, 1, 5, 5, 5, 5],
        **mentor,
    }
    return replace(
        pool,
        mentors=replace(
            mentors,
            code=np.array([facts["unit"]]) * SERIALS + 1,
            village=np.array([facts["village"]]),
            load=np.array([facts["load"]]),
            limit=np.array([facts["limit"]]),
            scores=np.array([facts.get("scores", [5, 3, 1, 1, 1, 1])]),
            availability=np.array([0]),
        ),
        mentees=replace(
            mentees,
            code=np.array([HERE * SERIALS + 1]),
            village=np.array([7]),
            scores=np.array([facts["weak_in"]]),
        ),
    )


def _score(pool: Pool, principle: str) -> float:
    five = principle_scores(pool, np.array([0]), np.array([0]))
    return float(five[0, PRINCIPLES.index(principle)])


@pytest.mark.parametrize(
    ("mentor", "mentee", "share"),
    [
        ((PARTY,), (PARTY,), 1),
        ((PARTY, LAW), (PARTY,), 1),
        ((PARTY,), (PARTY, INDUSTRY), 0.5),
        ((LAW,), (PARTY,), 0),
        ((), (PARTY,), 0.5),
        ((PARTY,), (), 0.5),
    ],
)
def test_same_field_is_the_share_of_the_mentees_fields(
    mentor: tuple[Specialty, ...], mentee: tuple[Specialty, ...], share: float
) -> None:
    masks = np.array([specialty_mask(mentor)]), np.array([specialty_mask(mentee)])

    assert same_field(*masks)[0] == share


@pytest.mark.parametrize(
    ("unit", "village", "near"),
    [
        (HERE, 7, 1.0),
        (HERE, 8, 0.8),
        (HERE, 0, 0.8),
        (640402105, 9, 0.5),
        (640402000, 0, 0.5),
        (640422100, 0, 0.2),
        (640400000, 0, 0.2),
        (640104001, 0, 0.0),
    ],
)
def test_nearness_goes_by_the_codes(unit: int, village: int, near: float) -> None:
    assert _score(_pool(unit=unit, village=village), "帮带便捷") == near


@pytest.mark.parametrize(
    ("scores", "weak_in", "strength"),
    [
        ([5, 5, 1, 1, 1, 1], [1, 1, 5, 5, 5, 5], 1),
        ([5, 2, 1, 1, 1, 1], [1, 1, 5, 5, 5, 5], 0.5),
        ([1, 2, 5, 5, 5, 5], [1, 1, 5, 5, 5, 5], 0),
        ([3, 5, 5, 5, 5, 5], [2, 3, 4, 4, 4, 4], 1 / 3),
        ([5, 5, 5, 5, 5, 5], [3, 3, 3, 3, 3, 3], 0.5),
        ([5, 5, 5, 5, 5, 5], [0, 0, 0, 0, 0, 0], 0.5),
        ([0, 0, 0, 0, 0, 0], [1, 3, 3, 3, 3, 3], 0),
    ],
)
def test_strength_looks_at_weak_aspects_only(
    scores: list[int], weak_in: list[int], strength: float
) -> None:
    assert _score(_pool(scores=scores, weak_in=weak_in), "以强带弱") == pytest.approx(strength)


def test_the_organisation_prefers_who_has_places_free() -> None:
    shares = [_score(_pool(load=load), "组织统筹") for load in (0, 1, 3, 5)]

    assert shares == [1, pytest.approx(2 / 3), 0, 0]
    assert _score(_pool(limit=0), "组织统筹") == 0


@pytest.mark.parametrize(("wishes", "willing"), [((2, 2), 1), ((2, 1), 0.75), ((1, 0), 0.25)])
def test_both_agreeing_counts_more(wishes: tuple[int, int], willing: float) -> None:
    pool = _pool(load=3)
    link = some_known_pairs(pool, 1)
    pool = replace(
        pool, known_pairs=replace(link, wish=np.array([wishes]), assigned=np.array([True]))
    )

    assert _score(pool, "双向自愿") == willing
    assert _score(pool, "组织统筹") == 1  # assigned


def test_without_an_opinion_a_pair_counts_half() -> None:
    assert _score(_pool(), "双向自愿") == 0.5


@given(st.lists(st.integers(0, 100), min_size=5, max_size=5), st.integers(0, 10**6))
def test_totals_are_whole_numbers_within_the_scale(weights: list[int], seed: int) -> None:
    settings = Settings(pairing_weights=tuple(map(str, weights)))
    pool = a_pool(6, 5, seed=seed, settings=settings)
    pool = replace(pool, known_pairs=some_known_pairs(pool, 10, seed))
    mentor, mentee = np.tile(np.arange(6), 5), np.repeat(np.arange(5), 6)

    five = principle_scores(pool, mentor, mentee)
    total = total_scores(five, Scale.of(settings))

    assert five.min() >= 0
    assert five.max() <= 1
    assert total.min() >= 0
    assert total.max() <= SCALE
    assert len(pool.known_pairs) == 10


def test_a_pair_scores_the_same_alone_and_among_others() -> None:
    pool = a_pool(40, 30, places="640402")
    pool = replace(pool, known_pairs=some_known_pairs(pool, 50))
    mentor, mentee = np.tile(np.arange(40), 30), np.repeat(np.arange(30), 40)

    together = principle_scores(pool, mentor, mentee)
    alone = [
        principle_scores(pool, mentor[at : at + 1], mentee[at : at + 1])[0]
        for at in range(0, 1200, 37)
    ]

    assert np.array_equal(together[::37], alone)


def test_nothing_is_known_of_no_pairs() -> None:
    assert len(KnownPairs.none()) == 0
    assert a_pool(2, 2).known_pair_of(np.array([0, 1]), np.array([0, 1])).tolist() == [-1, -1]
