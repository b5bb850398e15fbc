"""Rules on texts: what is too long to be printed whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from validators.columns import Column, exceeds_row
from validators.ledger import Ledger, Table, TypedColumn
from validators.rulebook import RuleContext, Violation, rule
from validators.sheets import ExchangeRow, Row, columns_by_field
from validators.vocabulary import Level, Source


@rule(
    "{sheet}.{field}.long",
    Level.NOTICE,
    "内容较长或换行较多（{length} 字），打印不全",
    "请精简至 {room} 字以内，并减少换行",
)
def long_texts(ledger: Ledger, context: RuleContext) -> Iterable[Violation]:
    """Printed texts that take more lines than the tallest row of a worksheet has."""
    for table in ledger.tables.values():
        model: type[Row] = table.model
        prose = [c for c in columns_by_field(model).values() if c.is_prose]
        for start, part in table.starts():
            for column in prose if not model.sheet.form else ():
                typed = part.columns.get(column.field)
                if typed:
                    yield from _long_cells(table, start, column, typed)


def _long_cells(
    table: Table[Any], start: int, column: Column, typed: TypedColumn
) -> Iterator[Violation]:
    """Yield the cells of one worksheet's column that are too long, but for what superiors wrote."""
    room, line = column.room, column.line_room
    long = {
        code: len(text)
        for code, text in enumerate(typed.values)
        if isinstance(text, str)
        and (len(text) > room or "\n" in text)  # hardly any
        and exceeds_row(text, line)
    }
    if not long:
        return
    sources = table.column("origin") if table.model is ExchangeRow else None
    for row, code in enumerate(typed.cells.codes, start):
        if code in long and (sources is None or sources[row] is Source.TOWNSHIP):
            facts = {"length": long[code], "room": column.room // 10 * 10}
            yield Violation(table, row, column.field, facts)
