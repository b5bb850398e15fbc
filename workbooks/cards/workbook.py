"""Write growth cards as one workbook: the index, one card after the other, radar charts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.vocabulary import Aspect, DutyProgress, PairingStatus
from workbooks.cards.content import FILE_KIND, Card, Cards
from workbooks.cards.lines import BORDER, LAST, WIDTHS, Line, span
from workbooks.cards.pagination import PAGE, card_pages
from workbooks.cards.sections import RADAR_COLUMNS
from workbooks.pages import PageFormat, PageWriter, add_printed_sheet, printable, printed_workbook
from workbooks.template.styles import Styles

# --- 目录: every card with a link -------------------------------------------------------------------

_PAGE = PageFormat(landscape=False, side=38, top=44, bottom=48)
_COLUMNS = (
    ("序号", 26), ("编号", 94), ("姓名（名称）", 84), ("类别", 76), ("现任导师", 68),
    ("联系\n次数", 32), ("职责\n完成", 34), ("评价\n趋势", 38), ("状态", 50),
)  # fmt: skip
_LAST = len(_COLUMNS) - 1
_CODE = 1
_SIZE, _MOST_LINES = 10, 20
_HEAD_ROWS = 3
_HINT = "点编号打开档案卡；全部打印的，打印时选“打印整个工作簿”"


class Entry(NamedTuple):
    """A card and where it begins, such as `'01 朱某'!A1`."""

    card: Card
    place: str


def write_index(sheet: Worksheet, entries: Sequence[Entry], content: Cards, styles: Styles) -> None:
    """Write the list; cards of several units stand below the unit's name."""
    pages = PageWriter(sheet, [width for _, width in _COLUMNS], _PAGE, repeated=_HEAD_ROWS)
    sheet.set_footer('&C&"仿宋,Regular"&10第 &P 页')
    pages.add_row(38)
    pages.put((0, _LAST), "基层干部“导师帮带制”成长档案目录", styles.title())
    pages.add_row(22)
    pages.put((0, 5), _HINT, styles.line(font_size=_SIZE))
    pages.put((6, _LAST), f"数据截至 {content.as_of}", styles.line(font_size=_SIZE, align="right"))
    pages.add_row(34)
    heading = styles.heiti(_SIZE, align="center", text_wrap=True, bg_color="#F2F2F2", **BORDER)
    for column, (name, _) in enumerate(_COLUMNS):
        pages.put(column, name, heading)
    sheet.freeze_panes(_HEAD_ROWS, 0)
    several = len({entry.card.unit for entry in entries}) > 1
    unit = ""
    for number, entry in enumerate(entries, 1):
        if several and entry.card.unit != unit:
            unit = entry.card.unit
            pages.ensure_room(60)
            pages.add_row(22)
            style = styles.heiti(_SIZE, align="left", text_wrap=True, **BORDER)
            pages.put((0, _LAST), printable(unit), style)
        _write_entry(pages, number, entry, styles)
    pages.finish()


def _write_entry(pages: PageWriter, number: int, entry: Entry, styles: Styles) -> None:
    texts = [
        pages.fit(printable(text), column, _SIZE, _MOST_LINES)
        for column, text in enumerate(_texts(number, entry.card))
    ]
    pages.add_row(
        max(pages.height(text, column, _SIZE, air=5) for column, text in enumerate(texts))
    )
    style = styles.fangsong(_SIZE, align="center", text_wrap=True, **BORDER)
    link = styles.fangsong(
        _SIZE, align="center", text_wrap=True, font_color="#0563C1", underline=1, **BORDER
    )
    for column, text in enumerate(texts):
        if column == _CODE:
            target = f"internal:{entry.place}"
            pages.sheet.write_url(pages.row, column, target, link, text, "打开档案卡")
        else:
            pages.put(column, text, style)


def _texts(number: int, card: Card) -> tuple[str, ...]:
    running = [mentor.name for mentor in card.mentors if mentor.status == PairingStatus.RUNNING]
    done = sum(duty.progress == DutyProgress.DONE for duty in card.duties)
    return (
        str(number), card.mentee_id, card.name, card.category, "、".join(dict.fromkeys(running)),
        str(card.times), f"{done}/{len(card.duties)}" if card.duties else "", card.trend,
        card.status,
    )  # fmt: skip


# --- the radar chart of the six aspects -----------------------------------------------------------

_FONT = {"name": "仿宋", "size": 10, "color": "#262626"}
_BEFORE = {"color": "#7F7F7F", "width": 1.75, "dash_type": "dash"}
_NOW = {"color": "#C00000", "width": 2.25}
_PLOT = {"x": 0.22, "y": 0.1, "width": 0.56, "height": 0.66}
"""Shares of the chart; left to itself, LibreOffice draws the radar half as large."""

_GRID = {"color": "#D0D0D0", "width": 0.75}


