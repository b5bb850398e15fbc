"""Find where in a clerk's worksheet the rows of an update go, so that nothing else is written over.

A ledger's sheets are read by their headings: columns may have been moved or added, notes written
below the table. `sheet_layout` says what stands where, `TableExtent` how far the table goes; new
rows flow around what is not a data row.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from validators.cells import letters
from validators.columns import Column, Fill, Kind
from validators.errors import UpdateRefused
from validators.sheets import SHEETS, Row, columns_by_field, model_for
from workbooks.headings import SERIAL_HEADINGS, HeadingMap
from workbooks.ooxml.addresses import column_number
from workbooks.raw.book import RawSheet
from workbooks.row_kinds import RowKind
from workbooks.table_rows import form_part, read_rows
from workbooks.template.layout import UNIT_ROW, stamp_column
from workbooks.template.styles import number_format
from workbooks.template.worksheets import ROOM, SPARE
from workbooks.updates import Link, SheetUpdate

_STAMP = "数据截至"
_FOOT = {RowKind.TOTAL, RowKind.NOTE}


@dataclass(slots=True)
class SheetLayout:
    """What stands where in one worksheet.

    Attributes:
        model: The sheet's model.
        raw: The worksheet as read.
        heading_row: 1-based; 0 in a form, which has none.
        first_row: The first row below the headings.
        columns: 1-based worksheet column of each field found; of the first block where there are
            several, see `columns_at`.
        headed: Every worksheet column with a heading, known or the clerk's own, ascending.
        used: The data rows, ascending.
        kept: Rows with notes, subtotals or repeated headings: never written to.
        blocks: First row and columns of every block, in their order.
        foot: The rows of totals, notes and signatures below the data.
    """

    model: type[Row]
    raw: RawSheet
    heading_row: int
    first_row: int
    columns: dict[str, int]
    headed: list[int] = field(default_factory=list)
    used: list[int] = field(default_factory=list)
    kept: frozenset[int] = frozenset()
    blocks: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    foot: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """Return the tab's name."""
        return self.raw.name

    @property
    def last_used(self) -> int:
        """Return the last data row, the row above the first one where there is none."""
        return max([self.first_row - 1, *self.used[-1:]])

    @property
    def last(self) -> int:
        """Return the last row that holds anything below the headings."""
        return max([self.first_row - 1, *self.used[-1:], *self.kept])

    def columns_at(self, row: int) -> dict[str, int]:
        """Return the worksheet column of each field in a row's block."""
        below = [columns for first, columns in self.blocks if first <= row]
        return below[-1] if below else self.columns

    def known(self, field_name: str) -> Column:
        """Return the column of a field.

        Raises:
            KeyError: The sheet has no such field.
        """
        return columns_by_field(self.model)[field_name]

    def day_format(self, at: int) -> str:
        """Return the number format the template has for days in a worksheet column."""
        blocks = [columns for _, columns in self.blocks] or [self.columns]
        columns = (self.known(name) for block in blocks for name, n in block.items() if n == at)
        days = (column for column in columns if column.kind in {Kind.DAY, Kind.MONTH})
        return next(map(number_format, days), "yyyy-mm-dd")

    def value(self, row: int, field_name: str) -> object:
        """Return the cell of a field in a worksheet row as read, None where it is blank."""
        at = self.columns_at(row).get(field_name)
        if at is None or at > len(self.raw.columns) or row > self.raw.n_rows:
            return None
        return self.raw.columns[at - 1].cell(row - 1)


