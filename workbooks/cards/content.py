"""The content of growth cards as plain data; no ledger is needed to write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

FILE_KIND = "成长档案卡"
"""The kind in the workbook's properties; commands that want a ledger refuse it."""

Scores = tuple[int | None, ...]
"""Six scores in the order of `Aspect`, None where there is none."""


class Fact(NamedTuple):
    """A label with what stands beside it, "" to be filled in by hand."""

    label: str
    text: str
    wide: bool = False


class Mentor(NamedTuple):
    """One pairing; `contacts` are those it counts in the log."""

    name: str
    post: str
    pairing_id: str
    paired_on: date | None
    until: date | None
    status: str
    contacts: int


class Assessment(NamedTuple):
    """One row of 成长评价."""

    day: date
    scores: Scores
    satisfaction: int | None
    assessor: str = ""
    comment: str = ""


class Duty(NamedTuple):
    """One row of 职责清单 with what the log counts for it."""

    side: str
    aspect: str
    item: str
    done: int
    target: int
    due_on: date
    last_done_on: date | None
    progress: str


class Contact(NamedTuple):
    """One log entry; `mentors` are those of the mentee's mentors whose pairings it names."""

    day: date
    aspect: str
    form: str
    mentors: tuple[str, ...]
    content: str
    problem: str = ""
    next_step: str = ""


class Milestone(NamedTuple):
    """A dated step: pairing, a duty done, scores that changed, conversion, end of a period."""

    day: date
    kind: str
    text: str


class Completion(NamedTuple):
    """One 期满考核."""

    day: date
    mentor: str
    pairing_id: str
    score: float | None
    rating: str
    conclusion: str


@dataclass(frozen=True, slots=True)
class Card:
    """One mentee's card.

    Attributes:
        mentee_id: 对象编号.
        name: The person's or the Party organisation's name.
        organisation: Whether it is an organisation.
        unit: The county and township that keep the ledger.
        category: 对象类别 or 组织类别.
        status: 状态.
        facts: Basics in reading order; a `wide` one has a line of its own.
        plan: What an organisation is to improve, by when; none for an individual.
        mentors: Pairings in ledger order.
        weak: Weak aspects, "" where there are none.
        trend: 成长趋势.
        surveyed_on: Day of the baseline.
        baseline: Scores of the survey.
        assessments: By day; the last one is the radar chart's second line.
        duties: In ledger order.
        contacts: All log entries by day.
        milestones: By day.
        results: What came of it, like `facts`.
        completions: By day.
    """

    mentee_id: str
    name: str
    organisation: bool
    unit: str
    category: str
    status: str
    facts: tuple[Fact, ...]
    plan: tuple[Fact, ...]
    mentors: tuple[Mentor, ...]
    weak: str
    trend: str
    surveyed_on: date | None
    baseline: Scores
    assessments: tuple[Assessment, ...]
    duties: tuple[Duty, ...]
    contacts: tuple[Contact, ...]
    milestones: tuple[Milestone, ...]
    results: tuple[Fact, ...]
    completions: tuple[Completion, ...]

    @property
    def latest(self) -> Scores:
        """Return the scores of the last assessment, None each where there is none."""
        return self.assessments[-1].scores if self.assessments else (None,) * len(self.baseline)

    @property
    def times(self) -> int:
        """Return the contacts of all pairings: an entry of two of the mentors counts twice."""
        return sum(mentor.contacts for mentor in self.mentors)


@dataclass(frozen=True, slots=True)
class Cards:
    """Everything one workbook of cards holds; cards of one unit stand together."""

    cards: Sequence[Card]
    as_of: date
