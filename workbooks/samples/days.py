"""Days and months of the sample year: working days, Spring Festival, quarters."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

__all__ = ["add_months", "full_months", "month_end", "months_between", "weight", "workday"]

_NEW_YEAR = {
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10),
    2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3),
    2031: (1, 23), 2032: (2, 11), 2033: (1, 31), 2034: (2, 19), 2035: (2, 8),
}  # fmt: skip
"""First day of the lunar year."""

_WEEKDAY_WEIGHTS = (1.0, 1.1, 1.15, 1.05, 0.95, 0.14, 0.08)


def add_months(day: date, months: int) -> date:
    """Return `day` moved by calendar months, clipped to the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def full_months(as_of: date, count: int) -> list[tuple[date, date]]:
    """Return first and last day of the last `count` full months, the latest first.

    A month whose last day is `as_of` is full.
    """
    latest = as_of if as_of == month_end(as_of) else add_months(as_of.replace(day=1), -1)
    firsts = [add_months(latest.replace(day=1), -back) for back in range(count)]
    return [(first, month_end(first)) for first in firsts]


def months_between(first: date, last: date) -> list[tuple[date, date]]:
    """Return the calendar months from `first` to `last`, clipped to the two days."""
    spans = []
    while first <= last:
        spans.append((first, min(month_end(first), last)))
        first = month_end(first) + timedelta(days=1)
    return spans


def weight(day: date) -> float:
    """Return how likely a contact falls on `day`: working days, hardly any around New Year."""
    share = _WEEKDAY_WEIGHTS[day.weekday()]
    month, number = _NEW_YEAR.get(day.year, (2, 8))
    festival = (day - date(day.year, month, number)).days
    if -4 <= festival <= 9:
        return share * 0.06
    return share * (0.6 if -12 <= festival <= 15 else 1.0)


def workday(day: date) -> date:
    """Return `day`, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))
