"""The frame of one merged ledger sheet; `splice` puts its rows in."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from validators.cells import letters
from validators.errors import UsageError
from validators.sheets import Row
from workbooks.bulk.splice import MAX_ROWS, BulkRows
from workbooks.consolidated.content import Contents, Look
from workbooks.consolidated.merged import FRONT, ROW_HEADING, STATES
from workbooks.consolidated.pages import body, heading, heading_height, write_top
from workbooks.template.layout import FIRST_ROW, HEADING_ROW, placed_columns, printed_width
from workbooks.template.styles import LINE, Styles, number_format

__all__ = ["write_frame"]

_STATE = letters(len(FRONT))
_FAULTY, _REMINDED = "#F8CBAD", "#FFF2CC"


def write_frame(
    sheet: Worksheet, model: type[Row], rows: BulkRows, contents: Contents, styles: Styles
) -> None:
    """Write everything but the rows, and the prototype row `splice` fills.

    Raises:
        UsageError: The rows of all units do not fit a worksheet.
    """
    if rows.last_row > MAX_ROWS:
        raise UsageError(
            f"“{model.sheet.name}”合计 {rows.n_rows} 行，超过 Excel 一张表的上限",
            "请用 --scope 分县（区）汇总",
        )
    columns = placed_columns(model)
    names = [name for name, _ in FRONT] + [c.heading for c in columns] + [ROW_HEADING]
    widths = [width for _, width in FRONT] + [c.width for c in columns] + [7.0]
    printed = rows.last_row, len(FRONT) + printed_width(model)
    note = f"共 {rows.n_rows} 行；“有误”的行按原样保留，不计入汇总数"
    write_top(sheet, (model.sheet.title, note), printed, contents.stamp, styles)
    sheet.set_row(HEADING_ROW - 1, heading_height(names, widths))
    for index, (name, width) in enumerate(zip(names, widths, strict=True)):
        sheet.set_column(index, index, width + 0.7)
        sheet.write_string(HEADING_ROW - 1, index, name, heading(styles))
    _write_prototype(sheet, model, styles)
    sheet.freeze_panes(HEADING_ROW, len(FRONT))
    if rows.n_rows:
        sheet.autofilter(HEADING_ROW - 1, 0, rows.last_row - 1, len(names) - 1)
        _colour_states(sheet, rows, len(names), styles)


def _write_prototype(sheet: Worksheet, model: type[Row], styles: Styles) -> None:
    row = FIRST_ROW - 1
    for index, (_, width) in enumerate(FRONT):
        sheet.write_blank(row, index, None, body(styles, Look.TEXT, width))
    columns = placed_columns(model)
    for index, column in enumerate(columns, len(FRONT)):
        style = styles.make(
            font_name="仿宋", font_size=11, border=1, border_color=LINE, text_wrap=True,
            num_format="@" if column.lookup else number_format(column),
            align="left" if column.width >= 14 else "center",
        )  # fmt: skip
        sheet.write_blank(row, index, None, style)
    sheet.write_blank(row, len(FRONT) + len(columns), None, body(styles, Look.WHOLE))


def _colour_states(sheet: Worksheet, rows: BulkRows, width: int, styles: Styles) -> None:
    _, faulty, reminded = STATES
    for word, fill, last in ((faulty, _FAULTY, width - 1), (reminded, _REMINDED, len(FRONT) - 1)):
        first = 0 if word == faulty else len(FRONT) - 1
        sheet.conditional_format(
            FIRST_ROW - 1, first, rows.last_row - 1, last,
            {
                "type": "formula",
                "criteria": f'=${_STATE}{FIRST_ROW}="{word}"',
                "format": styles.make(bg_color=fill),
            },
        )  # fmt: skip
