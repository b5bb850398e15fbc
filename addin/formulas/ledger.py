"""From the ranges a formula is given to a validated ledger: the way files are read, in memory.

A range is a ledger table with its heading row. It is taken to stand where the template has it, so
that the cells a message names are the clerk's. Equal ranges are read once, and equal sets of ranges
are judged once, however many formulas ask: Excel recalculates them all after every edit.
"""

from __future__ import annotations

import itertools
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from addin import clock
from addin.domain.contacts import Contacts
from addin.formulas.ranges import Block, Given
from validators.cells import BLANK, Cell, CellColumn, encode
from validators.columns import Column, Kind
from validators.errors import UsageError
from validators.findings import Finding
from validators.identity import unit_of
from validators.ledger import Ledger, SheetPart
from validators.normalise import day
from validators.rules import RuleContext
from validators.settings import Settings
from validators.sheets import Row, columns_by_field
from validators.validation import settings_of, validate
from workbooks.headings import HeadingMap, map_headings
from workbooks.ooxml.dates import Kind as Shown
from workbooks.ooxml.dates import from_serial
from workbooks.raw.book import RawSheet
from workbooks.table_rows import read_rows

T = TypeVar("T")

_YEARS = (2000, 2100)
_SERIALS = (20_000, 80_000)
"""Days from 1954 to 2119 as Excel counts them."""


@dataclass(frozen=True)
class FormulaLedger:
    """A small ledger after validation.

    Attributes:
        ledger: The tables given.
        settings: Those given, the defaults without.
        as_of: The day everything is judged by.
        findings: What validation says of the tables.
        results: What formulas computed of it, by the function that computes it.
    """

    ledger: Ledger
    settings: Settings
    as_of: date
    findings: tuple[Finding, ...]
    results: dict[Any, Any] = field(default_factory=dict)

    def once(self, compute: Callable[[FormulaLedger], T]) -> T:
        """Return what `compute` returns for this ledger; it is called once."""
        if compute not in self.results:
            self.results[compute] = compute(self)
        result: T = self.results[compute]
        return result

    @cached_property
    def contacts(self) -> Contacts:
        """Return the pairings' contacts."""
        return Contacts(self.ledger, self.settings, self.as_of)


def validated(tables: Iterable[Given], settings: Given, as_of: Given) -> FormulaLedger:
    """Return the ledger some arguments make, after validation; those left out are left out.

    Args:
        tables: The ledger tables.
        settings: 参数, or left out.
        as_of: The day, see `as_of_day`.

    Raises:
        UsageError: An argument is no such table, or no day.
    """
    given = [table for table in (*tables, settings) if table.value is not None]
    contents = tuple((table.model, table.block, table.first_row) for table in given)
    try:
        return _validated(contents, as_of_day(as_of))
    except _NotTheTableError as wrong:
        number = next(table.number for table in given if table.model is wrong.model)
        raise UsageError(f"第 {number} 个参数{wrong.message}", wrong.suggestion) from wrong


class _NotTheTableError(UsageError):
    """A range is not the table it should be."""

    def __init__(self, model: type[Row], message: str, suggestion: str) -> None:
        super().__init__(message, suggestion)
        self.model = model


@lru_cache(maxsize=8)
def _validated(tables: tuple[tuple[type[Row], Block, int], ...], as_of: date) -> FormulaLedger:
    parts = itertools.chain.from_iterable(itertools.starmap(_parts, tables))
    # validation notes the rejected rows in a part, and the parts are shared
    ledger = Ledger.of([replace(part, rejected=set(part.rejected)) for part in parts], [""])
    ledger.unit_codes[""] = _unit(ledger)
    settings, on_settings = settings_of(ledger, None)
    findings = validate(ledger, RuleContext(as_of, settings))
    return FormulaLedger(ledger, settings, as_of, (*on_settings, *findings))


@lru_cache(maxsize=32)
def _parts(model: type[Row], block: Block, first_row: int) -> list[SheetPart]:
    """Return the rows of a table; `first_row` is the worksheet row where the block begins.

    Raises:
        _NotTheTableError: There is no heading row, or it lacks a required column.
    """
    columns = [encode(column) for column in zip(*block.rows, strict=True)]
    sheet = RawSheet(model.sheet.name, columns=columns, n_rows=block.height)
    headings = map_headings(sheet, model)
    if not headings.row:
        raise _NotTheTableError(
            model,
            "缺少标题行",
            f"请选“{model.sheet.name}”的整张表，连同标题行，如 tbl_{model.sheet.key}[#All]",
        )
    columns = _without_serials(sheet.columns, headings, model, tells_blanks=block.tells_blanks)
    parts = read_rows(replace(sheet, columns=columns), model, "").parts
    if headings.lacking:
        missing = "”“".join(columns_by_field(model)[name].heading for name in headings.lacking)
        raise _NotTheTableError(
            model, f"应是“{model.sheet.name}”的整张表，缺少列“{missing}”", "请核对所选区域"
        )
    return [
        replace(part, rows=array("i", [row + first_row - 1 for row in part.rows])) for part in parts
    ]


