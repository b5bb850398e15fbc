"""A worksheet as a grid: filled cells, merges, which cells are labels, and what became of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from validators.cells import Cell, CellColumn
from validators.sources.labels import Label, label_of, plain_words
from validators.sources.tables import LooseCell, SourceCell
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.book import RawSheet

Codes = NDArray[np.intc]
Flags = NDArray[np.bool_]

CLOSE_LOOK_ROWS = 80
"""Rows from the top in which headings are recognised however they are decorated."""
FEW_ROWS = 2_000
"""A sheet of no more rows is looked at closely everywhere."""

_MOST_MERGED = 20_000
"""Cells of a merge; a larger one covers no cells anybody reads."""

IN_TABLE = "表内"
REST = "表外文字"


@dataclass(slots=True)
class Grid:
    """One worksheet; rows and columns count from 1, arrays from 0.

    Cells of white space alone are empty.

    Args:
        sheet: The worksheet as read.
        struck: (row, column) of the cells struck through.

    Attributes:
        codes: Columns by rows; BLANK where a cell is empty.
        filled: Where it is not.
        labels: Where a cell is a heading or a form's label that is known.
        uses: What became of each cell: an index into `reasons`.
    """

    sheet: RawSheet
    struck: frozenset[tuple[int, int]] = frozenset()
    codes: Codes = field(init=False)
    filled: Flags = field(init=False)
    labels: Flags = field(init=False)
    uses: NDArray[np.uint8] = field(init=False)
    reasons: list[str] = field(default_factory=lambda: [REST, IN_TABLE])
    _areas: dict[tuple[int, int], Rectangle] = field(init=False)

    def __post_init__(self) -> None:
        columns, n_rows = self.sheet.columns, self.sheet.n_rows
        joined = b"".join(column.codes for column in columns)
        self.codes = np.frombuffer(joined, np.intc).reshape(len(columns), n_rows).copy()
        self.labels = np.zeros(self.codes.shape, bool)
        for index, column in enumerate(columns):
            blank = [n for n, v in enumerate(column.values) if isinstance(v, str) and v.isspace()]
            if blank:
                self.codes[index][np.isin(self.codes[index], blank)] = -1
            flags = np.array([*self._label_flags(index, column.values), False])
            if flags.any():
                self.labels[index] = flags[self.codes[index]]
        self.filled = self.codes >= 0
        self.uses = np.zeros(self.codes.shape, np.uint8)
        self._areas = {}
        for merge in self.sheet.merges:
            rows = min(merge.bottom, n_rows) - merge.top + 1
            if rows * min(merge.n_columns, len(columns)) > _MOST_MERGED:
                continue
            for row in range(merge.top, min(merge.bottom, n_rows) + 1):
                for column_number in range(merge.left, min(merge.right, len(columns)) + 1):
                    self._areas[row, column_number] = merge

    def _label_flags(self, index: int, values: list[Cell]) -> Iterator[bool]:
        """Yield of each distinct cell of a column whether it is a label that is known."""
        close = len(values)
        if self.n_rows > FEW_ROWS:
            close = int(self.codes[index, :CLOSE_LOOK_ROWS].max(initial=-1)) + 1
        known = plain_words()
        for at, cell in enumerate(values):
            if not isinstance(cell, str):
                yield False
            elif at < close:
                yield label_of(cell) is not None
            else:
                yield cell in known

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return self.sheet.n_rows

    @property
    def n_columns(self) -> int:
        """The number of columns."""
        return len(self.sheet.columns)

    def column(self, number: int) -> CellColumn:
        """Return a worksheet column."""
        return self.sheet.columns[number - 1]

    def cell(self, row: int, column: int) -> Cell | None:
        """Return a cell, None where it is empty or outside."""
        if not (1 <= row <= self.n_rows and 1 <= column <= self.n_columns):
            return None
        code = int(self.codes[column - 1, row - 1])
        return None if code < 0 else self.sheet.columns[column - 1].values[code]

    def text(self, row: int, column: int) -> str:
        """Return a cell's text, "" where it is empty or no text."""
        cell = self.cell(row, column)
        return cell.strip() if isinstance(cell, str) else ""

    def label(self, row: int, column: int) -> Label | None:
        """Return what is known of a cell as a label."""
        text = self.text(row, column)
        return label_of(text) if text else None

    def area(self, row: int, column: int) -> Rectangle:
        """Return the merge a cell belongs to, or the cell alone."""
        return self._areas.get((row, column)) or Rectangle(row, column, 1, 1)

    def columns_filled(self, row: int, left: int, right: int) -> list[int]:
        """Return the columns of a row that hold a cell, from `left` to `right`."""
        found = np.flatnonzero(self.filled[left - 1 : right, row - 1]) + left
        return [int(number) for number in found]

    def mark(self, rows: slice | int, columns: slice | int, why: str) -> None:
        """Note what cells were used for; array indices, so counted from 0."""
        if why not in self.reasons:
            self.reasons.append(why)
        self.uses[columns, rows] = self.reasons.index(why)

    def is_free(self, row: int, column: int) -> bool:
        """Tell whether nothing has used a cell yet."""
        return int(self.uses[column - 1, row - 1]) == self.reasons.index(REST)

    def loose(self) -> Iterator[LooseCell]:
        """Yield the cells that no table holds, with the reason."""
        outside = self.filled & (self.uses != self.reasons.index(IN_TABLE))
        for row, column in np.argwhere(outside.T).tolist():
            value = self.sheet.columns[column].values[self.codes[column, row]]
            cell = SourceCell(self.sheet.name, row + 1, column + 1, value)
            yield LooseCell(cell, self.reasons[self.uses[column, row]])
