"""Calendar months, and which of them a pairing owes contacts.

A month is named by its first day. It counts for a pairing if at least `settings.counted_days` of
its days do: days of the period, its first and last day included, that are not in the grace after
结对日期, not paused (暂停起止) and not exempt (免计时段).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

Span = tuple[date, date]
"""First and last day, both included."""

_IN_EVERY_MONTH = 28


def month_of(day: date) -> date:
    """Return the first day of the month of `day`."""
    return day.replace(day=1)


def add_months(day: date, months: int) -> date:
    """Return `day` moved by calendar months; the 31st becomes the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = day.day if day.day <= _IN_EVERY_MONTH else monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def full_months(as_of: date, count: int) -> tuple[date, ...]:
    """Return the last `count` full calendar months, the latest first.

    A month is full from the day after its last one: until then it may still be met.
    """
    latest = add_months(month_of(as_of), -1)
    return tuple(add_months(latest, -back) for back in range(count))


def countable_days(month: date, period: Span, left_out: Iterable[Span] = ()) -> int:
    """Return how many days of `month` lie in `period` and in none of the spans `left_out`."""
    following = next_month(month)
    days = _bits(month, following, period)
    for span in left_out:
        if span[0] < following and span[1] >= month:
            days &= ~_bits(month, following, span)
    return days.bit_count()


def owed_months(
    period: Span, left_out: Iterable[Span], least_days: int, latest: date
) -> tuple[date, ...]:
    """Return the months up to `latest` that count for a pairing, the earliest first.

    Args:
        period: First and last day of the pairing.
        left_out: Grace, pauses and exempt periods; they may overlap.
        least_days: Days a month needs to count, at least 1.
        latest: The last full month; later ones are not owed yet.
    """
    spans, last = tuple(left_out), min(latest, period[1])
    month, owed = month_of(period[0]), []
    while month <= last:
        if countable_days(month, period, spans) >= max(1, least_days):
            owed.append(month)
        month = next_month(month)
    return tuple(owed)


def next_month(month: date) -> date:
    """Return the first day of the month after the one `month` is the first day of."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _bits(month: date, following: date, span: Span) -> int:
    """Return the days of `month` in `span`, one bit each, so that overlaps count once."""
    first = max(0, (span[0] - month).days)
    end = min((following - month).days, (span[1] - month).days + 1)
    return (1 << end) - (1 << first) if first < end else 0
