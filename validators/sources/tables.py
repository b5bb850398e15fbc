"""A file that is no ledger as tables of records, and every cell outside them with the reason.

A township's rosters, forms and exported questionnaires are read as `Source`s; their cells are as
the workbook holds them, to be read by the ledger's own normalisers once it is known what they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from validators.cells import Cell


class Layout(StrEnum):
    """How a table's records stand in the sheet."""

    ROWS = "逐行"
    """A record a row, headings above."""
    COLUMNS = "逐列"
    """A record a column, headings at the left."""
    FORM = "表单"
    """One record a form: labels with their values beside or below them."""
    MATRIX = "按月"
    """A record a row, and a column for each month."""


@dataclass(frozen=True, slots=True)
class SourceCell:
    """One non-empty cell of a file.

    Attributes:
        sheet: The tab's name.
        row: 1-based worksheet row.
        column: 1-based worksheet column.
        value: As the workbook holds it.
    """

    sheet: str
    row: int
    column: int
    value: Cell


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a table; one label of a form.

    Attributes:
        heading: As typed, on one line; "" where the column has none.
        group: The merged heading above it, such as 导师 over 姓名; "" for none.
    """

    heading: str
    group: str = ""

    @property
    def name(self) -> str:
        """The heading as a clerk would say it: 导师·姓名."""
        return "·".join(part for part in (self.group, self.heading) if part)


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One record of a table.

    Attributes:
        number: 1-based worksheet row where it begins.
        cells: By index of the table's columns; a column without a cell here is absent.
        shared: Indices whose cell stands in a merge that other rows share: a village merged
            down over its people. It is one cell of the file and counts once.
        struck: Whether the row is struck through.
    """

    number: int
    cells: dict[int, SourceCell]
    shared: frozenset[int] = frozenset()
    struck: bool = False


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of a file, or all forms of one shape.

    Attributes:
        file: The file's name.
        sheet: The tab's name; of the first one where a table runs over several.
        title: What stands above it, and what the tab's name adds; "" for nothing.
        layout: How its records stand.
        columns: Its columns from left to right.
        rows: Its records from top to bottom.
    """

    file: str
    sheet: str
    title: str
    layout: Layout
    columns: tuple[SourceColumn, ...]
    rows: tuple[SourceRow, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """What a layout is remembered by."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class LooseCell:
    """A cell that belongs to no record: a title, a total, a signature, a heading."""

    cell: SourceCell
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read.

    Every non-empty cell of it stands either once in a row of one table (`shared` cells in
    several rows) or once in `loose`.

    Attributes:
        file: The file's name.
        tables: In the order of the tabs, from top to bottom.
        loose: The cells outside the records.
        notices: (code, Chinese sentence) of what a clerk should be told.
    """

    file: str
    tables: tuple[SourceTable, ...]
    loose: tuple[LooseCell, ...] = ()
    notices: tuple[tuple[str, str], ...] = ()
