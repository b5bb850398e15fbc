"""Ranges of cells, their fills and notes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from excel import values
from excel.grid import Area, Grid, Place, address_of, overlap
from excel.objects import Collection, ExcelObject, incoming, refusal
from openpyxl.comments import Comment as SavedNote

_NO_COLOR = -4142
_WHITE = 0xFFFFFF
_UP, _DOWN, _LEFT, _RIGHT = -4162, -4121, -4159, -4161
_STEPS = {_UP: (-1, 0), _DOWN: (1, 0), _LEFT: (0, -1), _RIGHT: (0, 1)}
_STANDARD_HEIGHT = 15.0
_VISIBLE_CELLS = 12
_LOCKED = "您试图更改的单元格或图表位于受保护的工作表中。"


class Range(ExcelObject):
    """Cells of one sheet, in one or several areas.

    Args:
        sheet: The worksheet.
        areas: Where they are.
        counted: What `Count` counts: cells, rows or columns.
    """

    kind = "Range"

    def __init__(self, sheet: Any, areas: Iterable[Area], counted: str = "cells") -> None:
        self.sheet = sheet
        self.areas = list(areas)
        self.book = sheet.book
        self._counted = counted

    @property
    def grid(self) -> Grid:
        """The sheet's cells."""
        return self.sheet.grid

    @property
    def area(self) -> Area:
        """The first area: most of Excel's members know no other."""
        return self.areas[0]

    def places(self) -> Iterator[Place]:
        """Yield every cell; of whole rows and columns only as far as the sheet is used."""
        used = self.grid.used()
        for area in self.areas:
            top, left, bottom, right = area
            if (bottom - top) * (right - left) > 5_000_000:
                top, left, bottom, right = overlap(area, used) or (1, 1, 0, 0)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield row, column

    def common(self, of: Callable[[Place], Any], default: Any = None) -> Any:
        """Return what all cells have; None where they differ."""
        places = self.places()
        first = next(places, None)
        if first is None:
            return default
        common = of(first)
        return common if all(of(place) == common for place in places) else None

    def _refuse_if_locked(self) -> None:
        if self.sheet.protected and any(map(self.grid.is_locked, self.places())):
            raise refusal(_LOCKED)

    def refuse_format_if_protected(self) -> None:
        """Raise where formats cannot be changed, whether cells are locked or not."""
        if self.sheet.protected:
            raise refusal(_LOCKED)

    # --- places ---

    def get_Worksheet(self) -> Any:
        return self.sheet

    get_Parent = get_Worksheet

    def get_Application(self) -> Any:
        return self.book.application

    def get_Row(self) -> int:
        return self.area[0]

    def get_Column(self) -> int:
        return self.area[1]

    def get_Count(self) -> int:
        if self._counted == "rows":
            return self.area[2] - self.area[0] + 1
        if self._counted == "columns":
            return self.area[3] - self.area[1] + 1
        count = sum((a[2] - a[0] + 1) * (a[3] - a[1] + 1) for a in self.areas)
        if count >= 2**31:
            raise refusal("溢出")
        return count

    def get_Rows(self) -> Range:
        return Range(self.sheet, self.areas, "rows")

    def get_Columns(self) -> Range:
        return Range(self.sheet, self.areas, "columns")

    def get_EntireRow(self) -> Range:
        return Range(self.sheet, [(a[0], 1, a[2], 16_384) for a in self.areas], "rows")

    def get_EntireColumn(self) -> Range:
        return Range(self.sheet, [(1, a[1], 1_048_576, a[3]) for a in self.areas], "columns")

    def get_Areas(self) -> Areas:
        return Areas([Range(self.sheet, [area]) for area in self.areas], self.sheet)

    def get_Address(self, rows: Any = True, columns: Any = True, style: Any = 1, *_: Any) -> str:
        absolute = {"rows": rows in (True, None), "columns": columns in (True, None)}
        return ",".join(address_of(area, **absolute) for area in self.areas)

    def get_Item(self, row: Any, column: Any = None) -> Range:
        top, left, _, right = self.area
        if self._counted == "rows":
            return Range(self.sheet, [(top + row - 1, left, top + row - 1, right)], "rows")
        if self._counted == "columns":
            at = left + row - 1
            return Range(self.sheet, [(top, at, self.area[2], at)], "columns")
        if column is None:
            down, across = divmod(int(row) - 1, right - left + 1)
        else:
            down, across = int(row) - 1, int(column) - 1
        place = top + down, left + across
        return Range(self.sheet, [(*place, *place)])

    def get__Default(self, row: Any = None, column: Any = None) -> Any:
        return self.get_Value() if row is None else self.get_Item(row, column)

    def get_Cells(self, *place: Any) -> Range:
        return self.get_Item(*place) if place else Range(self.sheet, self.areas)

    def get_Range(self, first: Any, last: Any = None) -> Range:
        top, left = self.area[:2]
        found = self.sheet.get_Range(first, last)
        if isinstance(first, str):
            moved = [
                (a[0] + top - 1, a[1] + left - 1, a[2] + top - 1, a[3] + left - 1)
                for a in found.areas
            ]
            return Range(self.sheet, moved)
        return found

    def get_Resize(self, rows: Any = None, columns: Any = None) -> Range:
        top, left, bottom, right = self.area
        bottom = top + int(rows) - 1 if rows else bottom
        right = left + int(columns) - 1 if columns else right
        return Range(self.sheet, [(top, left, bottom, right)])

    def get_Offset(self, rows: Any = None, columns: Any = None) -> Range:
        down, across = int(rows or 0), int(columns or 0)
        moved = [(a[0] + down, a[1] + across, a[2] + down, a[3] + across) for a in self.areas]
        return Range(self.sheet, moved)

    def get_End(self, direction: Any) -> Range:
        """Go as Ctrl and an arrow key do: over filled cells, or over empty ones."""
        (row, column), (down, across) = self.area[:2], _STEPS[int(direction)]

        def inside(place: Place) -> bool:
            return 1 <= place[0] <= 1_048_576 and 1 <= place[1] <= 16_384

        def filled(place: Place) -> bool:
            return self.grid.value(place) not in (None, "")

        def after(place: Place) -> Place:
            return place[0] + down, place[1] + across

        here = row, column
        run = filled(here) and inside(after(here)) and filled(after(here))
        while inside(after(here)) and (not run or filled(after(here))):
            here = after(here)
            if not run and filled(here):
                break
        return Range(self.sheet, [(*here, *here)])

    def do_Select(self) -> None:
        if self.sheet.get_Visible() != -1 or self.book.active is not self.sheet:
            raise refusal("类 Range 的 Select 方法无效")
        self.book.application.selection = self

    do_Activate = do_Select

    # --- values ---

    def _grid_of(self, of: Callable[[Place], Any]) -> Any:
        top, left, bottom, right = self.area
        if (top, left) == (bottom, right):
            return of((top, left))
        columns = range(left, right + 1)
        return tuple(tuple(of((row, at)) for at in columns) for row in range(top, bottom + 1))

    def get_Value(self, kind: Any = None) -> Any:
        return self._grid_of(lambda at: values.out(self.grid.value(at), self.grid.code(at)))

    def get_Value2(self) -> Any:
        return self._grid_of(lambda at: values.out2(self.grid.value(at)))

    def get_Formula(self) -> Any:
        return self._grid_of(
            lambda at: values.formula_text(self.grid.value(at), self.grid.formula(at))
        )

    get_Formula2 = get_Formula

    def put_Value(self, *given: Any) -> None:
        self._write(given[-1])

    put_Value2 = put_Formula = put_Formula2 = put_Value

    def do_ClearContents(self) -> None:
        self._write(None)

    def _write(self, data: Any) -> None:
        self._refuse_if_locked()
        if self.sheet.filter_mode and any(self.grid.hidden_row(row) for row, _ in self.places()):
            raise AssertionError("written over rows that a filter hides: Excel shifts the values")
        for area in self.areas:
            self.grid.take_arrays(area)
        top, left = self.area[:2]
        for row, column in self.places():
            self.grid.put((row, column), _part(data, row - top, column - left))

    def get_HasArray(self) -> bool | None:
        def in_array(place: Place) -> bool:
            return any(overlap(area, (*place, *place)) for area in self.grid.arrays)

        return self.common(in_array)

    def get_FormulaArray(self) -> Any:
        for area, text in self.grid.arrays.items():
            if overlap(area, self.area) == self.area:
                return text
        return self.common(
            lambda at: values.formula_text(self.grid.value(at), self.grid.formula(at))
        )

    def put_FormulaArray(self, text: str) -> None:
        self._refuse_if_locked()
        if len(text) > 255:
            raise refusal("类 Range 的 FormulaArray 属性无法设置")
        if self.get_ListObject() is not None and self.get_Count() > 1:
            raise refusal("多单元格数组公式不能用于表格。")
        self.grid.put_array(self.area, text)

    # --- formats ---

    def get_NumberFormat(self) -> str | None:
        return self.common(self.grid.code, "General")

    def put_NumberFormat(self, code: str) -> None:
        self.refuse_format_if_protected()
        for place in self.places():
            self.grid.cell(place).number_format = code

    def get_Interior(self) -> Interior:
        return Interior(self)

    def get_MergeCells(self) -> bool | None:
        merges = list(self.grid.merges(self.area))
        if not merges:
            return False
        covered = any(overlap(merge, self.area) == self.area for merge in merges)
        return True if covered else None

    def get_MergeArea(self) -> Range:
        merge = next(self.grid.merges((*self.area[:2], *self.area[:2])), None)
        return Range(self.sheet, [merge]) if merge else self

    def do_Merge(self, across: Any = None) -> None:
        self.refuse_format_if_protected()
        top, left, bottom, right = self.area
        self.grid.sheet.merge_cells(None, top, left, bottom, right)

    def do_UnMerge(self) -> None:
        self.refuse_format_if_protected()
        for area in self.areas:
            for top, left, bottom, right in list(self.grid.merges(area)):
                self.grid.sheet.unmerge_cells(None, top, left, bottom, right)

    def _rows(self) -> range:
        last = min(self.area[2], max(self.grid.used()[2], self.area[0]))
        return range(self.area[0], last + 1)

    def get_RowHeight(self) -> float | None:
        dimensions = self.grid.sheet.row_dimensions
        heights = {
            (dimensions[row].height if row in dimensions else None) or _STANDARD_HEIGHT
            for row in self._rows()
        }
        return heights.pop() if len(heights) == 1 else None

    def put_RowHeight(self, height: float) -> None:
        for row in self._rows():
            self.grid.sheet.row_dimensions[row].height = height

    def do_AutoFit(self) -> None:
        if self._counted == "rows":  # how high rows are nobody can tell without a font
            self.put_RowHeight(_STANDARD_HEIGHT)

    def get_Hidden(self) -> bool | None:
        if self._counted == "columns":
            found = {self.grid.hidden_column(at) for at in range(self.area[1], self.area[3] + 1)}
        else:
            found = {self.grid.hidden_row(row) for row in self._rows()}
        return found.pop() if len(found) == 1 else None

    def do_SpecialCells(self, kind: Any, value: Any = None) -> Range:
        if int(kind) != _VISIBLE_CELLS:
            raise NotImplementedError(kind)
        if self.sheet.protected:
            raise refusal("不能在受保护的工作表上使用此命令。")
        top, left, bottom, right = self.area
        rows = _runs(row for row in range(top, bottom + 1) if not self.grid.hidden_row(row))
        columns = _runs(at for at in range(left, right + 1) if not self.grid.hidden_column(at))
        areas = [(a, c, b, d) for a, b in rows for c, d in columns]
        if not areas:
            raise refusal("未找到单元格。")
        return Range(self.sheet, areas)

    # --- notes and tables ---

    def get_Comment(self) -> Note | None:
        cell = self.grid.sheet._cells.get(self.area[:2])
        return Note(self) if cell is not None and cell.comment else None

    def do_AddComment(self, text: Any = None) -> Note:
        if self.sheet.protected or self.get_Comment() is not None or self.get_Count() != 1:
            raise refusal("类 Range 的 AddComment 方法无效")
        self.grid.cell(self.area[:2]).comment = SavedNote(text or "", "")
        return Note(self)

    def get_ListObject(self) -> Any:
        for table in self.sheet.tables():
            if overlap(table.get_Range().area, (*self.area[:2], *self.area[:2])):
                return table
        return None


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return first and last of the stretches of numbers without a gap."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def _part(data: Any, row: int, column: int) -> Any:
    """Return what a cell gets of what is put into a range; a row alone goes into every row."""
    if not isinstance(data, tuple | list):
        return data
    if data and not isinstance(data[0], tuple | list):
        data = (data,)
    lacking = values.error("#N/A")
    line = data[0] if len(data) == 1 else data[row] if row < len(data) else None
    if line is None:
        return lacking
    if len(line) == 1:
        return line[0]
    return line[column] if column < len(line) else lacking