def sheet_layout(raw: RawSheet, model: type[Row]) -> SheetLayout:
    """Return what stands where in the worksheet `raw` of `model`.

    Raises:
        UpdateRefused: Its heading row, or its form, cannot be found.
    """
    if model.sheet.form:
        part = form_part(raw, model, "")
        columns = {name: column_number(column.letter) for name, column in part.columns.items()}
        if not columns:
            raise _no_headings(raw, "恢复模板的项目名称")
        return SheetLayout(model, raw, 0, 1, columns)
    reading = read_rows(raw, model, "")
    headings = reading.headings
    if not headings.row:
        raise _no_headings(raw, "恢复模板的标题行，勿改列名")
    used = {*reading.rows}
    content = _rows_with_content(raw, model, headings) | {*reading.ignored}
    content |= {block.headings.row for block in reading.blocks[1:]}
    headed = {at for at in range(1, len(raw.columns) + 1) if _has_heading(raw, headings, at)}
    return SheetLayout(
        model,
        raw,
        headings.row,
        headings.first_row,
        dict(headings.fields),
        sorted(headed | {*headings.headings}),
        sorted(used),
        frozenset(content - used),
        [(block.first, block.headings.fields) for block in reading.blocks],
        frozenset(
            row
            for row, kind in reading.ignored.items()
            if kind in _FOOT and row > max(used, default=headings.row)
        ),
    )


def layouts_of(
    workbook: str,
    tabs: Mapping[type[Row], Sequence[RawSheet]],
    looked_up: Iterable[type[Row]],
    updates: Iterable[SheetUpdate],
) -> dict[tuple[str, str], SheetLayout]:
    """Return the layouts of the worksheets that updates go to, and of those they look up.

    Args:
        workbook: Its name.
        tabs: Its worksheets by model.
        looked_up: The models that look-ups lead to; one that cannot be found is left out.
        updates: At most one for each tab.

    Returns:
        By the sheet's key and `SheetUpdate.tab`; looked-up sheets with the tab "".

    Raises:
        UpdateRefused: The workbook lacks a sheet, or its headings cannot be found.
    """
    updates = list(updates)
    missing = [
        model.sheet.name
        for model in map(model_for, [u.key for u in updates])
        if not tabs.get(model)
    ]
    if missing:
        raise sheet_missing(workbook, "”“".join(missing))
    layouts: dict[tuple[str, str], SheetLayout] = {}
    written: set[str] = set()
    for update in updates:
        model = model_for(update.key)
        named = tabs.get(model, ())
        raw = next((sheet for sheet in named if update.tab in ("", sheet.name)), None)
        if raw is None:
            raise sheet_missing(workbook, update.tab or model.sheet.name)
        if raw.name in written:
            raise ValueError("two updates of one sheet")
        written.add(raw.name)
        layouts[update.key, update.tab] = sheet_layout(raw, model)
    for model in looked_up:
        place = model.sheet.key, ""
        if place not in layouts and tabs.get(model):
            with suppress(UpdateRefused):  # the look-up is left blank
                layouts[place] = sheet_layout(tabs[model][0], model)
    return layouts


def tabs_to_show(update: SheetUpdate, layout: SheetLayout) -> set[str]:
    """Return the tabs that an update makes worth seeing: to be shown where they are hidden.

    A sheet that rested hidden while it was empty gets rows, or links lead to a sheet of settings. A
    sheet that had rows before stays as the clerk has it, and none is ever hidden.
    """
    sheet = layout.model.sheet
    filled = bool(update.rows or update.append or update.cells) and not layout.used
    tabs = {layout.name} if filled and sheet.rests_hidden(filled=False) else set()
    values = (value for row in update.rows or () for value in row.values.values())
    linked = {value.sheet for value in values if isinstance(value, Link)}
    return tabs | {model.sheet.name for model in SHEETS if model.sheet.on_request} & linked


def sheet_missing(workbook: str, sheet: str) -> UpdateRefused:
    """Return the refusal to write into a workbook that lacks a sheet."""
    return UpdateRefused(
        f"“{workbook}”缺少工作表“{sheet}”，未写入", "请从模板中将该表复制到台账（勿改表名）后重试"
    )


def rewritten_rows(layout: SheetLayout, count: int, blocked: Collection[int]) -> list[int]:
    """Return the worksheet rows of a new body of `count` rows, around the `blocked` ones."""
    rows = (row for row in itertools.count(layout.first_row) if row not in blocked)
    return [*itertools.islice(rows, count)]


