"""Roll one ledger up: figures of units, counted from accepted rows, and how they add up.

Contacts, end-of-period assessments and conversions that were carried over are last year's and not
counted again.

Every figure is a whole number, a set or a tally, so adding is exact, associative and commutative:
summaries can be streamed, cached and added up anywhere. Rates and means are taken at the end.

The tallies are made by hand: one ledger's sheets are so small that making one of them a DataFrame
(`addin.domain.frames`) takes as long as counting all of them, 3 ms for 3,000 log entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache, reduce
from operator import add
from typing import Annotated, Any, Self

import numpy as np
from pydantic import PlainSerializer, TypeAdapter

from addin.domain.contacts import contact_rows
from addin.domain.facts import SEEKING, assessments
from addin.domain.organisations import meets_closing_condition
from validators import vocabulary
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.sheets.base import ASPECT_FIELDS

NO_SCORES = (0,) * len(ASPECT_FIELDS)

_DAY_ZERO = date(1970, 1, 1).toordinal()
"""The day numpy counts days from."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Figures that add up field by field: numbers, tuples by place, tallies by key, sets."""

    @classmethod
    def added(cls, many: Iterable[Self]) -> Self:
        """Return the sum of any number of figures, which is faster than `+` between them."""
        together = [cls(), *many]
        return cls(*(_added([getattr(one, f.name) for one in together]) for f in fields(cls)))

    def __add__(self, other: Self) -> Self:
        return self.added((self, other))


@dataclass(frozen=True, slots=True)
class Figures(Sums):
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
    engaged: Annotated[frozenset[str], PlainSerializer(sorted)] = frozenset()
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

    def told(self) -> str:
        """Return them as a later run reads them; see `of`."""
        return _as_json().dump_json(self, exclude_defaults=True).decode()

    @staticmethod
    def of(told: str) -> Figures:
        """Return what `told` told.

        Raises:
            ValueError: It did not.
        """
        return _as_json().validate_json(told)

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

    @property
    def gain(self) -> float | None:
        """Return how far all aspects rose from the baselines in the mean, None if none is rated."""
        rated = sum(self.rated)
        return (sum(self.after) - sum(self.before)) / rated if rated else None

    def means(self) -> tuple[tuple[float | None, float | None], ...]:
        """Return (baseline mean, latest mean) of every aspect, None where nobody has both."""
        return tuple(
            (before / n, after / n) if n else (None, None)
            for n, before, after in zip(self.rated, self.before, self.after, strict=True)
        )


@cache
def _as_json() -> TypeAdapter[Figures]:
    return TypeAdapter(Figures)


def _added(values: Sequence[Any]) -> Any:
    """Return the sum of a field's values, of which the first is its default."""
    first = values[0]
    if isinstance(first, frozenset):
        return first.union(*values)
    if isinstance(first, tuple):
        return tuple(map(sum, zip(*values, strict=True)))
    if isinstance(first, Mapping):
        together = Counter[str]()
        for tally in values:
            together.update(tally)
        return dict(sorted(together.items()))
    return reduce(add, values)


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures by 9-digit unit code, in code order; "" holds files whose unit is unknown."""

    units: Mapping[str, Figures] = field(default_factory=dict)

    def county(self, code: str) -> Figures:
        """Return the figures of a county: its townships and its own unit (`code` 6 digits)."""
        return Figures.added(f for unit, f in self.units.items() if unit[:6] == code)

    def total(self) -> Figures:
        """Return the figures of all units."""
        return Figures.added(self.units.values())


def merge(summaries: Iterable[Summary]) -> Summary:
    """Add summaries; in whatever order and grouping, the result is the same."""
    units: dict[str, Figures] = {}
    for summary in summaries:
        for code, figures in summary.units.items():
            units[code] = units[code] + figures if code in units else figures
    return Summary(dict(sorted(units.items())))


# --- one ledger ---


def summarise(ledger: Ledger, as_of: date, settings: Settings) -> Summary:
    """Count the accepted rows of one workbook's ledger; for its findings see `with_findings`.

    Args:
        ledger: A ledger of one workbook after validation.
        as_of: The day everything is judged by.
        settings: For the closing condition.
    """
    code = next((code for code in ledger.unit_codes.values() if code), "")
    return Summary(
        {
            code: Figures(
                mentors=sum(
                    s is vocabulary.MentorStatus.ACTIVE
                    for _, (s,) in ledger.table(MentorRow).accepted_rows("status")
                ),
                **_mentees(ledger),
                **_contacts(ledger, as_of),
                **_aspects(ledger, as_of),
                **_organisations(ledger, settings),
                **_row_counts(ledger),
                assessments=_assessments(ledger, as_of),
                completions=_tally(ledger, CompletionRow, "rating"),
                conversions=_tally(ledger, ConversionRow, "to_stage"),
            )
        }
    )


def with_findings(summary: Summary, levels: Mapping[str, int]) -> Summary:
    """Return the summary of one workbook with its findings by level."""
    counted = dict(sorted(levels.items()))
    return Summary({c: replace(f, findings=counted) for c, f in summary.units.items()})


def quarter_start(day: date) -> date:
    """Return the first day of the quarter of `day`."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _tally(ledger: Ledger, model: type[Row], name: str) -> dict[str, int]:
    table = ledger.table(model)
    carried = table.carried()
    rows = (value for row, (value,) in table.accepted_rows(name) if not carried[row])
    return dict(sorted(Counter(str(value) for value in rows if value is not None).items()))


