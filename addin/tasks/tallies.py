"""What help came to, as shares and the IDs behind them; `addin.tasks.results` says of what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from addin.tasks.mentors import Completion
from addin.tasks.shares import Share, exact, mean
from validators.settings import Settings

__all__ = ["Duties", "Months", "Raised", "Satisfaction", "Tally", "added"]


class Duties(NamedTuple):
    """Duties to be judged: done of all, and the IDs of those not done."""

    share: Share = Share()
    undone: tuple[str, ...] = ()


class Months(NamedTuple):
    """Months owed: those kept, those in order, and pairing and month of those not in order."""

    kept: Share = Share()
    in_order: Share = Share()
    missed: tuple[tuple[str, date], ...] = ()


class Raised(NamedTuple):
    """One mentee's aspects raised of those to raise, and steps of 培养转化."""

    mentee_id: str
    aspects: Share
    steps: int = 0

    @property
    def share(self) -> Share:
        """Return both together."""
        return Share(self.aspects.done + self.steps, self.aspects.of + self.steps)


class Satisfaction(NamedTuple):
    """The satisfaction one assessment says, 1 to 5; `row` is its row in the assessments' table."""

    day: date
    row: int
    mentee_id: str
    score: int


@dataclass(frozen=True, slots=True)
class Tally:
    """What the help of some pairings came to.

    Attributes:
        duties: Of the mentor's side (责任方 导师).
        months: Of all pairings together.
        raised: By mentee, in ID order; mentees with nothing to raise are left out.
        finals: End-of-period assessments, by day and pairing.
        satisfaction: By day and mentee.
    """

    duties: Duties = field(default_factory=Duties)
    months: Months = field(default_factory=Months)
    raised: tuple[Raised, ...] = ()
    finals: tuple[Completion, ...] = ()
    satisfaction: tuple[Satisfaction, ...] = ()

    @property
    def growth(self) -> Share:
        """Return aspects raised and steps, of all to raise."""
        return added(one.share for one in self.raised)

    def final_rate(self, settings: Settings) -> Fraction | None:
        """Return the mean score at the end of the period ÷ the score of 优秀, at most 1."""
        scores = mean(exact(one.score) for one in self.finals)
        if scores is None:
            return None
        return min(Fraction(1), scores / max(1, settings.excellent_score))

    def result_rate(self, settings: Settings) -> Fraction | None:
        """Return the mean of growth and end-of-period scores, of those that are there."""
        return mean((self.growth.rate, self.final_rate(settings)))

    @property
    def mean_satisfaction(self) -> Fraction | None:
        """Return the mean satisfaction, 1 to 5."""
        given = [one.score for one in self.satisfaction]
        return Fraction(sum(given), len(given)) if given else None


def added(shares: Iterable[Share]) -> Share:
    """Return shares together."""
    done = of = 0
    for one in shares:
        done, of = done + one.done, of + one.of
    return Share(done, of)
