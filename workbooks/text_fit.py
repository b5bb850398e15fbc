"""Estimate how much room a text takes: lines in a column, points of height in a row or on paper.

Spreadsheets do not fit the height of rows with merged or spliced cells by themselves, so estimates
err upwards.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from math import ceil
from unicodedata import east_asian_width

ROW_LINE, ROW_PADDING, ROW_LEAST, ROW_MOST = 14.5, 7.0, 21.0, 409.5
"""Points: a line of 11-point text, the air around a cell's text, a row's least and greatest height."""

_NOT_FIRST, _NOT_LAST = "，。、；：！？）”’》〕】…％%,.;:!?)", "（“‘《〔【(￥"
_CELL_PADDING = 8.0
"""Points left and right of a cell's text, taken together."""

_LATIN = 0.6
"""Width of a letter in font sizes, in the widest of the fonts that stand in for 仿宋."""
_LINE, _CLOSE_LINE = 1.5, 1.36
"""Height of a line in font sizes: the fonts that stand in for 仿宋 need most of it, 仿宋 1.27."""


def text_width(text: str, hanzi: float = 2.1, other: float = 1.0, wide: str = "WF") -> float:
    """Return the width of `text` in characters; a hanzi takes a little more than two.

    Args:
        text: The text.
        hanzi: Width of a wide character.
        other: Width of every other character.
        wide: Classes of East Asian width that count as wide; A stands for the ambiguous.
    """
    return sum(map(_letter_widths(hanzi, other, wide).__getitem__, text))


class _LetterWidths(dict[str, float]):
    """The width of each letter met so far."""

    def __init__(self, hanzi: float, other: float, wide: str) -> None:
        self._hanzi, self._other, self._wide = hanzi, other, wide

    def __missing__(self, letter: str) -> float:
        width = self._hanzi if east_asian_width(letter) in self._wide else self._other
        self[letter] = width
        return width


_letter_widths = cache(_LetterWidths)


# --- columns of a worksheet: widths in characters, half a hanzi of 11 points each ------------------

OWN_FONT, OWN_DIGIT = "Courier New", 8
"""The font of cells without a format, and the pixels its digits are wide: columns are so many
digits wide. Its digits, unlike those of Calibri or 宋体, have the same width in every font that
stands in for it, so that a column or a page holds the same everywhere.
"""
CHARACTER = 7
"""Pixels of a character."""


def digits(characters: float) -> float:
    """Return the width of a worksheet column as a workbook of ours states it."""
    return round(characters * CHARACTER / OWN_DIGIT, 2)


HANZI = 2.1
"""The width of a hanzi of 11 points in characters; other letters take half of it."""


def lines_in_column(text: str, width: float, size: float = 11) -> int:
    """Return how many lines a table's cell needs.

    Args:
        text: Its text; a line feed begins a line.
        width: The column's width in characters.
        size: The font's size in points.
    """
    fitting = width * 11 / size
    if "\n" not in text and len(text) * HANZI <= fitting:
        return 1
    return sum(_filled_lines(part, fitting, HANZI, HANZI / 2) for part in text.split("\n"))


_REMARK = re.compile("（[^（）]*）")
_REMARK_BETWEEN = re.compile("(?<=[0-9A-Za-z])（[^（）]*）(?=[0-9A-Za-z])")


def summary(text: str, width: float, most: int) -> str:
    """Return a text of sentences in short, so that it takes at most `most` lines of a column.

    Remarks in brackets go first, then the last sentences, which are counted; of a single sentence
    the last clauses go, then its last words.

    Args:
        text: Sentences that end with ；or 。.
        width: The column's width in characters.
        most: How many lines are there.
    """
    if "\n" not in text and len(text) * HANZI <= width:
        return text

    def _fits(part: str) -> bool:
        return len(part) <= width * most and lines_in_column(part, width) <= most

    if _fits(text):
        return text
    plain = _REMARK.sub("", _REMARK_BETWEEN.sub(" ", text)) or text
    if _fits(plain):
        return plain
    sentences = [part for part in re.split("[；。]", plain) if part] or [text]
    end = f"……等 {len(sentences)} 项" if sentences[1:] else "……"
    clauses = sentences[0].split("，")
    shorter = ["；".join(sentences[:n]) for n in range(len(sentences) - 1, 0, -1)]
    shorter += ["，".join(clauses[:n]) for n in range(len(clauses) - 1, 0, -1)]
    shorter += [clauses[0][:n] for n in range(len(clauses[0]), 0, -1)]
    return next((part.rstrip() + end for part in shorter if _fits(part + end)), end)


