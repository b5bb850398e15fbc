"""Write the page 设置: the settings in force, by formulas, and how to get at the hidden sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xlsxwriter.worksheet import Worksheet

from validators.settings import settings_list
from validators.sheets import SHEETS, SheetKind
from workbooks.pages import set_page
from workbooks.template.formula_sheet import FormulaCell
from workbooks.template.layout import SETTINGS_SHEET, span
from workbooks.template.styles import BOX, LINE, PALE, TAB_COLOURS, Styles
from workbooks.text_fit import ROW_LINE, ROW_PADDING, digits, lines_in_column

_WIDTHS = (26.0, 30.0, 8.0, 62.0)
_HEADINGS = ("参数名称", "现行值", "单位", "含义")
_ON_REQUEST = "、".join(f"“{model.sheet.name}”" for model in SHEETS if model.sheet.on_request)
_WRITTEN = "、".join(
    model.sheet.name for model in SHEETS if model.sheet.kind is SheetKind.GENERATED
)
_HOW_TO = (
    f"打开{_ON_REQUEST}：右击任一工作表标签，选“取消隐藏”，选中表名，点“确定”（Excel、WPS 相同）。",
    "已装加载项的，点“导师帮带”选项卡中的“设置”按钮显示，再点一次收起。",
    f"{_WRITTEN}由本工具生成，没有内容时不显示，有内容时自动显示。",
    "下表为现行参数，由公式从“参数”表带出，无需填写；乡镇一般不作改动，确需改动的先请示，再在“参数”表更新“值”列。",
)
_TABLE_ROW = 2 + len(_HOW_TO) + 1
_SHOWN = tuple(entry for entry in settings_list() if entry.name != "已用编号")


def settings_cells(values: Mapping[str, object]) -> Iterator[FormulaCell]:
    """Yield the formulas of the page.

    Args:
        values: The values 参数 holds by Chinese name; a setting it lacks has its default.
    """
    for row, entry in enumerate(_SHOWN, _TABLE_ROW + 1):
        at = f'MATCH("{entry.name}",{span("setting", "name")},0)'
        formula = f'IFERROR(INDEX({span("setting", "value")},{at})&"","{entry.value}")'
        value = values.get(entry.name, entry.value)
        yield FormulaCell(f"B{row}", formula, "" if value is None else str(value), "value")


def write_settings(sheet: Worksheet, values: Mapping[str, object], styles: Styles) -> None:
    """Write the page 设置 on `sheet`."""
    sheet.hide_gridlines(2)
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, digits(width))
    set_page(sheet, TAB_COLOURS[SheetKind.SETTINGS], _WIDTHS)
    sheet.merge_range("A1:D1", SETTINGS_SHEET, styles.title())
    sheet.set_row(0, 36)
    text, total = styles.fangsong(12, text_wrap=True), sum(_WIDTHS)
    for row, line in enumerate(_HOW_TO, 2):
        sheet.merge_range(f"A{row}:D{row}", f"{row - 1}．{line}", text)
        sheet.set_row(row - 1, _height(line, total * 11 / 12))
    heading = styles.heiti(11, bg_color=PALE[SheetKind.SETTINGS], align="center", **BOX)
    for column, name in enumerate(_HEADINGS):
        sheet.write_string(_TABLE_ROW - 1, column, name, heading)
    sheet.set_row(_TABLE_ROW - 1, 28)
    sheet.freeze_panes(_TABLE_ROW, 0)
    sheet.repeat_rows(_TABLE_ROW - 1)
    body = styles.fangsong(11, text_wrap=True, border=1, border_color=LINE)
    centred = styles.fangsong(11, text_wrap=True, align="center", border=1, border_color=LINE)
    for row, (entry, cell) in enumerate(
        zip(_SHOWN, settings_cells(values), strict=True), _TABLE_ROW
    ):
        sheet.write_string(row, 0, entry.name, body)
        sheet.write_formula(cell.at, f"={cell.formula}", centred, cell.value)
        sheet.write_string(row, 2, entry.unit, centred)
        sheet.write_string(row, 3, entry.meaning, body)
        texts = (entry.name, str(cell.value), entry.unit, entry.meaning)
        heights = (_height(text, width) for text, width in zip(texts, _WIDTHS, strict=True))
        sheet.set_row(row, max(heights))
    sheet.print_area(0, 0, _TABLE_ROW + len(_SHOWN) - 1, len(_WIDTHS) - 1)


def _height(text: str, width: float) -> float:
    return lines_in_column(text, width) * ROW_LINE + ROW_PADDING