def _without_serials(
    cells: list[CellColumn], headings: HeadingMap, model: type[Row], *, tells_blanks: bool
) -> list[CellColumn]:
    """Return columns with days for serial numbers, and nothing for 0, where a host hands over no dates.

    A range whose date columns hold numbers and no date at all comes from such a host. There 0 is a
    number only in a column that must be filled, of a row with anything else in it.
    """
    columns = {at - 1: columns_by_field(model)[name] for name, at in headings.fields.items()}
    dated = [at for at, column in columns.items() if column.kind in {Kind.DAY, Kind.MONTH}]
    values = [cell for at in dated for cell in cells[at].values]
    if any(isinstance(cell, date) for cell in values) or not any(map(_is_serial, values)):
        return cells
    read = [*cells] if tells_blanks else _without_zeros(cells, columns)
    for at in dated:
        read[at] = CellColumn([*map(day_of_serial, read[at].values)], read[at].codes)
    return read


def _without_zeros(cells: list[CellColumn], columns: Mapping[int, Column]) -> list[CellColumn]:
    """Return columns with nothing for 0 but where one must be filled, of rows with anything else."""
    given = [
        at for at, column in columns.items() if column.required and column.kind is Kind.DECIMAL
    ]
    read = [_without(column, 0) for column in cells]
    codes = zip(*(read[at].codes for at in columns), strict=True)
    filled = [any(code != BLANK for code in row) for row in codes]
    for at in given:
        read[at] = encode(cells[at].cell(row) if kept else None for row, kept in enumerate(filled))
    return read


def _is_serial(cell: Cell) -> bool:
    first, last = _SERIALS
    return isinstance(cell, int | float) and first <= cell <= last


def day_of_serial(cell: Cell) -> Cell:
    """Return the day a number stands for in Excel; every other cell as it is."""
    return from_serial(cell, Shown.DATETIME) if _is_serial(cell) else cell  # type: ignore[arg-type]


def _without(column: CellColumn, gone: Cell) -> CellColumn:
    """Return a column whose cells of one value are blank."""
    if gone not in column.values:
        return column
    cells = (None if code == BLANK else column.values[code] for code in column.codes)
    return encode(None if cell == gone else cell for cell in cells)


def _unit(ledger: Ledger) -> str:
    """Return the unit most of the ledger's own IDs carry: 填报信息 is no table to be handed over."""
    codes = (
        code
        for table in ledger.tables.values()
        if table.model.sheet.id_field and len(table)
        for code in table.column(table.model.sheet.id_field)
        if code
    )
    units = Counter(map(unit_of, codes)).most_common(1)
    return units[0][0] if units else ""


def as_of_day(argument: Given) -> date:
    """Return the day to judge by: today where the argument is left out or blank.

    Raises:
        UsageError: It is no day.
    """
    cell = one_cell(argument)
    if cell is None or cell == 0:
        return clock.today()
    try:
        return day(day_of_serial(cell))
    except ValueError as error:
        raise UsageError(
            f"第 {argument.number} 个参数“{cell}”不是日期", "请填日期，如 2026-06-30"
        ) from error


def one_year(argument: Given) -> int | None:
    """Return the year of an argument, None where it is left out or blank.

    Raises:
        UsageError: It is no year.
    """
    cell = one_cell(argument)
    if cell is None or cell in (0, ""):
        return None
    digits = str(cell).strip().removesuffix("年").removesuffix(".0")
    if not (digits.isdigit() and _YEARS[0] <= int(digits) <= _YEARS[1]):
        raise UsageError(f"第 {argument.number} 个参数“{cell}”不是年度", "请填年份，如 2026")
    return int(digits)


def one_cell(argument: Given) -> Cell | None:
    """Return the only cell of an argument, None where it is left out.

    Raises:
        UsageError: It is a range of several cells.
    """
    cells = argument.block
    if not cells.single:
        raise UsageError(f"第 {argument.number} 个参数只能是一个单元格", "请核对所选区域")
    return cells.rows[0][0]


def one_word(argument: Given) -> str:
    """Return the only cell of an argument as text; see `one_cell`."""
    cell = one_cell(argument)
    return "" if cell is None else str(cell).strip()
