"""SpreadsheetML as text: attributes of start tags, entities, and Excel's `_xHHHH_` escapes."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

# --- attributes of a start tag -------------------------------------------------------------------


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf'\s{name}="([^"]*)"')


def attribute(tag: str, name: str) -> str:
    """Return the raw value of attribute `name` in the text of a start tag, "" if it has none."""
    match = _pattern(name).search(tag)
    return match[1] if match else ""


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


def spliced(match: re.Match[str], new: str, group: int = 0) -> str:
    """Return the text in which `match` was found with a group of it replaced."""
    return f"{match.string[: match.start(group)]}{new}{match.string[match.end(group) :]}"


# --- text ----------------------------------------------------------------------------------------


class Irregular(Exception):
    """The XML is not in the shape the fast path knows; the tolerant parser must read it."""


_ENTITY = re.compile(r"&(#?)([A-Za-z0-9]+);?|&")
_UNIT = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def unescaped(raw: str) -> str:
    """Return the text of raw character data.

    Raises:
        Irregular: An entity that XML itself does not define.
    """
    if "\r" in raw:
        raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    if "&" in raw:
        raw = _ENTITY.sub(_character, raw)
    return unescaped_units(raw)


def unescaped_units(text: str) -> str:
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
