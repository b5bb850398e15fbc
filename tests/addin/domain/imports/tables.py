"""Source tables made of headings and cells, for mapping."""

from __future__ import annotations

from collections.abc import Sequence

from addin.domain.imports.mapping import map_table
from validators.cells import Cell, encode
from validators.sources.mapping import ColumnMapping, KnownNames
from validators.sources.tables import Layout, SourceColumn, SourceTable

MENTORS = ("马志远", "王秀兰", "李建国")
MENTEES = ("朱晓明", "陈小燕", "苏海龙")
PHONES = ("13895401234", "13995402222", "13709543333")
VILLAGES = ("冯庄村", "柯庄村", "大马庄村")


def a_table(
    title: str = "", layout: Layout = Layout.ROWS, **columns: Sequence[Cell | None]
) -> SourceTable:
    """Return a table; `导师·姓名` is the heading 姓名 under the group 导师, `姓名_2` a second 姓名."""
    made = []
    for number, (name, cells) in enumerate(columns.items(), 1):
        group, _, heading = name.partition("_")[0].rpartition("·")
        made.append(SourceColumn(heading, group, encode(cells), number))
    length = max(len(column.cells.codes) for column in made)
    return SourceTable("a.xlsx", "Sheet1", title, layout, tuple(made), range(2, 2 + length))


def mapped(table: SourceTable, known: KnownNames | None = None) -> dict[str, ColumnMapping]:
    columns = map_table(table, known).columns
    return dict(zip(table.headings, columns, strict=True))


def targets(table: SourceTable, known: KnownNames | None = None) -> list[str]:
    """Return where the columns go: `mentor.name`, "" for not imported, with ? where it is asked."""
    return [
        ".".join(column.target).strip(".") + ("" if column.certain else "?")
        for column in map_table(table, known).columns
    ]
