"""Growth cards to be printed: `bangdai cards`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path

from addin.actions.ledger_set import LedgerSet, read_together
from addin.actions.validate import Progress
from addin.domain.contacts import Contacts
from addin.domain.facts import LedgerFacts, Pairing
from addin.domain.growth import Event, EventKind, Growth, Mentee, growth, timeline
from addin.domain.organisations import OrganisationState
from validators.divisions import unit_name
from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.sheets import IndividualRow, LogEntryRow, MentorRow, OrganisationRow
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
from workbooks.files import check_writable, refuse_foreign, replace_atomically

# SECTION The growth cards of a ledger: what each says, from growth files and timelines.

_ELSEWHERE = {EventKind.CONTACT, EventKind.DUTY, EventKind.ASSESSED, EventKind.COMPLETED}
"""Events a card shows in sections of their own."""


def cards_of(contacts: Contacts, mentees: Collection[str] = ()) -> tuple[Card, ...]:
    """Return the card of every mentee, those of one unit together.

    Args:
        contacts: Of the ledger the cards are made from.
        mentees: Only these; all if empty.
    """
    maker = _Maker(contacts, contacts.ledger.table(MentorRow), contacts.log)
    growths = growth(LedgerFacts(contacts))
    wanted = [one for one in growths if not mentees or one.mentee_id in mentees]
    return tuple(maker.card(one) for one in sorted(wanted, key=lambda one: _unit(one.mentee_id)))


def _unit(code: str) -> str:
    return code[1:10]


@dataclass(frozen=True, slots=True)
class _Maker:
    """What every card is made from."""

    contacts: Contacts
    mentors: Table[MentorRow]
    log: Table[LogEntryRow]

    def card(self, one: Growth) -> Card:
        mentee = one.mentee
        events = timeline(one, self.contacts)
        names = {each.pairing_id: one.mentor_names[each.mentor_id] for each in one.pairings}
        return Card(
            mentee_id=one.mentee_id,
            name=mentee.name or "",
            organisation=isinstance(mentee, OrganisationRow),
            unit="".join(unit_name(_unit(one.mentee_id))),
            category=_said(mentee.category),
            status=_said(mentee.status),
            facts=_facts(mentee),
            mentors=tuple(self._mentor(each, names[each.pairing_id]) for each in one.pairings),
            weak="、".join(one.weak),
            trend=one.trend.value,
            surveyed_on=mentee.surveyed_on,
            baseline=one.baseline,
            assessments=tuple(Assessment(a.day, a.scores, a.satisfaction) for a in one.assessments),
            duties=tuple(
                Duty(
                    _said(d.side), _said(d.aspect), d.item or "", d.done, d.target, d.due_on,
                    d.last_done_on, _said(d.progress),
                )
                for d in one.duties
            ),
            contacts=tuple(self._contacts(events, names)),
            milestones=tuple(
                Milestone(event.day, event.kind.value, event.text)
                for event in events
                if event.kind not in _ELSEWHERE
            ),
            results=tuple(_results(one)),
            completions=tuple(
                Completion(
                    done.day, names[done.pairing_id], done.pairing_id, done.score,
                    _said(done.rating), _said(done.conclusion),
                )
                for done in one.completions
            ),
        )  # fmt: skip

    def _mentor(self, pairing: Pairing, name: str) -> Mentor:
        """Return a pairing; of another township's mentor only the unit is known here."""
        at = self.mentors.by_single_id.get(pairing.mentor_id)
        if at is None:
            post = "".join(unit_name(_unit(pairing.mentor_id)))
        else:
            facts = (self.mentors.column(name)[at] for name in ("employer", "post"))
            post = " ".join(fact for fact in facts if fact)
        return Mentor(
            name, post, pairing.pairing_id, pairing.paired_on, pairing.until,
            _said(pairing.status), self.contacts.count(pairing.pairing_id),
        )  # fmt: skip

    def _contacts(self, events: tuple[Event, ...], names: dict[str, str]) -> Iterator[Contact]:
        fields = ("aspect", "form", "pairing_ids", "content")
        aspects, forms, pairings, contents = (self.log.column(name) for name in fields)
        for event in events:
            if event.kind is EventKind.CONTACT:
                row = event.row
                mentors = dict.fromkeys(names[c] for c in pairings[row] or () if c in names)
                yield Contact(
                    event.day, _said(aspects[row]), _said(forms[row]), tuple(mentors),
                    contents[row] or "",
                )  # fmt: skip


def _facts(mentee: Mentee) -> tuple[Fact, ...]:
    return _organisation(mentee) if isinstance(mentee, OrganisationRow) else _individual(mentee)


def _individual(mentee: IndividualRow) -> tuple[Fact, ...]:
    return (
        Fact("姓名", _said(mentee.name)),
        Fact("性别", _said(mentee.gender)),
        Fact("民族", _said(mentee.ethnicity)),
        Fact("出生年月", _month(mentee.born)),
        Fact("政治面貌", _said(mentee.politics)),
        Fact("状态", _said(mentee.status)),
        Fact("单位", _said(mentee.employer)),
        Fact("职务", _said(mentee.post)),
        Fact("任现职", _month(mentee.in_post_since)),
        Fact("所在村", _said(mentee.village)),
        Fact("对象类别", _said(mentee.category)),
        Fact("确定日期", _said(mentee.chosen_on)),
        Fact("专业领域", "、".join(map(_said, mentee.specialties or ())), wide=True),
        Fact("岗位特点", "、".join(map(_said, mentee.post_traits or ())), wide=True),
        Fact("短板弱项", _said(mentee.weakness), wide=True),
    )


