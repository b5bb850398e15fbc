"""Write growth cards as one workbook: the index, one card after the other, radar charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.sheets import SheetKind
from validators.vocabulary import Aspect, DutyProgress, PairingStatus
from workbooks.cards.content import FILE_KIND, Card, Cards
from workbooks.cards.sections import (
    BORDER,
    LAST,
    PAGE,
    RADAR_COLUMNS,
    WIDTHS,
    Line,
    card_pages,
    span,
)
from workbooks.pages import MEASURE, Flow, Page, plain, shortened
from workbooks.plain import plain_workbook
from workbooks.template.styles import TAB_COLOURS, Styles

# SECTION 目录: every card with a link, and what a clerk looks for in it.

_PAGE = Page(landscape=False, side=38, top=44, bottom=48)
_COLUMNS = (
    ("序号", 26), ("编号", 94), ("姓名（名称）", 84), ("类别", 76), ("现任导师", 68),
    ("联系\n次数", 32), ("职责\n完成", 34), ("成长\n趋势", 38), ("状态", 50),
)  # fmt: skip
_LAST = len(_COLUMNS) - 1
_CODE = 1
_SIZE, _MOST_LINES = 10, 3
_HEAD_ROWS = 3
_HINT = "点编号打开档案卡；全部打印：打印时选“打印整个工作簿”"


class Entry(NamedTuple):
    """A card and where it begins, such as `'01 朱某'!A1`."""

    card: Card
    place: str


def write_index(sheet: Worksheet, entries: Sequence[Entry], content: Cards, styles: Styles) -> None:
    """Write the list; cards of several units stand below the unit's name."""
    flow = Flow(sheet, [width for _, width in _COLUMNS], _PAGE, repeated=_HEAD_ROWS)
    sheet.set_footer('&C&"仿宋,Regular"&10第 &P 页')
    flow.add(38)
    flow.put((0, _LAST), "基层干部“导师帮带制”成长档案目录", styles.title())
    flow.add(22)
    flow.put((0, 5), _HINT, styles.line(font_size=_SIZE))
    flow.put((6, _LAST), f"数据截至 {content.as_of}", styles.line(font_size=_SIZE, align="right"))
    flow.add(34)
    look = {"font_name": "黑体", "font_size": _SIZE, "align": "center", "text_wrap": True, **BORDER}
    for column, (name, _) in enumerate(_COLUMNS):
        flow.put((column, column), name, styles.make(**look, bg_color="#F2F2F2"))
    sheet.freeze_panes(_HEAD_ROWS, 0)
    several = len({one.card.unit for one in entries}) > 1
    unit = ""
    for number, entry in enumerate(entries, 1):
        if several and entry.card.unit != unit:
            unit = entry.card.unit
            flow.keep(60)
            flow.add(22)
            flow.put((0, _LAST), plain(unit), styles.make(**{**look, "align": "left"}))
        _write_entry(flow, number, entry, styles)
    flow.finish()


def _write_entry(flow: Flow, number: int, entry: Entry, styles: Styles) -> None:
    texts = [
        shortened(plain(text), flow.width(column, column), _SIZE, _MOST_LINES)
        for column, text in enumerate(_texts(number, entry.card))
    ]
    flow.add(max(flow.height(text, (at, at), _SIZE, air=5) for at, text in enumerate(texts)))
    look = {"font_name": "仿宋", "font_size": _SIZE, "align": "center", "text_wrap": True, **BORDER}
    for column, text in enumerate(texts):
        if column != _CODE:
            flow.put((column, column), text, styles.make(**look))
            continue
        style = styles.make(**look, font_color="#0563C1", underline=1)
        tip = "打开这份档案卡"
        flow.sheet.write_url(flow.row, column, f"internal:{entry.place}", style, text, tip)


def _texts(number: int, card: Card) -> tuple[str, ...]:
    running = dict.fromkeys(one.name for one in card.mentors if one.status == PairingStatus.RUNNING)
    done = sum(one.progress == DutyProgress.DONE for one in card.duties)
    return (
        str(number), card.mentee_id, card.name, card.category, "、".join(running),
        str(card.times), f"{done}/{len(card.duties)}" if card.duties else "", card.trend,
        card.status,
    )  # fmt: skip


# SECTION The radar chart of the six aspects: the baseline against the latest assessment.

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


# SECTION Write growth cards as one workbook ready for the printer.

_INDEX = "目录"
_OWN_SHEETS = 60
"""Up to so many cards have a sheet each: more tabs than that nobody finds his way in."""

