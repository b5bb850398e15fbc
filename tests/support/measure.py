"""The text of a workbook's cells measured against their room.

Nothing here knows how the product estimates. Widths and heights are those of 宋体, 仿宋 and 黑体 (and
of Debian's AR PL fonts): square hanzi, all other letters half as wide, rows of 13.5 points for 11;
lines are broken where Excel breaks them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unicodedata import east_asian_width

import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

TALLEST_ROW = 409.5
"""Points; Excel knows no higher row."""
_LINE = 1.2
"""Font sizes from line to line: 仿宋 and 宋体 of 11 points have rows of 13.5 points."""
_DIGITS = {"Courier New": 8, "Calibri": 7, "宋体": 8, "等线": 8}
"""Pixels of a digit of the workbook's own font, in which columns are counted."""
_PADDING, _POINT = 5, 0.75
"""Pixels of a cell that hold no text; points to the pixel."""
_CODE = re.compile(r"[A-Z]{0,2}\d[\d-]*")
_LEAST = 8.0
"""Points to which a text may shrink."""
_NOT_FIRST, _NOT_LAST = "，。、；：！？）”’》〕】…％%,.;:!?)", "（“‘《〔【(￥"


class Misfit(NamedTuple):
    """A cell whose text is not seen in full."""

    sheet: str
    cell: str
    fault: str
    text: str


def misfits(workbook: Path) -> list[Misfit]:
    """Return the cells of all sheets but the internal ones whose text is cut, or shown as ####."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl names what it does not know
        book = openpyxl.load_workbook(workbook, data_only=True)
    digit = _DIGITS[book._fonts[0].name]
    return [
        misfit
        for sheet in book.worksheets
        if not sheet.title.startswith("_")
        for misfit in _SheetRoom(sheet, digit).misfits()
    ]


class _SheetRoom:
    """The room of one worksheet's cells, in points."""

    def __init__(self, sheet: Worksheet, digit: int) -> None:
        self._sheet = sheet
        self._default = sheet.sheet_format.defaultRowHeight or 15
        self._widths = _widths(sheet, digit)
        self._merged = {
            (area.min_row, area.min_col): (area.max_row, area.max_col)
            for area in sheet.merged_cells.ranges
        }
        self._covered = {at for area in sheet.merged_cells.ranges for at in _cells(area.bounds)} - {
            *self._merged
        }
        self._last = _last_printed(sheet)

    def misfits(self) -> Iterator[Misfit]:
        for row in self._sheet.iter_rows():
            if self._sheet.row_dimensions[row[0].row].hidden:
                continue
            for cell in row:
                shown = displayed(cell) if cell.value is not None else ""
                if shown and (cell.row, cell.column) not in self._covered:
                    fault = self._fault(cell, shown)
                    if fault:
                        yield Misfit(self._sheet.title, cell.coordinate, fault, shown)

    def _fault(self, cell: Cell, shown: str) -> str:
        bottom, right = self._merged.get((cell.row, cell.column), (cell.row, cell.column))
        width = self._width(cell.column, right)
        if not width:
            return ""  # a hidden column
        size, number = cell.font.sz or 11, not isinstance(cell.value, str)
        wrapped = bool(cell.alignment.wrap_text) and not number
        lines = [
            line
            for part in shown.split("\n")
            for line in (broken(part, width / size) if wrapped else [part])
        ]
        if wrapped and _CODE.fullmatch(shown) and text_width(shown) * size > width:
            return f"a code {text_width(shown) * size:.0f} points wide in {width:.0f}"
        needed, room = len(lines) * size * _LINE, self._height(cell.row, bottom)
        if needed > room:
            return f"{needed:.0f} points high in {room:.0f}"
        widest = max(map(text_width, lines)) * size
        if widest <= width:
            return ""
        if cell.alignment.shrink_to_fit:
            shrunk = size * width / widest
            return f"shrunk to {shrunk:.1f} points" if shrunk < _LEAST else ""
        if number:
            return f"#### ({widest:.0f} points wide in {width:.0f})"
        room = width + self._beside(cell, right)
        return f"{widest:.0f} points wide in {room:.0f}" if widest > room else ""

    def _width(self, first: int, last: int) -> float:
        pixels = sum(self._widths.get(number, self._widths[0]) for number in range(first, last + 1))
        return max(0, pixels - _PADDING) * _POINT

    def _height(self, first: int, last: int) -> float:
        heights = [self._sheet.row_dimensions[row].height for row in range(first, last + 1)]
        if first == last and heights[0] is None:
            return TALLEST_ROW  # spreadsheets fit it
        return sum(self._default if height is None else height for height in heights)

    def _beside(self, cell: Cell, right: int) -> float:
        """Return the points beyond its own cell that a text may run over: empty cells', printed."""
        side = cell.alignment.horizontal or "general"
        if right != cell.column or side not in {"general", "left", "center"}:
            return 0.0
        end = self._empty_to(cell, 1)
        if side != "center":
            return self._width(cell.column + 1, end) if end > cell.column else 0.0
        start = self._empty_to(cell, -1)
        left, after = self._width(start, cell.column - 1), self._width(cell.column + 1, end)
        return 2 * min(left, after)

    def _empty_to(self, cell: Cell, step: int) -> int:
        column, last = cell.column, self._last if cell.column <= self._last else 1 << 14
        while (
            1 <= column + step <= min(last, cell.column + 60)
            and (cell.row, column + step) not in self._covered
            and (cell.row, column + step) not in self._merged
            and self._sheet.cell(cell.row, column + step).value in {None, ""}
        ):
            column += step
        return column


