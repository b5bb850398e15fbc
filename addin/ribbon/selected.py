"""Which rows of the ledger the clerk has selected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import xlwings as xw
from openpyxl.utils import range_boundaries

from validators.errors import UsageError
from validators.ledger import Ledger, Table
from validators.normalise import squeeze
from validators.sheets import SHEETS, PairingRow, Row, columns_by_field
from workbooks.live.busy import patiently
from workbooks.live.generated import read_table
from workbooks.live.selection import selection

__all__ = ["Selected", "selected_mentees", "selected_rows"]

_LAST = 1_048_576
_LONGEST = 230
"""Letters of an address that is surely whole: Excel leaves areas out that do not fit in 255."""


class Selected(NamedTuple):
    """Rows of one sheet of the ledger.

    Attributes:
        table: The sheet's rows.
        indexes: Those that are selected.
    """

    table: Table[Any]
    indexes: tuple[int, ...]

    def values(self, field: str) -> list[Any]:
        """Return what stands in a field of the selected rows; None where nothing readable does."""
        column = self.table.column(field)
        return [column[index] for index in self.indexes]


def selected_rows(book: xw.Book, ledger: Ledger) -> Selected | None:
    """Return the selected rows of the sheet in front; None if it is no sheet of the ledger.

    Args:
        book: The ledger's workbook, in front.
        ledger: What was read from it.

    Raises:
        UsageError: So many areas are selected that Excel does not name them all.
    """
    chosen = selection(book)
    if chosen is None:  # a picture, or LibreOffice's word for several areas
        return None
    if patiently(lambda: chosen.sheet.book.name != book.name):
        return None
    name = squeeze(patiently(lambda: chosen.sheet.name))
    model = next((one for one in SHEETS if one.sheet.name == name and not one.sheet.form), None)
    if model is None:
        return None
    table = ledger.table(model) if ledger.table(model).parts else read_table(book, model)
    address = patiently(lambda: chosen.address)
    if len(address) > _LONGEST:
        raise UsageError("选中的地方太零散，读不全", "请少选几处，或选连续的行，分几次做")
    spans = list(_spans(address))
    rows = enumerate(row for part in table.parts for row in part.rows)
    return Selected(
        table, tuple(at for at, row in rows if any(first <= row <= last for first, last in spans))
    )


def selected_mentees(book: xw.Book, ledger: Ledger) -> list[str]:
    """Return the IDs of the mentees the selected rows speak of, each once.

    A sheet that names pairings leads to their mentees through 结对台账.
    """
    chosen = selected_rows(book, ledger)
    if chosen is None:
        return []
    model: type[Row] = chosen.table.model
    fields = columns_by_field(model)
    if "mentee_id" in fields:
        found = chosen.values("mentee_id")
    else:
        field = next((one for one in _PAIRINGS if one in fields), "")
        found = _helped(ledger, chosen.values(field)) if field else []
    return list(dict.fromkeys(filter(None, found)))


_PAIRINGS = ("pairing_id", "pairing_ids")


def _helped(ledger: Ledger, named: Iterable[str | Sequence[str] | None]) -> list[str | None]:
    table = ledger.table(PairingRow)
    places, mentees = table.by_single_id, table.column("mentee_id")
    codes = [code for one in named for code in ([one] if isinstance(one, str) else one or ())]
    return [mentees[places[code]] for code in codes if code in places]


def _spans(address: str) -> Iterator[tuple[int, int]]:
    """Yield first and last rows of the areas of an address such as $A$5:$B$6,$9:$9."""
    for area in address.split(","):
        _, first, _, last = range_boundaries(area)
        yield first or 1, last or _LAST
