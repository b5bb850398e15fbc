"""Computed sheets as parts of the merged ledger, so that they are written like every other."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from addin.tasks.rollup import COMPUTED, ComputedRow, RollUp
from validators.cells import encode
from validators.columns import Fill
from validators.ledger import Ledger, SheetPart, Table, TypedColumn
from validators.sheets import DutyRow, Row, columns_by_field
from workbooks.template.values import shown

__all__ = ["with_computed"]

_DUTY_FIELDS = ("done", "rate", "last_done_on", "progress")


def with_computed(ledger: Ledger, found: RollUp) -> Ledger:
    """Return the merged ledger with the computed sheets as `found` has them.

    Growth files, flags, gold mentors and pool changes replace what the townships' own sheets say,
    with the clerks' entries taken over by what a row is about; the duties keep their rows and get
    the computed cells.

    Args:
        ledger: The merged ledger; it is not changed.
        found: What its records come to.
    """
    tables: dict[str, Table[Any]] = dict(ledger.tables)
    for model, rows in found.rows().items():
        tables[model.sheet.key] = Table(model, [_part(ledger, model, rows)])
    tables[DutyRow.sheet.key] = Table(DutyRow, list(_duties(ledger, found)))
    return replace(ledger, tables=tables)


def _part(ledger: Ledger, model: type[Row], rows: Sequence[ComputedRow]) -> SheetPart:
    """Return the rows in their order, whatever workbooks they belong to."""
    entered, key = _entered(ledger, model), COMPUTED[model]
    whole = [_joined(row.values, entered, row.file, key) for row in rows]
    columns = {field: _column(model, field, whole) for field in columns_by_field(model)}
    unnumbered, origins = array("i", bytes(4 * len(whole))), encode(row.file for row in rows)
    name = model.sheet.name
    return SheetPart(model.sheet.key, "", name, unnumbered, columns, origins=origins)


def _joined(
    values: dict[str, Any], entered: dict[Any, dict[str, Any]], file: str, key: tuple[str, ...]
) -> dict[str, Any]:
    own = entered.get((file, *(values.get(field) for field in key)))
    return {**own, **values} if own else values


def _entered(ledger: Ledger, model: type[Row]) -> dict[Any, dict[str, Any]]:
    """Return what the clerks entered, by file and what the row is about; the first row wins."""
    table = ledger.table(model)
    fields = [c.field for c in columns_by_field(model).values() if c.fill is Fill.CLERK]
    found: dict[Any, dict[str, Any]] = {}
    files = (part.file for part in table.parts for _ in range(len(part)))
    keys, entries = table.columns(*COMPUTED[model]), table.columns(*fields) if fields else ()
    for file, key, values in zip(files, keys, entries, strict=False):
        if any(value is not None for value in values):
            found.setdefault((file, *key), dict(zip(fields, values, strict=True)))
    return found


def _column(model: type[Row], field: str, rows: Sequence[dict[str, Any]]) -> TypedColumn:
    heading = columns_by_field(model)[field].heading
    cells = encode(shown(row.get(field)) for row in rows)
    return TypedColumn(field, "", heading, cells, list(cells.values), {})


def _duties(ledger: Ledger, found: RollUp) -> Iterator[SheetPart]:
    table = ledger.table(DutyRow)
    states = {state.row: state.as_row() for state in found.duties}
    for start, part in table.starts():
        rows = [states.get(start + local, {}) for local in range(len(part))]
        computed = {field: _column(DutyRow, field, rows) for field in _DUTY_FIELDS}
        yield replace(part, columns={**part.columns, **computed})
