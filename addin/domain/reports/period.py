"""Reporting periods: a quarter, a half-year or a year, and the one before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from addin.domain.months import add_months
from validators.errors import UsageError

_WORDS = {
    3: ("第一季度", "第二季度", "第三季度", "第四季度"),
    6: ("上半年", "下半年"),
    12: ("全年",),
}
_REPORTS = {3: "季报", 6: "半年报", 12: "年报"}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of `months` months, from the first day of one."""

    first: date
    months: int

    @property
    def last(self) -> date:
        """Return the last day."""
        return add_months(self.first, self.months) - timedelta(days=1)

    @property
    def before(self) -> Period:
        """Return the period of the same length before this one."""
        return Period(add_months(self.first, -self.months), self.months)

    @property
    def word(self) -> str:
        """Return 第三季度, 上半年 or 全年."""
        return _WORDS[self.months][(self.first.month - 1) // self.months]

    @property
    def report(self) -> str:
        """Return 季报, 半年报 or 年报."""
        return _REPORTS[self.months]

    @property
    def code(self) -> str:
        """Return the period as a user names it: 2026Q3, 2026H1 or 2026."""
        number = (self.first.month - 1) // self.months + 1
        return f"{self.first.year}{ {3: f'Q{number}', 6: f'H{number}', 12: ''}[self.months] }"

    def __str__(self) -> str:
        return f"{self.first.year}年{'度' if self.months == 12 else self.word}"


def parse_period(text: str) -> Period:
    """Return the period a user named: 2026Q3, 2026H1 or 2026.

    Raises:
        UsageError: It is none.
    """
    match = re.fullmatch(r"(20\d\d)(?:Q([1-4])|H([12]))?", text.strip().upper())
    if match is None:
        raise UsageError(f"“{text}”不是季度、半年或年度", "请写成 2026Q3、2026H1 或 2026")
    year, quarter, half = match.groups()
    months = 3 if quarter else 6 if half else 12
    return Period(date(int(year), (int(quarter or half or 1) - 1) * months + 1, 1), months)


def period_over_by(day: date) -> Period:
    """Return the latest quarter that is over by `day`: what a clerk who reports means."""
    quarter = Period(date(day.year, day.month - (day.month - 1) % 3, 1), 3)
    return quarter if day >= quarter.last else quarter.before
