"""Cells' values on their way out and in, as Excel hands them over and takes them."""

from __future__ import annotations

import datetime as dt
import decimal
import re
from typing import Any

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import to_excel

ERRORS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
_FIRST_ERROR = -2146828288
_ERRORS_BY_NUMBER = {_FIRST_ERROR + number: text for text, number in ERRORS.items()}
_LAST_DAY = 2958466
_EPOCH = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DAY_FORMAT = "yyyy/m/d"


def error(text: str) -> int:
    """Return an error cell's value.

    Of VT_ERROR pywin32 sends nothing but DISP_E_PARAMNOTFOUND; what it receives as VT_ERROR it makes
    this number of, so that its clients cannot tell the two apart.
    """
    return _FIRST_ERROR + ERRORS[text]


def out(value: Any, code: str) -> Any:
    """Return what `Value` gives for a cell: days as VT_DATE, money as VT_CY, else as `Value2`."""
    value = out2(value)
    if not isinstance(value, float):
        return value
    if is_date_format(code):
        if not 0 <= value < _LAST_DAY:
            return error("#NUM!")
        return _EPOCH + dt.timedelta(value)  # Excel's times have no zone; pywin32's need one
    if "¥" in code or "$" in re.sub(r"\[\$-[^]]*\]", "", code):
        return decimal.Decimal(str(value)).quantize(decimal.Decimal("0.0001"))
    return value


def out2(value: Any) -> Any:
    """Return what `Value2` gives for a cell: numbers as doubles, errors as VT_ERROR."""
    if isinstance(value, str) and value in ERRORS:
        return error(value)
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return float(to_excel(value))
    return float(value)


def typed(value: Any, code: str) -> tuple[Any, bool, str]:
    """Return what a cell of a number format holds once a value was put there.

    Returns:
        The value, whether it is a formula, and the cell's number format.
    """
    if type(value) is int and value in _ERRORS_BY_NUMBER:
        value = _ERRORS_BY_NUMBER[value]
    if value is None or value == "":
        return None, False, code
    if isinstance(value, dt.datetime):
        return to_excel(value.replace(tzinfo=None)), False, _dated(code)
    if isinstance(value, decimal.Decimal | float | int) and not isinstance(value, bool):
        return (str(value) if code == "@" else float(value)), False, code
    return _typed_text(value, code) if isinstance(value, str) else (value, False, code)


def _typed_text(text: str, code: str) -> tuple[Any, bool, str]:
    """Return what becomes of a text, as if a clerk had typed it."""
    if code == "@":
        return text, False, code
    if text.startswith("'"):
        return text[1:] or None, False, code
    if text.startswith("=") and len(text) > 1:
        return text, True, code
    if _NUMBER.fullmatch(text.strip()):
        return float(text), False, code
    if text.upper() in {"TRUE", "FALSE"}:
        return text.upper() == "TRUE", False, code
    if day := _DAY.fullmatch(text):
        return to_excel(dt.datetime(*map(int, day.groups()))), False, _dated(code)
    return text, False, code


def _dated(code: str) -> str:
    return _DAY_FORMAT if code == "General" else code


def formula_text(value: Any, formula: str | None) -> str:
    """Return what `Formula` gives for a cell."""
    if formula:
        return formula
    value = value if isinstance(value, str) else out2(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    return value if isinstance(value, str) else format(value, ".15g")


def result_of(formula: str) -> Any:
    """Return what a formula gives; but for links nothing is calculated here."""
    link = re.fullmatch(r'=HYPERLINK\("[^"]*",\s*"([^"]*)"\)', formula)
    return link[1] if link else ""
