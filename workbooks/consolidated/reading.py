"""Read the merged sheets and the findings of a consolidated workbook back."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from validators.cells import BLANK, CellColumn, encode
from validators.errors import UsageError
from workbooks.consolidated.content import FILE_KIND
from workbooks.consolidated.findings_sheet import LEVEL
from workbooks.files import file_kind
from workbooks.ooxml.package import Package
from workbooks.ooxml.workbook_part import open_workbook
from workbooks.template.layout import FROM_FILE, HEADING_ROW


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """The rows below the headings of one sheet; all columns by heading, of one length."""

    columns: Mapping[str, CellColumn]
    n_rows: int

    def picked(self, rows: Sequence[int]) -> WrittenSheet:
        """Return some of the rows alone."""
        columns = {name: column.picked(rows)[0] for name, column in self.columns.items()}
        return WrittenSheet(columns, len(rows))

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
    _refuse_others(path)
    from workbooks.raw.book import read_book  # noqa: PLC0415 - most runs read no earlier workbook

    book = read_book(path, lambda name: _begun(name) in sheets)
    written: dict[str, list[WrittenSheet]] = {}
    for sheet in book.sheets:
        if _begun(sheet.name) in sheets:
            rows = _below(HEADING_ROW, _headings(sheet.columns), sheet.columns, sheet.n_rows)
            written.setdefault(_begun(sheet.name), []).append(rows)
    return {name: joined_rows(listed) for name, listed in written.items()}


def read_in_pieces(path: Path, sheets: Collection[str]) -> Iterator[tuple[str, WrittenSheet]]:
    """Yield the rows that `read_consolidated` returns with their sheet, some thousand at a time.

    Raises:
        UsageError: The file is no consolidated workbook of ours.
        UnreadableWorkbook: The file cannot be read.
        Irregular: Another program saved it in an unusual shape.
    """
    _refuse_others(path)
    from workbooks.raw.book import file_bytes  # noqa: PLC0415 - most runs read no earlier workbook
    from workbooks.raw.sheet import read_pieces  # noqa: PLC0415

    book = open_workbook(Package(file_bytes(path)))
    for sheet in book.sheets:
        if (name := _begun(sheet.name)) in sheets:
            headings: list[str] = []
            for piece in read_pieces(book, sheet.part):
                first = 0 if headings else HEADING_ROW
                headings = headings or _headings(piece.columns)
                yield name, _below(first, headings, piece.columns, piece.n_rows)


def _refuse_others(path: Path) -> None:
    if file_kind(path) != FILE_KIND:
        raise UsageError(f"“{path.name}”不是本工具生成的汇总表", "请选择汇总表")


def _begun(name: str) -> str:
    """Return the name of the sheet whose rows continue in the sheet of a name such as 工作日志(2)."""
    begun, _, number = name.rstrip(")").rpartition("(")
    return begun if begun and number.isdigit() else name


def joined_rows(sheets: Sequence[WrittenSheet]) -> WrittenSheet:
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


def _headings(columns: Sequence[CellColumn]) -> list[str]:
    """Return the heading of every column, "" where there is none."""
    row = HEADING_ROW - 1
    return [str(one.cell(row) or "") if len(one.codes) > row else "" for one in columns]


def _below(
    row: int, headings: Sequence[str], columns: Sequence[CellColumn], n_rows: int
) -> WrittenSheet:
    """Return the rows from 0-based `row` on; an empty sheet has one, which is none."""
    blank, last = CellColumn([], array("i", [BLANK]) * n_rows), n_rows
    every = chain(columns, repeat(blank))
    named = {name: column for name, column in zip(headings, every, strict=False) if name}
    key = named.get(FROM_FILE) or named.get(LEVEL)
    while key and last > row and key.cell(last - 1) is None:
        last -= 1
    below = {name: CellColumn(one.values, one.codes[row:last]) for name, one in named.items()}
    return WrittenSheet(below, max(last - row, 0))
