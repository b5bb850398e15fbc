"""From a cell as typed to a value: every accepted spelling of it, and no guesses.

Each reader returns the value or raises a `PydanticCustomError` of a kind of `messages.PROBLEMS`.
Beside most of them stands a function that returns the indexes of the cells the reader would change
or refuse: in a column nearly every cell is written as it should be.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any, NoReturn

from pydantic_core import PydanticCustomError

from validators.cells import DAY_ZERO, Cell, FormulaError, Shown, Uncalculated

LONGEST_TEXT = 32_767
"""Characters in a cell; Excel's own limit."""

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF, 0x00AD])
_STRAY = {code: None for code in _INVISIBLE if code != 0x200D}
_STRAY_JOINER = re.compile(r"(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d")
"""U+200D holds emoji such as 👨‍👩‍👧 together; elsewhere it is an invisible leftover."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DOTS = re.compile(r"[•‧∙⋅・･]|(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])")
_HYPHENS = re.compile(r"[‐‑‒–—―−]")
_QUOTES = "'‘’`′"
"""What marks a number as text in other programs, and stays when it is pasted."""
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


_BUNDLE = 16


def _among(
    cells: Sequence[Cell], are_fine: Callable[[Sequence[Any]], Any], is_fine: Callable[[str], Any]
) -> list[int]:
    """Return the indexes of the cells that are no text or not fine.

    Args:
        cells: The cells.
        are_fine: Tells it of many texts at once; may be in doubt where all are.
        is_fine: Tells it of one.
    """
    found: list[int] = []
    for start in range(0, len(cells), _BUNDLE):
        some = cells[start : start + _BUNDLE]
        if {*map(type, some)} != {str} or not are_fine(some):
            one_by_one = enumerate(some, start)
            found += [i for i, cell in one_by_one if not (isinstance(cell, str) and is_fine(cell))]
    return found


def untidy(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `text` would change or refuse."""
    return _among(cells, _are_tidy, _is_tidy)


def _is_tidy(cell: str) -> bool:
    return cell.isprintable() and cell.strip() == cell and len(cell) <= LONGEST_TEXT


def _are_tidy(cells: Sequence[str]) -> bool:
    """Tell it of many; of white space only the blank is printable."""
    joined = f"|{'|'.join(cells)}|"
    edged = "| " in joined or " |" in joined
    return joined.isprintable() and not edged and len(joined) <= LONGEST_TEXT


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
    return _among(cells, _every(_PLAIN_NAME), _PLAIN_NAME.fullmatch)


_EDGE = "\0"


def _every(pattern: re.Pattern[str]) -> Callable[[Sequence[str]], bool]:
    """Return what tells whether a pattern that matches no `_EDGE` matches each of many texts."""
    each = re.compile(rf"(?:(?:{pattern.pattern}){_EDGE})*+").fullmatch

    def tells(cells: Sequence[str]) -> bool:
        joined = f"{_EDGE.join(cells)}{_EDGE}"
        return bool(each(joined)) and joined.count(_EDGE) == len(cells)

    return tells


def _folded(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed).translate(_INVISIBLE)


@lru_cache(maxsize=1 << 14)
def person_key(full_name: str) -> str:
    """Return the key under which two spellings of one person's name meet."""
    plain = full_name if _PLAIN_NAME.fullmatch(full_name) else name(full_name)
    return plain.replace("·", "").casefold()


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
        plain = _HYPHENS.sub("-", squeeze(text(cell)).upper().partition("|")[0]).strip(_QUOTES)
        if not whole_code.fullmatch(plain):
            raise refusal("code_malformed", example=example)
        return plain

    return read


def not_coded(prefix: str) -> Callable[[Sequence[Cell]], list[int]]:
    """Return a finder of the cells that `coded` of the same prefix would change or refuse."""
    code = re.compile(rf"(?:{prefix})[0-9]{{9}}-[0-9]{{3,}}")
    return partial(_among, are_fine=_every(code), is_fine=code.fullmatch)


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
    plain = squeeze(text(cell)).strip(_QUOTES).replace("(", "").replace(")", "-")
    plain = re.sub(r"^(?:\+|00)?86-?(?=1\d)", "", _HYPHENS.sub("-", plain))
    if re.fullmatch(r"1\d{2}-\d{4}-\d{4}", plain):
        plain = plain.replace("-", "")
    if not _PHONE.fullmatch(plain):
        raise refusal("phone_malformed")
    return plain


