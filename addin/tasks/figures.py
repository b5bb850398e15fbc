"""Figures of units, and how they add up.

Every figure is a whole number, a set or a tally, so adding is exact, associative and commutative:
summaries can be streamed, cached and added up anywhere. Rates and means are taken at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from validators.sheets.aspects import ASPECT_FIELDS

__all__ = ["NO_SCORES", "Figures", "Summary", "merge"]

NO_SCORES = (0,) * len(ASPECT_FIELDS)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one unit's accepted rows count; `+` adds two.

    Attributes:
        mentors: Mentors 在库.
        individuals: Individual mentees who have not left (退出).
        organisations: Organisations that have not left.
        seeking_individuals: Individuals 待结对 or 帮带中.
        paired_individuals: Those of them with a running pairing.
        seeking_organisations: Organisations 待结对 or 帮带中.
        paired_organisations: Those of them with a running pairing.
        pairings: Running pairings.
        engaged: IDs of the mentors of running pairings, also of other units' mentors.
        entries: Log entries.
        contacts: Contacts by month (2026-05); a joint entry is one contact for each pairing.
        online: Contacts 线上.
        offline: Contacts 线下.
        rated: Per aspect, mentees with a baseline and an assessment.
        before: Per aspect, the sum of their baselines.
        after: Per aspect, the sum of their latest assessments.
        assessments: Assessments in the quarter of the as-of date, up to that date.
        completions: End-of-period assessments by 等次.
        conversions: Conversions by 新阶段.
        closable: Organisations not closed that meet the closing condition.
        closed: Organisations 已销号.
        findings: Findings by level.
        rows: Rows in = accepted + rejected + ignored.
        accepted: Rows without an error.
        rejected: Rows an error cites.
        ignored: Repeated headings, subtotals and notes.
    """

    mentors: int = 0
    individuals: int = 0
    organisations: int = 0
    seeking_individuals: int = 0
    paired_individuals: int = 0
    seeking_organisations: int = 0
    paired_organisations: int = 0
    pairings: int = 0
    engaged: frozenset[str] = frozenset()
    entries: int = 0
    contacts: Mapping[str, int] = field(default_factory=dict)
    online: int = 0
    offline: int = 0
    rated: tuple[int, ...] = NO_SCORES
    before: tuple[int, ...] = NO_SCORES
    after: tuple[int, ...] = NO_SCORES
    assessments: int = 0
    completions: Mapping[str, int] = field(default_factory=dict)
    conversions: Mapping[str, int] = field(default_factory=dict)
    closable: int = 0
    closed: int = 0
    findings: Mapping[str, int] = field(default_factory=dict)
    rows: int = 0
    accepted: int = 0
    rejected: int = 0
    ignored: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            *(_plus(getattr(self, one.name), getattr(other, one.name)) for one in fields(Figures))
        )

    @property
    def n_contacts(self) -> int:
        """Return the contacts of all months."""
        return sum(self.contacts.values())

    @property
    def seeking(self) -> int:
        """Return the mentees 待结对 or 帮带中."""
        return self.seeking_individuals + self.seeking_organisations

    @property
    def paired(self) -> int:
        """Return those of them with a running pairing."""
        return self.paired_individuals + self.paired_organisations

    @property
    def pairing_rate(self) -> float | None:
        """Return paired ÷ seeking, None where nobody seeks."""
        return self.paired / self.seeking if self.seeking else None

    @property
    def load(self) -> float | None:
        """Return running pairings per engaged mentor."""
        return self.pairings / len(self.engaged) if self.engaged else None

    def means(self) -> tuple[tuple[float | None, float | None], ...]:
        """Return (baseline mean, latest mean) of every aspect, None where nobody has both."""
        return tuple(
            (before / n, after / n) if n else (None, None)
            for n, before, after in zip(self.rated, self.before, self.after, strict=True)
        )


def _plus(one: Any, other: Any) -> Any:
    if isinstance(one, frozenset):
        return one | other
    if isinstance(one, tuple):
        return tuple(a + b for a, b in zip(one, other, strict=True))
    if isinstance(one, Mapping):
        together = Counter(one)
        together.update(other)
        return dict(sorted(together.items()))
    return one + other


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures by 9-digit unit code, in code order; "" holds files whose unit is unknown."""

    units: Mapping[str, Figures] = field(default_factory=dict)

    def county(self, code: str) -> Figures:
        """Return the figures of a county: its townships and its own unit (`code` 6 digits)."""
        return sum((f for unit, f in self.units.items() if unit[:6] == code), Figures())

    def total(self) -> Figures:
        """Return the figures of all units."""
        return sum(self.units.values(), Figures())


def merge(summaries: Iterable[Summary]) -> Summary:
    """Add summaries; in whatever order and grouping, the result is the same."""
    units: dict[str, Figures] = {}
    for summary in summaries:
        for code, figures in summary.units.items():
            units[code] = units[code] + figures if code in units else figures
    return Summary(dict(sorted(units.items())))
