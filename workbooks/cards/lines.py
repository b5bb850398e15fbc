"""Lines of a card: bordered cells on a grid of nine columns, and how tall a line is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from workbooks.printed.words import plain, shortened, text_height

__all__ = [
    "ALL",
    "BORDER",
    "LAST",
    "WIDTHS",
    "Cell",
    "Line",
    "head",
    "heading",
    "label",
    "left",
    "line",
    "middle",
    "signed",
    "span",
]

WIDTHS = (55.5,) * 9
"""Points; labels take one column, facts three."""

LAST = len(WIDTHS) - 1
ALL = (0, LAST)
BORDER = {"border": 1, "border_color": "#7F7F7F"}
_SIZE = 10
_LEAST = 19.0
_AIR = 4.0
_TABLE = {"font_name": "仿宋", "font_size": _SIZE, "text_wrap": True, **BORDER}
_LABEL = {**_TABLE, "font_name": "黑体", "align": "center", "bg_color": "#F2F2F2"}
_MIDDLE = {**_TABLE, "align": "center"}
_LEFT = {**_TABLE, "align": "left"}
_NARROW = {**_MIDDLE, "text_wrap": False, "shrink": True}
_HEADING = {"font_name": "黑体", "font_size": 12, "valign": "bottom"}
_NOTE = {"font_name": "仿宋", "font_size": 10, "valign": "bottom", "align": "left", "shrink": True}
_HEADING_HEIGHT = 22.0
_TITLE_ENDS = 1


_Look = Mapping[str, Any]


class Cell(NamedTuple):
    """Text or a number across columns, and rows where it is taller than its line."""

    columns: tuple[int, int]
    value: str | float
    look: _Look
    rows: int = 1


class Line(NamedTuple):
    """Cells of one row; `radar` is the height of a chart that begins beside it."""

    height: float
    cells: tuple[Cell, ...]
    radar: float = 0.0


def span(columns: tuple[int, int]) -> float:
    """Return the points `columns` are wide."""
    return float(sum(WIDTHS[columns[0] : columns[1] + 1]))


def label(first: int, last: int, text: str) -> Cell:
    """Return a heading of a table or of a fact."""
    return Cell((first, last), text, _LABEL)


def middle(first: int, last: int, value: str | float | None, most: int = 3) -> Cell:
    """Return a centred cell of at most `most` lines; a single line is set smaller to fit."""
    if isinstance(value, int | float):
        return Cell((first, last), value, _NARROW)
    if most == 1:
        return Cell((first, last), _tidy(value), _NARROW)
    return _fitted(value, (first, last), most, _MIDDLE)


def signed(at: int, value: int | None) -> Cell:
    """Return a change with its sign."""
    return Cell((at, at), "" if value is None else value, {**_NARROW, "num_format": "+0;-0;0"})


def left(first: int, last: int, text: str | None, most: int = 3) -> Cell:
    """Return a cell of running text of at most `most` lines."""
    return _fitted(text, (first, last), most, _LEFT)


def line(*cells: Cell) -> Line:
    """Return a line tall enough for its cells."""
    texts = [one for one in cells if isinstance(one.value, str) and not one.look.get("shrink")]
    heights = (text_height(str(one.value), span(one.columns), _SIZE, _AIR) for one in texts)
    return Line(max([_LEAST, *heights]), cells)


def head(*cells: tuple[int, int, str]) -> Line:
    """Return the headings of a table, (first, last, text) each."""
    return line(*(label(*one) for one in cells))


def heading(text: str, note: str = "") -> Line:
    """Return the line above a section, with a note in small print beside the title."""
    if not note:
        return Line(_HEADING_HEIGHT, (Cell(ALL, text, _HEADING),))
    title, beside = (0, _TITLE_ENDS), (_TITLE_ENDS + 1, LAST)
    return Line(_HEADING_HEIGHT, (Cell(title, text, _HEADING), Cell(beside, note, _NOTE)))


def _tidy(text: str | None) -> str:
    return "\n".join(plain(part) for part in (text or "").split("\n"))


def _fitted(text: str | None, columns: tuple[int, int], most: int, look: _Look) -> Cell:
    return Cell(columns, shortened(_tidy(text), span(columns), _SIZE, most), look)
