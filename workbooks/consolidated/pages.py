"""What all sheets of a consolidated workbook share: top lines, table headings, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import Look, Stamp
from workbooks.template.layout import HEADING_ROW, TITLE_ROW, UNIT_ROW, stamp_text
from workbooks.template.styles import LINE, Styles
from workbooks.template.table_sheet import set_page

__all__ = ["GREEN", "body", "heading", "heading_height", "lines_of", "write_top"]

GREEN = "#548235"
"""Tab colour of generated sheets."""

_PALE = "#E2EFDA"


def write_top(
    sheet: Worksheet,
    words: tuple[str, str],
    printed: tuple[int, int],
    stamp: Stamp,
    styles: Styles,
) -> None:
    """Write title and stamp over the printed columns, repeat them, set the page.

    Args:
        sheet: The worksheet.
        words: The title, and what stands beside the stamp.
        printed: The last row and column of the print area, 1-based; at least two columns.
        stamp: The dates it shows.
        styles: The workbook's formats.
    """
    title, note = words
    last, width = max(printed[0], HEADING_ROW), printed[1]
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.merge_range(TITLE_ROW - 1, 0, TITLE_ROW - 1, width - 1, title, styles.title())
    sheet.set_row(UNIT_ROW - 1, 20)
    dates = stamp_text(stamp.as_of, stamp.generated)
    line = styles.line(font_size=10)
    sheet.write_string(UNIT_ROW - 1, 0, f"{dates}　{note}".rstrip(), line)
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    set_page(sheet, GREEN)
    sheet.print_area(0, 0, last - 1, width - 1)


def heading(styles: Styles) -> Format:
    """Return the format of a table heading."""
    return styles.make(
        font_name="黑体", font_size=11, align="center", text_wrap=True, border=1,
        border_color=LINE, bg_color=_PALE,
    )  # fmt: skip


def body(styles: Styles, look: Look, width: float = 9, **changes: object) -> Format:
    """Return the format of a table's cells; long text is left-aligned and wraps."""
    wide = look is Look.TEXT and width >= 16
    return styles.make(
        font_name="仿宋", font_size=11, num_format=look.value, border=1, border_color=LINE,
        align="left" if wide else "center", text_wrap=look is Look.TEXT, **changes,
    )  # fmt: skip


def heading_height(names: Sequence[str], widths: Sequence[float]) -> float:
    """Return the points in which every heading shows in full, beside its filter button."""
    lines = max(
        -(-2 * len(name) // max(int(width - 0.5), 2))
        for name, width in zip(names, widths, strict=True)
    )
    return max(34.0, 15.5 * lines + 16)


def lines_of(text: str, width: float) -> int:
    """Return how many lines `text` takes in a column of `width` characters; Chinese ones are two.

    Spreadsheets do not fit rows with merged or spliced cells by themselves, so this errs upwards.
    """
    taken = sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)
    return max(1, -(-taken // max(int(width), 1)))
