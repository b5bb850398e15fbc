"""Excel's objects in memory, called over a COM that counts, under xlwings' own Windows engine.

`_xlwindows.py` of the installed xlwings is loaded with Windows' modules stood in for. What it asks goes
through `Dispatch`, which counts every call that would be a trip to Excel's process: a property read
or set, a method, a call of a default member, a step of an enumerator. What the objects answer is
Excel's as far as our buttons ask for it; any other member raises.
"""

# ruff: noqa: N802, N803 - Excel's names

from __future__ import annotations

import datetime as dt
import importlib.util
import re
import sys
import types
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import openpyxl
import pytest
import xlwings as xw
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel, to_excel

from tests.workbooks.live.refusals import EXCEPTION, REJECTED, ComError
from workbooks.ooxml.addresses import Rectangle, column_number

_ERRORS = {"#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042}  # fmt: skip
_FIRST_ERROR = -2146828288
_VISIBLE = {"visible": -1, "hidden": 0, "veryHidden": 2}
_CHINESE_DAYS = {*range(27, 37), *range(50, 59)}
"""Number formats a Chinese Excel has built in."""
NO_FILL = -4142


class ComTime(dt.datetime):
    """A moment as pywin32 has it: with a time zone."""


def refused(text: str) -> ComError:
    """Return how Excel says that something cannot be done."""
    return ComError(EXCEPTION, (0, "Microsoft Excel", text, "", 0, -2146827284))


# --- calls ----------------------------------------------------------------------------------------


class Line:
    """The line to Excel: counts calls, and lets a test refuse them.

    Attributes:
        calls: How often each member was asked for, such as `Range.Value` or `Range.Value =`.
        rejecting: Tells whether the next call is refused as while a dialogue is open.
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.rejecting: Callable[[], bool] = lambda: False

    def pass_on(self, member: str) -> None:
        """Count a call.

        Raises:
            ComError: It is refused.
        """
        if self.rejecting():
            raise ComError(REJECTED)
        self.calls[member] += 1


class Dispatch:
    """What pywin32 makes of one of Excel's objects."""

    def __init__(self, target: Any, line: Line) -> None:
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "line", line)

    @property
    def _oleobj_(self) -> Any:
        def names(_: int, name: str) -> int:
            if self.line.rejecting():
                raise ComError(REJECTED)
            if not hasattr(type(self.target), name):
                raise ComError(-2147352570)
            return 1

        return types.SimpleNamespace(GetIDsOfNames=names)

    def __getattr__(self, name: str) -> Any:
        kind = type(self.target)
        member = getattr(kind, name, None)
        if member is None or name.startswith("_"):
            if not name.startswith("_") and name not in kind.lacks:
                raise NotImplementedError(f"the stand-in has no {kind.__name__}.{name}")
            raise AttributeError(f"<unknown>.{name}")
        if isinstance(member, property):
            return self._passed(name, lambda: member.fget(self.target))  # type: ignore[misc]

        def method(_: Dispatch, *arguments: Any, **named: Any) -> Any:
            plain = {key: inside(value) for key, value in named.items()}
            called = lambda: member(self.target, *map(inside, arguments), **plain)  # noqa: E731
            return self._passed(name, called, method=True)

        return types.MethodType(method, self)

    def _passed(self, name: str, call: Callable[[], Any], *, method: bool = False) -> Any:
        try:
            self.line.pass_on(f"{type(self.target).__name__}.{name}")
        except ComError:
            if method:
                raise
            raise AttributeError(f"<unknown>.{name}") from None  # as pywin32 has it
        try:
            return outside(call(), self.line)
        except AttributeError as fault:  # xlwings would take it for a busy Excel
            raise AssertionError(f"the stand-in fails: {fault}") from fault

    def __setattr__(self, name: str, value: Any) -> None:
        member = getattr(type(self.target), name)
        try:
            self.line.pass_on(f"{type(self.target).__name__}.{name} =")
        except ComError:
            raise AttributeError(f"Property '<unknown>.{name}' can not be set.") from None
        member.fset(self.target, inside(value))

    def __call__(self, *arguments: Any) -> Any:
        return types.MethodType(type(self).__getattr__(self, "Item").__func__, self)(*arguments)

    def __iter__(self) -> Iterator[Any]:
        self.line.pass_on(f"{type(self.target).__name__}._NewEnum")
        for one in self.target.each():
            self.line.pass_on("IEnumVARIANT.Next")
            yield outside(one, self.line)

    def __bool__(self) -> bool:
        return True


