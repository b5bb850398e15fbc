"""What all sheets of a consolidated workbook share, its small sheets of figures, and workbooks of only those."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from unicodedata import east_asian_width

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from workbooks.consolidated.content import Grid, Look, Stamp, Value
from workbooks.pages import set_page
from workbooks.plain import plain_workbook
from workbooks.template.layout import FIRST_ROW, HEADING_ROW, TITLE_ROW, UNIT_ROW, stamp_text
from workbooks.template.styles import LINE, Styles

# SECTION What all sheets of a consolidated workbook share: top lines, table headings, print set-up.

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


# SECTION A small sheet of figures or states: 催报单, 县区汇总, 乡镇汇总, 填报情况.


def write_grid(sheet: Worksheet, grid: Grid, stamp: Stamp, styles: Styles) -> None:
    """Write one grid; an empty one says so instead of showing a bare heading."""
    names = [column.name for column in grid.headings]
    widths = [column.width for column in grid.headings]
    last = HEADING_ROW + max(len(grid.rows), 1)
    write_top(sheet, (grid.title, grid.note), (last, len(names)), stamp, styles)
    sheet.set_row(HEADING_ROW - 1, heading_height(names, widths))
    for index, column in enumerate(grid.headings):
        sheet.set_column(index, index, column.width + 0.7)
        sheet.write_string(HEADING_ROW - 1, index, column.name, heading(styles))
    for number, row in enumerate(grid.rows):
        total = number >= len(grid.rows) - grid.total_rows
        _write_row(sheet, grid, FIRST_ROW + number, row, styles, total=total)
    if not grid.rows:
        sheet.write_string(FIRST_ROW - 1, 0, "（无）", styles.line())
    sheet.freeze_panes(HEADING_ROW, grid.frozen)
    _finish(sheet, grid, styles)


def _write_row(
    sheet: Worksheet, grid: Grid, row: int, values: Sequence[Value], styles: Styles, *, total: bool
) -> None:
    lines = 1
    for index, (column, value) in enumerate(zip(grid.headings, values, strict=True)):
        bold = {"bold": True, "bg_color": "#F2F2F2"} if total else {}
        write_value(sheet, row, index, value, body(styles, column.look, column.width, **bold))
        if isinstance(value, str):
            lines = max(lines, lines_of(value, column.width))
    sheet.set_row(row - 1, 15.5 * lines + 6)


def write_value(sheet: Worksheet, row: int, index: int, value: Value, style: Format) -> None:
    """Write one value at the 1-based `row`, 0-based column; text is never a formula."""
    if value is None or value == "":
        sheet.write_blank(row - 1, index, None, style)
    elif isinstance(value, str):
        sheet.write_string(row - 1, index, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row - 1, index, value, style)
    else:
        sheet.write_number(row - 1, index, value, style)


def _finish(sheet: Worksheet, grid: Grid, styles: Styles) -> None:
    """Set the filter over the rows without totals, and colours by state."""
    last = FIRST_ROW + len(grid.rows) - grid.total_rows - 1
    if last < FIRST_ROW:
        return
    right = len(grid.headings) - 1
    sheet.autofilter(HEADING_ROW - 1, 0, last - 1, right)
    names = [column.name for column in grid.headings]
    for word, fill in grid.colours.items():
        at = names.index(grid.state)
        sheet.conditional_format(
            FIRST_ROW - 1, at, last - 1, at,
            {
                "type": "formula",
                "criteria": f'=${letters(at + 1)}{FIRST_ROW}="{word}"',
                "format": styles.make(bg_color=fill),
            },
        )  # fmt: skip


# SECTION A workbook of small tables, such as a county's suggested pairings.


def write_listing(target: Path, kind: str, title: str, grids: Sequence[Grid], stamp: Stamp) -> None:
    """Write one sheet for each of `grids`.

    Args:
        target: The file to write.
        kind: 帮带文件类型 of the workbook.
        title: Title in the document properties.
        grids: The sheets, in tab order.
        stamp: The dates every sheet shows.
    """
    workbook = plain_workbook(target, kind, title=title, created=stamp.generated)
    styles = Styles(workbook)
    for grid in grids:
        write_grid(workbook.add_worksheet(grid.name), grid, stamp, styles)
    workbook.close()
