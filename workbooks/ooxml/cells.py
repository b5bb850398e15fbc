"""Write cell values as SpreadsheetML, so that Excel shows what the ledger held and runs none of it.

Text is never a formula or a link, whatever it begins with: a formula is an element of its own
(`<f>`), and this module writes none. Give text columns the number format `@` so that editing such
a cell later does not turn it into one either.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import TypeGuard, cast

from validators.cells import Cell
from workbooks.ooxml.dates import FIRST_RELIABLE_DAY, to_serial

MAX_TEXT = 32_767
"""The longest text of a cell, in UTF-16 units as Excel counts them."""

_ILLEGAL = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"  # \r too: XML readers make it \n
_SPECIAL = re.compile(f"[{_ILLEGAL}]|_(?=x[0-9A-Fa-f]{{4}}[_{_ILLEGAL}])|[&<>]")
_UNUSUAL = re.compile(rf"{_SPECIAL.pattern}|\n|^\s|\s\Z")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BATCH, _FEW = 512, 4
_EXACT_INTEGERS = 10**15  # a worksheet keeps 15 digits


def escaped(text: str) -> str:
    """Return `text` as XML character data.

    A character XML forbids becomes `_xHHHH_`, as Excel itself writes it; text that looks like such
    an escape is kept through `_x005F_` (ECMA-376 part 1, 22.9.2.19 ST_Xstring).
    """
    return _SPECIAL.sub(_replacement, text)


def _replacement(match: re.Match[str]) -> str:
    character = match[0]
    return _ENTITIES.get(character) or f"_x{ord(character):04X}_"


def text_element(text: str) -> str:
    """Return the `<t>` element of `text`.

    Raises:
        ValueError: The text is longer than a cell holds; shortening it visibly is for the caller.
    """
    if len(text) > MAX_TEXT // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * MAX_TEXT:
        raise ValueError(f"a text of {len(text)} characters does not fit a cell: {text[:30]}…")
    if not _UNUSUAL.search(text):
        return f"<t>{text}</t>"
    return f'<t xml:space="preserve">{escaped(text)}</t>'


def as_text(value: Cell) -> str:
    """Return `value` as a clerk would type it: no midnight after a day, no `.0` after a number."""
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def all_texts(values: Sequence[Cell]) -> TypeGuard[Sequence[str]]:
    """Return whether there are values and all of them are texts."""
    return set(map(type, values)) == {str}


def unusual_texts(texts: Sequence[str]) -> Iterator[int]:
    """Yield the places of all texts that cannot stand in XML as they are, and some of their neighbours.

    An empty text is none of them.
    """
    for start in range(0, len(texts), _BATCH):
        yield from _unusual(texts[start : start + _BATCH], start)


def _unusual(texts: Sequence[str], start: int) -> Iterator[int]:
    """Yield the places of unusual texts; where few are, looking at many at once is fast."""
    if _all_plain(texts):
        return
    half = len(texts) // 2
    if half < _FEW:
        yield from range(start, start + len(texts))
    else:
        yield from _unusual(texts[:half], start)
        yield from _unusual(texts[half:], start + half)


def _all_plain(texts: Sequence[str]) -> bool:
    """Return whether all of some texts stand in XML as they are; a full-width space is not plain to Python."""
    joined = "".join(texts)
    return (
        joined.isprintable()
        and not any(map(joined.__contains__, "&<>"))
        and not ("_" in joined and "_x" in joined)
        and not (" " in joined and any(text.strip(" ") != text for text in texts))
        and max(map(len, texts), default=0) <= MAX_TEXT // 2
    )


def all_whole(values: Sequence[Cell]) -> TypeGuard[Sequence[int]]:
    """Return whether all of `values` are integers a worksheet keeps every digit of."""
    if set(map(type, values)) != {int}:
        return False
    integers = cast("Sequence[int]", values)
    return min(integers) > -_EXACT_INTEGERS and max(integers) < _EXACT_INTEGERS


def all_days(values: Sequence[Cell]) -> TypeGuard[Sequence[date]]:
    """Return whether all of `values` are days whose serial numbers are reliable."""
    if set(map(type, values)) != {date}:
        return False
    return min(cast("Sequence[date]", values)) >= FIRST_RELIABLE_DAY


def number(value: Cell, *, dated: bool, date1904: bool = False) -> str | None:
    """Return `value` as the digits of a numeric cell, None where it has to be text.

    Args:
        value: Any cell but a truth value.
        dated: Whether the cell's style shows numbers as dates or times. A date in a plain column
            would show as 45,000-odd and a plain number in a dated one as an invented day or
            ######, so each is text there.
        date1904: Whether the workbook counts days from 1904.

    Raises:
        ValueError: NaN or an infinity, which no worksheet holds.
    """
    if isinstance(value, int | float):
        return None if dated else _plain(value)
    if isinstance(value, date | time) and dated:
        serial = to_serial(value, date1904=date1904)
        return None if serial is None else repr(serial)
    return None


def _plain(value: float) -> str | None:
    if isinstance(value, int):
        return str(value) if abs(value) < _EXACT_INTEGERS else None
    if not math.isfinite(value):
        raise ValueError(f"no worksheet holds {value}")
    return repr(value)