_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def not_mobiles(cells: Sequence[Cell]) -> list[int]:
    """Return the indexes of the cells that `phone` may change or refuse."""
    return _among(cells, _every(_MOBILE), _MOBILE.fullmatch)


# --- calendar days and months ---

_YEARS = (1930, 2100)
"""Nobody in a ledger was born earlier, and nothing in it happened earlier."""

_FULL_DAY = re.compile(
    r"(\d{4})\s*[-./\\_·年、。,\s]\s*(\d{1,2})\s*[-./\\_·月、。,\s]\s*(\d{1,2})\s*[日号]?"
    r"(?:(?:[ T]|(?<=[日号]))\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_PACKED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_DAY = re.compile(
    r"\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?|\d{2}[-./年]\d{1,2}[-./月]\d{1,2}\s*日?"
    r"|\d{4}[-./年、。\s]\d{1,2}(?:月份?)?|\d{4}年|\d{2}[-./年]\d{1,2}(?:月份?)?|\d{1,2}[-./]\d{1,2}[-./]\d{4}|\d{6}"
)
_FULL_MONTH = re.compile(r"(\d{4})\s*[-./年、。\s]\s*(\d{1,2})\s*(?:月份?)?")
_PACKED_MONTH = re.compile(r"(\d{4})(\d{2})")
_YEAR_AND_MONTH = re.compile(r"((?:19|20)\d\d)\.(\d{1,2})")
_MONTH_AND_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})")
_WEEKDAY = re.compile(r"\s*\(?(?:周|星期|礼拜)([一二三四五六日天])\)?$")
_AFTERWORDS = re.compile(
    r"(?:起|起算|以来|出?生|[.。])$|\(\d{1,3}周?岁\)$"
    r"|\s*(?:[上下中]午|早上|晚上?|全天)(?:\d{1,2}[点时:](?:半|\d{1,2}分?)?)?$"
)
"""What may follow a date without changing it."""
_SEVERAL_DAYS = re.compile(
    r"\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?(?:\s*(?:[-~至到、,;和及]|\s)\s*(?:\d{4}[-./年])?\d{1,2}[-./月]\d{1,2}日?"
    r"|\s*[-~至到、,;和及]\s*\d{1,2}[日号]?$)"
)
_NUMERALS = dict(zip("〇零○一二三四五六七八九", "000123456789", strict=True))
_DAY_IN_WORDS = re.compile(
    r"([〇零○一二三四五六七八九\d]{2,4})年(?:([一二三四五六七八九十\d]{1,3})月)?(?:([一二三四五六七八九十廿\d]{1,3})[日号])?"
)


def day(cell: Cell) -> date:
    """Return a calendar day.

    Accepted: date cells; 2026-5-3, 2026.5.3, 2026/5/3, 2026年5月3日, 二〇二六年五月三日 and 20260503 as
    text, also full-width, also with a time, a weekday or 起 behind.

    Raises:
        PydanticCustomError: `date_ambiguous` (a day or year is missing, or there are two),
            `date_number` (20260503 as a number) and `date_serial` (a bare serial) with the
            `likely` reading, `date_unreadable` otherwise.
    """
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, Shown):
        cell = cell.text or cell.number
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
    weekday = _WEEKDAY.search(typed)
    plain = _plain_date(typed[: weekday.start()] if weekday else typed)
    if match := _FULL_DAY.fullmatch(plain) or _PACKED_DAY.fullmatch(plain):
        value = _plausible(_calendar(*map(int, match.groups())))
        if weekday and "一二三四五六日".index(weekday[1].replace("天", "日")) != value.weekday():
            raise refusal("date_ambiguous", lack="日期与星期不符")
        return value
    if _SEVERAL_DAYS.match(plain):
        raise refusal("date_ambiguous", lack="写了两个日期")
    if plain.isascii() and plain.isdecimal() and _FIRST_SERIAL <= int(plain) <= _LAST_SERIAL:
        likely = DAY_ZERO + timedelta(days=int(plain))
        raise refusal("date_serial", likely=likely.isoformat())
    raise _short(plain) if _SHORT_DAY.fullmatch(plain) else refusal("date_unreadable")


