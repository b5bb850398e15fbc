"""Who is shortlisted: at most a share of each county's mentors, and what happens to ties.

The quota is `settings.gold_quota` percent of the county's mentors 在库, rounded down, at least 1.
Those who meet every condition stand in the order of 总分, then 成效, 履职, 满意度: results first; then
who reached the same with more mentees. Where the quota ends among mentors equal in all of these,
none of them is taken by chance: they are left out together and the county decides (集体研究).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import floor
from typing import NamedTuple

from addin.tasks.awards.scoring import Score
from addin.tasks.shares import exact
from validators.settings import Settings

__all__ = ["Place", "merit", "places", "quota"]


class Place(NamedTuple):
    """One mentor's place among the county's who meet every condition.

    Attributes:
        rank: 1 is best; equals share a rank and the next one is left out.
        quota: How many the county may take.
        equals: How many have this rank.
        taken: Whether the mentor is shortlisted.
    """

    rank: int
    quota: int
    equals: int
    taken: bool

    def __str__(self) -> str:
        place = f"县内符合条件的第 {self.rank} 名，名额 {self.quota} 名"
        if self.taken or self.rank > self.quota:
            return place
        left = self.quota - self.rank + 1
        return f"{place}；{self.equals} 人各项得分和对象数相同，剩余名额 {left} 名，请集体研究确定"


def quota(mentors: int, settings: Settings) -> int:
    """Return how many of a county's `mentors` may be shortlisted."""
    return max(1, floor(mentors * exact(settings.gold_quota) / Fraction(100)))


def merit(score: Score, mentees: int) -> tuple[float, ...]:
    """Return what mentors are ordered by, the better the greater."""
    return score.total, *(score.points(name) for name in ("成效", "履职", "满意度")), mentees


def places(
    candidates: Mapping[str, tuple[str, tuple[float, ...]]], quotas: Mapping[str, int]
) -> dict[str, Place]:
    """Return the place of every candidate.

    Args:
        candidates: (county, merit) by mentor ID; each meets every condition.
        quotas: How many each county may take.
    """
    by_county: dict[str, dict[str, tuple[float, ...]]] = {}
    for mentor, (county, worth) in candidates.items():
        by_county.setdefault(county, {})[mentor] = worth
    return {
        mentor: place
        for county, merits in by_county.items()
        for mentor, place in _county(merits, quotas[county])
    }


def _county(merits: Mapping[str, tuple[float, ...]], most: int) -> Iterable[tuple[str, Place]]:
    equals = Counter(merits.values())
    ranks, before = {}, 0
    for value in sorted(equals, reverse=True):
        ranks[value] = before + 1
        before += equals[value]
    for mentor, value in merits.items():
        rank, alike = ranks[value], equals[value]
        yield mentor, Place(rank, most, alike, rank + alike - 1 <= most)
