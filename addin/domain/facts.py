"""What judgements look up in a ledger, each read once however many ask."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from addin.domain.contacts import Contacts, MonthPlan
from addin.domain.duties import DutyState, progress
from addin.domain.months import month_of
from addin.domain.rows import Origin, placed, taken, unit_of
from validators.ledger import Ledger, SheetPart
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    MisconductRow,
    OrganisationRow,
    PairingRow,
    input_columns,
)
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import (
    Conclusion,
    Gender,
    GrowthTrend,
    MentorStatus,
    PairingStatus,
    Rating,
    Stage,
)

# SECTION Assessments of each mentee in order: 成长评价 read once for growth, flags and summaries.

Scores = tuple[int | None, ...]
"""Six scores in the order of `Aspect`, None where there is none."""


class Assessment(NamedTuple):
    """One accepted assessment; `row` is its row in the assessments' table."""

    day: date
    row: int
    assessment_id: str | None
    scores: Scores
    satisfaction: int | None


def assessments(ledger: Ledger, as_of: date) -> dict[str, tuple[Assessment, ...]]:
    """Return each mentee's accepted assessments up to `as_of` by day, then in sheet order."""
    table = ledger.table(AssessmentRow)
    names = ("mentee_id", "assessed_on", "assessment_id", "satisfaction", *ASPECT_FIELDS)
    found: dict[str, list[Assessment]] = {}
    rows = zip(table.accepted(), table.columns(*names), strict=True)
    for row, (accepted, (mentee, day, code, satisfaction, *scores)) in enumerate(rows):
        if accepted and mentee and day and day <= as_of:
            made = Assessment(day, row, code, tuple(scores), satisfaction)
            found.setdefault(mentee, []).append(made)
    return {mentee: tuple(sorted(series)) for mentee, series in found.items()}


def trend(baseline: Scores, series: tuple[Assessment, ...]) -> GrowthTrend:
    """Return 成长趋势: the latest assessment against the one before it.

    The first assessment is held against the baseline. The totals over the aspects that both rate
    are compared; 待评价 where there are none.
    """
    rated = [baseline, *(one.scores for one in series)][-2:]
    if len(rated) < 2:
        return GrowthTrend.UNKNOWN
    changes = [now - before for before, now in zip(*rated, strict=True) if before and now]
    if not changes:
        return GrowthTrend.UNKNOWN
    total = sum(changes)
    if total:
        return GrowthTrend.RISING if total > 0 else GrowthTrend.FALLING
    return GrowthTrend.STEADY


# SECTION What accepted rows say of each mentor: who they are, whom they helped, how that ended.
#:
#: A mentor is one mentor wherever the pairings stand: in a merged ledger those in other townships'
#: ledgers count with the others.


class Mentor(NamedTuple):
    """A mentor of the pool, as typed."""

    mentor_id: str
    name: str
    gender: Gender
    born: date
    employer: str
    post: str
    capacity: int | None
    appointed_until: date | None
    status: MentorStatus
    status_since: date | None

    @property
    def unit(self) -> str:
        """Return the 9-digit code of the unit whose mentor this is."""
        return unit_of(self.mentor_id)

    @property
    def county(self) -> str:
        """Return the 6-digit code of the county, of the city for the city's own mentors."""
        return self.unit[:6]


class Help(NamedTuple):
    """One pairing as its mentor's; `pairing_id` is "" where the clerk left it blank."""

    pairing_id: str
    mentor_id: str
    mentee_id: str
    paired_on: date
    until: date
    status: PairingStatus
    end_reason: str

    @property
    def runs(self) -> bool:
        """Return whether the pairing is in force."""
        return self.status is PairingStatus.RUNNING

    def overlaps(self, first: date, last: date) -> bool:
        """Return whether the period has a day from `first` to `last`."""
        return self.paired_on <= last and self.until >= first


class Completion(NamedTuple):
    """An end-of-period assessment."""

    pairing_id: str
    day: date
    score: float
    rating: Rating
    conclusion: Conclusion


@dataclass(frozen=True, slots=True)
class Misconduct:
    """A recorded fact about a mentor or a mentee."""

    participant_id: str
    day: date
    fact: str
    confirmed_by: str
    origin: Origin

    def __str__(self) -> str:
        return f"{self.day} {self.fact}（{self.confirmed_by}认定）"


def mentors(ledger: Ledger) -> dict[str, Mentor]:
    """Return the mentors of the pool by ID, in ID order; without an ID nobody helps anyone."""
    found = {
        row[0]: Mentor(*row) for _, row in placed(ledger, MentorRow, *Mentor._fields) if row[0]
    }
    return dict(sorted(found.items()))


def helps_by_mentor(ledger: Ledger, as_of: date) -> dict[str, tuple[Help, ...]]:
    """Return each mentor's pairings that began by `as_of`, in the order of their days and IDs."""
    found: dict[str, list[Help]] = defaultdict(list)
    for _, (code, mentor, mentee, start, until, status, reason) in placed(
        ledger, PairingRow, *Help._fields
    ):
        if start <= as_of:
            found[mentor].append(
                Help(code or "", mentor, mentee, start, until, status, reason or "")
            )
    return {mentor: tuple(sorted(helps, key=_by_day)) for mentor, helps in found.items()}


