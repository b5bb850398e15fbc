"""Read a card's sheet as a person does: what stands in each section."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

_NUMERALS = "一二三四五六七八"
_COLUMNS = 9


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path)


def sections(sheet: Worksheet) -> dict[str, list[list[Any]]]:
    """Return the rows of each section of a sheet with one card, by the section's numeral.

    A row has nine cells; the first is the section's own line. Repeated headings of a table and
    the lines that begin a page are left out.
    """
    found: dict[str, list[list[Any]]] = {}
    current: list[list[Any]] = []
    for row in sheet.iter_rows(max_col=_COLUMNS, values_only=True):
        cells = list(row)
        first = str(cells[0] or "")
        if first[:1] in _NUMERALS and first[1:2] == "、":
            current = found.setdefault(first[0], [])
        if first.startswith("成长档案（续）") or cells in current[1:2] or not any(cells):
            continue
        if first.endswith(("签字：", "签字（盖章）：")):
            current = found.setdefault("签", [])
        current.append(cells)
    return found
