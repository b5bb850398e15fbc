"""Write 总览: key figures as cards, four native charts, and a paragraph ready to paste."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import Card, Contents, NumberFormat, Overview, Series
from workbooks.consolidated.tables import GREEN, cell_style, heading_style
from workbooks.pages import set_page, write_cell
from workbooks.template.layout import stamp_text
from workbooks.template.styles import Styles
from workbooks.text_fit import digits, lines_in_column

OVERVIEW = "总览"

WIDTH, _COLUMN = 16, 7.6
"""Columns of the sheet."""

_PER_ROW = 8
_SPAN = WIDTH // _PER_ROW
_CARDS_AT = 2  # 0-based rows from here on
_CARD_ROWS = 4
_CHART_ROWS = 13
_SIZE = {"width": 460, "height": 252}
_OFFSET = {"x_offset": 3, "y_offset": 3, "object_position": 2}
_FONT = {"name": "仿宋", "size": 10, "color": "#404040"}
_TITLE = {"name": "黑体", "size": 12, "bold": False, "color": "#262626"}
_STATE_COLOURS = {
    "已报": "#70AD47", "有误": "#FFC000", "版本不符": "#5B9BD5", "上年台账": "#ED7D31",
    "未报": "#C00000",
}  # fmt: skip
_BEFORE = "#BFBFBF"
_GRID = {"visible": True, "line": {"color": "#E7E6E6"}}


def write_overview(
    workbook: Workbook, sheet: Worksheet, contents: Contents, styles: Styles
) -> None:
    """Write the first sheet: two printed pages, figures and charts, then words and tables."""
    overview = contents.overview
    sheet.hide_gridlines(2)
    sheet.set_column(0, WIDTH - 1, digits(_COLUMN))
    sheet.set_row(0, 38)
    sheet.merge_range(0, 0, 0, WIDTH - 1, overview.title, styles.title())
    stamp = stamp_text(contents.stamp.as_of, contents.stamp.generated)
    sheet.merge_range(1, 0, 1, WIDTH - 1, stamp, styles.line(align="center"))
    _write_cards(sheet, overview.cards, styles)
    charts_at = _CARDS_AT + _CARD_ROWS * -(-len(overview.cards) // _PER_ROW)
    words_at = charts_at + 2 * _CHART_ROWS
    series_at = _write_bulletin(sheet, overview, words_at, styles)
    last = write_series(sheet, overview, series_at, styles)
    place_charts(workbook, sheet, overview, (charts_at, series_at))
    sheet.set_h_pagebreaks([words_at])
    sheet.print_area(0, 0, last, WIDTH - 1)
    set_page(sheet, GREEN, [_COLUMN] * WIDTH)


def _write_cards(sheet: Worksheet, cards: Sequence[Card], styles: Styles) -> None:
    box = {"align": "center", "bg_color": "#F3F8EE"}
    edge = {"left": 5, "left_color": "#FFFFFF", "right": 5, "right_color": "#FFFFFF"}
    line_styles = (
        styles.heiti(10, font_color="#595959", **box, **edge),
        styles.heiti(17, font_color="#375623", **box, **edge),
        styles.fangsong(9, font_color="#7F7F7F", **box, **edge),
    )
    for number, card in enumerate(cards):
        row = _CARDS_AT + number // _PER_ROW * _CARD_ROWS
        column = number % _PER_ROW * _SPAN
        texts = (card.label, card.value, card.change)
        for line, (text, style) in enumerate(zip(texts, line_styles, strict=True), row):
            sheet.merge_range(line, column, line, column + _SPAN - 1, text, style)
    for row in range(_CARDS_AT, _CARDS_AT + _CARD_ROWS * -(-len(cards) // _PER_ROW)):
        sheet.set_row(row, (18, 27, 15, 5)[(row - _CARDS_AT) % _CARD_ROWS])


def _write_section(sheet: Worksheet, row: int, title: str, styles: Styles) -> None:
    sheet.set_row(row, 26)
    style = styles.heiti(14, bottom=2, bottom_color=GREEN)
    sheet.merge_range(row, 0, row, WIDTH - 1, title, style)


def _write_bulletin(sheet: Worksheet, overview: Overview, row: int, styles: Styles) -> int:
    """Write the paragraphs, one merged cell each, and return the row after them."""
    _write_section(sheet, row, "情况通报（可直接复制使用）", styles)
    style = styles.fangsong(12, text_wrap=True, valign="top", align="left")
    for paragraph in overview.bulletin:
        row += 1
        sheet.merge_range(row, 0, row, WIDTH - 1, f"　　{paragraph}", style)
        sheet.set_row(row, 19.0 * lines_in_column(f"　　{paragraph}", WIDTH * _COLUMN, 12) + 6)
    sheet.set_row(row + 1, 12)
    return row + 2


# --- chart data -----------------------------------------------------------------------------------


def write_series(sheet: Worksheet, overview: Overview, row: int, styles: Styles) -> int:
    """Write the tables from 0-based `row` on and return the last row used."""
    _write_section(sheet, row, "图表数据", styles)
    top = row + 2
    _down(sheet, overview.rates, (top, 0), ("县（区）", NumberFormat.PERCENT), styles)
    _down(sheet, overview.states, (top, 5), ("填报情况", NumberFormat.WHOLE), styles)
    _down(sheet, overview.aspects, (top, 10), ("六个方面", NumberFormat.DECIMAL), styles)
    across = _months_row(overview, top)
    sheet.write_string(across, 0, "月份", heading_style(styles))
    sheet.merge_range(across, 0, across, 1, "月份", heading_style(styles))
    sheet.merge_range(across + 1, 0, across + 1, 1, "联系次数", heading_style(styles))
    for index, (label, value) in enumerate(
        zip(overview.months.labels, _only(overview.months), strict=True), 2
    ):
        sheet.write_string(across, index, label, cell_style(styles, NumberFormat.TEXT))
        sheet.write_number(across + 1, index, value or 0, cell_style(styles, NumberFormat.WHOLE))
    return across + 1


def _months_row(overview: Overview, top: int) -> int:
    longest = max(len(s.labels) for s in (overview.rates, overview.states, overview.aspects))
    return top + longest + 2


def _only(series: Series) -> Any:
    return next(iter(series.columns.values()))


def _down(
    sheet: Worksheet,
    series: Series,
    at: tuple[int, int],
    heading: tuple[str, NumberFormat],
    styles: Styles,
) -> None:
    """Write labels over two merged columns and each column of figures beside them."""
    row, column = at
    name, number_format = heading
    sheet.merge_range(row, column, row, column + 1, name, heading_style(styles))
    for index, title in enumerate(series.columns, column + 2):
        sheet.write_string(row, index, title, heading_style(styles))
    sheet.set_row(row, 20)
    for number, label in enumerate(series.labels, 1):
        place = (row + number, column, row + number, column + 1)
        sheet.merge_range(*place, label, cell_style(styles, NumberFormat.TEXT))
        for index, values in enumerate(series.columns.values(), column + 2):
            style = cell_style(styles, number_format)
            write_cell(sheet, row + number + 1, index + 1, values[number - 1], style)


# --- charts ---------------------------------------------------------------------------------------


def place_charts(
    workbook: Workbook, sheet: Worksheet, overview: Overview, rows: tuple[int, int]
) -> None:
    """Insert the charts from row `rows[0]` on; their tables begin at `rows[1]`."""
    at, series_at = rows
    top = series_at + 2
    half = WIDTH // 2
    charts = (
        (_rates(workbook, overview.rates, top), at, 0),
        (_months(workbook, overview, top), at, half),
        (_aspects(workbook, overview.aspects, top), at + _CHART_ROWS, 0),
        (_states(workbook, overview.states, top), at + _CHART_ROWS, half),
    )
    for chart, row, column in charts:
        chart.set_size(_SIZE)
        chart.set_chartarea({"border": {"color": "#D9D9D9"}})
        sheet.insert_chart(row, column, chart, _OFFSET)


def _chart(workbook: Workbook, kind: str, title: str, *series: dict[str, Any]) -> Any:
    chart = workbook.add_chart({"type": kind})
    for options in series:
        chart.add_series(options)
    chart.set_title({"name": title, "name_font": _TITLE})
    chart.set_legend({"none": True})
    return chart


def _down_series(
    name: str, top: int, columns: tuple[int, int], count: int, **options: Any
) -> dict[str, Any]:
    """Return a series of `count` labels and figures that stand below row `top`."""
    labels, figures = columns
    return {
        "name": name,
        "categories": [OVERVIEW, top + 1, labels, top + count, labels],
        "values": [OVERVIEW, top + 1, figures, top + count, figures],
        **options,
    }


def _rates(workbook: Workbook, series: Series, top: int) -> Any:
    labels = {"value": True, "num_format": "0.0%", "font": _FONT}
    chart = _chart(
        workbook, "bar", "各县（区）结对率",
        _down_series("结对率", top, (0, 2), len(series.labels), fill={"color": GREEN}, gap=60,
                     data_labels=labels),
    )  # fmt: skip
    chart.set_x_axis({"min": 0, "max": 1, "visible": False, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": _FONT})
    return chart


def _months(workbook: Workbook, overview: Overview, top: int) -> Any:
    row = _months_row(overview, top)
    last = 1 + len(overview.months.labels)
    series = {
        "name": "联系次数",
        "categories": [OVERVIEW, row, 2, row, last],
        "values": [OVERVIEW, row + 1, 2, row + 1, last],
        "fill": {"color": "#2F75B5"},
        "gap": 60,
        "data_labels": {"value": True, "font": {**_FONT, "size": 8}},
    }
    chart = _chart(workbook, "column", "按月联系次数", series)
    chart.set_x_axis({"num_font": {**_FONT, "size": 9}})
    chart.set_y_axis({"min": 0, "num_format": "0", "num_font": _FONT, "major_gridlines": _GRID})
    return chart


def _aspects(workbook: Workbook, series: Series, top: int) -> Any:
    labels = {"value": True, "num_format": "0.0", "font": {**_FONT, "size": 9}}
    chart = _chart(
        workbook, "column", "六个方面平均分：摸底与最新评价",
        *(_down_series(title, top, (10, 12 + index), len(series.labels), fill={"color": fill},
                       gap=70, overlap=-5, data_labels=labels)
          for index, (title, fill) in enumerate(zip(series.columns, (_BEFORE, GREEN), strict=True))),
    )  # fmt: skip
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT})
    axis = {"min": 0, "max": 5, "major_unit": 1, "num_format": "0"}
    chart.set_y_axis({**axis, "num_font": _FONT, "major_gridlines": _GRID})
    return chart


def _states(workbook: Workbook, series: Series, top: int) -> Any:
    points = [{"fill": {"color": _STATE_COLOURS.get(label, "#7F7F7F")}} for label in series.labels]
    labels = {
        "value": True,
        "font": {**_FONT, "size": 11, "bold": True, "color": "#FFFFFF"},
        "custom": [None if value else {"delete": True} for value in _only(series)],
    }
    chart = _chart(
        workbook, "doughnut", "填报情况（单位数）",
        _down_series("填报情况", top, (5, 7), len(series.labels), points=points,
                     data_labels=labels),
    )  # fmt: skip
    chart.set_legend({"position": "right", "font": {**_FONT, "size": 11}})
    chart.set_hole_size(48)
    return chart