def heading_height(columns: Iterable[tuple[str, float]]) -> float:
    """Return the points in which headings of these widths show in full, beside filter buttons."""
    lines = max(ceil(2 * len(name) / max(int(width - 0.5), 2)) for name, width in columns)
    return max(34.0, 15.5 * lines + 16)


# --- paper: widths in points ----------------------------------------------------------------------


def lines_on_paper(text: str, width: float, size: float, latin: float = _LATIN) -> int:
    """Return how many lines `text` takes.

    Args:
        text: What is printed; a line feed begins a line.
        width: The cell's width in points.
        size: The font's size in points; a hanzi is as wide.
        latin: The width of all other letters in font sizes.
    """
    fitting = (width - _CELL_PADDING) / size
    return sum(_filled_lines(part, fitting, 1.0, latin) for part in text.split("\n"))


def text_height(text: str, width: float, size: float, air: float = 6) -> float:
    """Return the points of height `text` takes in a cell `width` points wide, `air` around it."""
    return lines_on_paper(text, width, size) * size * _LINE + air


def close_height(text: str, width: float, size: float, air: float) -> float:
    """Return the points of a paragraph in 仿宋 itself, so that paragraphs stand evenly apart."""
    return lines_on_paper(text, width, size, latin=0.5) * size * _CLOSE_LINE + air


def shortened(text: str, width: float, size: float, most: int) -> str:
    """Return `text`, cut so that it takes at most `most` lines."""
    if lines_on_paper(text, width, size) <= most:
        return text
    kept = text[: int((width - _CELL_PADDING) / size * most * 2)]  # the narrowest letters are half
    while lines_on_paper(f"{kept}……", width, size) > most:
        kept = kept[:-1]
    return f"{kept}……"


def pieces(text: str, width: float, size: float, most: int) -> list[str]:
    """Return `text` in parts of at most `most` lines each; nothing of it is lost."""
    parts = []
    while lines_on_paper(text, width, size) > most:
        longest = range(1, int((width - _CELL_PADDING) / size * most * 2) + most + 2)
        end = bisect_right(longest, most, key=lambda n: lines_on_paper(text[:n], width, size))
        parts.append(text[: max(end, 1)])
        text = text[max(end, 1) :]
    return [*parts, text]


def _filled_lines(part: str, fitting: float, hanzi: float, other: float) -> int:
    """Return how many lines a part takes: words stay whole, no line begins with a comma."""
    widths = _letter_widths(hanzi, other, "WFA")
    if len(part) * hanzi <= fitting or sum(map(widths.__getitem__, part)) <= fitting:
        return 1
    lines, used, word = 1, 0.0, 0.0
    before, wide_before = " ", False
    for letter in part:
        width = widths[letter]
        wide = width == hanzi
        between = wide or wide_before or before == " "
        if between and letter not in _NOT_FIRST and before not in _NOT_LAST:
            word = 0.0
        used += width
        word += width
        if used > fitting and letter != " ":
            lines += 1
            word = width if word > fitting else word
            used = word
        before, wide_before = letter, wide
    return lines


# --- notes ---

_NOTE_LETTERS = 44
"""How wide a note is: 20 hanzi."""
_NOTE_LETTER, _NOTE_LINE, _NOTE_AIR = 4.6, 13.5, 12.0
"""Points of a letter and of a line in the 9-point type of notes, and the air around them."""
NOTE_WIDTH = _NOTE_LETTERS * _NOTE_LETTER + _NOTE_AIR
"""The width of a cell's note in points."""


def note_height(text: str) -> float:
    """Return the height in points of a note that shows all of a text."""
    lines = sum(max(1, ceil(text_width(line) / _NOTE_LETTERS)) for line in text.split("\n"))
    return lines * _NOTE_LINE + _NOTE_AIR
