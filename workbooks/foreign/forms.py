"""Read forms and transposed tables: labels with their values beside or below them.

In a form a label stands left of its value or above it, and the next label follows; the first label
standing again begins the next form. In a transposed table one column holds the labels and every
further column is a record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from validators.cells import Cell
from validators.sources.labels import label_of, roles_in
from validators.sources.tables import Layout, SourceCell, SourceRow, SourceTable, table_of_rows
from workbooks.foreign.bodies import HEADING, SIGNATURE, TITLE, is_foot
from workbooks.foreign.grid import IN_TABLE, Grid
from workbooks.foreign.heads import is_form_row, is_strong, one_line
from workbooks.ooxml.addresses import Rectangle

Key = tuple[str, str, int]
"""Group, label, and the how-manieth of this name in its form."""

_SEAL = re.compile(
    r"[\s（()）]*(?:盖章|公章|签[字名章]|单位盖章)?[\s（()）:：]*(?:\d{0,4}\s*年\s*\d{0,2}\s*月\s*\d{0,2}\s*日)?\s*"
)
_PAPER = re.compile(r"(?:表|册|台账|档案|卡|单)(?:[（(].*)?$")
"""Ends of titles, which are no headings of a part."""
_LONGEST_GROUP = 16
_FEWEST_LABELS = 3
_ROWS_LOOKED_AT = 400


@dataclass(slots=True)
class FormReader:
    """Reads the forms in some columns of a sheet.

    Attributes:
        order: The labels in the order of their first appearance.
        forms: The values of each form.
    """

    grid: Grid
    left: int
    right: int
    order: dict[Key, None] = field(default_factory=dict)
    forms: list[dict[Key, SourceCell]] = field(default_factory=list)
    _groups: dict[int, str] = field(default_factory=dict)
    _first: tuple[str, str] = ("", "")
    _counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def read(self) -> None:
        """Pair labels with values in reading order, and mark them."""
        for row in range(1, self.grid.n_rows + 1):
            for column in self.grid.columns_filled(row, self.left, self.right):
                if self.grid.is_free(row, column):
                    self._take(row, column)

    def _take(self, row: int, column: int) -> None:
        area, text = self.grid.area(row, column), self.grid.text(row, column)
        if not text:
            return
        if self._is_group(area, text):
            self.grid.mark(row - 1, column - 1, HEADING)
            last = area.bottom if area.n_rows > 1 else self.grid.n_rows
            self._groups |= dict.fromkeys(range(row, last + 1), one_line(text))
            return
        value = self._value_of(area, strong=self._is_strong(row, column))
        if value is not None:
            self._pair(row, column, text, value)
        elif self._is_strong(row, column):
            self._key(row, text)
            self.grid.mark(row - 1, column - 1, HEADING)

    def _is_group(self, area: Rectangle, text: str) -> bool:
        """Tell whether a cell is the heading of a part: 导师 beside several labels, or a bar over them."""
        if len(text) > _LONGEST_GROUP or len(roles_in(text)) != 1 or _PAPER.search(text):
            return False
        beside = self._is_strong(area.top, area.right + 1)
        bar = (
            area.n_columns > 1
            and not self._filled(area.top, area.right + 1)
            and label_of(text) is None
        )
        return (area.n_rows > 1 and beside) or (bar and self._is_strong(area.bottom + 1, area.left))

    def _is_strong(self, row: int, column: int) -> bool:
        inside = row <= self.grid.n_rows and column <= self.grid.n_columns
        return inside and is_strong(self.grid, row, column)

    def _filled(self, row: int, column: int) -> bool:
        return self.grid.cell(row, column) is not None and column <= self.right

    def _value_of(self, area: Rectangle, *, strong: bool) -> tuple[int, int] | None:
        """Return where the value of a label stands, None where it has none or is no label."""
        right = area.right + 1
        beside = self._filled(area.top, right) and self.grid.is_free(area.top, right)
        if beside and not self._is_strong(area.top, right):
            return (area.top, right) if strong or self._is_label_by_place(area) else None
        below = area.bottom + 1
        if strong and self._filled(below, area.left) and self.grid.is_free(below, area.left):
            of_label = self.grid.area(below, area.left).left == area.left
            labels = self._is_strong(below, area.left) or self._is_strong(below, right)
            pair = self._is_pair(below, area.left) and not self._is_strong(area.top, right)
            foot = is_foot(self.grid.text(below, area.left))
            if of_label and not labels and not pair and not foot:
                return below, area.left
        return None

    def _is_label_by_place(self, area: Rectangle) -> bool:
        """Tell whether a text that is no known label stands where one would, before a value."""
        text = self.grid.text(area.top, area.left)
        after_value = area.left > self.left and not self.grid.is_free(area.top, area.left - 1)
        first = area.left == self.left and bool(self.order)
        return len(text) <= 12 and not re.search(r"[\d，。；:：]", text) and (after_value or first)

    def _is_pair(self, row: int, column: int) -> bool:
        """Tell whether an unknown label with its value stands in a cell below."""
        area = self.grid.area(row, column)
        return column == self.left and self._filled(row, area.right + 1)

    def _pair(self, row: int, column: int, text: str, value: tuple[int, int]) -> None:
        cell = self.grid.cell(*value)
        self.grid.mark(row - 1, column - 1, HEADING)
        key = self._key(row, text)
        if isinstance(cell, str) and _SEAL.fullmatch(cell):
            self.grid.mark(value[0] - 1, value[1] - 1, SIGNATURE)
            return
        self.grid.mark(value[0] - 1, value[1] - 1, IN_TABLE)
        self.forms[-1][key] = SourceCell(self.grid.sheet.name, *value, cell or "")

    def _key(self, row: int, text: str) -> Key:
        """Return the column of a label; the first label again begins the next form."""
        name = self._groups.get(row, ""), one_line(text).rstrip(":：")
        if not self.forms or name == self._first:
            self._first = self._first if self.forms else name
            self.forms.append({})
            self._counts = {}
        self._counts[name] = self._counts.get(name, 0) + 1
        key = (*name, self._counts[name])
        self.order[key] = None
        return key


def looks_like_forms(grid: Grid, left: int, right: int) -> bool:
    """Tell whether labels and values take turns, in the rows or from row to row.

    One row that has most of the labels is the heading of a table.
    """
    names: set[str] = set()
    turns = rows = longest = below = 0
    for row in range(1, min(grid.n_rows, _ROWS_LOOKED_AT) + 1):
        cells = grid.columns_filled(row, left, right)
        strong = [c for c in cells if is_strong(grid, row, c)]
        if not strong:
            continue
        rows += 1
        names |= {one_line(grid.text(row, column)) for column in strong}
        if is_form_row(grid, row, cells) or len(cells) == 1:
            turns += 1
        elif len(strong) > 1:
            longest = max(longest, len(strong))
        below += len(strong) == len(cells) and _has_one_row_of_values(grid, row, cells)
    if len(names) < _FEWEST_LABELS or rows < 2:
        return False
    if below >= 2 and 2 * below >= rows - 1:
        return longest * 4 <= 3 * len(names)
    return 3 * turns >= 2 * rows and 2 * longest < len(names)


def _has_one_row_of_values(grid: Grid, row: int, cells: list[int]) -> bool:
    """Tell whether one row of values stands under a row of labels, and labels again or nothing after."""
    under = [c for c in cells if grid.cell(row + 1, c) is not None]
    if not under or any(is_strong(grid, row + 1, c) for c in under):
        return False
    after = grid.columns_filled(row + 2, cells[0], cells[-1]) if row + 2 <= grid.n_rows else []
    return not after or all(is_strong(grid, row + 2, c) for c in after[:2])


def form_tables(grid: Grid, left: int, right: int, file: str) -> Iterator[SourceTable]:
    """Yield the forms of a sheet as one table, or its transposed table."""
    if sideways := _label_column(grid, left, right):
        table = _transposed(grid, *sideways, right, file)
        if table is not None:
            yield table
        return
    reader = FormReader(grid, left, right)
    reader.read()
    records = [form for form in reader.forms if form]
    if not records:
        return
    columns = [*reader.order]
    title = " ".join(_titles(grid, left, right, min(c.row for c in records[0].values())))
    rows = [
        SourceRow(min(c.row for c in form.values()), {columns.index(k): c for k, c in form.items()})
        for form in records
    ]
    yield table_of_rows(file, title, Layout.FORM, [(g, h) for g, h, _ in columns], rows)


def _titles(grid: Grid, left: int, right: int, before: int) -> Iterator[str]:
    """Yield and mark what stands above the first value and was no label."""
    for row in range(1, before):
        for column in grid.columns_filled(row, left, right):
            if grid.is_free(row, column):
                grid.mark(row - 1, column - 1, TITLE)
                yield grid.text(row, column)


# --- transposed tables ----------------------------------------------------------------------------


def _label_column(grid: Grid, left: int, right: int) -> tuple[int, list[int]] | None:
    """Return the column of labels and the rows they stand in, where several values follow each."""
    best: tuple[int, list[int]] | None = None
    for column in range(left, min(left + 2, right) + 1):
        rows = [
            row
            for row in range(1, grid.n_rows + 1)
            if grid.labels[column - 1, row - 1] and grid.area(row, column).n_columns == 1
        ]
        if len(rows) >= _FEWEST_LABELS and (best is None or len(rows) > len(best[1])):
            best = column, rows
    if best is None:
        return None
    column, rows = best
    values = [_values_beside(grid, row, column, right) for row in rows]
    several = sum(len(found) >= 2 for found in values)
    labels = sum(
        is_strong(grid, row, c) for row, found in zip(rows, values, strict=True) for c in found
    )
    span = range(rows[0], rows[-1] + 1)
    inner = [r for r in span if grid.cell(r, column) is not None]
    return best if 5 * several >= 3 * len(rows) and 2 * labels <= len(rows) and inner else None


def _values_beside(grid: Grid, row: int, column: int, right: int) -> list[int]:
    return grid.columns_filled(row, column + 1, right)


def _transposed(
    grid: Grid, column: int, label_rows: list[int], right: int, file: str
) -> SourceTable | None:
    """Return the table whose records are the columns right of a column of labels."""
    rows = [r for r in range(label_rows[0], label_rows[-1] + 1) if grid.cell(r, column) is not None]
    last = label_rows[-1]
    while (
        last < grid.n_rows
        and grid.text(last + 1, column)
        and _values_beside(grid, last + 1, column, right)
    ):
        last += 1
        rows.append(last)
    numbers = sorted({c for row in rows for c in _values_beside(grid, row, column, right)})
    headings = []
    for row in rows:
        area = grid.area(row, column - 1) if column > 1 else None
        group = one_line(grid.text(area.top, area.left)) if area else ""
        headings.append((group, one_line(grid.text(row, column))))
        grid.mark(row - 1, slice(0, column), HEADING)
    records = []
    for number in numbers:
        cells: dict[int, SourceCell] = {}
        for at, row in enumerate(rows):
            value: Cell | None = grid.cell(row, number)
            if value is not None:
                cells[at] = SourceCell(grid.sheet.name, row, number, value)
                grid.mark(row - 1, number - 1, IN_TABLE)
        records.append(SourceRow(rows[0], cells))
    title = " ".join(_titles(grid, 1, right, rows[0]))
    return table_of_rows(file, title, Layout.COLUMNS, headings, records) if records else None
