"""职责清单: the duties a pairing starts with, and how far the log has brought each.

Progress is counted by these rules, in this order; a contact is what `addin.domain.contacts` says, so
a joint entry is one contact for each of its pairings.

1. A contact advances at most one duty of its pairing, whichever side owes it.
2. An entry that names a duty (职责编号) of the pairing advances that duty, on whatever day: what is
   done late is done. For its other pairings a joint entry counts as if it named none.
3. A contact whose entry names no duty of the pairing advances one whose 帮带方面 is the entry's,
   whose 帮带方法 is the entry's or blank, and whose 开始日期 to 截止日期 hold the day. Of several
   it is the one due first (then started first, then listed first) that is not full yet, counting
   what rule 2 gave it; where all are full, the one due first. Contacts are taken by day.
4. A duty is 已完成 with 目标次数 contacts, else 逾期 after 截止日期, else 进行中 or 未开始.

An entry that names a duty whose row is rejected or whose ID stands twice advances nothing there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from addin.domain.contacts import Contacts
from addin.domain.months import add_months
from validators.ledger import Table
from validators.normalise import split_words
from validators.settings import Settings
from validators.sheets import DutyRow, DutyTemplateRow, IndividualRow, OrganisationRow, PairingRow
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Aspect, DutyProgress, Method, Side, Subject


@dataclass(frozen=True, slots=True)
class DutyState:
    """One accepted row of 职责清单 and what the log says of it.

    Attributes:
        row: Its row in the duties' table.
        entries: IDs of the log entries that advance it by day, None where one has none yet.
        rows: Their rows in the log's table.
        last_done_on: Day of the last of them.
    """

    row: int
    duty_id: str | None
    pairing_id: str
    side: Side | None
    aspect: Aspect
    item: str | None
    target: int
    starts_on: date
    due_on: date
    entries: tuple[str | None, ...]
    rows: tuple[int, ...]
    last_done_on: date | None
    progress: DutyProgress

    @property
    def done(self) -> int:
        """Return how many contacts advance it; more than the target where clerks did more."""
        return len(self.rows)

    @property
    def rate(self) -> float:
        """Return the share of the target that is done in percent, at most 100."""
        return round(100 * min(self.done, self.target) / self.target, 1)

    def as_row(self) -> dict[str, Any]:
        """Return the computed cells of its row by field."""
        return {
            "done": self.done,
            "rate": self.rate,
            "last_done_on": self.last_done_on,
            "progress": self.progress,
        }


@dataclass(slots=True)
class _Duty:
    """A duty while contacts are given to it."""

    row: int
    duty_id: str | None
    pairing_id: str
    side: Side | None
    aspect: Aspect
    item: str | None
    method: Method | None
    target: int
    starts_on: date
    due_on: date
    given: list[tuple[date, int]] = field(default_factory=list)

    @property
    def full(self) -> bool:
        return len(self.given) >= self.target

    def takes(self, day: date, method: Method | None) -> bool:
        fits = self.method is None or self.method is method
        return fits and self.starts_on <= day <= self.due_on


_Contact = tuple[date, int, Aspect | None]
"""Day, row of the entry in the log's table, aspect."""


def progress(contacts: Contacts) -> tuple[DutyState, ...]:
    """Return the state of every accepted duty, in sheet order.

    Args:
        contacts: Of the ledger whose duties are counted.
    """
    table = contacts.ledger.table(DutyRow)
    duties = _duties(table)
    by_pairing: dict[str, list[_Duty]] = defaultdict(list)
    for duty in duties:
        by_pairing[duty.pairing_id].append(duty)
    for pairing_id, owed in by_pairing.items():
        _count(contacts, pairing_id, owed, table)
    log_ids = contacts.log.column("log_id")
    return tuple(_state(duty, log_ids, contacts.as_of) for duty in duties)


def _duties(table: Table[DutyRow]) -> list[_Duty]:
    names = (
        "duty_id", "pairing_id", "side", "aspect", "item", "method", "target", "starts_on", "due_on",
    )  # fmt: skip
    return [
        _Duty(row, *values)
        for row, values in table.accepted_rows(*names)
        if None not in (values[1], values[3], *values[6:])
    ]


def _count(
    contacts: Contacts, pairing_id: str, owed: Iterable[_Duty], table: Table[DutyRow]
) -> None:
    """Give the contacts of one pairing to its duties."""
    by_row, row_of = {duty.row: duty for duty in owed}, table.by_single_id
    named, owners = contacts.log.column("duty_id"), table.column("pairing_id")
    pair, unnamed = contacts.of_pairing(pairing_id), list[_Contact]()
    for contact in zip(pair.days, pair.rows, pair.aspects, strict=True):
        duty_id = named[contact[1]]
        row = None if duty_id is None else row_of.get(duty_id)
        if duty_id is None or (row is not None and owners[row] != pairing_id):
            unnamed.append(contact)
        elif row in by_row:
            by_row[row].given.append(contact[:2])
    _share_out(unnamed, by_row.values(), contacts.log.column("method"))


