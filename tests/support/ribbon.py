"""A picture of the ribbon, drawn on a sheet from the definition Excel gets.

Office's own icons are Office's; a coloured square with the label's first character stands for each.
"""

from __future__ import annotations

import subprocess
from itertools import groupby
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import defusedxml.ElementTree as ET  # noqa: N817 - its usual name
import xlsxwriter

from tests.support.office import Office

_COLOURS = ("#C43E1C", "#2B579A", "#217346", "#8A6D00", "#7719AA", "#0F7B8A", "#5A5A5A")
_DPI = 130
_HEIGHT = 0.083
"""Part of an A4 page's width the ribbon is high when it is printed one page wide."""
_TOP, _BOTTOM, _NAME = 1, 3, 4


def draw_ribbon(definition: bytes, target: Path, office: Office, work: Path) -> None:
    """Draw `customUI14.xml` to a .png."""
    sheet_file = work / "ribbon.xlsx"
    _draw(ET.fromstring(definition), sheet_file)
    pdf = office.pdf(sheet_file, work / "ribbon")
    width = round(297 / 25.4 * _DPI)
    crop = ["-x", "0", "-y", "0", "-W", str(width), "-H", str(round(width * _HEIGHT))]
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(_DPI), *crop]
    subprocess.run([*command, str(pdf), str(target.with_suffix(""))], check=True)


def _draw(root: Element, target: Path) -> None:
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(0.1, 0.1, 0.1, 0.1)
        sheet.fit_to_pages(1, 1)
        for row, height in enumerate((22, 21, 21, 21, 16)):
            sheet.set_row(row, height)
        (tab,) = (element for element in root.iter() if element.tag.endswith("}tab"))
        column = 0
        for colour, group in zip(_COLOURS, tab, strict=True):
            column = _group(book, sheet, group, colour, column)
        _tabs(book, sheet, str(tab.get("label")), column)


def _tabs(book: Any, sheet: Any, label: str, columns: int) -> None:
    bar = book.add_format({"bg_color": "#F3F2F1", "valign": "vcenter"})
    words: list[Any] = []
    for text in ("文件", "开始", "插入", "公式", "数据", "审阅", "视图", label):
        mine = {"bold": True, "font_color": "#217346", "underline": 1} if text == label else {}
        words += [book.add_format({"font_size": 12, **mine}), f"  {text}  "]
    sheet.merge_range(0, 0, 0, columns - 1, "", bar)
    sheet.write_rich_string(0, 0, *words, bar)


def _group(book: Any, sheet: Any, group: Element, colour: str, first: int) -> int:
    """Draw one group from column `first` and return the column after it."""
    column = first
    for size, members in groupby(group, key=lambda element: element.get("size")):
        if size == "large":
            for element in members:
                _large(book, sheet, element, colour, column)
                column += 1
        else:
            small = list(members)
            for at, element in enumerate(small):
                _small(book, sheet, element, colour, _TOP + at % 3, column + 2 * (at // 3))
            column += 2 * -(-len(small) // 3)
    name = book.add_format({"font_size": 9, "font_color": "#777777", "align": "center"})
    if column - first > 1:
        sheet.merge_range(_NAME, first, _NAME, column - 1, "", name)
    sheet.write(_NAME, first, group.get("label"), name)
    sheet.set_column(column, column, 0.8, book.add_format({"right": 1, "right_color": "#D0D0D0"}))
    return column + 1


def _large(book: Any, sheet: Any, element: Element, colour: str, column: int) -> None:
    label = str(element.get("label"))
    sheet.set_column(column, column, 2 * len(label) + 1)
    icon = {"font_size": 24, "bold": True, "font_color": colour, "align": "center"}
    sheet.merge_range(_TOP, column, _BOTTOM - 1, column, "", book.add_format(icon))
    sheet.write(_TOP, column, label[0], book.add_format({**icon, "valign": "vcenter"}))
    sheet.write(_BOTTOM, column, label, book.add_format({"align": "center", "font_size": 11}))


def _small(book: Any, sheet: Any, element: Element, colour: str, row: int, column: int) -> None:
    label = str(element.get("label"))
    icon = {"font_color": "white", "bg_color": colour, "align": "center", "valign": "vcenter"}
    sheet.set_column(column, column, 3)
    sheet.set_column(column + 1, column + 1, 13)
    border = {"border": 2, "border_color": "white", "font_size": 10}
    sheet.write(row, column, label[0], book.add_format({**icon, **border}))
    sheet.write(row, column + 1, label, book.add_format({"font_size": 11, "valign": "vcenter"}))
