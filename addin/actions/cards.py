"""Print growth cards (成长档案卡) from growth files and timelines: `bangdai cards`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Unpack

from addin.actions.ledger_set import (
    LedgerSet,
    ReadOptions,
    check_target,
    exit_code,
    identify,
    mentee_names,
    read_ledgers,
)
from addin.domain import facts
from addin.domain.contacts import Contacts
from addin.domain.facts import LedgerFacts, Pairing
from addin.domain.growth import Event, EventKind, Growth, Mentee, growth, timeline
from addin.domain.organisations import OrganisationState
from validators.divisions import unit_name
from validators.errors import UsageError
from validators.identity import unit_of
from validators.ledger import Table
from validators.sheets import AssessmentRow, IndividualRow, LogEntryRow, MentorRow, OrganisationRow
from validators.vocabulary import Stage
from workbooks.cards import workbook
from workbooks.cards.content import (
    FILE_KIND,
    Assessment,
    Card,
    Cards,
    Completion,
    Contact,
    Duty,
    Fact,
    Mentor,
    Milestone,
)
from workbooks.files import replace_atomically

_NO_MILESTONES = {EventKind.CONTACT, EventKind.DUTY_OVERDUE, EventKind.ASSESSED}
"""Events of which a card tells in sections of their own only."""


@dataclass(frozen=True, slots=True)
class CardsResult:
    """What was written.

    Attributes:
        ledgers: The ledgers the cards were made from.
        cards: How many cards there are.
        left_out: IDs of the wanted mentees whose rows hold errors or share an ID; no cards.
        out: The workbook.
    """

    ledgers: LedgerSet
    cards: int
    left_out: tuple[str, ...]
    out: Path

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read, 1 if a mentee has no card, else 0."""
        return exit_code(self.ledgers, left_out=self.left_out)


def write_cards(
    path: Path, out: Path, *, mentees: Collection[str] = (), **options: Unpack[ReadOptions]
) -> CardsResult:
    """Write the growth cards of a ledger, or of a folder of ledgers, as one workbook.

    Args:
        path: A ledger, or a folder of them, so that mentors of other townships are known by name.
        out: The workbook; only one of cards is replaced.
        mentees: IDs or names of those whose cards are wanted; all if empty.
        options: How the ledgers are read; entries later than `as_of` are not shown.

    Raises:
        UsageError: There is no readable ledger, nobody to make a card of, or no such mentee.
        WriteRefused: `out` cannot be written.
    """
    check_target(out, FILE_KIND)
    return print_cards(read_ledgers(path, **options), out, mentees=mentees)


def print_cards(ledgers: LedgerSet, out: Path, *, mentees: Collection[str] = ()) -> CardsResult:
    """Write the growth cards of ledgers that are read already; see `write_cards`.

    Raises:
        UsageError: There is nobody to make a card of, or no such mentee.
        WriteRefused: `out` cannot be written.
    """
    check_target(out, FILE_KIND)
    known = mentee_names(ledgers.ledger)
    wanted = identify(mentees, known, "台账中没有对象", "G640402104-001")
    contacts = Contacts(ledgers.ledger, ledgers.settings, ledgers.as_of, ledgers.own_settings)
    cards = cards_of(contacts, wanted)
    if not cards:
        raise UsageError("没有可以制作档案卡的对象", "请先填写对象表，或改正校验结果中的错误")
    content = Cards(cards, ledgers.as_of)
    replace_atomically(out, lambda draft: workbook.write_cards(draft, content))
    printed = {card.mentee_id for card in cards}
    left_out = tuple(code for code in wanted or known if code not in printed)
    return CardsResult(ledgers, len(cards), left_out, out)


