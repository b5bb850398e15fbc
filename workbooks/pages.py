"""Write worksheets for the printer: page set-up, cells, and rows from top to bottom.

Excel ignores page breaks set by hand on sheets that are scaled to fit. `PageWriter` therefore
draws at real size, a little smaller than the page: every printer then breaks where it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import Cell, FormulaError
from validators.sheets import SheetKind
from workbooks.masking import mask_text
from workbooks.plain import plain_workbook
from workbooks.template.layout import RawText, shown
from workbooks.template.styles import TAB_COLOURS
from workbooks.text_fit import OWN_DIGIT, close_height, digits, shortened, text_height

PAGE_NUMBERS = '&C&"仿宋,Regular"&11第 &P 页，共 &N 页'
_ON_A3 = '&R&"仿宋,Regular"&11请用 A3 纸打印'

A3, A4 = 8, 9
"""Sizes of paper by their numbers in a workbook."""
_LONG_SIDE = {A3: 420.0, A4: 297.0}
"""Millimetres."""

Columns = tuple[int, int]
"""First and last column of a cell, 0-based."""


LEAST_POINTS = 9.0
"""No smaller text is printed: a table whose 11-point text would be is printed on A3."""
_RESERVE = 1.02
"""Spreadsheets round the scale to a page, some of them down."""
_TEXT_POINTS = 11.0
_SIDE = 0.4
"""Inches left blank on either side of a table."""


def set_page(
    sheet: Worksheet, colour: str, widths: Iterable[float], *, portrait: bool = False
) -> None:
    """Set a page as wide as the table, with page numbers, and the tab's colour.

    Args:
        sheet: The worksheet; its text has 11 points or more.
        colour: The tab's colour.
        widths: The printed columns' widths in characters; see `digits`.
        portrait: Whether an A4 page stands upright; the table is narrow enough for its real size.
    """
    large = not portrait and printed_points(list(widths), A4) < LEAST_POINTS * _RESERVE
    sheet.set_tab_color(colour)
    sheet.set_portrait() if portrait else sheet.set_landscape()
    sheet.set_paper(A3 if large else A4)
    if not portrait:
        sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=_SIDE, right=_SIDE, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer(PAGE_NUMBERS + _ON_A3 * large)


def printed_points(widths: Iterable[float], paper: int) -> float:
    """Return the size at which 11-point text is printed on landscape `paper`, one page wide."""
    pixels = sum(int(OWN_DIGIT * digits(width) + 5.5) for width in widths)  # 96 to the inch
    room = (_LONG_SIDE[paper] / 25.4 - 2 * _SIDE) * 96
    return _TEXT_POINTS * min(1.0, room / pixels) if pixels else _TEXT_POINTS


def write_cell(sheet: Worksheet, row: int, number: int, value: object, style: Format) -> None:
    """Write one value at the 1-based (row, number) by its type; text is never a formula."""
    at = row - 1, number - 1
    if isinstance(value, RawText):
        _write_raw(sheet, *at, value.cell, style)
        return
    plain = shown(value)
    if plain is None:
        sheet.write_blank(*at, None, style)
    elif isinstance(plain, str):
        sheet.write_string(*at, plain, style)
    elif isinstance(plain, date):
        sheet.write_datetime(*at, plain, style)
    else:
        sheet.write_number(*at, plain, style)


def _write_raw(sheet: Worksheet, row: int, column: int, cell: Cell, style: Format) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell, style)
    elif isinstance(cell, FormulaError):
        sheet.write_formula(row, column, f"={cell}", style, str(cell))
    elif isinstance(cell, date | time):
        sheet.write_datetime(row, column, cell, style)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell, style)
    else:
        sheet.write_string(row, column, str(cell), style)


def printed_workbook(target: Path | BinaryIO, kind: str, title: str, as_of: date) -> Workbook:
    """Open a workbook of pages drawn at real size; equal content gives equal bytes."""
    return plain_workbook(
        target,
        kind,
        title=title,
        created=datetime.combine(as_of, time()),
        properties={"数据截至": as_of.isoformat()},
    )


def add_printed_sheet(workbook: Workbook, name: str) -> Worksheet:
    """Add a worksheet with the tab colour of generated sheets."""
    sheet = workbook.add_worksheet(name)
    sheet.set_tab_color(TAB_COLOURS[SheetKind.GENERATED])
    return sheet


def printable(text: str) -> str:
    """Return input on one line, without personal phone and ID numbers."""
    return mask_text(" ".join(text.split()))


def full_date(day: date | None) -> str:
    """Return 2026年3月1日; for None room to write a day in."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "　　　年　　月　　日"


