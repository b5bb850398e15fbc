"""Vary layout and spelling as clerks do: unusual, but neither wrong nor ambiguous.

A reader is expected to map columns by heading and to skip what is no data.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from validators.columns import Column, Fill, Kind
from validators.sheets import Row, columns_by_field
from workbooks.samples.world import CellInput, Entry

# --- layout: moved columns, other headings, extra rows --------------------------------------------


@dataclass(frozen=True, slots=True)
class Extra:
    """A column the model does not know; `numbered` ones count the rows."""

    heading: str
    numbered: bool = False


@dataclass(slots=True)
class Layout:
    """One sheet's arrangement; rows and columns are 0-based.

    Attributes:
        columns: Model columns and extras from left to right.
        headings: Heading of each column as this clerk wrote it.
        left: Empty columns in front.
        heading_row: Row of the headings.
        lines: Title lines above the headings: row → text.
        places: Worksheet row of every entry.
        repeats: Rows that repeat the headings.
        subtotals: Rows that add up, with the count they show.
        notes: Rows with a lone note.
        hidden: Hidden data rows.
    """

    columns: list[Column | Extra]
    headings: list[str]
    left: int = 0
    heading_row: int = 2
    lines: dict[int, str] = field(default_factory=dict)
    places: dict[Entry, int] = field(default_factory=dict)
    repeats: list[int] = field(default_factory=list)
    subtotals: dict[int, int] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)
    hidden: list[int] = field(default_factory=list)
    last_row: int = 0

    def column_of(self, name: str) -> int:
        """Return the 0-based worksheet column of the field `name`."""
        for position, column in enumerate(self.columns):
            if isinstance(column, Column) and column.field == name:
                return position + self.left
        raise KeyError(name)

    def address(self, entry: Entry, name: str) -> str:
        """Return the cell of a row's field, such as D17."""
        return str(xl_rowcol_to_cell(self.places[entry], self.column_of(name)))


def arrange(model: type[Row], entries: list[Entry], rng: random.Random, *, tidy: bool) -> Layout:
    """Arrange a sheet; a tidy one looks like the template."""
    columns: list[Column | Extra] = list(columns_by_field(model).values())
    layout = Layout(columns, [], lines={0: model.sheet.title})
    if not tidy:
        _vary_columns(layout, rng)
        _vary_start(layout, rng)
    layout.headings = [_heading(column, rng, tidy=tidy) for column in layout.columns]
    _place(layout, entries, rng, tidy=tidy)
    return layout


def _vary_columns(layout: Layout, rng: random.Random) -> None:
    if rng.random() < 0.4:
        moved = layout.columns.pop(rng.randrange(1, len(layout.columns)))
        layout.columns.insert(rng.randrange(len(layout.columns) + 1), moved)
    if rng.random() < 0.3:
        layout.columns.insert(0, Extra("序号", numbered=True))
    if rng.random() < 0.2:
        layout.columns.append(Extra(rng.choice(("分管领导", "包村领导", "审核意见"))))


def _vary_start(layout: Layout, rng: random.Random) -> None:
    if rng.random() < 0.25:
        layout.left = rng.randint(1, 2)
    if rng.random() < 0.25:
        layout.lines = {0: "附件1", 1: layout.lines[0]}
        layout.heading_row = 3 + rng.randint(0, 1)


def _heading(column: Column | Extra, rng: random.Random, *, tidy: bool) -> str:
    if isinstance(column, Extra):
        return column.heading
    usable = [word for word in column.synonyms if word != "编号"]
    if usable and not tidy and column.fill is Fill.CLERK and rng.random() < 0.25:
        return rng.choice(usable)
    return column.heading


def _place(layout: Layout, entries: list[Entry], rng: random.Random, *, tidy: bool) -> None:
    row = layout.heading_row + 1
    breaks = _breaks(len(entries), rng, tidy=tidy)
    for number, entry in enumerate(entries):
        kind = breaks.get(number)
        if kind == "gap":
            row += rng.randint(1, 3)
        elif kind == "heading":
            layout.repeats.append(row)
            row += 1
        elif kind == "subtotal":
            layout.subtotals[row] = number
            row += 1
        elif kind == "hidden":
            layout.hidden.append(row)
        layout.places[entry] = row
        row += 1
    if not tidy and rng.random() < 0.35:
        layout.subtotals[row] = len(entries)
        row += 1
    if not tidy and rng.random() < 0.4:
        layout.notes[row + 1] = rng.choice(
            (
                "注：本表由各村（社区）汇总后填报。",
                "说明：日期以签字为准。",
                "填表说明：一人一行，勿合并。",
            )
        )
    layout.last_row = row


def _breaks(count: int, rng: random.Random, *, tidy: bool) -> dict[int, str]:
    """Return what comes before some of the rows."""
    if tidy or count < 6:
        return {}
    kinds = [kind for kind in ("gap", "heading", "subtotal", "hidden") if rng.random() < 0.3]
    return {rng.randrange(2, count): kind for kind in kinds}


# --- spelling -------------------------------------------------------------------------------------

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

DAY_FORMATS = ('yyyy"年"m"月"d"日"', "yyyy/m/d", "yyyy.mm.dd", 14, 31, 57)
"""Number formats of real dates; whole numbers are built-in ones, 27–58 the Chinese."""


class FormattedDate(date):
    """A real date in a cell shown by a format of the clerk's own."""

    number_format: str | int


def _formatted(value: date, rng: random.Random) -> FormattedDate:
    day = FormattedDate(value.year, value.month, value.day)
    day.number_format = rng.choice(DAY_FORMATS)
    return day


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
) -> CellInput:
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
        return rng.choice(_BLANKS) if optional else None
    if column.kind is Kind.DAY:
        return rng.choice(_DAY_TEXTS)(value) if rng.random() < 0.7 else _formatted(value, rng)
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
    if column.field in _IDS:
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
