"""Read the rows of one worksheet: a table of one or several blocks, or a form.

`read_rows` finds the blocks (`workbooks.headings`) and leaves out what is no row of the ledger
(`workbooks.row_kinds`); each block becomes a `SheetPart` with the columns its own headings name.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from itertools import compress

import numpy as np

from validators.cells import BLANK, Cell, CellColumn, encode, letters
from validators.checks import check_values
from validators.columns import FIRST_VERSION, Column, Fill
from validators.ledger import SheetPart, TypedColumn
from validators.sheets import Row, columns_by_field
from workbooks.headings import Block, HeadingMap, heading_key, map_blocks
from workbooks.raw.book import RawSheet
from workbooks.row_kinds import Codes, Flags, Grid, RowKind, RowSorter, oddities


@dataclass(slots=True)
class TableReading:
    """What the table of a worksheet holds.

    Attributes:
        blocks: Its blocks; none where it has no heading row.
        parts: The rows of each block.
        ignored: Worksheet rows with cells that are no rows of the ledger, and why.
        anchors: (row, column) of the merged cells that were filled downwards.
    """

    blocks: list[Block] = field(default_factory=list)
    parts: list[SheetPart] = field(default_factory=list)
    ignored: dict[int, RowKind] = field(default_factory=dict)
    anchors: list[tuple[int, int]] = field(default_factory=list)

    @property
    def headings(self) -> HeadingMap:
        """Return the columns of the first block; row 0 where there is none."""
        return self.blocks[0].headings if self.blocks else HeadingMap()

    @property
    def rows(self) -> list[int]:
        """Return the worksheet rows that are rows of the ledger, ascending."""
        return [row for part in self.parts for row in part.rows]


def read_rows(
    sheet: RawSheet,
    model: type[Row],
    file: str,
    version: str = FIRST_VERSION,
    *,
    fill: bool = False,
) -> TableReading:
    """Return the rows of the table in a worksheet.

    Args:
        sheet: The worksheet.
        model: The model of its rows.
        file: How the parts name the workbook.
        version: The version of the template the ledger was made from.
        fill: Whether merged cells are filled downwards first; `sheet` is changed then.
    """
    reading = TableReading(map_blocks(sheet, model, version))
    if reading.blocks:
        if fill:
            reading.anchors = fill_merged(sheet, reading.headings.first_row)
        grid = _grid(sheet)
        for block in reading.blocks:
            _read_block(sheet, model, block, grid, file, reading)
    return reading


def _read_block(
    sheet: RawSheet, model: type[Row], block: Block, grid: Grid, file: str, reading: TableReading
) -> None:
    heading_map = block.headings
    codes = grid.codes[:, block.first - 1 : block.last]
    body = Grid(grid.numbers, grid.values, codes, grid.odd)
    sorter = RowSorter(model, heading_map, body, block.first, sheet.merges, sheet.totals)
    taken = sorter.data_rows()
    rows = np.flatnonzero(taken)
    first = heading_map.first_row
    part = SheetPart(
        key=model.sheet.key,
        file=file,
        sheet=sheet.name,
        rows=array("i", (rows + block.first).tolist()),
        columns={},
        ignored=len(sorter.ignored),
        heading_missing=bool(heading_map.lacking),
        covered=_covered(sheet, first) if sheet.merges else frozenset(),
    )
    overwritten = any(merge.bottom >= first for merge in sheet.merges)
    start = first - 1 if not len(rows) or rows[0] + block.first >= first else block.first - 1
    part_of = Grid(grid.numbers, grid.values, grid.codes[:, : block.last])
    columns = _columns(part_of, start, taken[start - block.first + 1 :], sure=not overwritten)
    for name, column in columns_by_field(model).items():
        if (at := heading_map.fields.get(name)) and column.fill is not Fill.LOOKUP:
            part.columns[name] = typed_column(
                column, columns[at], letters(at), heading_map.headings[at]
            )
    if part.heading_missing:
        part.rejected.update(range(len(rows)))
    reading.parts.append(part)
    reading.ignored |= sorter.ignored


def fill_merged(sheet: RawSheet, first_row: int) -> list[tuple[int, int]]:
    """Fill vertically merged data cells downwards, in the first column of each merge.

    Returns:
        (row, column) of every anchor filled, 1-based.
    """
    anchors = []
    for merge in sheet.merges:
        top, left, bottom = merge.top, merge.left, merge.bottom
        if top < first_row or top == bottom or left > len(sheet.columns):
            continue
        codes = sheet.columns[left - 1].codes
        value = codes[top - 1] if top <= len(codes) else BLANK
        if value != BLANK:
            last = min(bottom, len(codes))
            codes[top - 1 : last] = array("i", [value]) * (last - top + 1)
            anchors.append((top, left))
    return anchors


def _covered(sheet: RawSheet, first_row: int) -> frozenset[tuple[int, str]]:
    """Return the data cells that `fill_merged` gave the value of the merged cell above them."""
    return frozenset(
        (row, letters(merge.left))
        for merge in sheet.merges
        if first_row <= merge.top and merge.left <= len(sheet.columns)
        for row in range(merge.top + 1, min(merge.bottom, sheet.n_rows) + 1)
    )


def typed_column(column: Column, cells: CellColumn, letter: str, heading: str) -> TypedColumn:
    """Check the distinct cells of one column."""
    checked = check_values(column, cells.values)
    return TypedColumn(column.field, letter, heading, cells, checked.values, checked.problems)


def _grid(sheet: RawSheet) -> Grid:
    filled = {at: column for at, column in enumerate(sheet.columns, 1) if column.values}
    codes = np.frombuffer(b"".join(column.codes for column in filled.values()), np.intc)
    numbers = {at: index for index, at in enumerate(filled)}
    return Grid(
        numbers,
        [column.values for column in filled.values()],
        codes.reshape(len(filled), sheet.n_rows),
        [(numbers[index + 1], code) for index, code in oddities(sheet.texts)],
    )


def _columns(grid: Grid, start: int, taken: Flags, *, sure: bool) -> dict[int, CellColumn]:
    """Return by worksheet column the cells of the rows `taken`, counted from row `start`.

    Values are numbered as they appear, so those of the headings come first: where the table
    repeats none of them and no value went with a row, the rest are what the table uses. Where
    that is not `sure`, values are looked for one by one.
    """
    firsts = grid.codes[:, :start].max(axis=1, initial=BLANK) + 1
    body = grid.codes[:, start:]
    lost = np.any(body[:, ~taken] >= 0, axis=1) | (not sure)
    body = body[:, taken]
    filled = body >= 0
    moved = np.where(filled, body - firsts[:, None], BLANK).astype(np.intc, copy=False)
    lost |= np.any((moved < 0) & filled, axis=1)
    return {
        at: used_cells(values, own)
        if looked_for
        else CellColumn(values[first:], array("i", row.tobytes()))
        for at, values, own, row, first, looked_for in zip(
            grid.numbers, grid.values, body, moved, firsts.tolist(), lost.tolist(), strict=True
        )
    }


def used_cells(values: list[Cell], codes: Codes) -> CellColumn:
    """Return the cells of some rows with only the distinct values they use."""
    used = np.zeros(len(values) + 1, dtype=bool)
    used[codes] = True  # code -1 marks the last place, which stands for blank
    used[-1] = False
    renumbered = np.full(len(values) + 1, BLANK, dtype=np.intc)
    renumbered[used] = np.arange(used.sum(), dtype=np.intc)
    kept = list(compress(values, used[:-1].tolist()))
    return CellColumn(kept, array("i", renumbered[codes].tobytes()))


def form_part(sheet: RawSheet, model: type[Row], file: str) -> SheetPart:
    """Return the one row of a form: each field's value stands right of its label."""
    columns = columns_by_field(model)
    names = {
        heading_key(label): name
        for name, column in columns.items()
        for label in (*column.synonyms, column.heading)
    }
    ends = {(merge.top, merge.left): merge.right for merge in sheet.merges}
    part = SheetPart(model.sheet.key, file, sheet.name, array("i", [1]), {})
    for row in range(1, sheet.n_rows + 1):
        cells = [column.cell(row - 1) for column in sheet.columns]
        for at, label in enumerate(cells, 1):
            name = names.get(heading_key(label)) if isinstance(label, str) else None
            if name and name not in part.columns:
                value_at = ends.get((row, at), at) + 1
                value = encode(cells[value_at - 1 : value_at] or [None])
                part.columns[name] = typed_column(
                    columns[name], value, letters(value_at), str(label)
                )
                part.form_rows[name] = row
    part.rows[0] = min(part.form_rows.values(), default=1)
    part.heading_missing = any(c.required and n not in part.columns for n, c in columns.items())
    if part.heading_missing:
        part.rejected.add(0)
    return part
