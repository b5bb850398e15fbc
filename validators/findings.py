"""A finding is data: a level, a stable code, a place and a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from sys import intern
from typing import Any, NamedTuple

from validators.vocabulary import Level

NOT_READ = "file.not_read"
"""The code of a finding on a file that was not tried to read."""
OPEN = "file.open"
"""The code of a notice on a file that may lack what somebody has not saved yet."""

_LONGEST_VALUE = 200


class Finding(NamedTuple):
    """One problem at one place; see domain rules on levels.

    Attributes:
        file: Path of the workbook relative to what the user named.
        sheet: Tab name, "" for a finding on the whole file.
        cell: Address such as D17, "" where no cell is cited.
        row: 1-based worksheet row, 0 where no cell is cited.
        column: Column letters, "" where no cell is cited.
        heading: The column's heading.
        code: Stable code such as `mentor.id.duplicate`.
        level: error, warning or notice.
        value: The value as typed.
        message: What is wrong, in plain Chinese.
        suggestion: What to do.
    """

    file: str
    sheet: str
    cell: str
    row: int
    column: str
    heading: str
    code: str
    level: Level
    value: str
    message: str
    suggestion: str

    @property
    def told(self) -> bool:
        """Tell whether every command says it: it is on a whole file, and no notice of how that was read."""
        return not self.sheet and (self.level is not Level.NOTICE or self.code in {NOT_READ, OPEN})


def columns_of(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """Return findings by column, which is how they are pickled: most of their texts repeat."""
    return list(zip(*findings, strict=True))


def findings_of(columns: Iterable[Iterable[Any]]) -> list[Finding]:
    """Return the findings of such columns; most of their texts stand in other ledgers' too."""
    named = zip(Finding._fields, columns, strict=False)  # no findings, no columns
    shared = (column if name in _OWN else _interned(column) for name, column in named)
    return list(map(partial(tuple.__new__, Finding), zip(*shared, strict=True)))


_OWN = {"cell", "row", "level"}
"""What are no texts, or hardly ever those of another ledger."""


def _interned(column: Iterable[Any]) -> list[Any]:
    values = [*column]
    with suppress(TypeError):  # a word of a vocabulary is no plain text
        values = [*map(intern, values)]
    return values


class SheetCount(NamedTuple):
    """Row accounting of one sheet: rows = accepted + rejected + ignored."""

    file: str
    sheet: str
    rows: int
    accepted: int
    rejected: int
    ignored: int


@dataclass(slots=True)
class Report:
    """What validation says of one or many workbooks."""

    as_of: date
    findings: list[Finding] = field(default_factory=list)
    sheets: list[SheetCount] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the findings by column."""
        return _restored, (self.as_of, columns_of(self.findings), self.sheets, self.unreadable)

    def count(self, level: Level) -> int:
        """Return how many findings have `level`."""
        return sum(finding.level is level for finding in self.findings)

    @property
    def exit_code(self) -> int:
        """Return 2 if a file could not be read, 1 on any error finding, else 0."""
        if self.unreadable:
            return 2
        return int(any(finding.level is Level.ERROR for finding in self.findings))

    @property
    def file_sentences(self) -> tuple[str, ...]:
        """Return a sentence for every file that was left out, not read or is doubtful."""
        said = (f"{f.file}：{f.message}。{f.suggestion}" for f in self.findings if f.told)
        return tuple(f"{sentence.rstrip('。')}。" for sentence in said)

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form of `bangdai validate --json`."""
        return {
            "as_of": self.as_of.isoformat(),
            "findings": [finding._asdict() for finding in self.findings],
            "sheets": [count._asdict() for count in self.sheets],
        }


def _restored(as_of: date, columns: list[tuple[Any, ...]], *others: Any) -> Report:
    return Report(as_of, findings_of(columns), *others)


def as_typed(cell: Any, *, month: bool = False) -> str:
    """Return a cell's value as a clerk would recognise it; long text is cut with a mark.

    Args:
        cell: The value.
        month: Whether its column shows months: the first of a month stands for all of it.
    """
    if isinstance(cell, str) and len(cell) <= _LONGEST_VALUE:
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, date):
        return _day_as_typed(cell, month=month)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else f"{cell:.15g}"
    shown = "、".join(map(str, cell)) if isinstance(cell, list | tuple) else str(cell)
    return (
        shown
        if len(shown) <= _LONGEST_VALUE
        else f"{shown[:_LONGEST_VALUE]}……（共 {len(shown)} 字）"
    )


def _day_as_typed(day: date, *, month: bool) -> str:
    if month and day.day == 1:
        return f"{day:%Y-%m}"
    if isinstance(day, datetime) and day.time() != time():
        return f"{day:%Y-%m-%d %H:%M}"
    return f"{day:%Y-%m-%d}"
