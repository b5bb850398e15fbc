"""Worksheets made of rows, for readers of files that are no ledgers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from validators.cells import Cell, encode
from validators.sources.tables import Place, Source, SourceTable
from workbooks.foreign.source import source_of_book
from workbooks.ooxml.addresses import Rectangle
from workbooks.raw.book import RawBook, RawSheet

Rows = Sequence[Sequence[Cell | None]]


def a_sheet(rows: Rows, *merges: str, name: str = "Sheet1") -> RawSheet:
    columns = [encode(column) for column in zip_longest(*rows)]
    areas = [area for merge in merges if (area := Rectangle.parse(merge))]
    return RawSheet(name, columns=columns, n_rows=len(rows), merges=areas)


def read(*sheets: RawSheet) -> Source:
    return source_of_book(RawBook(list(sheets)), "来源.xlsx")


def the_table(*sheets: RawSheet) -> SourceTable:
    (table,) = read(*sheets).tables
    return table


def records(table: SourceTable) -> list[dict[str, Cell]]:
    """Return the records of a table as a clerk would read them out, by heading."""
    names = table.headings
    return [{names[at]: cell.value for at, cell in row.cells.items()} for row in table.rows]


def reasons(source: Source) -> dict[str, str]:
    return {str(loose.cell.value): loose.why for loose in source.loose}


def cells_of(*sheets: RawSheet) -> set[Place]:
    """Return where cells stand, by plain code."""
    return {
        Place(sheet.name, row + 1, column + 1)
        for sheet in sheets
        for column, cells in enumerate(sheet.columns)
        for row, code in enumerate(cells.codes)
        if code >= 0 and str(cells.values[code]).strip()
    }


def accounted(source: Source) -> Counter[Place]:
    """Return how many tables, or loose cells, hold each cell."""
    counted = Counter(Place(x.cell.sheet, x.cell.row, x.cell.column) for x in source.loose)
    for table in source.tables:
        places = {
            table.place(record, at)
            for at, column in enumerate(table.columns)
            for record, code in enumerate(column.cells.codes)
            if code >= 0
        }
        counted.update(place for place in places if place.row)
    return counted
