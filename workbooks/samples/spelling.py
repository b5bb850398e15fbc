"""How clerks spell a right value: odd, but not ambiguous."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import Any

from validators.columns import Column, Fill, Kind
from workbooks.samples.rows import Entry, Raw

__all__ = ["DAY_FORMATS", "Dated", "spell"]

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_IDS = ("mentor_id", "mentee_id", "pairing_id", "log_id", "duty_id", "assessment_id")
_UNITS = {
    "members": "人",
    "mentors_needed": "名",
    "people_led": "人",
    "votes": "票",
    "target": "次",
    "capacity": "人",
    "hours": "小时",
    "income": "万元",
    "income_gain": "元",
    "score": "分",
    "satisfaction": "分",
}
_BLANKS = ("无", "—", "/")
_NOT_BLANK = ("mentor_name", "mentee_name", "pair_names")

DAY_FORMATS = ('yyyy"年"m"月"d"日"', "yyyy/m/d", "yyyy.mm.dd", 14, 31, 57)
"""Number formats of real dates; whole numbers are built-in ones, 27–58 the Chinese."""


class Dated(date):
    """A real date in a cell shown by a format of the clerk's own."""

    shown: str | int


def _dated(value: date, rng: random.Random) -> Dated:
    made = Dated(value.year, value.month, value.day)
    made.shown = rng.choice(DAY_FORMATS)
    return made


_DAY_TEXTS: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}-{d.month}-{d.day}".translate(_WIDE),
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d.year}. {d.month}. {d.day}",
)
_MONTH_TEXTS: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d.year}.{d.month:02d}",
    lambda d: f"{d.year}年{d.month}月",
    lambda d: f"{d.year}-{d.month}",
    lambda d: f"{d:%Y%m}",
    lambda d: f"{d.year}/{d.month}",
)


def spell(  # noqa: PLR0911  # one return per way of spelling
    entry: Entry, column: Column, value: Any, rng: random.Random, label: Callable[[str], str]
) -> Raw:
    """Return another cell for the right `value` (None: the blank) of a row's column.

    Args:
        entry: The row; flawed rows keep to the template's spelling.
        column: The column.
        value: The right value.
        rng: Source of chance.
        label: Returns the dropdown's text of a pairing ID.
    """
    if value is None:
        optional = not column.required and column.fill is Fill.CLERK
        return rng.choice(_BLANKS) if optional and column.field not in _NOT_BLANK else None
    if column.kind is Kind.DAY:
        return rng.choice(_DAY_TEXTS)(value) if rng.random() < 0.7 else _dated(value, rng)
    if column.kind is Kind.MONTH:
        return rng.choice(_MONTH_TEXTS)(value)
    if column.field == "village" and value.endswith("村"):
        return f"{value[:-1]}村委会"
    if column.field in {"name", "secretary"} and entry.sheet != "organisation":
        return _name(str(value), rng)
    if column.field == "pairing_id" and entry.sheet in {"duty", "completion"}:
        return label(str(value))
    if column.field == "pairing_ids" and len(value) == 1:
        return label(value[0]) if rng.random() < 0.8 else str(value[0]).translate(_WIDE)
    if column.field in _IDS and entry.sheet != "award":
        return str(value).translate(_WIDE)
    if column.field in _UNITS and isinstance(value, int | float):
        return _counted(value, _UNITS[column.field], rng)
    return None


def _name(value: str, rng: random.Random) -> str:
    if "·" in value:
        return value.replace("·", rng.choice("•‧・"))
    return f"{value[0]}{rng.choice((' ', '　', '  '))}{value[1]}" if len(value) == 2 else value


def _counted(value: float, unit: str, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.3:
        return f"{value}".translate(_WIDE).replace("．", ".")
    return f"{value:,}{unit}" if draw < 0.8 else f" {value}{unit}"
