"""A range's place, contents and styles. Every setter refuses a protected sheet, as Excel does."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from addin.hosts.calc import values
from addin.hosts.calc.notes import check_contents, check_sheet
from addin.hosts.calc.office import Area, area
from addin.hosts.calc.text import from_calc, to_calc
from addin.hosts.xlwings_engine import PlacedCells
from workbooks.live.cells import MAX_FORMULA

if TYPE_CHECKING:
    from addin.hosts.calc.engine import Book
    from addin.hosts.calc.sheet import Sheet


Rgb = tuple[int, int, int]
Colour = Rgb | str | int | None

_AUTOMATIC = -1


def _packed(colour: Colour) -> int:
    """Return an xlwings colour (RGB, "#RRGGBB" or Excel's BGR number) as 0xRRGGBB."""
    if colour is None:
        return _AUTOMATIC
    if isinstance(colour, str):
        return int(colour.removeprefix("#"), 16)
    if isinstance(colour, int):
        blue, green, red = _rgb(colour)
    else:
        red, green, blue = colour
    return (red << 16) | (green << 8) | blue


def _rgb(packed: int) -> Rgb:
    return (packed >> 16) & 255, (packed >> 8) & 255, packed & 255


class _Properties:
    """Properties of UNO cells that are read as one value or, when they differ, as none."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def get(self, name: str) -> Any:
        """Return the property's value, or None if the cells differ in it."""
        spread = self._cells.spread
        if spread.getPropertyState(name).value == "AMBIGUOUS_VALUE":
            return None
        return spread.getPropertyValue(name)

    def set(self, value: Any, *names: str) -> None:
        """Set the properties in every cell.

        Raises:
            SheetProtected: The sheet is protected.
        """
        check_sheet(self._cells.sheet.uno)
        for name in names:
            self._cells.spread.setPropertyValue(name, value)


class Cells(PlacedCells):
    """Cells of a sheet in LibreOffice."""

    sheet: Sheet

    @property
    def book(self) -> Book:
        """The workbook."""
        return self.sheet.book

    @cached_property
    def uno(self) -> Any:
        """The first area as UNO's cell range, or None if it is empty."""
        row, column, n_rows, n_columns = self.areas[0]
        if not (n_rows and n_columns):
            return None
        return self.sheet.uno.getCellRangeByPosition(
            column - 1, row - 1, column + n_columns - 2, row + n_rows - 2
        )

    @cached_property
    def spread(self) -> Any:
        """All areas as one UNO object, for styles: one call changes them all."""
        return self.uno if len(self.areas) == 1 else self._together(self.areas)

    def part(self, rectangles: Sequence[Area]) -> Any:
        """Return rectangles, counted from 0 within the first area, as one UNO object."""
        return self._together(
            [(self.row + r, self.column + c, rows, columns) for r, c, rows, columns in rectangles]
        )

    def _together(self, areas: Sequence[Area]) -> Any:
        ranges = self.book.document.createInstance("com.sun.star.sheet.SheetCellRanges")
        number = self.sheet.index - 1
        ranges.addRangeAddresses(tuple(area(number, each) for each in areas), False)
        return ranges

    # --- place -----------------------------------------------------------------------------------

    @property
    def api(self) -> Any:
        """The UNO object; no action of ours may use it."""
        return self.spread

    # --- contents --------------------------------------------------------------------------------

    @property
    def raw_value(self) -> list[list[Any]] | None:
        """What the cells hold, as rows: None for an empty cell, `CellError` for an error."""
        return None if self.uno is None else values.read(self)

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self._write(data)

    @property
    def formula(self) -> Any:
        """The formulas in Excel's spelling: one text, or rows of texts."""
        if self.uno is None:
            return None
        rows = values.read_formulas(self)
        return rows[0][0] if len(self) == 1 else rows

    @formula.setter
    def formula(self, data: Any) -> None:
        self._write(data)

    @property
    def formula2(self) -> Any:
        """As `formula`: LibreOffice 7.4 does not spill, see `formula_array`."""
        return self.formula

    @formula2.setter
    def formula2(self, data: Any) -> None:
        self._write(data)

    longest_shared = MAX_FORMULA
    """Characters that `formula_array` takes: LibreOffice has no limit of its own for it."""

    @property
    def formula_array(self) -> str | None:
        """The array formula these cells share, else None."""
        written = self.uno.getArrayFormula()
        return from_calc(written[1:-1]) if written else None

    @formula_array.setter
    def formula_array(self, formula: str) -> None:
        check_contents(self.sheet.uno, self.uno)
        self.uno.setArrayFormula(to_calc(formula, self.book.tables))

    @property
    def has_array(self) -> bool:
        """Whether the cells are an array formula's."""
        return bool(self.uno.getArrayFormula())

    def _write(self, data: Any) -> None:
        if self.uno is None:
            return
        check_contents(self.sheet.uno, self.uno)
        values.write(self, self._rows(data))

    def _rows(self, data: Any) -> Sequence[Sequence[Any]]:
        if not isinstance(data, list | tuple):
            return values.filled(data, self)
        return self.fitting(data)

    # --- styles ----------------------------------------------------------------------------------

    @property
    def color(self) -> Rgb | None:
        """The fill; None without one, black if the cells differ (as Excel's `Interior.Color`)."""
        if self.uno is None:
            return None
        colour = _Properties(self).get("CellBackColor")
        if colour is None:
            return 0, 0, 0
        return None if colour == _AUTOMATIC else _rgb(colour)

    @color.setter
    def color(self, value: Colour) -> None:
        if self.uno is not None:
            _Properties(self).set(_packed(value), "CellBackColor")

    @property
    def number_format(self) -> str | None:
        """Excel's format code; None if the cells differ."""
        key = None if self.uno is None else _Properties(self).get("NumberFormat")
        return None if key is None else self.book.formats.code(int(key))

    @number_format.setter
    def number_format(self, code: str) -> None:
        if self.uno is not None:
            _Properties(self).set(self.book.formats.key(code), "NumberFormat")

    @property
    def row_hidden(self) -> bool | None:
        """Whether the rows are hidden, by hand or by a filter; None if only some are."""
        seen = self.sheet.uno.queryVisibleCells().RangeAddresses
        return _hidden(self.row - 1, self.shape[0], {(each.StartRow, each.EndRow) for each in seen})

    @row_hidden.setter
    def row_hidden(self, value: bool) -> None:
        check_sheet(self.sheet.uno)
        self.uno.Rows.IsVisible = not value

    @property
    def column_hidden(self) -> bool | None:
        """Whether the columns are hidden; None if only some are."""
        seen = self.sheet.uno.queryVisibleCells().RangeAddresses
        runs = {(each.StartColumn, each.EndColumn) for each in seen}
        return _hidden(self.column - 1, self.shape[1], runs)

    @column_hidden.setter
    def column_hidden(self, value: bool) -> None:
        check_sheet(self.sheet.uno)
        self.uno.Columns.IsVisible = not value

    def autofit(self, axis: str | None = None) -> None:
        """Fit columns ("c"), rows ("r") or both to what they hold."""
        check_sheet(self.sheet.uno)
        if axis in (None, "c", "columns"):
            self.uno.Columns.OptimalWidth = True
        if axis in (None, "r", "rows"):
            self.uno.Rows.OptimalHeight = True


def _hidden(first: int, count: int, seen: set[tuple[int, int]]) -> bool | None:
    """Tell of `count` rows or columns from `first` whether all, none or some are not `seen`."""
    visible = sum(
        max(0, min(last, first + count - 1) - max(start, first) + 1) for start, last in seen
    )
    return None if 0 < visible < count else visible == 0
