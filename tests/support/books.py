"""Comparing workbooks cell by cell."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from openpyxl import load_workbook

__all__ = ["cells_of"]


def cells_of(path: Path, without: Collection[str] = ()) -> dict[str, dict[str, object]]:
    """Return what every cell of every sheet says, by sheet and address; blank cells left out."""
    return {
        sheet.title: {
            cell.coordinate: cell.value
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in load_workbook(path).worksheets
        if sheet.title not in without
    }