def inside(value: Any) -> Any:
    """Return Excel's own object of a value that came over the line."""
    while hasattr(type(value), "_COMRetryObjectWrapper__") or type(value).__name__ == (
        "COMRetryObjectWrapper"
    ):
        value = object.__getattribute__(value, "_inner")
    return value.target if isinstance(value, Dispatch) else value


def outside(value: Any, line: Line) -> Any:
    """Return a value as it goes over the line."""
    return Dispatch(value, line) if isinstance(value, Member) else value


# --- Excel's objects ------------------------------------------------------------------------------


class Member:
    """One of Excel's objects; `lacks` names members this version of Excel has not."""

    lacks: frozenset[str] = frozenset()


class Items(Member):
    """A collection."""

    def __init__(self, items: list[Any], parent: Any = None) -> None:
        self.items, self.parent = items, parent

    def each(self) -> list[Any]:
        return [*self.items]

    @property
    def Count(self) -> int:
        return len(self.items)

    @property
    def Parent(self) -> Any:
        return self.parent

    def Item(self, at: int | str) -> Any:
        if isinstance(at, str):
            found = [one for one in self.items if one.Name.casefold() == at.casefold()]
            if not found:
                raise refused("下标越界")
            return found[0]
        return self.items[int(at) - 1]


def kept(name: str) -> property:
    """Return a property that keeps what it is set to."""
    return property(
        lambda self: self.__dict__[name], lambda self, value: self.__dict__.update({name: value})
    )


class Application(Member):
    ScreenUpdating, EnableEvents, DisplayAlerts, StatusBar = map(
        kept, ("ScreenUpdating", "EnableEvents", "DisplayAlerts", "StatusBar")
    )
    AutoFillFormulasInLists, AutoExpandListRange = map(
        kept, ("AutoFillFormulasInLists", "AutoExpandListRange")
    )

    def __init__(self) -> None:
        self.books: list[Workbook] = []
        self.with_addin = True
        self.selection: Range | None = None
        self.ScreenUpdating = self.EnableEvents = self.DisplayAlerts = True
        self.AutoFillFormulasInLists = self.AutoExpandListRange = True
        self.StatusBar = False

    Hwnd = property(lambda self: 4711)

    def Run(self, macro: str, book: str, *arguments: Any) -> Any:
        """Run a procedure of the add-in: what its VBA does, done here in Python."""
        name = macro.rpartition(".")[2]
        if not self.with_addin or not macro.startswith("'导师帮带.xlam'!BangDaiLooks."):
            raise refused("无法运行宏")
        found = next(one for one in self.books if one.Name == book)
        if name == "FactsOf":
            return tuple(map(_facts, found.sheets))
        tab = next(one for one in found.sheets if one.Name == arguments[0])
        cells = [parsed(cell)[0][:2] for cell in arguments[1]]
        return getattr(self, f"_{name}")(tab, cells, *arguments[2:])

    def _LooksOf(self, tab: Worksheet, cells: list[tuple[int, int]]) -> Any:
        fills = [tab.fill(at) for at in cells]
        return tuple(
            (-1 if fill is None else fill, tab.notes.get(at, ""))
            for at, fill in zip(cells, fills, strict=True)
        )

    def _PutLooks(self, tab: Worksheet, cells: Any, fills: Any, notes: Any, wide: float, heights: Any) -> int:  # fmt: skip
        written = 0
        for at, fill, note, high in zip(cells, fills, notes, heights, strict=True):
            if fill >= -1:
                tab.fills[at] = None if fill == -1 else fill
            if note:
                tab.notes[at] = note
                tab.sizes[at] = {"width": wide, "height": high}
                written += len(note.encode("utf-16-le")) // 2
            elif note == "":
                tab.notes.pop(at, None)
        return written

    Workbooks = property(lambda self: Items(self.books, self))
    Selection = property(lambda self: self.selection)
    AutoCorrect = property(lambda self: self)


