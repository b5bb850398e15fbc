"""Attributes of start tags as text: read one, take some out, put one in."""

from __future__ import annotations

import re
from functools import cache

from validators.cells import letters

__all__ = ["area", "attribute", "column_number", "reference", "with_attribute", "without"]

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf'\s{name}="([^"]*)"')


def attribute(tag: str, name: str) -> str:
    """Return the raw value of attribute `name` in the text of a start tag, "" if it has none."""
    found = _pattern(name).search(tag)
    return found[1] if found else ""


def without(tag: str, *names: str) -> str:
    """Return the text of a start tag without some attributes."""
    for name in names:
        if name in tag:
            tag = _pattern(name).sub("", tag)
    return tag


def with_attribute(tag: str, name: str, value: str) -> str:
    """Return the text of a start tag, without its end, with attribute `name` set."""
    new = f' {name}="{value}"'
    tag, changed = _pattern(name).subn(new, tag, count=1)
    return tag if changed else tag + new


@cache
def column_number(letter: str) -> int:
    """Return the 1-based number of worksheet column `letter`."""
    number = 0
    for character in letter:
        number = number * 26 + ord(character) - 64
    return number


def area(text: str) -> tuple[int, int, int, int] | None:
    """Return a reference's 1-based (first row, first column, last row, last column)."""
    found = _AREA.fullmatch(text)
    if found is None:
        return None
    top, left = int(found[2]), column_number(found[1])
    return top, left, int(found[4] or top), column_number(found[3] or found[1])


def reference(top: int, left: int, bottom: int, right: int) -> str:
    """Return the reference of an area: `A3:P32`."""
    return f"{letters(left)}{top}:{letters(right)}{bottom}"
