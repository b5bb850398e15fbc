"""What goes into a consolidated workbook, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from validators.findings import Finding
from validators.ledger import Ledger

__all__ = [
    "FILE_KIND",
    "Card",
    "Contents",
    "Grid",
    "Heading",
    "Look",
    "Overview",
    "Place",
    "Series",
    "Stamp",
    "Value",
]

FILE_KIND = "汇总表"
"""Value of the document property `帮带文件类型`."""

Value = str | int | float | date | None


class Look(Enum):
    """How a column of figures is shown; the value is its number format."""

    TEXT = "@"
    WHOLE = "0"
    DECIMAL = "0.0"
    PERCENT = "0.0%"
    DAY = "yyyy-mm-dd"


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a grid; `width` in characters of the body font."""

    name: str
    width: float = 9
    look: Look = Look.WHOLE


@dataclass(frozen=True, slots=True)
class Grid:
    """A small sheet: title, a note and a table.

    Attributes:
        name: Tab name.
        title: The title row.
        note: What the figures mean, below the stamp.
        headings: The columns.
        rows: Values in column order.
        state: Heading of the column whose words are coloured, "" for none.
        colours: Fill by word of that column.
        total_rows: How many of the last rows are totals, set in bold and left out of the filter.
        frozen: Columns that stay in sight.
    """

    name: str
    title: str
    note: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[Value]]
    state: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    total_rows: int = 0
    frozen: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure; `change` compares with the earlier consolidation, "" without one."""

    label: str
    value: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A small table behind a chart: labels down, one or two named columns of figures."""

    labels: Sequence[str]
    columns: Mapping[str, Sequence[float | None]]


@dataclass(frozen=True, slots=True)
class Overview:
    """The first sheet: cards, four charts, a paragraph ready to paste."""

    title: str
    cards: Sequence[Card]
    rates: Series
    months: Series
    aspects: Series
    states: Series
    bulletin: Sequence[str]


@dataclass(frozen=True, slots=True)
class Place:
    """How the rows of one file are labelled, and where the file lies from the output."""

    county: str
    township: str
    link: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """The day the data reach to, and when the workbook was made, local time."""

    as_of: date
    generated: datetime


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything of one consolidated workbook.

    Attributes:
        overview: The first sheet.
        grids: Small sheets, in tab order.
        ledger: The merged ledger, its parts in the order of the rows wanted.
        places: By file.
        findings: What validation said, in any order.
        stamp: What every sheet says of its date.
        memory: Rows of (unit code, name, value) a later consolidation compares with.
    """

    overview: Overview
    grids: Sequence[Grid]
    ledger: Ledger
    places: Mapping[str, Place]
    findings: Sequence[Finding]
    stamp: Stamp
    memory: Sequence[tuple[str, str, str | float]]