def _facts(sheet: Worksheet) -> tuple[str, int, str, bool, int, str]:
    used = sheet.UsedRange
    top, left, bottom, right = used.areas[0]
    shown = used.EntireRow.Hidden is False and used.EntireColumn.Hidden is False
    unmerged = (
        row
        for row in range(top, min(top + 8, bottom + 1))
        if Range(sheet, [(row, left, bottom, right)]).MergeCells is False
    )
    bottoms = [table.Range.areas[0][2] for table in sheet.ListObjects.items if table.ShowTotals]
    totals = "".join(f" {row}" for row in bottoms)
    return sheet.Name, sheet.Visible, used.Address, shown, next(unmerged, 0), totals


def _loaded(path: Path, **how: bool) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return openpyxl.load_workbook(path, **how)


@lru_cache(4)
def _saved_values(path: Path, _: int) -> openpyxl.Workbook:
    """Return a file's saved values, which nobody changes; a file written again has a later time."""
    return _loaded(path, data_only=True)


class Workbook(Member):
    def __init__(self, app: Application, path: Path) -> None:
        self.app, self.path = app, path
        self.book = _loaded(path)
        cached = _saved_values(path, path.stat().st_mtime_ns)
        self.sheets = [Worksheet(self, ws, cached[ws.title]) for ws in self.book.worksheets]
        self.active = self.sheets[0]
        app.books.append(self)
        app.selection = Range(self.active, [(1, 1, 1, 1)])

    Name = property(lambda self: self.path.name)
    FullName = property(lambda self: str(self.path))
    Application = property(lambda self: self.app)
    ActiveSheet = property(lambda self: self.active)
    Worksheets = property(lambda self: Sheets(self.sheets, self))

    def Activate(self) -> None:
        """Come to the front."""


class Sheets(Items):
    def Add(self, Before: Worksheet) -> Worksheet:
        book = self.parent
        at = book.sheets.index(Before)
        sheet = Worksheet(book, book.book.create_sheet(f"Sheet{len(book.sheets) + 1}", at), None)
        book.sheets.insert(at, sheet)
        book.active = sheet
        return sheet


