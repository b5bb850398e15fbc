"""What flags rest on: mentees, running pairings, mentors, assessments and contacts, read once.

Rows an error cites are not used, with one exception: a pairing whose mentor, mentee and status
can be read still says who is with whom. That keeps its mentee from being called unpaired, and
counts for the load of its mentor, which may be the very error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from addin.tasks.assessed import Assessed, Scores, assessments
from addin.tasks.contacts import Contacts
from addin.tasks.duties import DutyState, progress
from addin.tasks.flags.doubts import Doubts
from addin.tasks.months import Span
from validators.ledger import Table
from validators.rules.relations import running
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    IndividualRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import MenteeStatus, MentorStatus, PairingStatus

__all__ = ["Cited", "Grounds", "Mentee", "Mentor", "Pairing"]

_SEEKING = {MenteeStatus.UNPAIRED.value, MenteeStatus.PAIRED.value}


class Cited(NamedTuple):
    """A row a fact rests on: row `row` of `table`."""

    table: Table[Any]
    row: int


class Mentee(NamedTuple):
    """An accepted mentee 待结对 or 帮带中."""

    code: str
    cited: Cited
    file: str
    name: str
    chosen_on: date | None
    status_since: date | None
    surveyed_on: date | None
    scores: Scores


class Pairing(NamedTuple):
    """A running pairing; `accepted` tells whether no error cites its row."""

    code: str | None
    cited: Cited
    file: str
    mentor_id: str
    mentee_id: str
    paired_on: date | None
    pause: Span | None
    accepted: bool


class Mentor(NamedTuple):
    """An accepted mentor."""

    cited: Cited
    name: str
    status: MentorStatus
    since: date | None
    capacity: int | None


class Grounds:
    """Everything the rules look at.

    Attributes:
        contacts: Every pairing's contacts.
        duties: The state of every duty.
        ledger: Of one or many workbooks, after validation.
        as_of: The day everything is judged by.
        doubts: What cannot be read.
    """

    def __init__(self, contacts: Contacts, duties: Iterable[DutyState] | None = None) -> None:
        self.contacts = contacts
        self.duties = tuple(progress(contacts) if duties is None else duties)
        self.ledger = contacts.ledger
        self.as_of = contacts.as_of
        self.doubts = Doubts(contacts.ledger, contacts.as_of)

    def settings_of(self, file: str) -> Settings:
        """Return the settings that hold for a workbook."""
        return self.contacts.own.get(file, self.contacts.settings)

    def file_of(self, cited: Cited) -> str:
        """Return the workbook of a row."""
        return cited.table.locate(cited.row)[0].file

    @cached_property
    def mentees(self) -> dict[str, Mentee]:
        """Return the accepted mentees 待结对 or 帮带中 by ID, in ledger order."""
        names = ("chosen_on", "status_since", "surveyed_on", "status", *ASPECT_FIELDS)
        found: dict[str, Mentee] = {}
        for model in (IndividualRow, OrganisationRow):
            for cited, file, code, name, chosen, since, surveyed, status, *scores in self._single(
                model, "name", *names
            ):
                if status in _SEEKING:
                    found[code] = Mentee(
                        code, cited, file, name, chosen, since, surveyed, tuple(scores)
                    )
        return found

    @cached_property
    def mentors(self) -> dict[str, Mentor]:
        """Return the accepted mentors by ID."""
        rows = self._single(MentorRow, "name", "status", "status_since", "capacity")
        return {code: Mentor(cited, *values) for cited, _, code, *values in rows}

    def mentor_name(self, code: str) -> str:
        """Return a mentor's name; the ID where the ledger does not know the mentor."""
        return self.mentors[code].name if code in self.mentors else code

    @cached_property
    def running(self) -> dict[str, list[Pairing]]:
        """Return the running pairings of each mentee, rejected rows included."""
        table = self.ledger.table(PairingRow)
        accepted = table.accepted()
        rows = list(table.columns("pairing_id", "paired_on", "paused_from", "paused_to", "until"))
        found: dict[str, list[Pairing]] = defaultdict(list)
        for row, mentor, mentee in running(self.ledger):
            code, start, first, last, until = rows[row]
            pause = (first, last or until or self.as_of) if first else None
            file = table.locate(row)[0].file
            found[mentee].append(
                Pairing(code, Cited(table, row), file, mentor, mentee, start, pause, accepted[row])
            )
        return found

    @cached_property
    def ended(self) -> dict[str, list[tuple[PairingStatus, date | None]]]:
        """Return status and 期满日期 of the pairings each mentee had before."""
        found: dict[str, list[tuple[PairingStatus, date | None]]] = defaultdict(list)
        rows = self.ledger.table(PairingRow).columns("mentee_id", "status", "until")
        for mentee, status, until in rows:
            if mentee and status and status is not PairingStatus.RUNNING:
                found[mentee].append((status, until))
        return found

    @cached_property
    def settled(self) -> dict[str, tuple[Pairing, ...]]:
        """Return each mentee's accepted running pairings whose grace is over."""
        known = self.contacts.known
        found = {}
        for code in self.mentees:
            old = [
                made
                for made in self.running.get(code, ())
                if made.accepted and made.code in known and self.is_settled(made)
            ]
            if old:
                found[code] = tuple(old)
        return found

    def is_settled(self, made: Pairing) -> bool:
        """Return whether the grace of a new pairing is over."""
        grace = timedelta(days=self.settings_of(made.file).grace_days)
        return made.paired_on is not None and made.paired_on + grace <= self.as_of

    def is_paused(self, made: Pairing) -> bool:
        """Return whether a pairing pauses on the as-of date."""
        return made.pause is not None and made.pause[0] <= self.as_of <= made.pause[1]

    @cached_property
    def assessments(self) -> dict[str, tuple[Assessed, ...]]:
        """Return each mentee's assessments, the earliest first; of one day the last row's."""
        found = assessments(self.ledger, self.as_of)
        return {
            mentee: tuple({one.day: one for one in series}.values())
            for mentee, series in found.items()
        }

    def assessed(self, one: Assessed) -> Cited:
        """Return the row of an assessment."""
        return Cited(self.ledger.table(AssessmentRow), one.row)

    def _single(self, model: type[Row], *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield (cited, file, ID, values…) of every accepted row whose ID stands once."""
        table = self.ledger.table(model)
        accepted, rows = table.accepted(), list(table.columns(*names))
        for code, row in table.by_single_id.items():
            if code and accepted[row]:
                yield Cited(table, row), table.locate(row)[0].file, code, *rows[row]
