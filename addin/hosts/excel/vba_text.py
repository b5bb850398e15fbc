"""VBA source as pure ASCII: a Chinese literal becomes a call that builds it with ChrW.

A VBA project stores its text in one 8-bit code page. Pure ASCII is the same in all of them, so the
add-in reads alike on a Chinese and on an English Windows.
"""

from __future__ import annotations

import re

__all__ = ["ascii_source", "quoted"]

_TOKEN = re.compile(r"""("(?:[^"]|"")*")|('.*)|([^"']+|["'])""")
_NO_CALL = re.compile(
    r"^\s*(?:(?:Public|Private|Global)\s+)?Const\b|^\s*Attribute\b|^\s*#|\bDeclare\b", re.IGNORECASE
)
"""Statements in which VBA allows no function call."""

_PIECE = 120
"""Characters in one call, 4 hexadecimal digits each: a line of VBA has at most 1023 characters."""
_LONGEST_LINE = 1023


def ascii_source(text: str, name: str) -> str:
    """Return VBA source in which only ASCII is left: literals coded, Chinese comments removed.

    Args:
        text: The source as written, with any line ends.
        name: The module's name, for the message.

    Raises:
        ValueError: Chinese stands where VBA takes none: in a name or in a constant.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(_ascii_line(line, f"{name}:{at}") for at, line in enumerate(lines, 1))


def quoted(text: str) -> str:
    """Return a VBA literal; it may hold Chinese, which `ascii_source` codes later."""
    return '"' + text.replace('"', '""') + '"'


def _ascii_line(line: str, place: str) -> str:
    if line.isascii():
        return line
    coded = "".join(_ascii_token(found, line, place) for found in _TOKEN.finditer(line))
    if any(len(part) > _LONGEST_LINE for part in coded.split("\n")):
        raise ValueError(f"{place}: the line is too long for VBA once its text is coded")
    return coded


def _ascii_token(found: re.Match[str], line: str, place: str) -> str:
    literal, comment, code = found.groups()
    if found[0].isascii():
        return found[0]
    if comment is not None:
        return ""
    if code is not None:
        raise ValueError(f"{place}: only text in quotes may be Chinese: {code.strip()}")
    if _NO_CALL.search(line):
        raise ValueError(f"{place}: a constant or an attribute must be ASCII: {literal}")
    return _calls(literal[1:-1].replace('""', '"'))


def _calls(text: str) -> str:
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)]
    calls = [f'Han("{piece.encode("utf-16-be").hex().upper()}")' for piece in pieces]
    return calls[0] if len(calls) == 1 else "(" + " & _\n        ".join(calls) + ")"
