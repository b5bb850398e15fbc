"""In which order the rows of a sheet stand: an undo by position must not write into other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import xlwings as xw

from workbooks.grids import Rectangle
from workbooks.live.area import AT_ONCE, Area, used_area
from workbooks.live.contents import Formula, read_grid
from workbooks.raw.assemble import MAX_COLUMNS

__all__ = ["RowOrder"]


@dataclass(frozen=True, slots=True)
class RowOrder:
    """The rows of a sheet after a step had written to it.

    Attributes:
        sheet: The sheet's name.
        areas: The blocks that were written.
        reach: The sheet's cells.
        rows: A number for what each row holds, formulas left out; None for a blank one.
    """

    sheet: str
    areas: tuple[Rectangle, ...]
    reach: Area
    rows: tuple[int | None, ...]

    @classmethod
    def of(cls, sheet: xw.Sheet, name: str, areas: Iterable[Rectangle]) -> RowOrder:
        """Look at a sheet as it is now."""
        used = used_area(sheet)
        right = min(used.right, used.left + MAX_COLUMNS - 1)
        reach = used._replace(right=right)
        return cls(name, tuple(areas), reach, _rows(sheet, reach))

    def moved(self, sheet: xw.Sheet) -> bool:
        """Tell whether rows stand elsewhere now, so that the blocks would hit other rows.

        Rows sorted within a block as wide as the sheet do no harm: it is put back as a whole.
        """
        used = used_area(sheet)
        reach = self.reach._replace(bottom=max(used.bottom, self.reach.bottom))
        now = _rows(sheet, reach)
        often = Counter(self.rows)
        place = {row: at for at, row in enumerate(self.rows) if row and often[row] == 1}
        return any(
            row in place
            and place[row] != at
            and now[place[row]] != row
            and not self._as_a_whole(place[row], at)
            for at, row in enumerate(now)
            if row is not None
        )

    def _as_a_whole(self, *indexes: int) -> bool:
        rows = [self.reach.top + index for index in indexes]
        return any(
            left <= self.reach.left
            and self.reach.right < left + width
            and all(top <= row < top + height for row in rows)
            for top, left, height, width in self.areas
        )


def _rows(sheet: xw.Sheet, reach: Area) -> tuple[int | None, ...]:
    bottom = min(reach.bottom, reach.top + AT_ONCE // reach.width - 1)
    cells = read_grid(reach.within(reach.top, bottom).on(sheet))
    held = (tuple(None if isinstance(one, Formula) else one for one in row) for row in cells)
    return tuple(hash(row) if any(one is not None for one in row) else None for row in held)
