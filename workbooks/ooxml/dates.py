"""Excel's numbers: which formats mean a date, and which day a serial number is."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from math import isfinite
from typing import Final

from validators.cells import DAY_ZERO, Shown, is_slip

MIDNIGHT: Final = datetime.combine(DAY_ZERO, time())
"""The moment of serial number 0."""


class Kind(IntEnum):
    """What a number format makes of a number."""

    NUMBER = 0
    DATE = 1
    TIME = 2
    DATETIME = 3
    DURATION = 4


_BUILTIN: Final = {
    **dict.fromkeys([*range(14, 18), *range(27, 32), 36, *range(50, 55), 57, 58], Kind.DATE),
    **dict.fromkeys([*range(18, 22), *range(32, 36), 45, 47, 55, 56], Kind.TIME),
    22: Kind.DATETIME,
    46: Kind.DURATION,
}
"""Built-in ids; 27–36 and 50–58 are the Chinese ones, absent from the standard's main table."""

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_DURATION = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_SUBSECONDS = re.compile(r"s\.0+")
_DIGITS = re.compile(r"[0#?]")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?")

_DAY_MS: Final = 86_400_000
_LAST_SERIAL: Final = 2_958_465
_SHIFT_1904: Final = 1_462
_DAY_ZERO_1904: Final = date(1904, 1, 1)
_DAY: Final = timedelta(days=1)
FIRST_RELIABLE_DAY: Final = date(1900, 3, 1)
"""Before it Excel counts a 29 February 1900 that never was."""


def format_kind(number: int, code: str | None) -> Kind:
    """Return what the number format means: its id, and its own `code` if it has one."""
    if code is None:
        return _BUILTIN.get(number, Kind.NUMBER)
    section = _LITERAL.sub("", code).split(";")[0].lower()
    if _DURATION.search(section):
        return Kind.DURATION
    if "general" in section or _DIGITS.search(_SUBSECONDS.sub("s", section)):
        return Kind.NUMBER
    clock = "h" in section or "s" in section
    # A lone "m" is a month, beside hours or seconds it is a minute; "e" and "aaa" are CJK years
    # and weekdays.
    day = any(letter in section for letter in "dye") or "aaa" in section
    if day or ("m" in section and not clock):
        return Kind.DATETIME if clock else Kind.DATE
    return Kind.TIME if clock else Kind.NUMBER


def parse_number(token: str) -> int | float | str:
    """Return the number a cell's XML holds, an int where it is whole; text that is none stays text.

    Excel numbers are doubles, so a whole number of more than 15 digits is the int of that double.
    """
    if not _NUMBER.fullmatch(token):
        return token
    try:
        value = float(token)
    except ValueError:
        return token
    if not isfinite(value):
        return token
    return int(value) if value.is_integer() else value


def from_serial(
    serial: int | float, kind: Kind, *, date1904: bool = False
) -> int | float | date | datetime | time | Shown:
    """Return the date, datetime or time of `serial`; what is not a real day stays a number.

    Numbers remain: negative serials, serials beyond 9999, and, as `Shown`, durations of a day and
    more and those that nobody means as a day (`is_slip`): 2026.6 in a date format shows as a day
    of 1905, 0.5 as 1900-01-00, 1.5 in a time format as 12:00. Rounded to the millisecond, as
    Excel shows.
    """
    if kind is Kind.NUMBER or not 0 <= serial <= _LAST_SERIAL:
        return serial
    days, rest = int(serial), round((serial - int(serial)) * _DAY_MS)
    if days == 0 and kind is not Kind.DATE and not (date1904 and kind is Kind.DATETIME):
        if rest == _DAY_MS or (serial == 0 and kind is Kind.DATETIME):
            return serial
        return (datetime(1900, 1, 1) + timedelta(milliseconds=rest)).time()  # noqa: DTZ001
    if kind is Kind.DURATION:
        hours, minutes = divmod(round(serial * 24 * 60), 60)
        return Shown(serial, f"{hours}:{minutes:02}")
    if is_slip(serial):
        clock = MIDNIGHT + timedelta(milliseconds=rest)
        return Shown(serial, f"{clock:%H:%M}" if kind is Kind.TIME else "")
    if rest == _DAY_MS:
        days, rest = days + 1, 0
    return _on_day(serial, days, rest, date1904=date1904)


def _on_day(
    serial: int | float, days: int, milliseconds: int, *, date1904: bool
) -> int | float | date | datetime:
    if date1904:
        days += _SHIFT_1904
    if days > _LAST_SERIAL:
        return serial
    moment = MIDNIGHT + timedelta(days=days, milliseconds=milliseconds)
    return moment if milliseconds else moment.date()


def day_number(day: date) -> int:
    """Return the serial number of a day, from 1 March 1900 on."""
    return day.toordinal() - DAY_ZERO.toordinal()


def to_serial(moment: date | time, *, date1904: bool = False) -> int | float | None:
    """Return the serial number of a moment, None for a day before those of 1900 are reliable.

    Args:
        moment: A day, a day with a time, or a time alone, which is a part of a day.
        date1904: Whether the workbook counts days from 1904.
    """
    if type(moment) is date:  # nearly every cell, and no arithmetic on times
        if moment < (_DAY_ZERO_1904 if date1904 else FIRST_RELIABLE_DAY):
            return None
        return day_number(moment) - (_SHIFT_1904 if date1904 else 0)
    if isinstance(moment, time):
        return (datetime.combine(DAY_ZERO, moment.replace(tzinfo=None)) - MIDNIGHT) / _DAY
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.date() < (_DAY_ZERO_1904 if date1904 else FIRST_RELIABLE_DAY):
        return None
    shift = timedelta(days=_SHIFT_1904 if date1904 else 0)
    days = (moment.replace(tzinfo=None) - MIDNIGHT - shift) / _DAY
    return int(days) if days.is_integer() else days


def parse_iso(token: str) -> date | datetime | time | str:
    """Return the ISO 8601 value of a `t="d"` cell; text that is none stays text."""
    try:
        moment = datetime.fromisoformat(token).replace(tzinfo=None)
    except ValueError:
        try:
            return time.fromisoformat(token)
        except ValueError:
            return token
    return moment.date() if moment.time() == time() else moment
