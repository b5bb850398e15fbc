"""Calendar days and months as typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NoReturn

from validators.cells import Cell
from validators.normalise.texts import refusal, refuse_formula, squeeze_keeping_time

__all__ = ["day", "month", "not_days"]

_YEARS = (1900, 2100)
_SERIAL_EPOCH = date(1899, 12, 30)

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
    if found := _FULL_DAY.fullmatch(typed) or _PACKED_DAY.fullmatch(typed):
        return _plausible(_calendar(*map(int, found.groups())))
    raise refusal("date_ambiguous" if _SHORT_DAY.fullmatch(typed) else "date_unreadable")


def _day_from_number(number: float) -> NoReturn:
    if found := _PACKED_DAY.fullmatch(str(int(number)) if float(number).is_integer() else ""):
        raise refusal("date_number", likely=_calendar(*map(int, found.groups())).isoformat())
    if 20_000 <= number <= 80_000:
        likely = _SERIAL_EPOCH + timedelta(days=int(number))
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
        if found := _FULL_MONTH.fullmatch(typed) or _PACKED_MONTH.fullmatch(typed):
            return _plausible(_calendar(*map(int, found.groups())))
    elif isinstance(cell, int | float) and (found := _PACKED_MONTH.fullmatch(f"{cell:g}")):
        raise refusal("date_number", likely=_calendar(*map(int, found.groups())).isoformat()[:7])
    return day(cell).replace(day=1)