class Areas(Collection):
    """The areas of a range."""

    kind = "Areas"


class Interior(ExcelObject):
    """The fill of cells."""

    kind = "Interior"

    def __init__(self, cells: Range) -> None:
        self._cells = cells
        self.book = cells.book

    def get_Color(self) -> float | None:
        color = self._cells.common(lambda place: self._cells.grid.fill(place) or "")
        if color is None:
            return None
        return float(_WHITE if not color else int(color[4:] + color[2:4] + color[:2], 16))

    def get_ColorIndex(self) -> int | None:
        unfilled = self._cells.common(lambda place: self._cells.grid.fill(place) is None)
        return unfilled if unfilled is None else _NO_COLOR if unfilled else 6

    def put_Color(self, value: float) -> None:
        self._cells.refuse_format_if_protected()
        blue_first = f"{int(value):06X}"
        color = blue_first[4:] + blue_first[2:4] + blue_first[:2]
        for place in self._cells.places():
            self._cells.grid.set_fill(place, color)

    def put_ColorIndex(self, value: int) -> None:
        if value != _NO_COLOR:
            raise NotImplementedError(value)
        self._cells.refuse_format_if_protected()
        for place in self._cells.places():
            self._cells.grid.set_fill(place, None)


class Note(ExcelObject):
    """What Excel calls a comment: the note of a cell."""

    kind = "Comment"

    def __init__(self, cells: Range) -> None:
        self._cells = cells
        self.book = cells.book

    @property
    def _cell(self) -> Any:
        return self._cells.grid.cell(self._cells.area[:2])

    def do_Text(self, text: Any = None, start: Any = None, overwrite: Any = None) -> str:
        if text is not None:
            self._refuse_if_protected()
            self._cell.comment = SavedNote(text, "")
        return str(self._cell.comment.text)

    def do_Delete(self) -> None:
        self._refuse_if_protected()
        self._cell.comment = None

    def _refuse_if_protected(self) -> None:
        self._cells.refuse_format_if_protected()

    def get_Parent(self) -> Range:
        return self._cells

    def get_Author(self) -> str:
        return str(self._cell.comment.author or "")

    def get_Shape(self) -> NoteShape:
        return NoteShape(self._cell)


class NoteShape(ExcelObject):
    """The box of a note, in points."""

    kind = "Shape"

    def __init__(self, cell: Any) -> None:
        self._cell = cell

    def put_Width(self, width: float) -> None:
        self._cell.comment.width = width * 4 / 3

    def put_Height(self, height: float) -> None:
        self._cell.comment.height = height * 4 / 3


class Notes(Collection):
    """The notes of a sheet."""

    kind = "Comments"


def range_between(sheet: Any, first: Any, last: Any) -> Range:
    """Return the smallest area that holds two ranges handed in."""
    one, other = (incoming(handed).area for handed in (first, last))
    top, left = min(one[0], other[0]), min(one[1], other[1])
    return Range(sheet, [(top, left, max(one[2], other[2]), max(one[3], other[3]))])
