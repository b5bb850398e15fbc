"""Write 总览: key figures as cards and four native charts, on a page of their own or on two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from workbooks.consolidated.content import (
    Card,
    Contents,
    NumberFormat,
    Overview,
    Series,
    SheetGroup,
)
from workbooks.consolidated.tables import cell_style, heading_style, link_back, write_stamp
from workbooks.pages import A4, PAGE_NUMBERS, write_cell
from workbooks.template.styles import Styles
from workbooks.text_fit import digits

OVERVIEW = "总览"

WIDTH, _COLUMN = 16, 8.2
"""Columns of the sheet, as wide as the page at real size: Excel ignores the break between two
pages of a sheet that is scaled."""

_PER_ROW = 8
_SPAN = WIDTH // _PER_ROW
_CARDS_AT = 2  # 0-based rows from here on
_CARD_ROWS = 4
_CARD_HEIGHTS = (18, 27, 16, 4)
_BAND_ROWS, _BAND_ROW = 8, 19.0
"""Rows of a band of charts, and their height in points."""
_PAGE_BANDS = 3
"""Bands that fill a page below its heading."""
_MEMBERS_BESIDE = 8
"""More members than these have a chart over the whole next page."""
_PIXELS = 62 * WIDTH
_INK = "#000000"
_FONT = {"name": "仿宋", "size": 10, "color": _INK}
_TITLE = {"name": "黑体", "size": 12, "bold": False, "color": _INK}
_GREEN = SheetGroup.REPORT.colour
_STATE_COLOURS = {
    "已报": "#70AD47", "有误": "#FFC000", "版本不符": "#5B9BD5", "上年台账": "#ED7D31",
    "未报": "#C00000",
}  # fmt: skip
_BEFORE = "#BFBFBF"
_GRID = {"visible": True, "line": {"color": "#E7E6E6"}}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a chart stands: its 0-based row, pixels from the left, its size in pixels."""

    row: int
    left: int
    width: int
    bands: int = 1

    @property
    def height(self) -> int:
        """Return its height in pixels, a little less than its bands."""
        return self.bands * _BAND_ROWS * int(_BAND_ROW * 4 / 3) - 4


def write_overview(
    workbook: Workbook, sheet: Worksheet, contents: Contents, styles: Styles
) -> None:
    """Write cards and charts, and below them, not printed, the figures behind the charts."""
    overview = contents.overview
    sheet.hide_gridlines(2)
    sheet.set_column(0, WIDTH - 1, digits(_COLUMN))
    sheet.set_row(0, 36)
    sheet.merge_range(0, 0, 0, WIDTH - 1, overview.title, styles.title())
    write_stamp(sheet, (2, WIDTH - 1), contents.stamp, overview.compared, styles, WIDTH * _COLUMN)
    link_back(sheet, WIDTH, styles)
    _write_cards(sheet, overview.cards, styles)
    charts_at = _CARDS_AT + _CARD_ROWS * -(-len(overview.cards) // _PER_ROW)
    places, breaks, series_at = _places(overview, charts_at)
    for row in range(charts_at, series_at):
        sheet.set_row(row, _BAND_ROW)
    write_series(sheet, overview, series_at, styles)
    place_charts(workbook, sheet, overview, places, series_at)
    sheet.set_tab_color(_GREEN)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.5)
    sheet.center_horizontally()
    sheet.set_footer(PAGE_NUMBERS)
    sheet.set_h_pagebreaks(breaks)
    sheet.print_area(0, 0, series_at - 1, WIDTH - 1)


def _places(overview: Overview, at: int) -> tuple[dict[str, _Place], list[int], int]:
    """Return the places of the charts, the page breaks, and the row after them."""
    below, after = at + _BAND_ROWS, at + 2 * _BAND_ROWS
    if len(overview.rates.labels) <= _MEMBERS_BESIDE:
        rates, aspects = round(_PIXELS * 0.33), round(_PIXELS * 0.39)
        places = {
            "rates": _Place(at, 0, rates),
            "aspects": _Place(at, rates, aspects),
            "states": _Place(at, rates + aspects, _PIXELS - rates - aspects),
            "months": _Place(below, 0, _PIXELS),
        }
        return places, [], after
    aspects = round(_PIXELS * 0.62)
    places = {
        "aspects": _Place(at, 0, aspects),
        "states": _Place(at, aspects, _PIXELS - aspects),
        "months": _Place(below, 0, _PIXELS),
        "rates": _Place(after, 0, _PIXELS, _PAGE_BANDS),
    }
    return places, [after], after + _PAGE_BANDS * _BAND_ROWS


