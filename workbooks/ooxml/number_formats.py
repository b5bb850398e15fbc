"""Numbers as a number format shows them, where that is something else than the number.

Only what changes a number's meaning is worked out: percent signs, words between and around the
digits, thousands left out, zeros in front, and whole numbers shown for fractions (ECMA-376 part 1,
18.8.31), and the month in 1978.10. Dates are for `workbooks.ooxml.dates`; of fractions, exponents
and conditions nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from validators.cells import Shown
from workbooks.ooxml.dates import Kind, format_kind, from_serial

_BUILTIN: Final = {1: "0", 2: "0.00", 3: "#,##0", 9: "0%", 10: "0.00%"}
_TOKEN = re.compile(r'"([^"]*)"|[\\!](.)|_.|\*.|\[[^\]]*\]|([0#?.,%]|(?i:general))|(.)', re.DOTALL)
_PLAIN = re.compile(r"(?i:general)|@|[#,]*[#?]*(?:\.[0#?]*)?")
"""Formats that show a number as it is, but for what they round away behind the point."""
_WORDS = re.compile(r'"[^"]*"|[\\!].|_.|\*.')
_UNSUPPORTED = re.compile(r"[eE][+-]|/|[<>=]\s*-?\d")
_SAID: Final = re.compile(r"[¥￥$€\s,()（）]")
"""What says nothing more about a number."""
_OCTOBER: Final = re.compile(r"(?:19|20)\d\d\.10")
_LONGEST: Final = 255
_MOST: Final = 4_096
"""Speaking formats of one process; those of all the templates in use are a few dozen."""

_KINDS: Final = tuple(Kind)
_sections: list[str] = []
_FIRST: Final = len(Kind)


def meaning_of(number: int, code: str | None) -> int:
    """Return what a cell style's number format means, as one number for `valued`.

    Args:
        number: The format's id.
        code: Its own code, None for a built-in one.

    Returns:
        A `Kind`, or a number beyond the kinds for a format that speaks.
    """
    kind = format_kind(number, code)
    section = speaking_format(number, code) if kind is Kind.NUMBER else ""
    if not section or (section not in _sections and len(_sections) >= _MOST):
        return kind
    if section not in _sections:
        _sections.append(section)
    return _FIRST + _sections.index(section)


def valued(
    number: int | float, meaning: int, *, date1904: bool = False
) -> int | float | date | time | Shown:
    """Return the cell of a number in a format of this meaning; see `meaning_of`."""
    if meaning < _FIRST:
        return from_serial(number, _KINDS[meaning], date1904=date1904)
    return shown_number(number, _sections[meaning - _FIRST])


@lru_cache(maxsize=1 << 12)
def speaking_format(number: int, code: str | None) -> str:
    """Return the first section of a format that may change a number's meaning, "" of the others.

    Args:
        number: The format's id.
        code: Its own code, None for a built-in one.
    """
    section = _section(_BUILTIN.get(number, "") if code is None else code)
    if not section or len(section) > _LONGEST or _UNSUPPORTED.search(_WORDS.sub("", section)):
        return ""
    if _PLAIN.fullmatch(section) or format_kind(-1, section) is not Kind.NUMBER:
        return ""
    return section


def shown_number(number: int | float, section: str) -> int | float | Shown:
    """Return a number as `Shown` where the format says something else than it, else the number."""
    if number < 0:  # the second section is its own matter
        return number
    return as_shown(number, rendered(number, section))


def as_shown(number: int | float, text: str) -> int | float | Shown:
    """Return a number as `Shown` where the `text` a sheet shows for it says something else."""
    said = _SAID.sub("", text)
    if said == f"{number:.15g}%":  # the sign is but written beside the number
        return number
    try:
        value = float(said)
    except ValueError:
        return Shown(number, text) if said else number
    if said == f"{number:.15g}0" and _OCTOBER.fullmatch(said):
        return Shown(number, text)
    rounded = value != number and ("." in said or float(number).is_integer())
    same = value == number or (rounded and abs(value - number) < 1)
    padded = said.startswith("0") and len(said.partition(".")[0]) > 1
    return number if same and not padded else Shown(number, text)


def rendered(number: int | float, section: str) -> str:
    """Return a number of no less than zero as a section of a format shows it."""
    tokens = list(_tokens(section))
    if any(kind == "g" for kind, _ in tokens):
        return "".join(f"{number:.11g}" if kind == "g" else text for kind, text in tokens).strip()
    last_digit = max((at for at, (kind, _) in enumerate(tokens) if kind in "0#?"), default=-1)
    point = next((at for at, (kind, _) in enumerate(tokens) if kind == "."), len(tokens))
    scale = 0
    for kind, _ in tokens[last_digit + 1 :]:
        if kind != ",":
            break
        scale += 3
    percents = sum(kind == "%" for kind, _ in tokens)
    places = [at for at, (kind, _) in enumerate(tokens) if kind in "0#?"]
    behind = sum(at > point for at in places)
    value = Decimal(repr(number)).scaleb(2 * percents - scale)
    value = value.quantize(Decimal(1).scaleb(-behind), ROUND_HALF_UP)
    whole, _, fraction = f"{value:f}".partition(".")
    return _laid_out(tokens, places, point, whole.lstrip("0"), fraction)


def _laid_out(
    tokens: list[tuple[str, str]], places: list[int], point: int, whole: str, fraction: str
) -> str:
    """Return digits put in their places: those left over stand at the first one."""
    before = [at for at in places if at < point]
    digits: dict[int, str] = {}
    for at in reversed(before):
        digits[at] = whole[-1:] or ("0" if tokens[at][0] == "0" else "")
        whole = whole[:-1]
    if before:
        digits[before[0]] = whole + digits[before[0]]
        grouped = any(kind == "," for kind, _ in tokens[before[0] : before[-1]])
        if grouped and before[-1] - before[0] == len(before):
            whole = "".join(digits[at] for at in before)
            digits |= dict.fromkeys(before, "") | {before[0]: f"{int(whole or 0):,}"}
    for at, digit in zip([at for at in places if at > point], fraction, strict=False):
        digits[at] = digit
    shown = (digits.get(at, "" if kind == "," else text) for at, (kind, text) in enumerate(tokens))
    return "".join(shown).strip()


def _tokens(section: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text): a placeholder or sign as itself, General as `g`, words as kind `w`."""
    for match in _TOKEN.finditer(section):
        quoted, escaped, sign, other = match.groups()
        if sign:
            yield (sign, sign) if len(sign) == 1 else ("g", sign)
        elif (words := quoted or escaped or other) is not None:
            yield "w", words


def _section(code: str) -> str:
    """Return the section for numbers above zero; a `;` within quotes ends none."""
    match = re.match(r'(?:"[^"]*"|\\.|[^;"])*', code, re.DOTALL)
    return match[0] if match else ""
