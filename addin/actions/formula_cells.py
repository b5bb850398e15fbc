"""Formulas with the tables of an open workbook as arguments, and the cells that hold our formulas.

Formulas are written as Excel on the desktop and on the web take them: structured references, array
formulas over the whole block, so that Excel 2016 shows every row. The n-th row of a block is about
the n-th row of a table. On the table's sheet the block therefore stands in the table's own rows; on
another sheet it may stand beside no other table. Its first column names what each row is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import xlwings as xw

from validators.cells import FormulaError, letters
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SHEETS, Row, columns_by_field, model_for
from workbooks.headings import heading_key
from workbooks.live.cells import longest_shared, spills
from workbooks.live.change import Change, changing
from workbooks.live.reading import cell_of, selection
from workbooks.ooxml.addresses import WORKSHEET_COLUMNS, WORKSHEET_ROWS, Rectangle, rectangles
from workbooks.template.layout import FIRST_ROW, table_name

# --- what can be inserted ---


@dataclass(frozen=True)
class Recipe:
    """How a formula is filled in.

    Attributes:
        name: The formula.
        help: What it gives, in a few words.
        subjects: Keys of the sheets it may be about: the active one, else the first.
        arguments: `key` is a whole table, `key.field` a column, `key:rows` the rows alone,
            `key:headings` the heading row, `key:sheet` the tab's name as text and `key:first` the
            row below the headings; `@` is the subject's key, `?` after it lets a table be missing.
            What begins with = is written as it is.
        width: Columns it fills.
        dated: Whether it gives days.
    """

    name: str
    help: str
    subjects: tuple[str, ...]
    arguments: tuple[str, ...]
    width: int = 1
    dated: bool = False

    def subject(self, active: str) -> str:
        """Return the key of the sheet it is about while `active` is in front."""
        return active if active in self.subjects else self.subjects[0]

    def keys(self, active: str) -> tuple[str, ...]:
        """Return the keys of the sheets it is filled in with."""
        subject = self.subject(active)
        words = [word.replace("@", subject) for word in self.arguments if word[0] != "="]
        return tuple(dict.fromkeys([subject, *(re.split(r"[.:?]", word)[0] for word in words)]))


def recipes() -> tuple[Recipe, ...]:
    """Return the recipe of every formula, in the order the clerk is asked.

    The formulas stand above the actions in the order of imports, so they are looked up by name.
    """
    return tuple(formula.recipe for formula in import_module("addin.formulas").FORMULAS)


def question() -> str:
    """Return what the clerk is asked; Excel shows at most 255 characters."""
    choices = "  ".join(
        f"{number} {recipe.name[3:]} {recipe.help}" for number, recipe in enumerate(recipes(), 1)
    )
    return f"请填写要插入的公式的序号或名称：\n{choices}"


def chosen(answer: str) -> Recipe:
    """Return the formula a clerk named by its number or its name, with or without BD_.

    Raises:
        UsageError: There is none.
    """
    word = heading_key(answer).upper()
    for number, recipe in enumerate(recipes(), 1):
        if word in {str(number), recipe.name, recipe.name[3:], recipe.help}:
            return recipe
    raise UsageError(f"没有公式“{answer}”", f"可填 1 至 {len(recipes())}，如 1")


# --- writing a formula with its arguments ---

OURS = re.compile(r"\b(?:BD_|CN\.BANGDAI\.FORMULAS\.BD)[A-Z]+\s*\(", re.IGNORECASE)
"""How our formulas are recognised; LibreOffice writes their long names into files."""

_FAILED = ("#", "导师帮带未启动")
"""What a cell begins with that shows no result: an error, or the wrapper's word that Python is out."""


@dataclass(frozen=True)
class TableInBook:
    """A ledger table in the open workbook.

    Attributes:
        name: The table's name.
        sheet: The tab's name.
        headings: Its headings from left to right.
        rows: How many rows it has below them.
        first_row: Worksheet row of the first of these.
    """

    name: str
    sheet: str
    headings: tuple[str, ...]
    rows: int
    first_row: int = FIRST_ROW


