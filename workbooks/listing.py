"""A workbook of small tables, such as a county's suggested pairings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbooks.consolidated.content import Grid, Stamp
from workbooks.consolidated.grid_sheet import write_grid
from workbooks.plain import plain_workbook
from workbooks.template.styles import Styles

__all__ = ["write_listing"]


def write_listing(target: Path, kind: str, title: str, grids: Sequence[Grid], stamp: Stamp) -> None:
    """Write one sheet for each of `grids`.

    Args:
        target: The file to write.
        kind: 帮带文件类型 of the workbook.
        title: Title in the document properties.
        grids: The sheets, in tab order.
        stamp: The dates every sheet shows.
    """
    workbook = plain_workbook(target, kind, title=title, created=stamp.generated)
    styles = Styles(workbook)
    for grid in grids:
        write_grid(workbook.add_worksheet(grid.name), grid, stamp, styles)
    workbook.close()
