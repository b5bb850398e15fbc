"""Read `.xls`, `.xlsb` and `.ods` through calamine; errors, which it shows as blank, restored."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final

import fastexcel
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from validators.cells import Cell, CellColumn, FormulaError, encode
from validators.errors import UnreadableWorkbook
from workbooks.guard import corrupt

__all__ = ["LegacySheet", "read_legacy"]

MAX_CELLS: Final = 40_000_000

_KIND = re.compile(r"Error\((\w+)\)")
_ERRORS: Final = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


@dataclass(slots=True)
class LegacySheet:
    """One sheet; `columns` and `merges` as in `RawSheet`."""

    name: str
    hidden: bool
    columns: list[CellColumn] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_legacy(data: bytes, wanted: Callable[[str], bool]) -> list[LegacySheet]:
    """Read the sheets of an `.xls`, `.xlsb` or `.ods` file held in memory.

    Raises:
        UnreadableWorkbook: The file is damaged or needs a password. Some damaged files end the
            process instead, so this runs in a guarded worker.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        errors = _ErrorCells(data)
        return [
            _sheet(book, index, errors, wanted) for index in range(len(book.sheets_metadata))
        ]
    except PasswordError as error:
        raise UnreadableWorkbook(
            "file.password", "文件有打开密码", "请去掉密码后另存再上报"
        ) from error
    except (CalamineError, fastexcel.FastExcelError, ValueError, OSError) as error:
        raise corrupt("内容读不出") from error


def _sheet(
    book: CalamineWorkbook, index: int, errors: _ErrorCells, wanted: Callable[[str], bool]
) -> LegacySheet:
    about = book.sheets_metadata[index]
    sheet = LegacySheet(about.name, about.visible != SheetVisibleEnum.Visible)
    if about.typ != SheetTypeEnum.WorkSheet or not wanted(about.name):
        return sheet
    content = book.get_sheet_by_index(index)
    if content.start is None:
        return sheet
    if content.total_height * content.total_width > MAX_CELLS:
        raise UnreadableWorkbook(
            "file.too_sparse",
            f"工作表“{about.name}”的数据过于分散，超出台账的合理大小",
            "请删除表格以外多余的行和列，保存后再上报",
        )
    sheet.merges = [
        (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
        for first, last in content.merged_cell_ranges or []
    ]
    rows = [[_cell(value) for value in row] for row in content.to_python(skip_empty_area=False)]
    for row, column, error in errors.of(index, content):
        rows[row][column] = error
    sheet.columns = [encode(column) for column in zip(*rows, strict=True)]
    return sheet


def _cell(value: object) -> Cell | None:
    """Return calamine's value as a cell: whole floats as int, midnights as dates."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, str | int | float | date | time):
        return value or None if isinstance(value, str) else value
    return None


class _ErrorCells:
    """Where the error cells are: asked of fastexcel, which says why a cell is not text."""

    def __init__(self, data: bytes) -> None:
        self._reader = fastexcel.read_excel(data)

    def of(self, index: int, content: CalamineSheet) -> list[tuple[int, int, FormulaError]]:
        """Return (0-based row, 0-based column, error) of a sheet's error cells."""
        sheet = self._reader.load_sheet(
            index, header_row=None, skip_rows=0, dtypes="string", eager=False
        )
        _, problems = sheet.to_arrow_with_errors()
        left = content.start[1] if content.start else 0
        found = []
        for problem in problems.errors if problems else []:
            kind = _KIND.search(problem.detail)
            if kind:
                row, column = problem.position
                text = _ERRORS.get(kind[1], "#N/A")
                found.append((row, column + left, FormulaError(text)))
        return found
