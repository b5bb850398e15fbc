"""From a cell as typed to a value: every accepted spelling of it, and no guesses.

Each reader returns the value or raises a `PydanticCustomError` of a kind of `messages.PROBLEMS`.
Beside most of them stands a function that returns the indexes of the cells the reader would change
or refuse: in a column nearly every cell is written as it should be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NoReturn

from pydantic_core import PydanticCustomError

from validators.cells import DAY_ZERO, Cell, FormulaError, Uncalculated

LONGEST_TEXT = 32_767
"""Characters in a cell; Excel's own limit."""

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD])
_STRAY = {code: None for code in _INVISIBLE if code != 0x200D}
_STRAY_JOINER = re.compile(r"(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d")
"""U+200D holds emoji such as 👨‍👩‍👧 together; elsewhere it is an invisible leftover."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DOTS = re.compile(r"[•‧∙⋅・･]|(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])")
_HYPHENS = re.compile(r"[‐‒–—―−]")
_LIST = re.compile(r"[、,，;；\s]+")


def refusal(kind: str, **context: Any) -> PydanticCustomError:
    """Return the problem `kind`, a key of `messages.PROBLEMS`, with its facts, to be raised."""
    return PydanticCustomError(kind, kind, context)


def squeeze(typed: str) -> str:
    """Return the comparison form of `typed`: NFKC, no white space, nothing invisible."""
    if typed.isascii() and typed.isalnum():
        return typed
    return "".join(unicodedata.normalize("NFKC", typed).translate(_INVISIBLE).split())


def text(cell: Cell) -> str:
    """Return free text: edges trimmed, invisible characters dropped, wording untouched."""
    if isinstance(cell, str):
        if len(cell) > LONGEST_TEXT:
            raise refusal("text_too_long", length=len(cell))
        if cell.isprintable() and cell.strip() == cell:
            return cell
        if match := _CONTROL.search(cell):
            raise refusal("control_character", code=f"U+{ord(match.group()):04X}")
        return _STRAY_JOINER.sub("", cell.translate(_STRAY)).replace("\xa0", " ").strip()
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _digits(cell)
    if isinstance(cell, datetime):
        return str(cell) if cell.time() != time() else cell.date().isoformat()
    return refuse_formula(cell) or str(cell)


def untidy(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `text` would change or refuse."""
    return [
        i
        for i, cell in enumerate(cells)
        if not (
            isinstance(cell, str)
            and cell.isprintable()
            and cell.strip() == cell
            and len(cell) <= LONGEST_TEXT
        )
    ]


def _digits(number: float) -> str:
    if abs(number) >= 1e15:
        raise refusal("digits_lost")
    return str(int(number)) if float(number).is_integer() else repr(number)


def refuse_formula(cell: Cell) -> str:
    """Raise the problem of an error cell or an uncalculated formula; otherwise return ""."""
    if isinstance(cell, FormulaError):
        raise refusal("formula_error", text=cell.text)
    if isinstance(cell, Uncalculated):
        raise refusal("formula_uncalculated")
    return ""


def name(cell: Cell) -> str:
    """Return a name for comparison: NFKC, no inner spaces between hanzi, one kind of dot."""
    words = _folded(text(cell)).split()
    if all(map(str.isascii, words)):
        return " ".join(words)
    return _folded(_DOTS.sub("·", "".join(words)))


_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)*")


