"""The ranking adds up, rewards rates and damps small numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from addin.domain.ranking import MEASURES, rank
from addin.domain.results import Share
from validators.settings import Settings

A, B, C = "640402104", "640402105", "640422100"
NOTHING = [Share()] * len(MEASURES)

shares = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda two: Share(*sorted(two)))
counts = st.dictionaries(
    st.sampled_from([A, B, C, "640423100"]), st.lists(shares, min_size=7, max_size=7), min_size=1
)


def only(at: int, done: int, of: int) -> list[Share]:
    return [Share(done, of) if i == at else Share() for i in range(len(MEASURES))]


def order(ranked: object) -> list[str]:
    return [one.unit for one in ranked]  # type: ignore[attr-defined]


@given(counts)
def test_the_parts_shown_add_up_to_the_score_shown(given_counts: dict[str, list[Share]]) -> None:
    for one in rank(given_counts, Settings()):
        assert sum(round(10 * part.points) for part in one.measured) == round(10 * one.score)
        assert 0 <= one.score <= 100


@given(counts)
def test_every_part_can_be_recomputed_from_the_numbers_it_shows(
    given_counts: dict[str, list[Share]],
) -> None:
    settings = Settings()

    for one in rank(given_counts, settings):
        for part, weight in zip(one.measured, settings.ranking_weights, strict=True):
            everyone = [row[MEASURES.index(part.name)] for row in given_counts.values()]
            k, n = sum(s.done for s in everyone), sum(s.of for s in everyone)
            rate = (part.share.done + 10 * k / n) / (part.share.of + 10) if n else 0.0
            assert abs(part.points - float(weight) * rate) <= 0.05 + 1e-9


@given(counts, st.randoms())
def test_the_order_of_units_does_not_matter(given_counts: dict[str, list[Share]], dice) -> None:
    items = list(given_counts.items())
    dice.shuffle(items)

    assert rank(dict(items), Settings()) == rank(given_counts, Settings())


def test_a_small_success_does_not_outrank_a_large_one() -> None:
    ranked = rank({A: only(4, 1, 1), B: only(4, 19, 20), C: only(4, 5, 10)}, Settings())

    assert order(ranked) == [B, A, C]
    assert order(rank({A: only(4, 1, 1), B: only(4, 19, 20)}, Settings(ranking_prior=0))) == [A, B]


def test_who_has_no_case_stands_at_the_mean_and_who_has_no_number_at_all_is_left_out() -> None:
    full = [Share(10, 20)] * len(MEASURES)
    partly = [Share(), *full[1:]]

    ranked = rank({A: full, B: partly, C: NOTHING}, Settings())

    assert order(ranked) == [A, B]
    assert ranked[0].score == ranked[1].score == 50.0


def test_equal_scores_share_a_rank_and_the_next_is_left_out() -> None:
    ranked = rank({B: only(0, 9, 10), A: only(0, 9, 10), C: only(0, 1, 10)}, Settings())

    assert [(one.unit, one.rank) for one in ranked] == [(A, 1), (B, 1), (C, 3)]


def test_a_measure_nobody_has_earns_nobody_points() -> None:
    (one,) = rank({A: only(0, 3, 4)}, Settings())

    assert [part.points for part in one.measured] == [11.3, 0, 0, 0, 0, 0, 0]
    assert one.score == 11.3
    assert (one.county, one.township) == ("原州区", "开城镇")
    assert one.measured[0].fact == "结对 3/4 得 11.3 分"