@dataclass(frozen=True)
class Insertion:
    """A formula with its arguments, and the block it fills.

    Attributes:
        formula: The formula.
        label: The formula of the column before it, which names what each row is about.
        height: Rows of the block.
        width: Columns of the block, the first of them the names'.
        top: The worksheet row it must begin in on the sheet of the table it is about.
        subject: That sheet.
    """

    formula: str
    label: str
    height: int
    width: int
    top: int
    subject: str


def insertion(recipe: Recipe, tables: Mapping[str, TableInBook], active: str) -> Insertion:
    """Fill a formula in.

    Args:
        recipe: The formula.
        tables: The workbook's tables by sheet key.
        active: Key of the sheet in front, "" for another one.

    Raises:
        UsageError: A table or a column is missing.
    """
    subject = recipe.subject(active)
    words = [_argument(word.replace("@", subject), tables) for word in recipe.arguments]
    while not words[-1]:
        words.pop()
    formula = f"={recipe.name}({','.join(words)})"
    table = tables[subject]
    label = _label(table, model_for(subject))
    return Insertion(
        formula, label, max(1, table.rows), 1 + recipe.width, table.first_row, table.sheet
    )


_NAMING = (
    ("name",), ("pair_names",), ("mentor_name", "mentee_name"), ("mentee_name",),
    ("mentor_id", "mentee_id"), ("pairing_ids",), ("participant_id",), ("title",),
)  # fmt: skip
"""What says whom or what a row is about: the first of these a sheet has."""


def _label(table: TableInBook, model: type[Row]) -> str:
    """Return the formula of a column that names what each row of a table is about."""
    columns: list[str] = []
    for names in _NAMING:
        if columns_by_field(model).keys() >= {*names}:
            with suppress(UsageError):  # the clerk's table lacks the column
                columns = [f"{table.name}[{_column(table, model, name)}]" for name in names]
                break
    columns = columns or [f"{table.name}[{_escaped(table.headings[0])}]"]
    joined = '&"→"&'.join(columns)
    return f'=IF({columns[0]}="","",{joined})'


def beside_others(top: int, height: int, tables: Iterable[Rectangle]) -> bool:
    """Return whether rows from `top` on stand beside rows of a table, and so seem about these."""
    return any(top < table.top + table.n_rows and table.top < top + height for table in tables)


def _argument(word: str, tables: Mapping[str, TableInBook]) -> str:
    if word.startswith("="):
        return word[1:]
    key, mark, detail = re.fullmatch(r"(\w+)([.:?]?)(\w*)", word).groups()  # type: ignore[union-attr]
    table = tables.get(key)
    if table is None and mark == "?":
        return ""
    if table is None:
        name = model_for(key).sheet.name
        raise UsageError(
            f"未找到工作表“{name}”，或其中的数据不是表格",
            f"请选中“{name}”的标题行和数据，按 Ctrl+T 转为表格后再点；缺少该表的，请从模板中补上",
        )
    if mark == ".":
        return f"{table.name}[{_column(table, model_for(key), detail)}]"
    if mark == ":":
        return {
            "rows": table.name,
            "headings": f"{table.name}[#Headers]",
            "sheet": f'"{model_for(key).sheet.name}"',
            "first": f"ROW({table.name}[#Headers])+1",
        }[detail]
    return f"{table.name}[#All]"


def _column(table: TableInBook, model: type[Row], field: str) -> str:
    """Return a column's heading as a structured reference takes it."""
    column = columns_by_field(model)[field]
    names = {heading_key(name) for name in (column.heading, *column.synonyms)}
    for heading in table.headings:
        if heading_key(heading) in names:
            return _escaped(heading)
    raise UsageError(f"“{table.sheet}”的表格中没有列“{column.heading}”", "请恢复该列的列名")


def _escaped(heading: str) -> str:
    escaped = re.sub(r"(['\[\]#@])", r"'\1", heading)
    return escaped if re.fullmatch(r"\w+", heading) else f"[{escaped}]"


def free_area(area: Rectangle, held: Sequence[Sequence[Any]], tables: Sequence[Rectangle]) -> None:
    """Refuse a block that is not free.

    Args:
        area: Where the formula goes.
        held: What is there, formulas included.
        tables: The sheet's tables.

    Raises:
        UsageError: A cell is filled, or the block touches a table, which would grow over it.
    """
    row, column, height, width = area
    for top, left, rows, columns in tables:
        if (
            row <= top + rows
            and top < row + height
            and column <= left + columns
            and left < (column + width)
        ):
            raise UsageError(
                f"公式需占用 {area.address}，与表格重叠", "请在表格右侧隔一列选一个单元格后再点"
            )
    if any(cell not in (None, "") for line in held for cell in line):
        raise UsageError(
            f"公式需占用 {area.address}，其中已有内容", "请选一个下方和右方均为空白的单元格后再点"
        )