def _mentees(ledger: Ledger) -> dict[str, Any]:
    pairings = ledger.table(PairingRow).accepted_rows("mentor_id", "mentee_id", "status")
    running = [ids for _, (*ids, status) in pairings if status is vocabulary.PairingStatus.RUNNING]
    paired = {mentee for _, mentee in running}
    figures: dict[str, Any] = {
        "pairings": len(running),
        "engaged": frozenset(mentor for mentor, _ in running),
    }
    models: tuple[tuple[str, type[Row], Any], ...] = (
        ("individuals", IndividualRow, vocabulary.MenteeStatus.LEFT),
        ("organisations", OrganisationRow, vocabulary.OrganisationStatus.LEFT),
    )
    for name, model, left in models:
        rows = [values for _, values in ledger.table(model).accepted_rows("mentee_id", "status")]
        seeking = [mentee for mentee, status in rows if status in SEEKING]
        figures[name] = sum(status is not left for _, status in rows)
        figures[f"seeking_{name}"] = len(seeking)
        figures[f"paired_{name}"] = sum(mentee in paired for mentee in seeking)
    return figures


def _contacts(ledger: Ledger, as_of: date) -> dict[str, Any]:
    log = ledger.table(LogEntryRow).this_year()
    contacts = contact_rows(log, as_of)
    days = (contacts.day - _DAY_ZERO).astype("M8[D]")
    months, times = np.unique(days.astype("M8[M]"), return_counts=True)
    forms = Counter(map(log.column("form").__getitem__, contacts.row.tolist()))
    return {
        "entries": sum(log.accepted()),
        "contacts": dict(zip(months.astype(str).tolist(), times.tolist(), strict=True)),
        "online": forms[vocabulary.ContactForm.ONLINE],
        "offline": forms[vocabulary.ContactForm.OFFLINE],
    }


def _aspects(ledger: Ledger, as_of: date) -> dict[str, Any]:
    series = assessments(ledger, as_of)
    rated, before, after = ([0] * len(ASPECT_FIELDS) for _ in range(3))
    for model in (IndividualRow, OrganisationRow):
        rows = ledger.table(model).accepted_rows("mentee_id", *ASPECT_FIELDS)
        for _, (mentee, *baseline) in rows:
            newest_scores = series[mentee][-1].scores if mentee in series else NO_SCORES
            for i, (first, last) in enumerate(zip(baseline, newest_scores, strict=True)):
                if first and last:
                    rated[i] += 1
                    before[i] += first
                    after[i] += last
    return {"rated": tuple(rated), "before": tuple(before), "after": tuple(after)}


def _assessments(ledger: Ledger, as_of: date) -> int:
    first = quarter_start(as_of)
    rows = ledger.table(AssessmentRow).accepted_rows("assessed_on")
    return sum(first <= day <= as_of for _, (day,) in rows)


def _organisations(ledger: Ledger, settings: Settings) -> dict[str, Any]:
    closable = closed = 0
    names = ("status", "inspection_score", "votes", "votes_against")
    for _, (status, score, votes, against) in ledger.table(OrganisationRow).accepted_rows(*names):
        if status is vocabulary.OrganisationStatus.CLOSED:
            closed += 1
        elif status in SEEKING:
            closable += bool(meets_closing_condition(score, votes, against, settings))
    return {"closable": closable, "closed": closed}


def _row_counts(ledger: Ledger) -> dict[str, Any]:
    parts = [*ledger.parts()]
    rejected, ignored = (sum(len(p.rejected) for p in parts), sum(p.ignored for p in parts))
    used = sum(map(len, parts))
    return {
        "rows": used + ignored,
        "accepted": used - rejected,
        "rejected": rejected,
        "ignored": ignored,
    }
