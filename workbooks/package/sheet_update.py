"""One sheet's update put into its XML: which cell gets what, and what grows with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from validators.cells import letters
from validators.columns import Column, Fill
from workbooks.lookups import LookUps, plain_cell
from workbooks.package.looks import Looks
from workbooks.package.markup import attribute, without
from workbooks.package.reach import Reach
from workbooks.package.sheet_xml import CellXml, RowXml, SheetXml
from workbooks.package.values import (
    CellMaker,
    has_formula,
    is_shared_master,
    moved,
    recached,
    unshare,
)
from workbooks.placing import (
    Body,
    appended_rows,
    refuse_covered,
    require_columns,
    rewritten_rows,
    stamp_place,
)
from workbooks.template.layout import stamp_text
from workbooks.updates import SheetReport, SheetUpdate, UpdateRow

__all__ = ["SheetWriter"]

Values = Mapping[str, object]


class SheetWriter:
    """Writes one update into one worksheet.

    Args:
        xml: The worksheet's XML, changed in place.
        body: What stands where in it.
        reach: Its table and the rows not to write to.
        lookups: What its look-ups show.
        maker: Makes the workbook's cells.

    Attributes:
        end: The last row of the table after the update.
        cleared: Whether the rows are new, so that filters were taken back.
    """

    def __init__(
        self, xml: SheetXml, body: Body, reach: Reach, lookups: LookUps, maker: CellMaker
    ) -> None:
        self._xml = xml
        self._body = body
        self._reach = reach
        self._lookups = lookups
        self._maker = maker
        self._fields = {at: body.known(field) for field, at in body.columns.items()}
        rows = [row for row in xml.rows if row in reach.body_rows and row not in reach.kept]
        self._looks = Looks(xml, self._fields, reach.headed, rows)
        self._keys = {one.lookup.key for one in self._fields.values() if one.lookup}
        self._cells = 0
        self.end = reach.end
        self.cleared = False

    def write(self, update: SheetUpdate) -> SheetReport:
        """Put the whole update into the XML.

        Raises:
            UpdateRefused: A required column is missing, or a merged cell is in the way.
        """
        missing = require_columns(self._body, _fields_of(update))
        rows: Iterable[int] = ()
        if update.rows is not None:
            rows = self._rewrite(update.rows)
        if update.append:
            rows = self._append(update.append)
        self._set_cells(update.cells)
        stamped = bool(update.as_of or update.generated) and self._stamp(update)
        return SheetReport(update.key, self._body.name, tuple(rows), self._cells, missing, stamped)

    # --- a whole new body ------------------------------------------------------------------------

    def _rewrite(self, rows: Sequence[UpdateRow]) -> list[int]:
        at = rewritten_rows(self._body, len(rows), self._reach.kept)
        last = max([self._body.first_row - 1, *at[-1:]])
        self.end = self._reach.after_rewriting(last)
        self.cleared = True
        before = max(self._reach.end, self._body.last)
        span = range(self._body.first_row, max(before, self.end) + 1)
        old = [row for row in span if row not in self._reach.kept]
        unshare(self._xml)
        self._xml.unmerge(old)
        continued = self._snapshots({row.continues for row in rows if row.continues is not None})
        for row in old:
            if row in self._xml.rows:
                self._empty(self._xml.rows[row], dropped=row > self.end)
        for number, new in zip(at, rows, strict=True):
            of = new.continues
            self._write_row(self._xml.row(number), new, None if of is None else continued[of])
        self._prepare(range(last + 1, self.end + 1))
        return at

    def _snapshots(self, numbers: Iterable[int]) -> dict[int, RowXml]:
        """Return copies of old rows, of what stands below headings."""
        copies = {}
        for number in numbers:
            if number < self._body.first_row:
                raise ValueError(f"row {number} of {self._body.name} is no data row")
            old = self._xml.row(number)
            copies[number] = RowXml(number, old.attributes, "")
            copies[number].cells.update(
                {at: cell for at, cell in old.cells.items() if at in self._looks.usual}
            )
        return copies

    def _empty(self, row: RowXml, *, dropped: bool) -> None:
        """Empty the cells below headings; outside the new table they go altogether.

        Without a cell the column's style shows, which has no borders: no blank pages are printed.
        """
        for at in [at for at in row.cells if at in self._looks.usual]:
            if dropped and self._looks.column_style(at):
                del row.cells[at]
            else:
                row.cells[at] = CellXml(self._looks.usual[at])
        row.attributes = "" if dropped else without(row.attributes, "hidden", "ht", "customHeight")

    def _write_row(self, row: RowXml, new: UpdateRow, old: RowXml | None) -> None:
        before = old.cells if old else {}
        values = {**(self._values_of(old.number) if old else {}), **new.values}
        for at in self._reach.headed:
            column, kept = self._fields.get(at), before.get(at)
            style = kept.style if kept else self._looks.usual[at]
            if column and column.fill is Fill.LOOKUP:
                row.cells[at] = self._look_up(column, row.number, values, style)
            elif column and column.field in new.values:
                row.cells[at] = self._maker.cell(new.values[column.field], style)
            elif kept and old:
                row.cells[at] = moved(kept, at, old.number, row.number)
            else:
                row.cells[at] = CellXml(style)
            self._cells += 1
        row.attributes = without(old.attributes if old else row.attributes, "hidden")
        self._looks.fit(row, values)

    def _values_of(self, number: int) -> dict[str, object]:
        """Return the values of an old row by field."""
        return {field: plain_cell(self._body.value(number, field)) for field in self._body.columns}

    # --- rows below, single cells ----------------------------------------------------------------

    def _append(self, rows: Sequence[Values]) -> list[int]:
        blocked = self._reach.kept | self._reach.merged()
        at = appended_rows(self._body, len(rows), blocked)
        before, self.end = self._reach.end, self._reach.after_appending(at[-1], blocked)
        for number, values in zip(at, rows, strict=True):
            row = self._xml.row(number)
            for field, value in values.items():
                column_at = self._body.columns.get(field)
                if column_at and self._fields[column_at].fill is not Fill.LOOKUP:
                    self._put(row, column_at, value)
            self._complete(row, values)
            row.attributes = without(row.attributes, "hidden")
            self._looks.fit(row, values)
        self._prepare(row for row in range(before + 1, self.end + 1) if row not in at)
        return at

    def _set_cells(self, cells: Mapping[tuple[int, str], object]) -> None:
        by_row: dict[int, dict[str, object]] = {}
        for (number, field), value in cells.items():
            if field in self._body.columns:
                by_row.setdefault(number, {})[field] = value
        for number, changes in by_row.items():
            row = self._xml.row(number)
            for field, value in changes.items():
                refuse_covered(self._body, number, self._body.columns[field])
                self._put(row, self._body.columns[field], value)
            if self._body.heading_row:  # a form's rows have the height the template gave them
                if self._keys & changes.keys():
                    values = {**self._values_of(number), **changes}
                    self._complete(row, values, {*changes})
                self._looks.fit(row, changes, grow=True)

    def _put(self, row: RowXml, at: int, value: object) -> None:
        if is_shared_master(row.cells.get(at)):
            unshare(self._xml)
        old = row.cells.get(at)
        row.cells[at] = self._maker.cell(value, old.style if old else self._looks.style(at))
        self._cells += 1

    def _complete(self, row: RowXml, values: Values, keys: set[str] | None = None) -> None:
        """Give a row the cells it lacks and note what its look-ups show now.

        Args:
            row: The row.
            values: Its values by field.
            keys: Only look-ups by these fields; None for all, and for cells that are not there.
        """
        for at in self._reach.headed:
            column = self._fields.get(at)
            old = row.cells.get(at) or CellXml(self._looks.usual[at])
            if column and column.lookup and (keys is None or column.lookup.key in keys):
                if has_formula(old):
                    row.cells[at] = recached(old, self._lookups.shown(column.lookup, values))
                elif old.inner is None:
                    row.cells[at] = self._look_up(column, row.number, values, old.style)
            elif keys is None:
                row.cells[at] = old

    # --- blank rows, look-ups, stamp -------------------------------------------------------------

    def _prepare(self, numbers: Iterable[int]) -> None:
        """Prepare blank rows for the clerk: look-ups and the usual looks."""
        for number in numbers:
            if number in self._reach.kept:
                continue
            row = self._xml.row(number)
            self._complete(row, {})
            if not attribute(row.attributes, "ht"):
                self._looks.fit(row, {})

    def _look_up(self, column: Column, number: int, values: Values, style: str) -> CellXml:
        key_at = self._body.columns.get(column.lookup.key) if column.lookup else None
        if key_at is None or column.lookup is None:
            return CellXml(style)
        key, table = f"${letters(key_at)}{number}", self._reach.table
        if table and table.left <= key_at <= table.right and number <= self.end:
            key = table.this_row(key_at) or key
        formula = self._lookups.formula(self._body.model, column, key)
        if not formula:
            return CellXml(style)
        return self._maker.formula(formula, self._lookups.shown(column.lookup, values), style)

    def _stamp(self, update: SheetUpdate) -> bool:
        place = stamp_place(self._body)
        if place:
            text = stamp_text(update.as_of, update.generated)
            self._put(self._xml.row(place[0]), place[1], text)
        return bool(place)


def _fields_of(update: SheetUpdate) -> set[str]:
    fields = {field for _, field in update.cells}
    fields.update(*(row.values for row in update.rows or ()), *update.append)
    return fields
