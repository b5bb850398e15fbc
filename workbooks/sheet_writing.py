"""Put one sheet's update into a worksheet: its values, the look-ups that follow, the table's size.

The steps are the same for a file's XML and for an open workbook: each is an `EditableWorksheet`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from validators.cells import letters
from validators.columns import Column, Fill, Lookup
from validators.errors import UpdateRefused
from validators.sheets import Row, columns_by_field, model_for
from workbooks.template.layout import LAST_ROW, LedgerRows, RowValues, fit_for_paper, stamp_text
from workbooks.template.worksheets import lookup_formula
from workbooks.update_layout import (
    SheetLayout,
    TableExtent,
    appended_rows,
    refuse_covered,
    require_columns,
    rewritten_rows,
    stamp_place,
)
from workbooks.updates import SheetReport, SheetUpdate, UpdateRow


def sheets_looked_up(models: Iterable[type[Row]]) -> set[str]:
    """Return the keys of the sheets that look-ups of `models` lead to, directly or by others."""
    keys = {
        key
        for model in models
        for column in columns_by_field(model).values()
        if column.lookup
        for key, _ in column.lookup.fields
    }
    return keys | sheets_looked_up(map(model_for, keys)) if keys else keys


def plain_cell(cell: object) -> str | int | float | date | None:
    """Return what a formula sees of a cell as read; errors and the uncalculated as blank."""
    return cell if isinstance(cell, str | int | float | date) else None


class LookUps:
    """The look-ups of one ledger: their formulas, and what these show.

    The template's formulas name the template's columns; a ledger whose columns were moved needs its
    own. What a formula shows is computed from the rows as they are after the updates, so that a
    reader that does not calculate sees it too.

    Args:
        keys: The keys of the sheets that look-ups lead to.
        layouts: The sheets of the ledger by key and tab; see `layouts_of`.
        updates: What is going to be written.
    """

    def __init__(
        self,
        keys: Collection[str],
        layouts: Mapping[tuple[str, str], SheetLayout],
        updates: Iterable[SheetUpdate],
    ) -> None:
        by_tab = {(update.key, update.tab): update for update in updates}
        self._layouts = {key: layouts[key, ""] for key in keys if (key, "") in layouts}
        rows: dict[str, list[dict[str, object]]] = {}
        for (key, tab), layout in layouts.items():
            if key in keys:
                rows.setdefault(key, []).extend(_rows_after(layout, by_tab.get((key, tab))))
        self._rows = LedgerRows(rows)

    def shown(self, lookup: Lookup, values: RowValues) -> str:
        """Return what the look-up shows in a row of `values`."""
        return self._rows.look_up(lookup, values)

    def formula(self, model: type[Row], column: Column, key: str) -> str:
        """Return the formula of a look-up column without its "=".

        Args:
            model: The sheet's model.
            column: One of its look-up columns.
            key: A reference to the cell that holds the code.

        Returns:
            "" where the ledger lacks a sheet or column the formula would name.
        """
        try:
            return lookup_formula(model, column, key, self._place).removeprefix("=")
        except KeyError:
            return ""

    def _place(self, key: str, field: str) -> str:
        layout = self._layouts[key]
        letter = letters(layout.columns[field])
        last = max(LAST_ROW, layout.raw.n_rows)
        name = layout.name if layout.name == model_for(key).sheet.name else f"'{layout.name}'"
        return f"{name}!${letter}${layout.first_row}:${letter}${last}"


def _rows_after(layout: SheetLayout, update: SheetUpdate | None) -> list[dict[str, object]]:
    """Return the rows of a sheet as they will be."""
    before = {row: _values(layout, row) for row in layout.used}
    if update is None:
        return [*before.values()]
    if update.rows is not None:
        return [
            {**(before.get(row.continues, {}) if row.continues else {}), **row.values}
            for row in update.rows
        ]
    for (row, field), value in update.cells.items():
        before.setdefault(row, {})[field] = value
    return [*before.values(), *map(dict, update.append)]


def _values(layout: SheetLayout, row: int) -> dict[str, object]:
    """Return the values of a row as read, by field."""
    return {field: plain_cell(layout.value(row, field)) for field in layout.columns_at(row)}


Values = Mapping[str, object]


class EditableWorksheet(Protocol):
    """The cells of one worksheet; rows and columns are 1-based."""

    def clear(self, rows: Sequence[int], end: int, keep: Iterable[int]) -> None:
        """Empty the cells below headings in `rows`, merged ones taken apart.

        Args:
            rows: The rows.
            end: Rows after this one are no longer the table's.
            keep: Rows, as they are now, that `carry` and `like` will ask for.
        """

    def can_move(self, rows: range) -> bool:
        """Tell whether rows below the data can be moved."""

    def move(self, rows: range, by: int, last: int) -> None:
        """Move rows down; those they leave are blank.

        Args:
            rows: The rows.
            by: How far.
            last: The last data row; what adds up to it adds up to the row above the moved ones.
        """

    def put(self, row: int, at: int, value: object, like: int | None = None) -> None:
        """Put a value into a cell; it keeps its style, or gets that of the kept row `like`."""

    def formula(self, row: int, at: int, text: str, shown: str, like: int | None = None) -> None:
        """Put a formula, without its equals sign, that shows a text; "" for none."""

    def carry(self, row: int, at: int, kept: int) -> None:
        """Put the cell that stood in the row `kept` here; its formula moves along."""

    def has_formula(self, row: int, at: int) -> bool:
        """Tell whether a cell holds a formula."""

    def is_blank(self, row: int, at: int) -> bool:
        """Tell whether a cell holds nothing."""

    def recalculated(self, row: int, at: int, shown: str) -> None:
        """Note that a cell's formula shows another text now."""

    def settle(self, row: int, values: Values, like: int | None = None) -> None:
        """Finish a row that has all its values: styles, height, nothing hidden."""

    def prepare(self, row: int) -> None:
        """Finish a blank row for the clerk."""

    def grow(self, row: int, values: Values) -> None:
        """Make a row tall enough for new values in it, never less tall."""


