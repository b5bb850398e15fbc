"""Texts on paper: tidied input, dates in words, and how many lines a text takes."""

from __future__ import annotations

from datetime import date
from unicodedata import east_asian_width

from workbooks.masking import mask_text

__all__ = ["full_date", "lines_in", "plain", "shortened", "spelled_date", "text_height"]

_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_TENS = ("", "十", "二十", "三十")
_NOT_FIRST = "，。、；：！？）”》〕…"
_CELL_PADDING = 8.0
"""Points left and right of a cell's text, taken together."""

_LINE = 1.5
"""Height of a line in font sizes; the fonts that stand in for 仿宋 need most of it."""


def plain(text: str) -> str:
    """Return input on one line, without personal phone and ID numbers."""
    return mask_text(" ".join(text.split()))


def full_date(day: date) -> str:
    """Return 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


def spelled_date(day: date) -> str:
    """Return 二〇二六年三月一日."""
    year = str(day.year).translate(_DIGITS)
    return f"{year}年{_spelled(day.month)}月{_spelled(day.day)}日"


def lines_in(text: str, width: float, size: float) -> int:
    """Return how many lines `text` takes; errs upwards, since merged cells fit no rows.

    Args:
        text: What is printed; a line feed begins a line.
        width: The cell's width in points.
        size: The font's size in points; a hanzi is as wide.
    """
    fitting = (width - _CELL_PADDING) / size
    return sum(_lines(part, fitting) for part in text.split("\n"))


def text_height(text: str, width: float, size: float, air: float = 6) -> float:
    """Return the points of height `text` takes in a cell `width` points wide, `air` around it."""
    return lines_in(text, width, size) * size * _LINE + air


def shortened(text: str, width: float, size: float, most: int) -> str:
    """Return `text`, cut so that it takes at most `most` lines."""
    if lines_in(text, width, size) <= most:
        return text
    kept = text[: int((width - _CELL_PADDING) / size * most * 2)]  # the narrowest letters are half
    while lines_in(f"{kept}……", width, size) > most:
        kept = kept[:-1]
    return f"{kept}……"


def _lines(part: str, fitting: float) -> int:
    """Fill lines of `fitting` hanzi; what may not begin a line takes the letter before it along."""
    lines, used, before = 1, 0.0, 0.0
    for letter in part:
        wide = 1.0 if east_asian_width(letter) in "WFA" else 0.6
        used += wide
        if used > fitting:
            lines += 1
            used = wide + (before if letter in _NOT_FIRST else 0.0)
        before = wide
    return lines


def _spelled(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (str(ones).translate(_DIGITS) if ones else "")
