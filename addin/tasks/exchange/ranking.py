"""The ranking of townships (比学赶帮): rates of results, so that volume does not pay.

Seven measures, each `done` of `of` (`MEASURES`); `settings.ranking_weights` says what each is
worth. A township's rate is damped towards the mean of all townships,

    rate = (done + m · p) / (of + m),   p = Σ done / Σ of over all,   m = settings.ranking_prior

so that one success out of one does not outrank nineteen out of twenty, and a township that has
nothing to be measured by stands at the mean. This is the m-estimate (B. Cestnik, Estimating
probabilities: a crucial task in machine learning, ECAI 1990), Laplace's rule of succession with
the mean as prior. A measure nobody can be measured by earns nobody points. Points are rounded to
a tenth and add up to the score shown; equal scores share a rank, and the next one is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from addin.tasks.shares import Share, exact, points, total
from validators.divisions import unit_name
from validators.settings import Settings

__all__ = ["MEASURES", "Counts", "Measured", "Standing", "rank"]

MEASURES = ("结对", "按月联系", "职责完成", "成长提升", "期满合格", "培养转化", "组织销号")

Counts = Sequence[Share]
"""One township's shares in the order of `MEASURES`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of one township.

    Attributes:
        name: One of `MEASURES`.
        weight: What it is worth.
        share: The township's own numbers.
        everyone: The numbers of all townships together: their mean damps.
        prior: How many cases at the mean are added.
        points: Points earned, to one tenth.
    """

    name: str
    weight: Fraction
    share: Share
    everyone: Share
    prior: int
    points: float

    @property
    def fact(self) -> str:
        """Return the numbers behind the points."""
        return f"{self.name} {self.share.done}/{self.share.of} 得 {self.points:g} 分"


@dataclass(frozen=True, slots=True)
class Standing:
    """One township's place: its rank, its score and the measures that add up to it."""

    unit: str
    rank: int
    score: float
    measured: tuple[Measured, ...]

    @property
    def county(self) -> str:
        """Return the county's name."""
        return unit_name(self.unit)[0]

    @property
    def township(self) -> str:
        """Return the township's name, "" for a county's own unit."""
        return unit_name(self.unit)[1]


def rank(counts: Mapping[str, Counts], settings: Settings) -> tuple[Standing, ...]:
    """Rank units by their shares, the best first; units of equal score in code order.

    Args:
        counts: By 9-digit unit code; units with nothing to be measured by are left out.
        settings: For the weights and the damping.
    """
    seen = {unit: shares for unit, shares in counts.items() if any(one.of for one in shares)}
    everyone = [
        Share(sum(one.done for one in column), sum(one.of for one in column))
        for column in zip(*seen.values(), strict=True)
    ]
    measured = {
        unit: tuple(_measure(at, share, everyone[at], settings) for at, share in enumerate(shares))
        for unit, shares in seen.items()
    }
    scores = {unit: total(one.points for one in parts) for unit, parts in measured.items()}
    return tuple(
        Standing(unit, 1 + sum(other > score for other in scores.values()), score, measured[unit])
        for unit, score in sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    )


def _measure(at: int, share: Share, everyone: Share, settings: Settings) -> Measured:
    weight, prior = exact(settings.ranking_weights[at]), settings.ranking_prior
    earned = points(weight, _damped(share, everyone, prior))
    return Measured(MEASURES[at], weight, share, everyone, prior, earned)


def _damped(share: Share, everyone: Share, prior: int) -> Fraction | None:
    typical = everyone.rate
    if typical is None:
        return None
    if not share.of + prior:
        return typical
    return (share.done + prior * typical) / (share.of + prior)