_A_SHEET = 50
"""Cards on one sheet where they are more."""

_LONGEST_NAME = 31
_ILLEGAL = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class _Part(NamedTuple):
    """The cards of one sheet."""

    name: str
    cards: Sequence[Card]


def write_cards(target: Path | BinaryIO, content: Cards) -> None:
    """Write the list of cards and every card; equal cards give equal bytes.

    Up to 60 cards have a sheet each, named after the mentee; more stand on sheets of one unit, 50
    on each. Every card begins on a new page.

    Args:
        target: A path or an open binary file.
        content: The cards.
    """
    workbook = plain_workbook(
        target,
        FILE_KIND,
        title="导师帮带制成长档案卡",
        created=datetime.combine(content.as_of, time()),
        properties={"数据截至": content.as_of.isoformat()},
        options=MEASURE,
    )
    styles = Styles(workbook)
    index = _sheet(workbook, _INDEX)
    entries: list[Entry] = []
    for part in _parts(content.cards):
        writer = _CardSheet(workbook, _sheet(workbook, part.name), styles)
        for card in part.cards:
            entries.append(Entry(card, f"'{_quoted(part.name)}'!A{writer.write(card, content)}"))
        writer.finish()
    write_index(index, entries, content, styles)
    workbook.close()


def _sheet(workbook: Workbook, name: str) -> Worksheet:
    sheet = workbook.add_worksheet(name)
    sheet.set_tab_color(TAB_COLOURS[SheetKind.GENERATED])
    return sheet


def _parts(cards: Sequence[Card]) -> Iterator[_Part]:
    """Yield the sheets; the number in each name is the card's in the index."""
    digits = len(str(len(cards)))
    if len(cards) <= _OWN_SHEETS:
        for number, card in enumerate(cards, 1):
            yield _Part(_sheet_name(f"{number:0{digits}} {card.name}"), [card])
        return
    number = 1
    for unit, group in groupby(cards, key=lambda card: card.unit):
        some = list(group)
        for start in range(0, len(some), _A_SHEET):
            part = some[start : start + _A_SHEET]
            numbers = f"{number:0{digits}}-{number + len(part) - 1:0{digits}}"
            yield _Part(_sheet_name(f"{numbers} {unit}"), part)
            number += len(part)


def _sheet_name(text: str) -> str:
    """Return a name Excel takes; it begins with a number, so that it is the only one."""
    name = _ILLEGAL.sub("", plain(text)).rstrip("'")
    while len(name.encode("utf-16-le")) > 2 * _LONGEST_NAME:
        name = name[:-1]
    return name.rstrip("' ")


def _quoted(name: str) -> str:
    return name.replace("'", "''")


class _CardSheet:
    """Draws cards one below the other."""

    def __init__(self, workbook: Workbook, sheet: Worksheet, styles: Styles) -> None:
        self._workbook = workbook
        self._styles = styles
        self._flow = Flow(sheet, WIDTHS, PAGE)

    def write(self, card: Card, content: Cards) -> int:
        """Write a card on pages of its own; return the 1-based row it begins in."""
        first = self._flow.row + 2
        for page in card_pages(card, content.as_of):
            self._flow.turn()
            for each in page:
                self._draw(each, card)
        self._back_to_index(first)
        return first

    def finish(self) -> None:
        """Set the page breaks and the print area."""
        self._flow.finish()

    def _draw(self, each: Line, card: Card) -> None:
        row = self._flow.add(each.height)
        for cell in each.cells:
            style = self._styles.make(**cell.look)
            self._flow.put(cell.columns, cell.value, style, cell.rows)
        if each.radar and (any(card.baseline) or any(card.latest)):
            self._radar(row, each.radar, card)

    def _radar(self, row: int, height: float, card: Card) -> None:
        place_radar(
            self._workbook,
            self._flow.sheet,
            (row, RADAR_COLUMNS[0]),
            (round(span(RADAR_COLUMNS) * 4 / 3), round(height * 4 / 3)),
            columns=(0, 1, 2),
            series=(any(card.baseline), any(card.latest)),
            description=f"{plain(card.name)}六个方面得分：摸底和最新评价",
        )

    def _back_to_index(self, row: int) -> None:
        """Put a link beside the card, outside what is printed."""
        look = self._styles.make(font_name="仿宋", font_size=10, font_color="#0563C1", underline=1)
        self._flow.sheet.write_url(
            row - 1, LAST + 2, f"internal:'{_INDEX}'!A1", look, "返回目录", "回到目录"
        )
