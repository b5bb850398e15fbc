"""The cells of one worksheet: an openpyxl sheet, with what its formulas gave when it was saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import copy
from typing import Any

from excel import values
from excel.objects import refusal
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

ROWS, COLUMNS = 1_048_576, 16_384
_LONGEST_ADDRESS, _LONGEST_TEXT = 255, 32_767

_YEAR_MONTH, _MONTH_DAY, _TIME = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"'
_CHINESE = {
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), _MONTH_DAY),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    **dict.fromkeys((32, 33, 34, 35, 55, 56), _TIME),
}
"""Formats a Chinese Excel has built in, by their numbers; openpyxl takes them for General."""

Place = tuple[int, int]
"""Row and column, from 1."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def areas_of(address: str) -> list[Area]:
    """Return the areas an address names.

    Raises:
        COMException: It is no address, or too long for Excel.
    """
    if len(address) > _LONGEST_ADDRESS:
        raise refusal(f"类 Worksheet 的 Range 方法无效：{address[:40]}…")
    return [_area(part.strip()) for part in address.replace("$", "").split(",")]


def _area(text: str) -> Area:
    if rows := re.fullmatch(r"(\d+):(\d+)", text):
        return int(rows[1]), 1, int(rows[2]), COLUMNS
    if columns := re.fullmatch(r"([A-Z]{1,3}):([A-Z]{1,3})", text):
        return 1, column_index_from_string(columns[1]), ROWS, column_index_from_string(columns[2])
    if cells := re.fullmatch(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?", text):
        left, top, right, bottom = cells.groups()
        first = int(top), column_index_from_string(left)
        return *first, int(bottom or top), column_index_from_string(right or left)
    raise refusal(f"方法“Range”作用于对象“_Worksheet”时失败：{text}")


def address_of(area: Area, *, rows: bool = True, columns: bool = True) -> str:
    """Return an area's address, with dollars where it is absolute."""
    top, left, bottom, right = area
    row, column = "$" if rows else "", "$" if columns else ""
    first, last = get_column_letter(left), get_column_letter(right)
    if (left, right) == (1, COLUMNS):
        return f"{row}{top}:{row}{bottom}"
    if (top, bottom) == (1, ROWS):
        return f"{column}{first}:{column}{last}"
    start = f"{column}{first}{row}{top}"
    return start if area[:2] == area[2:] else f"{start}:{column}{last}{row}{bottom}"


def overlap(one: Area, other: Area) -> Area | None:
    """Return what two areas have in common."""
    top, left = max(one[0], other[0]), max(one[1], other[1])
    bottom, right = min(one[2], other[2]), min(one[3], other[3])
    return (top, left, bottom, right) if top <= bottom and left <= right else None


class Grid:
    """Contents and formats of a sheet's cells.

    Args:
        sheet: The openpyxl sheet.
        saved: The same with what its formulas gave; None for a new one.

    Attributes:
        arrays: Areas that one formula fills.
    """

    def __init__(self, sheet: Any, saved: Any = None) -> None:
        self.sheet = sheet
        self.arrays: dict[Area, str] = {}
        self._codes: dict[int, str] = {}
        self._results: dict[Place, Any] = {}
        for place, cell in list(sheet._cells.items()):
            if cell.data_type == "f":
                self._results[place] = saved._cells[place].value if saved else ""
                if isinstance(cell.value, ArrayFormula):
                    self.arrays[areas_of(cell.value.ref)[0]] = cell.value.text
        self._columns = {
            at: dimension
            for dimension in sheet.column_dimensions.values()
            for at in range(dimension.min or 0, (dimension.max or -1) + 1)
        }

    # --- reading ---

    def used(self) -> Area:
        """Return the area from the first to the last cell that holds or is formatted as anything."""
        places = self.sheet._cells or {(1, 1): None}
        rows, columns = {row for row, _ in places}, {column for _, column in places}
        return min(rows), min(columns), max(rows), max(columns)

    def value(self, place: Place) -> Any:
        """Return what a cell holds, of a formula what it gives."""
        if place in self._results:
            return self._results[place]
        cell = self.sheet._cells.get(place)
        return cell.value if cell is not None else None

    def formula(self, place: Place) -> str | None:
        """Return a cell's formula; of an array in every cell."""
        for area, text in self.arrays.items():
            if overlap(area, (*place, *place)):
                return text
        cell = self.sheet._cells.get(place)
        return cell.value if cell is not None and cell.data_type == "f" else None

    def code(self, place: Place) -> str:
        """Return a cell's number format; one that was never touched has its column's."""
        styled = self._styled(place)
        kind = styled._style.numFmtId if styled is not _UNTOUCHED else -1
        if kind not in self._codes:  # looking it up takes openpyxl long
            self._codes[kind] = _CHINESE.get(kind) or str(styled.number_format)
        return self._codes[kind]

    def is_locked(self, place: Place) -> bool:
        """Tell whether a cell cannot be changed on a protected sheet."""
        return bool(self._styled(place).protection.locked)

    def fill(self, place: Place) -> str | None:
        """Return a cell's fill as RRGGBB."""
        fill = self._styled(place).fill
        solid = fill is not None and fill.fill_type == "solid" and fill.fgColor.type == "rgb"
        return str(fill.fgColor.rgb)[-6:] if solid else None

    def _styled(self, place: Place) -> Any:
        cell = self.sheet._cells.get(place)
        styled = cell if cell is not None else self._columns.get(place[1])
        # openpyxl gives the covered cells of a merge no style
        return styled if styled is not None and styled._style is not None else _UNTOUCHED

    # --- writing ---

    def cell(self, place: Place) -> Any:
        """Return a cell to be changed; it begins with its column's style."""
        known = self.sheet._cells.get(place)
        if known is not None:
            return known
        cell = self.sheet.cell(*place)
        dimension = self._columns.get(place[1])
        if dimension is not None and dimension.has_style:
            cell._style = copy(dimension._style)
        return cell

    def put(self, place: Place, value: Any) -> None:
        """Put a value into a cell, as if it were typed."""
        if value in (None, "") and place not in self.sheet._cells:
            return
        self._refuse_part_of_array(place)
        cell = self.cell(place)
        if isinstance(value, str) and len(value) > _LONGEST_TEXT:
            raise refusal("文本太长")
        held, is_formula, code = values.typed(value, cell.number_format)
        if code != cell.number_format:
            cell.number_format = code
        same = is_formula and cell.data_type == "f" and cell.value == held
        cell.value = held
        if isinstance(held, str):
            cell.data_type = "f" if is_formula else "e" if held in values.ERRORS else "s"
        if not is_formula:
            self._results.pop(place, None)
        elif not same:
            self._results[place] = values.result_of(held)

    def put_array(self, area: Area, text: str) -> None:
        """Fill an area with one formula."""
        self.take_arrays(area)
        for row in range(area[0], area[2] + 1):
            for column in range(area[1], area[3] + 1):
                self.put((row, column), None)
        first = area[:2]
        cell = self.cell(first)
        cell.value = ArrayFormula(address_of(area, rows=False, columns=False), text)
        self._results[first] = values.result_of(text)
        self.arrays[area] = text

    def take_arrays(self, area: Area) -> None:
        """Forget the arrays that lie in an area.

        Raises:
            COMException: One lies in it only in part.
        """
        for other in list(self.arrays):
            common = overlap(area, other)
            if common == other:
                del self.arrays[other]
                self.cell(other[:2]).value = None
                self._results.pop(other[:2], None)
            elif common:
                raise refusal("无法更改数组的某一部分。")

    def _refuse_part_of_array(self, place: Place) -> None:
        if any(overlap(area, (*place, *place)) for area in self.arrays):
            raise refusal("无法更改数组的某一部分。")

    def set_fill(self, place: Place, color: str | None) -> None:
        """Give a cell a fill, or none."""
        plain = PatternFill()
        self.cell(place).fill = PatternFill("solid", fgColor=f"FF{color}") if color else plain

    # --- rows, merges ---

    def hidden_row(self, row: int) -> bool:
        """Tell whether a row is hidden, by hand or by a filter."""
        dimension = self.sheet.row_dimensions.get(row)
        return bool(dimension and dimension.hidden)

    def hidden_column(self, column: int) -> bool:
        """Tell whether a column is hidden."""
        dimension = self._columns.get(column)
        return bool(dimension and dimension.hidden)

    def merges(self, area: Area) -> Iterator[Area]:
        """Yield the merges that have a cell in an area."""
        for one in self.sheet.merged_cells.ranges:
            merge = one.min_row, one.min_col, one.max_row, one.max_col
            if overlap(merge, area):
                yield merge


class _Untouched:
    """The style of a cell in a column without one."""

    number_format = "General"
    fill = None

    class protection:  # noqa: N801 - openpyxl's name
        locked = True


_UNTOUCHED = _Untouched()
