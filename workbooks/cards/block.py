"""A section of a card: a title, and lines that may go on on another page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workbooks.cards.content import Fact
from workbooks.cards.lines import LAST, Cell, Line, heading, label, left, line, middle

__all__ = ["Block", "fact_lines", "shown_day", "table"]

_PER_LINE = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A section.

    Attributes:
        title: Its first line.
        head: The table's headings, repeated on a new page.
        lines: The rest.
        whole: Whether it stays on one page.
        contacts: Whether its lines are contacts.
    """

    title: Line
    head: Line | None = None
    lines: tuple[Line, ...] = ()
    whole: bool = False
    contacts: bool = False


def table(title: str, note: str, columns: Line, lines: Sequence[Line], none: str) -> Block:
    """Return a table, or one line where there is nothing to show."""
    if not lines:
        return Block(heading(f"{title}：{none}"))
    return Block(heading(title, note), columns, tuple(lines))


def fact_lines(facts: Sequence[Fact]) -> Iterator[Line]:
    """Yield facts three to a line; a wide one has a line of its own."""
    waiting: list[Fact] = []
    for fact in facts:
        if not fact.wide:
            waiting.append(fact)
        if waiting and (fact.wide or len(waiting) == _PER_LINE):
            yield _three(waiting)
            waiting = []
        if fact.wide:
            yield line(label(0, 0, fact.label), left(1, LAST, fact.text, 6))
    if waiting:
        yield _three(waiting)


def _three(facts: Sequence[Fact]) -> Line:
    cells: list[Cell] = []
    for place in range(_PER_LINE):
        fact = facts[place] if place < len(facts) else Fact("", "")
        start = _PER_LINE * place
        cells += [label(start, start, fact.label), middle(start + 1, start + 2, fact.text, 4)]
    return line(*cells)


def shown_day(day: date | None) -> str:
    """Return the day as 2026-06-30, "" for none."""
    return day.isoformat() if day else ""
