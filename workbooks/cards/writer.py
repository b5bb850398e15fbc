"""Write growth cards as one workbook ready for the printer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.sheets import SheetKind
from workbooks.cards.content import FILE_KIND, Card, Cards
from workbooks.cards.index import Entry, write_index
from workbooks.cards.lines import LAST, WIDTHS, Line, span
from workbooks.cards.pages import PAGE, card_pages
from workbooks.cards.radar import place_radar
from workbooks.cards.sections import RADAR_COLUMNS
from workbooks.plain import plain_workbook
from workbooks.printed.flow import MEASURE, Flow
from workbooks.printed.words import plain
from workbooks.template.styles import TAB_COLOURS, Styles

__all__ = ["write_cards"]

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
