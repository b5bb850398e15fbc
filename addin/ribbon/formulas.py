"""Buttons of the group 公式: put formulas in, and turn them into values before a ledger is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import xlwings as xw

from addin.actions.formula_cells import (
    Conversion,
    Found,
    chosen,
    converted,
    free_area,
    has_formula,
    insertion,
    question,
)
from addin.actions.open_ledger import needs
from addin.buttons import button
from addin.ribbon.session import tell
from validators.cells import FormulaError, letters
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SHEETS, model_for
from workbooks.live.change import Change, changing
from workbooks.live.host import host
from workbooks.live.reading import cell_of, selection
from workbooks.live.retry import retry
from workbooks.ooxml.addresses import WORKSHEET_COLUMNS, WORKSHEET_ROWS, Rectangle
from workbooks.template.layout import table_name

_DAY = "yyyy-mm-dd"


def insert_formulas(book: xw.Book) -> None:
    """插入公式: ask which one, and write it where the clerk stands with the ledger's own tables."""
    one = button("insert_formulas")
    needs(book, one.sheet)
    answer = retry(lambda: host().ask(book, question(), "1"))
    if not answer:
        return
    recipe = chosen(answer)
    sheet, row, column = _selected(book)
    active = _key_of(sheet.name)
    made = insertion(recipe, _tables(book, recipe.keys(active)), active)
    _room(row, column, made.height, made.width)
    area = Rectangle(row, column, made.height, made.width)
    cells = sheet.range((row, column), (row + made.height - 1, column + made.width - 1))
    free_area(area, retry(lambda: _rows(cells.formula)), _table_areas(sheet))
    with changing(book, one.label) as change:
        formulas = [[made.formula] * made.width] * made.height
        change.put_formulas(sheet, row, column, formulas, array=True)
        if recipe.dated:
            retry(lambda: setattr(cells, "number_format", _DAY))
    last = f"{letters(column + made.width - 1)}{row + made.height - 1}"
    tell(
        book,
        (),
        f"已在 {letters(column)}{row}:{last} 插入 {recipe.name}（{recipe.help}），"
        f"共 {made.height} 行。",
        "表格增加行以后，请删去这块公式再插入一次。",
    )


def _room(row: int, column: int, height: int, width: int) -> None:
    """Refuse a formula that reaches beyond the sheet's last row or column.

    Raises:
        UsageError: It does.
    """
    if row + height - 1 > WORKSHEET_ROWS or column + width - 1 > WORKSHEET_COLUMNS:
        raise UsageError(
            f"从 {letters(column)}{row} 往下往右放不下公式（要 {height} 行 {width} 列）",
            "请在表格右边空一列、靠上的地方选一个单元格再点",
        )


def formulas_to_values(book: xw.Book) -> None:
    """公式转为数值: replace our formulas by what they show; hidden helper sheets have none."""
    one = button("formulas_to_values")
    needs(book, one.sheet)
    left: list[str] = []
    count = 0
    with changing(book, one.label) as change:
        for sheet in retry(lambda: [one for one in book.sheets if one.name[:1] != "_"]):
            found = _to_values(change, sheet)
            count += found.cells
            left += [f"“{sheet.name}”{cell}" for cell in found.left]
    said = [f"已把 {count} 个单元格的公式换成数值。"] if count else []
    if not (count or left):
        said = ["没有需要转换的公式。"]
    if left:
        places = f"{len(left)} 处公式没有算出结果，没有转换：{_some(left)}。"
        said += [places, "请重新计算后再点一次。"]
    tell(book, change.remarks, *said)


def _to_values(change: Change, sheet: xw.Sheet) -> Conversion:
    """Convert one sheet: one read of formulas, and of values only where there are any of ours."""
    used = retry(lambda: sheet.used_range)
    formulas = retry(lambda: _rows(used.formula))
    if not any(has_formula(formula) for line in formulas for formula in line):
        return Conversion((), ())
    values = _values(used)
    found = converted(formulas, values, used.row, used.column)
    for row, column, shown in found.blocks:
        change.put(sheet, row, column, shown)
    if found.blocks:
        _keep_spilled(change, sheet, (used.row, used.column), values)
    return found


def _keep_spilled(
    change: Change, sheet: xw.Sheet, corner: tuple[int, int], values: list[list[Any]]
) -> None:
    """Write again what a spilled formula showed beside its own cell, and took with it."""
    height, width = len(values), len(values[0])
    top, left = corner
    now = _values(sheet.range((top, left), (top + height - 1, left + width - 1)))
    for row, (before, after) in enumerate(zip(values, now, strict=True)):
        lost = [at for at in range(width) if before[at] is not None and after[at] is None]
        for at in lost:
            change.put(sheet, top + row, left + at, [[before[at]]])


def _values(cells: xw.Range) -> list[list[Any]]:
    shown = retry(lambda: cells.options(ndim=2, err_to_str=True).value)
    return [[_named(value) for value in line] for line in shown]


def _named(value: Any) -> Any:
    """Return an error by its name: xlwings leaves those of newer Excels, as #SPILL!, numbers."""
    found = cell_of(value) if type(value) is int else value
    return str(found) if isinstance(found, FormulaError) else value


def _rows(content: Any) -> list[list[Any]]:
    """Return what a range reads as by rows: a single cell reads as a scalar."""
    if not isinstance(content, list | tuple):
        return [[content]]
    return [list(line) if isinstance(line, list | tuple) else [line] for line in content]


def _selected(book: xw.Book) -> tuple[xw.Sheet, int, int]:
    cells = selection(book)
    if cells is None or retry(lambda: cells.sheet.book.name != book.name):
        raise UsageError("没有选中单元格", "请先选一个空白单元格再点")
    return retry(lambda: (cells.sheet, cells.row, cells.column))


def _key_of(name: str) -> str:
    return next((m.sheet.key for m in SHEETS if m.sheet.name == squeeze(name)), "")


def _tables(book: xw.Book, keys: Iterable[str]) -> dict[str, Found]:
    """Return the ledger's tables: on each sheet the template's own, else the first."""
    sheets = retry(lambda: {squeeze(sheet.name): sheet for sheet in book.sheets})
    found: dict[str, Found] = {}
    for key in keys:
        model = model_for(key)
        sheet = sheets.get(model.sheet.name)
        if sheet is None:
            continue
        tables = retry(lambda one=sheet: {table.name: table for table in one.tables})  # type: ignore[misc]
        if tables:
            table = tables.get(table_name(model)) or next(iter(tables.values()))
            found[key] = retry(_reader(table, sheet.name))
    return found


def _reader(table: Any, sheet: str) -> Callable[[], Found]:
    def read() -> Found:
        headings = table.header_row_range.value
        body = table.data_body_range
        names = headings if isinstance(headings, list) else [headings]
        rows = body.shape[0] if body is not None else 0
        return Found(table.name, sheet, tuple(str(name or "") for name in names), rows)

    return read


def _table_areas(sheet: xw.Sheet) -> list[Rectangle]:
    def read() -> list[Rectangle]:
        ranges = [table.range for table in sheet.tables]
        return [Rectangle(one.row, one.column, *one.shape) for one in ranges]

    return retry(read)


def _some(places: list[str], most: int = 8) -> str:
    return "、".join(places[:most]) + (f"等 {len(places)} 处" if len(places) > most else "")
