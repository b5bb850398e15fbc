"""Rows from top to bottom on pages of A4.

Excel ignores page breaks set by hand on sheets that are scaled to fit, so the papers are drawn at
their real size, a little smaller than the page: every printer then breaks where we say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbooks.printed.words import text_height

__all__ = ["MEASURE", "Flow", "Page"]

MEASURE = {
    "default_format_properties": {"font_name": "Courier New", "font_size": 10},
    "default_column_width": 72,
}
"""Columns are as many digits of this font wide. Its digits, unlike those of Calibri, have the same
width in every font that stands in for it, so the papers fit their pages without Microsoft's fonts.
"""

_A4 = (595.0, 842.0)
_ROUNDING = 0.01
_SLACK = 0.96
"""How much of the height is used: printers and spreadsheets differ in how they round."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's form; margins in points."""

    landscape: bool
    side: float
    top: float
    bottom: float

    @property
    def room(self) -> float:
        """Return the points of height that may be filled."""
        return (_A4[not self.landscape] - self.top - self.bottom) * _SLACK


class Flow:
    """Writes rows on pages of one worksheet.

    Args:
        sheet: An empty worksheet.
        widths: The columns' widths in points.
        page: The page; the widths must fit it.
        repeated: How many of the first rows stand on every page.
    """

    def __init__(
        self, sheet: Worksheet, widths: Sequence[float], page: Page, repeated: int = 0
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

    def width(self, first: int, last: int) -> float:
        """Return the width in points of the columns `first` to `last`."""
        return sum(self._widths[first : last + 1])

    def height(self, text: str, columns: tuple[int, int], size: float, air: float = 6) -> float:
        """Return the points `text` takes across `columns`, with `air` around it."""
        return text_height(text, self.width(*columns), size, air)

    def add(self, height: float) -> int:
        """Begin a row of `height` points, on a new page if it does not fit; return its index."""
        self.keep(height)
        self.row += 1
        self.sheet.set_row_pixels(self.row, round(height * 4 / 3))
        self._used += height
        if self.row < self._repeated:
            self._head += height
        return self.row

    def keep(self, height: float) -> bool:
        """Turn the page unless `height` points are left on it; return whether it was turned."""
        short = height > self.left + _ROUNDING
        if short:
            self.turn()
        return short

    def turn(self) -> None:
        """Go on on a new page; on an empty one nothing happens."""
        if self._used > self._head:
            self._breaks.append(self.row + 1)
            self._used = self._head

    def put(
        self, columns: tuple[int, int], text: str | float, style: Format, rows: int = 1
    ) -> None:
        """Write `text` or a number across `columns` of this row and of the `rows` - 1 below it."""
        (first, last), end = columns, self.row + rows - 1
        if first != last or rows > 1:
            self.sheet.merge_range(self.row, first, end, last, "", style)
        if not isinstance(text, str):
            self.sheet.write_number(self.row, first, text, style)
        elif text:
            self.sheet.write_string(self.row, first, text, style)
        else:
            self.sheet.write_blank(self.row, first, None, style)

    def put_rich(self, columns: tuple[int, int], *parts: tuple[Format, str] | Format) -> None:
        """Write a text of several fonts across `columns`: (font, text)…, then the cell's style."""
        style = parts[-1]
        self.sheet.merge_range(self.row, columns[0], self.row, columns[1], "", style)
        flat = [each for part in parts[:-1] for each in part]
        self.sheet.write_rich_string(self.row, columns[0], *flat, style)

    def finish(self) -> None:
        """Set the page breaks and the print area."""
        self.sheet.set_h_pagebreaks(self._breaks)
        self.sheet.print_area(0, 0, max(self.row, 0), len(self._widths) - 1)
