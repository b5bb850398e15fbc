"""成长档案: one file per mentee, from baseline to now (一人一册), and its timeline.

A mentee's contacts are those of all its pairings, running or over, so that the figures of all
mentees add up to the log's; a visit by two of its mentors is two. 现任导师 are those of running
pairings. The stage is that of the last conversion, else 培养阶段 as typed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from addin.domain.contacts import Contacts
from addin.domain.conversions import StageHistory, histories
from addin.domain.duties import DutyState
from addin.domain.facts import Assessment, Completion, LedgerFacts, Pairing, Scores, trend
from addin.domain.organisations import ClosingState, OrganisationState, organisations
from validators import sheets
from validators.ledger import Ledger
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import (
    Aspect,
    Conclusion,
    DutyProgress,
    GrowthTrend,
    PairingStatus,
    Stage,
)

Mentee = sheets.IndividualRow | sheets.OrganisationRow


class Growth(NamedTuple):
    """One mentee's file.

    Attributes:
        mentee: Its row, unvalidated.
        row: That row in the table of individuals or organisations.
        weak: Aspects of the baseline at or below `settings.weak_at_most`.
        baseline: Six scores of the survey.
        assessments: By day.
        pairings: In sheet order.
        mentor_names: By ID; the ID itself where the ledger does not hold the mentor.
        contacts: Contacts of all its pairings.
        last_contact: Day of the last one.
        duties: Duties of all its pairings in sheet order.
        history: Stages of an individual.
        closing: State of an organisation.
        completions: End-of-period assessments in sheet order.
        trend: 成长趋势; see `addin.domain.facts.trend`.
    """

    mentee_id: str
    mentee: Mentee
    row: int
    weak: tuple[Aspect, ...]
    baseline: Scores
    assessments: tuple[Assessment, ...]
    pairings: tuple[Pairing, ...]
    mentor_names: Mapping[str, str]
    contacts: int
    last_contact: date | None
    duties: tuple[DutyState, ...]
    history: StageHistory | None
    closing: OrganisationState | None
    completions: tuple[Completion, ...]
    trend: GrowthTrend

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
        mentors = dict.fromkeys(one.mentor_id for one in self.pairings if one.runs)
        return {
            "mentee_id": self.mentee_id,
            "mentee_name": self.mentee.name,
            "category": self.mentee.category,
            "post": getattr(self.mentee, "post", None),
            "mentors": "、".join(self.mentor_names[mentor] for mentor in mentors) or None,
            "weak_aspects": "、".join(self.weak) or None,
            **dict(zip(_fields("base"), self.baseline, strict=True)),
            **dict(zip(_fields("now"), self.latest, strict=True)),
            **dict(zip(_fields("change"), self.change, strict=True)),
            "contacts": self.contacts,
            "last_contact": self.last_contact,
            "duties_done": f"{self.duties_done}/{len(self.duties)}" if self.duties else None,
            "stage": self.stage,
            "results": self.results or None,
            "trend": self.trend,
        }


@cache
def _fields(suffix: str) -> tuple[str, ...]:
    return tuple(f"{name}_{suffix}" for name in ASPECT_FIELDS)


def _results(growth: Growth) -> Iterator[str]:
    step = growth.history.result if growth.history else None
    if step and step.people_led is not None:
        yield f"带动 {step.people_led} 人"
    if step and step.income_gain is not None:
        yield f"人均增收 {step.income_gain:g} 元"
    if growth.completions:
        last = max(growth.completions)
        yield f"期满考核 {last.score:g} 分（{last.rating}），{last.conclusion}"
    closing = growth.closing
    if closing and closing.closing is ClosingState.CLOSED and closing.closed_on:
        yield f"{closing.closed_on} 批准销号"
    elif closing and closing.closing is ClosingState.READY:
        yield closing.closing.value


def growth(facts: LedgerFacts) -> tuple[Growth, ...]:
    """Return the file of every accepted mentee whose ID stands once: by workbook, individuals first."""
    names = _mentor_names(facts.ledger)
    pairings: dict[str, list[Pairing]] = defaultdict(list)
    for pairing in facts.pairings:
        if pairing.pairing_id in facts.contacts.known:
            names.setdefault(pairing.mentor_id, pairing.mentor_id)
            pairings[pairing.mentee_id].append(pairing)
    stages = {history.mentee_id: history for history in histories(facts.ledger, facts.as_of)}
    closings = {
        state.mentee_id: state for state in organisations(facts.ledger, facts.settings, facts.as_of)
    }
    tables = (
        facts.ledger.table(sheets.IndividualRow), facts.ledger.table(sheets.OrganisationRow),
    )  # fmt: skip
    place = {file: at for at, file in enumerate(facts.ledger.unit_codes)}
    mentees = [(code, table, row) for table in tables for code, row in table.accepted_by_id.items()]
    mentees.sort(key=lambda mentee: place[mentee[1].locate(mentee[2])[0].file])
    return tuple(
        Growth(
            mentee_id=code,
            mentee=table.record(row),
            row=row,
            history=stages.get(code),
            closing=closings.get(code),
            mentor_names=names,
            **_records(facts, code, tuple(pairings.get(code, ()))),
        )
        for code, table, row in mentees
    )


def _records(facts: LedgerFacts, mentee_id: str, pairings: tuple[Pairing, ...]) -> dict[str, Any]:
    """Return what the records of a mentee and its pairings say, by attribute of `Growth`."""
    codes = [pairing.pairing_id for pairing in pairings]
    days = (facts.contacts.last_day(code) for code in codes)
    baseline, limit = facts.baselines[mentee_id], facts.settings.weak_at_most
    assessments = facts.assessments.get(mentee_id, ())
    return {
        "weak": tuple(a for a, s in zip(Aspect, baseline, strict=True) if s and s <= limit),
        "baseline": baseline,
        "assessments": assessments,
        "trend": trend(baseline, assessments, facts.settings),
        "pairings": pairings,
        "contacts": sum(map(facts.contacts.count, codes)),
        "last_contact": max((day for day in days if day), default=None),
        "duties": _in_order(facts.duties_of_pairing.get(code, ()) for code in codes),
        "completions": _in_order(facts.completions.get(code, ()) for code in codes),
    }


def _in_order(lists: Iterable[Iterable[Any]]) -> tuple[Any, ...]:
    return tuple(sorted((item for items in lists for item in items), key=lambda item: item.row))


def _mentor_names(ledger: Ledger) -> dict[str, str]:
    table = ledger.table(sheets.MentorRow)
    names = table.column("name")
    return {code: names[row] or code for code, row in table.by_single_id.items()}


# --- the timeline ---


class EventKind(StrEnum):
    """What an event is, as a card shows it."""

    PAIRED = "结对"
    SURVEYED = "摸底"
    CONTACT = "联系"
    DUTY_DONE = "职责完成"
    DUTY_OVERDUE = "职责逾期"
    ASSESSED = "评价"
    SCORES_CHANGED = "评价变化"
    CONVERTED = "转化"
    EXPIRED = "期满"
    ENDED = "终止"
    COMPLETED = "期满考核"
    RENEWED = "续帮"
    CLOSED = "销号"


class Event(NamedTuple):
    """One event; `sheet` and `row` name the row it rests on, `code` its ID where it has one."""

    day: date
    kind: EventKind
    text: str
    sheet: str
    row: int
    code: str | None = None


def timeline(growth: Growth, contacts: Contacts) -> tuple[Event, ...]:
    """Return everything dated in a growth file up to the as-of date, in order.

    A joint entry of several of the mentee's pairings is one event.
    """
    events = [
        *_milestones(growth),
        *_duties(growth, contacts.as_of),
        *_assessments(growth),
        *_score_changes(growth),
        *_contacts(growth, contacts),
    ]
    order = list(EventKind)
    events.sort(key=lambda event: (event.day, order.index(event.kind), event.sheet, event.row))
    return tuple(event for event in events if event.day <= contacts.as_of)


def _milestones(growth: Growth) -> Iterator[Event]:
    mentee = growth.mentee
    if mentee.surveyed_on:
        weak = f"薄弱方面：{'、'.join(growth.weak)}" if growth.weak else "无薄弱方面"
        yield Event(
            mentee.surveyed_on, EventKind.SURVEYED, weak, mentee.sheet.name, growth.row,
            growth.mentee_id,
        )  # fmt: skip
    for pairing in growth.pairings:
        yield Event(
            pairing.paired_on, EventKind.PAIRED,
            f"与导师{growth.mentor_names[pairing.mentor_id]}结对", sheets.PairingRow.sheet.name,
            pairing.cited.row, pairing.pairing_id,
        )  # fmt: skip
        yield from _end(pairing, growth.mentor_names[pairing.mentor_id])
    for step in growth.history.steps if growth.history else ():
        document = f"（{step.document}）" if step.document else ""
        text = f"{step.before or '未填'} → {step.after or '未填'}{document}"
        yield Event(step.day, EventKind.CONVERTED, text, sheets.ConversionRow.sheet.name, step.row)
    for completion in growth.completions:
        text = f"{completion.score:g} 分，{completion.rating}，{completion.conclusion}"
        renewed = completion.conclusion is Conclusion.RENEW
        yield Event(
            completion.day, EventKind.RENEWED if renewed else EventKind.COMPLETED, text, sheets.CompletionRow.sheet.name, completion.row,
            completion.pairing_id,
        )  # fmt: skip
    if growth.closing and growth.closing.closed_on:
        yield Event(
            growth.closing.closed_on, EventKind.CLOSED, "县级批准销号", sheets.OrganisationRow.sheet.name,
            growth.row, growth.mentee_id,
        )  # fmt: skip


def _end(pairing: Pairing, mentor: str) -> Iterator[Event]:
    """Yield the day a pairing that is over came to its end, where that is known."""
    sheet, row, code = sheets.PairingRow.sheet.name, pairing.cited.row, pairing.pairing_id
    if pairing.status is PairingStatus.EXPIRED:
        text = f"与导师{mentor}结对期满"
        yield Event(pairing.until, EventKind.EXPIRED, text, sheet, row, code)
    elif pairing.status is PairingStatus.ENDED and pairing.ended_on:
        reason = f"：{pairing.end_reason}" if pairing.end_reason else ""
        text = f"与导师{mentor}终止结对{reason}"
        yield Event(pairing.ended_on, EventKind.ENDED, text, sheet, row, code)


def _duties(growth: Growth, as_of: date) -> Iterator[Event]:
    """Yield the day each duty was done, or was due and not done."""
    for duty in growth.duties:
        count = f"{duty.done}/{duty.target} 次"
        if duty.progress is DutyProgress.DONE and duty.last_done_on:
            day, kind, state = duty.last_done_on, EventKind.DUTY_DONE, f"已完成（{count}）"
        elif duty.due_on <= as_of:
            day, kind = duty.due_on, EventKind.DUTY_OVERDUE
            state = f"到期未完成（{count}{duty.pending}）"
        else:
            continue
        text = f"{duty.item or duty.aspect}：{state}"
        yield Event(day, kind, text, sheets.DutyRow.sheet.name, duty.row, duty.duty_id)


def _assessments(growth: Growth) -> Iterator[Event]:
    for assessment in growth.assessments:
        text = "、".join(
            f"{aspect} {score}"
            for aspect, score in zip(Aspect, assessment.scores, strict=True)
            if score is not None
        )
        if assessment.satisfaction is not None:
            text += f"；满意度 {assessment.satisfaction}"
        yield Event(
            assessment.day, EventKind.ASSESSED, text, sheets.AssessmentRow.sheet.name, assessment.row,
            assessment.assessment_id,
        )  # fmt: skip


def _score_changes(growth: Growth) -> Iterator[Event]:
    """Yield the assessments that rate an aspect otherwise than the last time it was rated."""
    known = [*growth.baseline]
    for assessment in growth.assessments:
        changes = [
            f"{aspect} {before}→{now} 分"
            for aspect, before, now in zip(Aspect, known, assessment.scores, strict=True)
            if before and now and before != now
        ]
        known = [now or before for before, now in zip(known, assessment.scores, strict=True)]
        if changes:
            yield Event(
                assessment.day, EventKind.SCORES_CHANGED, "、".join(changes),
                sheets.AssessmentRow.sheet.name, assessment.row, assessment.assessment_id,
            )  # fmt: skip


def _contacts(growth: Growth, contacts: Contacts) -> Iterator[Event]:
    log = contacts.log
    codes, forms, contents = (log.column(name) for name in ("log_id", "form", "content"))
    pairs = (contacts.of_pairing(pairing.pairing_id) for pairing in growth.pairings)
    entries = {
        row: (day, aspect)
        for pair in pairs
        for row, day, aspect in zip(pair.rows, pair.days, pair.aspects, strict=True)
    }
    for row, (day, aspect) in entries.items():
        text = " ".join(str(word) for word in (forms[row], aspect) if word)
        if contents[row]:
            text += f"：{contents[row]}"
        yield Event(day, EventKind.CONTACT, text, sheets.LogEntryRow.sheet.name, row, codes[row])