class Worksheet(Member):
    def __init__(self, book: Workbook, ws: Any, cached: Any) -> None:
        self.book, self.ws = book, ws
        self.cells: dict[tuple[int, int], tuple[Any, str | None]] = {}
        self.notes: dict[tuple[int, int], str] = {}
        self.fills: dict[tuple[int, int], int | None] = {}
        self.formats: dict[tuple[int, int], str] = {}
        self.sizes: dict[tuple[int, int], dict[str, float]] = {}
        for row in ws.iter_rows():
            for cell in row:
                self._take(cell, cached)
        self.protected = bool(ws.protection.sheet)
        self.bounds = ws.min_row, ws.min_column, ws.max_row, ws.max_column

    def _take(self, cell: Any, cached: Any) -> None:
        if cell.comment:
            self.notes[cell.row, cell.column] = cell.comment.text
        if cell.value is None:
            return
        formula = getattr(cell.value, "text", cell.value) if cell.data_type == "f" else None
        value = cached[cell.coordinate].value if formula else cell.value
        if isinstance(value, dt.date | dt.time):
            value = to_excel(value)
        self.cells[cell.row, cell.column] = (value, formula)

    def form(self, at: tuple[int, int]) -> str:
        if at in self.formats:
            return self.formats[at]
        cell = self.ws._cells.get(at)
        style = getattr(cell, "_style", None)  # a merged cell has none
        if style and style.numFmtId in _CHINESE_DAYS:  # openpyxl knows none of them
            return 'yyyy"年"m"月"d"日"'
        return str(cell.number_format) if cell else "General"

    def fill(self, at: tuple[int, int]) -> int | None:
        if at in self.fills:
            return self.fills[at]
        cell = self.ws._cells.get(at)
        fill = cell.fill if cell else None
        if not fill or fill.fill_type != "solid" or fill.fgColor.type != "rgb":
            return None
        rgb = fill.fgColor.rgb
        return int(rgb[6:8] + rgb[4:6] + rgb[2:4], 16)

    @property
    def Name(self) -> str:
        return str(self.ws.title)

    @Name.setter
    def Name(self, name: str) -> None:
        self.ws.title = name

    @property
    def Visible(self) -> int:
        return _VISIBLE[self.ws.sheet_state]

    @Visible.setter
    def Visible(self, value: int) -> None:
        self.ws.sheet_state = "visible" if value else "hidden"

    Parent = property(lambda self: self.book)
    Application = property(lambda self: self.book.app)
    Index = property(lambda self: self.book.sheets.index(self) + 1)
    ProtectContents = property(lambda self: self.protected)
    FilterMode = property(lambda self: False)
    Cells = property(lambda self: Range(self, [(1, 1, 1048576, 16384)]))
    ListObjects = property(
        lambda self: Items([Table(self, one) for one in self.ws.tables.values()])
    )
    Comments = property(lambda self: Items([Comment(self, at) for at in sorted(self.notes)]))
    Shapes = property(lambda self: Shapes([Comment(self, at).Shape for at in self.notes], self))

    @property
    def UsedRange(self) -> Range:
        top, left, bottom, right = self.bounds
        bottom = max([bottom, *(row for row, _ in self.cells)])
        right = max([right, *(at for _, at in self.cells)])
        return Range(self, [(top, left, bottom, right)])

    def Range(self, cell1: Any, cell2: Any = None) -> Range:
        first = Range(self, parsed(cell1)) if isinstance(cell1, str) else cell1
        if cell2 is None:
            return first
        last = Range(self, parsed(cell2)) if isinstance(cell2, str) else cell2
        (top, left, *_), (*_, bottom, right) = first.areas[0], last.areas[0]
        return Range(self, [(top, left, bottom, right)])

    def Activate(self) -> None:
        self.book.active = self

    def Delete(self) -> None:
        self.book.sheets.remove(self)
        self.book.book.remove(self.ws)
        if self.book.active is self:
            self.book.active = self.book.sheets[0]

    def Move(self, Before: Worksheet) -> None:
        sheets = self.book.sheets
        sheets.remove(self)
        sheets.insert(sheets.index(Before), self)

    def Unprotect(self, password: str) -> None:
        if self.ws.protection.password and password != self.ws.protection.password:
            raise refused("您提供的密码不正确。")
        self.protected = False

    def Protect(self, **_: object) -> None:
        self.protected = True


Area = tuple[int, int, int, int]
"""First row and column, last row and column."""


def parsed(address: str) -> list[Area]:
    """Return the areas of an address of Excel's, of at most 255 characters."""
    if len(address) > 255:
        raise refused("地址过长")
    areas: list[Area] = []
    for part in address.replace("$", "").split(","):
        if match := re.fullmatch(r"(\d+):(\d+)", part):
            areas.append((int(match[1]), 1, int(match[2]), 16384))
        elif match := re.fullmatch(r"([A-Z]+):([A-Z]+)", part):
            areas.append((1, column_number(match[1]), 1048576, column_number(match[2])))
        else:
            area = Rectangle.parse(part)
            assert area is not None, address
            areas.append((area.top, area.left, area.bottom, area.right))
    return areas


