"""What a sheet in memory asks of the spreadsheet."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from workbooks.live.writing import LivePaper


class _OldSheet:
    """A sheet of an .xls in Excel: it ends at row 65,536."""

    cells = SimpleNamespace(shape=(65_536, 256))

    def range(self, place: tuple[int, int]) -> Any:
        assert place[0] <= self.cells.shape[0], "Excel knows no such cell"
        return SimpleNamespace(number_format="yyyy-mm-dd" if place == (65_536, 3) else None)


def test_the_format_of_a_column_is_looked_up_in_the_last_row_the_workbook_has() -> None:
    window: Any = SimpleNamespace(covers=lambda *_: True, sheet=_OldSheet())
    body: Any = SimpleNamespace(first_row=4)
    reach: Any = SimpleNamespace()
    paper = LivePaper([window], body, reach)

    assert paper._column_code(3) == "yyyy-mm-dd"
    assert paper._column_code(4) == "General"
