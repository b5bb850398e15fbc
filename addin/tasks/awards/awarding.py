"""Judge every mentor who helped in a year: `awards(ledger, settings, as_of)`.

The year's results up to its last day or the as-of date are judged; what became known later (a
duty done late, an end-of-period assessment of a pairing that ended, 负面情形) counts up to the
as-of date. A pairing counts in every year its period touches; those broken off (终止) do not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from addin.tasks.awards.conditions import Condition, conditions
from addin.tasks.awards.scoring import Score, score
from addin.tasks.awards.shortlist import Place, merit, places, quota
from addin.tasks.mentors import Help, Mentor, misconduct_by_person
from addin.tasks.results import Results
from addin.tasks.sources import Sources
from addin.tasks.tallies import Tally
from validators.divisions import by_code
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import MentorStatus, PairingStatus, Shortlisted

__all__ = ["Award", "Publicised", "awards", "public_list"]


@dataclass(frozen=True, slots=True)
class Award:
    """One mentor's year.

    Attributes:
        number: From 1, in the order of the sheet.
        mentor: As typed in the pool.
        helps: The pairings judged, wherever they stand.
        tally: What they came to.
        score: The scored items.
        conditions: The hard conditions.
        place: Among the county's mentors who meet every condition; None for the others.
    """

    number: int
    mentor: Mentor
    helps: tuple[Help, ...]
    tally: Tally
    score: Score
    conditions: tuple[Condition, ...]
    place: Place | None

    @property
    def qualified(self) -> bool:
        """Return whether every condition is met."""
        return all(one.met for one in self.conditions)

    @property
    def shortlisted(self) -> bool:
        """Return whether the mentor is within the county's quota."""
        return self.place is not None and self.place.taken

    @property
    def merit(self) -> tuple[float, ...]:
        """Return what the county orders its mentors by, the better the greater."""
        return merit(self.score, len({one.mentee_id for one in self.helps}))

    @property
    def county(self) -> str:
        """Return the county's name, the city's for its own mentors."""
        division = by_code().get(self.mentor.county) or by_code().get(self.mentor.county[:4])
        return division.name if division else ""

    def as_row(self) -> dict[str, Any]:
        """Return the cells of the mentor's row in 金牌导师 by field."""
        texts = [str(one) for one in self.conditions]
        return {
            "number": self.number,
            "mentor_id": self.mentor.mentor_id,
            "mentor_name": self.mentor.name,
            "employer": self.mentor.employer,
            "duty_score": self.score.points("履职"),
            "record_score": self.score.points("档案日志"),
            "result_score": self.score.points("成效"),
            "satisfaction_score": self.score.points("满意度"),
            "total": self.score.total,
            "basis": self.score.basis,
            "conditions": "；".join([*texts, str(self.place)] if self.place else texts),
            "shortlisted": Shortlisted.YES if self.shortlisted else Shortlisted.NO,
        }


class Publicised(NamedTuple):
    """One line of the 公示 list; the caller masks numbers typed into the texts."""

    number: int
    county: str
    name: str
    employer: str
    post: str
    total: float


def awards(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    year: int | None = None,
    *,
    sources: Sources | None = None,
) -> tuple[Award, ...]:
    """Return the mentors of the pool who helped in a year, county by county, the best first.

    Args:
        ledger: One township's or merged; only merged do pairings elsewhere and the county's quota
            come out right.
        settings: The superior's where there is one.
        as_of: The day everything is judged by.
        year: The year judged; that of `as_of` if None.
        sources: Of the same ledger, settings and day where others have looked there, too.
    """
    year = year or as_of.year
    first, last = date(year, 1, 1), min(date(year, 12, 31), as_of)
    found = sources or Sources.of(ledger, settings, as_of)
    results = Results(found, first, last)
    misconduct = misconduct_by_person(ledger, first, as_of)
    judged: list[Award] = []
    for mentor in found.mentors.values():
        own = _in_span(found.helps.get(mentor.mentor_id, ()), first, last)
        if own:
            tally = results.tally(own)
            earned = score(tally, settings)
            met = conditions(mentor, own, earned, results, misconduct)
            judged.append(Award(0, mentor, own, tally, earned, met, None))
    return _placed(judged, _quotas(found.mentors.values(), settings))


def public_list(judged: Iterable[Award]) -> tuple[Publicised, ...]:
    """Return the shortlisted for 公示: names and scores, never phones, codes or free text."""
    taken = [one for one in judged if one.shortlisted]
    return tuple(
        Publicised(
            number,
            one.county,
            one.mentor.name,
            one.mentor.employer,
            one.mentor.post,
            one.score.total,
        )
        for number, one in enumerate(taken, 1)
    )


def _in_span(helps: Iterable[Help], first: date, last: date) -> tuple[Help, ...]:
    return tuple(
        one for one in helps if one.overlaps(first, last) and one.status is not PairingStatus.ENDED
    )


def _quotas(pool: Collection[Mentor], settings: Settings) -> dict[str, int]:
    sizes = Counter({one.county: 0 for one in pool})
    sizes.update(one.county for one in pool if one.status is MentorStatus.ACTIVE)
    return {county: quota(size, settings) for county, size in sizes.items()}


def _placed(judged: Sequence[Award], quotas: dict[str, int]) -> tuple[Award, ...]:
    """Return the awards in the order of the sheet with their numbers and places."""
    candidates = {
        one.mentor.mentor_id: (one.mentor.county, one.merit) for one in judged if one.qualified
    }
    won = places(candidates, quotas)
    return tuple(
        Award(
            number, one.mentor, one.helps, one.tally, one.score, one.conditions,
            won.get(one.mentor.mentor_id),
        )
        for number, one in enumerate(sorted(judged, key=_order), 1)
    )  # fmt: skip


def _order(one: Award) -> tuple[Any, ...]:
    worse = tuple(-points for points in one.merit)
    return one.mentor.county, not one.qualified, worse, one.mentor.mentor_id
