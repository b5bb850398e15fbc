"""The charts of a period's report: native ones, over the tables of its sheets."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook

from workbooks.consolidated.content import Grid
from workbooks.template.layout import FIRST_ROW, HEADING_ROW

NOW_COLOUR, BEFORE_COLOUR = "#548235", "#BFBFBF"
_FONT = {"name": "仿宋", "size": 10, "color": "#404040"}
_SMALL = {**_FONT, "size": 9}
_TITLE = {"name": "黑体", "size": 12, "bold": False, "color": "#262626"}
_LINES = {"visible": True, "line": {"color": "#E7E6E6"}}


def column_chart(  # the facts of one chart, by keyword
    workbook: Workbook,
    grid: Grid,
    title: str,
    *,
    now: str,
    before: str = "",
    percent: bool = False,
    names: tuple[str, str] = ("本期", "上期"),
) -> Any:
    """Return a chart of one or two columns of a grid, its first column the categories.

    Args:
        workbook: The workbook.
        grid: The sheet; its totals are left out.
        title: The chart's title.
        now: Heading of this period's figures.
        before: Heading of those of the period before, "" for none.
        percent: Whether the figures are shares.
        names: What the two are called in the legend.
    """
    chart = workbook.add_chart({"type": "column"})
    headings = [heading.name for heading in grid.headings]
    last = FIRST_ROW - 1 + len(grid.rows) - grid.total_rows - 1
    shown = "0%" if percent else "0"
    pairs = [(before, names[1], BEFORE_COLOUR)] if before else []
    for heading, name, colour in [*pairs, (now, names[0], NOW_COLOUR)]:
        at = headings.index(heading)
        chart.add_series(
            {
                "name": name,
                "categories": [grid.name, HEADING_ROW, 0, last, 0],
                "values": [grid.name, HEADING_ROW, at, last, at],
                "fill": {"color": colour},
                "gap": 70,
                "overlap": -5,
                "data_labels": {"value": True, "num_format": shown, "font": _SMALL},
            }
        )
    chart.set_title({"name": title, "name_font": _TITLE})
    chart.set_legend({"position": "bottom", "font": _FONT} if before else {"none": True})
    chart.set_x_axis({"num_font": _SMALL})
    limits = {"min": 0, "max": 1} if percent else {"min": 0}
    chart.set_y_axis({**limits, "num_format": shown, "num_font": _SMALL, "major_gridlines": _LINES})
    chart.set_chartarea({"border": {"color": "#D9D9D9"}})
    return chart
