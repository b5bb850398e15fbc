"""The content of a period's report as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workbooks.consolidated.content import Card, Grid, NumberFormat, Stamp

FILE_KIND = "导师帮带报告"
"""Value of the document property `帮带文件类型`."""

AREAS, MONTHS, MEASURES, UNITS = "分片对比", "按月联系", "指标对比", "单位问题"
"""Names of sheets others refer to."""


def same_units(heading: str) -> str:
    """Return the heading of figures of the units both periods have."""
    return f"{heading}（同口径）"


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One line of 指标对比: `change` of shares in percentage points, `growth` of figures as a share."""

    name: str
    unit: str
    kind: str
    now: float | None
    same_now: float | None
    before: float | None
    change: float | None
    growth: float | None
    number_format: NumberFormat


@dataclass(frozen=True, slots=True)
class Document:
    """A document in official form: title, whom it goes to, headed paragraphs, unit and day.

    A heading, whom it goes to and the day may be blank.
    """

    title: str
    addressee: str
    sections: Sequence[tuple[str, Sequence[str]]]
    signer: str
    day: date | None


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """公示: what is said before and after a list of names, with room for what nobody knows yet."""

    title: str
    opening: str
    headings: Sequence[tuple[str, float]]
    rows: Sequence[Sequence[str]]
    closing: Sequence[str]
    signer: str


@dataclass(frozen=True, slots=True)
class ReportContents:
    """Everything of one report.

    Attributes:
        title: Of the page for leaders.
        period: Such as 2026年第二季度.
        basis: Who is counted and compared, in one sentence.
        cards: Key figures.
        sections: Headings and lines below them.
        measures: The lines of 指标对比.
        grids: Tables, among them those of `AREAS` and `MONTHS`.
        notice: 情况通报.
        publicity: 公示.
        stamp: The dates every sheet shows.
    """

    title: str
    period: str
    basis: str
    cards: Sequence[Card]
    sections: Sequence[tuple[str, Sequence[str]]]
    measures: Sequence[MeasureLine]
    grids: Sequence[Grid]
    notice: Document
    publicity: PublicNotice
    stamp: Stamp