def appended_rows(layout: SheetLayout, count: int, blocked: Collection[int]) -> list[int]:
    """Return `count` rows in one block below the last data row, none of them `blocked`."""
    start = layout.last_used + 1
    while count and (taken := [row for row in range(start, start + count) if row in blocked]):
        start = taken[-1] + 1
    return list(range(start, start + count))


def require_columns(layout: SheetLayout, fields: Collection[str]) -> tuple[str, ...]:
    """Return the headings of the `fields` whose columns the worksheet lacks.

    Raises:
        UpdateRefused: A required one is among them.
        KeyError: The sheet has no such field.
    """
    lacking = [
        column
        for column in map(layout.known, fields)
        if column.fill is not Fill.LOOKUP and column.field not in layout.columns
    ]
    required = [column.heading for column in lacking if column.required]
    if required:
        raise UpdateRefused(
            f"工作表“{layout.name}”缺少列“{'、'.join(required)}”，未写入",
            "请恢复该列的列名，或将内容复制到新模板后重试",
        )
    return tuple(column.heading for column in lacking)


def refuse_covered(layout: SheetLayout, row: int, column: int) -> None:
    """Raise `UpdateRefused` where a merged cell would hide what is written into this one."""
    for merge in layout.raw.merges:
        if merge.covers(row, column) and (row, column) != (merge.top, merge.left):
            raise UpdateRefused(
                f"工作表“{layout.name}”的 {letters(column)}{row} 位于合并单元格 {merge.address} 中，"
                "未写入",
                "请取消合并，逐行填写后重试",
            )


def stamp_place(layout: SheetLayout) -> tuple[int, int] | None:
    """Return the (row, column) of a generated sheet's stamp; None where something else is there."""
    for at, column in enumerate(layout.raw.columns, 1):
        for row in range(1, layout.heading_row):
            if str(column.cell(row - 1) or "").strip().startswith(_STAMP):
                return row, at
    at = stamp_column(layout.model)
    free = at > len(layout.raw.columns) or layout.raw.columns[at - 1].cell(UNIT_ROW - 1) is None
    return (UNIT_ROW, at) if free and layout.heading_row > UNIT_ROW else None


def _no_headings(raw: RawSheet, advice: str) -> UpdateRefused:
    return UpdateRefused(f"工作表“{raw.name}”未找到标题行，未写入", f"请{advice}后重试")


def _has_heading(raw: RawSheet, headings: HeadingMap, at: int) -> bool:
    """Tell whether the column has anything where the headings stand, a year for example."""
    codes = raw.columns[at - 1].codes
    return any(codes[row - 1] >= 0 for row in range(headings.row, headings.first_row))


def _rows_with_content(raw: RawSheet, model: type[Row], headings: HeadingMap) -> set[int]:
    """Return the rows below the headings with more than look-ups, row numbers or white space."""
    columns = columns_by_field(model)
    looked_up = {at for name, at in headings.fields.items() if columns[name].fill is Fill.LOOKUP}
    rows: set[int] = set()
    for at, heading in headings.headings.items():
        if at in looked_up or at > len(raw.columns):
            continue
        column = raw.columns[at - 1]
        numbered = heading in SERIAL_HEADINGS  # a note often begins in the column of row numbers
        blank = {
            code
            for code, cell in enumerate(column.values)
            if (isinstance(cell, str) and not cell.strip())
            or (numbered and (not isinstance(cell, str) or cell.strip().isdigit()))
        }
        below = enumerate(column.codes[headings.first_row - 1 :], headings.first_row)
        rows.update(row for row, code in below if code >= 0 and code not in blank)
    return rows


# --- tables --------------------------------------------------------------------------------------

