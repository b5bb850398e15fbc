"""Write small ledgers cell by cell, so that a test shows the very layout it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from validators.schema import TEMPLATE_VERSION
from validators.sheets import SHEETS, Row, SheetKind, columns_by_field

Grid = Sequence[Sequence[Any]]

UNIT: Grid = [
    ["县(区)", "原州区"],
    ["乡镇(街道)", "开城镇"],
    ["行政区划代码", "640402104"],
    ["年度", 2026],
    ["填报单位", "中共开城镇委员会"],
    ["填报人", "马建国"],
    ["审核人", "李秀英"],
    ["办公电话", "0954-2032000"],
    ["填报时间", date(2026, 6, 30)],
    ["一抓两整示范乡创建", "是"],
    ["模板版本", TEMPLATE_VERSION],
]


def headings(model: type[Row]) -> list[str]:
    return [column.heading for column in columns_by_field(model).values()]


def row_of(model: type[Row], **values: Any) -> list[Any]:
    return [values.get(field) for field in columns_by_field(model)]


def mentor_values(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "mentor_id": f"D640402104-{number:03d}",
        "name": f"马建{chr(0x4E00 + number)}",
        "gender": "男",
        "born": date(1975, 5, 1),
        "employer": "开城镇人民政府",
        "post": "副镇长",
        "category": "老乡镇",
        "status": "在库",
        **changes,
    }


def write_grids(
    path: Path, grids: Mapping[str, Grid], merges: Mapping[str, Sequence[str]] = {}, kind: str = ""
) -> Path:
    """Write every input sheet; the ones not given have headings only."""
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        if kind:
            book.set_custom_property("帮带文件类型", kind, "text")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for model in SHEETS:
            if model.sheet.kind is SheetKind.INPUT or model.sheet.name in grids:
                grid = grids.get(model.sheet.name)
                if grid is None:
                    grid = UNIT if model.sheet.form else [headings(model)]
                _write(book.add_worksheet(model.sheet.name), grid, day)
        for name, ranges in merges.items():
            for cells in ranges:
                sheet = book.get_worksheet_by_name(name)
                first = cells.split(":")[0]
                sheet.merge_range(cells, "")
                row, column = xlsxwriter.utility.xl_cell_to_rowcol(first)
                _write_cell(sheet, row, column, grids[name][row][column], day)
    return path


def _write(sheet: Any, grid: Grid, day: Any) -> None:
    for row, cells in enumerate(grid):
        for column, value in enumerate(cells):
            _write_cell(sheet, row, column, value, day)


def _write_cell(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif value is not None:
        sheet.write(row, column, value)
