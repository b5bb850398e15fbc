"""Places in a ledger (rows, columns, tables, sheets) and its rows while they are written.

Rows and columns are 1-based, as a clerk counts them.

Columns that are not printed stand to the right of the printed ones, so that the print area is one
block of legible columns ending with 备注. The alternatives were worse: a print area of several
blocks prints each block on a page of its own, hidden columns swallow pasted data, and outline
groups print whatever happens to be open. Headings are read by name, so the order is free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Any

from validators.cells import Cell, letters
from validators.columns import FIRST_VERSION, ROW_LINES, Column, Fill, Kind, Lookup
from validators.findings import as_typed
from validators.sheets import Row, columns_by_field, model_for
from workbooks.text_fit import ROW_LEAST, ROW_LINE, ROW_MOST, ROW_PADDING, lines_in_column, summary

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

HOME_SHEET = "首页"
TODO_SHEET = "本周待办"
SETTINGS_SHEET = "设置"
GUIDE_SHEET = "使用说明"
PAGES = {
    HOME_SHEET: "2026.4",
    TODO_SHEET: FIRST_VERSION,
    SETTINGS_SHEET: "2026.4",
    GUIDE_SHEET: FIRST_VERSION,
}
"""The sheets without rows, which show, link and explain, by the version that introduced them."""
LISTS_SHEET = "_选项"
REMINDERS_SHEET = "_待办"
SEARCH_SHEET = "_查询"
"""Hidden sheets begin with an underscore; they hold nothing a clerk typed."""

FROM_FILE, CHECK_STATE = "来源文件", "校验状态"
"""Headings in front of every merged sheet of a consolidated workbook, and of no ledger's."""

FILE_KIND = "乡镇台账"
UNIT_LINE = "填报单位（盖章）："
"""What the line under a title begins with, which says who fills the ledger in."""


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


def column_rows(key: str, field: str, rows: int | str, first: int = FIRST_ROW) -> str:
    """Return a reference to the first `rows` rows of one column, whatever rows are inserted.

    Args:
        key: The sheet.
        field: Its column.
        rows: Their number, or the cell that holds it.
        first: The first of them that is wanted.
    """
    model = model_for(key)
    letter = letters(column_number(model, field))
    column = f"{model.sheet.name}!${letter}:${letter}"
    last = f"{HEADING_ROW}+{rows}" if isinstance(rows, str) else HEADING_ROW + rows
    return f"INDEX({column},{first}):INDEX({column},{last})"


def typed_rows(
    key: str, fields: Iterable[str], rows: int, first: int = FIRST_ROW
) -> tuple[str, str]:
    """Return references to what is typed in some columns, and to that below their first row.

    Args:
        key: The sheet.
        fields: The columns.
        rows: How many rows of the sheet end with the last one.
        first: The first row.
    """
    whole, rest = (
        ",".join(column_rows(key, field, rows, start) for field in fields)
        for start in (first, first + 1)
    )
    return whole, rest


def table_name(model: type[Row]) -> str:
    """Return the name of the sheet's table, unique in the workbook."""
    return f"tbl_{model.sheet.key}"


_STAMP_WIDTH = 60
"""Characters of 11 points that the stamp takes in the size it is printed in."""


def stamp_column(model: type[Row]) -> int:
    """Return the column in `UNIT_ROW` where a generated sheet's stamp begins: it has to fit."""
    widths = [column_width(column) for column in placed_columns(model) if column.printed]
    fitting = (at for at in range(len(widths), 1, -1) if sum(widths[at - 1 :]) >= _STAMP_WIDTH)
    return next(fitting, 2)


def stamp_text(as_of: date | None = None, generated: datetime | None = None) -> str:
    """Return the stamp of a generated sheet; blank spaces until it is generated."""
    until = as_of.isoformat() if as_of else "　　　　　"
    when = generated.strftime("%Y-%m-%d %H:%M") if generated else "　　　　　"
    return f"数据截至：{until}　生成时间：{when}"


# --- rows while a ledger is written ----------------------------------------------------------------

RowValues = Mapping[str, object]
BAR = "｜"


def shown(value: object) -> str | int | float | date | None:
    """Return `value` as its cell holds it: words for enums, 、 between several, None for blank."""
    if value is None or type(value) is str:
        return value or None
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, RawText):
        return str(value)
    if isinstance(value, tuple | list):
        return "、".join(str(shown(part)) for part in value) or None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str | int | float | date):
        return value if value != "" else None
    raise TypeError(f"a cell cannot hold {value!r}")


_PLAIN = frozenset({str, int, float, date, type(None)})


def all_shown(values: Sequence[Any]) -> Sequence[Any]:
    """Return values as their cells hold them, at once where all of them are such already."""
    return values if _PLAIN.issuperset(map(type, values)) else [shown(value) for value in values]


def code_of(value: object) -> str:
    """Return the code of a cell such as `J640402104-017｜梁某→朱某`."""
    return str(shown(value) or "").partition(BAR)[0]


@dataclass(frozen=True, slots=True)
class RawText:
    """A cell of another ledger that is not what its column holds, written as the cell it was.

    Attributes:
        cell: Text, a number, a day or time, a truth value or an error.
        number_format: The number format that keeps it so.
    """

    cell: Cell
    number_format: str = "General"

    def __str__(self) -> str:
        return as_typed(self.cell)


