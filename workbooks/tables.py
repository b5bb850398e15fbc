"""From a raw worksheet to the rows in use of one ledger sheet."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from validators.cells import BLANK, Cell, CellColumn, encode, letters
from validators.checks import check_values
from validators.columns import Column, Fill
from validators.ledger import SheetPart, TypedColumn
from validators.normalise import squeeze
from validators.sheets import Row, columns_by_field
from workbooks.headings import SERIAL_HEADINGS, HeadingMap, heading_key
from workbooks.raw.book import RawSheet

__all__ = ["fill_merged", "form_part", "table_part"]

Codes = NDArray[np.intc]
Flags = NDArray[np.bool_]

_SUBTOTAL = re.compile(r"(?:本页|本月|本季度?|本年度?|全年|全乡|全镇)?(?:合计|小计|总计|累计|共计)")
_NOTE = re.compile(
    r"[※*]|(?:填[表报])?(?:注|说明|备注|附注|填表说明|填表人|制表人|填报人|审核人|单位负责人|联系电话|填报时间)"
    r"(?:$|[\d一二三]?[:：.、])"
)
_FEW_CELLS = 6  # notes, signature lines and subtotals fill few cells; longer rows are not looked at


@dataclass(frozen=True, slots=True)
class _Grid:
    """The columns of a sheet that hold anything.

    Attributes:
        numbers: The index of each in the others, by 1-based worksheet column.
        values: Their distinct cells.
        codes: Their codes, columns by rows.
    """

    numbers: dict[int, int]
    values: list[list[Cell]]
    codes: Codes


def fill_merged(sheet: RawSheet, first_row: int) -> list[tuple[int, int]]:
    """Fill vertically merged data cells downwards, in the first column of each merge.

    Returns:
        (row, column) of every anchor filled, 1-based.
    """
    anchors = []
    for top, left, bottom, _ in sheet.merges:
        if top < first_row or top == bottom or left > len(sheet.columns):
            continue
        codes = sheet.columns[left - 1].codes
        value = codes[top - 1] if top <= len(codes) else BLANK
        if value != BLANK:
            last = min(bottom, len(codes))
            codes[top - 1 : last] = array("i", [value]) * (last - top + 1)
            anchors.append((top, left))
    return anchors


def table_part(sheet: RawSheet, model: type[Row], found: HeadingMap, file: str) -> SheetPart:
    """Return the rows in use of a table whose headings were `found`."""
    start = found.first_row - 1
    grid = _grid(sheet)
    body = _Grid(grid.numbers, grid.values, grid.codes[:, start:])
    used, n_filled = _rows_in_use(model, found, body)
    skipped = used & _not_data(model, found, body, n_filled, used)
    taken = used & ~skipped
    rows = np.flatnonzero(taken)
    part = SheetPart(
        key=model.sheet.key,
        file=file,
        sheet=sheet.name,
        rows=array("i", (rows + start + 1).tolist()),
        columns={},
        ignored=int(skipped.sum()),
        heading_missing=any(o.kind == "missing" for o in found.oddities),
        covered=_covered(sheet, found.first_row) if sheet.merges else frozenset(),
    )
    overwritten = any(bottom > start for _, _, bottom, _ in sheet.merges)
    columns = _columns(grid, start, taken, sure=not overwritten)
    for name, column in columns_by_field(model).items():
        if (at := found.fields.get(name)) and column.fill is not Fill.LOOKUP:
            part.columns[name] = typed_column(column, columns[at], letters(at), found.headings[at])
    if part.heading_missing:
        part.rejected.update(range(len(rows)))
    return part


def _covered(sheet: RawSheet, first_row: int) -> frozenset[tuple[int, str]]:
    """Return the data cells that `fill_merged` gave the value of the merged cell above them."""
    return frozenset(
        (row, letters(left))
        for top, left, bottom, _ in sheet.merges
        if first_row <= top and left <= len(sheet.columns)
        for row in range(top + 1, min(bottom, sheet.n_rows) + 1)
    )


def typed_column(column: Column, cells: CellColumn, letter: str, heading: str) -> TypedColumn:
    """Check the distinct cells of one column."""
    checked = check_values(column, cells.values)
    return TypedColumn(column.field, letter, heading, cells, checked.values, checked.problems)


def _grid(sheet: RawSheet) -> _Grid:
    filled = {at: column for at, column in enumerate(sheet.columns, 1) if column.values}
    codes = np.frombuffer(b"".join(column.codes for column in filled.values()), np.intc)
    return _Grid(
        {at: index for index, at in enumerate(filled)},
        [column.values for column in filled.values()],
        codes.reshape(len(filled), sheet.n_rows),
    )


def _columns(grid: _Grid, start: int, taken: Flags, *, sure: bool) -> dict[int, CellColumn]:
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
        at: _taken(values, own)
        if looked_for
        else CellColumn(values[first:], array("i", row.tobytes()))
        for at, values, own, row, first, looked_for in zip(
            grid.numbers, grid.values, body, moved, firsts.tolist(), lost.tolist(), strict=True
        )
    }


def _taken(values: list[Cell], codes: Codes) -> CellColumn:
    """Return the cells of some rows with only the distinct values they use."""
    used = np.zeros(len(values) + 1, dtype=bool)
    used[codes] = True  # code -1 marks the last place, which stands for blank
    used[-1] = False
    renumbered = np.full(len(values) + 1, BLANK, dtype=np.intc)
    renumbered[used] = np.arange(used.sum(), dtype=np.intc)
    kept = list(compress(values, used[:-1].tolist()))
    return CellColumn(kept, array("i", renumbered[codes].tobytes()))


def _rows_in_use(model: type[Row], found: HeadingMap, body: _Grid) -> tuple[Flags, Codes]:
    """Return which rows hold a typed cell, and how many cells each row fills."""
    columns = columns_by_field(model)
    looked_up = {at for name, at in found.fields.items() if columns[name].fill is Fill.LOOKUP}
    typed = [
        at not in looked_up and found.headings.get(at) not in SERIAL_HEADINGS for at in body.numbers
    ]
    filled: Flags = body.codes >= 0
    return np.any(filled[typed], axis=0), filled.sum(axis=0, dtype=np.intc)


def _not_data(
    model: type[Row],
    found: HeadingMap,
    body: _Grid,
    n_filled: Codes,
    used: Flags,
) -> Flags:
    """Return which rows are repeated headings, subtotals or notes.

    Rows of nothing but white space are taken out of `used`.
    """
    skipped = _repeated_headings(found, body)
    required = [
        body.numbers[found.fields[n]]
        for n, c in columns_by_field(model).items()
        if c.required and n in found.fields
    ]
    half_empty = 2 * (body.codes[required] >= 0).sum(axis=0) <= len(required)
    sparse = (n_filled > 0) & ((n_filled <= _FEW_CELLS) | half_empty)
    for row in np.flatnonzero(sparse & used & ~skipped).tolist():
        own = body.codes[:, row].tolist()
        cells = [values[at] for values, at in zip(body.values, own, strict=True) if at >= 0]
        used[row] &= not all(isinstance(cell, str) and cell.isspace() for cell in cells)
        skipped[row] = _is_note(cells) or _is_subtotal(cells, half_empty=bool(half_empty[row]))
    return skipped & used


def _repeated_headings(found: HeadingMap, body: _Grid) -> Flags:
    matches = np.zeros(body.codes.shape[1], dtype=np.intc)
    for at, heading in found.headings.items():
        index = body.numbers[at]
        values = body.values[index]
        if heading in values:
            matches += body.codes[index] == values.index(heading)
    return matches >= 2


def _is_subtotal(cells: list[Cell], *, half_empty: bool) -> bool:
    """Return whether one of the first cells says 合计; 合计 2 人 only in a half-empty row."""
    texts = [squeeze(cell) for cell in cells[:3] if isinstance(cell, str)]
    said = _SUBTOTAL.match if half_empty else _SUBTOTAL.fullmatch
    return any(len(text) <= 12 and said(text) for text in texts)


def _is_note(cells: list[Cell]) -> bool:
    return all(isinstance(cell, str) and _NOTE.match(squeeze(cell)) for cell in cells)


def form_part(sheet: RawSheet, model: type[Row], file: str) -> SheetPart:
    """Return the one row of a form: each field's value stands right of its label."""
    columns = columns_by_field(model)
    names = {
        heading_key(label): name
        for name, column in columns.items()
        for label in (*column.synonyms, column.heading)
    }
    ends = {(top, left): right for top, left, _, right in sheet.merges}
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
