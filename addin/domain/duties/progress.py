"""Count how far the log has brought each duty of 职责清单.

Progress is counted by these rules; a contact is what `addin.domain.contacts` says, so a joint entry
is one contact for each of its pairings.

1. A contact advances at most one duty of its pairing, whichever side owes it.
2. An entry that names duties (职责编号) advances, for each of its pairings, the first of them that is
   that pairing's, on whatever day: what is done late is done.
3. An entry that names none advances nothing. It may be proposed (`addin.domain.duties.proposals`),
   and counts once the clerk has accepted the proposal.
4. A duty is 已完成 with 目标次数 contacts, else 逾期 after 截止日期, else 进行中 or 未开始. It is not
   called 逾期 while contacts proposed for it would complete it.

An entry that names a duty whose row is rejected or whose ID stands twice advances nothing there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from addin.domain.contacts import Contacts, PairContacts
from addin.domain.duties.proposals import OpenDuty, UnnamedContact, propose
from validators.ledger import Table
from validators.sheets import DutyRow
from validators.vocabulary import Aspect, DutyProgress, Method, Side


class DutyState(NamedTuple):
    """One accepted row of 职责清单 and what the log says of it.

    Attributes:
        row: Its row in the duties' table.
        entries: IDs of the log entries that advance it by day, None where one has none yet.
        rows: Their rows in the log's table.
        last_done_on: Day of the last of them.
        proposed: Rows of the entries proposed for it, by day.
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
    proposed: tuple[int, ...]
    progress: DutyProgress

    @property
    def done(self) -> int:
        """Return how many contacts advance it; more than the target where clerks did more."""
        return len(self.rows)

    @property
    def rate(self) -> float:
        """Return the share of the target that is done in percent, at most 100."""
        return round(100 * min(self.done, self.target) / self.target, 1)

    @property
    def pending(self) -> str:
        """Return how many contacts wait to be accepted, as a clause; "" for none."""
        return f"，另有 {len(self.proposed)} 条待确认" if self.proposed else ""

    def as_row(self) -> dict[str, Any]:
        """Return the computed cells of its row by field."""
        return {
            "done": self.done,
            "rate": self.rate,
            "last_done_on": self.last_done_on,
            "progress": self.progress,
        }


@dataclass(frozen=True, slots=True)
class DutyReport:
    """What a log says of the duties.

    Attributes:
        states: Of every accepted duty, in sheet order.
        unnamed: Rows of the log that name no duty though a pairing of theirs has some.
    """

    states: tuple[DutyState, ...]
    unnamed: frozenset[int]

    @property
    def proposals(self) -> dict[int, tuple[str, ...]]:
        """Return the IDs of the duties each row of the log is proposed for, in sheet order."""
        by_row: dict[int, list[str]] = defaultdict(list)
        for state in self.states:
            for row in state.proposed:
                if state.duty_id:
                    by_row[row].append(state.duty_id)
        return {row: tuple(codes) for row, codes in by_row.items()}


@dataclass(slots=True)
class _Duty:
    """A duty while contacts are given to it: rows of the log, by day."""

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
    given: list[int] = field(default_factory=list)
    proposed: list[tuple[date, int]] = field(default_factory=list)

    @property
    def needs(self) -> int:
        return self.target - len(self.given)

    @property
    def open(self) -> OpenDuty:
        return OpenDuty(
            self.row, self.aspect, self.method, self.item, self.starts_on, self.due_on, self.needs
        )


def duty_report(contacts: Contacts) -> DutyReport:
    """Return the state of every accepted duty, and the entries that count for none.

    Args:
        contacts: Of the ledger whose duties are counted.
    """
    table = contacts.ledger.table(DutyRow)
    duties = _duties(table)
    by_pairing: dict[str, list[_Duty]] = defaultdict(list)
    for duty in duties:
        by_pairing[duty.pairing_id].append(duty)
    unnamed = set[int]()
    counter = _Counter(contacts, table)
    for pairing_id, owed in by_pairing.items():
        unnamed.update(counter.count(pairing_id, owed))
    log_ids, days = contacts.log.column("log_id"), contacts.log.column("date")
    states = tuple([_state(duty, log_ids, days, contacts.as_of) for duty in duties])
    return DutyReport(states, frozenset(unnamed))


def _duties(table: Table[DutyRow]) -> list[_Duty]:
    names = (
        "duty_id", "pairing_id", "side", "aspect", "item", "method", "target", "starts_on", "due_on",
    )  # fmt: skip
    return [
        _Duty(row, *values)
        for row, values in table.accepted_rows(*names)
        if None not in (values[1], values[3], *values[6:])
    ]


class _Counter:
    """Gives contacts to the duties they name, and proposes the others."""

    def __init__(self, contacts: Contacts, table: Table[DutyRow]) -> None:
        self._contacts = contacts
        self._named: list[tuple[str, ...] | None] = contacts.log.column("duty_ids")
        self._methods: list[Method | None] = contacts.log.column("method")
        self._contents: list[str | None] = contacts.log.column("content")
        self._row_of, self._owners = table.by_single_id, table.column("pairing_id")

    def count(self, pairing_id: str, duties: list[_Duty]) -> list[int]:
        """Give one pairing's contacts to its duties; return the rows that name no duty at all."""
        by_row, named, row_of = {duty.row: duty for duty in duties}, self._named, self._row_of
        pair = self._contacts.of_pairing(pairing_id)
        unnamed = []
        for at, row in enumerate(pair.rows):
            if codes := named[row]:
                # nearly every entry names one duty: if that is another pairing's, it is none of these
                own = row_of.get(codes[0], -1) if len(codes) == 1 else self._own(codes, pairing_id)
                if own in by_row:
                    by_row[own].given.append(row)
            else:
                unnamed.append(at)
        needy = [duty.open for duty in duties if duty.needs > 0]
        if needy and unnamed:
            for duty_row, contacts in propose(
                self._of_aspects(pair, unnamed, needy), needy
            ).items():
                by_row[duty_row].proposed = contacts
        return [pair.rows[at] for at in unnamed]

    def _of_aspects(
        self, pair: PairContacts, unnamed: list[int], needy: list[OpenDuty]
    ) -> Iterator[UnnamedContact]:
        """Yield those of a pairing's `unnamed` contacts that are about an aspect of a duty."""
        aspects = {duty.aspect for duty in needy}
        for at in unnamed:
            if (aspect := pair.aspects[at]) in aspects:
                row = pair.rows[at]
                yield UnnamedContact(
                    pair.days[at], row, aspect, self._methods[row], self._contents[row]
                )

    def _own(self, named: tuple[str, ...], pairing_id: str) -> int:
        """Return the row of the first duty named that is this pairing's, -1 for none."""
        rows = (self._row_of.get(code) for code in named)
        return next((r for r in rows if r is not None and self._owners[r] == pairing_id), -1)


def _state(duty: _Duty, log_ids: list[str | None], days: list[date], as_of: date) -> DutyState:
    given = duty.given
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
        entries=tuple([log_ids[row] for row in given]),
        rows=tuple(given),
        last_done_on=days[given[-1]] if given else None,
        proposed=tuple([row for _, row in duty.proposed]),
        progress=_progress(duty, as_of),
    )


def _progress(duty: _Duty, as_of: date) -> DutyProgress:
    if duty.needs <= 0:
        return DutyProgress.DONE
    if duty.due_on < as_of and duty.needs > len(duty.proposed):
        return DutyProgress.OVERDUE
    begun = duty.given or duty.due_on < as_of
    return DutyProgress.IN_PROGRESS if begun else DutyProgress.NOT_STARTED
