"""`Doubts`: what cannot be read and might excuse a mentee.

A doubtful row counts like one row: it excuses at most what it could prove if it were read, and
several excuse no more than as many. A later good row supersedes an earlier doubtful one.

- A log entry an error cites may be one contact of each pairing it names, on its day if that can be
  read and lies in the period, on any day otherwise. A pairing cell that cannot be read names the
  pairings of its workbook whose number stands in it.
- An assessment an error cites may show other scores than those it is held against, where its own
  cannot be read or differ, unless a later assessment is good.
- A pairing whose status cannot be read may be the one its mentee is said to lack; one whose mentee
  cannot be read, that of one mentee of the workbook. The mentee's number or name in the unreadable
  cell says whose it is.
- An end-of-period assessment whose pairing cannot be read may be that of one pairing of the workbook.
- A workbook without the log, the pairings or the end-of-period assessments says nothing about what
  is absent there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from functools import cached_property
from typing import NamedTuple

from addin.domain.months import month_of
from validators.identity import UNIT_DIGITS
from validators.ledger import Ledger
from validators.relations import is_prepared
from validators.sheets import (
    AssessmentRow,
    CompletionRow,
    IndividualRow,
    LogEntryRow,
    OrganisationRow,
    PairingRow,
    Row,
)
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Aspect, PairingStatus


class Maybe(NamedTuple):
    """A contact that may have been: its day, aspect and duties where they can be read.

    `row` is its row in the log's table.
    """

    day: date | None
    aspect: Aspect | None
    duty_ids: tuple[str, ...] | None
    row: int

    def fits(self, first: date, last: date, aspect: Aspect | None, duty_id: str | None) -> bool:
        """Return whether it may lie between two days, on an aspect or for a duty if given."""
        on_time = self.day is None or first <= self.day <= last
        told = duty_id in (self.duty_ids or ())
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
        entries = self.entries(pairing_id)
        return sum(maybe.fits(first, last, aspect, duty_id) for maybe in entries)

    def entries(self, pairing_id: str) -> Collection[Maybe]:
        """Return the entries not used that may be contacts of a pairing."""
        return self._entries[0].get(pairing_id, ())

    def months(self, pairing_id: str) -> tuple[Counter[date], int]:
        """Return how many of them lie in each month, by its first day, and how many in any."""
        days = [maybe.day for maybe in self.entries(pairing_id)]
        dated = Counter(month_of(day) for day in days if day)
        return dated, days.count(None)

    def unplaced(self, file: str, first: date, last: date) -> int:
        """Return how many entries of a workbook between two days name no pairing it knows."""
        return sum(maybe.fits(first, last, None, None) for maybe in self._entries[1].get(file, ()))

    def has_log(self, file: str) -> bool:
        """Return whether a workbook's log can be read."""
        return file in self._logs

    def may_be_paired(self, mentee_id: str, file: str) -> bool:
        """Return whether a pairing that cannot be read, and names this mentee, may run."""
        return file not in self._pairings or mentee_id in self._unclear[0]

    def unplaced_pairings(self, file: str) -> int:
        """Return how many pairings of a workbook may run of which nobody knows the mentee."""
        return self._unclear[1][file]

    def may_be_completed(self, pairing_id: str, file: str) -> bool:
        """Return whether an end-of-period assessment that is not used names a pairing."""
        return file not in self._completions or pairing_id in self._completed[0]

    def unplaced_completions(self, file: str) -> int:
        """Return how many end-of-period assessments of a workbook name no pairing."""
        return self._completed[1][file]

    @cached_property
    def assessments(self) -> dict[str, list[tuple[date | None, tuple[int | None, ...]]]]:
        """Return day and scores of each mentee's assessments not used, None where unreadable."""
        table = self._ledger.table(AssessmentRow)
        accepted, by_mentee = table.accepted(), defaultdict(list)
        rows = table.columns("mentee_id", "assessed_on", *ASPECT_FIELDS)
        for row, (mentee, day, *scores) in enumerate(rows):
            if mentee and not accepted[row]:
                sure = day and day <= self._as_of and not table.has_error(row, "assessed_on")
                by_mentee[mentee].append((day if sure else None, tuple(scores)))
        return dict(by_mentee)

    @cached_property
    def _unclear(self) -> tuple[set[str], Counter[str]]:
        """Return the mentees of pairings that may run, and by workbook how many are nobody's.

        A later good pairing of the mentee says what came after one whose status cannot be read.
        """
        table = self._ledger.table(PairingRow)
        accepted, latest = table.accepted(), dict[str, date]()
        rows = list(table.columns("mentee_id", "status", "paired_on"))
        for row, (mentee, _, start) in enumerate(rows):
            if accepted[row] and mentee and start:
                latest[mentee] = max(start, latest.get(mentee, start))
        mentees, files = set[str](), Counter[str]()
        for row, (mentee, status, start) in enumerate(rows):
            if status in {PairingStatus.RUNNING, None}:
                file = table.locate(row)[0].file
                if code := mentee or self._mentee_in(file, table.raw(row, "mentee_id")):
                    superseded = status is None and start and start < latest.get(code, start)
                    mentees.update([] if superseded else [code])
                else:
                    files[file] += 1
        return mentees, files

    @cached_property
    def _completed(self) -> tuple[set[str], Counter[str]]:
        """Return the pairings an end-of-period assessment not used names; by workbook, nobody's."""
        table = self._ledger.table(CompletionRow)
        accepted, codes, files = table.accepted(), set[str](), Counter[str]()
        for row, code in enumerate(table.column("pairing_id")):
            if accepted[row] or is_prepared(table, row):
                continue
            file = table.locate(row)[0].file
            if named := {code} if code else self.guessed(file, table.raw(row, "pairing_id")):
                codes |= named
            else:
                files[file] += 1
        return codes, files

    @cached_property
    def _mentees(self) -> dict[str, list[tuple[str, str, str]]]:
        """Return code, letter and number, and name of the mentees of each workbook."""
        by_file = defaultdict(list)
        for model in (IndividualRow, OrganisationRow):
            table = self._ledger.table(model)
            for row, (code, name) in enumerate(table.columns("mentee_id", "name")):
                if code and name:
                    number = f"{code[0]}{int(code.rpartition('-')[2])}"
                    by_file[table.locate(row)[0].file].append((code, number, name))
        return by_file

    def _mentee_in(self, file: str, cell: object) -> str | None:
        """Return the one mentee of a workbook whose number or name stands in an unreadable cell."""
        typed = unicodedata.normalize("NFKC", str(cell or "")).upper()
        number = re.search(r"([GZ])(?:\d{0,9}\D+)?0*(\d{1,6})\D*$", typed)
        numbered = "".join(number.groups()) if number else None
        fitting = {
            code
            for code, own_number, name in self._mentees.get(file, ())
            if own_number == numbered or name in typed
        }
        return fitting.pop() if len(fitting) == 1 else None

    @cached_property
    def _logs(self) -> set[str]:
        return self._readable(LogEntryRow, {"date", "pairing_ids"})

    @cached_property
    def _pairings(self) -> set[str]:
        return self._readable(PairingRow, {"mentor_id", "mentee_id", "status"})

    @cached_property
    def _completions(self) -> set[str]:
        return self._readable(CompletionRow, {"pairing_id"})

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
        names = ("date", "pairing_ids", "aspect", "duty_ids")
        days, named, aspects, duties = (log.column(name) for name in names)
        for start, part in log.starts():
            for local in sorted(part.rejected):
                row = start + local
                day = None if log.has_error(row, "date") else days[row]
                codes = named[row] or self.guessed(part.file, log.raw(row, "pairing_ids"))
                yield part.file, codes, Maybe(day, aspects[row], duties[row], row)

    def guessed(self, file: str, cell: object) -> set[str]:
        """Return the pairings of a workbook whose number stands in an unreadable cell."""
        groups = re.findall(r"\d+", unicodedata.normalize("NFKC", str(cell or "")))
        numbers = {
            int(group[UNIT_DIGITS:] if len(group) > UNIT_DIGITS else group) for group in groups
        }
        return {self._numbered[file, n] for n in numbers if (file, n) in self._numbered}
