"""Where everything stands in a ledger: rows, columns, tables, names of hidden sheets.

Rows and columns are 1-based, as a clerk counts them.

Columns that are not printed stand to the right of the printed ones, so that the print area is one
block of legible columns ending with 备注. The alternatives were worse: a print area of several
blocks prints each block on a page of its own, hidden columns swallow pasted data, and outline
groups print whatever happens to be open. Headings are read by name, so the order is free.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from validators.cells import letters
from validators.columns import Column
from validators.sheets import Row, columns_by_field, model_for

__all__ = [
    "FILE_KIND",
    "FIRST_ROW",
    "GUIDE_SHEET",
    "HEADING_ROW",
    "LABEL_COLUMN",
    "LAST_ROW",
    "LISTED_ROWS",
    "LISTS_SHEET",
    "REMINDERS_SHEET",
    "TITLE_ROW",
    "TODO_SHEET",
    "UNIT_ROW",
    "VALUE_COLUMN",
    "cell",
    "column_number",
    "form_row",
    "placed_columns",
    "printed_width",
    "span",
    "stamp_column",
    "stamp_text",
    "table_name",
]

TITLE_ROW = 1
UNIT_ROW = 2
HEADING_ROW = 3
FIRST_ROW = 4
LAST_ROW = 5000
"""Validation, number formats and marks reach this row, whatever the table's size."""

LISTED_ROWS = 600
"""Rows of 导师库, 个人对象, 组织对象 and 结对台账 that feed dropdowns and reminders."""

LABEL_COLUMN, VALUE_COLUMN = 1, 2
"""Columns of the form 填报信息; a third one explains."""

TODO_SHEET = "本周待办"
GUIDE_SHEET = "使用说明"
LISTS_SHEET = "_选项"
REMINDERS_SHEET = "_待办"
"""Hidden sheets begin with an underscore; they hold nothing a clerk typed."""

FILE_KIND = "乡镇台账"


@cache
def placed_columns(model: type[Row]) -> tuple[Column, ...]:
    """Return the columns from left to right: the printed ones, then the others."""
    columns = columns_by_field(model).values()
    return tuple(sorted(columns, key=lambda column: not column.printed))


def printed_width(model: type[Row]) -> int:
    """Return how many columns the print area spans."""
    return sum(column.printed for column in placed_columns(model))


@cache
def column_number(model: type[Row], field: str) -> int:
    """Return the 1-based worksheet column of `field`."""
    return [column.field for column in placed_columns(model)].index(field) + 1


def form_row(model: type[Row], field: str) -> int:
    """Return the worksheet row of `field` in a form such as 填报信息."""
    return FIRST_ROW + list(columns_by_field(model)).index(field)


def cell(key: str, field: str, row: int) -> str:
    """Return a reference to one cell of a ledger sheet: 结对台账!$A4."""
    model = model_for(key)
    return f"{model.sheet.name}!${letters(column_number(model, field))}{row}"


def span(key: str, field: str, first: int = FIRST_ROW, last: int = LAST_ROW) -> str:
    """Return an absolute reference to one column of a ledger sheet: 结对台账!$A$4:$A$5000."""
    model = model_for(key)
    letter = letters(column_number(model, field))
    return f"{model.sheet.name}!${letter}${first}:${letter}${last}"


def table_name(model: type[Row]) -> str:
    """Return the name of the sheet's table, unique in the workbook."""
    return f"tbl_{model.sheet.key}"


def stamp_column(model: type[Row]) -> int:
    """Return the column in `UNIT_ROW` where a generated sheet's stamp begins."""
    return printed_width(model) // 2 + 1


def stamp_text(as_of: date | None = None, generated: datetime | None = None) -> str:
    """Return the stamp of a generated sheet; blank spaces until it is generated."""
    until = as_of.isoformat() if as_of else "　　　　　"
    when = generated.strftime("%Y-%m-%d %H:%M") if generated else "　　　　　"
    return f"数据截至：{until}　生成时间：{when}"
