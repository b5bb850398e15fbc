"""Blocks on pages: a card has two, and lists as many of its last contacts as they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbooks.cards.content import Card
from workbooks.cards.lines import Line
from workbooks.cards.sections import blocks, continued, masthead
from workbooks.printed.flow import Page

__all__ = ["PAGE", "card_pages"]

PAGE = Page(landscape=False, side=40, top=40, bottom=40)
_WISHED = 2
_FEWEST = 4
"""Contacts a card lists even if it takes a third page."""


def card_pages(card: Card, as_of: date) -> list[list[Line]]:
    """Return the lines of each page of a card.

    Finished duties and all but the last few contacts give way before a third page is begun.
    """
    least = min(_FEWEST, len(card.contacts))
    for finished in (True, False):
        pages = _paginated(card, as_of, least, finished=finished)
        if len(pages) <= _WISHED:
            return _filled(card, as_of, pages, finished=finished)
    return _paginated(card, as_of, least, finished=True)


def _filled(card: Card, as_of: date, best: list[list[Line]], *, finished: bool) -> list[list[Line]]:
    """Return the pages with the most contacts that fit, found by halves; `best` has the fewest."""
    most = len(card.contacts)
    low, high = min(_FEWEST, most), most
    while low < high:
        middle = (low + high + 1) // 2
        pages = _paginated(card, as_of, middle, finished=finished)
        if len(pages) <= _WISHED:
            low, best = middle, pages
        else:
            high = middle - 1
    return best


def _paginated(card: Card, as_of: date, shown: int, *, finished: bool) -> list[list[Line]]:
    pages = [masthead(card, as_of)]
    for block in blocks(card, shown, finished=finished):
        opening = [block.title, *([block.head] if block.head else [])]
        together = [*opening, *(block.lines if block.whole else block.lines[:1])]
        _place(pages, together, card)
        for each in block.lines[len(together) - len(opening) :]:
            _place(pages, [each], card, [block.head] if block.head else [])
    return pages


def _place(
    pages: list[list[Line]], lines: Sequence[Line], card: Card, repeated: Sequence[Line] = ()
) -> None:
    """Put lines that stay together on the last page, or on a new one below `repeated`."""
    if _height([*pages[-1], *lines]) > PAGE.room:
        pages.append([continued(card, len(pages) + 1), *repeated])
    pages[-1].extend(lines)


def _height(lines: Sequence[Line]) -> float:
    return sum(one.height for one in lines)