def _plain_date(typed: str) -> str:
    """Return a date without what may stand around it, with digits for hanzi and plain hyphens."""
    typed = _HYPHENS.sub("-", typed.strip(_QUOTES))
    while match := _AFTERWORDS.search(typed):
        typed = typed[: match.start()]
    words = _DAY_IN_WORDS.fullmatch(typed)
    if not words or typed.isascii() or not any(c in _NUMERALS or c in "十廿" for c in typed):
        return typed
    parts = zip(words.groups(), "年月日", strict=True)
    return "".join(f"{_in_digits(part)}{unit}" for part, unit in parts if part)


def _in_digits(words: str) -> str:
    """Return 二〇二六 as 2026 and 二十五 as 25."""
    if not {"十", "廿"} & {*words}:
        return "".join(_NUMERALS.get(c, c) for c in words)
    tens, _, ones = words.replace("廿", "二十").partition("十")
    return (_in_digits(tens) or "1") + (_in_digits(ones) or "0")


_SHORT = (
    (_FULL_MONTH, "缺日", "12"),
    (_PACKED_MONTH, "缺日", "12"),
    (re.compile(r"(\d\d)(\d\d)(\d\d)"), "年份不全", "123"),
    (re.compile(r"(\d\d)[-./年](\d{1,2})[-./月](\d{1,2})日?"), "年份不全", "123"),
    (re.compile(r"(1[3-9]|[2-9]\d)[-./年](\d{1,2})(?:月份?)?"), "年份不全", "12"),
    (re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4})"), "次序不是年、月、日", "312", "321"),
    (re.compile(r"\d{4}年"), "只有年份"),
    (re.compile(r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]?"), "缺年份"),
)
"""Forms of a text that is no whole date, what it lacks, and its parts in the order of likely days."""


def _short(typed: str) -> PydanticCustomError:
    """Return the problem of a text that lacks a part of a date, with the likely readings."""
    for form, lack, *orders in _SHORT:
        match = form.fullmatch(typed)
        likely = [_likely(*map(match.group, map(int, order))) for order in orders] if match else []
        if match and (any(likely) or not orders):
            return refusal("date_ambiguous", lack=lack, guess="".join(dict.fromkeys(likely)))
    has_year = typed[:4].isdecimal() or typed[-4:].isdecimal()
    return refusal("date_unreadable" if has_year else "date_ambiguous")


_MONTHS = 12
_THIS_CENTURY = 30


def _likely(year: str, month_number: str, day_number: str = "") -> str:
    """Return the words on a likely day or month, "" where there is none."""
    century = 0 if len(year) > 2 else 2000 if int(year) <= _THIS_CENTURY else 1900
    try:
        value = date(century + int(year), int(month_number), int(day_number or 1))
    except ValueError:
        return ""
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        return ""
    shown = value.isoformat() if day_number else f"{value.year}年{value.month}月"
    return f"可能是 {shown}，"


def _day_from_number(number: float) -> NoReturn:
    if match := _PACKED_DAY.fullmatch(str(int(number)) if float(number).is_integer() else ""):
        value = _plausible(_calendar(*map(int, match.groups())))
        raise refusal("date_number", likely=value.isoformat())
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        value = DAY_ZERO + timedelta(days=int(number))
        raise refusal("date_serial", likely=value.isoformat())
    typed = f"{number:.15g}"
    if match := _YEAR_AND_MONTH.fullmatch(typed):
        raise _without_day(match)
    if _SHORT_DAY.fullmatch(typed) and ("." not in typed or number > _MONTHS + 1):
        raise _short(typed)
    if 1900 <= number < 2100 and float(number).is_integer():
        raise refusal("date_ambiguous", lack="只有年份", guess=f"可能是 {typed}年，")
    match = _MONTH_AND_DAY.fullmatch(typed)
    if match and 1 <= int(match[1]) <= _MONTHS and 1 <= int(match[2]) <= 31:
        tenth = f"或 {match[1]}月{match[2]}0日" if match[2] in "123" else ""
        guess = f"可能是 {match[1]}月{int(match[2])}日{tenth}，"
        raise refusal("date_ambiguous", lack="缺年份", guess=guess)
    raise refusal("date_unreadable")


