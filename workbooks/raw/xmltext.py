"""Text as spreadsheet XML writes it: entities, line ends and `_x000D_` escapes."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["Irregular", "plain", "unescape_units"]


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