class SheetWriter:
    """Writes one update into one worksheet.

    Args:
        worksheet: The worksheet, changed in place.
        layout: What stands where in it.
        extent: Its table and the rows not to write to.
        lookups: What its look-ups show.

    Attributes:
        end: The last row of the table after the update.
        cleared: Whether the rows are new, so that filters were taken back.
    """

    def __init__(
        self,
        worksheet: EditableWorksheet,
        layout: SheetLayout,
        extent: TableExtent,
        lookups: LookUps,
    ) -> None:
        self._worksheet = worksheet
        self._layout = layout
        self._extent = extent
        self._lookups = lookups
        columns = columns_by_field(layout.model).values()
        self._keys = {column.lookup.key for column in columns if column.lookup}
        self._cells = 0
        self.end = extent.end
        self.cleared = False

    def write(self, update: SheetUpdate) -> SheetReport:
        """Put the whole update onto the worksheet.

        Raises:
            UpdateRefused: A required column is missing, or a merged cell is in the way.
        """
        missing = require_columns(self._layout, _fields_of(update))
        rows: Iterable[int] = ()
        if update.rows is not None:
            rows = self._rewrite(update.rows)
        if update.append:
            rows = self._append(update.append)
        self._set_cells(update.cells)
        stamped = bool(update.as_of or update.generated) and self._stamp(update)
        return SheetReport(
            update.key, self._layout.name, tuple(rows), self._cells, missing, stamped
        )

    def _fields(self, row: int) -> dict[int, Column]:
        """Return the known columns of a row by worksheet column, from left to right."""
        columns = self._layout.columns_at(row)
        return {at: self._layout.known(field) for field, at in sorted(columns.items(), key=_place)}

    # --- a whole new body ------------------------------------------------------------------------

    def _rewrite(self, rows: Sequence[UpdateRow]) -> list[int]:
        at = rewritten_rows(self._layout, len(rows), self._extent.kept)
        last = max([self._layout.first_row - 1, *at[-1:]])
        self.end = self._extent.after_rewriting(last)
        self.cleared = True
        before = max(self._extent.end, self._layout.last)
        span = range(self._layout.first_row, max(before, self.end) + 1)
        old = [row for row in span if row not in self._extent.kept]
        self._worksheet.clear(old, self.end, self._continued(rows))
        for number, new in zip(at, rows, strict=True):
            self._write_row(number, new)
        self._prepare(range(last + 1, self.end + 1))
        return at

    def _continued(self, rows: Sequence[UpdateRow]) -> set[int]:
        numbers = {row.continues for row in rows if row.continues is not None}
        for number in numbers:
            if number < self._layout.first_row:
                raise ValueError(f"row {number} of {self._layout.name} is no data row")
        return numbers

    def _write_row(self, row: int, new: UpdateRow) -> None:
        old = new.continues
        computed = fit_for_paper(self._layout.model, new.values)
        values = {**({} if old is None else _values(self._layout, old)), **computed}
        fields = self._fields(row)
        for at in self._extent.headed:
            column = fields.get(at)
            if column and column.fill is Fill.LOOKUP:
                values[column.field] = self._look_up(column, row, at, values, old)
            elif column and column.field in computed:
                self._worksheet.put(row, at, computed[column.field], old)
            elif old is not None:
                self._worksheet.carry(row, at, old)
            self._cells += 1
        self._worksheet.settle(row, values, old)

    # --- rows below, single cells ----------------------------------------------------------------

    def _append(self, rows: Sequence[Values]) -> list[int]:
        before = self._extent.end
        blocked = self._extent.kept | self._extent.merged()
        span, by = self._extent.foot_in_the_way(len(rows), blocked)
        if by and self._worksheet.can_move(span):
            self._worksheet.move(span, by, self._layout.last_used)
            self._extent.move(span, by)
            blocked = {row + by if row in span else row for row in blocked}
        at = appended_rows(self._layout, len(rows), blocked)
        self.end = self._extent.after_appending(at[-1], blocked)
        for row, values in zip(at, rows, strict=True):
            columns = self._layout.columns_at(row)
            for field, value in values.items():
                column_at = columns.get(field)
                if column_at and self._layout.known(field).fill is not Fill.LOOKUP:
                    self._put(row, column_at, value)
            self._worksheet.settle(row, {**values, **self._complete(row, values)})
        new = set(at)
        self._prepare(row for row in range(before + 1, self.end + 1) if row not in new)
        return at

    def _set_cells(self, cells: Mapping[tuple[int, str], object]) -> None:
        by_row: dict[int, dict[str, object]] = {}
        for (number, field), value in cells.items():
            if field in self._layout.columns_at(number):
                by_row.setdefault(number, {})[field] = value
        for row, changes in by_row.items():
            columns = self._layout.columns_at(row)
            for field, value in changes.items():
                refuse_covered(self._layout, row, columns[field])
                self._put(row, columns[field], value)
            if self._layout.heading_row:  # a form's rows have the height the template gave them
                found: Values = {}
                if self._keys & changes.keys():
                    after = {**_values(self._layout, row), **changes}
                    found = self._complete(row, after, {*changes})
                self._worksheet.grow(row, {**changes, **found})

    def _put(self, row: int, at: int, value: object) -> None:
        self._worksheet.put(row, at, value)
        self._cells += 1

    def _complete(
        self, row: int, values: Values, keys: set[str] | None = None
    ) -> dict[str, object]:
        """Note what a row's look-ups show now, and give it those it lacks; return both by field."""
        found: dict[str, object] = {}
        for at, column in self._fields(row).items():
            if column.lookup and (keys is None or column.lookup.key in keys):
                if self._worksheet.has_formula(row, at):
                    found[column.field] = shown = self._lookups.shown(column.lookup, values)
                    self._worksheet.recalculated(row, at, shown)
                elif self._worksheet.is_blank(row, at):
                    found[column.field] = self._look_up(column, row, at, values)
        return found

    # --- blank rows, look-ups, stamp -------------------------------------------------------------

    def _prepare(self, rows: Iterable[int]) -> None:
        """Prepare blank rows for the clerk: look-ups and the usual styles."""
        for row in rows:
            if row not in self._extent.kept:
                self._complete(row, {})
                self._worksheet.prepare(row)

    def _look_up(
        self, column: Column, row: int, at: int, values: Values, like: int | None = None
    ) -> str:
        """Write a look-up and return what it shows."""
        columns = self._layout.columns_at(row)
        key_at = columns.get(column.lookup.key) if column.lookup else None
        formula = shown = ""
        if key_at is not None and column.lookup is not None:
            key, table = f"${letters(key_at)}{row}", self._extent.table
            if table and table.left <= key_at <= table.right and row <= self.end:
                key = table.this_row(key_at) or key
            formula = self._lookups.formula(self._layout.model, column, key)
            shown = self._lookups.shown(column.lookup, values)
        self._worksheet.formula(row, at, formula, shown, like)
        return shown

    def _stamp(self, update: SheetUpdate) -> bool:
        place = stamp_place(self._layout)
        if place:
            self._put(*place, stamp_text(update.as_of, update.generated))
        return bool(place)