def cards_of(contacts: Contacts, mentees: Collection[str] = ()) -> tuple[Card, ...]:
    """Return the card of every mentee, those of one unit together.

    Args:
        contacts: Of the ledger the cards are made from.
        mentees: Only these; all if empty.
    """
    ledger = contacts.ledger
    builder = _CardBuilder(
        contacts, ledger.table(MentorRow), contacts.log, ledger.table(AssessmentRow)
    )
    wanted = [
        growth_file
        for growth_file in growth(LedgerFacts(contacts))
        if not mentees or growth_file.mentee_id in mentees
    ]
    return tuple(
        builder.card(growth_file)
        for growth_file in sorted(wanted, key=lambda growth_file: unit_of(growth_file.mentee_id))
    )


@dataclass(frozen=True, slots=True)
class _CardBuilder:
    """What every card is built from."""

    contacts: Contacts
    mentors: Table[MentorRow]
    log: Table[LogEntryRow]
    assessments: Table[AssessmentRow]

    def card(self, growth_file: Growth) -> Card:
        mentee = growth_file.mentee
        events = timeline(growth_file, self.contacts)
        names = {
            pairing.pairing_id: growth_file.mentor_names[pairing.mentor_id]
            for pairing in growth_file.pairings
        }
        return Card(
            mentee_id=growth_file.mentee_id,
            name=mentee.name or "",
            organisation=isinstance(mentee, OrganisationRow),
            unit="".join(unit_name(unit_of(growth_file.mentee_id))),
            category=_text(mentee.category),
            status=_text(mentee.status),
            facts=_facts(mentee),
            plan=_plan(mentee) if isinstance(mentee, OrganisationRow) else (),
            mentors=tuple(
                self._mentor(pairing, names[pairing.pairing_id]) for pairing in growth_file.pairings
            ),
            weak="、".join(growth_file.weak),
            trend=growth_file.trend.value,
            surveyed_on=mentee.surveyed_on,
            baseline=growth_file.baseline,
            assessments=tuple(map(self._assessment, growth_file.assessments)),
            duties=tuple(
                Duty(
                    _text(d.side), _text(d.aspect), d.item or "", d.done, d.target, d.due_on,
                    d.last_done_on, _text(d.progress),
                )
                for d in growth_file.duties
            ),
            contacts=tuple(self._contacts(events, names)),
            milestones=tuple(
                Milestone(event.day, event.kind.value, event.text)
                for event in events
                if event.kind not in _NO_MILESTONES
            ),
            results=tuple(_results(growth_file)),
            completions=tuple(
                Completion(
                    done.day, names[done.pairing_id], done.pairing_id, done.score,
                    _text(done.rating), _text(done.conclusion),
                )
                for done in growth_file.completions
            ),
        )  # fmt: skip

    def _mentor(self, pairing: Pairing, name: str) -> Mentor:
        """Return a pairing; of another township's mentor only the unit is known here."""
        at = self.mentors.by_single_id.get(pairing.mentor_id)
        if at is None:
            post = "".join(unit_name(unit_of(pairing.mentor_id)))
        else:
            known = (self.mentors.column(name)[at] for name in ("employer", "post"))
            post = " ".join(fact for fact in known if fact)
        return Mentor(
            name, post, pairing.pairing_id, pairing.paired_on, pairing.until,
            _text(pairing.status), self.contacts.count(pairing.pairing_id),
        )  # fmt: skip

    def _assessment(self, rated: facts.Assessment) -> Assessment:
        said = (self.assessments.column(name)[rated.row] for name in ("assessor", "comment"))
        return Assessment(rated.day, rated.scores, rated.satisfaction, *map(_text, said))

    def _contacts(self, events: tuple[Event, ...], names: dict[str, str]) -> Iterator[Contact]:
        fields = ("aspect", "form", "pairing_ids", "content", "problem", "next_step")
        aspects, forms, pairings, *texts = (self.log.column(name) for name in fields)
        for event in events:
            if event.kind is EventKind.CONTACT:
                row = event.row
                mentors = dict.fromkeys(names[c] for c in pairings[row] or () if c in names)
                yield Contact(
                    event.day, _text(aspects[row]), _text(forms[row]), tuple(mentors),
                    *(_text(column[row]) for column in texts),
                )  # fmt: skip


