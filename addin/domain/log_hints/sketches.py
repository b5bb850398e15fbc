"""Reduce one workbook's log to what is compared between workbooks: small, and made where it is read.

A sketch rests on its workbook alone. What rests on all of them, the names to mask above all, is
worked out where sketches are joined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from addin.domain.contacts import IntArray
from addin.domain.log_hints.bunched import BusyDay, Hint, by_row, log_shape
from addin.domain.log_hints.skeletons import Units, encoded, joined
from validators.ledger import Ledger, SheetPart
from validators.settings import Settings
from validators.sheets import (
    AssessmentRow,
    IndividualRow,
    LogEntryRow,
    MentorRow,
    OrganisationRow,
    Row,
    UnitRow,
    model_for,
)

_NAMES: tuple[tuple[type[Row], str], ...] = (
    (MentorRow, "name"),
    (IndividualRow, "name"),
    (OrganisationRow, "secretary"),
    (LogEntryRow, "recorder"),
    (AssessmentRow, "assessor"),
    (UnitRow, "reporter"),
    (UnitRow, "reviewer"),
)
_FACTS = 6


class Entry(NamedTuple):
    """One entry; entries sort by date, then ID, then place.

    Attributes:
        log_id: "" where the clerk left it blank.
        row: Row of the worksheet.
        carried: Whether it stands in 上年日志.
    """

    day: date
    log_id: str
    file: str
    row: int
    pairings: tuple[str, ...]
    recorder: str
    content: str
    carried: bool


@dataclass(frozen=True, slots=True)
class LogSketch:
    """The accepted, dated entries of one workbook, and what its log shows by itself.

    Attributes:
        digest: Of everything that is compared with other workbooks.
        city: The four digits of its unit's city, "" where nobody knows its unit.
        names: Of the persons it speaks of.
        busy: Days with more entries of one recorder than usual, joint activities still apart.
        bunched: Hints on entries bunched at a period's end.
        facts: Of the entries, by field: the ordinal of the day, the worksheet's row, whether it
            stands in 上年日志, the ID, the pairings and the recorder; NUL behind each.
        contents: Of the entries, as UTF-16; NUL behind each.
    """

    file: str
    digest: str
    city: str
    names: tuple[str, ...]
    busy: tuple[BusyDay, ...]
    bunched: tuple[Hint, ...]
    facts: bytes
    contents: bytes

    @property
    def units(self) -> Units:
        """Return the contents, encoded."""
        return np.frombuffer(self.contents, "<u2")

    def entries(self) -> Callable[[int], Entry]:
        """Return what tells the entry at a place in the log."""
        contents, facts = _Parts(self.contents, "<u2"), _Parts(self.facts, "<u1")

        def entry(at: int) -> Entry:
            content = contents[at].decode("utf-16-le", "surrogatepass")
            day, row, carried, log_id, pairings, recorder = (
                facts[n * len(contents) + at].decode("utf-8", "surrogatepass")
                for n in range(_FACTS)
            )
            return Entry(
                date.fromordinal(int(day)), log_id, self.file, int(row),
                tuple(pairings.split()), recorder, content, carried == "1",
            )  # fmt: skip

        return entry


class _Parts:
    """The parts of bytes between units of zero: few of them are looked at."""

    def __init__(self, data: bytes, unit: str) -> None:
        units = np.frombuffer(data, unit)
        self._data, self._size = data, units.itemsize
        self._ends = np.flatnonzero(units == 0) * units.itemsize

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, at: int) -> bytes:
        start = self._ends[at - 1] + self._size if at else 0
        return self._data[start : self._ends[at]]


def log_sketch(ledger: Ledger, settings: Settings, as_of: date) -> LogSketch:
    """Return the sketch of a ledger of one workbook.

    Args:
        ledger: After validation: entries an error cites are not used. What it claims of other
            units' IDs is kept apart if it will be joined with others (`Ledger.merged`).
        settings: See `log_shape`.
        as_of: See `log_shape`.
    """
    table = ledger.table(LogEntryRow)
    (file, unit), *_ = [*ledger.unit_codes.items(), ("", "")]
    columns: list[list[str]] = [[] for _ in range(_FACTS + 1)]
    for part in table.parts:
        for column, values in zip(columns, _fields(part), strict=True):
            column.extend(values)
    *facts, contents = columns
    names = {name for model, field in _NAMES for name in _distinct(ledger, model, field)}
    told = f"{joined([*chain(*facts)])}\0".encode("utf-8", "surrogatepass")
    sections = told, encoded(contents).tobytes() if contents else b""
    digest = hashlib.blake2b(repr((file, unit[:4], sorted(names))).encode("utf-8", "replace"))
    for section in sections:
        digest.update(section)
    shape = log_shape(table, settings, as_of)
    return LogSketch(
        file, digest.hexdigest()[:40], unit[:4], tuple(sorted(names)), *shape, *sections
    )


def _fields(part: SheetPart) -> Iterator[list[str]]:
    """Yield the fields of a worksheet's entries that are used."""
    used = by_row(part, "date", bool) & by_row(part, "content", bool)
    used[list(part.rejected)] = 0
    rows = np.flatnonzero(used)
    yield _by_value(part, "date", rows, lambda day: str(day.toordinal()))
    yield [*map(str, np.asarray(part.rows)[rows].tolist())]
    yield [str(int(model_for(part.key).sheet.carried))] * len(rows)
    yield _by_value(part, "log_id", rows)
    yield _by_value(part, "pairing_ids", rows, " ".join)
    yield _by_value(part, "recorder", rows)
    yield _by_value(part, "content", rows)


def _by_value(
    part: SheetPart, name: str, rows: IntArray, told: Callable[[Any], str] = str
) -> list[str]:
    """Return a field of some rows, "" where it is blank."""
    column = part.columns.get(name)
    if not column or not len(rows):
        return [""] * len(rows)
    # the value added last answers BLANK, -1
    values = [*(told(value) if value else "" for value in column.values), ""]
    return [values[code] for code in np.asarray(column.cells.codes)[rows].tolist()]


def _distinct(ledger: Ledger, model: type[Row], name: str) -> Iterator[str]:
    for part in ledger.table(model).parts:
        if column := part.columns.get(name):
            yield from (str(value) for value in column.values if value)


def sketches_of(ledger: Ledger, settings: Settings, as_of: date) -> list[LogSketch]:
    """Return the sketches of one or many merged ledgers, in their order."""
    return [log_sketch(own, settings, as_of) for own in ledger.by_file().values()]
