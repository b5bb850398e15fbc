"""One mentee's growth file: what it holds and how its row of 成长档案 reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from addin.tasks.assessed import Assessed, Scores, trend
from addin.tasks.duties import DutyState
from addin.tasks.leaders import StageHistory
from addin.tasks.organisations import ClosingState, OrganisationState
from validators.sheets import IndividualRow, OrganisationRow
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import (
    Aspect,
    Conclusion,
    DutyProgress,
    GrowthTrend,
    PairingStatus,
    Rating,
    Stage,
)

__all__ = ["Completed", "Growth", "Helper", "Mentee"]

Mentee = IndividualRow | OrganisationRow


class Helper(NamedTuple):
    """One accepted pairing of a mentee; `row` is its row in the pairings' table.

    `name` is the mentor's, its ID where the ledger does not hold the mentor.
    """

    pairing_id: str
    row: int
    mentor_id: str
    name: str
    paired_on: date | None
    until: date | None
    status: PairingStatus | None

    @property
    def running(self) -> bool:
        """Return whether the pairing is in force."""
        return self.status is PairingStatus.RUNNING


class Completed(NamedTuple):
    """One accepted 期满考核; `row` is its row in the completions' table."""

    day: date
    row: int
    pairing_id: str
    score: float | None
    rating: Rating | None
    conclusion: Conclusion | None


@dataclass(frozen=True, slots=True)
class Growth:
    """One mentee's file.

    Attributes:
        mentee: Its row, unvalidated.
        row: That row in the table of individuals or organisations.
        weak: Aspects of the baseline at or below `settings.weak_at_most`.
        baseline: Six scores of the survey.
        assessments: By day.
        helpers: Its pairings in sheet order.
        contacts: Contacts of all its pairings.
        last_contact: Day of the last one.
        duties: Duties of all its pairings in sheet order.
        history: Stages of an individual.
        closing: State of an organisation.
        completions: By day.
    """

    mentee_id: str
    mentee: Mentee
    row: int
    weak: tuple[Aspect, ...]
    baseline: Scores
    assessments: tuple[Assessed, ...]
    helpers: tuple[Helper, ...]
    contacts: int
    last_contact: date | None
    duties: tuple[DutyState, ...]
    history: StageHistory | None
    closing: OrganisationState | None
    completions: tuple[Completed, ...]

    @property
    def latest(self) -> Scores:
        """Return the scores of the last assessment, None each where there is none."""
        return self.assessments[-1].scores if self.assessments else (None,) * len(ASPECT_FIELDS)

    @property
    def change(self) -> Scores:
        """Return latest minus baseline per aspect, None where one is missing."""
        return tuple(
            now - before if now and before else None
            for before, now in zip(self.baseline, self.latest, strict=True)
        )

    @property
    def trend(self) -> GrowthTrend:
        """Return 成长趋势; see `addin.tasks.assessed.trend`."""
        return trend(self.baseline, self.assessments)

    @property
    def duties_done(self) -> int:
        """Return how many duties are 已完成."""
        return sum(duty.progress is DutyProgress.DONE for duty in self.duties)

    @property
    def stage(self) -> Stage | None:
        """Return the stage between the two leaders, None for an organisation."""
        return self.history.stage if self.history else None

    @property
    def results(self) -> str:
        """Return 帮带成效: what conversion, assessment and inspection say, "" where nothing does."""
        return "；".join(_results(self))

    def as_row(self) -> dict[str, Any]:
        """Return its row of 成长档案, field → value."""
        return {
            "mentee_id": self.mentee_id,
            "mentee_name": self.mentee.name,
            "category": self.mentee.category,
            "post": getattr(self.mentee, "post", None),
            "mentors": "、".join(dict.fromkeys(one.name for one in self.helpers if one.running))
            or None,
            "weak_aspects": "、".join(self.weak) or None,
            **_by_aspect("base", self.baseline),
            **_by_aspect("now", self.latest),
            **_by_aspect("change", self.change),
            "contacts": self.contacts,
            "last_contact": self.last_contact,
            "duties_done": f"{self.duties_done}/{len(self.duties)}" if self.duties else None,
            "stage": self.stage,
            "results": self.results or None,
            "trend": self.trend,
        }


def _by_aspect(suffix: str, scores: Scores) -> dict[str, int | None]:
    return {f"{name}_{suffix}": s for name, s in zip(ASPECT_FIELDS, scores, strict=True)}


def _results(one: Growth) -> Iterator[str]:
    step = one.history.result if one.history else None
    if step and step.people_led is not None:
        yield f"带动 {step.people_led} 人"
    if step and step.income_gain is not None:
        yield f"人均增收 {step.income_gain:g} 元"
    if one.completions:
        last = max(one.completions, key=lambda c: (c.day, c.row))
        score = f" {last.score:g} 分" if last.score is not None else ""
        rating = f"（{last.rating}）" if last.rating else ""
        yield f"期满考核{score}{rating}" + (f"，{last.conclusion}" if last.conclusion else "")
    if one.closing and one.closing.closing is ClosingState.CLOSED and one.closing.closed_on:
        yield f"{one.closing.closed_on} 批准销号"
    elif one.closing and one.closing.closing is ClosingState.READY:
        yield one.closing.closing.value