class Range(Member):
    def __init__(self, sheet: Worksheet, areas: list[Area], lines: str = "") -> None:
        self.sheet, self.areas, self.lines = sheet, areas, lines

    def each(self) -> Iterator[Range]:
        return (Range(self.sheet, [(*at, *at)]) for at in self.points())

    def points(self) -> Iterator[tuple[int, int]]:
        for top, left, bottom, right in self.areas:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield row, column

    def shown(self) -> Iterator[tuple[int, int]]:
        """Yield the cells that have anything, for questions about whole rows or columns."""
        for at in self.sheet.ws._cells:
            if any(t <= at[0] <= b and left <= at[1] <= r for t, left, b, r in self.areas):
                yield at

    def check_locks(self) -> None:
        if not self.sheet.protected:
            return
        cells = self.sheet.ws._cells
        if any(at not in cells or cells[at].protection.locked for at in self.points()):
            raise refused("您试图更改的单元格或图表位于受保护的工作表中。")

    Worksheet = property(lambda self: self.sheet)
    Row = property(lambda self: self.areas[0][0])
    Column = property(lambda self: self.areas[0][1])
    Rows = property(lambda self: Range(self.sheet, self.areas, "rows"))
    Columns = property(lambda self: Range(self.sheet, self.areas, "columns"))
    EntireRow = property(
        lambda self: Range(self.sheet, [(t, 1, b, 16384) for t, _, b, _ in self.areas], "rows")
    )
    EntireColumn = property(
        lambda self: Range(self.sheet, [(1, a, 1048576, b) for _, a, _, b in self.areas], "columns")
    )

    @property
    def Interior(self) -> Fill:
        return Fill(self)

    HasArray = property(lambda self: False)

    @property
    def Count(self) -> int:
        top, left, bottom, right = self.areas[0]
        if self.lines:
            return bottom - top + 1 if self.lines == "rows" else right - left + 1
        return sum((b - t + 1) * (r - le + 1) for t, le, b, r in self.areas)

    @property
    def Address(self) -> str:
        ends = [(f"${get_column_letter(a)}${t}", f"${get_column_letter(r)}${b}") for t, a, b, r in self.areas]  # fmt: skip
        return ",".join(first if first == last else f"{first}:{last}" for first, last in ends)

    def Item(self, row: float, column: float | None = None) -> Range:
        top, left, _, right = self.areas[0]
        if column is None:
            row, column = divmod(int(row) - 1, right - left + 1)
            row, column = row + 1, column + 1
        at = top + int(row) - 1, left + int(column) - 1
        return Range(self.sheet, [(*at, *at)])

    @property
    def Hidden(self) -> bool | None:
        (top, left, bottom, right), ws = self.areas[0], self.sheet.ws
        if self.lines == "rows" or right - left + 1 == 16384:
            lines = {ws.row_dimensions[n].hidden for n in range(top, bottom + 1)}
        else:
            names = map(get_column_letter, range(left, right + 1))
            lines = {n in ws.column_dimensions and ws.column_dimensions[n].hidden for n in names}
        return lines.pop() if len(lines) == 1 else None

    def _grid(self, of: Callable[[tuple[int, int]], Any]) -> Any:
        top, left, bottom, right = self.areas[0]
        if (top, left) == (bottom, right):
            return of((top, left))
        return tuple(
            tuple(of((row, at)) for at in range(left, right + 1)) for row in range(top, bottom + 1)
        )

    def _value(self, at: tuple[int, int]) -> Any:
        value, _ = self.sheet.cells.get(at, (None, None))
        if isinstance(value, str) and value in _ERRORS:
            return _FIRST_ERROR + _ERRORS[value]
        if value is None or isinstance(value, str | bool):
            return value
        if is_date_format(self.sheet.form(at)):
            day = from_excel(value)
            day = (
                dt.datetime.combine(dt.date(1899, 12, 30), day) if isinstance(day, dt.time) else day
            )
            return ComTime(*day.timetuple()[:6], tzinfo=dt.UTC)
        return float(value)

    def _formula(self, at: tuple[int, int]) -> str:
        value, formula = self.sheet.cells.get(at, (None, None))
        if formula or value is None:
            return formula or ""
        if isinstance(value, bool):
            return str(value).upper()
        return value if isinstance(value, str) else format(value, ".15g")

    def _write(self, data: Any) -> None:
        self.check_locks()
        top, left, *_ = self.areas[0]
        for row, at in self.points():
            value = data[row - top][at - left] if isinstance(data, tuple | list) else data
            self._put((row, at), value)

    def _put(self, at: tuple[int, int], value: Any) -> None:
        sheet, form = self.sheet, self.sheet.form(at)
        if value is None or value == "":
            sheet.cells.pop(at, None)
            return
        formula = None
        if isinstance(value, dt.datetime):
            sheet.formats[at] = "yyyy/m/d" if form == "General" else form
            value = to_excel(value.replace(tzinfo=None))
        elif isinstance(value, str) and value.startswith("=") and form != "@":
            link = re.fullmatch(r'=HYPERLINK\("[^"]*",\s*"([^"]*)"\)', value)
            value, formula = link[1] if link else 0.0, value
        elif isinstance(value, str) and value.startswith("'"):
            value = value[1:]
        elif isinstance(value, str) and form != "@" and re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
            value = float(value)
        sheet.cells[at] = (value, formula)

    Value = property(lambda self: self._grid(self._value), lambda self, data: self._write(data))
    Formula = Formula2 = property(
        lambda self: self._grid(self._formula), lambda self, data: self._write(data)
    )

    @property
    def NumberFormat(self) -> str | None:
        found = {self.sheet.form(at) for at in self.points()}
        return found.pop() if len(found) == 1 else None

    @NumberFormat.setter
    def NumberFormat(self, code: str) -> None:
        self.check_locks()
        self.sheet.formats.update(dict.fromkeys(self.points(), code))

    def _merges(self) -> list[Any]:
        top, left, bottom, right = self.areas[0]
        return [
            merge
            for merge in self.sheet.ws.merged_cells.ranges
            if merge.min_row <= bottom and merge.max_row >= top
            if merge.min_col <= right and merge.max_col >= left
        ]

    @property
    def MergeCells(self) -> bool | None:
        merges = self._merges()
        if not merges:
            return False
        inside = {(row, at) for one in merges for row, at in _points_of(one)}
        return True if inside.issuperset(self.points()) else None

    @property
    def MergeArea(self) -> Range:
        for one in self._merges():
            return Range(self.sheet, [(one.min_row, one.min_col, one.max_row, one.max_col)])
        return self

    @property
    def Comment(self) -> Comment | None:
        at = self.areas[0][:2]
        return Comment(self.sheet, at) if at in self.sheet.notes else None

    def AddComment(self, text: str) -> Comment:
        at = self.areas[0][:2]
        if self.Count != 1 or at in self.sheet.notes or self.sheet.protected:
            raise refused("AddComment")
        self.sheet.notes[at] = text
        return Comment(self.sheet, at)

    def ClearComments(self) -> None:
        self.check_locks()
        for at in self.points():
            self.sheet.notes.pop(at, None)
            self.sheet.sizes.pop(at, None)

    def AutoFit(self) -> None:
        """Leave heights alone."""

    def Select(self) -> None:
        self.sheet.book.app.selection = self


