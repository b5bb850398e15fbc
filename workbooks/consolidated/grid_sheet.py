"""A small sheet of figures or states: 催报单, 县区汇总, 乡镇汇总, 填报情况."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from workbooks.consolidated.content import Grid, Stamp, Value
from workbooks.consolidated.pages import body, heading, heading_height, lines_of, write_top
from workbooks.template.layout import FIRST_ROW, HEADING_ROW
from workbooks.template.styles import Styles

__all__ = ["write_grid", "write_value"]


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
