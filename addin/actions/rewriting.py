"""Write a generated sheet anew without losing what the clerk entered in its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from validators.columns import Fill
from validators.ledger import Ledger
from validators.sheets import Row, columns_by_field
from workbooks.updates import UpdateRow

__all__ = ["Key", "OldRow", "numbered", "old_rows", "rewritten"]

Key = tuple[Any, ...]
"""The values that say what a row is about; None where unreadable."""


@dataclass(frozen=True, slots=True)
class OldRow:
    """One row of a generated sheet as it stands.

    Attributes:
        row: Worksheet row.
        key: What it is about.
        annotated: Whether the clerk entered anything, readable or not.
    """

    row: int
    key: Key
    annotated: bool


def old_rows(ledger: Ledger, model: type[Row], file: str, key: tuple[str, ...]) -> Iterator[OldRow]:
    """Yield the rows of a generated sheet in `file`, rejected ones too.

    Args:
        ledger: One workbook's ledger or several together.
        model: The sheet.
        file: The workbook.
        key: Fields that say what a row is about.
    """
    table = ledger.table(model)
    by_clerk = [c.field for c in columns_by_field(model).values() if c.fill is Fill.CLERK]
    keys = list(table.columns(*key))
    for start, part in table.starts():
        if part.file == file:
            for local, row in enumerate(part.rows):
                index = start + local
                entered = any(table.raw(index, field) is not None for field in by_clerk)
                yield OldRow(row, keys[index], entered)


def rewritten(  # the facts of one sheet
    ledger: Ledger,
    model: type[Row],
    file: str,
    rows: Iterable[Mapping[str, object]],
    key: tuple[str, ...],
    left: Callable[[Key], Mapping[str, object]],
) -> tuple[UpdateRow, ...]:
    """Return a sheet's rows anew; what the clerk entered moves along with its row.

    A row that is not computed any more stays at the end if the clerk entered anything.

    Args:
        ledger: The ledger before.
        model: The sheet.
        file: The workbook.
        rows: The computed rows by field, in order.
        key: Fields that say what a row is about.
        left: What a row that stays at the end says of itself, by its key.
    """
    old: dict[Key, list[OldRow]] = {}
    for one in old_rows(ledger, model, file, key):
        old.setdefault(one.key, []).append(one)
    new: list[UpdateRow] = []
    for values in rows:
        before = old.get(tuple(values.get(field) for field in key))
        new.append(UpdateRow(values, before.pop(0).row if before else None))
    kept = [one for some in old.values() for one in some if one.annotated]
    kept.sort(key=lambda one: one.row)
    new += [UpdateRow(left(one.key), one.row) for one in kept]
    return numbered(new) if "number" in columns_by_field(model) else tuple(new)


def numbered(rows: Iterable[UpdateRow]) -> tuple[UpdateRow, ...]:
    """Return the rows with their 序号."""
    return tuple(
        UpdateRow({**row.values, "number": number}, row.continues)
        for number, row in enumerate(rows, 1)
    )
