"""The timeline of one growth file: contacts, duties, assessments, milestones and results by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from addin.tasks.contacts import Contacts
from addin.tasks.growth_record import Growth
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    ConversionRow,
    DutyRow,
    LogRow,
    OrganisationRow,
    PairingRow,
)
from validators.vocabulary import Aspect, DutyProgress

__all__ = ["Event", "EventKind", "timeline"]


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
        yield Event(day, EventKind.CONTACT, text, LogRow.sheet.name, row, codes[row])


def _facts(
    contacts: Contacts, pairing_id: str
) -> tuple[tuple[int, ...], tuple[date, ...], tuple[Aspect | None, ...]]:
    found = contacts.of_pairing(pairing_id)
    return found.rows, found.days, found.aspects