def _facts(mentee: Mentee) -> tuple[Fact, ...]:
    return _organisation(mentee) if isinstance(mentee, OrganisationRow) else _individual(mentee)


def _individual(mentee: IndividualRow) -> tuple[Fact, ...]:
    return (
        Fact("姓名", _text(mentee.name)),
        Fact("性别", _text(mentee.gender)),
        Fact("民族", _text(mentee.ethnicity)),
        Fact("出生年月", _month(mentee.born)),
        Fact("政治面貌", _text(mentee.politics)),
        Fact("状态", _text(mentee.status)),
        Fact("单位", _text(mentee.employer)),
        Fact("职务", _text(mentee.post)),
        Fact("任现职", _month(mentee.in_post_since)),
        Fact("所在村", _text(mentee.village)),
        Fact("对象类别", _text(mentee.category)),
        Fact("确定日期", _text(mentee.chosen_on)),
        Fact("专业领域", "、".join(map(_text, mentee.specialties or ())), wide=True),
        Fact("岗位特点", "、".join(map(_text, mentee.post_traits or ())), wide=True),
        Fact("短板弱项", _text(mentee.weakness), wide=True),
    )


def _organisation(mentee: OrganisationRow) -> tuple[Fact, ...]:
    income = f"{mentee.income:g} 万元" if mentee.income is not None else ""
    return (
        Fact("党组织", _text(mentee.name), wide=True),
        Fact("书记姓名", _text(mentee.secretary)),
        Fact("党员数", f"{mentee.members} 人" if mentee.members is not None else ""),
        Fact("所在村", _text(mentee.village)),
        Fact("组织类别", _text(mentee.category)),
        Fact("集体收入", f"{income}（年）" if income else ""),
        Fact("确定日期", _text(mentee.chosen_on)),
        Fact("状态", _text(mentee.status)),
    )


def _plan(mentee: OrganisationRow) -> tuple[Fact, ...]:
    """Return what the organisation is to improve and by when, () where nothing is written."""
    said = (mentee.action_items, mentee.measures, mentee.measures_due, mentee.inspector)
    if not any(said):
        return ()
    return (
        Fact("六项行动", _text(mentee.action_items), wide=True),
        Fact("提升措施", _text(mentee.measures), wide=True),
        Fact("提升期限", _text(mentee.measures_due)),
        Fact("验收单位", _text(mentee.inspector)),
    )


def _results(growth_file: Growth) -> Iterator[Fact]:
    history = growth_file.history
    if history and (history.steps or history.stage not in (None, Stage.NONE)):
        yield Fact("培养阶段", _text(history.stage))
        step = history.result
        led, gain = (step.people_led, step.income_gain) if step else (None, None)
        yield Fact("带动人数", f"{led} 人" if led is not None else "")
        yield Fact("人均增收", f"{gain:g} 元" if gain is not None else "")
    if growth_file.closing and isinstance(growth_file.mentee, OrganisationRow):
        yield from _closing(growth_file.closing, growth_file.mentee)


def _closing(state: OrganisationState, mentee: OrganisationRow) -> Iterator[Fact]:
    score, votes, against = state.inspection_score, mentee.votes, mentee.votes_against
    counted = f"{against}/{votes} 票" if votes is not None and against is not None else ""
    share = f"（{state.dissatisfied:.1f}%）" if state.dissatisfied is not None else ""
    yield Fact("提升进展", state.measure.value)
    yield Fact("验收得分", f"{score:g} 分" if score is not None else "")
    yield Fact("不满意票", f"{counted}{share}")
    yield Fact("销号情况", state.closing.value, wide=True)


def _text(value: object) -> str:
    """Return a cell's value as a card shows it, "" for none."""
    if value is None:
        return ""
    return str(value.value) if isinstance(value, Enum) else str(value)


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""