def completions(ledger: Ledger, as_of: date) -> dict[str, Completion]:
    """Return the last end-of-period assessment of each pairing; the worse of one day."""
    found: dict[str, Completion] = {}
    for _, row in placed(ledger, CompletionRow, "pairing_id", "assessed_on", "score", "rating",
                         "conclusion"):  # fmt: skip
        one = Completion(*row)
        known = found.get(one.pairing_id)
        if one.day <= as_of and (
            known is None or (one.day, -one.score) > (known.day, -known.score)
        ):
            found[one.pairing_id] = one
    return found


def misconduct_by_person(
    ledger: Ledger, first: date, last: date
) -> dict[str, tuple[Misconduct, ...]]:
    """Return the facts recorded from `first` to `last` by mentor or mentee ID, the oldest first."""
    found: dict[str, list[Misconduct]] = defaultdict(list)
    names = ("participant_id", "date", "fact", "confirmed_by")
    for origin, (person, day, fact, confirmed) in placed(ledger, MisconductRow, *names):
        if first <= day <= last:
            found[person].append(Misconduct(person, day, fact, confirmed, origin))
    return {
        person: tuple(sorted(facts, key=lambda one: (one.day, one.origin)))
        for person, facts in found.items()
    }


def _by_day(one: Help) -> tuple[date, str, str]:
    return one.paired_on, one.pairing_id, one.mentee_id


# SECTION What awards, pool and ranking look up in a ledger, each read once however many ask.


@dataclass(frozen=True)
class Sources:
    """Look-ups in one ledger as of one day.

    Attributes:
        contacts: Of the ledger.
        duty_states: Every duty's state where it is known already; counted if None.
    """

    contacts: Contacts
    duty_states: Iterable[DutyState] | None = None

    @classmethod
    def of(cls, ledger: Ledger, settings: Settings, as_of: date) -> Sources:
        """Return the look-ups of a ledger."""
        return cls(Contacts(ledger, settings, as_of))

    @property
    def ledger(self) -> Ledger:
        """Return the ledger."""
        return self.contacts.ledger

    @property
    def settings(self) -> Settings:
        """Return the settings everything is judged by."""
        return self.contacts.settings

    @property
    def as_of(self) -> date:
        """Return the day everything is judged by."""
        return self.contacts.as_of

    @cached_property
    def mentors(self) -> dict[str, Mentor]:
        """Return the pool by ID, in ID order."""
        return mentors(self.ledger)

    @cached_property
    def helps(self) -> dict[str, tuple[Help, ...]]:
        """Return each mentor's pairings so far."""
        return helps_by_mentor(self.ledger, self.as_of)

    @cached_property
    def completions(self) -> dict[str, Completion]:
        """Return the last end-of-period assessment of each pairing."""
        return completions(self.ledger, self.as_of)

    @cached_property
    def assessments(self) -> dict[str, tuple[Assessment, ...]]:
        """Return each mentee's assessments in order."""
        return assessments(self.ledger, self.as_of)

    @cached_property
    def baselines(self) -> dict[str, Scores]:
        """Return each mentee's scores before it was helped."""
        return {
            mentee: tuple(scores)
            for model in (IndividualRow, OrganisationRow)
            for mentee, *scores in taken(self.ledger, model, "mentee_id", *ASPECT_FIELDS)
            if mentee
        }

    @cached_property
    def steps(self) -> dict[str, list[date]]:
        """Return the days of each mentee's steps of 培养转化; back to 未纳入 is none."""
        found: dict[str, list[date]] = defaultdict(list)
        rows = taken(self.ledger, ConversionRow, "mentee_id", "date", "to_stage")
        for mentee, day, stage in rows:
            if stage is not Stage.NONE and day <= self.as_of:
                found[mentee].append(day)
        return found

    @cached_property
    def duties(self) -> dict[str, list[DutyState]]:
        """Return each pairing's duties."""
        states = progress(self.contacts) if self.duty_states is None else self.duty_states
        found: dict[str, list[DutyState]] = defaultdict(list)
        for duty in states:
            found[duty.pairing_id].append(duty)
        return found

    def months(self, pairing_id: str) -> tuple[tuple[MonthPlan, bool], ...]:
        """Return the months a pairing owes contacts, and whether complete entries suffice."""
        if pairing_id not in self._months:
            made = self.contacts.of_pairing(pairing_id)
            days = self.contacts.log.column("date")
            bad = Counter(month_of(days[row]) for row in self._incomplete.intersection(made.rows))
            self._months[pairing_id] = tuple(
                (plan, plan.made - bad[plan.month] >= plan.owed) for plan in made.months
            )
        return self._months[pairing_id]

    @cached_property
    def _months(self) -> dict[str, tuple[tuple[MonthPlan, bool], ...]]:
        return {}

    @cached_property
    def _incomplete(self) -> frozenset[int]:
        """Return the log's rows that lack a recommended value."""
        names = [column.field for column in input_columns(LogEntryRow) if column.recommended]
        return frozenset(
            start + row
            for start, part in self.contacts.log.starts()
            for name in names
            for row in _without(part, name)
        )


def _without(part: SheetPart, name: str) -> Iterator[int]:
    """Yield the rows of a part without a readable value of field `name`."""
    column = part.columns.get(name)
    if column is None:
        yield from range(len(part))
        return
    yield from column.cells.blank_rows()
    unread = [index for index, value in enumerate(column.values) if value is None]
    yield from (row for row, _ in column.rows_with(unread))
