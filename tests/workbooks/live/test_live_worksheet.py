"""What a sheet in memory asks of the spreadsheet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from workbooks.live.writing import LiveWorksheet


class _OldSheet:
    """A sheet of an .xls in Excel: it ends at row 65,536."""

    cells = SimpleNamespace(shape=(65_536, 256))

    def range(self, place: tuple[int, int]) -> Any:
        assert place[0] <= self.cells.shape[0], "Excel knows no such cell"
        return SimpleNamespace(number_format="yyyy-mm-dd" if place == (65_536, 3) else None)


def test_the_format_of_a_column_is_looked_up_in_the_last_row_the_workbook_has() -> None:
    window: Any = SimpleNamespace(covers=lambda *_: True, sheet=_OldSheet())
    layout: Any = SimpleNamespace(first_row=4)
    extent: Any = SimpleNamespace()
    worksheet = LiveWorksheet([window], layout, extent)

    assert worksheet._column_code(3) == "yyyy-mm-dd"
    assert worksheet._column_code(4) == "General"
