"""Write the small tables of a consolidated workbook, and the frame all its table sheets share.

The frame is title, stamp, headings and page set-up.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.sheets import SheetKind
from workbooks.consolidated.content import Grid, NumberFormat, Stamp, Value
from workbooks.pages import set_page, write_cell
from workbooks.plain import plain_workbook
from workbooks.template.layout import FIRST_ROW, HEADING_ROW, TITLE_ROW, UNIT_ROW, stamp_text
from workbooks.template.styles import BOX, PALE, TAB_COLOURS, Styles
from workbooks.text_fit import ROW_MOST, digits, heading_height, lines_in_column

GREEN = TAB_COLOURS[SheetKind.GENERATED]
_AIR = 0.7
"""Characters a column is wider than its text."""


def write_frame(
    sheet: Worksheet,
    words: tuple[str, str],
    columns: Sequence[tuple[str, float]],
    printed: tuple[int, int],
    stamp: Stamp,
    styles: Styles,
) -> None:
    """Write title, stamp and headings; repeat them on every page and set the page.

    Args:
        sheet: The worksheet.
        words: The title, and what stands beside the stamp.
        columns: Headings with their widths in characters.
        printed: The last row and column of the print area, 1-based; at least two columns.
        stamp: The dates it shows.
        styles: The workbook's formats.
    """
    title, note = words
    last, width = max(printed[0], HEADING_ROW), printed[1]
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.merge_range(TITLE_ROW - 1, 0, TITLE_ROW - 1, width - 1, title, styles.title())
    line = f"{stamp_text(stamp.as_of, stamp.generated)}　{note}".rstrip()
    lines = lines_in_column(line, sum(characters + _AIR for _, characters in columns[:width]))
    sheet.set_row(UNIT_ROW - 1, 15.5 * lines + 6.5)
    style = styles.line(text_wrap=True)
    sheet.merge_range(UNIT_ROW - 1, 0, UNIT_ROW - 1, width - 1, line, style)
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    set_page(sheet, GREEN, (characters + _AIR for _, characters in columns[:width]))
    sheet.print_area(0, 0, last - 1, width - 1)
    sheet.set_row(HEADING_ROW - 1, heading_height(columns))
    for index, (name, characters) in enumerate(columns):
        sheet.set_column(index, index, digits(characters + _AIR))
        sheet.write_string(HEADING_ROW - 1, index, name, heading_style(styles))


def colour_rows(
    sheet: Worksheet, cells: tuple[int, int, int], at: int, word: str, style: Format
) -> None:
    """Give cells a format where the column `at` says `word`.

    Args:
        sheet: The worksheet.
        cells: The last 1-based row, the first and the last 0-based column.
        at: The 0-based column of the word.
        word: The word.
        style: The format.
    """
    last, left, right = cells
    criteria = f'=${letters(at + 1)}{FIRST_ROW}="{word}"'
    rule = {"type": "formula", "criteria": criteria, "format": style}
    sheet.conditional_format(FIRST_ROW - 1, left, last - 1, right, rule)


def heading_style(styles: Styles) -> Format:
    """Return the format of a table heading."""
    fill = PALE[SheetKind.GENERATED]
    return styles.heiti(11, align="center", text_wrap=True, bg_color=fill, **BOX)


def cell_style(
    styles: Styles, number_format: NumberFormat, width: float = 9, **changes: object
) -> Format:
    """Return the format of a table's cells; long text is left-aligned and wraps."""
    text = number_format is NumberFormat.TEXT
    align = "left" if text and width >= 16 else "center"
    return styles.fangsong(
        11, num_format=number_format.value, align=align, text_wrap=text, **BOX, **changes
    )


def write_grid(sheet: Worksheet, grid: Grid, stamp: Stamp, styles: Styles) -> None:
    """Write one grid; an empty one says so instead of showing a bare heading."""
    columns = [(column.name, column.width) for column in grid.headings]
    last = HEADING_ROW + max(len(grid.rows), 1)
    words = grid.title, grid.note
    write_frame(sheet, words, columns, (last, len(columns)), stamp, styles)
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
        style = cell_style(styles, column.number_format, column.width, **bold)
        write_cell(sheet, row, index + 1, value, style)
        if isinstance(value, str):
            lines = max(lines, lines_in_column(value, column.width + _AIR))
    sheet.set_row(row - 1, min(15.5 * lines + 6, ROW_MOST))


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
        colour_rows(sheet, (last, at, at), at, word, styles.make(bg_color=fill))


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
