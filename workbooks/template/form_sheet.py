"""The form 填报信息: label, value and explanation below each other."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from validators.sheets import UnitRow, columns_by_field
from workbooks.template.layout import (
    FIRST_ROW,
    HEADING_ROW,
    LABEL_COLUMN,
    TITLE_ROW,
    UNIT_ROW,
    VALUE_COLUMN,
    form_row,
)
from workbooks.template.marks import MARKS
from workbooks.template.rules import rule_for
from workbooks.template.styles import LINE, PALE, TAB_COLOURS, Styles, number_format
from workbooks.template.table_sheet import set_page, write_cell
from workbooks.template.values import RowValues

__all__ = ["write_form"]

_HEADINGS = ("项目", "填写内容", "说明")
_WIDTHS = (22, 40, 60)


def write_form(sheet: Worksheet, values: RowValues, styles: Styles) -> None:
    """Write 填报信息; the other sheets' unit lines read it."""
    facts = UnitRow.sheet
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.set_row(TITLE_ROW - 1, 36)
    sheet.merge_range(0, 0, 0, len(_WIDTHS) - 1, facts.title, styles.title())
    sheet.set_row(UNIT_ROW - 1, 22)
    sheet.merge_range(1, 0, 1, len(_WIDTHS) - 1, "", styles.line())
    sheet.write_string(UNIT_ROW - 1, 0, f"{facts.help}。红字为必填项。", styles.line())
    box = {"border": 1, "border_color": LINE}
    heading = styles.make(
        font_name="黑体", font_size=11, align="center", bg_color=PALE[facts.kind], **box
    )
    for index, text in enumerate(_HEADINGS):
        sheet.write_string(HEADING_ROW - 1, index, text, heading)
    sheet.set_row(HEADING_ROW - 1, 28)
    for field in columns_by_field(UnitRow):
        _write_line(sheet, field, values.get(field), styles)
    sheet.freeze_panes(HEADING_ROW, 0)
    sheet.repeat_rows(TITLE_ROW - 1, HEADING_ROW - 1)
    last = FIRST_ROW + len(columns_by_field(UnitRow)) - 2
    sheet.print_area(0, 0, last, len(_WIDTHS) - 1)
    set_page(sheet, TAB_COLOURS[facts.kind])


def _write_line(sheet: Worksheet, field: str, value: object, styles: Styles) -> None:
    column = columns_by_field(UnitRow)[field]
    row = form_row(UnitRow, field)
    box = {"border": 1, "border_color": LINE, "font_size": 12}
    colour = "#C00000" if column.required else "#000000"
    label = styles.make(font_name="黑体", font_color=colour, indent=1, **box)
    style = styles.make(
        font_name="仿宋", num_format=number_format(column), align="left", indent=1, **box
    )
    box["font_size"] = 11
    note = styles.make(font_name="仿宋", font_color="#595959", indent=1, text_wrap=True, **box)
    sheet.write_string(row - 1, LABEL_COLUMN - 1, column.heading, label)
    write_cell(sheet, row, VALUE_COLUMN, value, style)
    sheet.write_string(row - 1, VALUE_COLUMN, column.help, note)
    sheet.set_row(row - 1, 30)
    sheet.data_validation(row - 1, VALUE_COLUMN - 1, row - 1, VALUE_COLUMN - 1, rule_for(column))
    if column.required or column.recommended:
        fill = MARKS["missing" if column.required else "recommended"]
        rule = {"type": "blanks", "format": styles.make(bg_color=fill)}
        sheet.conditional_format(row - 1, VALUE_COLUMN - 1, row - 1, VALUE_COLUMN - 1, rule)
