"""Make tables of sources for tests, with their mappings written beside the headings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from addin.domain.imports.account import Note, Placement
from validators.cells import encode
from validators.sources.mapping import NOT_IMPORTED, ColumnMapping, TableMapping, Target
from validators.sources.tables import Layout, Place, SourceColumn, SourceTable


def mapped(where: str, **facts: Any) -> ColumnMapping:
    """Return a mapping: `mentor.name`, "" for not imported, with ? behind it a doubtful one."""
    certain = not where.endswith("?")
    sheet, _, field = where.rstrip("?").partition(".")
    target = Target(sheet, field) if field else NOT_IMPORTED
    facts = {"confidence": 0.99 if certain else 0.6, "certain": certain, **facts}
    return ColumnMapping(target, **facts)


def a_table(
    columns: Sequence[tuple[str, str | ColumnMapping]],
    *rows: Sequence[Any],
    file: str = "名册.xlsx",
    sheet: str = "Sheet1",
    title: str = "",
    layout: Layout = Layout.ROWS,
    merged: Collection[tuple[int, int, int]] = (),
    struck: Collection[int] = (),
) -> TableMapping:
    """Return a mapped table whose headings stand in row 2, its first record in row 3.

    Args:
        columns: (heading, where it goes) of each column; 导师·姓名 has the group 导师.
        rows: The cells of each record.
        file: The file's name.
        sheet: The tab.
        title: What stands above.
        layout: How records stand.
        merged: (column, first record, last record) of cells merged down.
        struck: Records struck through.
    """
    filled = [list(row) for row in rows]
    places, shared = {}, set()
    for column, first, last in merged:
        for record in range(first, last + 1):
            filled[record][column] = filled[first][column]
            shared.add((record, column))
            places[record, column] = Place(sheet, first + 3, column + 1)
    made = []
    for at, (name, _) in enumerate(columns):
        group, _, heading = name.rpartition("·")
        cells = encode(row[at] for row in filled)
        made.append(SourceColumn(heading, group, cells, at + 1))
    table = SourceTable(
        file, sheet, title, layout, tuple(made), range(3, 3 + len(filled)), places=places,
        shared=frozenset(shared), struck=frozenset(struck),
    )  # fmt: skip
    mappings = [mapped(where) if isinstance(where, str) else where for _, where in columns]
    return TableMapping(table, tuple(mappings))


def notes_of(placement: Placement) -> list[Note]:
    """Return all notes of an import, table by table."""
    return [note for table in placement.tables for note in table.notes]


def doubtful(mapping: ColumnMapping) -> ColumnMapping:
    """Return a mapping that must be asked about."""
    return replace(mapping, certain=False, confidence=0.5)
