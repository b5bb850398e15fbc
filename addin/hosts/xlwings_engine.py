"""The parts of an xlwings engine for which no spreadsheet program has to be asked.

Where cells are, what they are called, how data becomes cells; our engines for LibreOffice and for
WPS are made of them.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
import xlwings as xw
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from xlwings import NoSuchObjectError, base_classes

Area = tuple[int, int, int, int]
"""First row, first column, number of rows, number of columns; all from 1."""

Cell = str | tuple[int, ...] | xw.Range | base_classes.Range
"""An address, a place (row, column) or an area (row, column, rows, columns), or cells."""

_AREA = r"[A-Za-z]{1,3}\d+(?::[A-Za-z]{1,3}\d+)?|\d+:\d+|[A-Za-z]{1,3}:[A-Za-z]{1,3}"
_AREAS = re.compile(rf"(?:{_AREA})(?:,(?:{_AREA}))*")
_LONGEST_ADDRESS = 255


class CellError(str):
    """The error a cell holds, such as `#N/A`."""

    __slots__ = ()


class PlacedCells(base_classes.Range):
    """One or several areas of a sheet; where Excel looks at the first area only, so does this.

    Args:
        sheet: The sheet they are on.
        areas: Their areas. An area of no rows or columns stands for an empty range.
    """

    max_cells_per_read = None
    max_cells_per_write = None

    def __init__(self, sheet: Any, *areas: Area) -> None:
        self.sheet, self.areas = sheet, areas

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
        place = f"[{self.sheet.book.name}]{self.sheet.name}"
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

    def fitting(self, rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
        """Return rows of data that are as many and as long as the cells'.

        Raises:
            ValueError: They are not.
        """
        rows = rows if rows and isinstance(rows[0], list | tuple) else [rows]
        if (len(rows), len(rows[0])) != self.shape or len({len(row) for row in rows}) > 1:
            raise ValueError(f"{len(rows)} rows do not fit the shape {self.shape}")
        return rows


class PlacedSheet(base_classes.Sheet):
    """A sheet whose cells are found by their addresses."""

    @property
    @abstractmethod
    def size(self) -> tuple[int, int]:
        """Numbers of rows and columns a sheet has."""

    @abstractmethod
    def cells_of(self, *areas: Area) -> Any:
        """Return the cells of some areas."""

    @abstractmethod
    def refused(self) -> Exception:
        """Return what Excel says of an address that is too long."""

    def range(self, arg1: Cell | int, arg2: Cell | int | None = None) -> Any:
        """Return cells by address, table, corner cells, or row and column."""
        if isinstance(arg1, int):
            return self._one((arg1, arg2 if isinstance(arg2, int) else 1))
        first = self._one(arg1)
        if arg2 is None or isinstance(arg2, int):
            return first
        second = self._one(arg2)
        row, column = min(first.row, second.row), min(first.column, second.column)
        n_rows = max(r.row + r.shape[0] for r in (first, second)) - row
        n_columns = max(r.column + r.shape[1] for r in (first, second)) - column
        return first.sheet.cells_of((row, column, n_rows, n_columns))

    def _one(self, cell: Any) -> Any:
        if isinstance(cell, xw.Range):
            return cell.impl
        if isinstance(cell, base_classes.Range):
            return cell
        if isinstance(cell, tuple):
            if 0 in cell:
                raise IndexError("xlwings/Excel Ranges are 1-based.")
            row, column, n_rows, n_columns = (*cell, 1, 1)[:4]
            return self.cells_of((row, column, n_rows, n_columns))
        return self._by_address(cell) or self._by_name(cell)

    def _by_address(self, text: str) -> Any:
        bare = text.replace("$", "").replace(" ", "")
        if not _AREAS.fullmatch(bare):
            return None
        if len(text) > _LONGEST_ADDRESS:
            raise self.refused()
        return self.cells_of(*map(self.area_at, bare.split(",")))

    def area_at(self, address: str) -> Area:
        """Return an area by its address, whole rows and columns too."""
        left, top, right, bottom = range_boundaries(address)
        rows, columns = self.size
        top, left = top or 1, left or 1
        return top, left, (bottom or rows) - top + 1, (right or columns) - left + 1

    def _by_name(self, text: str) -> Any:
        if "!" in text:
            sheet, address = text.rsplit("!", 1)
            return self.book.sheets(sheet.strip("'")).range(address)
        table, _, part = text.partition("[")
        for sheet_table in self.tables:
            if sheet_table.name == table:
                return _part_of(sheet_table, part)
        raise NoSuchObjectError(f"The address/named range '{text}' doesn't exist.")


class NamedSheets(base_classes.Sheets):
    """A workbook's sheets, found by name or number; `named` is what an engine must tell."""

    @abstractmethod
    def named(self) -> dict[str, Any]:
        """Return the sheets by name, hidden ones too, in the order of their tabs."""

    def __len__(self) -> int:
        return len(self.named())

    def __iter__(self) -> Iterator[Any]:
        return iter([*self.named().values()])

    def __call__(self, name_or_index: int | str) -> Any:
        """Return a sheet by its name or its number, from 1.

        Raises:
            IndexError: There is no such number.
            NoSuchObjectError: There is no such name.
        """
        named = self.named()
        if isinstance(name_or_index, int):
            if not 1 <= name_or_index <= len(named):
                raise IndexError(name_or_index)
            return [*named.values()][name_or_index - 1]
        for name, sheet in named.items():
            if name.lower() == name_or_index.lower():  # as in Excel
                return sheet
        raise NoSuchObjectError(f"Sheet {name_or_index} doesn't exist.")


def _part_of(table: Any, part: str) -> Any:
    if part.lower() == "#all]":
        return table.range
    body = table.data_body_range
    if part or body is None:
        raise NoSuchObjectError(f"'{table.name}[{part}' doesn't exist.")
    return body


class DataEngine:
    """How data becomes cells, and cells data."""

    type = "desktop"

    @staticmethod
    def prepare_xl_data_element(x: Any, date_format: Any) -> Any:
        """Return a value of an action's data as a cell takes it; None empties the cell."""
        del date_format
        if isinstance(x, np.generic):
            x = None if pd.isna(x) else x.item()
        if isinstance(x, pd.Timestamp):
            return x.to_pydatetime()
        return None if x is None or x is pd.NA or x is pd.NaT or x != x else x  # noqa: PLR0124 - NaN

    @staticmethod
    def clean_value_data(
        data: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Return what cells hold as the caller wants empty cells, dates, numbers and errors."""

        def clean(value: Any) -> Any:
            if value is None:
                return empty_as
            if isinstance(value, CellError):
                return str(value) if err_to_str else None
            if isinstance(value, dt.datetime):
                return datetime_builder(
                    year=value.year, month=value.month, day=value.day, hour=value.hour,
                    minute=value.minute, second=value.second,
                    microsecond=value.microsecond, tzinfo=None,
                )  # fmt: skip
            is_number = number_builder is not None and isinstance(value, float)
            return number_builder(value) if number_builder and is_number else value

        return [[clean(value) for value in row] for row in data]


def registered(impl: Any) -> xw.Engine:
    """Return xlwings' front of an engine, by whose name it is known to xlwings from now on."""
    for known in xw.engines:
        if known.impl is impl:
            return known
    engine = xw.Engine(impl=impl)
    xw.engines.add(engine)
    return engine