def insert_formula(book: xw.Book, recipe: Recipe, step: str) -> str:
    """Write a formula in the clerk's column; return what was done, for the clerk.

    Args:
        book: The ledger.
        recipe: The formula.
        step: Name of the step that can be undone.

    Raises:
        UsageError: There is no room, or no table for an argument, the formula is longer than this
            Excel takes, or the results would stand beside rows they are not about.
        ExcelBusy: Excel did not answer.
    """
    sheet, row, column = _selected(book)
    active = next((m.sheet.key for m in SHEETS if m.sheet.name == squeeze(sheet.name)), "")
    block = insertion(recipe, _tables(book, recipe.keys(active)), active)
    areas = _table_areas(sheet)
    if sheet.name == block.subject:
        row = block.top
    elif beside_others(row, block.height, areas):
        raise UsageError(
            f"{recipe.name} 每行对应“{block.subject}”的一行，不能放在“{sheet.name}”的行旁",
            f"请到“{block.subject}”表，在表格右侧隔一列选一个单元格后再点，或选空白工作表的单元格",
        )
    bottom, right = row + block.height - 1, column + block.width - 1
    if bottom > WORKSHEET_ROWS or right > WORKSHEET_COLUMNS:
        raise UsageError(
            f"从 {letters(column)}{row} 往下往右空间不足（公式需占 {block.height} 行 {block.width} 列）",
            "请在表格右侧隔一列、靠上的位置选一个单元格后再点",
        )
    cells = sheet.range((row, column), (bottom, right))
    area = Rectangle(row, column, block.height, block.width)
    free_area(area, _rows(cells.formula), areas)
    length, longest = len(block.formula), longest_shared(cells)
    if length > longest and not spills(cells[0, 0]):
        raise UsageError(
            f"公式有 {length} 个字符，超过本版本 Excel 数组公式的上限 {longest} 个",
            "请恢复模板的表格名称（如 tbl_log）；名称未改动的，请点“研判”组的按钮，结果相同",
        )
    with changing(book, step) as change:
        change.put_formulas(sheet, row, column, [[block.label]] * block.height, array=True)
        formulas = [[block.formula] * recipe.width] * block.height
        change.put_formulas(sheet, row, column + 1, formulas, array=True)
        if recipe.dated:
            sheet.range((row, column + 1), (bottom, right)).number_format = "yyyy-mm-dd"
    return (
        f"已在 {letters(column)}{row}:{letters(right)}{bottom} 插入 {recipe.name}（{recipe.help}），"
        f"共 {block.height} 行，每行对应“{block.subject}”的一行，第一列为名称。"
    )


def _selected(book: xw.Book) -> tuple[xw.Sheet, int, int]:
    cells = selection(book)
    if cells is None or cells.sheet.book.name != book.name:
        raise UsageError("未选中单元格", "请先选一个空白单元格后再点")
    return cells.sheet, cells.row, cells.column


def _tables(book: xw.Book, keys: Iterable[str]) -> dict[str, TableInBook]:
    """Return the ledger's tables: on each sheet the template's own, else the first."""
    sheets = {squeeze(sheet.name): sheet for sheet in book.sheets}
    by_key: dict[str, TableInBook] = {}
    for key in keys:
        model = model_for(key)
        sheet = sheets.get(model.sheet.name)
        if sheet is None:
            continue
        tables = {table.name: table for table in sheet.tables}
        if tables:
            table = tables.get(table_name(model)) or next(iter(tables.values()))
            by_key[key] = _read_table(table, sheet.name)
    return by_key


def _read_table(table: Any, sheet: str) -> TableInBook:
    headings = table.header_row_range.value
    body = table.data_body_range
    names = headings if isinstance(headings, list) else [headings]
    rows = body.shape[0] if body is not None else 0
    first = table.header_row_range.row + 1
    return TableInBook(table.name, sheet, tuple(str(name or "") for name in names), rows, first)


