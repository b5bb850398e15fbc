"""What a consolidated workbook remembers for the next one: figures and contacts on a hidden sheet.

A sheet rather than document properties: those hold 255 characters each, and 65 units have more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from validators.errors import UsageError
from workbooks.consolidated.content import FILE_KIND
from workbooks.files import file_kind
from workbooks.raw.book import read_book

__all__ = ["MEMORY_SHEET", "read_memory", "write_memory"]

MEMORY_SHEET = "_汇总数据"

Memory = dict[tuple[str, str], str | float]


def write_memory(sheet: Worksheet, rows: Sequence[tuple[str, str, str | float]]) -> None:
    """Write (unit code, name, value) rows to the hidden sheet."""
    sheet.hide()
    for index, name in enumerate(("代码", "项目", "数值")):
        sheet.write_string(0, index, name)
    for row, (code, name, value) in enumerate(rows, 1):
        sheet.write_string(row, 0, code)
        sheet.write_string(row, 1, name)
        if isinstance(value, str):
            sheet.write_string(row, 2, value)
        else:
            sheet.write_number(row, 2, value)


def read_memory(path: Path) -> Memory:
    """Return the values an earlier consolidated workbook remembers, by unit code and name.

    Raises:
        UsageError: The file is no consolidated workbook of ours.
        UnreadableWorkbook: The file cannot be read.
    """
    if file_kind(path) != FILE_KIND:
        raise UsageError(f"“{path.name}”不是本工具生成的汇总表", "请选择上一期的汇总表")
    sheets = read_book(path, lambda name: name == MEMORY_SHEET).sheets
    found = next((sheet for sheet in sheets if sheet.name == MEMORY_SHEET), None)
    if found is None or len(found.columns) < 3:
        return {}
    memory: Memory = {}
    for row in range(1, found.n_rows):
        code, name, value = (column.cell(row) for column in found.columns[:3])
        if isinstance(value, str | int | float):
            memory[str(code or ""), str(name)] = value
    return memory
