"""Excel tables, which LibreOffice knows as database ranges and saves as tables again.

A table's style is lost on saving; its columns' names are what its first row holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import xlwings as xw
from xlwings import base_classes

from addin.hosts.calc.bridge import area, area_of

if TYPE_CHECKING:
    from addin.hosts.calc.ranges import Range
    from addin.hosts.calc.sheet import Sheet

__all__ = ["Table", "Tables", "keeping_tables"]


class Table(base_classes.Table):
    """One table."""

    insert_row_range = None

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet, self._name = sheet, name

    @property
    def api(self) -> Any:
        """UNO's database range."""
        return self._sheet.book.document.DatabaseRanges.getByName(self._name)

    @property
    def parent(self) -> Sheet:
        """Its sheet."""
        return self._sheet

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self.api.setName(value)
        self._name = value

    @property
    def display_name(self) -> str:
        """Its name."""
        return self._name

    @display_name.setter
    def display_name(self, value: str) -> None:
        self.name = value

    @property
    def range(self) -> Range:
        """All its cells."""
        return self._sheet.at(area_of(self.api.DataArea))

    @property
    def header_row_range(self) -> Range | None:
        """The row of headings, or None."""
        if not self.show_headers:
            return None
        row, column, _, n_columns = self.range.areas[0]
        return self._sheet.at((row, column, 1, n_columns))

    @property
    def data_body_range(self) -> Range | None:
        """The rows between headings and totals, or None if there are none."""
        row, column, n_rows, n_columns = self.range.areas[0]
        above, below = int(self.show_headers), int(self.show_totals)
        left = n_rows - above - below
        return self._sheet.at((row + above, column, left, n_columns)) if left > 0 else None

    @property
    def totals_row_range(self) -> Range | None:
        """The row of totals, or None."""
        if not self.show_totals:
            return None
        row, column, n_rows, n_columns = self.range.areas[0]
        return self._sheet.at((row + n_rows - 1, column, 1, n_columns))

    @property
    def show_headers(self) -> bool:
        """Whether the first row holds headings."""
        return bool(self.api.ContainsHeader)

    @show_headers.setter
    def show_headers(self, value: bool) -> None:
        self.api.ContainsHeader = value

    @property
    def show_totals(self) -> bool:
        """Whether the last row holds totals."""
        return bool(self.api.TotalsRow)

    @show_totals.setter
    def show_totals(self, value: bool) -> None:
        self.api.TotalsRow = value

    @property
    def show_autofilter(self) -> bool:
        """Whether the headings have filter buttons."""
        return bool(self.api.AutoFilter)

    @show_autofilter.setter
    def show_autofilter(self, value: bool) -> None:
        self.api.AutoFilter = value

    def resize(self, range: xw.Range) -> None:  # noqa: A002 - xlwings calls it so
        """Let the table cover other cells."""
        self.api.setDataArea(area(self._sheet.index - 1, range.impl.areas[0]))

    def covers(self, row: int, column: int) -> bool:
        """Tell whether the cell at `row` and `column` (from 1) is the table's."""
        top, left, n_rows, n_columns = self.range.areas[0]
        return 0 <= row - top < n_rows and 0 <= column - left < n_columns


class Tables(base_classes.Tables):
    """The tables of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    @property
    def api(self) -> Any:
        """UNO's database ranges, of the whole workbook."""
        return self._sheet.book.document.DatabaseRanges

    def _names(self) -> list[str]:
        here, ranges = self._sheet.index - 1, self.api
        return [n for n in ranges.ElementNames if ranges.getByName(n).DataArea.Sheet == here]

    def __len__(self) -> int:
        return len(self._names())

    def __iter__(self) -> Iterator[Table]:
        return iter([Table(self._sheet, name) for name in self._names()])

    def __contains__(self, key: str) -> bool:
        return key in self._names()

    def __call__(self, key: int | str) -> Table:
        """Return a table by its name or its number, from 1."""
        names = self._names()
        if isinstance(key, int):
            return Table(self._sheet, names[key - 1])
        if key not in names:
            raise KeyError(key)
        return Table(self._sheet, key)

    def add(
        self,
        source_type: str | None = None,
        source: xw.Range | None = None,
        link_source: bool | None = None,
        has_headers: bool | None = None,
        destination: xw.Range | None = None,
        table_style_name: str | None = None,
        name: str | None = None,
    ) -> Table:
        """Make a table of the cells `source`; the style is ignored."""
        del source_type, link_source, destination, table_style_name
        if source is None:
            raise ValueError("a table needs its cells")
        cells = source.impl if len(source) > 1 else source.impl.current_region
        name = name or self._free_name()
        self.api.addNewByName(name, area(self._sheet.index - 1, cells.areas[0]))
        made = self.api.getByName(name)
        made.AutoFilter, made.ContainsHeader = True, has_headers is not False
        return Table(self._sheet, name)

    def _free_name(self) -> str:
        number, ranges = 1, self.api
        while ranges.hasByName(f"Table{number}"):
            number += 1
        return f"Table{number}"


@contextmanager
def keeping_tables(document: Any, deleted: int) -> Iterator[None]:
    """Let the body delete the sheet with this number (from 0) and keep the others' tables.

    LibreOffice drops the tables of the sheet before it too.
    """
    ranges = document.DatabaseRanges
    before = {name: _state(ranges.getByName(name)) for name in ranges.ElementNames}
    yield
    for name, (where, state) in before.items():
        if where.Sheet == deleted or ranges.hasByName(name):
            continue
        where.Sheet -= where.Sheet > deleted
        ranges.addNewByName(name, where)
        made = ranges.getByName(name)
        for key, value in state.items():
            setattr(made, key, value)


def _state(found: Any) -> tuple[Any, dict[str, bool]]:
    keys = ("ContainsHeader", "TotalsRow", "AutoFilter")
    return found.DataArea, {key: bool(getattr(found, key)) for key in keys}
