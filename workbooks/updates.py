"""The changes to be written into a ledger, in the same form for a file and an open workbook.

Fields are named as the models name them; where their columns stand in a certain ledger is for
whoever writes. Worksheet rows are 1-based, as the reader found them in the same ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from validators.sheets import model_for

if TYPE_CHECKING:
    from validators.ledger import Table


class Link(str):
    """An address such as B5 that leads to that cell of the workbook's tab `sheet`."""

    __slots__ = ("sheet",)

    sheet: str

    def __new__(cls, sheet: str, cell: str) -> Self:
        """Return the text `cell` as a link into `sheet`."""
        link = super().__new__(cls, cell)
        link.sheet = sheet
        return link

    @property
    def formula(self) -> str:
        """Return the formula, without its equals sign; both names are quoted within it."""
        place = "'" + self.sheet.replace("'", "''") + f"'!{self}"
        return f"HYPERLINK({_quoted('#' + place)},{_quoted(self)})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """One row of a rewritten sheet.

    Attributes:
        values: Field → Python value (text, number, date, word, tuple, `Link`, None for blank).
            Look-up columns are left out: their formula is written.
        continues: The worksheet row of the old row it continues: its cells of all columns not in
            `values`, the clerk's own columns among them, move along with their styles.
    """

    values: Mapping[str, object]
    continues: int | None = None


@dataclass(frozen=True, slots=True)
class SheetUpdate:
    """The changes of one sheet.

    Attributes:
        key: The sheet's key.
        tab: The tab where a sheet is split over several, as the clerk named it; "" is the first.
        rows: The whole new body of a generated sheet; None where the body stays.
        append: New rows below the last one in use.
        cells: Single values by (worksheet row, field).
        as_of: The day a generated sheet's data reach to; with `generated` its stamp.
        generated: When it was generated.
    """

    key: str
    rows: tuple[UpdateRow, ...] | None = None
    append: tuple[Mapping[str, object], ...] = ()
    cells: Mapping[tuple[int, str], object] = field(default_factory=dict)
    as_of: date | None = None
    generated: datetime | None = None
    tab: str = ""

    def __post_init__(self) -> None:
        if self.rows is not None and (self.append or self.cells):
            raise ValueError(f"{self.key} is rewritten: no other changes of its rows go with that")


def tab_of(key: str, sheet: str) -> str:
    """Return `SheetUpdate.tab` of a worksheet: "" where it has the template's name."""
    return "" if sheet == model_for(key).sheet.name else sheet


def cell_updates(table: Table[Any], values: Mapping[tuple[int, str], object]) -> list[SheetUpdate]:
    """Return the updates that write cells of one workbook's table, one for each tab."""
    by_tab: dict[tuple[str, str], dict[tuple[int, str], object]] = {}
    for (index, name), value in values.items():
        part, local = table.locate(index)
        cells = by_tab.setdefault((part.key, tab_of(part.key, part.sheet)), {})
        cells[part.row_number(name, local), name] = value
    return [SheetUpdate(key, cells=cells, tab=tab) for (key, tab), cells in by_tab.items()]


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What was written into one sheet.

    Attributes:
        key: The sheet's key.
        sheet: The tab's name.
        rows: The worksheet rows the new rows went to, in their order.
        cells: How many cells were given a value or emptied.
        missing: Headings of columns the worksheet lacks, so that values were left out.
        stamped: Whether the stamp was written, False also where none was asked for.
    """

    key: str
    sheet: str
    rows: tuple[int, ...]
    cells: int
    missing: tuple[str, ...]
    stamped: bool


@dataclass(frozen=True, slots=True)
class UpdateReport:
    """What was written into a ledger.

    Attributes:
        sheets: In the order of the updates.
        marked: How many cells of a file were marked.
        remarks: What the clerk should be told besides.
    """

    sheets: tuple[SheetReport, ...]
    marked: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """Return how many cells were written in all sheets."""
        return sum(sheet.cells for sheet in self.sheets)
