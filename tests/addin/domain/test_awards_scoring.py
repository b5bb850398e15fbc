"""Points that are shown add up to the total that is shown, whatever they rest on."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.awards import score
from addin.domain.results import (
    Duties,
    Months,
    RaisedAspects,
    Satisfaction,
    Share,
    Tally,
    exact,
    in_percent,
    mean,
    points,
    total,
)
from tests.build import AS_OF
from validators.settings import Settings

shares = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda two: Share(*sorted(two)))
ratings = st.lists(st.integers(1, 5), max_size=8)
tallies = st.builds(
    lambda duties, months, raised, given: Tally(
        Duties(duties),
        Months(months, months),
        (RaisedAspects("G", raised),) if raised.of else (),
        (),
        tuple(Satisfaction(AS_OF, row, "G", one) for row, one in enumerate(given)),
    ),
    shares,
    shares,
    shares,
    ratings,
)


@given(tallies)
def test_the_items_shown_add_up_to_the_total_shown(tally: Tally) -> None:
    found = score(tally, Settings())

    shown = [Decimal(str(item.points)) for item in found.items]
    assert sum(shown) == Decimal(str(found.total))
    assert all(point == round(point, 1) for point in shown)
    assert 0 <= found.total <= 100


@given(tallies, st.integers(2, 9))
def test_more_of_the_same_rates_earns_the_same(tally: Tally, times: int) -> None:
    def more(share: Share) -> Share:
        return Share(share.done * times, share.of * times)

    grown = Tally(
        Duties(more(tally.duties.share)),
        Months(more(tally.months.kept), more(tally.months.in_order)),
        tuple(RaisedAspects(one.mentee_id, more(one.aspects)) for one in tally.raised),
        (),
        tally.satisfaction * times,
    )

    before, after = score(tally, Settings()), score(grown, Settings())
    assert [item.points for item in before.items] == [item.points for item in after.items]


def test_nothing_to_show_earns_nothing_and_says_so() -> None:
    found = score(Tally(), Settings())

    assert found.total == 0
    assert found.log_rate is None
    assert found.basis == (
        "履职 0 分：没有到期或已完成的导师职责；档案日志 0 分：无应联系的月份；"
        "成效 0 分：没有应提升且已评价的方面，尚未期满考核；满意度 0 分：无满意度评价"
    )


@given(st.fractions(0, 100, max_denominator=500), st.fractions(0, 1, max_denominator=500))
def test_points_are_rounded_half_up_to_a_tenth(weight: Fraction, rate: Fraction) -> None:
    tenths = round(points(weight, rate) * 10)

    assert -Fraction(1, 2) < tenths - 10 * weight * rate <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("rate", "shown"),
    [(Fraction(11, 12), "91.7%"), (Fraction(1), "100%"), (Fraction(1, 2000), "0.1%"), (None, "—")],
)
def test_rates_are_shown_in_percent(rate: Fraction | None, shown: str) -> None:
    assert in_percent(rate) == shown


def test_numbers_are_taken_as_written() -> None:
    assert exact(12.5) == exact("12.5") == Fraction(25, 2)
    assert exact(0.1) == Fraction(1, 10)
    assert mean([Fraction(1), None, Fraction(1, 2)]) == Fraction(3, 4)
    assert mean([None]) is None
    assert total([0.1, 0.2, 0.3]) == 0.6
