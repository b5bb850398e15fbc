"""Blocks on pages: a card has two, and lists as many of its last contacts as they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workbooks.cards.block import Block
from workbooks.cards.content import Card
from workbooks.cards.lines import Line
from workbooks.cards.records import MOST_CONTACTS, with_last
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
    everything = blocks(card)
    best = _filled(card, as_of, everything)
    if len(best) > _WISHED:
        shorter = _filled(card, as_of, blocks(card, finished=False))
        best = shorter if len(shorter) <= _WISHED else best
    return best


def _filled(card: Card, as_of: date, parts: Sequence[Block]) -> list[list[Line]]:
    """Return the pages with the most contacts that fit on two, found by halves, else the fewest."""
    high = min(len(card.contacts), MOST_CONTACTS)
    low = min(_FEWEST, high)
    best = _paginated(card, as_of, with_last(parts, card, low))
    if len(best) > _WISHED:
        return best
    while low < high:
        middle = (low + high + 1) // 2
        pages = _paginated(card, as_of, with_last(parts, card, middle))
        if len(pages) <= _WISHED:
            low, best = middle, pages
        else:
            high = middle - 1
    return best


def _paginated(card: Card, as_of: date, parts: Sequence[Block]) -> list[list[Line]]:
    pages = [masthead(card, as_of)]
    for block in parts:
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
