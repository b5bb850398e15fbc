"""Shares and points that a reader can recompute: whole numbers in, exact fractions between.

Points are rounded once, half up to one tenth, and a total is the sum of the rounded points, so
that what is shown adds up to what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from math import floor
from typing import NamedTuple

__all__ = ["Share", "exact", "in_percent", "mean", "points", "total"]


class Share(NamedTuple):
    """`done` of `of`: 11 of 12 months."""

    done: int = 0
    of: int = 0

    def plus(self, other: Share) -> Share:
        """Return both together."""
        return Share(self.done + other.done, self.of + other.of)

    @property
    def rate(self) -> Fraction | None:
        """Return done ÷ of, None of nothing."""
        return Fraction(self.done, self.of) if self.of else None


@cache
def exact(number: float | str) -> Fraction:
    """Return a setting's number as written: 12.5 and "12.5" are 25/2."""
    return Fraction(str(number))


def mean(rates: Iterable[Fraction | None]) -> Fraction | None:
    """Return the mean of the rates that are there, None where none is."""
    known = [rate for rate in rates if rate is not None]
    if len(known) < 2:
        return known[0] if known else None
    return Fraction(sum(known), len(known))


def points(weight: Fraction, rate: Fraction | None) -> float:
    """Return weight × rate, half up to one tenth; what is not shown earns nothing."""
    if rate is None:
        return 0.0
    # whole numbers: reducing a fraction for every point shown takes its time
    tenths, parts = 10 * weight.numerator * rate.numerator, weight.denominator * rate.denominator
    return (2 * tenths + parts) // (2 * parts) / 10


def total(shown: Iterable[float]) -> float:
    """Return the sum of points as shown, to one tenth."""
    return sum(round(10 * one) for one in shown) / 10


def in_percent(rate: Fraction | None) -> str:
    """Return a rate as 91.7%, half up, a dash where there is none."""
    return "—" if rate is None else f"{floor(rate * 1000 + Fraction(1, 2)) / 10:g}%"