def odd_names(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `name` may change or refuse."""
    plain = _PLAIN_NAME.fullmatch
    return [i for i, cell in enumerate(cells) if not (isinstance(cell, str) and plain(cell))]


def _folded(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).translate(_INVISIBLE)


@lru_cache(maxsize=1 << 14)
def person_key(full_name: str) -> str:
    """Return the key under which two spellings of one person's name meet."""
    return name(full_name).replace("·", "").casefold()


def coded(prefix: str, example: str) -> Callable[[Cell], str]:
    """Return a reader of IDs `<prefix><9 digits>-<3 or more digits>`.

    A dropdown's `J640402104-017｜梁某→朱某` reads as its code; full-width characters, spaces
    and lower case are normalised.

    Raises:
        PydanticCustomError: `code_malformed` with the `example`.
    """
    whole_code = re.compile(rf"(?:{prefix})\d{{9}}-\d{{3,}}", re.ASCII)
    picked = re.compile(rf"({whole_code.pattern})｜", re.ASCII).match

    def read(cell: Cell) -> str:
        if isinstance(cell, str):
            if whole_code.fullmatch(cell):
                return cell
            match = picked(cell)
            if match and cell.isprintable() and len(cell) <= LONGEST_TEXT:
                return match[1]
        plain = _HYPHENS.sub("-", squeeze(text(cell)).upper().partition("|")[0])
        if not whole_code.fullmatch(plain):
            raise refusal("code_malformed", example=example)
        return plain

    return read


def not_coded(prefix: str) -> Callable[[Sequence[Cell]], list[int]]:
    """Return a finder of the cells that `coded` of the same prefix would change or refuse."""
    fits = re.compile(rf"(?:{prefix})[0-9]{{9}}-[0-9]{{3,}}").fullmatch

    def others(cells: Sequence[Cell]) -> list[int]:
        return [i for i, cell in enumerate(cells) if not (isinstance(cell, str) and fits(cell))]

    return others


def several_coded(prefix: str, example: str) -> Callable[[Cell], list[str]]:
    """Return a reader of cells that name one or several IDs; see `coded`. Repeats count once."""
    read = coded(prefix, example)
    fits = re.compile(rf"(?:{prefix})[0-9]{{9}}-[0-9]{{3,}}").fullmatch

    def read_all(cell: Cell) -> list[str]:
        if isinstance(cell, str) and fits(cell):
            return [cell]
        return list(dict.fromkeys(map(read, split_words(cell))))

    return read_all


def split_words(cell: Cell) -> list[str]:
    """Return the parts of a cell that names several things, separated by 、 , ; or spaces."""
    if isinstance(cell, list | tuple):
        return [str(part) for part in cell]
    return [part for part in _LIST.split(text(cell)) if part]


def squeeze_keeping_time(typed: str) -> str:
    """Return `typed` NFKC-normalised and trimmed; the space before a time stays."""
    return " ".join(unicodedata.normalize("NFKC", typed).translate(_INVISIBLE).split())


_PHONE = re.compile(r"1[3-9]\d{9}|(?:0\d{2,3}-?)?[1-9]\d{6,7}(?:-\d{1,6})?")


def phone(cell: Cell) -> str:
    """Return a mobile or office number as digits (and - before an extension or after the area).

    Raises:
        PydanticCustomError: `phone_malformed`.
    """
    plain = squeeze(text(cell)).removeprefix("+86").replace("(", "").replace(")", "-")
    plain = _HYPHENS.sub("-", plain)
    if re.fullmatch(r"1\d{2}-\d{4}-\d{4}", plain):
        plain = plain.replace("-", "")
    if not _PHONE.fullmatch(plain):
        raise refusal("phone_malformed")
    return plain


# --- calendar days and months ---

_YEARS = (1900, 2100)

_FULL_DAY = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?"
    r"(?:(?:[ T]|(?<=[日号]))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_DAY = re.compile(
    r"\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?|\d{2}[-./年]\d{1,2}[-./月]\d{1,2}\s*日?"
    r"|\d{4}[-./年]\d{1,2}月?|\d{1,2}[-/]\d{1,2}[-/]\d{4}"
)
_FULL_MONTH = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*月?")
_PACKED_MONTH = re.compile(r"(\d{4})(\d{2})")


