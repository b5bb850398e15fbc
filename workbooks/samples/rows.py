"""What samples are made of: a row of values, and the cells a clerk can get wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

__all__ = ["Bare", "Broken", "Cited", "Entry", "Raw", "Unsaved", "plain"]


@dataclass(frozen=True, slots=True)
class Bare:
    """A number without any format, as typed into a general cell."""

    number: float


@dataclass(frozen=True, slots=True)
class Broken:
    """A formula showing an error such as `#REF!`."""

    text: str


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A formula saved without a calculated value."""

    formula: str


Raw = str | int | float | date | Bare | Broken | Unsaved | None
"""What ends in a cell; None is an empty one."""


@dataclass(slots=True, eq=False)
class Entry:
    """One row of one sheet.

    Attributes:
        sheet: The sheet's key.
        values: The right value of each filled field.
        typed: Cells that hold something else than their value; None blanks a cell.
        flawed: An error or warning is planted here: the row is in no list of clean rows.
        locked: Others rely on this row: no error may be planted here.
    """

    sheet: str
    values: dict[str, Any]
    typed: dict[str, Raw] = field(default_factory=dict)
    flawed: bool = False
    locked: bool = False

    @property
    def free(self) -> bool:
        """Return whether an error may still be planted here."""
        return not self.flawed and not self.locked


@dataclass(frozen=True, slots=True)
class Cited:
    """One planted error at one cell."""

    entry: Entry
    field: str
    kind: str
    level: str
    code: str


def plain(value: Any) -> Any:
    """Return `value` as JSON holds it: days ISO, tuples as lists, words as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [str(part) for part in value]
    return value if isinstance(value, int | float) else str(value)
