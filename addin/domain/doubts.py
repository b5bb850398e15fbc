"""`Doubts`: what cannot be read and might excuse a mentee.

That something is absent is only said where nothing is in doubt:

- A log entry an error cites may be a contact of the pairings it names, on its day if that can be
  read and lies in the period, on any day otherwise. A pairing cell that cannot be read names the
  pairings of its workbook whose number stands in it.
- A pairing whose status or mentee cannot be read may be the one its mentee, or any mentee of the
  workbook, is said to lack.
- A workbook without the log, the pairings or the end-of-period assessments says nothing about what
  is absent there.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from validators.ledger import Ledger, Table
from validators.sheets import AssessmentRow, CompletionRow, LogEntryRow, PairingRow, Row
from validators.vocabulary import Aspect, PairingStatus

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

    def may_be_completed(self, pairing_id: str, file: str) -> bool:
        """Return whether a pairing has, or may have, an end-of-period assessment.

        One an error cites counts, and so does one that names no pairing in the pairing's workbook.
        """
        codes, files = self._completed
        return file not in self._completions or pairing_id in codes or file in files

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
    def _completed(self) -> tuple[set[str], set[str]]:
        """Return the pairings with an end-of-period assessment, and the workbooks of others."""
        table = self._ledger.table(CompletionRow)
        codes, files = set(), set()
        for row, code in enumerate(table.column("pairing_id")):
            if all(_is_blank(table, row, name) for name in ("assessed_on", "score", "conclusion")):
                continue  # a row prepared for an assessment that was not held yet
            if code:
                codes.add(code)
            else:
                files.add(table.locate(row)[0].file)
        return codes, files

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
        names = ("date", "pairing_ids", "aspect", "duty_id")
        days, named, aspects, duties = (log.column(name) for name in names)
        for start, part in log.starts():
            for local in sorted(part.rejected):
                row = start + local
                day = None if log.has_error(row, "date") else days[row]
                codes = named[row] or self.guessed(part.file, log.raw(row, "pairing_ids"))
                yield part.file, codes, Maybe(day, aspects[row], duties[row])

    def guessed(self, file: str, cell: object) -> set[str]:
        """Return the pairings of a workbook whose number stands in an unreadable cell."""
        groups = re.findall(r"\d+", unicodedata.normalize("NFKC", str(cell or "")))
        numbers = {
            int(group[_UNIT_DIGITS:] if len(group) > _UNIT_DIGITS else group) for group in groups
        }
        return {self._numbered[file, n] for n in numbers if (file, n) in self._numbered}


def _is_blank(table: Table[Any], row: int, name: str) -> bool:
    return table.has_cell(row, name) and table.raw(row, name) is None
