"""The content of a consolidated workbook as plain data, and its memory for the next one.

Figures for the next consolidation stand on a hidden sheet rather than in document properties:
those hold 255 characters each, and 65 units have more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from validators.errors import UsageError
from validators.findings import Finding
from workbooks.bulk import Chunk
from workbooks.files import CONSOLIDATED, file_kind
from workbooks.ooxml.addresses import WORKSHEET_ROWS

FILE_KIND = CONSOLIDATED
"""Value of the document property `帮带文件类型`."""

PRINTED_ROWS = 120
"""A list to follow up is printed with the report up to so many rows: all units of a city fit."""

Value = str | int | float | date | None


class NumberFormat(Enum):
    """Number formats of a table's columns, as Excel writes them."""

    TEXT = "@"
    WHOLE = "0"
    DECIMAL = "0.0"
    PERCENT = "0.0%"
    DAY = "yyyy-mm-dd"


class SheetGroup(Enum):
    """The groups of 目录, in the order of the tabs, each with the colour of its tabs."""

    REPORT = "报告", "#548235"
    FOLLOW_UP = "督办", "#C55A11"
    DATA = "数据", "#2F75B5"
    GUIDE = "说明", "#808080"

    @property
    def label(self) -> str:
        """Return the group's name in 目录."""
        return self.value[0]

    @property
    def colour(self) -> str:
        """Return the colour of its tabs."""
        return self.value[1]


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a grid; `width` in characters of the body font.

    Columns that are not printed stand right of the others.
    """

    name: str
    width: float = 9
    number_format: NumberFormat = NumberFormat.WHOLE
    printed: bool = True


def text_heading(name: str, width: float) -> Heading:
    """Return the heading of a printed column of texts."""
    return Heading(name, width, NumberFormat.TEXT)


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet of its own: title, a note and a table.

    Attributes:
        name: Tab name.
        title: The title row.
        note: What the figures mean, below the stamp.
        headings: The columns.
        rows: Values in column order.
        state: Heading of the column whose words are coloured, "" for none.
        colours: Colour by word of that column.
        coloured: The property of a format that has it: the cell's fill, or `font_color`.
        total_rows: How many of the last rows are totals, set in bold and left out of the filter.
        frozen: Columns that stay in sight.
        group: Where it stands in 目录.
        about: What it holds, for 目录.
        opening: A paragraph in place of the stamp and the note, on a sheet that is posted.
        closing: Lines below the table, with how each is aligned.
        portrait: Whether the page is upright.
    """

    name: str
    title: str
    note: str
    headings: tuple[Heading, ...]
    rows: Sequence[Sequence[Value]]
    state: str = ""
    colours: Mapping[str, str] = field(default_factory=dict)
    coloured: str = "bg_color"
    total_rows: int = 0
    frozen: int = 0
    group: SheetGroup = SheetGroup.REPORT
    about: str = ""
    opening: str = ""
    closing: Sequence[tuple[str, str]] = ()
    portrait: bool = False

    @property
    def printed_columns(self) -> int:
        """Return how many columns from the first one on are printed."""
        return sum(heading.printed for heading in self.headings)

    @property
    def whole(self) -> bool:
        """Return whether all rows are printed: a list to follow up may be too long for paper."""
        follows = self.group is SheetGroup.FOLLOW_UP and len(self.rows) <= PRINTED_ROWS
        return self.group is SheetGroup.REPORT or follows

    @property
    def long(self) -> bool:
        """Return whether it is nothing but many rows, which are not written cell by cell."""
        return len(self.rows) > PRINTED_ROWS and not (self.total_rows or self.closing)


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
    """总览 and 情况通报: cards, four charts, paragraphs ready to paste.

    Attributes:
        title: The title of 总览 and of the workbook.
        scope: The name of the city or county.
        reach: What was added up, in a line for 目录.
        members: What the labels of `rates` are: 县（区） or 乡镇（街道）.
        compared: What the changes of the key figures are of, "" where they have none.
        cards: Key figures.
        rates: 结对率 of each member.
        months: Contacts by month.
        aspects: Means of the six aspects.
        states: Units by 填报情况.
        bulletin: The paragraphs.
        signer: 落款.
    """

    title: str
    scope: str
    reach: str
    members: str
    compared: str
    cards: Sequence[Card]
    rates: Series
    months: Series
    aspects: Series
    states: Series
    bulletin: Sequence[str]
    signer: str