def _radar_chart(workbook: Workbook, sheet: str, row: int, card: Card) -> Any:
    """Return the chart of the score table whose headings stand in 0-based `row` of `sheet`."""
    chart: Any = workbook.add_chart({"type": "radar", "subtype": "with_markers"})
    first, last = row + 1, row + len(Aspect)
    for column, scores, line, marker, size in (
        (1, card.baseline, _BEFORE, "circle", 5),
        (2, card.latest, _NOW, "diamond", 7),
    ):
        if any(scores):
            fill, border = {"color": line["color"]}, {"color": line["color"]}
            series = {
                "name": [sheet, row, column],
                "categories": [sheet, first, 0, last, 0],
                "values": [sheet, first, column, last, column],
                "line": line,
                "marker": {"type": marker, "size": size, "fill": fill, "border": border},
            }
            chart.add_series(series)
    grid = {"visible": True, "line": _GRID}
    small = {**_FONT, "color": "#7F7F7F"}
    scale = {"min": 0, "max": 5, "major_unit": 1, "num_format": "0"}
    chart.set_title({"none": True})
    chart.set_plotarea({"layout": _PLOT})
    chart.set_legend({"position": "bottom", "font": _FONT})
    chart.set_x_axis({"num_font": _FONT, "major_gridlines": grid})
    chart.set_y_axis({**scale, "num_font": small, "major_gridlines": grid, "line": _GRID})
    chart.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    return chart


# --- the workbook ---------------------------------------------------------------------------------

_INDEX = "目录"
_OWN_SHEETS = 60
"""Up to so many cards have a sheet each: more tabs than that are hard to search."""

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
    """
    workbook = printed_workbook(target, FILE_KIND, "导师帮带制成长档案卡", content.as_of)
    styles = Styles(workbook)
    index = add_printed_sheet(workbook, _INDEX)
    entries: list[Entry] = []
    for part in _parts(content.cards):
        writer = _CardSheet(workbook, add_printed_sheet(workbook, part.name), styles)
        for card in part.cards:
            entries.append(Entry(card, f"'{_quoted(part.name)}'!A{writer.write(card, content)}"))
        writer.finish()
    write_index(index, entries, content, styles)
    workbook.close()


def _parts(cards: Sequence[Card]) -> Iterator[_Part]:
    """Yield the sheets; the number in each name is the card's in the index."""
    digits = len(str(len(cards)))
    if len(cards) <= _OWN_SHEETS:
        for number, card in enumerate(cards, 1):
            yield _Part(_sheet_name(f"{number:0{digits}} {card.name}"), [card])
        return
    number = 1
    for unit, group in groupby(cards, key=lambda card: card.unit):
        of_unit = list(group)
        for start in range(0, len(of_unit), _A_SHEET):
            part = of_unit[start : start + _A_SHEET]
            numbers = f"{number:0{digits}}-{number + len(part) - 1:0{digits}}"
            yield _Part(_sheet_name(f"{numbers} {unit}"), part)
            number += len(part)


def _sheet_name(text: str) -> str:
    """Return a name Excel takes; it begins with a number, so that it is the only one."""
    name = _ILLEGAL.sub("", printable(text)).rstrip("'")
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
        self._pages = PageWriter(sheet, WIDTHS, PAGE)

    def write(self, card: Card, content: Cards) -> int:
        """Write a card on pages of its own; return the 1-based row it begins in."""
        first = self._pages.row + 2
        for page in card_pages(card, content.as_of):
            self._pages.new_page()
            for line in page:
                self._draw(line, card)
        self._back_to_index(first)
        return first

    def finish(self) -> None:
        """Set the page breaks and the print area."""
        self._pages.finish()

    def _draw(self, line: Line, card: Card) -> None:
        row = self._pages.add_row(line.height)
        for cell in line.cells:
            style = self._styles.make(**cell.style)
            self._pages.put(cell.columns, cell.value, style, cell.rows)
        if line.radar:
            self._insert_radar(row, line.radar, card)

    def _insert_radar(self, row: int, height: float, card: Card) -> None:
        sheet, column = self._pages.sheet, RADAR_COLUMNS[0]
        chart = _radar_chart(self._workbook, sheet.get_name(), row, card)
        width, tall = round(span(RADAR_COLUMNS) * 4 / 3), round(height * 4 / 3)
        chart.set_size({"width": width - 8, "height": tall - 8})
        description = f"{printable(card.name)}六个方面得分：摸底和最新评价"
        place = {"x_offset": 4, "y_offset": 4, "object_position": 1, "description": description}
        sheet.insert_chart(row, column, chart, place)

    def _back_to_index(self, row: int) -> None:
        """Put a link beside the card, outside what is printed."""
        link = self._styles.fangsong(10, font_color="#0563C1", underline=1)
        self._pages.sheet.write_url(
            row - 1, LAST + 2, f"internal:'{_INDEX}'!A1", link, "返回目录", "回到目录"
        )