def _widths(sheet: Worksheet, digit: int) -> dict[int, int]:
    """Return the pixels of columns by number; 0 has those of all others."""
    plain = sheet.sheet_format.defaultColWidth or 8.43 + _PADDING / digit
    widths = {0: round(plain * digit)}
    for name, dimension in sheet.column_dimensions.items():
        first = dimension.min or openpyxl.utils.column_index_from_string(name)
        pixels = 0 if dimension.hidden else int(dimension.width * digit + 0.5)
        for number in range(first, min(dimension.max or first, 200) + 1):
            widths[number] = pixels
    return widths


def _cells(bounds: tuple[int, int, int, int]) -> Iterable[tuple[int, int]]:
    left, top, right, bottom = bounds
    return ((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))


def _last_printed(sheet: Worksheet) -> int:
    areas = str(sheet.print_area or "").replace("$", "").rpartition("!")[2]
    return range_boundaries(areas)[2] or 1 << 14 if areas else 1 << 14


# --- what a cell shows -----------------------------------------------------------------------------

_DAYS = {
    "yyyy-mm-dd": "%Y-%m-%d",
    "yyyy-mm": "%Y-%m",
    "yyyy-mm-dd hh:mm:ss": "%Y-%m-%d %H:%M:%S",
    "hh:mm:ss": "%H:%M:%S",
    'yyyy"年"m"月"d"日"': "%Y年%m月%d日",
}
_NUMBER = re.compile(
    r"(?P<sign>[+]?)(?P<general>General|@)?(?P<comma>#,##)?[#0]*(?:\.(?P<places>[0#]+))?"
    r'(?P<percent>%?)(?:"(?P<unit>[^"]*)")?$'
)


def displayed(cell: Cell) -> str:
    """Return the text a cell shows.

    Raises:
        AssertionError: Its number format is none our workbooks use.
    """
    value, code = cell.value, cell.number_format
    if isinstance(value, str) or code == ";;;":
        return "" if code == ";;;" else str(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime | date | time):
        return value.strftime(_DAYS[code])
    return _number_text(value, code)


def _number_text(value: float, code: str) -> str:
    sections = code.split(";")
    section = sections[2] if value == 0 and len(sections) > 2 else sections[0]
    form = _NUMBER.match(section.split("]")[-1])
    assert form, f"unknown number format {code}"
    places = form["places"] or ""
    scaled = value * 100 if form["percent"] else value
    text = f"{scaled:{',' if form['comma'] else ''}.{len(places)}f}"
    optional = places.count("#")
    while optional and text.endswith("0"):
        text, optional = text[:-1], optional - 1  # of 80 by 0.## Excel shows "80."
    if form["general"]:
        text = f"{value:.10g}"
    return form["sign"] + text + form["percent"] + (form["unit"] or "")


# --- how wide it is --------------------------------------------------------------------------------


@cache
def _advance(letter: str) -> float:
    return 1.0 if east_asian_width(letter) in "WFA" else 0.5


def text_width(text: str) -> float:
    """Return the width of one line in font sizes."""
    return sum(map(_advance, text))


def broken(text: str, width: float) -> list[str]:
    """Return the lines of `text` in a cell `width` font sizes wide: words that fit are whole."""
    lines, line, used = [], "", 0.0
    for word in _pieces(text, width):
        needed = text_width(word.rstrip(" "))
        if line and used + needed > width:
            lines.append(line.rstrip(" "))
            line, used = "", 0.0
        line += word
        used += text_width(word)
    return [*lines, line.rstrip(" ")]


def _pieces(text: str, width: float) -> Iterator[str]:
    for word in _words(text):
        if text_width(word.rstrip(" ")) > width:
            yield from word
        else:
            yield word


def _words(text: str) -> Iterator[str]:
    """Yield what lines keep whole: hanzi with their punctuation, runs of other letters."""
    word = ""
    for before, letter in pairwise(f" {text}"):
        wide = east_asian_width(letter) in "WFA" or east_asian_width(before) in "WFA"
        breaks = (wide or before == " ") and letter not in _NOT_FIRST and before not in _NOT_LAST
        if breaks and word and letter != " ":
            yield word
            word = ""
        word += letter
    yield word