_PLAIN_NAME = re.compile(r"[\w（）·]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableArea:
    """One table of a worksheet; rows and columns are 1-based and include headings and totals.

    Attributes:
        name: As formulas call it.
        top: First row, of the headings where it has any.
        left: First column.
        bottom: Last row, of the totals where it has any.
        right: Last column.
        totals: How many rows of totals it ends with.
        columns: Names of its columns.
    """

    name: str
    top: int
    left: int
    bottom: int
    right: int
    totals: int
    columns: tuple[str, ...]

    def this_row(self, column: int) -> str:
        """Return the reference to a column's cell in a formula's own row, "" if it is not plain."""
        name = self.columns[column - self.left]
        return f"{self.name}[[#This Row],[{name}]]" if _PLAIN_NAME.fullmatch(name) else ""


class TableExtent:
    """The rows of one worksheet around its table.

    Args:
        layout: What stands where in it.
        tables: Its tables.

    Attributes:
        table: The table around the headings, None where the clerk took it away.
        headed: Every worksheet column with a heading or in the table.
        end: The last row of the table but its totals; of the data where there is no table.
    """

    def __init__(self, layout: SheetLayout, tables: Sequence[TableArea]) -> None:
        self._layout = layout
        around = (table for table in tables if table.top <= layout.heading_row <= table.bottom)
        self.table = next(around, None)
        covered = range(self.table.left, self.table.right + 1) if self.table else ()
        self.headed = sorted({*layout.headed, *covered})
        self.end = self.table.bottom - self.table.totals if self.table else layout.last
        self.kept = {*layout.kept, *self._foreign(tables)}

    @property
    def body_rows(self) -> range:
        """Return the rows from the first below the headings to the last of data or table."""
        return range(self._layout.first_row, max(self._layout.last, self.end) + 1)

    def merged(self) -> set[int]:
        """Return the rows below the headings where cells are merged."""
        return {
            row
            for merge in self._layout.raw.merges
            if any(merge.left <= at <= merge.right for at in self.headed)
            for row in range(max(merge.top, self._layout.first_row), merge.bottom + 1)
        }

    def foot_in_the_way(self, count: int, blocked: Collection[int]) -> tuple[range, int]:
        """Return the rows to be moved down so that `count` rows fit above them, and how far.

        These are totals, notes and signatures right below the data, from the first to the last.
        Nothing is moved where there is room, or where anything else would be in the way.
        """
        totals = range(self.end + 1, self.table.bottom + 1) if self.table else range(0)
        foot = sorted({*self._layout.foot, *totals})
        start = self._layout.last_used + 1
        if not foot or foot[0] < start or not any(start <= row < start + count for row in foot):
            return range(0), 0
        by = count - (foot[0] - start)
        span = range(foot[0], foot[-1] + 1)
        others = {row for row in blocked if row >= start} - {*foot}
        return (range(0), 0) if any(row <= span[-1] + by for row in others) else (span, by)

    def move(self, rows: range, by: int) -> None:
        """Note that rows have moved down."""
        self.kept = {row + by if row in rows else row for row in self.kept}
        if self.table and self.table.totals and self.end + 1 in rows:
            self.end += by

    def after_rewriting(self, last: int) -> int:
        """Return the table's last row when the data end in row `last`."""
        if self.table is None:
            return max(self._layout.last, last)
        inside = [row for row in self.kept if self._layout.first_row <= row <= self.end]
        room = self._layout.first_row + ROOM - 1
        return self._unhindered(max(room, last + SPARE, *inside), self.kept)

    def after_appending(self, last: int, blocked: Collection[int]) -> int:
        """Return the table's last row when the data end in row `last`; it never shrinks."""
        if last <= self.end:
            return self.end
        return self._unhindered(last + SPARE, blocked) if self.table else last

    def _unhindered(self, wanted: int, blocked: Collection[int]) -> int:
        """Return `wanted`, or the row before the first one the table may not grow over."""
        if self.table and self.table.totals:
            return self.end
        ahead = [row for row in blocked if self.end < row <= wanted]
        return min(ahead) - 1 if ahead else wanted

    def _foreign(self, tables: Sequence[TableArea]) -> set[int]:
        """Return the rows of other tables in these columns, and of this one's totals."""
        rows = {
            row
            for table in tables
            if table is not self.table
            and any(table.left <= at <= table.right for at in self.headed)
            for row in range(table.top, table.bottom + 1)
        }
        return rows | ({*range(self.end + 1, self.table.bottom + 1)} if self.table else set())
