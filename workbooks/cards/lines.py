"""Cells and lines of a growth card on a grid of nine columns; no text is cut.

A text too long for one line of the sheet goes on in further ones, each short enough for a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from workbooks.cards.content import Fact
from workbooks.pages import Columns, printable
from workbooks.text_fit import lines_on_paper, pieces, text_height

WIDTHS = (68.0, 48.5, 48.5, 48.5, 48.5, 48.5, 68.0, 68.0, 52.0)
"""Points; the wide ones hold a day, every one a label of four hanzi."""

LAST = len(WIDTHS) - 1
ALL = (0, LAST)
EDGE = "#7F7F7F"
BORDER = {"border": 1, "border_color": EDGE}
_SIZE = 10
_LEAST = 19.0
_AIR = 4.0
_MOST = 24
"""Lines of text in one line of the sheet: half a page."""

_TABLE = {"font_name": "仿宋", "font_size": _SIZE, "text_wrap": True, **BORDER}
_LABEL = {**_TABLE, "font_name": "黑体", "align": "center", "bg_color": "#F2F2F2"}
_MIDDLE = {**_TABLE, "align": "center"}
_LEFT = {**_TABLE, "align": "left"}
_HEADING = {"font_name": "黑体", "font_size": 12, "valign": "bottom"}
_NOTE = {"font_name": "仿宋", "font_size": _SIZE, "valign": "bottom", "align": "right"}
_HEADING_HEIGHT = 24.0
_TITLE_ENDS = 3

Style = Mapping[str, Any]
"""Format properties, as XlsxWriter takes them."""


class Cell(NamedTuple):
    """Text or a number across columns, and rows where it is taller than its line."""

    columns: Columns
    value: str | float
    style: Style
    rows: int = 1


class Line(NamedTuple):
    """Cells of one row; `radar` is the height of a chart that begins beside it."""

    height: float
    cells: tuple[Cell, ...]
    radar: float = 0.0


Group = tuple[Line, ...]
"""Lines that stay on one page."""


def height(lines: Iterable[Line]) -> float:
    """Return the points some lines take."""
    return sum(line.height for line in lines)


def span(columns: Columns) -> float:
    """Return the points `columns` are wide."""
    return float(sum(WIDTHS[columns[0] : columns[1] + 1]))


def text(columns: Columns, value: str | None, style: Style) -> Cell:
    """Return a cell of text without personal numbers; line feeds stay."""
    return Cell(columns, "\n".join(printable(part) for part in (value or "").split("\n")), style)


def label(first: int, last: int, value: str) -> Cell:
    """Return a heading of a table or of a fact."""
    return Cell((first, last), value, _LABEL)


def middle(first: int, last: int, value: str | float | None, rows: int = 1) -> Cell:
    """Return a centred cell."""
    if isinstance(value, int | float):
        return Cell((first, last), value, _MIDDLE, rows)
    return text((first, last), value, _MIDDLE)._replace(rows=rows)


def signed(at: int, value: int | None) -> Cell:
    """Return a change with its sign."""
    return Cell((at, at), "" if value is None else value, {**_MIDDLE, "num_format": "+0;-0;0"})


def left(first: int, last: int, value: str | None) -> Cell:
    """Return a cell of running text."""
    return text((first, last), value, _LEFT)


def row(*cells: Cell) -> Group:
    """Return a row as tall as its cells: one line, or more where a text is very long."""
    parts = [
        pieces(cell.value, span(cell.columns), _SIZE, _MOST) if isinstance(cell.value, str) else []
        for cell in cells
    ]
    return tuple(
        _line(
            cell._replace(value=part[number] if number < len(part) else "")
            if part or number
            else cell
            for cell, part in zip(cells, parts, strict=True)
        )
        for number in range(max(map(len, parts), default=1) or 1)
    )


def line(*cells: Cell) -> Line:
    """Return one line for texts that are known to be short."""
    return _line(cells)


def _line(cells: Iterable[Cell]) -> Line:
    cells = tuple(cells)
    heights = (
        text_height(cell.value, span(cell.columns), _SIZE, _AIR)
        for cell in cells
        if isinstance(cell.value, str) and cell.rows == 1
    )
    return Line(max([_LEAST, *heights]), cells)


class Column(NamedTuple):
    """A column of a table; `left` ones hold running text."""

    heading: str
    first: int
    last: int
    left: bool = False


def head(columns: Sequence[Column]) -> Line:
    """Return the headings of a table."""
    return line(*(label(column.first, column.last, column.heading) for column in columns))


def table_row(columns: Sequence[Column], values: Sequence[str | float | None]) -> Group:
    """Return one row of a table, its values in the order of the columns."""
    return row(
        *(
            left(at.first, at.last, value)
            if at.left and not isinstance(value, int | float)
            else middle(at.first, at.last, value)
            for at, value in zip(columns, values, strict=True)
        )
    )


def heading(title: str, note: str = "") -> Line:
    """Return the line above a section, with a note in small print beside the title."""
    if not note:
        return Line(_HEADING_HEIGHT, (Cell(ALL, title, _HEADING),))
    beside = Cell((_TITLE_ENDS + 1, LAST), note, _NOTE)
    return Line(_HEADING_HEIGHT, (Cell((0, _TITLE_ENDS), title, _HEADING), beside))


# --- facts: a label with what stands beside it ----------------------------------------------------

_PLACES = ((0, 1, 2), (3, 4, 5), (6, 7, LAST))
"""Columns of three facts in a line: the label, the first and the last of what stands beside it."""

_BESIDE = ((0, 1, 2), (3, 4, 6))
"""Columns of two facts in a line beside the photo."""

_PHOTO = (7, LAST)
_PHOTO_LEAST = 138.0
"""Points: a photo of two inches, as files ask for, is 35 by 49 millimetres."""

_SHORT = 4
"""A fact of more lines than these has a line of its own."""


def fact_rows(facts: Sequence[Fact]) -> Iterator[Group]:
    """Yield facts three to a line; a wide or long one has a line of its own."""
    waiting: list[Fact] = []
    for fact in facts:
        alone = _is_wide(fact, _PLACES)
        if not alone:
            waiting.append(fact)
        if waiting and (alone or len(waiting) == len(_PLACES)):
            yield (_abreast(waiting, _PLACES),)
            waiting = []
        if alone:
            yield _alone(fact)
    if waiting:
        yield (_abreast(waiting, _PLACES),)


def facts_with_photo(facts: Sequence[Fact]) -> list[Group]:
    """Return facts two to a line beside a place for a photo, those that are long below."""
    short = [fact for fact in facts if not _is_wide(fact, _BESIDE)]
    lines = [
        _abreast(short[at : at + len(_BESIDE)], _BESIDE)
        for at in range(0, len(short) or 1, len(_BESIDE))
    ]
    more = max(0.0, _PHOTO_LEAST - height(lines)) / len(lines)
    lines = [line._replace(height=line.height + more) for line in lines]
    photo = middle(*_PHOTO, "照片", rows=len(lines))
    first = lines[0]._replace(cells=(*lines[0].cells, photo))
    return [(first, *lines[1:]), *(_alone(fact) for fact in facts if fact not in short)]


def _is_wide(fact: Fact, places: Sequence[tuple[int, int, int]]) -> bool:
    room = min(span((first, last)) for _, first, last in places)
    return fact.wide or lines_on_paper(fact.text, room, _SIZE) > _SHORT


def _abreast(facts: Sequence[Fact], places: Sequence[tuple[int, int, int]]) -> Line:
    cells: list[Cell] = []
    for number, (at, first, last) in enumerate(places):
        if number < len(facts):
            fact = facts[number]
            cells += [label(at, at, fact.label), middle(first, last, fact.text)]
        else:
            cells.append(middle(at, last, ""))
    return line(*cells)


def _alone(fact: Fact) -> Group:
    return row(label(0, 0, fact.label), left(1, LAST, fact.text))
