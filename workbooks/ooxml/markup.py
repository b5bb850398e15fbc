"""SpreadsheetML as text: entities and escapes, and the attributes of start tags."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from validators.cells import letters

# SECTION Attributes of start tags as text: read one, take some out, put one in.

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


# SECTION Text as spreadsheet XML writes it: entities, line ends and `_x000D_` escapes.


class Irregular(Exception):
    """The XML is not in the shape the fast path knows; the tolerant parser must read it."""


_ENTITY = re.compile(r"&(#?)([A-Za-z0-9]+);?|&")
_UNIT = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def plain(raw: str) -> str:
    """Return the text of raw character data.

    Raises:
        Irregular: An entity that XML itself does not define.
    """
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in raw:
        raw = _ENTITY.sub(_character, raw)
    return unescape_units(raw)


def unescape_units(text: str) -> str:
    """Replace Excel's `_xHHHH_` escapes, which are UTF-16 code units, by their characters."""
    if "_x" not in text:
        return text
    text = _UNIT.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escaped surrogates are one character; a lone one can never be written out again.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(match: re.Match[str]) -> str:
    hash_sign, name = match[1], match[2]
    try:
        if not match[0].endswith(";"):
            raise Irregular(match[0])
        if not hash_sign:
            return _NAMED[name]
        return chr(int(name[1:], 16) if name[0] == "x" else int(name))
    except (KeyError, ValueError, OverflowError) as error:
        raise Irregular(match[0]) from error