def _points_of(merge: Any) -> Iterator[tuple[int, int]]:
    for row in range(merge.min_row, merge.max_row + 1):
        for at in range(merge.min_col, merge.max_col + 1):
            yield row, at


class Fill(Member):
    def __init__(self, cells: Range) -> None:
        self.cells = cells

    def _fills(self) -> set[int | None]:
        return {self.cells.sheet.fill(at) for at in self.cells.points()}

    def _paint(self, fill: int | None) -> None:
        self.cells.check_locks()
        self.cells.sheet.fills.update(dict.fromkeys(self.cells.points(), fill))

    @property
    def Color(self) -> float | None:
        fills = self._fills()
        fill = next(iter(fills)) if len(fills) == 1 else 0
        return float(0xFFFFFF if fill is None else fill)

    @Color.setter
    def Color(self, value: float) -> None:
        self._paint(int(value))

    @property
    def ColorIndex(self) -> int | None:
        fills = self._fills()
        return None if len(fills) > 1 else NO_FILL if fills == {None} else 6

    @ColorIndex.setter
    def ColorIndex(self, value: int) -> None:
        assert value == NO_FILL
        self._paint(None)


class Comment(Member):
    def __init__(self, sheet: Worksheet, at: tuple[int, int]) -> None:
        self.sheet, self.at = sheet, at

    Parent = property(lambda self: Range(self.sheet, [(*self.at, *self.at)]))
    Shape = property(lambda self: Shape([self]))

    def Text(self, text: str | None = None) -> str:
        if text is not None:
            self.sheet.notes[self.at] = text
        return self.sheet.notes[self.at]

    def Delete(self) -> None:
        self.sheet.notes.pop(self.at)
        self.sheet.sizes.pop(self.at, None)


