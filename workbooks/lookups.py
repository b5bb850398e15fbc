"""Native look-ups of a clerk's ledger: formulas for where its columns stand, and what they show.

The template's formulas name the template's columns; a ledger whose columns were moved needs its
own. What a formula will show is computed from the rows as they will be after the updates, so that
a reader that does not calculate sees it too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from validators.cells import letters
from validators.columns import Column, Lookup
from validators.sheets import Row, columns_by_field, model_for
from workbooks.placing import Body
from workbooks.template.layout import LAST_ROW
from workbooks.template.table_sheet import lookup_formula
from workbooks.template.values import LedgerRows, RowValues
from workbooks.updates import SheetUpdate

__all__ = ["LookUps", "plain_cell", "sheets_looked_up"]


def sheets_looked_up(models: Iterable[type[Row]]) -> set[str]:
    """Return the keys of the sheets that look-ups of `models` lead to, directly or by others."""
    found: set[str] = set()
    for model in models:
        for column in columns_by_field(model).values():
            keys = {key for key, _ in column.lookup.fields} if column.lookup else set()
            found |= keys
            found |= sheets_looked_up(model_for(key) for key in keys)
    return found


def plain_cell(cell: object) -> str | int | float | date | None:
    """Return what a formula sees of a cell as read; errors and the uncalculated as blank."""
    return cell if isinstance(cell, str | int | float | date) else None


class LookUps:
    """The look-ups of one ledger.

    Args:
        bodies: The sheets of the ledger that look-ups lead to, by key.
        updates: What is going to be written.
    """

    def __init__(self, bodies: Mapping[str, Body], updates: Mapping[str, SheetUpdate]) -> None:
        self._bodies = bodies
        self._rows = LedgerRows(
            {key: _rows_after(body, updates.get(key)) for key, body in bodies.items()}
        )

    def shown(self, lookup: Lookup, values: RowValues) -> str:
        """Return what the look-up shows in a row of `values`."""
        return self._rows.look_up(lookup, values)

    def formula(self, model: type[Row], column: Column, key: str) -> str:
        """Return the formula of a look-up column without its "=".

        Args:
            model: The sheet's model.
            column: One of its look-up columns.
            key: A reference to the cell that holds the code.

        Returns:
            "" where the ledger lacks a sheet or column the formula would name.
        """
        try:
            return lookup_formula(model, column, key, self._place).removeprefix("=")
        except KeyError:
            return ""

    def _place(self, key: str, field: str) -> str:
        body = self._bodies[key]
        letter = letters(body.columns[field])
        last = max(LAST_ROW, body.raw.n_rows)
        name = body.name if body.name == model_for(key).sheet.name else f"'{body.name}'"
        return f"{name}!${letter}${body.first_row}:${letter}${last}"


def _rows_after(body: Body, update: SheetUpdate | None) -> list[dict[str, object]]:
    """Return the rows of a sheet as they will be."""
    before = {row: _row(body, row) for row in body.used}
    if update is None:
        return [*before.values()]
    if update.rows is not None:
        return [
            {**(before.get(row.continues, {}) if row.continues else {}), **row.values}
            for row in update.rows
        ]
    for (row, field), value in update.cells.items():
        before.setdefault(row, {})[field] = value
    return [*before.values(), *map(dict, update.append)]


def _row(body: Body, row: int) -> dict[str, object]:
    return {field: plain_cell(body.value(row, field)) for field in body.columns}
