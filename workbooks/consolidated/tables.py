"""Write the small tables of a consolidated workbook, and the frame all its table sheets share.

The frame is title, stamp, headings and page set-up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from validators.cells import encode, letters
from validators.columns import exceeds_row, line_room
from validators.sheets import SheetKind
from workbooks.bulk import BulkRows, splice
from workbooks.consolidated.content import Grid, NumberFormat, SheetGroup, Stamp, Value
from workbooks.pages import full_date, set_page, write_cell
from workbooks.plain import plain_workbook
from workbooks.template.layout import FIRST_ROW, HEADING_ROW, TITLE_ROW, UNIT_ROW
from workbooks.template.styles import BOX, HIGHLIGHT_COLOURS, PALE, Styles
from workbooks.template.worksheets import longer_than_row
from workbooks.text_fit import ROW_MOST, digits, heading_height, lines_in_column

INDEX = "目录"
_AIR = 0.7
"""Characters a column is wider than its text."""
_LINE = 15.5
_STAMP_LINE = 22.0
_CUT = {"italic": True, "bg_color": HIGHLIGHT_COLOURS["long"], "valign": "top"}
"""The look of a text that paper does not show whole: its beginning, as clerks' ledgers mark it."""
_TOTAL = {"bold": True, "bg_color": "#F2F2F2"}
_LINK_COLUMNS = 2
_ROWS_ABOVE_CLOSING = 3
_MOST_LINES = int((ROW_MOST - 6) // _LINE)
_CUT_NOTE = "灰底斜体处打印不全，全文见单元格"
_PAGE_ROOM = 730.0
"""Points of height that surely fit on an upright page with the margins of `set_page`."""
WRAPPED = 12
"""Characters of the narrowest column whose text may take several lines."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands above a table, and how its sheet is printed.

    Attributes:
        title: The title.
        note: What stands below the stamp.
        columns: Headings with their widths in characters.
        printed: How many columns from the first one on are printed, at least two.
        last_row: The last 1-based row of the print area, 0 without one.
        group: Its group in 目录.
        opening: A paragraph in place of stamp and note.
        portrait: Whether the page is upright.
    """

    title: str
    note: str
    columns: Sequence[tuple[str, float]]
    printed: int
    last_row: int
    group: SheetGroup
    opening: str = ""
    portrait: bool = False

    @property
    def width(self) -> float:
        """Return the width of the print area in characters."""
        return sum(characters + _AIR for _, characters in self.columns[: self.printed])


def write_frame(sheet: Worksheet, frame: Frame, stamp: Stamp, styles: Styles) -> None:
    """Write title, stamp and headings; repeat them on every page and set the page.

    Args:
        sheet: The worksheet.
        frame: What to write.
        stamp: The dates it shows.
        styles: The workbook's formats.
    """
    right, left = frame.printed - 1, _LINK_COLUMNS * (frame.group is SheetGroup.DATA)
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.merge_range(TITLE_ROW - 1, left, TITLE_ROW - 1, right, frame.title, styles.title())
    if left:  # of a wide sheet only the first columns are always in sight
        sheet.merge_range(TITLE_ROW - 1, 0, TITLE_ROW - 1, left - 1, "", styles.line())
        link_back(sheet, 0, styles)
    if frame.opening:
        style = styles.fangsong(14, align="left", text_wrap=True)
        sheet.merge_range(UNIT_ROW - 1, 0, UNIT_ROW - 1, right, frame.opening, style)
        sheet.set_row(UNIT_ROW - 1, _large_height(frame.opening, frame.width))
    else:
        write_stamp(sheet, (UNIT_ROW, right), stamp, frame.note, styles, frame.width)
    sheet.repeat_rows((HEADING_ROW if frame.opening else TITLE_ROW) - 1, HEADING_ROW - 1)
    widths = (characters + _AIR for _, characters in frame.columns[: frame.printed])
    set_page(sheet, frame.group.colour, widths, portrait=frame.portrait)
    if frame.last_row:
        sheet.print_area(0, 0, max(frame.last_row, HEADING_ROW) - 1, right)
    sheet.set_row(HEADING_ROW - 1, heading_height(frame.columns))
    for index, (name, characters) in enumerate(frame.columns):
        sheet.set_column(index, index, digits(characters + _AIR))
        sheet.write_string(HEADING_ROW - 1, index, name, heading_style(styles))


def write_stamp(
    sheet: Worksheet, at: tuple[int, int], stamp: Stamp, note: str, styles: Styles, width: float
) -> None:
    """Write 数据截至, large, and below it a note, across the columns up to one.

    Args:
        sheet: The worksheet.
        at: The 1-based row, and the last 0-based column.
        stamp: The dates.
        note: What the figures mean; as many lines as it takes are made room for.
        styles: The workbook's formats.
        width: Of the columns together, in characters.
    """
    row, right = at
    line = styles.line(text_wrap=True)
    sheet.merge_range(row - 1, 0, row - 1, right, "", line)
    parts = (
        styles.heiti(14), f"数据截至：{full_date(stamp.as_of)}",
        styles.line(), f"　生成时间：{stamp.generated:%Y-%m-%d %H:%M}" + f"\n{note}" * bool(note),
    )  # fmt: skip
    sheet.write_rich_string(row - 1, 0, *parts, line)
    sheet.set_row(row - 1, _STAMP_LINE + _LINE * (lines_in_column(note, width) if note else 0))


def link_back(sheet: Worksheet, column: int, styles: Styles) -> None:
    """Write a link to 目录 into the title's row: on a report, in a column that is not printed."""
    style = styles.fangsong(11, font_color="#0563C1", underline=1)
    sheet.write_url(TITLE_ROW - 1, column, f"internal:'{INDEX}'!A1", style, f"返回{INDEX}")


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


def write_grids(
    workbook: Workbook, grids: Iterable[Grid], stamp: Stamp, styles: Styles
) -> dict[str, BulkRows]:
    """Write grids on worksheets of their own; return the rows of the long ones for `splice`, by name."""
    bulk = {}
    for grid in grids:
        sheet = workbook.add_worksheet(grid.name)
        if grid.long:
            bulk[grid.name] = _write_long(sheet, grid, stamp, styles)
        else:
            write_grid(sheet, grid, stamp, styles)
    return bulk


def write_grid(sheet: Worksheet, grid: Grid, stamp: Stamp, styles: Styles) -> None:
    """Write one grid; an empty one says so instead of showing a bare heading."""
    last = HEADING_ROW + max(len(grid.rows), 1)
    lines = []
    usual, total = (
        [cell_style(styles, c.number_format, c.width, **look) for c in grid.headings]
        for look in ({}, _TOTAL)
    )
    for number, row in enumerate(grid.rows):
        looks = usual if number < len(grid.rows) - grid.total_rows else total
        lines.append(_write_row(sheet, grid, FIRST_ROW + number, row, looks, styles))
    cut = max(lines, default=0) > _MOST_LINES
    frame = _frame(grid, last + len(grid.closing), cut=cut)
    write_frame(sheet, frame, stamp, styles)
    if not grid.rows:
        sheet.merge_range(last - 1, 0, last - 1, frame.printed - 1, "（无）", styles.line())
    closing = [_large_height(text, frame.width) for text, _ in grid.closing]
    for at, (text, align) in enumerate(grid.closing):
        style = styles.fangsong(14, align=align, text_wrap=True)
        sheet.merge_range(last + at, 0, last + at, frame.printed - 1, text, style)
        sheet.set_row(last + at, closing[at])
    if closing:
        _break_pages(sheet, frame, list(map(_height, lines)), sum(closing))
    sheet.freeze_panes(HEADING_ROW, grid.frozen)
    _finish(sheet, grid, styles)


def _frame(grid: Grid, last: int, *, cut: bool) -> Frame:
    """Return the frame of a grid with its last 1-based row; `cut` if paper shows a text in part."""
    kept = "" if grid.whole else not_printed(len(grid.rows))
    return Frame(
        grid.title, "；".join(filter(None, (grid.note, kept, _CUT_NOTE * cut))),
        [(column.name, column.width) for column in grid.headings], grid.printed_columns,
        last if grid.whole else HEADING_ROW, grid.group, grid.opening, grid.portrait,
    )  # fmt: skip


def _break_pages(sheet: Worksheet, frame: Frame, heights: Sequence[float], closing: float) -> None:
    """Break pages at real size so that the closing lines stand together, below some rows."""
    head = heading_height(frame.columns)
    left = _PAGE_ROOM - 36 - _large_height(frame.opening, frame.width) - head
    kept = max(len(heights) - _ROWS_ABOVE_CLOSING, 1)
    breaks = []
    for number, height in enumerate(heights):
        together = sum(heights[kept:]) + closing if number == kept else height
        if together > left:
            breaks.append(FIRST_ROW - 1 + number)
            left = _PAGE_ROOM - head
        left -= height
    sheet.set_h_pagebreaks(breaks)


def _large_height(text: str, width: float) -> float:
    """Return the points a paragraph of 14 points takes across a width in characters."""
    return 21.0 * lines_in_column(text, width, 14) + 6


def not_printed(rows: int) -> str:
    """Return the words for a sheet whose rows are not printed with the report."""
    return (
        f"本表共 {rows:,} 行，不随报告打印；需打印的，选中需打印的各行，在“打印”中选“打印选定区域”"
    )


def _write_row(
    sheet: Worksheet,
    grid: Grid,
    row: int,
    values: Sequence[Value],
    looks: Sequence[Format],
    styles: Styles,
) -> int:
    """Write a row and return how many lines it takes; a text no row shows whole is marked."""
    most = 1
    cells = zip(grid.headings, values, looks, strict=True)
    for index, (column, value, look) in enumerate(cells, 1):
        style = look
        if isinstance(value, str):
            lines = lines_in_column(value, column.width + _AIR)
            most = max(most, lines)
            if lines > _MOST_LINES:
                style = cell_style(styles, column.number_format, column.width, **_CUT)
        write_cell(sheet, row, index, value, style)
    sheet.set_row(row - 1, _height(most))
    return most


def _height(lines: int) -> float:
    return min(_LINE * lines + 6, ROW_MOST)


def _finish(sheet: Worksheet, grid: Grid, styles: Styles) -> None:
    """Set the filter over the rows without totals, and colours by state."""
    last = FIRST_ROW + len(grid.rows) - grid.total_rows - 1
    if last < FIRST_ROW:
        return
    right = len(grid.headings) - 1
    sheet.autofilter(HEADING_ROW - 1, 0, last - 1, right)
    names = [column.name for column in grid.headings]
    for word, colour in grid.colours.items():
        at = names.index(grid.state)
        colour_rows(sheet, (last, at, at), at, word, styles.make(**{grid.coloured: colour}))


_CHUNK = 8_000


def _write_long(sheet: Worksheet, grid: Grid, stamp: Stamp, styles: Styles) -> BulkRows:
    """Write everything but the rows of a long grid; return the rows for `splice`."""
    chunks = (
        [encode(cells) for cells in zip(*grid.rows[start : start + _CHUNK], strict=True)]
        for start in range(0, len(grid.rows), _CHUNK)
    )
    widths = {
        at: column.width
        for at, column in enumerate(grid.headings)
        if column.number_format is NumberFormat.TEXT and column.width >= WRAPPED
    }
    rows = BulkRows(FIRST_ROW, len(grid.rows), chunks, wraps=widths)
    room = {at: line_room(width) for at, width in widths.items()}
    long = [at for at in room if any(exceeds_row(str(row[at]), room[at]) for row in grid.rows)]
    write_frame(sheet, _frame(grid, rows.last_row, cut=bool(long)), stamp, styles)
    for index, column in enumerate(grid.headings):
        style = cell_style(styles, column.number_format, column.width)
        sheet.write_blank(FIRST_ROW - 1, index, None, style)
    sheet.freeze_panes(HEADING_ROW, grid.frozen)
    _finish(sheet, grid, styles)
    for at in long:
        rule = {
            "type": "formula",
            "criteria": "=" + longer_than_row(f"{letters(at + 1)}{FIRST_ROW}", room[at]),
            "format": styles.make(italic=True, bg_color=HIGHLIGHT_COLOURS["long"]),
        }
        sheet.conditional_format(FIRST_ROW - 1, at, rows.last_row - 1, at, rule)
    return rows


def write_listing(
    target: Path,
    kind: str,
    title: str,
    grids: Sequence[Grid],
    stamp: Stamp,
    properties: Mapping[str, str] | None = None,
) -> None:
    """Write one sheet for each of `grids`.

    Args:
        target: The file to write.
        kind: 帮带文件类型 of the workbook.
        title: Title in the document properties.
        grids: The sheets, in tab order.
        stamp: The dates every sheet shows.
        properties: Further custom document properties.
    """
    frame = BytesIO()
    workbook = plain_workbook(
        frame, kind, title=title, created=stamp.generated, properties=properties
    )
    styles = Styles(workbook)
    bulk = write_grids(workbook, grids, stamp, styles)
    workbook.close()
    frame.seek(0)
    splice(frame, target, bulk)