class Shape(Member):
    """One or several shapes of notes."""

    def __init__(self, notes: list[Comment]) -> None:
        self.notes = notes

    def _size(self, name: str, value: float) -> None:
        for note in self.notes:
            note.sheet.sizes.setdefault(note.at, {})[name] = value

    Width = property(lambda self: 108.0, lambda self, value: self._size("width", value))
    Height = property(lambda self: 59.25, lambda self, value: self._size("height", value))


class Shapes(Items):
    """All shapes of a sheet, in the order they were added."""

    def Range(self, indexes: list[int]) -> Shape:
        return Shape([self.items[index - 1].notes[0] for index in indexes])


class Table(Member):
    def __init__(self, sheet: Worksheet, table: Any) -> None:
        self.sheet, self.table = sheet, table

    Name = property(lambda self: self.table.displayName)
    Range = property(lambda self: Range(self.sheet, parsed(self.table.ref)))
    ShowTotals = property(lambda self: bool(self.table.totalsRowCount))
    ShowAutoFilter = property(lambda self: self.table.autoFilter is not None)
    AutoFilter = property(lambda self: self)
    FilterMode = property(lambda self: False)

    def Resize(self, cells: Range) -> None:
        self.table.ref = cells.Address.replace("$", "")


# --- xlwings' Windows engine over it -------------------------------------------------------------

_STOOD_IN = (
    "pywintypes", "pythoncom", "win32api", "win32con", "win32gui", "win32process", "win32timezone",
    "win32com", "win32com.client", "xlwings._win32patch",
)  # fmt: skip


@contextmanager
def xlwings_on_windows() -> Iterator[Any]:
    """Yield xlwings' own `_xlwindows`, loaded without Windows."""
    found = importlib.util.find_spec("xlwings")
    assert found is not None
    assert found.origin is not None
    name = "xlwings._xlwindows"
    spec = importlib.util.spec_from_file_location(
        name, Path(found.origin).with_name("_xlwindows.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        for one in _STOOD_IN:
            patch.setitem(sys.modules, one, MagicMock(name=one))
        _stand_in(patch)
        patch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        patch.setattr(xw, "_xlwindows", module, raising=False)
        engine = xw.Engine(impl=module.engine)
        patch.setattr(xw.engines, "active", engine)
        yield module


def _stand_in(patch: pytest.MonkeyPatch) -> None:
    types_: Any = sys.modules["pywintypes"]
    types_.TimeType, types_.com_error, types_.error = ComTime, ComError, type("e", (Exception,), {})
    sys.modules["pythoncom"].ole_error = ComError  # type: ignore[attr-defined]
    sys.modules["pythoncom"].__file__ = "pythoncom.dll"
    sys.modules["win32timezone"].TimeZoneInfo.utc = lambda: dt.UTC  # type: ignore[attr-defined]
    process: Any = sys.modules["win32process"]
    process.GetWindowThreadProcessId.return_value = (1, 4711)
    client: Any = sys.modules["win32com.client"]
    client.CDispatch = Dispatch
    client.CoClassBaseClass = client.DispatchBaseClass = type("Unused", (), {})
    sys.modules["xlwings._win32patch"].CoClassBaseClass = client.CoClassBaseClass  # type: ignore[attr-defined]
    import ctypes  # noqa: PLC0415 - only its Windows half is stood in for

    for one in ("windll", "oledll", "PyDLL"):
        patch.setattr(ctypes, one, MagicMock(name=one), raising=False)


class Excel:
    """A running Excel with one workbook, as a click on our tab finds it.

    Attributes:
        line: The line to it.
        app: Excel itself.
        book: The workbook.
        boxes: What its message boxes said.
        answer: What the clerk clicks, 1 for OK and 6 for yes.
    """

    def __init__(self, over_com: Any, path: Path) -> None:
        self.line = Line()
        self.app = Application()
        self.book = Workbook(self.app, path)
        self.boxes: list[str] = []
        self.answer = 1
        over_com.BOOK_CALLER = Dispatch(self.book, self.line)
        over_com.win32api.MessageBox = self._box
        over_com.win32con.MB_OK, over_com.win32con.MB_YESNO = 0, 4

    def _box(self, hwnd: int, text: str, title: str, style: Any) -> int:
        del hwnd, title
        self.boxes.append(text)
        return 6 if style == 4 else 1