def _place(item: tuple[str, int]) -> int:
    return item[1]


_REFERENCE = re.compile(r"(?<![\w!'\].])(\$?[A-Z]{1,3}\$?)(\d{1,7})(?![\w(.!])")


def renumbered(formula: str, rows: range, by: int, last: int) -> str:
    """Return a formula of rows that move down because rows are added above them.

    Args:
        formula: Its text.
        rows: The rows that move.
        by: How far.
        last: The last data row before: a range that ends there or in a blank row below ends above
            the moved rows.
    """

    def _row(reference: re.Match[str]) -> str:
        row = int(reference[2])
        if row in rows:
            row += by
        elif last <= row < rows.start:
            row = rows.start + by - 1
        return f"{reference[1]}{row}"

    pieces = formula.split('"')  # every second one is a text
    pieces[::2] = [_REFERENCE.sub(_row, piece) for piece in pieces[::2]]
    return '"'.join(pieces)


def text_too_long(sheet: str, text: str) -> UpdateRefused:
    """Return the refusal of a text that a cell does not hold."""
    return UpdateRefused(
        f"工作表“{sheet}”有单元格文字超过 32767 字，未写入（{text[:20]}……）", "请缩短该段文字后重试"
    )


def _fields_of(update: SheetUpdate) -> set[str]:
    fields = {field for _, field in update.cells}
    fields.update(*(row.values for row in update.rows or ()), *update.append)
    return fields
