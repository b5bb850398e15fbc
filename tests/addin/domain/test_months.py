"""Which months count for a pairing, against counting the days one by one."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.months import Span, add_months, countable_days, full_months, owed_months

days = st.dates(date(2023, 11, 1), date(2028, 4, 30))
spans = st.tuples(days, days)


def days_of(span: Span) -> list[date]:
    return [span[0] + timedelta(days=n) for n in range((span[1] - span[0]).days + 1)]


@given(spans, st.lists(spans, max_size=4), st.integers(0, 31), days)
def test_a_month_counts_when_enough_of_its_days_do(
    period: Span, left_out: list[Span], least: int, as_of: date
) -> None:
    out = {day for span in left_out for day in days_of(span)}
    counted = Counter(day.replace(day=1) for day in days_of(period) if day not in out)
    expected = [
        month
        for month, n in sorted(counted.items())
        if n >= max(1, least) and month.replace(day=monthrange(month.year, month.month)[1]) < as_of
    ]

    assert list(owed_months(period, left_out, least, full_months(as_of, 1)[0])) == expected


@given(days, st.integers(-40, 40))
def test_months_are_added_on_the_calendar(day: date, months: int) -> None:
    moved = add_months(day, months)

    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == min(day.day, monthrange(moved.year, moved.month)[1])


@pytest.mark.parametrize(
    ("as_of", "latest"),
    [
        (date(2026, 6, 30), date(2026, 5, 1)),
        (date(2026, 7, 1), date(2026, 6, 1)),
        (date(2026, 6, 29), date(2026, 5, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2028, 2, 28), date(2028, 1, 1)),
        (date(2028, 2, 29), date(2028, 1, 1)),
        (date(2028, 3, 1), date(2028, 2, 1)),
        (date(2027, 2, 28), date(2027, 1, 1)),
    ],
)
def test_a_month_is_full_from_the_day_after_its_last(as_of: date, latest: date) -> None:
    assert full_months(as_of, 3) == (latest, add_months(latest, -1), add_months(latest, -2))


def test_overlapping_spans_leave_a_day_out_once() -> None:
    february = date(2028, 2, 1)
    festival = (date(2028, 1, 25), date(2028, 2, 8))
    pause = (date(2028, 2, 5), date(2028, 2, 10))

    found = countable_days(february, (date(2028, 1, 1), date(2028, 12, 31)), [festival, pause])

    assert found == 19