def day(cell: Cell) -> date:
    """Return a calendar day.

    Accepted: date cells; 2026-5-3, 2026.5.3, 2026/5/3, 2026年5月3日 and 20260503 as text, also
    full-width, also with a time behind.

    Raises:
        PydanticCustomError: `date_ambiguous` (a day or year is missing), `date_number` (20260503
            or 2026.5 as a number) and `date_serial` (a bare serial) with the `likely` reading,
            `date_unreadable` otherwise.
    """
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, str):
        return _day_from_text(squeeze_keeping_time(cell))
    if isinstance(cell, bool):
        raise refusal("date_unreadable")
    if isinstance(cell, int | float):
        return _day_from_number(cell)
    refuse_formula(cell)
    raise refusal("date_unreadable")


def not_days(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `day` would change or refuse."""
    first, last = _YEARS
    return [
        i
        for i, cell in enumerate(cells)
        if type(cell) is not date or not first <= cell.year <= last
    ]


def _day_from_text(typed: str) -> date:
    if match := _FULL_DAY.fullmatch(typed) or _PACKED_DAY.fullmatch(typed):
        return _plausible(_calendar(*map(int, match.groups())))
    raise refusal("date_ambiguous" if _SHORT_DAY.fullmatch(typed) else "date_unreadable")


def _day_from_number(number: float) -> NoReturn:
    if match := _PACKED_DAY.fullmatch(str(int(number)) if float(number).is_integer() else ""):
        raise refusal("date_number", likely=_calendar(*map(int, match.groups())).isoformat())
    if 20_000 <= number <= 80_000:
        likely = DAY_ZERO + timedelta(days=int(number))
        raise refusal("date_serial", likely=likely.isoformat())
    if 1900 <= number < 2100:
        raise refusal("date_ambiguous")
    raise refusal("date_unreadable")


def _calendar(year: int, month_number: int, day_number: int = 1) -> date:
    try:
        return date(year, month_number, day_number)
    except ValueError as error:
        raise refusal("date_unreadable") from error


def _plausible(value: date) -> date:
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        raise refusal("date_out_of_range")
    return value


def month(cell: Cell) -> date:
    """Return the first day of a month (出生年月).

    Accepted: date cells; 1978-5, 1978.05, 1978/5, 1978年5月 and 197805 as text; full dates.

    Raises:
        PydanticCustomError: as `day`; 1978.1 as a number is `date_ambiguous`, for it may be
            January or October.
    """
    if isinstance(cell, str):
        typed = squeeze_keeping_time(cell)
        if match := _FULL_MONTH.fullmatch(typed) or _PACKED_MONTH.fullmatch(typed):
            return _plausible(_calendar(*map(int, match.groups())))
    elif isinstance(cell, int | float) and (match := _PACKED_MONTH.fullmatch(f"{cell:g}")):
        raise refusal("date_number", likely=_calendar(*map(int, match.groups())).isoformat()[:7])
    return day(cell).replace(day=1)


# --- numbers ---

_NUMBER = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+)(\.\d+)?")


def numeral(*units: str) -> Callable[[Cell], float]:
    """Return a reader of numbers that accepts the given trailing `units` ("3人").

    Accepted as text: digits, full-width digits, thousands separators, one declared unit.

    Raises:
        PydanticCustomError: `number_unreadable`, `digits_lost`.
    """

    def read(cell: Cell) -> float:
        if isinstance(cell, bool):
            raise refusal("number_unreadable")
        if isinstance(cell, int | float):
            if abs(cell) >= 1e15:
                raise refusal("digits_lost")
            return cell
        if not isinstance(cell, str):
            refuse_formula(cell)
            raise refusal("number_unreadable")
        plain = squeeze(cell)
        for unit in units:
            plain = plain.removesuffix(unit)
        if not _NUMBER.fullmatch(plain):
            raise refusal("number_unreadable")
        return float(plain.replace(",", ""))

    return read


def whole(*units: str) -> Callable[[Cell], int]:
    """Return a reader of whole numbers; see `numeral`.

    Raises:
        PydanticCustomError: also `number_not_integer`.
    """
    read_number = numeral(*units)

    def read(cell: Cell) -> int:
        number = read_number(cell)
        if not float(number).is_integer():
            raise refusal("number_not_integer")
        return int(number)

    return read