def _organisation(mentee: OrganisationRow) -> tuple[Fact, ...]:
    income = f"{mentee.income:g} 万元" if mentee.income is not None else ""
    return (
        Fact("党组织", _said(mentee.name), wide=True),
        Fact("书记姓名", _said(mentee.secretary)),
        Fact("党员数", f"{mentee.members} 人" if mentee.members is not None else ""),
        Fact("所在村", _said(mentee.village)),
        Fact("组织类别", _said(mentee.category)),
        Fact("集体收入", f"{income}（年）" if income else ""),
        Fact("确定日期", _said(mentee.chosen_on)),
        Fact("状态", _said(mentee.status)),
        Fact("提升期限", _said(mentee.measures_due)),
        Fact("验收单位", _said(mentee.inspector)),
        Fact("六项行动", _said(mentee.action_items), wide=True),
        Fact("提升措施", _said(mentee.measures), wide=True),
    )


def _results(one: Growth) -> Iterator[Fact]:
    history = one.history
    if history and (history.steps or history.stage not in (None, Stage.NONE)):
        yield Fact("培养阶段", _said(history.stage))
        step = history.result
        led, gain = (step.people_led, step.income_gain) if step else (None, None)
        yield Fact("带动人数", f"{led} 人" if led is not None else "")
        yield Fact("人均增收", f"{gain:g} 元" if gain is not None else "")
    if one.closing and isinstance(one.mentee, OrganisationRow):
        yield from _closing(one.closing, one.mentee)


def _closing(state: OrganisationState, mentee: OrganisationRow) -> Iterator[Fact]:
    score, votes, against = state.inspection_score, mentee.votes, mentee.votes_against
    counted = f"{against}/{votes} 票" if votes is not None and against is not None else ""
    share = f"（{state.dissatisfied:.1f}%）" if state.dissatisfied is not None else ""
    yield Fact("提升进展", state.measure.value)
    yield Fact("验收得分", f"{score:g} 分" if score is not None else "")
    yield Fact("不满意票", f"{counted}{share}")
    yield Fact("销号情况", state.closing.value, wide=True)


def _said(value: object) -> str:
    """Return a cell's value as a card shows it, "" for none."""
    if value is None:
        return ""
    return str(value.value) if isinstance(value, Enum) else str(value)


def _month(day: date | None) -> str:
    return f"{day:%Y-%m}" if day else ""


# SECTION Write growth cards to be printed: `bangdai cards`.

_NAMED = 5


@dataclass(frozen=True, slots=True)
class CardsResult:
    """What was written.

    Attributes:
        together: The ledgers the cards were made from.
        cards: How many cards there are.
        left_out: IDs of the wanted mentees whose rows hold errors or share an ID; no cards.
        out: The workbook.
    """

    together: LedgerSet
    cards: int
    left_out: tuple[str, ...]
    out: Path

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read, 1 if a mentee has no card, else 0."""
        if self.together.report.unreadable:
            return 2
        return 1 if self.left_out else 0


def write_cards(
    path: Path,
    out: Path,
    *,
    as_of: date,
    mentees: Collection[str] = (),
    settings_file: Path | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> CardsResult:
    """Write the growth cards of a ledger, or of a folder of ledgers, as one workbook.

    Args:
        path: A ledger, or a folder of them, so that mentors of other townships are known by name.
        out: The workbook; only one of cards is replaced.
        as_of: Later entries are not shown.
        mentees: IDs of those whose cards are wanted; all if empty.
        settings_file: Settings that win over each ledger's own.
        jobs: Worker processes.
        progress: Told of every file read.

    Raises:
        UsageError: There is no readable ledger, nobody to make a card of, or no such mentee.
        WriteRefused: `out` cannot be written.
    """
    _check(out)
    together = read_together(
        path, as_of=as_of, settings_file=settings_file, jobs=jobs, progress=progress
    )
    return print_cards(together, out, as_of=as_of, mentees=mentees)


def print_cards(
    together: LedgerSet, out: Path, *, as_of: date, mentees: Collection[str] = ()
) -> CardsResult:
    """Write the growth cards of ledgers that are read already; see `write_cards`.

    Raises:
        UsageError: There is nobody to make a card of, or no such mentee.
        WriteRefused: `out` cannot be written.
    """
    _check(out)
    known = dict.fromkeys(_mentee_ids(together.ledger))
    wanted = dict.fromkeys(code.strip().upper() for code in mentees)
    _refuse_unknown(wanted, known)
    contacts = Contacts(together.ledger, together.settings, as_of, together.own_settings)
    cards = cards_of(contacts, wanted)
    if not cards:
        raise UsageError("没有可以制作档案卡的对象", "请先填写对象表，或改正校验结果中的错误")
    content = Cards(cards, as_of)
    replace_atomically(out, lambda draft: workbook.write_cards(draft, content))
    made = {card.mentee_id for card in cards}
    left_out = tuple(code for code in wanted or known if code not in made)
    return CardsResult(together, len(cards), left_out, out)


def _check(out: Path) -> None:
    refuse_foreign(out, FILE_KIND)
    check_writable(out)


def _mentee_ids(ledger: Ledger) -> Iterator[str]:
    for model in (IndividualRow, OrganisationRow):
        yield from filter(None, ledger.table(model).column("mentee_id"))


def _refuse_unknown(wanted: Collection[str], known: Collection[str]) -> None:
    unknown = [code for code in wanted if code not in known]
    if unknown:
        more = f"等 {len(unknown)} 个" if len(unknown) > _NAMED else ""
        raise UsageError(
            f"台账里没有对象 {'、'.join(unknown[:_NAMED])}{more}",
            "请核对编号，如 G640402104-001",
        )
