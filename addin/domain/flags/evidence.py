"""What flags rest on, read once, and what cannot be read and might excuse a mentee."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from addin.domain.contacts import Contacts
from addin.domain.duties import DutyState, progress
from addin.domain.facts import Assessment, Scores, assessments
from addin.domain.months import Span
from validators.ledger import Ledger, Table
from validators.relations import running
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Aspect, MenteeStatus, MentorStatus, PairingStatus

# SECTION What cannot be read and might excuse a mentee: absence is only told where nothing is in doubt.
#:
#: - A log entry an error cites may be a contact of the pairings it names, on its day if that can be
#:   read and lies in the period, on any day otherwise. A pairing cell that cannot be read names the
#:   pairings of its workbook whose number stands in it.
#: - A pairing whose status or mentee cannot be read may be the one its mentee, or any mentee of the
#:   workbook, is said to lack.
#: - A workbook without the log or the pairings says nothing about what is absent.

_UNIT_DIGITS = 9


class Maybe(NamedTuple):
    """A contact that may have been: its day, aspect and duty where they can be read."""

    day: date | None
    aspect: Aspect | None
    duty_id: str | None

    def fits(self, first: date, last: date, aspect: Aspect | None, duty_id: str | None) -> bool:
        """Return whether it may lie between two days, on an aspect or for a duty if given."""
        on_time = self.day is None or first <= self.day <= last
        told = self.duty_id is not None and self.duty_id == duty_id
        return on_time and (aspect is None or told or self.aspect in {None, aspect})


class Doubts:
    """Everything in doubt in a ledger."""

    def __init__(self, ledger: Ledger, as_of: date) -> None:
        self._ledger = ledger
        self._as_of = as_of

    def contacts(
        self,
        pairing_id: str,
        first: date,
        last: date,
        aspect: Aspect | None = None,
        duty_id: str | None = None,
    ) -> int:
        """Return how many entries not used may be contacts of a pairing between two days.

        Args:
            pairing_id: The pairing.
            first: First day.
            last: Last day.
            aspect: Only those that may be on this aspect,
            duty_id: or for this duty.
        """
        found = self._entries[0].get(pairing_id, ())
        return sum(maybe.fits(first, last, aspect, duty_id) for maybe in found)

    def unplaced(self, file: str, first: date, last: date) -> int:
        """Return how many entries of a workbook between two days name no pairing it knows."""
        return sum(maybe.fits(first, last, None, None) for maybe in self._entries[1].get(file, ()))

    def has_log(self, file: str) -> bool:
        """Return whether a workbook's log can be read."""
        return file in self._logs

    def may_be_paired(self, mentee_id: str, file: str) -> bool:
        """Return whether a pairing that cannot be read may be this mentee's."""
        mentees, files = self._unclear
        return file not in self._pairings or mentee_id in mentees or file in files

    @cached_property
    def assessed(self) -> frozenset[str]:
        """Return the mentees with an assessment that is not used."""
        table = self._ledger.table(AssessmentRow)
        rows = zip(table.accepted(), table.column("mentee_id"), strict=True)
        return frozenset(mentee for taken, mentee in rows if mentee and not taken)

    @cached_property
    def _unclear(self) -> tuple[set[str], set[str]]:
        """Return the mentees, and the workbooks, of pairings that may run."""
        table = self._ledger.table(PairingRow)
        mentees, files = set(), set()
        for row, (mentee, status) in enumerate(table.columns("mentee_id", "status")):
            if status in {PairingStatus.RUNNING, None}:
                if mentee:
                    mentees.add(mentee)
                else:
                    files.add(table.locate(row)[0].file)
        return mentees, files

    @cached_property
    def _logs(self) -> set[str]:
        return self._readable(LogEntryRow, {"date", "pairing_ids"})

    @cached_property
    def _pairings(self) -> set[str]:
        return self._readable(PairingRow, {"mentor_id", "mentee_id", "status"})

    def _readable(self, model: type[Row], names: Collection[str]) -> set[str]:
        parts = self._ledger.table(model).parts
        return {part.file for part in parts if part.columns.keys() >= set(names)}

    @cached_property
    def _entries(self) -> tuple[dict[str, list[Maybe]], dict[str, list[Maybe]]]:
        """Return what may be a contact, by pairing, and by workbook where no pairing is known."""
        spans = self._spans
        of_pairing: dict[str, list[Maybe]] = defaultdict(list)
        of_file: dict[str, list[Maybe]] = defaultdict(list)
        for file, codes, maybe in self._rejected_entries():
            known = [code for code in codes if code in spans]
            for code in known:
                first, last = spans[code]
                day = maybe.day
                inside = day and (first or day) <= day <= min(last or day, self._as_of)
                of_pairing[code].append(maybe if inside else maybe._replace(day=None))
            if not known:
                of_file[file].append(maybe)
        return of_pairing, of_file

    @cached_property
    def _spans(self) -> dict[str, tuple[date | None, date | None]]:
        rows = self._ledger.table(PairingRow).columns("pairing_id", "paired_on", "until")
        return {code: (first, last) for code, first, last in rows if code}

    @cached_property
    def _numbered(self) -> dict[tuple[str, int], str]:
        """Return the pairings by workbook and number."""
        table = self._ledger.table(PairingRow)
        return {
            (part.file, int(code.rpartition("-")[2])): code
            for start, part in table.starts()
            for code in table.column("pairing_id")[start : start + len(part)]
            if code
        }

    def _rejected_entries(self) -> Iterator[tuple[str, Collection[str], Maybe]]:
        """Yield workbook and pairings of every entry that is not used."""
        log = self._ledger.table(LogEntryRow)
        names = ("date", "pairing_ids", "aspect", "duty_id")
        days, named, aspects, duties = (log.column(name) for name in names)
        for start, part in log.starts():
            for local in sorted(part.rejected):
                row = start + local
                day = None if log.has_error(row, "date") else days[row]
                codes = named[row] or self._guessed(part.file, log.raw(row, "pairing_ids"))
                yield part.file, codes, Maybe(day, aspects[row], duties[row])

    def _guessed(self, file: str, cell: object) -> set[str]:
        """Return the pairings of a workbook whose number stands in an unreadable cell."""
        groups = re.findall(r"\d+", unicodedata.normalize("NFKC", str(cell or "")))
        numbers = {
            int(group[_UNIT_DIGITS:] if len(group) > _UNIT_DIGITS else group) for group in groups
        }
        return {self._numbered[file, n] for n in numbers if (file, n) in self._numbered}


