"""What else is kept of a workbook before it is changed: arrays, tables, merges, heights, sheets."""

from __future__ import annotations

from dataclasses import dataclass

import xlwings as xw

from workbooks.grids import Rectangle
from workbooks.live.addresses import block
from workbooks.live.busy import patiently

__all__ = ["AddedSheet", "KeptArray", "KeptHeights", "KeptMerge", "KeptTable"]


class _Silent:
    """Something whose later changes are none of the clerk's contents."""

    def seal(self, sheet: xw.Sheet) -> None:
        """Do nothing."""

    def changed(self, sheet: xw.Sheet) -> list[str]:
        """Return nothing."""
        del sheet
        return []

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Return True where there is a sheet: the cells beside it tell."""
        return sheet is not None


@dataclass(slots=True)
class KeptArray(_Silent):
    """One formula that fills a whole block; kept before the block's cells, so put back after them."""

    sheet: str
    area: Rectangle
    formula: str

    @classmethod
    def of(cls, sheet: xw.Sheet, area: Rectangle) -> KeptArray | None:
        """Keep a block's array formula; None where the block has none."""
        cells = block(sheet, area)
        if patiently(lambda: cells.has_array) is not True:  # Excel: None where only some cells have
            return None
        return cls(sheet.name, area, str(patiently(lambda: cells.formula_array)))

    def restore(self, sheet: xw.Sheet) -> None:
        """Let the formula fill the block again."""
        cells = block(sheet, self.area)

        def write() -> None:
            cells.formula_array = self.formula

        patiently(write)


@dataclass(slots=True)
class KeptTable(_Silent):
    """How far a table reached."""

    sheet: str
    name: str
    area: Rectangle

    def restore(self, sheet: xw.Sheet) -> None:
        """Let the table reach as far as it did."""
        table, cells = self._table(sheet), block(sheet, self.area)
        if table is not None:
            patiently(lambda: table.resize(cells))

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the table reaches as far as it did."""
        table = self._table(sheet) if sheet is not None else None
        if table is None:
            return False
        cells = patiently(lambda: table.range)
        return (cells.row, cells.column, *cells.shape) == self.area

    def _table(self, sheet: xw.Sheet) -> xw.main.Table | None:
        """Return the table, None where the clerk has made plain cells of it."""
        tables = patiently(lambda: list(sheet.tables))
        return next((one for one in tables if one.name == self.name), None)


@dataclass(slots=True)
class KeptMerge(_Silent):
    """Merged cells that were taken apart."""

    sheet: str
    area: Rectangle

    def restore(self, sheet: xw.Sheet) -> None:
        """Merge them again."""
        cells = block(sheet, self.area)
        patiently(cells.merge)


@dataclass(slots=True)
class KeptHeights(_Silent):
    """Rows whose heights are fitted to what they hold, before a change and after."""

    sheet: str
    first: int
    last: int

    def restore(self, sheet: xw.Sheet) -> None:
        """Fit the heights to what the rows hold now."""
        rows = sheet.range(f"{self.first}:{self.last}")
        patiently(rows.rows.autofit)


@dataclass(slots=True)
class AddedSheet(_Silent):
    """A sheet that was not there."""

    sheet: str

    def restore(self, sheet: xw.Sheet) -> None:
        """Take it away, without a question."""
        app = patiently(lambda: sheet.book.app)

        def ask(on: bool) -> None:
            app.display_alerts = on

        asked = patiently(lambda: app.display_alerts)
        patiently(lambda: ask(False))
        try:
            patiently(sheet.delete)
        finally:
            patiently(lambda: ask(asked))

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the sheet is not there."""
        return sheet is None
