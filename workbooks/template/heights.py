"""Row heights: comfortable when written, and still adjusting when a clerk types more.

XlsxWriter marks every height it writes as chosen by hand, and spreadsheets never change such a
height again: a second line typed into the cell would stay hidden. The mark is taken off the rows
of tables; the height stays until the spreadsheet has reason to fit it anew.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from math import ceil
from typing import BinaryIO
from unicodedata import east_asian_width
from zipfile import ZipFile

from validators.columns import Column, Kind
from workbooks.bulk.archive import ArchiveWriter
from workbooks.template.layout import FIRST_ROW
from workbooks.template.values import shown

__all__ = ["column_width", "copy_adjustable", "heading_lines", "row_height", "text_width"]

LINE, PADDING, LEAST = 14.5, 7.0, 21.0
"""Points: a line of 11-point text, the air around a cell's text, a row's least height."""

_MARKED = re.compile(rb'(<row r="(\d+)"[^>]*?) customHeight="1"')


def text_width(text: str) -> float:
    """Return the width of `text` in characters; a hanzi takes a little more than two."""
    return sum(2.1 if east_asian_width(letter) in "WF" else 1.0 for letter in text)


def column_width(column: Column) -> float:
    """Return the worksheet width that shows `column.width` characters of hanzi in full."""
    return round(column.width * 1.05 + 0.1, 2)


def heading_lines(column: Column) -> int:
    """Return how many lines a column's heading takes."""
    return _lines(column.heading, column_width(column))


def row_height(
    columns: Collection[Column],
    values: Mapping[str, object],
    widths: Mapping[str, float] | None = None,
) -> float:
    """Return the height in points that shows every cell of a row in full.

    Args:
        columns: The columns looked at; those of text wrap.
        values: The row's values by field.
        widths: Worksheet widths by field where they are not the template's.
    """
    own = widths or {}
    lines = (
        _lines(text, own.get(column.field, column_width(column)))
        for column in columns
        if column.kind is Kind.TEXT and (text := str(shown(values.get(column.field)) or ""))
    )
    return max(LEAST, max(lines, default=1) * LINE + PADDING)


def _lines(text: str, width: float) -> int:
    parts = text.split("\n")
    return sum(max(1, ceil(text_width(part) / _fitting(part, width))) for part in parts)


def _fitting(text: str, width: float) -> float:
    """Return the characters of a line; hanzi do not break, so half of one is lost."""
    hanzi = any(east_asian_width(letter) in "WF" for letter in text)
    return max(2.1, width // 2.1 * 2.1) if hanzi else width


def copy_adjustable(package: ZipFile, target: BinaryIO, parts: Collection[str]) -> None:
    """Copy `package` to `target`; table rows of `parts` lose the mark of a chosen height."""
    with ArchiveWriter(target) as archive:
        for info in package.infolist():
            content = package.read(info)
            if info.filename in parts:
                content = _MARKED.sub(_unmarked, content)
            archive.write(info.filename, [content])


def _unmarked(found: re.Match[bytes]) -> bytes:
    return found[1] if int(found[2]) >= FIRST_ROW else found[0]