# SECTION What flags rest on: mentees, running pairings, mentors, assessments and contacts, read once.
#:
#: Rows an error cites are not used, with one exception: a pairing whose mentor, mentee and status
#: can be read still says who is with whom. That keeps its mentee from being called unpaired, and
#: counts for the load of its mentor, which may be the very error.

_SEEKING = {MenteeStatus.UNPAIRED.value, MenteeStatus.PAIRED.value}


class CitedRow(NamedTuple):
    """A row a fact rests on: row `row` of `table`."""

    table: Table[Any]
    row: int


class Mentee(NamedTuple):
    """An accepted mentee 待结对 or 帮带中."""

    code: str
    cited: CitedRow
    file: str
    name: str
    chosen_on: date | None
    status_since: date | None
    surveyed_on: date | None
    scores: Scores


class Pairing(NamedTuple):
    """A running pairing; `accepted` tells whether no error cites its row."""

    code: str | None
    cited: CitedRow
    file: str
    mentor_id: str
    mentee_id: str
    paired_on: date | None
    pause: Span | None
    accepted: bool


class Mentor(NamedTuple):
    """An accepted mentor."""

    cited: CitedRow
    name: str
    status: MentorStatus
    since: date | None
    capacity: int | None


class FlagEvidence:
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

    def file_of(self, cited: CitedRow) -> str:
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
                Pairing(
                    code, CitedRow(table, row), file, mentor, mentee, start, pause, accepted[row]
                )
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
    def assessments(self) -> dict[str, tuple[Assessment, ...]]:
        """Return each mentee's assessments, the earliest first; of one day the last row's."""
        found = assessments(self.ledger, self.as_of)
        return {
            mentee: tuple({one.day: one for one in series}.values())
            for mentee, series in found.items()
        }

    def assessed(self, one: Assessment) -> CitedRow:
        """Return the row of an assessment."""
        return CitedRow(self.ledger.table(AssessmentRow), one.row)

    def _single(self, model: type[Row], *names: str) -> Iterator[tuple[Any, ...]]:
        """Yield (cited, file, ID, values…) of every accepted row whose ID stands once."""
        table = self.ledger.table(model)
        accepted, rows = table.accepted(), list(table.columns(*names))
        for code, row in table.by_single_id.items():
            if code and accepted[row]:
                yield CitedRow(table, row), table.locate(row)[0].file, code, *rows[row]