def _table_areas(sheet: xw.Sheet) -> list[Rectangle]:
    ranges = [table.range for table in sheet.tables]
    return [Rectangle(cells.row, cells.column, *cells.shape) for cells in ranges]


def _rows(content: Any) -> list[list[Any]]:
    """Return what a range reads as by rows: a single cell reads as a scalar."""
    if not isinstance(content, list | tuple):
        return [[content]]
    return [list(line) if isinstance(line, list | tuple) else [line] for line in content]


# --- turning formulas into values ---


def has_formula(formula: object) -> bool:
    """Return whether a cell's formula uses one of ours."""
    return isinstance(formula, str) and formula[:1] == "=" and OURS.search(formula) is not None


@dataclass(frozen=True)
class Conversion:
    """What becomes of a sheet's formulas.

    Attributes:
        blocks: (row, column, values) of every block to be written, 1-based.
        left: Addresses of the cells that show no result and keep their formulas.
        cells: How many cells are written.
    """

    blocks: tuple[tuple[int, int, list[list[Any]]], ...]
    left: tuple[str, ...]

    @property
    def cells(self) -> int:
        """Return how many cells are written."""
        return sum(len(values) * len(values[0]) for _, _, values in self.blocks)


def converted(
    formulas: Sequence[Sequence[Any]], values: Sequence[Sequence[Any]], top: int, left: int
) -> Conversion:
    """Find the blocks of our formulas: neighbours with the same formula, as in one array.

    An array can only be changed as a whole, so one error in a block leaves all of it.

    Args:
        formulas: The formulas of the sheet's used range.
        values: What they show, errors as text.
        top: Worksheet row of the first.
        left: Worksheet column of the first.
    """
    blocks, kept = [], []
    for row, column, height, width in _blocks(formulas):
        shown = [list(values[row + at][column : column + width]) for at in range(height)]
        if any(shows_nothing(value) for line in shown for value in line):
            kept.append(f"{letters(left + column)}{top + row}")
        else:
            blocks.append((top + row, left + column, shown))
    return Conversion(tuple(blocks), tuple(kept))


def _blocks(formulas: Sequence[Sequence[Any]]) -> Iterator[Rectangle]:
    cells: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(formulas):
        for column, formula in enumerate(line):
            if has_formula(formula):
                cells.setdefault(formula, []).append((row, column))
    for places in cells.values():
        yield from rectangles(places)


def shows_nothing(value: object) -> bool:
    """Tell whether a formula's cell shows no result."""
    return isinstance(value, str) and value.startswith(_FAILED)


def formulas_to_values(change: Change, sheet: xw.Sheet) -> Conversion:
    """Replace our formulas on one sheet by what they show.

    One read of the formulas, and one of the values only where there are any of ours.
    """
    used = sheet.used_range
    formulas = _rows(used.formula)
    if not any(has_formula(formula) for line in formulas for formula in line):
        return Conversion((), ())
    values = values_of(used)
    conversion = converted(formulas, values, used.row, used.column)
    for row, column, shown in conversion.blocks:
        change.put(sheet, row, column, shown)
    if conversion.blocks:
        _keep_spilled(change, sheet, (used.row, used.column), values)
    return conversion


def _keep_spilled(
    change: Change, sheet: xw.Sheet, corner: tuple[int, int], values: list[list[Any]]
) -> None:
    """Write again what a spilled formula showed beside its own cell, and took with it."""
    height, width = len(values), len(values[0])
    top, left = corner
    now = values_of(sheet.range((top, left), (top + height - 1, left + width - 1)))
    for row, (before, after) in enumerate(zip(values, now, strict=True)):
        lost = [at for at in range(width) if before[at] is not None and after[at] is None]
        for at in lost:
            change.put(sheet, top + row, left + at, [[before[at]]])


def values_of(cells: xw.Range) -> list[list[Any]]:
    """Return the values of a range by rows, errors by their names."""
    shown = cells.options(ndim=2, err_to_str=True).value
    return [[_error_by_name(value) for value in line] for line in shown]


def _error_by_name(value: Any) -> Any:
    """Name an error xlwings leaves a number, as it does those of newer Excels such as #SPILL!."""
    cell = cell_of(value) if type(value) is int else value
    return str(cell) if isinstance(cell, FormulaError) else value
