"""How far a worksheet's table reaches, and which rows an update must not write to."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from workbooks.placing import Body
from workbooks.template.table_sheet import ROOM, SPARE

__all__ = ["Reach", "TableArea"]

_LAST_ROW = 1_048_576
_PLAIN_NAME = re.compile(r"[\w（）·]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableArea:
    """One table of a worksheet; rows and columns are 1-based and include headings and totals.

    Attributes:
        name: As formulas call it.
        top: First row, of the headings where it has any.
        left: First column.
        bottom: Last row, of the totals where it has any.
        right: Last column.
        totals: How many rows of totals it ends with.
        columns: Names of its columns.
    """

    name: str
    top: int
    left: int
    bottom: int
    right: int
    totals: int
    columns: tuple[str, ...]

    def covers(self, row: int, column: int) -> bool:
        """Tell whether a cell is one of the table's."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right

    def this_row(self, column: int) -> str:
        """Return the reference to a column's cell in a formula's own row, "" if it is not plain."""
        name = self.columns[column - self.left]
        return f"{self.name}[[#This Row],[{name}]]" if _PLAIN_NAME.fullmatch(name) else ""


_Table_co = TypeVar("_Table_co", bound=TableArea, covariant=True)


class Reach(Generic[_Table_co]):
    """The rows of one worksheet around its table.

    Args:
        body: What stands where in it.
        tables: Its tables.

    Attributes:
        table: The table around the headings, None where the clerk took it away.
        headed: Every worksheet column with a heading or in the table.
        end: The last row of the table but its totals; of the data where there is no table.
    """

    def __init__(self, body: Body, tables: Sequence[_Table_co]) -> None:
        self._body = body
        own = [one for one in tables if one.top <= body.heading_row <= one.bottom]
        self.table = own[0] if own else None
        covered = range(self.table.left, self.table.right + 1) if self.table else ()
        self.headed = sorted({*body.headed, *covered})
        self.end = self.table.bottom - self.table.totals if self.table else body.last
        self.kept = {*body.kept, *self._foreign([one for one in tables if one is not self.table])}

    @property
    def body_rows(self) -> range:
        """Return the rows from the first below the headings to the last of data or table."""
        return range(self._body.first_row, max(self._body.last, self.end) + 1)

    def merged(self) -> set[int]:
        """Return the rows below the headings where cells are merged."""
        return {
            row
            for top, left, bottom, right in self._body.raw.merges
            if any(left <= at <= right for at in self.headed)
            for row in range(max(top, self._body.first_row), min(bottom, _LAST_ROW) + 1)
        }

    def after_rewriting(self, last: int) -> int:
        """Return the table's last row when the data end in row `last`."""
        if self.table is None:
            return max(self._body.last, last)
        inside = [row for row in self.kept if self._body.first_row <= row <= self.end]
        room = self._body.first_row + ROOM - 1
        return self._unhindered(max(room, last + SPARE, *inside), self.kept)

    def after_appending(self, last: int, blocked: Collection[int]) -> int:
        """Return the table's last row when the data end in row `last`; it never shrinks."""
        if last <= self.end:
            return self.end
        return self._unhindered(last + SPARE, blocked) if self.table else last

    def _unhindered(self, wanted: int, blocked: Collection[int]) -> int:
        """Return `wanted`, or the row before the first one the table may not grow over."""
        if self.table and self.table.totals:
            return self.end
        ahead = [row for row in blocked if self.end < row <= wanted]
        return min(ahead) - 1 if ahead else wanted

    def _foreign(self, others: Sequence[_Table_co]) -> set[int]:
        """Return the rows of other tables in these columns, and of this one's totals."""
        rows = {
            row
            for one in others
            if any(one.left <= at <= one.right for at in self.headed)
            for row in range(one.top, one.bottom + 1)
        }
        return rows | ({*range(self.end + 1, self.table.bottom + 1)} if self.table else set())