_A4 = (595.0, 842.0)
_ROUNDING = 0.01
_SLACK = 0.96
"""How much of the height is used: printers and spreadsheets differ in how they round."""


@dataclass(frozen=True, slots=True)
class PageFormat:
    """Orientation and margins of a page, in points."""

    landscape: bool
    side: float
    top: float
    bottom: float

    @property
    def room(self) -> float:
        """Return the points of height that may be filled."""
        return (_A4[not self.landscape] - self.top - self.bottom) * _SLACK


class PageWriter:
    """Writes rows on pages of one worksheet.

    Args:
        sheet: An empty worksheet.
        widths: The columns' widths in points.
        page: The page; the widths must fit it.
        repeated: How many of the first rows stand on every page.
    """

    def __init__(
        self, sheet: Worksheet, widths: Sequence[float], page: PageFormat, repeated: int = 0
    ) -> None:
        self.sheet = sheet
        self.row = -1
        self._widths = widths
        self._page = page
        self._repeated = repeated
        self._head = 0.0
        self._used = 0.0
        self._breaks: list[int] = []
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        if page.landscape:
            sheet.set_landscape()
        side, top, bottom = (points / 72 for points in (page.side, page.top, page.bottom))
        sheet.set_margins(left=side, right=side, top=top, bottom=bottom)
        sheet.center_horizontally()
        for number, width in enumerate(widths):
            sheet.set_column_pixels(number, number, round(width * 4 / 3))
        if repeated:
            sheet.repeat_rows(0, repeated - 1)

    @property
    def left(self) -> float:
        """Return the points of height left on this page."""
        return self._page.room - self._used

    def width(self, columns: Columns | int) -> float:
        """Return the width in points of `columns`."""
        first, last = _ends(columns)
        return sum(self._widths[first : last + 1])

    def height(self, text: str, columns: Columns | int, size: float, air: float = 6) -> float:
        """Return the points `text` takes across `columns`, with `air` around it."""
        return text_height(text, self.width(columns), size, air)

    def close_height(self, text: str, columns: Columns | int, size: float, air: float) -> float:
        """Return the points of a paragraph across `columns` that has others above and below."""
        return close_height(text, self.width(columns), size, air)

    def fit(self, text: str, columns: Columns | int, size: float, most: int) -> str:
        """Return `text`, cut so that it takes at most `most` lines across `columns`."""
        return shortened(text, self.width(columns), size, most)

    def add_row(self, height: float) -> int:
        """Begin a row of `height` points, on a new page if need be; return its 0-based index."""
        self.ensure_room(height)
        self.row += 1
        self.sheet.set_row_pixels(self.row, round(height * 4 / 3))
        self._used += height
        if self.row < self._repeated:
            self._head += height
        return self.row

    def ensure_room(self, height: float) -> bool:
        """Begin a new page unless `height` points are left; return whether one was begun."""
        short = height > self.left + _ROUNDING
        if short:
            self.new_page()
        return short

    def new_page(self) -> None:
        """Begin a new page, unless this one is empty."""
        if self._used > self._head:
            self._breaks.append(self.row + 1)
            self._used = self._head

    def put(self, columns: Columns | int, text: str | float, style: Format, rows: int = 1) -> None:
        """Write `text` or a number across `columns` of this row and of the `rows` - 1 below it."""
        (first, last), end = _ends(columns), self.row + rows - 1
        if first != last or rows > 1:
            self.sheet.merge_range(self.row, first, end, last, "", style)
        if not isinstance(text, str):
            self.sheet.write_number(self.row, first, text, style)
        elif text:
            self.sheet.write_string(self.row, first, text, style)
        else:
            self.sheet.write_blank(self.row, first, None, style)

    def put_rich(self, columns: Columns, *parts: tuple[Format, str] | Format) -> None:
        """Write a text of several fonts across `columns`: (font, text)…, then the cell's style."""
        style = parts[-1]
        self.sheet.merge_range(self.row, columns[0], self.row, columns[1], "", style)
        flat = [item for part in parts[:-1] for item in part]
        self.sheet.write_rich_string(self.row, columns[0], *flat, style)

    def finish(self) -> None:
        """Set the page breaks and the print area."""
        self.sheet.set_h_pagebreaks(self._breaks)
        self.sheet.print_area(0, 0, max(self.row, 0), len(self._widths) - 1)


def _ends(columns: Columns | int) -> Columns:
    return (columns, columns) if isinstance(columns, int) else columns