def _write_cards(sheet: Worksheet, cards: Sequence[Card], styles: Styles) -> None:
    box = {"align": "center", "bg_color": "#F3F8EE"}
    edge = {"left": 5, "left_color": "#FFFFFF", "right": 5, "right_color": "#FFFFFF"}
    line_styles = (
        styles.heiti(10.5, **box, **edge),
        styles.heiti(17, **box, **edge),
        styles.fangsong(10, shrink=True, **box, **edge),
    )
    for number, card in enumerate(cards):
        row = _CARDS_AT + number // _PER_ROW * _CARD_ROWS
        column = number % _PER_ROW * _SPAN
        texts = (card.label, card.value, card.change)
        for line, (text, style) in enumerate(zip(texts, line_styles, strict=True), row):
            sheet.merge_range(line, column, line, column + _SPAN - 1, text, style)
    for row in range(_CARDS_AT, _CARDS_AT + _CARD_ROWS * -(-len(cards) // _PER_ROW)):
        sheet.set_row(row, _CARD_HEIGHTS[(row - _CARDS_AT) % _CARD_ROWS])


# --- chart data -----------------------------------------------------------------------------------


def write_series(sheet: Worksheet, overview: Overview, row: int, styles: Styles) -> None:
    """Write the tables behind the charts from 0-based `row` on."""
    sheet.set_row(row, 26)
    style = styles.heiti(14, bottom=2, bottom_color=_GREEN)
    sheet.merge_range(row, 0, row, WIDTH - 1, "图表数据（不打印）", style)
    top = row + 2
    whole = NumberFormat.WHOLE
    _down(sheet, overview.rates, (top, 0), (overview.members, NumberFormat.PERCENT), styles)
    _down(sheet, overview.states, (top, 4), ("填报情况", whole), styles)
    _down(sheet, overview.aspects, (top, 8), ("六个方面", NumberFormat.DECIMAL), styles)
    _down(sheet, overview.months, (top, 13), ("月份", whole), styles)


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
    sheet.set_row(row, 32)
    for number, label in enumerate(series.labels, 1):
        if "\n" in label:
            sheet.set_row(row + number, 30)
        place = (row + number, column, row + number, column + 1)
        sheet.merge_range(*place, label, cell_style(styles, NumberFormat.TEXT))
        for index, values in enumerate(series.columns.values(), column + 2):
            style = cell_style(styles, number_format)
            write_cell(sheet, row + number + 1, index + 1, values[number - 1], style)


# --- charts ---------------------------------------------------------------------------------------


def place_charts(
    workbook: Workbook,
    sheet: Worksheet,
    overview: Overview,
    places: dict[str, _Place],
    series_at: int,
) -> None:
    """Insert the charts at their places; their tables begin at 0-based row `series_at`."""
    top = series_at + 2
    charts = {
        "rates": _rates(workbook, overview, top),
        "months": _months(workbook, overview, top),
        "aspects": _aspects(workbook, overview, top),
        "states": _states(workbook, overview, top),
    }
    for name, place in places.items():
        chart = charts[name]
        chart.set_size({"width": place.width - 4, "height": place.height})
        chart.set_chartarea({"border": {"color": "#D9D9D9"}})
        offset = {"x_offset": place.left + 2, "y_offset": 2, "object_position": 2}
        sheet.insert_chart(place.row, 0, chart, offset)


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


def _rates(workbook: Workbook, overview: Overview, top: int) -> Any:
    series = overview.rates
    labels = {"value": True, "num_format": "0.0%", "font": _FONT}
    chart = _chart(
        workbook, "bar", f"{overview.scope}各{overview.members}结对率",
        _down_series("结对率", top, (0, 2), len(series.labels), fill={"color": _GREEN}, gap=60,
                     data_labels=labels),
    )  # fmt: skip
    chart.set_x_axis({"min": 0, "max": 1, "visible": False, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"reverse": True, "num_font": _FONT, "interval_unit": 1})
    return chart


def _months(workbook: Workbook, overview: Overview, top: int) -> Any:
    chart = _chart(
        workbook, "column", f"{overview.scope}按月联系次数",
        _down_series("联系次数", top, (13, 15), len(overview.months.labels),
                     fill={"color": "#2F75B5"}, gap=60,
                     data_labels={"value": True, "font": _FONT}),
    )  # fmt: skip
    chart.set_x_axis({"num_font": {**_FONT, "rotation": 360}, "interval_unit": 1})
    chart.set_y_axis({"min": 0, "num_format": "0", "num_font": _FONT, "major_gridlines": _GRID})
    return chart


def _aspects(workbook: Workbook, overview: Overview, top: int) -> Any:
    series = overview.aspects
    labels = {"value": True, "num_format": "0.0", "font": _FONT}
    chart = _chart(
        workbook, "column", f"{overview.scope}六个方面平均分：摸底与最新评价",
        *(_down_series(title, top, (8, 10 + index), len(series.labels), fill={"color": fill},
                       gap=70, overlap=-5, data_labels=labels)
          for index, (title, fill) in enumerate(zip(series.columns, (_BEFORE, _GREEN), strict=True))),
    )  # fmt: skip
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT})
    axis = {"min": 0, "max": 5, "major_unit": 1, "num_format": "0"}
    chart.set_y_axis({**axis, "num_font": _FONT, "major_gridlines": _GRID})
    return chart


def _states(workbook: Workbook, overview: Overview, top: int) -> Any:
    series = overview.states
    points = [{"fill": {"color": _STATE_COLOURS.get(label, "#7F7F7F")}} for label in series.labels]
    labels = {
        "value": True,
        "font": {**_FONT, "size": 11, "bold": True, "color": "#FFFFFF"},
        "custom": [
            None if value else {"delete": True} for value in next(iter(series.columns.values()))
        ],
    }
    chart = _chart(
        workbook, "doughnut", f"{overview.scope}填报情况（单位数）",
        _down_series("填报情况", top, (4, 6), len(series.labels), points=points,
                     data_labels=labels),
    )  # fmt: skip
    chart.set_legend({"position": "right", "font": _FONT})
    chart.set_hole_size(48)
    return chart
