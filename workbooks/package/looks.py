"""How a worksheet's rows look: the usual styles of its columns, their widths, fitting heights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import ceil

from validators.columns import Column
from workbooks.package.markup import attribute, with_attribute
from workbooks.package.sheet_xml import CellXml, RowXml, SheetXml
from workbooks.template.heights import row_height

__all__ = ["Looks"]

_LOOKED_AT = 60  # rows whose styles say what is usual in a column
_ON = ("1", "true", "on")
_DOTS = 0.75  # points: a row's height is a whole number of screen dots
_ONE_LINE, _TALLEST = 21.75, 409.5


class Looks:
    """The looks of one worksheet.

    Args:
        xml: The worksheet.
        fields: The known columns by 1-based worksheet column.
        headed: Every worksheet column with a heading.
        rows: The rows of the body, from which the usual styles are taken.
    """

    def __init__(
        self,
        xml: SheetXml,
        fields: Mapping[int, Column],
        headed: Iterable[int],
        rows: Iterable[int],
    ) -> None:
        self._setup = xml.widths_and_styles()
        near = [xml.rows[row].peek() for row in [*rows][-_LOOKED_AT:]]
        self.usual = {at: self._usual(at, near) for at in headed}
        self._widths = {
            column.field: width for at, column in fields.items() if (width := self._width(at))
        }
        self._wrapped = [column for column in fields.values() if column.field in self._widths]

    def style(self, at: int) -> str:
        """Return the style number of a new cell in column `at`."""
        return self.usual.get(at) or self.column_style(at)

    def column_style(self, at: int) -> str:
        """Return the style number of the column's cells that are not there, "" for none."""
        return next((style for first, last, _, style in self._setup if first <= at <= last), "")

    def fit(self, row: RowXml, values: Mapping[str, object], *, grow: bool = False) -> None:
        """Make a row tall enough for its text; one made taller by hand stays so.

        Args:
            row: The row.
            values: What it shows, by field.
            grow: These are only some of its values: never make it less tall.
        """
        points = row_height(self._wrapped, values, self._widths)
        needed = min(ceil(points / _DOTS) * _DOTS, _TALLEST)
        attributes = row.attributes
        old = float(attribute(attributes, "ht") or 0)
        if grow or attribute(attributes, "customHeight") in _ON:
            needed = max(needed, old)
        if needed != old and not (grow and needed <= _ONE_LINE):
            row.attributes = with_attribute(attributes, "ht", f"{needed:g}")

    def _usual(self, at: int, near: list[dict[int, CellXml]]) -> str:
        """Return the style most of the cells have in a column, else the column's own."""
        found = Counter(cells[at].style for cells in near if at in cells)
        return found.most_common(1)[0][0] if found else self.column_style(at)

    def _width(self, at: int) -> float:
        return next((width for first, last, width, _ in self._setup if first <= at <= last), 0.0)