def as_it_was(cell: Cell | None, column: Column | None = None) -> object:
    """Return a cell of another ledger as a value of its column where it is one, else as typed."""
    dated = column is not None and column.kind in {Kind.DAY, Kind.MONTH}
    if cell is None or (isinstance(cell, str) and column):
        return cell
    if isinstance(cell, bool) or not isinstance(cell, int | float | date | time):
        return RawText(cell)
    if isinstance(cell, int | float):
        return cell if column and not dated else RawText(cell)
    if isinstance(cell, datetime):
        return RawText(cell, "yyyy-mm-dd hh:mm:ss")
    if isinstance(cell, time):
        return RawText(cell, "hh:mm:ss")
    return cell if dated else RawText(cell, "yyyy-mm-dd")


class LedgerRows:
    """The rows of every sheet, keyed by sheet key; sheets without rows are empty.

    Args:
        rows: Sheet key → rows of field → value.
        own: Sheet key → the clerk's own columns, which stand right of the template's.
    """

    def __init__(
        self,
        rows: Mapping[str, Sequence[RowValues]],
        own: Mapping[str, Sequence[Column]] = MappingProxyType({}),
    ) -> None:
        self._rows = {key: tuple(sheet_rows) for key, sheet_rows in rows.items()}
        self._own = own
        self._by_id: dict[str, dict[str, RowValues]] = {}

    def __getitem__(self, key: str) -> tuple[RowValues, ...]:
        return self._rows.get(key, ())

    def own(self, model: type[Row]) -> Sequence[Column]:
        """Return the clerk's own columns of a sheet."""
        return self._own.get(model.sheet.key, ())

    def columns(self, model: type[Row]) -> tuple[Column, ...]:
        """Return the columns of a sheet from left to right, the clerk's own ones last."""
        return (*placed_columns(model), *self.own(model))

    def find(self, key: str, code: str) -> RowValues | None:
        """Return the first row of sheet `key` whose ID is `code`."""
        if key not in self._by_id:
            id_field = model_for(key).sheet.id_field
            by_id: dict[str, RowValues] = {}
            for row in self[key]:
                by_id.setdefault(code_of(row.get(id_field)), row)
            by_id.pop("", None)
            self._by_id[key] = by_id
        return self._by_id[key].get(code)

    def look_up(self, lookup: Lookup, row: RowValues) -> str:
        """Return what the native look-up shows in `row`, "" where it finds nothing."""
        code = code_of(row.get(lookup.key))
        parts = [
            self.text(key, field, source)
            for key, field in lookup.fields
            if (source := self.find(key, code))
        ]
        joined = len({key for key, _ in lookup.fields}) == 1
        return "→".join(parts) if joined else next(iter(parts), "")

    def text(self, key: str, field: str, row: RowValues) -> str:
        """Return one field as text, looked up where it is a look-up column."""
        lookup = columns_by_field(model_for(key))[field].lookup
        return self.look_up(lookup, row) if lookup else str(shown(row.get(field)) or "")


# --- widths and heights ---------------------------------------------------------------------------

_SUMMARY_LINES = 5
"""Lines a summary takes at most."""


def fit_for_paper(model: type[Row], values: RowValues) -> dict[str, object]:
    """Return the computed values of a row as they can be printed.

    A summary the row lacks is made of the long text; a text no row is tall enough for is cut, and
    says so; see `Column`.
    """
    filled = dict(values)
    for field, summary_of, width, lines in _fitted(model):
        text = values.get(field) or values.get(summary_of)
        if isinstance(text, str):
            filled[field] = summary(text, width, lines)
    return filled


@cache
def _fitted(model: type[Row]) -> list[tuple[str, str, float, int]]:
    """Return field, summarised field, width and lines of the columns whose texts are fitted."""
    return [
        (c.field, c.summary_of, column_width(c), _SUMMARY_LINES if c.summary_of else ROW_LINES)
        for c in columns_by_field(model).values()
        if c.fill is Fill.COMPUTED and c.printed
    ]


def column_width(column: Column) -> float:
    """Return the worksheet width that shows `column.width` characters of hanzi in full."""
    return round(column.width * 1.05 + 0.1, 2)


def heading_lines(column: Column) -> int:
    """Return how many lines a column's heading takes."""
    return lines_in_column(column.heading, column_width(column))


def row_height(
    columns: Collection[Column],
    values: Mapping[str, object],
    widths: Mapping[str, float] | None = None,
) -> float:
    """Return the height in points that shows every cell of a row in full, if a row can be so tall.

    Args:
        columns: The columns looked at; text in them wraps, days and numbers do not.
        values: The row's values by field, what look-ups show among them.
        widths: Worksheet widths by field where they are not the template's.
    """
    lines = (
        lines_in_column(text, (widths or {}).get(column.field, column_width(column)))
        for column in columns
        if isinstance(text := shown(values.get(column.field)), str)
    )
    return min(ROW_MOST, max(ROW_LEAST, max(lines, default=1) * ROW_LINE + ROW_PADDING))
