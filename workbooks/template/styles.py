"""Cell formats of our workbooks: fonts, fills and number formats, each made once per workbook."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from validators.columns import Column, Fill, Kind
from validators.sheets import SheetKind
from workbooks.template.layout import heading_lines

TAB_COLOURS = {
    SheetKind.INPUT: "#2F75B5",
    SheetKind.GENERATED: "#548235",
    SheetKind.SETTINGS: "#808080",
}
HOME_COLOUR = "#C00000"
"""The tab colour of 首页 and 本周待办."""
PALE = {SheetKind.INPUT: "#DDEBF7", SheetKind.GENERATED: "#E2EFDA", SheetKind.SETTINGS: "#EDEDED"}
LINE = "#A6A6A6"
BOX: dict[str, Any] = {"border": 1, "border_color": LINE}

HIGHLIGHT_COLOURS = {
    "missing": "#FFC7CE",
    "recommended": "#FFF2CC",
    "double": "#F4B084",
    "future": "#F8CBAD",
    "long": "#D9D9D9",
}
"""Fill colours by what a highlight says; 使用说明 explains the same ones."""

_TITLE = {"font_name": "宋体", "font_size": 18, "bold": True, "align": "center"}
_HEADING = {"font_name": "黑体", "font_size": 11, "align": "center", "text_wrap": True}
_BODY = {"font_name": "仿宋", "font_size": 11}
_NUMBERS = {
    Kind.TEXT: "@",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MONTH: "yyyy-mm",
    Kind.INTEGER: "0",
    Kind.DECIMAL: "General",
}


def number_format(column: Column) -> str:
    """Return the number format of a column's cells; a look-up's is General, not text.

    A decimal's is General, too: 0.## would show 25 as "25.".

    A formula typed into a cell with the text format would show as its own text.
    """
    if column.unit == "%":
        return 'General"%"'
    return "General" if column.fill is Fill.LOOKUP else _NUMBERS[column.kind]


def _is_code(column: Column) -> bool:
    return bool(column.choices) or column.heading.endswith("编号")


class Styles:
    """Formats of one workbook; equal properties give the same format."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def make(self, **properties: Any) -> Format:
        """Return the format with `properties`, vertically centred unless they say otherwise."""
        complete = {"valign": "vcenter", **properties}
        key = tuple(sorted(complete.items()))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(complete)
        return self._formats[key]

    def fangsong(self, size: float, **properties: Any) -> Format:
        """Return a format in 仿宋, the font of running text."""
        return self.make(font_name="仿宋", font_size=size, **properties)

    def heiti(self, size: float, **properties: Any) -> Format:
        """Return a format in 黑体, the font of headings."""
        return self.make(font_name="黑体", font_size=size, **properties)

    def title(self, **changes: Any) -> Format:
        """Return the format of a sheet's title."""
        return self.make(**{**_TITLE, **changes})

    def line(self, **changes: Any) -> Format:
        """Return the format of the line below the title."""
        return self.make(**{**_BODY, "align": "left", **changes})

    def heading(self, column: Column, kind: SheetKind) -> Format:
        """Return the format of a heading: pale in the tab's colour, grey where nobody types."""
        typed = column.fill is Fill.CLERK
        fill = PALE[kind] if typed else "#EDEDED"
        if kind is SheetKind.GENERATED:
            fill = PALE[SheetKind.INPUT] if typed else PALE[kind]
        required = column.required and typed and kind is SheetKind.INPUT
        colour = "#C00000" if required else "#000000"  # computed sheets are printed in black
        # the filter button covers the foot of the cell
        valign = "top" if heading_lines(column) > 1 else "vcenter"
        return self.make(
            **_HEADING, **BOX, bg_color=fill, font_color=colour, valign=valign, locked=True
        )

    def body(
        self, column: Column, *, border: bool = True, locked: bool = False, shown_as: str = ""
    ) -> Format:
        """Return the format of a column's cells; `shown_as` is a number format."""
        short = column.width < 12 or column.kind is not Kind.TEXT or _is_code(column)
        properties: dict[str, Any] = {
            **_BODY,
            "num_format": shown_as or number_format(column),
            "align": "center" if short else "left",
            "text_wrap": True,
            "locked": locked,
        }
        if border:
            properties |= BOX
        return self.make(**properties)
