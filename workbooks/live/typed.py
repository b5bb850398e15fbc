"""Values as a spreadsheet hands them over → cells as the file reader gives them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Final

from validators.cells import Cell, FormulaError
from workbooks.raw.serials import Kind, format_kind, from_serial

__all__ = ["cell_of", "may_be_time", "times"]

_FIRST_ERROR: Final = -2146828288
"""Excel hands an error cell over as this number plus the error's own."""
_ERRORS: Final = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!",
    2042: "#N/A", 2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!",
    2048: "#UNKNOWN!", 2049: "#FIELD!", 2050: "#CALC!",
}  # fmt: skip
_DAY_ZERO: Final = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a cell knows no time zone
_DAY: Final = dt.timedelta(days=1)
_MOST_FORMATS: Final = 100

Formats = Callable[[int, int], str | None]
"""Gives the number format of the cells between two rows, None where they differ."""


def cell_of(value: object) -> Cell | None:  # noqa: PLR0911 - one for each type
    """Return the cell of one raw value, None for an empty one.

    Whole numbers are ints, midnights are dates; Excel's numbers of errors and LibreOffice's texts
    of errors (a type of their own) become `FormulaError`, so that a text "#N/A" stays a text.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value if type(value) is str else FormulaError(str(value))
    if isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime):
        return _moment(value)
    if isinstance(value, int):
        return FormulaError(_ERRORS[code]) if (code := value - _FIRST_ERROR) in _ERRORS else value
    if isinstance(value, float | Decimal):
        number = float(value)
        return int(number) if number.is_integer() else number
    return str(value)


def _moment(value: dt.datetime) -> Cell:
    """Return a date or datetime; days before March 1900 are one more in Excel than in COM."""
    serial = (value.replace(tzinfo=None) - _DAY_ZERO) / _DAY
    return from_serial(int(serial) if serial.is_integer() else serial, Kind.DATETIME)


def may_be_time(cell: Cell | None) -> bool:
    """Tell whether a cell may be a time of day: those come as numbers, like any other fraction."""
    return isinstance(cell, float)


def times(rows: Sequence[int], cells: Sequence[float], formats: Formats) -> list[Cell]:
    """Return the fractions of one column as what their number formats make of them.

    A column asks for as many formats as it has stretches of equal ones, and not for more than a
    hundred: what would need more stays a number.

    Args:
        rows: Their rows, ascending.
        cells: The fractions.
        formats: Tells the number format between two rows.
    """
    kinds = [Kind.NUMBER] * len(rows)
    asked = 0
    stretches = [(0, len(rows))]
    while stretches and asked < _MOST_FORMATS:
        start, end = stretches.pop()
        code = formats(rows[start], rows[end - 1])
        asked += 1
        if code is not None:
            kinds[start:end] = [format_kind(0, code)] * (end - start)
        elif end - start > 1:
            middle = (start + end) // 2
            stretches += [(middle, end), (start, middle)]
    return [from_serial(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]
