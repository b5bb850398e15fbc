"""What Excel makes of a text written into a cell that is not formatted as text.

A plain `value = "001"` stores the number 1 in Excel, and `"2026-1-5"` a date. LibreOffice would
store the text, and a test in it would pass where Excel fails. So texts go through here first.
Excel's parser is not documented: this covers numbers, percentages, amounts, dates, times, truth
values, errors and formulas as Excel with Chinese settings reads them; fractions (`1 1/2`) stay text.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from math import isinf
from typing import NamedTuple

__all__ = ["ERRORS", "Typed", "typed"]

ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")

_EPOCH = date(1899, 12, 30)
_DIGITS = 15
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<currency>[¥￥$]?)"
    r"(?P<whole>\d{1,3}(?:,\d{3})+|\d*)(?P<fraction>\.\d*)?(?P<exponent>[eE][+-]?\d{1,3})?(?P<percent>%?)"
)
_DAY = re.compile(
    r"(?P<year>\d{4}|\d\d)(?P<mark>[-/年])(?P<month>\d{1,2})(?:[-/月](?P<day>\d{1,2})日?)?月?"
)
_MONTH_DAY = re.compile(r"(?P<month>\d{1,2})(?P<mark>[-/月])(?P<day>\d{1,2})日?")
_TIME = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d))?")
_SUSPECT = re.compile(r"\s*[-+=(.'@#$¥￥\d]|\s*(?:true|false)\s*$", re.IGNORECASE)


class Typed(NamedTuple):
    """A cell's content, `value` or `formula`, and the format it has if it had none before.

    A format of "" leaves it to the spreadsheet.
    """

    value: float | bool | str = ""
    format: str = ""
    formula: str = ""


def typed(text: str) -> Typed:  # noqa: PLR0911  # one per kind of content
    """Return what Excel stores when `text` is written into a cell with the format General."""
    if not _SUSPECT.match(text):
        return Typed(text)
    bare = text.strip()
    if text.startswith("'"):
        return Typed(text[1:], "General")
    if text.startswith("=") and len(text) > 1:
        return Typed(formula=text)
    if bare.upper() in ("TRUE", "FALSE"):
        return Typed(bare.upper() == "TRUE")
    if bare in ERRORS:
        return Typed(formula=f"={bare}")
    found = _number(bare) or _moment(bare)
    if found:
        return found
    if bare[0] in "+-" and len(bare) > 1:
        return Typed(formula=f"={bare.removeprefix('+')}")
    return Typed(text, "General")  # LibreOffice would make some of these @


def _number(text: str) -> Typed | None:
    in_brackets = text.startswith("(") and text.endswith(")")
    match = _NUMBER.fullmatch(text[1:-1] if in_brackets else text)
    if not match or not re.search(r"\d", match["whole"] + (match["fraction"] or "")):
        return None
    if in_brackets and match["sign"]:
        return None
    value = float(_fifteen(match["whole"].replace(",", "") + (match["fraction"] or "")))
    value = float(f"{value!r}{match['exponent']}") if match["exponent"] and value else value
    if isinf(value):
        return None
    value = value / 100 if match["percent"] else value
    return Typed(-value if in_brackets or match["sign"] == "-" else value, _number_format(match))


def _fifteen(digits: str) -> str:
    """Lose the digits Excel loses: all after the fifteenth become zeros."""
    kept, out = 0, []
    for letter in digits:
        counts = letter.isdigit() and (kept > 0 or letter != "0")
        kept += counts
        out.append("0" if counts and kept > _DIGITS else letter)
    return "".join(out)


def _number_format(match: re.Match[str]) -> str:
    decimals = ".00" if (match["fraction"] or "").strip(".") else ""
    if match["percent"]:
        return f"0{decimals}%"
    if match["exponent"]:
        return "0.00E+00"
    if match["currency"]:
        return f'"{match["currency"]}"#,##0{decimals}'
    return f"#,##0{decimals}" if "," in match["whole"] else ""


def _moment(text: str) -> Typed | None:
    day_text, _, time_text = text.partition(" ")
    if time := _TIME.fullmatch(text):
        return _typed_time(time)
    day = _day(day_text)
    if day is None or not time_text:
        return day
    time = _TIME.fullmatch(time_text.strip())
    clock = _typed_time(time) if time else None
    return clock and Typed(float(day.value) + float(clock.value), "yyyy/m/d h:mm")


def _typed_time(match: re.Match[str]) -> Typed | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    part = (hour * 3600 + minute * 60 + second) / 86400
    return Typed(part, "h:mm:ss" if match["second"] else "h:mm")


def _day(text: str) -> Typed | None:
    if match := _DAY.fullmatch(text):
        year = int(match["year"])
        year += 0 if year > 99 else 2000 if year < 30 else 1900
        if match["day"]:
            shown = 'yyyy"年"m"月"d"日"' if match["mark"] == "年" else "yyyy/m/d"
            return _serial(year, int(match["month"]), int(match["day"]), shown)
        if len(match["year"]) == 4:
            return _serial(year, int(match["month"]), 1, 'yyyy"年"m"月"')
    if match := _MONTH_DAY.fullmatch(text):
        this_year = datetime.now(UTC).year
        return _serial(this_year, int(match["month"]), int(match["day"]), 'm"月"d"日"')
    return None


def _serial(year: int, month: int, day: int, shown: str) -> Typed | None:
    try:
        days = (date(year, month, day) - _EPOCH).days
    except ValueError:
        return None
    return Typed(float(days), shown) if year >= 1900 else None
