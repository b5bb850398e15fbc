"""Rows from top to bottom on pages of A4, and how many lines a text takes on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import east_asian_width

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbooks.masking import mask_text

# SECTION Texts on paper: tidied input, dates in words, and how many lines a text takes.

_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_TENS = ("", "十", "二十", "三十")
_NOT_FIRST = "，。、；：！？）”》〕…"
_CELL_PADDING = 8.0
"""Points left and right of a cell's text, taken together."""

_LINE = 1.5
"""Height of a line in font sizes; the fonts that stand in for 仿宋 need most of it."""


def plain(text: str) -> str:
    """Return input on one line, without personal phone and ID numbers."""
    return mask_text(" ".join(text.split()))


def full_date(day: date) -> str:
    """Return 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def spelled_date(day: date) -> str:
    """Return 二〇二六年三月一日."""
    year = str(day.year).translate(_DIGITS)
    return f"{year}年{_spelled(day.month)}月{_spelled(day.day)}日"


def lines_in(text: str, width: float, size: float) -> int:
    """Return how many lines `text` takes; errs upwards, since merged cells fit no rows.

    Args:
        text: What is printed; a line feed begins a line.
        width: The cell's width in points.
        size: The font's size in points; a hanzi is as wide.
    """
    fitting = (width - _CELL_PADDING) / size
    return sum(_lines(part, fitting) for part in text.split("\n"))


def text_height(text: str, width: float, size: float, air: float = 6) -> float:
    """Return the points of height `text` takes in a cell `width` points wide, `air` around it."""
    return lines_in(text, width, size) * size * _LINE + air


def shortened(text: str, width: float, size: float, most: int) -> str:
    """Return `text`, cut so that it takes at most `most` lines."""
    if lines_in(text, width, size) <= most:
        return text
    kept = text[: int((width - _CELL_PADDING) / size * most * 2)]  # the narrowest letters are half
    while lines_in(f"{kept}……", width, size) > most:
        kept = kept[:-1]
    return f"{kept}……"


def _lines(part: str, fitting: float) -> int:
    """Fill lines of `fitting` hanzi; what may not begin a line takes the letter before it along."""
    lines, used, before = 1, 0.0, 0.0
    for letter in part:
        wide = 1.0 if east_asian_width(letter) in "WFA" else 0.6
        used += wide
        if used > fitting:
            lines += 1
            used = wide + (before if letter in _NOT_FIRST else 0.0)
        before = wide
    return lines


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (str(ones).translate(_DIGITS) if ones else "")


# SECTION Rows from top to bottom on pages of A4.
#:
#: Excel ignores page breaks set by hand on sheets that are scaled to fit, so the papers are drawn at
#: their real size, a little smaller than the page: every printer then breaks where we say.

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
