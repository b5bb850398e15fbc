"""总览: key figures as cards, four native charts, and a paragraph ready to paste."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import Card, Contents, Look, Overview, Series
from workbooks.consolidated.tables import GREEN, body, heading, lines_of
from workbooks.pages import set_page
from workbooks.template.layout import stamp_text
from workbooks.template.styles import Styles

# SECTION The four charts of 总览 and the small tables they are drawn from.

WIDTH = 16
"""Columns of the sheet."""

_SIZE = {"width": 460, "height": 252}
_OFFSET = {"x_offset": 3, "y_offset": 3, "object_position": 2}
_FONT = {"name": "仿宋", "size": 10, "color": "#404040"}
_TITLE = {"name": "黑体", "size": 12, "bold": False, "color": "#262626"}
_STATE_COLOURS = {
    "已报": "#70AD47", "有误": "#FFC000", "版本不符": "#5B9BD5", "未报": "#C00000",
}  # fmt: skip
_BEFORE, _AFTER = "#BFBFBF", GREEN


def write_series(sheet: Worksheet, overview: Overview, row: int, styles: Styles) -> int:
    """Write the tables from 0-based `row` on and return the last row used."""
    head = styles.make(font_name="黑体", font_size=14, bottom=2, bottom_color=GREEN)
    sheet.set_row(row, 26)
    sheet.merge_range(row, 0, row, WIDTH - 1, "图表数据", head)
    top = row + 2
    _down(sheet, overview.rates, (top, 0), ("县（区）", Look.PERCENT), styles)
    _down(sheet, overview.states, (top, 5), ("填报情况", Look.WHOLE), styles)
    _down(sheet, overview.aspects, (top, 10), ("六个方面", Look.DECIMAL), styles)
    across = _months_row(overview, top)
    sheet.write_string(across, 0, "月份", heading(styles))
    sheet.merge_range(across, 0, across, 1, "月份", heading(styles))
    sheet.merge_range(across + 1, 0, across + 1, 1, "联系次数", heading(styles))
    for index, (label, value) in enumerate(
        zip(overview.months.labels, _only(overview.months), strict=True), 2
    ):
        sheet.write_string(across, index, label, body(styles, Look.TEXT))
        sheet.write_number(across + 1, index, value or 0, body(styles, Look.WHOLE))
    return across + 1


def _months_row(overview: Overview, top: int) -> int:
    longest = max(len(s.labels) for s in (overview.rates, overview.states, overview.aspects))
    return top + longest + 2


def _only(series: Series) -> Any:
    return next(iter(series.columns.values()))


def _down(
    sheet: Worksheet, series: Series, at: tuple[int, int], what: tuple[str, Look], styles: Styles
) -> None:
    """Write labels over two merged columns and each column of figures beside them."""
    row, column = at
    name, look = what
    sheet.merge_range(row, column, row, column + 1, name, heading(styles))
    for index, title in enumerate(series.columns, column + 2):
        sheet.write_string(row, index, title, heading(styles))
    sheet.set_row(row, 20)
    for number, label in enumerate(series.labels, 1):
        place = (row + number, column, row + number, column + 1)
        sheet.merge_range(*place, label, body(styles, Look.TEXT))
        for index, values in enumerate(series.columns.values(), column + 2):
            value = values[number - 1]
            if value is None:
                sheet.write_blank(row + number, index, None, body(styles, look))
            else:
                sheet.write_number(row + number, index, value, body(styles, look))


def place_charts(
    workbook: Workbook, sheet: Worksheet, name: str, overview: Overview, rows: tuple[int, int]
) -> None:
    """Insert the charts from row `rows[0]` on; their tables begin at `rows[1]`."""
    at, series_at = rows
    top = series_at + 2
    half = WIDTH // 2
    charts = (
        (_rates(workbook, name, overview.rates, top), at, 0),
        (_months(workbook, name, overview, top), at, half),
        (_aspects(workbook, name, overview.aspects, top), at + 13, 0),
        (_states(workbook, name, overview.states, top), at + 13, half),
    )
    for chart, row, column in charts:
        chart.set_size(_SIZE)
        chart.set_chartarea({"border": {"color": "#D9D9D9"}})
        sheet.insert_chart(row, column, chart, _OFFSET)


def _range(name: str, first: tuple[int, int], last: tuple[int, int]) -> list[Any]:
    return [name, *first, *last]


def _rates(workbook: Workbook, name: str, series: Series, top: int) -> Any:
    chart = workbook.add_chart({"type": "bar"})
    last = top + len(series.labels)
    chart.add_series(
        {
            "name": "结对率",
            "categories": _range(name, (top + 1, 0), (last, 0)),
            "values": _range(name, (top + 1, 2), (last, 2)),
            "fill": {"color": GREEN},
            "gap": 60,
            "data_labels": {"value": True, "num_format": "0.0%", "font": _FONT},
        }
    )
    chart.set_title({"name": "各县（区）结对率", "name_font": _TITLE, "overlay": False})
    chart.set_legend({"none": True})
    chart.set_x_axis({"min": 0, "max": 1, "visible": False, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": _FONT})
    return chart


def _months(workbook: Workbook, name: str, overview: Overview, top: int) -> Any:
    row = _months_row(overview, top)
    last = 1 + len(overview.months.labels)
    chart = workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "联系次数",
            "categories": _range(name, (row, 2), (row, last)),
            "values": _range(name, (row + 1, 2), (row + 1, last)),
            "fill": {"color": "#2F75B5"},
            "gap": 60,
            "data_labels": {"value": True, "font": {**_FONT, "size": 8}},
        }
    )
    chart.set_title({"name": "按月联系次数", "name_font": _TITLE})
    chart.set_legend({"none": True})
    chart.set_x_axis({"num_font": {**_FONT, "size": 9}})
    chart.set_y_axis(
        {"num_font": _FONT, "min": 0, "num_format": "0",
         "major_gridlines": {"visible": True, "line": {"color": "#E7E6E6"}}}
    )  # fmt: skip
    return chart


def _aspects(workbook: Workbook, name: str, series: Series, top: int) -> Any:
    chart = workbook.add_chart({"type": "column"})
    last = top + len(series.labels)
    for index, (title, fill) in enumerate(zip(series.columns, (_BEFORE, _AFTER), strict=True)):
        chart.add_series(
            {
                "name": title,
                "categories": _range(name, (top + 1, 10), (last, 10)),
                "values": _range(name, (top + 1, 12 + index), (last, 12 + index)),
                "fill": {"color": fill},
                "gap": 70,
                "overlap": -5,
                "data_labels": {"value": True, "num_format": "0.0", "font": {**_FONT, "size": 9}},
            }
        )
    chart.set_title({"name": "六个方面平均分：摸底与最新评价", "name_font": _TITLE})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT})
    chart.set_y_axis(
        {"min": 0, "max": 5, "major_unit": 1, "num_format": "0", "num_font": _FONT,
         "major_gridlines": {"visible": True, "line": {"color": "#E7E6E6"}}}
    )  # fmt: skip
    return chart


def _states(workbook: Workbook, name: str, series: Series, top: int) -> Any:
    chart = workbook.add_chart({"type": "doughnut"})
    last = top + len(series.labels)
    colours = [_STATE_COLOURS.get(label, "#7F7F7F") for label in series.labels]
    labels = [{"delete": True} if not value else None for value in _only(series)]
    chart.add_series(
        {
            "name": "填报情况",
            "categories": _range(name, (top + 1, 5), (last, 5)),
            "values": _range(name, (top + 1, 7), (last, 7)),
            "points": [{"fill": {"color": colour}} for colour in colours],
            "data_labels": {
                "value": True,
                "font": {**_FONT, "size": 11, "bold": True, "color": "#FFFFFF"},
                "custom": labels,
            },
        }
    )
    chart.set_title({"name": "填报情况（单位数）", "name_font": _TITLE})
    chart.set_legend({"position": "right", "font": {**_FONT, "size": 11}})
    chart.set_hole_size(48)
    return chart


# SECTION 总览: key figures as cards, four native charts, and a paragraph ready to paste.

OVERVIEW = "总览"

_PER_ROW = 8
_SPAN = WIDTH // _PER_ROW
_CARDS_AT = 2  # 0-based rows from here on
_CARD_ROWS = 4
_CHART_ROWS = 13
_LINE_OF_TEXT = 124  # characters of 12 points across the page


def write_overview(
    workbook: Workbook, sheet: Worksheet, contents: Contents, styles: Styles
) -> None:
    """Write the first sheet: two printed pages, figures and charts, then words and tables."""
    overview = contents.overview
    sheet.hide_gridlines(2)
    sheet.set_column(0, WIDTH - 1, 7.6)
    sheet.set_row(0, 38)
    sheet.merge_range(0, 0, 0, WIDTH - 1, overview.title, styles.title())
    stamp = stamp_text(contents.stamp.as_of, contents.stamp.generated)
    sheet.merge_range(1, 0, 1, WIDTH - 1, stamp, styles.line(align="center", font_size=10))
    _write_cards(sheet, overview.cards, styles)
    charts_at = _CARDS_AT + _CARD_ROWS * -(-len(overview.cards) // _PER_ROW)
    words_at = charts_at + 2 * _CHART_ROWS
    series_at = _write_bulletin(sheet, overview, words_at, styles)
    last = write_series(sheet, overview, series_at, styles)
    place_charts(workbook, sheet, OVERVIEW, overview, (charts_at, series_at))
    sheet.set_h_pagebreaks([words_at])
    sheet.print_area(0, 0, last, WIDTH - 1)
    set_page(sheet, GREEN)


def _write_cards(sheet: Worksheet, cards: Sequence[Card], styles: Styles) -> None:
    box = {"align": "center", "bg_color": "#F3F8EE"}
    edge = {"left": 5, "left_color": "#FFFFFF", "right": 5, "right_color": "#FFFFFF"}
    looks = (
        styles.make(font_name="黑体", font_size=10, font_color="#595959", **box, **edge),
        styles.make(font_name="黑体", font_size=17, font_color="#375623", **box, **edge),
        styles.make(font_name="仿宋", font_size=9, font_color="#7F7F7F", **box, **edge),
    )
    for number, card in enumerate(cards):
        row = _CARDS_AT + number // _PER_ROW * _CARD_ROWS
        column = number % _PER_ROW * _SPAN
        for line, text in enumerate((card.label, card.value, card.change)):
            sheet.merge_range(row + line, column, row + line, column + _SPAN - 1, text, looks[line])
    for row in range(_CARDS_AT, _CARDS_AT + _CARD_ROWS * -(-len(cards) // _PER_ROW)):
        sheet.set_row(row, (18, 27, 15, 5)[(row - _CARDS_AT) % _CARD_ROWS])


def _write_bulletin(sheet: Worksheet, overview: Overview, row: int, styles: Styles) -> int:
    """Write the paragraphs, one merged cell each, and return the row after them."""
    head = styles.make(font_name="黑体", font_size=14, bottom=2, bottom_color=GREEN)
    sheet.set_row(row, 26)
    sheet.merge_range(row, 0, row, WIDTH - 1, "情况通报（可直接复制使用）", head)
    look = styles.make(font_name="仿宋", font_size=12, text_wrap=True, valign="top", align="left")
    for paragraph in overview.bulletin:
        row += 1
        sheet.merge_range(row, 0, row, WIDTH - 1, f"　　{paragraph}", look)
        sheet.set_row(row, 19.0 * lines_of(f"　　{paragraph}", _LINE_OF_TEXT) + 6)
    sheet.set_row(row + 1, 12)
    return row + 2
