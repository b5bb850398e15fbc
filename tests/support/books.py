"""Comparing workbooks cell by cell."""

from __future__ import annotations

import warnings
from collections.abc import Collection
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula


def cells_of(path: Path, without: Collection[str] = ()) -> dict[str, dict[str, object]]:
    """Return what every cell of every sheet says, by sheet and address; blank cells left out."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        book = load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: _said(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        }
        for sheet in book.worksheets
        if sheet.title not in without
    }


def _said(value: object) -> object:
    """Return a cell's value; of an array formula its area and text, for it compares by identity."""
    return (value.ref, value.text) if isinstance(value, ArrayFormula) else value
