"""Read the merged sheets and the findings of a consolidated workbook back."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from validators.cells import CellColumn, encode
from validators.errors import UsageError
from workbooks.consolidated.content import FILE_KIND
from workbooks.consolidated.findings_sheet import FINDINGS_SHEET
from workbooks.files import file_kind
from workbooks.template.layout import FROM_FILE, HEADING_ROW

if TYPE_CHECKING:
    from workbooks.raw.book import RawSheet


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """The rows below the headings of one sheet; all columns by heading, of one length."""

    columns: Mapping[str, CellColumn]
    n_rows: int

    def texts(self, heading: str) -> list[str]:
        """Return a column as texts, "" where a cell is empty or the column is not there."""
        column = self.columns.get(heading)
        if column is None:
            return [""] * self.n_rows
        return [str(column.cell(row) or "") for row in range(self.n_rows)]


def read_consolidated(path: Path, sheets: Collection[str]) -> dict[str, WrittenSheet]:
    """Read sheets of a consolidated workbook of ours by name; those it lacks are left out.

    Raises:
        UsageError: The file is no consolidated workbook of ours.
        UnreadableWorkbook: The file cannot be read.
    """
    if file_kind(path) != FILE_KIND:
        raise UsageError(f"“{path.name}”不是本工具生成的汇总表", "请选择汇总表")
    from workbooks.raw.book import read_book  # noqa: PLC0415 - most runs read no earlier workbook

    book = read_book(path, lambda name: _begun(name) in sheets)
    written: dict[str, list[WrittenSheet]] = {}
    for sheet in book.sheets:
        if _begun(sheet.name) in sheets:
            written.setdefault(_begun(sheet.name), []).append(_written(sheet))
    return {name: _joined(listed) for name, listed in written.items()}


def _begun(name: str) -> str:
    """Return the name of the sheet whose rows continue in the sheet of a name such as 工作日志(2)."""
    begun, _, number = name.rstrip(")").rpartition("(")
    return begun if begun and number.isdigit() else name


def _joined(sheets: list[WrittenSheet]) -> WrittenSheet:
    """Return the rows of a sheet and of those they continue in."""
    first, *others = sheets
    if not others:
        return first
    columns = {
        heading: encode(
            sheet.columns[heading].cell(row) for sheet in sheets for row in range(sheet.n_rows)
        )
        for heading in first.columns
    }
    return WrittenSheet(columns, sum(sheet.n_rows for sheet in sheets))


def _written(sheet: RawSheet) -> WrittenSheet:
    named = {str(c.cell(HEADING_ROW - 1) or ""): c for c in sheet.columns if sheet.n_rows}
    key = named.get("级别" if sheet.name == FINDINGS_SHEET else FROM_FILE)
    last = sheet.n_rows
    while key and last > HEADING_ROW and key.cell(last - 1) is None:  # an empty sheet has one row
        last -= 1
    columns = {
        name: CellColumn(column.values, array("i", column.codes[HEADING_ROW:last]))
        for name, column in named.items()
        if name
    }
    return WrittenSheet(columns, max(last - HEADING_ROW, 0))
