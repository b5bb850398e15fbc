"""Put the sections of a growth card on pages of A4: rows stay whole, tables repeat their headings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbooks.cards.content import Card
from workbooks.cards.lines import Line, height
from workbooks.cards.sections import continued, masthead, sections
from workbooks.pages import PageFormat

PAGE = PageFormat(landscape=False, side=40, top=40, bottom=40)


def card_pages(card: Card, as_of: date) -> list[list[Line]]:
    """Return the lines of each page of a card; every page says which of how many it is."""
    pages = _Pages(height(masthead(card, as_of, 1)), height(continued(card, 1, 1)))
    for title, block in sections(card):
        opening = [title, *([block.head] if block.head else [])]
        first, *further = block.groups or ((),)
        pages.place([*opening, *first])
        for group in further:
            pages.place(group, [block.head] if block.head else [])
    number = len(pages.filled)
    return [
        [*(continued(card, at, number) if at > 1 else masthead(card, as_of, number)), *lines]
        for at, lines in enumerate(pages.filled, 1)
    ]


class _Pages:
    """Pages that are filled one after the other.

    Args:
        first: Points of height the top of the first page takes.
        others: Likewise of every further page.
    """

    def __init__(self, first: float, others: float) -> None:
        self.filled: list[list[Line]] = [[]]
        self._left = PAGE.room - first
        self._others = others

    def place(self, lines: Sequence[Line], repeated: Sequence[Line] = ()) -> None:
        """Put lines that stay together on the last page, or on a new one below `repeated`."""
        if height(lines) > self._left:
            lines = [*repeated, *lines]
            self.filled.append([])
            self._left = PAGE.room - self._others
        self.filled[-1].extend(lines)
        self._left -= height(lines)
