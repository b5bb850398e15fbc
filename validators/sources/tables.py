"""A file that is no ledger as tables of records, and every cell outside them with the reason.

A township's rosters, forms and exported questionnaires are read as `Source`s; their cells are as
the workbook holds them, to be read by the ledger's own normalisers once it is known what they are.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

from validators.cells import Cell, CellColumn, encode

TAB_HEADING = "工作表"
"""Heading of the column that holds the tabs' names; no cell of the file stands there."""

BETWEEN = "小标题"
"""Why a line between the records, of which nobody knows what it says, belongs to none."""


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
    TEXT = "文字"
    """A line a record, with its labels in the line; several columns share one cell."""


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


class Place(NamedTuple):
    """Where a cell stands: its tab, and its worksheet row and column, both from 1 on."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a table; one label of a form.

    Attributes:
        heading: As typed, on one line; "" where the column has none.
        group: The merged heading above it, such as 导师 over 姓名; "" for none.
        cells: Its cells, one code for each record of the table. Each distinct value is read once.
        number: The worksheet column it stands in; 0 where records stand otherwise, and for the
            tab's name as a column.
    """

    heading: str
    group: str = ""
    cells: CellColumn = field(default_factory=lambda: encode([]))
    number: int = 0

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

    The cells stand in `columns`, so that a log of 20,000 rows is read value by value; `rows` makes
    records of them one after the other.

    Attributes:
        file: The file's name.
        sheet: The tab's name; of the first one where a table runs over several.
        title: Text above it and the tab's name, where it says something; "" for nothing.
        layout: How its records stand.
        columns: Its columns from left to right.
        numbers: 1-based worksheet row where each record begins.
        tabs: The tab of each record; () where all stand in `sheet`.
        places: By (record, column) where cells stand that are not in the record's row and the
            column's `number`: in forms, transposed tables and merges. A cell that feeds several
            columns or several records has one place.
        shared: (record, column) of the cells in a merge that other records share.
        struck: The records struck through.
    """

    file: str
    sheet: str
    title: str
    layout: Layout
    columns: tuple[SourceColumn, ...]
    numbers: Sequence[int]
    tabs: tuple[str, ...] = ()
    places: Mapping[tuple[int, int], Place] = field(default_factory=dict)
    shared: frozenset[tuple[int, int]] = frozenset()
    struck: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def headings(self) -> tuple[str, ...]:
        """What a layout is remembered by."""
        return tuple(column.name for column in self.columns)

    def place(self, record: int, column: int) -> Place:
        """Return where the cell of a record stands; row 0 for what is a tab's name."""
        known = self.places.get((record, column))
        if known:
            return known
        number = self.columns[column].number
        tab = self.tabs[record] if self.tabs else self.sheet
        return Place(tab, self.numbers[record] if number else 0, number)

    def cell(self, record: int, column: int) -> SourceCell | None:
        """Return a cell with its place, None where it is empty."""
        value = self.columns[column].cells.cell(record)
        return None if value is None else SourceCell(*self.place(record, column), value)

    def filled_down(self, columns: Iterable[int]) -> SourceTable:
        """Return the table as if the blanks of some columns were merged with the cell above."""
        made, places, shared = [*self.columns], dict(self.places), {*self.shared}
        for at in columns:
            codes = array("i", made[at].cells.codes)
            for record in range(1, len(codes)):
                same_tab = not self.tabs or self.tabs[record] == self.tabs[record - 1]
                if codes[record] < 0 <= codes[record - 1] and same_tab:
                    codes[record] = codes[record - 1]
                    above = (record - 1, at)
                    places[record, at] = places.get(above) or self.place(*above)
                    shared |= {above, (record, at)}
            made[at] = replace(made[at], cells=CellColumn(made[at].cells.values, codes))
        return replace(self, columns=tuple(made), places=places, shared=frozenset(shared))

    @property
    def rows(self) -> Iterator[SourceRow]:
        """The records from top to bottom."""
        shared: dict[int, set[int]] = {}
        for record, column in self.shared:
            shared.setdefault(record, set()).add(column)
        for record, number in enumerate(self.numbers):
            found = ((at, self.cell(record, at)) for at in range(len(self.columns)))
            cells = {at: cell for at, cell in found if cell is not None}
            own = frozenset(shared.get(record, ()))
            yield SourceRow(number, cells, own, record in self.struck)


def table_of_rows(
    file: str, title: str, layout: Layout, headings: Sequence[tuple[str, str]],
    rows: Sequence[SourceRow],
) -> SourceTable:  # fmt: skip
    """Return the table of records that are there one by one."""
    tabs = tuple(next(iter(row.cells.values())).sheet for row in rows)
    columns = tuple(
        SourceColumn(heading, group, encode(
            row.cells[at].value if at in row.cells else None for row in rows
        ))
        for at, (group, heading) in enumerate(headings)
    )  # fmt: skip
    return SourceTable(
        file, tabs[0] if tabs else "", title, layout, columns, [row.number for row in rows], tabs,
        {
            (record, at): Place(cell.sheet, cell.row, cell.column)
            for record, row in enumerate(rows)
            for at, cell in row.cells.items()
        },
        frozenset((record, at) for record, row in enumerate(rows) for at in row.shared),
        frozenset(record for record, row in enumerate(rows) if row.struck),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class LooseCell:
    """A cell that belongs to no record: a title, a total, a signature, a heading."""

    cell: SourceCell
    why: str


@dataclass(frozen=True, slots=True)
class Source:
    """One file, read.

    Every non-empty cell of it stands either in one table (`shared` cells in several records) or
    once in `loose`. A table's column of row numbers (序号) is a column like the others.

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
