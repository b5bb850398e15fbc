"""The rows of a ledger as a paper without codes would tell them, to compare with what was in it.

The ledger is read by calamine alone; nothing of the product is asked what a cell means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from tests.imports.cast import AS_OF, UNIT, Cast, Fields
from tests.imports.plan import Plan
from tests.year.plain_rows import Book, Row, codes_of, day_of, read_book
from validators.columns import Kind
from validators.divisions import find_unit
from validators.sheets import SHEETS, columns_by_field, model_for
from workbooks.template.workbook import write_ledger

BASED = ("log", "assessment", "duty")
"""What is about pairs that a ledger knows already."""
CHANGED_BY_US = ("mentor_id", "mentee_id", "pairing_id")


def write_base(path: Path, cast: Cast, *, without: Iterable[str] = ()) -> Path:
    """Write a ledger that holds a cast's people and pairs, but no log."""
    rows = {
        "unit": cast.rows["unit"],
        "mentor": [_kept(row, without) for row in cast.mentors],
        "individual": cast.individuals,
        "organisation": cast.organisations,
        "pairing": [pair.pairing for pair in cast.pairs],
    }
    write_ledger(path, find_unit(UNIT), AS_OF.year, rows=rows, as_of=AS_OF)
    return path


def _kept(row: Fields, without: Iterable[str]) -> Fields:
    return {name: value for name, value in row.items() if name not in set(without)}


def needs_base(plan: Plan) -> bool:
    """Return whether a file's rows speak of pairs it does not introduce."""
    return not {"mentor", "pairing"} & set(plan.expected) and bool(set(BASED) & set(plan.expected))


def landed(path: Path) -> dict[str, list[Fields]]:
    """Return a ledger's rows by sheet: field → value, with names where it has codes."""
    book = read_book(path)
    names = {
        str(row[heading]): row[name]
        for sheet, heading, name in (
            ("导师库", "导师编号", "姓名"),
            ("个人对象", "对象编号", "姓名"),
            ("组织对象", "对象编号", "党组织名称"),
        )
        for row in book.rows(sheet)
        if row.get(heading)
    }
    pairs = {
        str(row["结对编号"]): (names.get(str(row["导师编号"])), names.get(str(row["对象编号"])))
        for row in book.rows("结对台账")
        if row.get("结对编号")
    }
    return {
        model.sheet.key: [_fields(model.sheet.key, row, names, pairs) for row in _rows(book, model)]
        for model in SHEETS
        if not model.sheet.form
    }


def _rows(book: Book, model: Any) -> list[Row]:
    """Return the rows of a sheet in which something was typed."""
    return book.rows(model.sheet.name)


def _fields(
    sheet: str, row: Row, names: dict[str, Any], pairs: dict[str, tuple[Any, Any]]
) -> Fields:
    found = {
        name: comparable(row.get(column.heading), column.kind)
        for name, column in columns_by_field(model_for(sheet)).items()
        if row.get(column.heading) is not None
    }
    found["employer+post"] = f"{found.get('employer', '')}{found.get('post', '')}"
    mentor, mentee = names.get(str(found.get("mentor_id"))), names.get(str(found.get("mentee_id")))
    for field in ("pairing_ids", "pairing_id"):
        codes = codes_of(row.get("结对编号")) if sheet in ("log", "duty") else []
        if field in found and codes:
            mentor, mentee = pairs.get(codes[0], (None, None))
    return {**found, "mentor": mentor, "mentee": mentee}


def comparable(value: Any, kind: Kind | None = None) -> Any:
    """Return a value as it is compared: a month as (year, month), several words as a set."""
    if isinstance(value, tuple):
        return frozenset(map(str, value))
    if kind is Kind.MONTH:
        return _month(value)
    if isinstance(value, date) or kind is Kind.DAY:
        return day_of(value) or value
    if isinstance(value, int | float):
        return round(float(value), 6)
    return re.sub(r"\s+", "", str(value)) if isinstance(value, str) else value


def _month(value: Any) -> Any:
    if isinstance(value, date):
        return value.year, value.month
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})月?", str(value))
    return tuple(map(int, found.groups())) if found else value


def differences(plan: Plan, path: Path, *, before: dict[str, int] | None = None) -> list[str]:
    """Return what is missing from a ledger, or too much in it, for a file's rows to be all there.

    Args:
        before: How many rows each sheet had before.
    """
    rows = landed(path)
    found = []
    for sheet, expected in plan.expected.items():
        for row in expected:
            wanted = _wanted(sheet, row)
            if sum(_matches(wanted, other) for other in rows[sheet]) != 1:
                found.append(f"{sheet} {row} {_nearest(wanted, rows[sheet])}")
        had = (before or {}).get(sheet, 0)
        if len(rows[sheet]) != (had or len(expected)):
            found.append(f"{sheet}: {len(rows[sheet])} rows, not {had or len(expected)}")
    return found


def _wanted(sheet: str, row: Fields) -> Fields:
    columns = columns_by_field(model_for(sheet))
    return {
        name: comparable(value, columns[name].kind if name in columns else None)
        for name, value in row.items()
    }


def _matches(wanted: Fields, row: Fields) -> bool:
    return all(_same(value, row.get(name)) for name, value in wanted.items())


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, frozenset):
        return value == frozenset(codes_of(other))
    return bool(value == other) or str(value) == str(other).removesuffix(".0")


def _nearest(wanted: Fields, rows: list[Fields]) -> str:
    """Say how the likest row differs."""
    if not rows:
        return "(no rows)"
    best = max(rows, key=lambda row: sum(_same(v, row.get(n)) for n, v in wanted.items()))
    return str({n: (v, best.get(n)) for n, v in wanted.items() if not _same(v, best.get(n))})
