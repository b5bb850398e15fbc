"""A worksheet's XML as a `Paper`: styles, merges, heights and formulas cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from workbooks.package.looks import Looks
from workbooks.package.markup import attribute, without
from workbooks.package.sheet_xml import CellXml, RowXml, SheetXml
from workbooks.package.values import (
    CellMaker,
    has_formula,
    is_shared_master,
    moved,
    recached,
    unshare,
)
from workbooks.placing import Body
from workbooks.reach import Reach, TableArea
from workbooks.sheet_writing import Values

__all__ = ["XmlPaper"]


class XmlPaper:
    """One worksheet of a package.

    Args:
        xml: The worksheet's XML, changed in place.
        body: What stands where in it.
        reach: Its table and the rows not to write to.
        maker: Makes the workbook's cells.
    """

    def __init__(
        self, xml: SheetXml, body: Body, reach: Reach[TableArea], maker: CellMaker
    ) -> None:
        fields = {at: body.known(field) for field, at in body.columns.items()}
        rows = [row for row in xml.rows if row in reach.body_rows and row not in reach.kept]
        self._xml = xml
        self._headed = reach.headed
        self._maker = maker
        self._looks = Looks(xml, fields, reach.headed, rows)
        self._kept: dict[int, RowXml] = {}

    def clear(self, rows: Sequence[int], end: int, keep: Iterable[int]) -> None:
        """Empty the cells below headings; outside the new table they go altogether."""
        unshare(self._xml)
        self._xml.unmerge([*rows])
        self._kept = {number: self._copy(number) for number in keep}
        for row in rows:
            if row in self._xml.rows:
                self._empty(self._xml.rows[row], dropped=row > end)

    def put(self, row: int, at: int, value: object, like: int | None = None) -> None:
        """Put a value into a cell."""
        cells = self._xml.row(row).cells
        if is_shared_master(cells.get(at)):
            unshare(self._xml)
        style = self._style(row, at, like)
        if isinstance(value, date):
            style = self._style_for_days(style, at)
        cells[at] = self._maker.cell(value, style)

    def formula(self, row: int, at: int, text: str, shown: str, like: int | None = None) -> None:
        """Put a formula that shows a text into a cell, nothing where it is ""."""
        style = self._style(row, at, like)
        made = self._maker.formula(text, shown, style) if text else CellXml(style)
        self._xml.row(row).cells[at] = made

    def carry(self, row: int, at: int, kept: int) -> None:
        """Put the cell that stood in the row `kept` here, its style with it."""
        cell = self._kept[kept].cells.get(at)
        if cell:
            self._xml.row(row).cells[at] = moved(cell, at, kept, row)

    def has_formula(self, row: int, at: int) -> bool:
        """Tell whether a cell holds a formula."""
        return has_formula(self._xml.row(row).cells.get(at))

    def is_blank(self, row: int, at: int) -> bool:
        """Tell whether a cell holds nothing."""
        cell = self._xml.row(row).cells.get(at)
        return cell is None or cell.inner is None

    def recalculated(self, row: int, at: int, shown: str) -> None:
        """Note the text that a cell's formula shows now."""
        cells = self._xml.row(row).cells
        cells[at] = recached(cells[at], shown)

    def settle(self, row: int, values: Values, like: int | None = None) -> None:
        """Give a row the cells it lacks, and its height; it is not hidden."""
        xml = self._xml.row(row)
        self._fill(xml)
        before = xml if like is None else self._kept[like]
        xml.attributes = without(before.attributes, "hidden")
        self._looks.fit(xml, values)

    def prepare(self, row: int) -> None:
        """Give a blank row its cells, and a height if it has none."""
        xml = self._xml.row(row)
        self._fill(xml)
        if not attribute(xml.attributes, "ht"):
            self._looks.fit(xml, {})

    def grow(self, row: int, values: Values) -> None:
        """Make a row tall enough for new values in it, never less tall."""
        self._looks.fit(self._xml.row(row), values, grow=True)

    def _style(self, row: int, at: int, like: int | None) -> str:
        kept = self._kept[like].cells.get(at) if like is not None else None
        old = kept or self._xml.row(row).cells.get(at)
        return old.style if old else self._looks.style(at)

    def _style_for_days(self, style: str, at: int) -> str:
        """Return the column's usual style where a cell's own would show a date as a number."""
        known = (style, self._looks.usual.get(at, ""), self._looks.column_style(at))
        return next((one for one in known if self._maker.shows_days(one)), style)

    def _fill(self, row: RowXml) -> None:
        for at in self._headed:
            row.cells.setdefault(at, CellXml(self._looks.usual[at]))

    def _copy(self, number: int) -> RowXml:
        """Return a copy of what stands below headings in a row."""
        old = self._xml.row(number)
        copy = RowXml(number, old.attributes, "")
        copy.cells.update({at: cell for at, cell in old.cells.items() if at in self._looks.usual})
        return copy

    def _empty(self, row: RowXml, *, dropped: bool) -> None:
        """Empty the cells below headings; outside the new table they go altogether.

        Without a cell the column's style shows, which has no borders: no blank pages are printed.
        """
        for at in [at for at in row.cells if at in self._looks.usual]:
            if dropped and self._looks.column_style(at):
                del row.cells[at]
            else:
                row.cells[at] = CellXml(self._looks.usual[at])
        row.attributes = "" if dropped else without(row.attributes, "hidden", "ht", "customHeight")
