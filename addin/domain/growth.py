"""成长档案: one file per mentee, from baseline to now, and its timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from addin.domain.contacts import Contacts
from addin.domain.conversions import StageHistory, histories
from addin.domain.duties import DutyState, progress
from addin.domain.facts import Assessment, Scores, assessments, trend
from addin.domain.organisations import ClosingState, OrganisationState, organisations
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
)
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import (
    Aspect,
    Conclusion,
    DutyProgress,
    GrowthTrend,
    PairingStatus,
    Rating,
    Stage,
)

# SECTION One mentee's growth file: what it holds and how its row of 成长档案 reads.

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


class CompletionRecord(NamedTuple):
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
    assessments: tuple[Assessment, ...]
    helpers: tuple[Helper, ...]
    contacts: int
    last_contact: date | None
    duties: tuple[DutyState, ...]
    history: StageHistory | None
    closing: OrganisationState | None
    completions: tuple[CompletionRecord, ...]

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
        """Return 成长趋势; see `addin.domain.assessed.trend`."""
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


# SECTION 成长档案: one file per mentee, from baseline to now (一人一册).
#:
#: A mentee's contacts are those of all its pairings, running or over, so that the figures of all
#: mentees add up to the log's; a visit by two of its mentors is two. 现任导师 are those of running
#: pairings. The stage is that of the last conversion, else 培养阶段 as typed.


def growth(contacts: Contacts, duties: Iterable[DutyState] | None = None) -> tuple[Growth, ...]:
    """Return the file of every accepted mentee whose ID stands once: individuals first.

    Args:
        contacts: Of the ledger whose mentees are followed.
        duties: Where they are known already; counted if None.
    """
    gathered = _Gathered.of(contacts, progress(contacts) if duties is None else duties)
    ledger = contacts.ledger
    return tuple(
        gathered.growth_of(row, mentee)
        for model in (IndividualRow, OrganisationRow)
        for row, mentee in _mentees(ledger, model)
    )


def _mentees(
    ledger: Ledger, model: type[IndividualRow] | type[OrganisationRow]
) -> Iterator[tuple[int, Mentee]]:
    table = ledger.table(model)
    accepted, single = table.accepted(), table.by_single_id
    for row, record in enumerate(table.records()):
        if accepted[row] and record.mentee_id and single.get(record.mentee_id) == row:
            yield row, record


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What is looked up by mentee or pairing."""

    contacts: Contacts
    settings: Settings
    series: Mapping[str, tuple[Assessment, ...]]
    helpers: Mapping[str, list[Helper]]
    duties: Mapping[str, list[DutyState]]
    histories: Mapping[str, StageHistory]
    organisations: Mapping[str, OrganisationState]
    completions: Mapping[str, list[CompletionRecord]]

    @classmethod
    def of(cls, contacts: Contacts, duties: Iterable[DutyState]) -> _Gathered:
        ledger, as_of, settings = contacts.ledger, contacts.as_of, contacts.settings
        by_pairing: dict[str, list[DutyState]] = defaultdict(list)
        for duty in duties:
            by_pairing[duty.pairing_id].append(duty)
        return cls(
            contacts,
            settings,
            assessments(ledger, as_of),
            _helpers(ledger),
            by_pairing,
            {one.mentee_id: one for one in histories(ledger, as_of)},
            {one.mentee_id: one for one in organisations(ledger, settings, as_of)},
            _completions(ledger, as_of),
        )

    def growth_of(self, row: int, mentee: Mentee) -> Growth:
        mentee_id = mentee.mentee_id or ""
        helpers = tuple(self.helpers.get(mentee_id, ()))
        codes = [one.pairing_id for one in helpers]
        days = [day for code in codes if (day := self.contacts.last_day(code))]
        baseline: Scores = tuple(getattr(mentee, name) for name in ASPECT_FIELDS)
        limit = self.settings.weak_at_most
        return Growth(
            mentee_id=mentee_id,
            mentee=mentee,
            row=row,
            weak=tuple(a for a, s in zip(Aspect, baseline, strict=True) if s and s <= limit),
            baseline=baseline,
            assessments=self.series.get(mentee_id, ()),
            helpers=helpers,
            contacts=sum(map(self.contacts.count, codes)),
            last_contact=max(days, default=None),
            duties=_in_order(self.duties.get(code, ()) for code in codes),
            history=self.histories.get(mentee_id),
            closing=self.organisations.get(mentee_id),
            completions=_in_order(self.completions.get(code, ()) for code in codes),
        )


