"""The rows of a ledger as a paper without codes would tell them, to compare with what was in it.

A ledger is read by calamine alone, what is not written yet is taken as it was placed; nothing of the
product is asked what a cell means.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from addin.domain.imports.account import Placement
from tests.build import a_ledger
from tests.imports.cast import AS_OF, UNIT, Cast, Fields
from tests.imports.plan import Plan
from tests.year.plain_rows import Book, Row, codes_of, day_of, read_book
from validators.columns import Kind
from validators.divisions import find_unit
from validators.ledger import Ledger
from validators.sheets import SHEETS, columns_by_field, model_for
from workbooks.template.workbook import write_ledger

PEOPLE = ("mentor", "individual", "organisation", "pairing")
TERM = ("certificate", "appointed_on", "appointed_until")
Rows = dict[str, list[Fields]]


def base_rows(cast: Cast, without: Collection[str] = ()) -> Rows:
    """Return what a ledger holds that knows a cast's people and pairs, but no entries.

    Args:
        without: Fields of mentors that are blank in it.
    """
    return {
        "mentor": [{k: v for k, v in row.items() if k not in without} for row in cast.mentors],
        "individual": cast.individuals,
        "organisation": cast.organisations,
        "pairing": [pair.pairing for pair in cast.pairs],
    }


def based(plan: Plan) -> bool:
    """Return whether a file's rows speak of people and pairs it does not introduce."""
    return not {"individual", "pairing", "organisation"} & set(plan.expected) and (
        set(plan.expected) != {"mentor"}
    )


def ledger_of(rows: Rows) -> Ledger:
    """Return rows as the ledger an import begins with."""
    typed = {
        key: [{name: _cell(value) for name, value in row.items()} for row in lines]
        for key, lines in rows.items()
    }
    sheets = (model.sheet.key for model in SHEETS if not model.sheet.form)
    return a_ledger(unit=UNIT, **{key: typed.get(key, []) for key in sheets})


def _cell(value: Any) -> Any:
    return "、".join(value) if isinstance(value, tuple) else value


def write_base(path: Path, rows: Rows, cast: Cast) -> Path:
    """Write rows as a ledger."""
    everything = {"unit": cast.rows["unit"], **rows}
    write_ledger(path, find_unit(UNIT), AS_OF.year, rows=everything, as_of=AS_OF)
    return path


# --- what there is after an import ---


def landed(path: Path) -> Rows:
    """Return a ledger's rows by sheet: field → value, with names where it has codes."""
    book = read_book(path)
    return _with_names(
        {
            model.sheet.key: [_fields(model, row) for row in _rows(book, model)]
            for model in SHEETS
            if not model.sheet.form
        }
    )


def placed(placement: Placement, base: Rows) -> Rows:
    """Return the same of an import that is not written yet, over the rows there were."""
    rows: Rows = {model.sheet.key: [*base.get(model.sheet.key, ())] for model in SHEETS}
    for key in placement.records:
        for record in placement.completed(key):
            assert record.row is not None
            rows[key][record.row] = record.values
        rows[key] += [record.values for record in placement.new(key)]
    kinds = {
        model.sheet.key: {n: c.kind for n, c in columns_by_field(model).items()} for model in SHEETS
    }
    return _with_names(
        {
            key: [
                {n: comparable(v, kinds[key][n]) for n, v in row.items() if n in kinds[key]}
                for row in lines
            ]
            for key, lines in rows.items()
        }
    )


def _rows(book: Book, model: Any) -> list[Row]:
    return book.rows(model.sheet.name)


def _fields(model: Any, row: Row) -> Fields:
    return {
        name: comparable(row[column.heading], column.kind)
        for name, column in columns_by_field(model).items()
        if row.get(column.heading) is not None
    }


def _with_names(rows: Rows) -> Rows:
    """Add to each row the names its codes stand for, and unit and post as one."""
    names = {
        str(row.get(code)): row.get("name")
        for key, code in (
            ("mentor", "mentor_id"),
            ("individual", "mentee_id"),
            ("organisation", "mentee_id"),
        )
        for row in rows[key]
    }
    pairs = {str(row.get("pairing_id")): row for row in rows["pairing"]}
    for key, lines in rows.items():
        for row in lines:
            pairing = row
            if key in ("log", "duty", "completion"):
                typed = row.get("pairing_ids", row.get("pairing_id"))
                codes = sorted(typed) if isinstance(typed, frozenset) else codes_of(typed)
                pairing = pairs.get(codes[0], {}) if codes else {}
            row["mentor"] = names.get(str(pairing.get("mentor_id")))
            row["mentee"] = names.get(str(pairing.get("mentee_id")))
            row["employer+post"] = f"{row.get('employer', '')}{row.get('post', '')}"
    return rows


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
    return re.sub(r"\s+", "", str(value))


def _month(value: Any) -> Any:
    if isinstance(value, date):
        return value.year, value.month
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})月?", str(value))
    return tuple(map(int, found.groups())) if found else value


# --- comparing ---


def differences(plan: Plan, rows: Rows, before: Mapping[str, int]) -> list[str]:
    """Return what is missing from a ledger, or too much in it, for a file's rows to be all there.

    Args:
        before: How many rows each sheet had; a file about people who were there adds none.
    """
    found = []
    for sheet, expected in plan.expected.items():
        for row in expected:
            wanted = _wanted(sheet, row)
            if sum(_matches(wanted, other) for other in rows[sheet]) != 1:
                found.append(f"{sheet} {row.get('name', '')} {_nearest(wanted, rows[sheet])}")
    for sheet in (*PEOPLE, "log", "assessment", "duty", "completion", "conversion"):
        count = before.get(sheet, 0) or len(plan.expected.get(sheet, ()))
        if len(rows[sheet]) != count:
            found.append(f"{sheet}: {len(rows[sheet])} rows, not {count}")
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
        return value == (other if isinstance(other, frozenset) else frozenset(codes_of(other)))
    return bool(value == other) or str(value) == str(other).removesuffix(".0")


def _nearest(wanted: Fields, rows: list[Fields]) -> str:
    """Say how the likest row differs: field → (wanted, found)."""
    if not rows:
        return "(no rows)"
    best = max(rows, key=lambda row: sum(_same(v, row.get(n)) for n, v in wanted.items()))
    return str({n: (v, best.get(n)) for n, v in wanted.items() if not _same(v, best.get(n))})
