"""The charts of a period's report: native ones, over the tables of its sheets."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook

from workbooks.consolidated.content import Grid
from workbooks.reports.content import same_units
from workbooks.template.layout import FIRST_ROW, HEADING_ROW

NOW_COLOUR, BEFORE_COLOUR = "#548235", "#BFBFBF"
_FONT = {"name": "仿宋", "size": 10, "color": "#404040"}
_SMALL = {**_FONT, "size": 9}
_TITLE = {"name": "黑体", "size": 12, "bold": False, "color": "#262626"}
_LINES = {"visible": True, "line": {"color": "#E7E6E6"}}


MANY = 8
"""Categories beyond which labels of two columns side by side would touch."""


def comparison_chart(
    workbook: Workbook, grid: Grid, heading: str, title: str, *, percent: bool, small: bool = False
) -> Any:
    """Return a chart of a column of a grid, its first column the categories.

    Where the grid has figures of the same units and of the period before, both are drawn side by
    side; otherwise this period's alone.

    Args:
        workbook: The workbook.
        grid: The sheet; its totals are left out.
        heading: Heading of this period's figures.
        title: The chart's title.
        percent: Whether the figures are shares.
        small: Whether it is drawn small: of many categories this period's figures alone.
    """
    chart = workbook.add_chart({"type": "column"})
    headings = [heading.name for heading in grid.headings]
    last = FIRST_ROW - 1 + len(grid.rows) - grid.total_rows - 1
    shown = "0%" if percent else "0"
    same, before = same_units(heading), "上期" if heading == "本期" else f"上期{heading}"
    count = len(grid.rows) - grid.total_rows
    compared = same in headings and not (small and count > MANY)
    labelled = not small and count <= MANY
    label = {"value": True, "num_format": shown, "font": _SMALL}
    drawn = [(before, "上期", BEFORE_COLOUR), (same, "本期", NOW_COLOUR)]
    for column, name, colour in drawn if compared else [(heading, "本期", NOW_COLOUR)]:
        at = headings.index(column)
        chart.add_series(
            {
                "name": name,
                "categories": [grid.name, HEADING_ROW, 0, last, 0],
                "values": [grid.name, HEADING_ROW, at, last, at],
                "fill": {"color": colour},
                "gap": 45,
                "overlap": -8,
                **({"data_labels": label} if labelled or colour == NOW_COLOUR else {}),
            }
        )
    chart.set_title({"name": title, "name_font": _TITLE})
    chart.set_legend({"position": "bottom", "font": _FONT} if compared else {"none": True})
    chart.set_x_axis({"num_font": _SMALL})
    most = max((v for row in grid.rows for v in row if isinstance(v, int | float)), default=0)
    few = {"major_unit": 1} if most < 5 else {}  # else its marks repeat: 0, 1, 1, 2
    limits = {"min": 0, "max": 1} if percent else {"min": 0, **few}
    chart.set_y_axis({**limits, "num_format": shown, "num_font": _SMALL, "major_gridlines": _LINES})
    chart.set_chartarea({"border": {"color": "#D9D9D9"}})
    return chart
