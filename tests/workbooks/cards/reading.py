"""Read a card's sheet as a person does: what stands in each section."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

_TITLE = re.compile(r"[一二三四五六七八九十]+、([^：（]+)")
_COLUMNS = 9


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return openpyxl.load_workbook(path)


def sections(sheet: Worksheet) -> dict[str, list[list[Any]]]:
    """Return the rows of each section of a sheet with one card, by the section's title.

    A row has nine cells; the first is the section's own line. Repeated headings of a table and
    the lines that begin a page are left out.
    """
    found: dict[str, list[list[Any]]] = {}
    current: list[list[Any]] = []
    for row in sheet.iter_rows(max_col=_COLUMNS, values_only=True):
        cells = list(row)
        first = str(cells[0] or "")
        if title := _TITLE.match(first):
            current = found.setdefault(title[1], [])
        if first[4:7] == "（续）" or cells in current[1:2] or not any(cells):
            continue
        current.append(cells)
    return found


def facts_of(rows: list[list[Any]]) -> dict[str, Any]:
    """Return what stands beside each label, of lines of one, two or three facts."""
    return {row[at]: row[at + 1] for row in rows for at in (0, 3, 6) if isinstance(row[at], str)}
