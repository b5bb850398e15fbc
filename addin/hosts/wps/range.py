"""Cells in WPS: what was read of them is remembered until something is written on their sheet."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from addin.hosts.wps import operations as op
from addin.hosts.xlwings_engine import Area, CellError, PlacedCells
from workbooks.live.cells import is_dated
from workbooks.ooxml.addresses import Rectangle

if TYPE_CHECKING:
    from addin.hosts.wps.book import Book
    from addin.hosts.wps.sheet import Sheet, Table

_DIRECTIONS = {"u": "up", "d": "down", "l": "left", "r": "right"}
_MILLISECONDS = 86_400_000


class Range(PlacedCells):
    """What an xlwings Range asks of its engine, as far as a button does."""

    sheet: Sheet

    @property
    def book(self) -> Book:
        """The workbook."""
        return self.sheet.book

    @property
    def api(self) -> Area:
        """Where they are: there is no object of WPS's here."""
        return self.areas[0]

    # --- contents --------------------------------------------------------------------------------

    @property
    def raw_value(self) -> list[list[Any]] | None:
        """What the cells hold, as rows: None for an empty cell, days as datetimes, `CellError`."""
        if not len(self):
            return None
        grid = self.sheet.grid(self.areas[0])
        rows = [[_value(cell) for cell in row] for row in grid.values]
        for column, runs in enumerate(grid.formats):
            top = 0
            for height, code in runs or ():
                if is_dated(code):
                    for row in rows[top : top + height]:
                        row[column] = _moment(self.book.epoch, row[column])
                top += height
        return rows

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._write(data, spilling=False)

    @property
    def formula(self) -> Any:
        """The formulas: one text, or rows of texts; the content where there is none."""
        if not len(self):
            return None
        rows = self.sheet.formulas(self.areas[0])
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, data: Any) -> None:
        self._write(data, spilling=False)

    @property
    def formula2(self) -> Any:
        """As `formula`; None where WPS does not spill."""
        return self.formula if self.book.app.spills else None

    @formula2.setter
    def formula2(self, data: Any) -> None:
        self._write(data, spilling=True)

    @property
    def formula_array(self) -> str | None:
        """The array formula these cells share, else None."""
        formula: str | None = self._ask_array()
        return formula

    @formula_array.setter
    def formula_array(self, formula: str) -> None:
        self.sheet.change(op.SetArrayFormula(**self._place, formula=formula))

    @property
    def has_array(self) -> bool:
        """Whether the cells are one array formula's."""
        return self._ask_array() is not None

    def _ask_array(self) -> Any:
        return self.sheet.ask(op.ArrayFormula(**self._place))

    @property
    def _place(self) -> dict[str, Any]:
        return {**self.sheet.place, "area": self.areas[0]}

    def _write(self, data: Any, *, spilling: bool) -> None:
        if not len(self):
            return
        rows = self.fitting(data) if isinstance(data, list | tuple) else [[data]]
        epoch = self.book.epoch
        cells = [[_written(value, epoch) for value in row] for row in rows]
        self.sheet.change(op.Write(**self._place, rows=cells, spilling=spilling))

    # --- formats, merges -------------------------------------------------------------------------

    @property
    def number_format(self) -> str | None:
        """Excel's format code; None if the cells differ."""
        codes = self.sheet.formats(self.areas[0]) if len(self) else set()
        return codes.pop() if len(codes) == 1 else None

    @number_format.setter
    def number_format(self, code: str) -> None:
        self.sheet.change(op.SetFormat(**self.sheet.place, areas=[*self.areas], code=code))

    def merge(self, across: bool) -> None:
        """Merge the cells; row by row (`across`) no button does."""
        del across
        self.sheet.change(op.SetMerge(**self._place, merged=True))

    def unmerge(self) -> None:
        """Take merged cells apart."""
        self.sheet.change(op.SetMerge(**self._place, merged=False))

    @property
    def merge_cells(self) -> bool | None:
        """Whether the cells are merged; None if only some are, or if they are several merges."""
        here = Rectangle(*self.areas[0])
        merges = self.sheet.merges(here)
        if not merges:
            return False
        top, left, n_rows, n_columns = here
        bottom, right = top + n_rows - 1, left + n_columns - 1
        return (
            True if any(m.covers(top, left) and m.covers(bottom, right) for m in merges) else None
        )

    @property
    def merge_area(self) -> Range:
        """The merged cells the first cell belongs to; the cell itself if it is not merged."""
        first = Rectangle(self.row, self.column, 1, 1)
        return type(self)(self.sheet, *self.sheet.merges(first)[:1] or [first])

    # --- place -----------------------------------------------------------------------------------

    @property
    def table(self) -> Table | None:
        """The table the first cell is in, or None."""
        tables = self.sheet.tables
        return next((t for t in tables if Rectangle(*t.area).covers(self.row, self.column)), None)

    def end(self, direction: str) -> Range:
        """Return the cell Ctrl+arrow goes to from the first cell."""
        there = self.sheet.ask(
            op.End(
                **self.sheet.place, row=self.row, column=self.column,
                direction=_DIRECTIONS[direction[0].lower()],
            )
        )  # fmt: skip
        return type(self)(self.sheet, (int(there[0]), int(there[1]), 1, 1))

    def select(self) -> None:
        """Select the cells on their sheet."""
        self.sheet.ask(op.Select(**self.sheet.place, areas=[*self.areas]))

    def autofit(self, axis: str | None = None) -> None:
        """Fit the rows' heights; columns keep their widths."""
        if axis in (None, "r", "rows"):
            last = self.row + self.shape[0] - 1
            self.sheet.tell(op.FitRows(**self.sheet.place, first=self.row, last=last))


def _value(cell: Any) -> Any:
    """Return a value as Excel hands it over: numbers are floats."""
    if isinstance(cell, dict):
        return CellError(cell["error"])
    if isinstance(cell, int) and not isinstance(cell, bool):
        return float(cell)
    return cell


def _moment(epoch: dt.datetime, value: Any) -> Any:
    """Return the day of a number; what is none stays."""
    if not isinstance(value, float) or value < 0:
        return value
    try:
        return epoch + dt.timedelta(milliseconds=round(value * _MILLISECONDS))
    except OverflowError:
        return value


def _written(value: Any, epoch: dt.datetime) -> op.Value:
    """Return a value as it is sent."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dt.date):
        moment = dt.datetime(*value.timetuple()[:6])  # noqa: DTZ001 - a cell knows no time zone
        return (moment - epoch) / dt.timedelta(days=1)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, numbers.Real):
        number = float(value)
        return number if math.isfinite(number) else None
    return str(value)


def as_formula(cell: Any) -> str:
    """Return what Excel's `Formula` says of a cell without one."""
    if cell is None:
        return ""
    if isinstance(cell, dict):
        return str(cell["error"])
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else repr(cell)
    return str(cell)


def part_of(outer: Area, inner: Area) -> tuple[slice, slice] | None:
    """Return rows and columns, from 0 within `outer`, of an area; None if it is not all within."""
    rows, columns = inner[0] - outer[0], inner[1] - outer[1]
    within = rows >= 0 and columns >= 0
    if not within or rows + inner[2] > outer[2] or columns + inner[3] > outer[3]:
        return None
    return slice(rows, rows + inner[2]), slice(columns, columns + inner[3])


def codes_in(runs: Sequence[Sequence[Any]], rows: slice) -> set[str]:
    """Return the format codes of some rows of a column's runs."""
    codes, top = set(), 0
    for height, code in runs:
        if top < rows.stop and top + height > rows.start:
            codes.add(str(code))
        top += height
    return codes
