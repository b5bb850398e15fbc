"""Join tables of one layout, such as a tab for each village, and part lists of mentors and mentees."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from validators.cells import BLANK, Cell, CellColumn
from validators.normalise import squeeze
from validators.sources.labels import Use, label_of, plain_heading, role_of, roles_in
from validators.sources.tables import (
    TAB_HEADING,
    Layout,
    Place,
    SourceCell,
    SourceColumn,
    SourceTable,
    table_of_rows,
)

_CALLED = {"mentor": "导师", "individual": "对象", "organisation": "党组织"}
_MOST_ROLES = 8
_PLAIN_TAB = re.compile(r"(?:sheet|工作表|表格?|页|book)?\s*[-_(（]?\d*[)）]?", re.IGNORECASE)


def tab_says_something(name: str) -> bool:
    """Tell whether a tab has a name of its own."""
    return not _PLAIN_TAB.fullmatch(name.strip())


def joined_tables(tables: Iterable[SourceTable]) -> Iterator[SourceTable]:
    """Yield the tables, those of one layout on several tabs as one."""
    groups: dict[object, list[SourceTable]] = {}
    for number, table in enumerate(tables):
        groups.setdefault(_layout_key(table, number), []).append(table)
    for alike in groups.values():
        tabs = {table.sheet for table in alike}
        if len(alike) == 1:
            yield alike[0]
        elif len(tabs) == len(alike) or alike[0].layout is Layout.FORM:
            yield _joined(alike)
        else:
            yield from alike


def parted_by_role(table: SourceTable) -> Iterator[SourceTable]:
    """Yield the mentors and the mentees of a list apart, where a column says of each row who it is."""
    labels = [label_of(column.heading) for column in table.columns]
    alone = sum(label is not None and label.person == "name" for label in labels) == 1
    for column, label in zip(table.columns, labels, strict=True) if alone else ():
        cells = column.cells
        free = label is None or label.use is Use.REMARK  # 责任方 says of a duty whose it is
        if not free or BLANK in cells.codes or len(cells.values) > _MOST_ROLES:
            continue
        named = [role_of(squeeze(str(cell))) for cell in cells.values]
        if len({role for role, _ in named}) > 1 and all(role and not rest for role, rest in named):
            yield from _parts(table, [named[code][0] for code in cells.codes])
            return
    yield table


def _parts(table: SourceTable, roles: Sequence[str]) -> Iterator[SourceTable]:
    """Yield the rows of each role; the cell of a merge stands in the first of them."""
    headings = [(column.group, column.heading) for column in table.columns]
    seen: set[SourceCell] = set()
    for role in dict.fromkeys(roles):
        rows = []
        for row, own in zip(table.rows, roles, strict=True):
            kept = {at: cell for at, cell in row.cells.items() if cell not in seen}
            rows += [replace(row, cells=kept, shared=row.shared & {*kept})] if own == role else []
        yield table_of_rows(
            table.file, f"{table.title} {_CALLED[role]}", table.layout, headings, rows
        )
        seen |= {row.cells[at] for row in rows for at in row.shared}


def _layout_key(table: SourceTable, number: int) -> object:
    keys = tuple((plain_heading(c.group)[0], plain_heading(c.heading)[0]) for c in table.columns)
    if not any(heading for _, heading in keys):
        return number
    shape = frozenset(keys) if table.layout is Layout.FORM else keys
    return table.layout, shape, frozenset(roles_in(table.title))


def _joined(tables: Sequence[SourceTable]) -> SourceTable:
    first = tables[0]
    names = [(column.group, column.heading) for column in first.columns]
    orders = [_order(table, names) for table in tables]
    tabs = tuple(tab for table in tables for tab in (table.tabs or (table.sheet,) * len(table)))
    places: dict[tuple[int, int], Place] = {}
    shared, struck = set(), set()
    start = 0
    for table, order in zip(tables, orders, strict=True):
        for at, own in enumerate(order):
            for record in range(len(table)) if _moved(first, table, at, own) else ():
                places[start + record, at] = table.place(record, own)
        back = {own: at for at, own in enumerate(order)}
        places |= {(start + r, back[c]): place for (r, c), place in table.places.items()}
        shared |= {(start + r, back[c]) for r, c in table.shared}
        struck |= {start + r for r in table.struck}
        start += len(table)
    columns = [
        replace(column, cells=_chained([t.columns[o[at]].cells for t, o in zip(tables, orders, strict=True)]))
        for at, column in enumerate(first.columns)
    ]  # fmt: skip
    if len(set(tabs)) > 1 and sum(map(tab_says_something, set(tabs))) * 2 > len(set(tabs)):
        columns.append(_tab_column(tabs))
    return replace(
        first, columns=tuple(columns), numbers=[n for table in tables for n in table.numbers],
        tabs=tabs, places=places, shared=frozenset(shared), struck=frozenset(struck),
    )  # fmt: skip


def _order(table: SourceTable, names: list[tuple[str, str]]) -> list[int]:
    """Return which column of a table is the n-th of the joined one."""
    own = [(column.group, column.heading) for column in table.columns]
    if table.layout is not Layout.FORM:
        return list(range(len(own)))
    keys = [tuple(plain_heading(part)[0] for part in pair) for pair in own]
    wanted = [tuple(plain_heading(part)[0] for part in pair) for pair in names]
    return [keys.index(key) for key in wanted]


def _moved(first: SourceTable, table: SourceTable, at: int, own: int) -> bool:
    """Tell whether a column stands in another worksheet column than in the first table."""
    return first.columns[at].number != table.columns[own].number


def _chained(parts: Sequence[CellColumn]) -> CellColumn:
    """Return several columns one below the other."""
    seen: dict[tuple[type, Cell], int] = {}
    codes = array("i")
    for part in parts:
        new = [seen.setdefault((type(cell), cell), len(seen)) for cell in part.values]
        codes.extend(BLANK if code < 0 else new[code] for code in part.codes)
    return CellColumn([cell for _, cell in seen], codes)


def _tab_column(tabs: Sequence[str]) -> SourceColumn:
    names: list[Cell] = list(dict.fromkeys(tabs))
    index = {name: n for n, name in enumerate(names)}
    return SourceColumn(
        TAB_HEADING, "", CellColumn(names, array("i", map(index.__getitem__, tabs)))
    )
