"""Read one sheet of an open ledger by itself: reading a ledger passes most generated ones over."""

from __future__ import annotations

from typing import TypeVar

import xlwings as xw

from validators.ledger import SheetPart, Table
from validators.normalise import squeeze
from validators.sheets import Row
from workbooks.headings import map_headings
from workbooks.live.reading import raw_sheets
from workbooks.tables import table_part

__all__ = ["read_table"]

R = TypeVar("R", bound=Row)


def read_table(book: xw.Book, model: type[R]) -> Table[R]:
    """Return the rows of one sheet; none where it is missing or has no headings.

    Raises:
        UnreadableWorkbook: Its values are too scattered to be read.
        ExcelBusy: Excel did not answer.
    """
    name = model.sheet.name
    read = raw_sheets(book, lambda tab: squeeze(tab) == name)
    parts: list[SheetPart] = []
    for sheet in read.sheets:
        if squeeze(sheet.name) == name and (found := map_headings(sheet, model)).row:
            parts.append(table_part(sheet, model, found, book.name))
    return Table(model, parts[:1])
