"""A range's place and contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from openpyxl.utils import get_column_letter
from xlwings import base_classes

from addin.hosts.calc import values
from addin.hosts.calc.bridge import Area, area
from addin.hosts.calc.formulas import from_calc, to_calc
from addin.hosts.calc.protection import check_contents, check_sheet

if TYPE_CHECKING:
    from addin.hosts.calc.book import Book
    from addin.hosts.calc.sheet import Sheet

__all__ = ["Cells"]

_CONTENTS = 1 | 2 | 4 | 16  # numbers, dates, texts, formulas
_NOTES = 8
_FORMATS = 32 | 64


class Cells(base_classes.Range):
    """One or several areas of a sheet; where Excel looks at the first area only, so does this.

    Args:
        sheet: The sheet they are on.
        areas: Their areas. An area of no rows or columns stands for an empty range.
    """

    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: Sheet, *areas: Area) -> None:
        self.sheet, self.areas = sheet, areas

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
        """All areas as one UNO object, for looks: one call changes them all."""
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

    @property
    def row(self) -> int:
        """Number of the first row, from 1."""
        return self.areas[0][0]

    @property
    def column(self) -> int:
        """Number of the first column, from 1."""
        return self.areas[0][1]

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of rows and columns."""
        return self.areas[0][2:]

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        """Sheet name, first row, first column, number of rows, number of columns."""
        return (self.sheet.name, *self.areas[0])

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, arg1: int, arg2: int | None = None) -> Self:
        """Return one cell by row and column, or by its number along the rows, from 1."""
        if arg2 is None:
            row, column = divmod(arg1 - 1, self.shape[1])
        else:
            row, column = arg1 - 1, arg2 - 1
        return type(self)(self.sheet, (self.row + row, self.column + column, 1, 1))

    @property
    def address(self) -> str:
        """The absolute address, as `$A$1:$B$2`."""
        return self.get_address(row_absolute=True, col_absolute=True, external=False)

    def get_address(self, row_absolute: bool, col_absolute: bool, external: bool) -> str:
        """Return the address in Excel's style; `external` puts workbook and sheet before it."""
        text = ",".join(self._address(each, row_absolute, col_absolute) for each in self.areas)
        if not external:
            return text
        place = f"[{self.book.name}]{self.sheet.name}"
        return f"'{place}'!{text}" if re.search(r"[^\w\[\].]", place) else f"{place}!{text}"

    def _address(self, where: Area, row_absolute: bool, col_absolute: bool) -> str:
        row, column, n_rows, n_columns = where
        all_rows, all_columns = self.sheet.size
        down, right = "$" * row_absolute, "$" * col_absolute
        rows = [f"{down}{row}", f"{down}{row + n_rows - 1}"]
        columns = [f"{right}{get_column_letter(c)}" for c in (column, column + n_columns - 1)]
        if n_columns == all_columns:
            return ":".join(rows)
        if n_rows == all_rows:
            return ":".join(columns)
        corners = [f"{columns[0]}{rows[0]}", f"{columns[1]}{rows[1]}"]
        return corners[0] if n_rows == n_columns == 1 else ":".join(corners)

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

    @property
    def formula_array(self) -> str | None:
        """The array formula these cells share, else None."""
        written = self.uno.getArrayFormula()
        return from_calc(written[1:-1]) if written else None

    @formula_array.setter
    def formula_array(self, formula: str) -> None:
        check_contents(self.sheet.uno, self.uno)
        self.uno.setArrayFormula(to_calc(formula))

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
        rows = data if data and isinstance(data[0], list | tuple) else [data]
        if (len(rows), len(rows[0])) != self.shape or len({len(row) for row in rows}) > 1:
            raise ValueError(f"{len(rows)} rows do not fit the shape {self.shape}")
        return rows

    def clear_contents(self) -> None:
        """Empty the cells."""
        if self.uno is not None:
            check_contents(self.sheet.uno, self.spread)
            self.spread.clearContents(_CONTENTS)

    def clear_formats(self) -> None:
        """Take away every format; LibreOffice counts dropdown lists among them."""
        if self.uno is not None:
            check_sheet(self.sheet.uno)
            self.spread.clearContents(_FORMATS)

    def clear(self) -> None:
        """Take away contents, formats and notes."""
        if self.uno is not None:
            check_sheet(self.sheet.uno)
            self.spread.clearContents(_CONTENTS | _NOTES | _FORMATS)
