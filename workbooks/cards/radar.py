"""The radar chart of the six aspects: the baseline against the latest assessment."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.vocabulary import Aspect

__all__ = ["place_radar"]

_FONT = {"name": "仿宋", "size": 10, "color": "#262626"}
_BEFORE = {"color": "#7F7F7F", "width": 1.75, "dash_type": "dash"}
_NOW = {"color": "#C00000", "width": 2.25}
_PLOT = {"x": 0.22, "y": 0.1, "width": 0.56, "height": 0.66}
"""Shares of the chart; left to itself, LibreOffice draws the radar half as large."""

_GRID = {"color": "#D0D0D0", "width": 0.75}


def place_radar(
    workbook: Workbook,
    sheet: Worksheet,
    at: tuple[int, int],
    size: tuple[int, int],
    *,
    columns: tuple[int, int, int],
    series: tuple[bool, bool],
    description: str,
) -> None:
    """Insert the chart of the score table.

    Args:
        workbook: The workbook.
        sheet: The worksheet with the table.
        at: 0-based row of the table's headings and column of the chart.
        size: Width and height in pixels.
        columns: 0-based columns of the aspects, the baseline and the latest scores.
        series: Whether there is a baseline, and an assessment.
        description: What a screen reader says.
    """
    row, column = at
    chart: Any = workbook.add_chart({"type": "radar", "subtype": "with_markers"})
    first, last = row + 1, row + len(Aspect)
    looks = ((_BEFORE, "circle", 5), (_NOW, "diamond", 7))
    for values, shown, (look, marker, width) in zip(columns[1:], series, looks, strict=True):
        if shown:
            chart.add_series(
                {
                    "name": [sheet.get_name(), row, values],
                    "categories": [sheet.get_name(), first, columns[0], last, columns[0]],
                    "values": [sheet.get_name(), first, values, last, values],
                    "line": look,
                    "marker": {
                        "type": marker,
                        "size": width,
                        "fill": {"color": look["color"]},
                        "border": {"color": look["color"]},
                    },
                }
            )
    chart.set_title({"none": True})
    chart.set_plotarea({"layout": _PLOT})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT, "major_gridlines": {"visible": True, "line": _GRID}})
    chart.set_y_axis(
        {
            "min": 0,
            "max": 5,
            "major_unit": 1,
            "num_format": "0",
            "num_font": {**_FONT, "size": 8, "color": "#7F7F7F"},
            "major_gridlines": {"visible": True, "line": _GRID},
            "line": _GRID,
        }
    )
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    width, height = size
    chart.set_size({"width": width - 8, "height": height - 8})
    sheet.insert_chart(
        row,
        column,
        chart,
        {"x_offset": 4, "y_offset": 4, "object_position": 1, "description": description},
    )