def _share_out(
    unnamed: Iterable[_Contact], duties: Iterable[_Duty], methods: list[Method | None]
) -> None:
    """Give contacts that name no duty to the duties they fit; see rule 3."""
    by_aspect: dict[Aspect | None, list[_Duty]] = defaultdict(list)
    for duty in sorted(duties, key=lambda duty: (duty.due_on, duty.starts_on, duty.row)):
        by_aspect[duty.aspect].append(duty)
    for day, row, aspect in unnamed:
        worked_on = by_aspect.get(aspect)
        fitting = [duty for duty in worked_on if duty.takes(day, methods[row])] if worked_on else ()
        if fitting:
            chosen = next((duty for duty in fitting if not duty.full), fitting[0])
            chosen.given.append((day, row))


def _state(duty: _Duty, log_ids: list[str | None], as_of: date) -> DutyState:
    given = sorted(duty.given)
    return DutyState(
        row=duty.row,
        duty_id=duty.duty_id,
        pairing_id=duty.pairing_id,
        side=duty.side,
        aspect=duty.aspect,
        item=duty.item,
        target=duty.target,
        starts_on=duty.starts_on,
        due_on=duty.due_on,
        entries=tuple(log_ids[row] for _, row in given),
        rows=tuple(row for _, row in given),
        last_done_on=given[-1][0] if given else None,
        progress=_progress(duty, as_of),
    )


def _progress(duty: _Duty, as_of: date) -> DutyProgress:
    if duty.full:
        return DutyProgress.DONE
    if duty.due_on < as_of:
        return DutyProgress.OVERDUE
    return DutyProgress.IN_PROGRESS if duty.given else DutyProgress.NOT_STARTED


# --- the duties of a new pairing ---

Mentee = IndividualRow | OrganisationRow


def new_duties(
    pairing: PairingRow,
    mentee: Mentee,
    templates: Iterable[DutyTemplateRow],
    settings: Settings,
    next_id: Callable[[], str],
    aspects: Sequence[Aspect] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of 职责清单 a new pairing starts with, field → value.

    A template is taken where its 适用对象 is the mentee's kind, its 适用类别 is blank or names the
    mentee's category, and its 帮带方面 is worked on. A duty starts on the day of pairing and is due
    on the last day of the template's months, or of the period if that is earlier; then the target
    shrinks with it, rounded up.

    Args:
        pairing: With ID and period.
        mentee: Its mentee.
        templates: In the order of the sheet.
        settings: For what is weak.
        next_id: Makes the ID of each duty, called once for each.
        aspects: What this pairing works on, as when several mentors share a mentee's weak
            aspects; `aspects_to_work_on` if None.
    """
    start, until = pairing.paired_on, pairing.until
    if not start or not until or until < start:
        return []
    wanted = aspects_to_work_on(mentee, settings) if aspects is None else tuple(aspects)
    fitting = [template for template in templates if template.aspect in wanted]
    fitting = [template for template in fitting if _fits(template, mentee)]
    fitting.sort(key=lambda template: wanted.index(template.aspect))
    return [
        {
            "duty_id": next_id(),
            "pairing_id": pairing.pairing_id,
            "side": template.side,
            "aspect": template.aspect,
            "item": template.item,
            "method": template.method,
            **_term(template, start, until),
        }
        for template in fitting
    ]


def aspects_to_work_on(mentee: Mentee, settings: Settings) -> tuple[Aspect, ...]:
    """Return the weak aspects, or the lowest one where none is weak; none without a score.

    Of several lowest aspects the first in the order of the six is returned.
    """
    scores = [
        (score, aspect)
        for aspect, name in zip(Aspect, ASPECT_FIELDS, strict=True)
        if (score := getattr(mentee, name)) is not None
    ]
    weak = tuple(aspect for score, aspect in scores if score <= settings.weak_at_most)
    return weak or tuple(aspect for _, aspect in sorted(scores, key=lambda scored: scored[0])[:1])


def _fits(template: DutyTemplateRow, mentee: Mentee) -> bool:
    kind = Subject.INDIVIDUAL if isinstance(mentee, IndividualRow) else Subject.ORGANISATION
    if template.subject is not kind or not (template.months and template.target):
        return False
    return not template.category or mentee.category in split_words(template.category)


def _term(template: DutyTemplateRow, start: date, until: date) -> dict[str, Any]:
    """Return start, due date and target within the period."""
    due = add_months(start, template.months) - timedelta(days=1)
    planned = (due - start).days + 1
    left = (min(due, until) - start).days + 1
    # Whole numbers, rounded up: a duty that is cut short is still owed once.
    target = -(-template.target * left // planned)
    return {"target": target, "starts_on": start, "due_on": min(due, until)}