@dataclass(frozen=True, slots=True)
class FileLabel:
    """County and township that label the rows of one file, and the link to it from the output."""

    county: str
    township: str
    link: str

    @property
    def place(self) -> str:
        """Return the name of the unit."""
        return f"{self.county}{self.township}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """The day the data reach to, and when the workbook was made, local time."""

    as_of: date
    generated: datetime


class RowBlock(NamedTuple):
    """Rows that stand together on one worksheet.

    Attributes:
        n_rows: How many.
        make: Returns them while the workbook is written: cells, or rows printed elsewhere.
        size: Bytes of their XML if they are printed.
    """

    n_rows: int
    make: Callable[[], Chunk]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything of one consolidated workbook.

    Attributes:
        overview: The first sheet.
        grids: Tables of their own, in tab order.
        rows: Of the merged sheets and of 问题清单, by name; see `ledger_sheets.blocks_of` and
            `findings_sheet.runs_of`. A sheet with more rows than a worksheet has continues in others.
        labels: By file.
        findings: The findings of validation, in the order of 问题清单, which lists the first of them.
        stamp: The dates every sheet shows.
        memory: Rows of (unit code, name, value) a later consolidation compares with.
        most_rows: The last row of a worksheet.
        carried: A county's ledgers for the city, b"" for none; see `addin.actions.parcels.carried`.
    """

    overview: Overview
    grids: Sequence[Grid]
    rows: Mapping[str, Sequence[RowBlock]]
    labels: Mapping[str, FileLabel]
    findings: Sequence[Finding]
    stamp: Stamp
    memory: Sequence[tuple[str, str, str | float]]
    most_rows: int = WORKSHEET_ROWS
    carried: bytes = b""


# --- memory ---------------------------------------------------------------------------------------

MEMORY_SHEET = "_汇总数据"
CONSOLIDATED_AS_OF = "数据截至"
"""The name under which the memory holds the day, by the code of what was added up."""

Memory = dict[tuple[str, str], str | float]


def write_memory(sheet: Worksheet, rows: Sequence[tuple[str, str, str | float]]) -> None:
    """Write (unit code, name, value) rows to the hidden sheet."""
    sheet.hide()
    for index, name in enumerate(("代码", "项目", "数值")):
        sheet.write_string(0, index, name)
    for row, (code, name, value) in enumerate(rows, 1):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, name)
        if isinstance(value, str):
            sheet.write_string(row, 2, value)
        else:
            sheet.write_number(row, 2, value)


def scope_and_day(path: Path, memory: Memory | None = None) -> tuple[str, date]:
    """Return the code of what a consolidated workbook adds up, and the day its data reach to.

    Args:
        path: The workbook.
        memory: Its memory, read from it if None.

    Raises:
        UsageError: The file is no consolidated workbook of ours, or says neither.
        UnreadableWorkbook: The file cannot be read.
    """
    for (code, name), value in (read_memory(path) if memory is None else memory).items():
        if name == CONSOLIDATED_AS_OF:
            return code, date.fromisoformat(str(value))
    raise UsageError(f"“{path.name}”未写明汇总的单位", "请重新汇总后重试")


def read_memory(path: Path) -> Memory:
    """Return the values an earlier consolidated workbook remembers, by unit code and name.

    Raises:
        UsageError: The file is no consolidated workbook of ours.
        UnreadableWorkbook: The file cannot be read.
    """
    if file_kind(path) != FILE_KIND:
        raise UsageError(f"“{path.name}”不是本工具生成的汇总表", "请选择上一期的汇总表")
    from workbooks.raw.book import read_book  # noqa: PLC0415 - most runs read no earlier workbook

    sheets = read_book(path, lambda name: name == MEMORY_SHEET).sheets
    sheet = next((sheet for sheet in sheets if sheet.name == MEMORY_SHEET), None)
    if sheet is None or len(sheet.columns) < 3:
        return {}
    memory: Memory = {}
    for row in range(1, sheet.n_rows):
        code, name, value = (column.cell(row) for column in sheet.columns[:3])
        if isinstance(value, str | int | float):
            memory[str(code or ""), str(name)] = value
    return memory