def _in_order(lists: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(sorted((one for items in lists for one in items), key=lambda one: one.row))


def _helpers(ledger: Ledger) -> dict[str, list[Helper]]:
    table, mentors = ledger.table(PairingRow), ledger.table(MentorRow)
    names, known = mentors.column("name"), mentors.by_single_id
    accepted, single = table.accepted(), table.by_single_id
    fields = ("pairing_id", "mentor_id", "mentee_id", "paired_on", "until", "status")
    found: dict[str, list[Helper]] = defaultdict(list)
    for row, (code, mentor, mentee, *facts) in enumerate(table.columns(*fields)):
        if accepted[row] and mentor and mentee and single.get(code) == row:
            name = (names[known[mentor]] if mentor in known else None) or mentor
            found[mentee].append(Helper(code, row, mentor, name, *facts))
    return found


def _completions(ledger: Ledger, as_of: date) -> dict[str, list[CompletionRecord]]:
    table = ledger.table(CompletionRow)
    names = ("pairing_id", "assessed_on", "score", "rating", "conclusion")
    found: dict[str, list[CompletionRecord]] = defaultdict(list)
    rows = zip(table.accepted(), table.columns(*names), strict=True)
    for row, (accepted, (pairing, day, *facts)) in enumerate(rows):
        if accepted and pairing and day and day <= as_of:
            found[pairing].append(CompletionRecord(day, row, pairing, *facts))
    return found


# SECTION The timeline of one growth file: contacts, duties, assessments, milestones and results by day.


class EventKind(StrEnum):
    """What an event is, as a card shows it."""

    PAIRED = "结对"
    SURVEYED = "摸底"
    CONTACT = "联系"
    DUTY = "职责"
    ASSESSED = "评价"
    CONVERTED = "转化"
    COMPLETED = "考核"
    CLOSED = "销号"


class Event(NamedTuple):
    """One event; `sheet` and `row` name the row it rests on, `code` its ID where it has one."""

    day: date
    kind: EventKind
    text: str
    sheet: str
    row: int
    code: str | None = None


def timeline(one: Growth, contacts: Contacts) -> tuple[Event, ...]:
    """Return everything dated in a growth file up to the as-of date, in order.

    A joint entry of several of the mentee's pairings is one event.
    """
    events = [
        *_milestones(one),
        *_duties(one, contacts.as_of),
        *_assessments(one),
        *_contacts(one, contacts),
    ]
    order = list(EventKind)
    events.sort(key=lambda event: (event.day, order.index(event.kind), event.sheet, event.row))
    return tuple(event for event in events if event.day <= contacts.as_of)


def _milestones(one: Growth) -> Iterator[Event]:
    if one.mentee.surveyed_on:
        weak = f"薄弱方面：{'、'.join(one.weak)}" if one.weak else "没有薄弱方面"
        yield Event(
            one.mentee.surveyed_on, EventKind.SURVEYED, weak, one.mentee.sheet.name, one.row,
            one.mentee_id,
        )  # fmt: skip
    for helper in one.helpers:
        if helper.paired_on:
            yield Event(
                helper.paired_on, EventKind.PAIRED, f"与导师{helper.name}结对",
                PairingRow.sheet.name, helper.row, helper.pairing_id,
            )  # fmt: skip
    for step in one.history.steps if one.history else ():
        document = f"（{step.document}）" if step.document else ""
        text = f"{step.before or '未填'} → {step.after or '未填'}{document}"
        yield Event(step.day, EventKind.CONVERTED, text, ConversionRow.sheet.name, step.row)
    for done in one.completions:
        score = f"{done.score:g} 分" if done.score is not None else ""
        said = "，".join(part for part in (score, done.rating, done.conclusion) if part)
        yield Event(
            done.day, EventKind.COMPLETED, said, CompletionRow.sheet.name, done.row,
            done.pairing_id,
        )  # fmt: skip
    if one.closing and one.closing.closed_on:
        yield Event(
            one.closing.closed_on, EventKind.CLOSED, "县级批准销号", OrganisationRow.sheet.name,
            one.row, one.mentee_id,
        )  # fmt: skip


def _duties(one: Growth, as_of: date) -> Iterator[Event]:
    """Yield the day each duty was done, or was due and not done."""
    for duty in one.duties:
        done = f"{duty.done}/{duty.target} 次"
        if duty.progress is DutyProgress.DONE and duty.last_done_on:
            day, said = duty.last_done_on, f"已完成（{done}）"
        elif duty.due_on <= as_of:
            day, said = duty.due_on, f"到期未完成（{done}）"
        else:
            continue
        text = f"{duty.item or duty.aspect}：{said}"
        yield Event(day, EventKind.DUTY, text, DutyRow.sheet.name, duty.row, duty.duty_id)


def _assessments(one: Growth) -> Iterator[Event]:
    for made in one.assessments:
        scores = "、".join(
            f"{aspect} {score}"
            for aspect, score in zip(Aspect, made.scores, strict=True)
            if score is not None
        )
        told = f"；满意度 {made.satisfaction}" if made.satisfaction is not None else ""
        yield Event(
            made.day, EventKind.ASSESSED, scores + told, AssessmentRow.sheet.name, made.row,
            made.assessment_id,
        )  # fmt: skip


def _contacts(one: Growth, contacts: Contacts) -> Iterator[Event]:
    log = contacts.log
    codes, forms, contents = (log.column(name) for name in ("log_id", "form", "content"))
    rows = {
        row: (day, aspect)
        for helper in one.helpers
        for row, day, aspect in zip(*_facts(contacts, helper.pairing_id), strict=True)
    }
    for row, (day, aspect) in rows.items():
        told = " ".join(str(word) for word in (forms[row], aspect) if word)
        text = f"{told}：{contents[row]}" if contents[row] else told
        yield Event(day, EventKind.CONTACT, text, LogEntryRow.sheet.name, row, codes[row])


def _facts(
    contacts: Contacts, pairing_id: str
) -> tuple[tuple[int, ...], tuple[date, ...], tuple[Aspect | None, ...]]:
    found = contacts.of_pairing(pairing_id)
    return found.rows, found.days, found.aspects
