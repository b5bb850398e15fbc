"""Accepted rows, what every figure is counted from, and words for stating facts of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from validators.ledger import Ledger, SheetPart
from validators.sheets import Row, columns_by_field

# SECTION Accepted rows: what every figure is counted from.

Origin = tuple[str, int]
"""The file and the worksheet row a fact stands in."""


def taken(ledger: Ledger, model: type[Row], *names: str) -> Iterator[tuple[Any, ...]]:
    """Yield the values of the fields `names` of every row no error cites.

    What the model requires is there: a row without it is never accepted, and should a caller hold
    a ledger that was not examined, it is passed over.
    """
    return (row for _, row in placed(ledger, model, *names))


def placed(
    ledger: Ledger, model: type[Row], *names: str
) -> Iterator[tuple[Origin, tuple[Any, ...]]]:
    """Yield (file and worksheet row, values) of every row `taken` yields."""
    table, columns = ledger.table(model), columns_by_field(model)
    needed = [at for at, name in enumerate(names) if columns[name].required]
    everywhere = (origin for part in table.parts for origin in _origins(part))
    for origin, used, row in zip(everywhere, table.accepted(), table.columns(*names), strict=True):
        if used and all(row[at] is not None for at in needed):
            yield origin, row


def _origins(part: SheetPart) -> Iterator[Origin]:
    return ((part.file, row) for row in part.rows)


def unit_of(code: str) -> str:
    """Return the 9-digit unit code an ID carries: D640402104-001 → 640402104."""
    return code.rpartition("-")[0][-9:]


# SECTION Words the tasks share when they state facts.

_FEW = 5


def some(words: Sequence[str], counter: str = "项") -> str:
    """Return the words joined by 、; of many the first five and how many there are in all."""
    shown = "、".join(words[:_FEW])
    return f"{shown}等 {len(words)} {counter}" if len(words) > _FEW else shown
