"""编号补全: give every row that lacks its ID the next one."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import replace

from addin.tasks.numbering import Numbering
from validators.cells import CellColumn
from validators.ledger import Ledger, SheetPart, TypedColumn
from validators.sheets import model_for
from workbooks.updates import SheetUpdate

__all__ = ["fill_ids"]


def fill_ids(ledger: Ledger) -> tuple[Ledger, list[SheetUpdate]]:
    """Return one workbook's ledger with every ID, and the cells that were blank.

    Only empty cells get an ID; what stands in one, readable or not, stays. A sheet without an ID
    column is left alone. Nothing is filled where the unit's code is unreadable.

    Args:
        ledger: The ledger of one workbook, after validation; it is not changed.
    """
    unit_code = next(iter(ledger.unit_codes.values()), "")
    if not unit_code:
        return ledger, []
    numbering = Numbering(ledger, unit_code)
    parts: list[SheetPart] = []
    updates: list[SheetUpdate] = []
    for part in (part for table in ledger.tables.values() for part in table.parts):
        filled = dict(_filled(part, numbering))
        parts.append(_with_ids(part, filled) if filled else part)
        if filled:
            field = model_for(part.key).sheet.id_field
            cells = {(part.rows[row], field): code for row, code in filled.items()}
            updates.append(SheetUpdate(part.key, cells=cells))
    return (Ledger.of(parts, ledger.unit_codes), updates) if updates else (ledger, [])


def _filled(part: SheetPart, numbering: Numbering) -> Iterator[tuple[int, str]]:
    """Yield (row of the part, its new ID)."""
    column = part.columns.get(model_for(part.key).sheet.id_field)
    if column:
        for row in column.cells.blank_rows():
            yield row, numbering.next(part.key)


def _with_ids(part: SheetPart, filled: dict[int, str]) -> SheetPart:
    field = model_for(part.key).sheet.id_field
    column = part.columns[field]
    codes, first = array("i", column.cells.codes), len(column.cells.values)
    for number, row in enumerate(filled):
        codes[row] = first + number
    ids = list(filled.values())
    cells = CellColumn([*column.cells.values, *ids], codes)
    typed = TypedColumn(
        field, column.letter, column.heading, cells, [*column.values, *ids], column.problems
    )
    return replace(part, columns={**part.columns, field: typed})