def _without_day(match: re.Match[str]) -> PydanticCustomError:
    year, decimals = match[1], match[2]
    if not 1 <= int(decimals) <= _MONTHS:
        return refusal("date_unreadable")
    october = f"或 {year}年10月" if decimals == "1" else ""
    return refusal(
        "date_ambiguous", lack="缺日", guess=f"可能是 {year}年{int(decimals)}月{october}，"
    )


_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000


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

    Accepted: date cells; 1978-5, 1978.05, 1978/5, 1978年5月, 一九七八年五月 and 197805 as text; the number
    1978.05; full dates.

    Raises:
        PydanticCustomError: as `day`; 1978.1 as a number is `date_ambiguous`, for it may be
            January or October; a number that a date format shows as another day is `date_number`.
    """
    try:
        return _month(cell)
    except PydanticCustomError as error:
        likely = (error.context or {}).get("likely")
        raise (refusal(error.type, likely=likely[:7]) if likely else error) from None


def _month(cell: Cell) -> date:
    if isinstance(cell, Shown) and cell.text:
        cell = cell.text
    if isinstance(cell, str):
        typed = _plain_date(squeeze_keeping_time(cell))
        if match := _FULL_MONTH.fullmatch(typed) or _PACKED_MONTH.fullmatch(typed):
            return _plausible(_calendar(*map(int, match.groups())))
    elif isinstance(cell, int | float | Shown) and not isinstance(cell, bool):
        return _month_from_number(cell)
    return day(cell).replace(day=1)


def _month_from_number(cell: float | Shown) -> date:
    number = cell.number if isinstance(cell, Shown) else cell
    typed = f"{number:.15g}"
    packed = _PACKED_MONTH.fullmatch(typed)
    match = packed or _YEAR_AND_MONTH.fullmatch(typed)
    if not match:
        return day(cell)
    year, decimals = match.groups()
    if decimals == "1":
        guess = f"可能是 {year}-01 或 {year}-10，"
        raise refusal("date_ambiguous", lack="1 月还是 10 月", guess=guess)
    value = _plausible(_calendar(int(year), int(decimals)))
    if packed or isinstance(cell, Shown):
        raise refusal("date_number", likely=value.isoformat())
    return value


# --- numbers ---

_WORDED = re.compile(r"[一二两三四五六七八九]|[一二三四五六七八九]?十[一二三四五六七八九]?")
"""Numbers below a hundred in hanzi."""
_NUMBER = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+)(\.\d+)?")
_APART = re.compile(r"\d\s+\d(?!\d\d(?!\d))")
"""Two numbers in one cell; blanks before three digits part thousands."""


def numeral(
    *units: str, times: Mapping[str, float] = MappingProxyType({}), hundred: bool = False
) -> Callable[[Cell], float]:
    """Return a reader of numbers that accepts the given trailing `units` ("3人").

    Accepted as text: digits, full-width digits, thousands separators, one declared unit. A number
    that its format shows with a unit or as a percentage is read as it is shown.

    Args:
        units: Units of the column.
        times: Other units, and how many of the column's own each is: minutes in a column of hours.
        hundred: Whether the column goes up to 100, so that 86 % is 86.

    Raises:
        PydanticCustomError: `number_unreadable`, `digits_lost`; `number_shown` where it is doubtful
            whether the number or what is shown of it is meant.
    """
    factors = {**dict.fromkeys(units, 1.0), **times}
    longest = sorted(factors, key=len, reverse=True)

    def parsed(plain: str) -> tuple[float, float] | None:
        """Return the number in a text, and the factor of its unit."""
        if hundred:
            plain = plain.removesuffix("%")
        unit = next((unit for unit in longest if plain.endswith(unit)), "")
        plain = plain.removesuffix(unit)
        if _WORDED.fullmatch(plain):
            plain = _in_digits(plain.replace("两", "二"))
        if not _NUMBER.fullmatch(plain):
            return None
        return float(plain.replace(",", "")), factors.get(unit, 1.0)

    def read_shown(cell: Shown) -> float:
        number = cell.number
        found = parsed(squeeze(cell.text.lstrip("¥$€"))) if cell.text else (number, 1.0)
        if found is None:
            raise refusal("number_shown", shown=cell.text, stored=f"{number:.15g}")
        shown, factor = found
        if cell.text.endswith("%"):
            if not 0 <= number <= 1:
                raise refusal("number_shown", shown=cell.text, stored=f"{number:.15g}")
            number = round(100 * number, _PLACES)
        elif abs(shown - number) >= 1:  # thousands are left out
            number = shown
        return number if factor == 1 else round(number * factor, _PLACES)

    def read(cell: Cell) -> float:
        if isinstance(cell, bool):
            raise refusal("number_unreadable")
        if isinstance(cell, int | float):
            if abs(cell) >= 1e15:
                raise refusal("digits_lost")
            return cell
        if isinstance(cell, Shown):
            return read_shown(cell)
        if not isinstance(cell, str):
            refuse_formula(cell)
            raise refusal("number_unreadable")
        found = None if _APART.search(cell.strip()) else parsed(squeeze(cell).strip(_QUOTES))
        if found is None:
            raise refusal("number_unreadable")
        number, factor = found
        return number if factor == 1 else round(number * factor, _PLACES)

    return read


_PLACES = 10
"""Decimals kept of a product, so that 0.57 × 100 is 57."""
_CLOCK = re.compile(r"(\d{1,2})(?::|小时|时|h)(\d{1,2})(?:分钟?|m|min)?(?::00)?", re.IGNORECASE)
_HALVES = re.compile(r"(?:(\d{1,2}|[一二两三四五六七八九十])个)?半个?(?:小时|钟头)")


def hours(cell: Cell) -> float:
    """Return a length of time in hours: 1.5, 90分钟, 1小时30分, and 1:30 as text or as a time.

    Raises:
        PydanticCustomError: as `numeral`.
    """
    if isinstance(cell, time):
        return round(cell.hour + cell.minute / 60 + cell.second / 3600, 2)
    if isinstance(cell, Shown) and (match := re.match(r"(\d+):(\d\d)", cell.text)):
        if math.isclose(24 * cell.number, int(match[1]) + int(match[2]) / 60, abs_tol=0.02):
            return round(24 * cell.number, 2)
        raise refusal("number_shown", shown=cell.text, stored=f"{24 * cell.number:.4g} 小时")
    if isinstance(cell, str):
        plain = squeeze(cell)
        if match := _CLOCK.fullmatch(plain):
            return round(int(match[1]) + int(match[2]) / 60, 2)
        if match := _HALVES.fullmatch(plain):
            return int(_in_digits((match[1] or "0").replace("两", "二"))) + 0.5
    return _hours(cell)


_hours = numeral("小时", "个小时", "h", "H", times={"分钟": 1 / 60, "分": 1 / 60, "min": 1 / 60})


def marks(read: Callable[[Cell], float]) -> Callable[[Cell], float]:
    """Return a reader of marks out of a hundred that doubts 0.86: a percentage without its format.

    Raises:
        PydanticCustomError: `percent_lost`, or as `read`.
    """

    def read_plausible(cell: Cell) -> float:
        value = read(cell)
        if 0 < value < 1:
            raise refusal("percent_lost", likely=f"{100 * value:.10g}")
        return value

    return read_plausible


def whole(*units: str) -> Callable[[Cell], int]:
    """Return a reader of whole numbers; see `numeral`.

    Raises:
        PydanticCustomError: also `number_not_integer`.
    """
    read_number = numeral(*units)

    def read(cell: Cell) -> int:
        number = read_number(cell)
        if not float(number).is_integer():
            if isinstance(cell, Shown) and cell.text:
                raise refusal("number_shown", shown=cell.text, stored=f"{cell.number:.15g}")
            raise refusal("number_not_integer")
        return int(number)

    return read


def money(read: Callable[[Cell], float], most: float, per_yuan: float) -> Callable[[Cell], float]:
    """Return a reader that doubts amounts above `most` without a unit: they seem to be in 元.

    Args:
        read: Reads the amount.
        most: The largest amount that is plausible in the column's unit.
        per_yuan: How many of the column's unit one 元 is.

    Raises:
        PydanticCustomError: `money_unit`, or as `read`.
    """

    def read_plausible(cell: Cell) -> float:
        amount = read(cell)
        if amount > most and str(cell).strip()[-1:].isdecimal():
            likely = f"{amount * per_yuan:.10g}"
            raise refusal("money_unit", likely=likely)
        return amount

    return read_plausible
