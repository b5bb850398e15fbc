"""Reduce one workbook's log to what is compared between workbooks: small, and made where it is read.

A sketch rests on its workbook alone. What rests on all of them, the names to mask above all, is
worked out where sketches are joined.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from isal import isal_zlib

from addin.domain.log_hints.bunched import BusyDay, Hint, log_shape
from validators.ledger import Ledger, SheetPart, Table
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
_ENTRY = ("date", "log_id", "pairing_ids", "recorder", "content")


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
        packed: The entries by field, compressed.
    """

    file: str
    digest: str
    city: str
    names: tuple[str, ...]
    busy: tuple[BusyDay, ...]
    bunched: tuple[Hint, ...]
    packed: bytes

    def entries(self) -> Entries:
        """Return its entries."""
        fields = isal_zlib.decompress(self.packed).decode("utf-8", "surrogatepass").split("\0")
        count = len(fields) // Entries.FIELDS
        return Entries(self.file, [fields[n * count :][:count] for n in range(Entries.FIELDS)])


class Entries:
    """The entries of one workbook, in log order."""

    FIELDS = 7

    def __init__(self, file: str, columns: Sequence[list[str]]) -> None:
        self._file, self._columns = file, columns
        self.contents = columns[-1]

    def entry(self, at: int) -> Entry:
        """Return one entry."""
        day, row, carried, log_id, pairings, recorder, content = (c[at] for c in self._columns)
        return Entry(
            date.fromordinal(int(day)), log_id, self._file, int(row),
            tuple(pairings.split()), recorder, content, carried == "1",
        )  # fmt: skip


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
    columns: list[list[str]] = [[] for _ in range(Entries.FIELDS)]
    for part in table.parts:
        for column, values in zip(columns, _fields(part), strict=True):
            column.extend(values)
    text = "\0".join(value.replace("\0", " ") for column in columns for value in column)
    names = tuple(
        sorted({name for model, field in _NAMES for name in _distinct(ledger, model, field)})
    )
    packed = isal_zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
    digest = hashlib.sha256(repr((file, unit[:4], names)).encode() + packed).hexdigest()
    shape = log_shape(table, settings, as_of)
    return LogSketch(file, digest, unit[:4], names, *shape, packed)


def _fields(part: SheetPart) -> Iterator[list[str]]:
    """Yield the fields of a worksheet's entries that are used."""
    if not {"date", "content"} <= part.columns.keys():
        yield from ([] for _ in range(Entries.FIELDS))
        return
    given = {name: part.columns[name].decoded() for name in _ENTRY if name in part.columns}
    days, contents = given["date"], given["content"]
    used = [
        row
        for row, (day, text) in enumerate(zip(days, contents, strict=True))
        if day and text and row not in part.rejected
    ]
    blank = [None] * len(part)
    yield [str(days[row].toordinal()) for row in used]
    yield [str(part.row_number("content", row)) for row in used]
    yield [str(int(model_for(part.key).sheet.carried))] * len(used)
    for name in ("log_id", "pairing_ids", "recorder", "content"):
        column = given.get(name, blank)
        several = name == "pairing_ids"
        yield [" ".join(column[row] or ()) if several else column[row] or "" for row in used]


def _distinct(ledger: Ledger, model: type[Row], name: str) -> Iterator[str]:
    for part in ledger.table(model).parts:
        if column := part.columns.get(name):
            yield from (str(value) for value in column.values if value)


def sketches_of(ledger: Ledger, settings: Settings, as_of: date) -> list[LogSketch]:
    """Return the sketches of one or many merged ledgers, in their order."""
    return [log_sketch(own, settings, as_of) for own in _by_file(ledger)]


def _by_file(ledger: Ledger) -> Iterator[Ledger]:
    parts: dict[str, dict[str, list[SheetPart]]] = {file: {} for file in ledger.unit_codes}
    for key, table in ledger.tables.items():
        for part in table.parts:
            parts.setdefault(part.file, {}).setdefault(key, []).append(part)
    for file, own in parts.items():
        tables = {k: Table(table.model, own.get(k, ())) for k, table in ledger.tables.items()}
        yield Ledger(tables, {file: ledger.unit_codes.get(file, "")})
