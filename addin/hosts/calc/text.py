"""Text and formulas between Excel's ways and LibreOffice's.

Typed text: a plain `value = "001"` stores the number 1 in Excel, and `"2026-1-5"` a date.
LibreOffice would store the text, and a test in it would pass where Excel fails. So texts go through
`typed` first. Excel's parser is not documented: this covers numbers, percentages, amounts, dates,
times, truth values, errors and formulas as Excel with Chinese settings reads them; fractions
(`1 1/2`) stay text.

Formulas: LibreOffice takes and gives whole blocks of formulas only in its own spelling (`;` for `,`
and `Sheet.A1` for `Sheet!A1`), with English function names: a block of any size is then one call.
Structured references are kept, also in the saved file. Not translated: links to other workbooks,
the intersection and union operators, and `[@column]` without the table's name before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import partial
from math import isinf
from typing import NamedTuple

from addin.hosts.calc.extension import IDENTIFIER
from workbooks.ooxml.dates import day_number

ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")

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


class TypedContent(NamedTuple):
    """A cell's content, `value` or `formula`, and the format it has if it had none before.

    A format of "" leaves it to the spreadsheet.
    """

    value: float | bool | str = ""
    format: str = ""
    formula: str = ""


def typed(text: str) -> TypedContent:  # noqa: PLR0911  # one per kind of content
    """Return what Excel stores when `text` is written into a cell with the format General."""
    if not _SUSPECT.match(text):
        return TypedContent(text)
    bare = text.strip()
    if text.startswith("'"):
        return TypedContent(text[1:], "General")
    if text.startswith("=") and len(text) > 1:
        return TypedContent(formula=text)
    if bare.upper() in ("TRUE", "FALSE"):
        return TypedContent(bare.upper() == "TRUE")
    if bare in ERRORS:
        return TypedContent(formula=f"={bare}")
    content = _number(bare) or _moment_of_text(bare)
    if content:
        return content
    if bare[0] in "+-" and len(bare) > 1:
        return TypedContent(formula=f"={bare.removeprefix('+')}")
    return TypedContent(text, "General")  # LibreOffice would make some of these @


def _number(text: str) -> TypedContent | None:
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
    return TypedContent(
        -value if in_brackets or match["sign"] == "-" else value, _number_format(match)
    )


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


def _moment_of_text(text: str) -> TypedContent | None:
    day_text, _, time_text = text.partition(" ")
    if time := _TIME.fullmatch(text):
        return _typed_time(time)
    day = _day(day_text)
    if day is None or not time_text:
        return day
    time = _TIME.fullmatch(time_text.strip())
    clock = _typed_time(time) if time else None
    return clock and TypedContent(float(day.value) + float(clock.value), "yyyy/m/d h:mm")


def _typed_time(match: re.Match[str]) -> TypedContent | None:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    part = (hour * 3600 + minute * 60 + second) / 86400
    return TypedContent(part, "h:mm:ss" if match["second"] else "h:mm")


def _day(text: str) -> TypedContent | None:
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


def _serial(year: int, month: int, day: int, shown: str) -> TypedContent | None:
    try:
        days = day_number(date(year, month, day))
    except ValueError:
        return None
    return TypedContent(float(days), shown) if year >= 1900 else None


# --- formulas -------------------------------------------------------------------------------------

_STRING = r'"(?:[^"]|"")*"'
_SHEET = r"'(?:[^']|'')+'|[^\W\d]\w*"
_COLUMN = r"(?:[^\[\]']|'.)*"  # an apostrophe escapes the letter after it
_STRUCTURED = rf"(?P<table>[^\W\d][\w.]*)\[(?P<inside>(?:{_COLUMN}|\[{_COLUMN}\])*)\]"
_ARRAY = rf"\{{(?P<array>(?:{_STRING}|[^{{}}\"])*)\}}"

_EXCEL = re.compile(
    rf"""(?P<string>{_STRING}) | {_STRUCTURED} | {_ARRAY}
    | (?P<sheet>{_SHEET})! | (?P<separator>,)
    | (?P<prefix>_xlfn\.(?:_xlws\.)?)
    | (?P<truth>\b(?:TRUE|FALSE)\b(?!\s*[(.\w]))
    | (?P<word>[^\W\d][\w.]*)""",
    re.VERBOSE | re.IGNORECASE,
)
_CALC = re.compile(
    rf"""(?P<string>{_STRING}) | {_STRUCTURED} | {_ARRAY}
    | \$(?P<sheet>{_SHEET})\. | (?P<separator>;)
    | (?P<truth>\b(?:TRUE|FALSE)\(\))
    | (?P<word>[^\W\d][\w.]*)""",
    re.VERBOSE,
)
_PART = re.compile(rf"(?P<kept>{_STRING}|\[{_COLUMN}\])|(?P<separator>[,;|])")

_OURS = f"{IDENTIFIER}.Formulas.bd".upper()
"""How the block methods call the formulas of our extension, where it is installed."""

_ITEM = re.compile(r"\[#[\w ]+\]")
"""A part of a table alone, such as `[#All]`; LibreOffice takes it with brackets around it only."""

_PLAIN_SHEET = re.compile(r"[^\W\d]\w*")
_LIKE_A_CELL = re.compile(r"[A-Z]{1,3}\d+|R\d*C\d*|R|C", re.IGNORECASE)


def to_calc(formula: str, tables: Collection[str] = ()) -> str:
    """Return Excel's formula as LibreOffice's block methods take it.

    Args:
        formula: The formula.
        tables: The names of the workbook's tables: by a name alone Excel means the rows without
            their headings, LibreOffice all of them.
    """
    return _EXCEL.sub(partial(_calc_token, {name.lower() for name in tables}), formula)


def from_calc(formula: str) -> str:
    """Return LibreOffice's formula as Excel shows it."""
    return _CALC.sub(_excel_token, formula)


def _calc_token(tables: set[str], match: re.Match[str]) -> str:  # noqa: PLR0911  # one per kind of token
    text = match.group()
    match match.lastgroup:
        case "sheet":
            return f"${_sheet(match['sheet'], always_quoted=True)}."
        case "separator":
            return ";"
        case "prefix":
            return ""
        case "truth":
            return f"{text.upper()}()"
        case "inside" if match["inside"].startswith("#"):
            return f"{match['table']}[[{match['inside']}]]"
        case "inside":
            return f"{match['table']}[{_separated(_this_row(match['inside']), {',': ';'})}]"
        case "array":
            return f"{{{_separated(match['array'], {',': ';', ';': '|'})}}}"
        case "word" if text.lower() in tables:
            return f"{text}[]"
        case _:
            return text


def _excel_token(match: re.Match[str]) -> str:  # noqa: PLR0911  # one per kind of token
    text = match.group()
    match match.lastgroup:
        case "sheet":
            return f"{_sheet(match['sheet'])}!"
        case "separator":
            return ","
        case "truth":
            return text[:-2]
        case "word" if text.upper().startswith(_OURS):
            return f"BD_{text[len(_OURS) :]}"
        case "inside" if not match["inside"]:
            return match["table"]
        case "inside" if _ITEM.fullmatch(match["inside"]):
            return f"{match['table']}{match['inside']}"
        case "inside":
            return f"{match['table']}[{_separated(match['inside'], {';': ','})}]"
        case "array":
            return f"{{{_separated(match['array'], {';': ',', '|': ';'})}}}"
        case _:
            return text


def _separated(text: str, separators: dict[str, str]) -> str:
    """Exchange separators outside of strings and bracketed names."""
    return _PART.sub(lambda part: separators.get(part.group(), part.group()), text)


def _this_row(inside: str) -> str:
    """Spell out Excel's short form: `@x` and `@[x]` are `[#This Row],[x]`."""
    if not inside.startswith("@"):
        return inside
    columns = inside[1:]
    if not columns:
        return "#This Row"
    return f"[#This Row],{columns if columns.startswith('[') else f'[{columns}]'}"


def _sheet(name: str, *, always_quoted: bool = False) -> str:
    bare = name[1:-1].replace("''", "'") if name.startswith("'") else name
    if not always_quoted and _PLAIN_SHEET.fullmatch(bare) and not _LIKE_A_CELL.fullmatch(bare):
        return bare
    doubled = bare.replace("'", "''")
    return f"'{doubled}'"
