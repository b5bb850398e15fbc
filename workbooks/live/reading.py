"""Read a ledger that is open in a spreadsheet, just as its saved file would be read.

A sheet of ordinary size is a few reads, however many rows it has. What differs from the file:

- Formulas count with what the spreadsheet makes of them now; none is without a value.
- Document properties are out of reach: a consolidated workbook is told by its sheets, growth cards
  and pairing papers are simply no ledger.
- A spreadsheet hands a time, a percentage and a number that a format shows as an ID over as numbers.
  The formats of columns with numbers are asked for, so that 9:30 is a time and 86% is shown; a lone
  0:00 is the number 0.
- A formula that gives today is looked for where a cell holds today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import numpy as np
import xlwings as xw

from validators.cells import Cell, FormulaError, letters
from validators.errors import UnreadableWorkbook
from validators.ledger import Table
from validators.normalise import squeeze
from validators.sheets import Row
from workbooks.consolidated import content as consolidated
from workbooks.consolidated.content import MEMORY_SHEET
from workbooks.files import KIND_PROPERTY
from workbooks.live.host import SheetFacts, facts_of, host, is_hidden, sheets_of
from workbooks.ooxml.addresses import Rectangle, area_of, block
from workbooks.ooxml.dates import MIDNIGHT, Kind, from_serial
from workbooks.ooxml.number_formats import meaning_of, valued
from workbooks.ooxml.shared_strings import SharedStrings
from workbooks.raw.book import RawBook, RawSheet, stray_notice
from workbooks.raw.columns import MAX_COLUMNS, Block, Columns, Extras, to_columns
from workbooks.raw.sheet import is_volatile
from workbooks.reader import LedgerFile, is_read, ledger_of, model_of_tab
from workbooks.table_rows import read_rows
from workbooks.template.layout import FILE_KIND, UNIT_LINE

# --- the values of a sheet in a few large reads --------------------------------------------------

AT_ONCE: Final = 1_000_000
"""Cells of one read: a ledger sheet of 20,000 rows is one read."""
AT_MOST: Final = 40_000_000
"""Cells of one sheet, as of a file of an old format."""
AT_MOST_FAR: Final = 5_000_000
"""Cells right of every table; a whole row with a colour is 16,384 cells."""

Line = tuple[int, int, Sequence[Any]]
"""1-based row, 1-based column of the first value, the values."""


def used_area(sheet: xw.Sheet) -> Rectangle:
    """Return the area Excel holds for used: it may begin anywhere and reach far too far."""
    return area_of(sheet.used_range)


def rows_of(area: Rectangle, top: int, bottom: int) -> Rectangle:
    """Return the part of an area between two rows."""
    return Rectangle(top, area.left, bottom - top + 1, area.n_columns)


def meet(area: Rectangle, other: Rectangle) -> bool:
    """Tell whether two areas have a cell in common."""
    return (
        area.top <= other.bottom
        and other.top <= area.bottom
        and area.left <= other.right
        and other.left <= area.right
    )


def lines(sheet: xw.Sheet, area: Rectangle, notices: list[tuple[str, str]]) -> Iterator[Line]:
    """Yield the values of an area row by row; a sheet of ordinary size is one read.

    What is below the first million cells is looked up column by column before it is read, so that a
    million rows with nothing but borders cost one read. (Looking up, Excel passes over rows that a
    filter hides.) Right of column 1,024 nothing belongs to a table: five million cells are looked
    at there, and `notices` say if that is not all.

    Raises:
        UnreadableWorkbook: The values are so scattered that they cannot be read.
    """
    top, left, bottom, right = area.top, area.left, area.bottom, area.right
    if left <= MAX_COLUMNS:
        table = Rectangle.between(top, left, bottom, min(right, MAX_COLUMNS))
        yield from _table_lines(sheet, table)
    if right > MAX_COLUMNS:
        far = Rectangle.between(top, max(left, MAX_COLUMNS + 1), bottom, right)
        yield from _far_lines(sheet, far, notices)


def _table_lines(sheet: xw.Sheet, area: Rectangle) -> Iterator[Line]:
    end = min(area.bottom, area.top + AT_ONCE // area.n_columns - 1)
    yield from _read(sheet, rows_of(area, area.top, end))
    below = _filled(sheet, rows_of(area, end + 1, area.bottom)) if end < area.bottom else None
    if below is None:
        return
    if below.n_rows * below.n_columns > AT_MOST:
        raise UnreadableWorkbook(
            "file.too_sparse",
            f"工作表“{sheet.name}”的数据过于分散，超出台账的合理大小",
            "请删除表格以外多余的行和列，保存后重试",
        )
    yield from _blocks(sheet, below)


def _far_lines(sheet: xw.Sheet, far: Rectangle, notices: list[tuple[str, str]]) -> Iterator[Line]:
    end = min(far.bottom, far.top + AT_MOST_FAR // far.n_columns - 1)
    yield from _blocks(sheet, rows_of(far, far.top, end))
    if end < far.bottom:
        message = (
            f"工作表“{sheet.name}”在 {letters(far.left)} 列往右、第 {end + 1} 行往下的内容未读取；"
            "确属台账内容的请移回表格，否则请删除这些列"
        )
        notices.append(("sheet.stray_cells", message))


def _blocks(sheet: xw.Sheet, area: Rectangle) -> Iterator[Line]:
    height = AT_ONCE // area.n_columns
    for top in range(area.top, area.bottom + 1, height):
        yield from _read(sheet, rows_of(area, top, min(top + height - 1, area.bottom)))


def _read(sheet: xw.Sheet, area: Rectangle) -> Iterator[Line]:
    rows = block(sheet, area).raw_value
    if not isinstance(rows, list | tuple):
        rows = [[rows]]  # the value of a single cell
    for row, values in enumerate(rows, area.top):
        yield row, area.left, values


def _filled(sheet: xw.Sheet, area: Rectangle) -> Rectangle | None:
    """Return the part of an area that holds anything, None if nothing does."""
    ends = {
        column: last
        for column in range(area.left, area.right + 1)
        if (last := _last_row(sheet, area.bottom, column)) >= area.top
    }
    if not ends:
        return None
    return Rectangle.between(area.top, min(ends), max(ends.values()), max(ends))


def _last_row(sheet: xw.Sheet, bottom: int, column: int) -> int:
    """Return the last filled row of a column, counted from `bottom` up; 1 for none."""
    cell = block(sheet, Rectangle(bottom, column, 1, 1))
    if cell.raw_value not in (None, ""):
        return bottom
    return int(cell.end("up").row)


# --- merged, hidden and formatted alike: asked for many cells, then for halves -------------------

A = TypeVar("A")
_TOP: Final = 8
"""Titles and headings stand in the first rows, with merges across; below, they go down."""
_MOST_QUESTIONS: Final = 3_000
_TOO_MANY_MERGES: Final = "工作表“{}”的合并单元格过多，未全部按同值填充；请取消合并，逐行填写"


def merges_in(sheet: xw.Sheet, area: Rectangle) -> tuple[list[Rectangle], bool]:
    """Return the merges in an area from top to bottom, and whether these are all.

    Excel tells of any cells whether all, none or some of them are merged. Only where some are, the
    rows of the title are asked one by one, and of what is below the columns are halved, then their
    rows. So the questions grow with the merges and hardly with the rows: a sheet without any merge
    is one question. After 3,000 questions the rest is left out.
    """
    search = _MergeSearch(sheet)
    try:
        search.look(area)
    except _TooManyMerges:
        return sorted(search.merges), False
    return sorted(search.merges), True


class _TooManyMerges(Exception):
    """So many questions were asked that it takes too long."""


class _MergeSearch:
    def __init__(self, sheet: xw.Sheet) -> None:
        self._sheet, self._asked = sheet, 0
        self.merges: list[Rectangle] = []

    def look(self, part: Rectangle, *, some: bool = False) -> bool:
        """Find the merges in a part; tell whether there are any. `some`: it is known that there are."""
        known = next((merge for merge in self.merges if meet(part, merge)), None)
        if known is not None:
            for rest in _without(part, known):
                self.look(rest)
            return True
        pieces = _smaller(part)
        merged = None if some and pieces else self._ask(part)
        if merged:
            self._found(part, pieces)
        elif merged is None:
            found = False
            for number, piece in enumerate(pieces, 1):
                found |= self.look(piece, some=number == len(pieces) and not found)
        return merged is not False

    def _ask(self, part: Rectangle) -> bool | None:
        if self._asked == _MOST_QUESTIONS:
            raise _TooManyMerges
        self._asked += 1
        return block(self._sheet, part).merge_cells

    def _found(self, part: Rectangle, pieces: list[Rectangle]) -> None:
        merge = area_of(block(self._sheet, Rectangle(part.top, part.left, 1, 1)).merge_area)
        if merge.n_rows * merge.n_columns > 1:
            self.merges.append(merge)
            self.look(part)
        else:
            for piece in pieces:
                self.look(piece)


def _without(part: Rectangle, merge: Rectangle) -> Iterator[Rectangle]:
    """Yield what is below, above, right and left of a merge in a part that it meets."""
    top, bottom = max(part.top, merge.top), min(part.bottom, merge.bottom)
    if bottom < part.bottom:
        yield rows_of(part, bottom + 1, part.bottom)
    if merge.right < part.right:
        yield Rectangle.between(top, merge.right + 1, bottom, part.right)
    if part.left < merge.left:
        yield Rectangle.between(top, part.left, bottom, merge.left - 1)
    if part.top < top:
        yield rows_of(part, part.top, top - 1)


def _smaller(part: Rectangle) -> list[Rectangle]:
    """Return the title and what is below; the rows of a title; else halves, of columns first."""
    if part.top <= _TOP < part.bottom:
        return [rows_of(part, part.top, _TOP), rows_of(part, _TOP + 1, part.bottom)]
    if part.top < part.bottom <= _TOP:
        return [rows_of(part, row, row) for row in range(part.top, part.bottom + 1)]
    if part.right > part.left:
        middle = (part.left + part.right) // 2
        return [
            Rectangle.between(part.top, part.left, part.bottom, middle),
            Rectangle.between(part.top, middle + 1, part.bottom, part.right),
        ]
    if part.bottom > part.top:
        middle = (part.top + part.bottom) // 2
        return [rows_of(part, part.top, middle), rows_of(part, middle + 1, part.bottom)]
    return []


def hidden_lines(sheet: xw.Sheet, area: Rectangle) -> tuple[frozenset[int], frozenset[int]]:
    """Return the hidden rows and the hidden columns of an area.

    A sheet without any is two questions. After 3,000 questions each, the rest counts as shown.
    """

    def rows_hidden(start: int, end: int) -> bool | None:
        return host().rows_hidden(sheet.range(f"{start}:{end - 1}"))

    def columns_hidden(start: int, end: int) -> bool | None:
        return host().columns_hidden(sheet.range(f"{letters(start)}:{letters(end - 1)}"))

    rows = _uniform_runs(area.top, area.bottom + 1, rows_hidden, _MOST_QUESTIONS)
    columns = _uniform_runs(area.left, area.right + 1, columns_hidden, _MOST_QUESTIONS)
    return (
        frozenset(row for top, end, hidden in rows if hidden for row in range(top, end)),
        frozenset(at for left, end, hidden in columns if hidden for at in range(left, end)),
    )


def _uniform_runs(
    start: int, end: int, ask: Callable[[int, int], A | None], most: int
) -> Iterator[tuple[int, int, A]]:
    """Yield (start, end, answer) of the stretches from `start` to before `end` that are alike.

    Args:
        start: The first number.
        end: The number after the last.
        ask: Tells what is so from a number to before another, None where they differ.
        most: How many times to ask; what would need more is left out.
    """
    stretches = [(start, end)] if start < end else []
    for _ in range(most):
        if not stretches:
            return
        start, end = stretches.pop()
        answer = ask(start, end)
        if answer is not None:
            yield start, end, answer
        elif end - start > 1:
            middle = (start + end) // 2
            stretches += [(middle, end), (start, middle)]


# --- values as a spreadsheet hands them over -----------------------------------------------------

_FIRST_ERROR: Final = -2146828288
"""Excel hands an error cell over as this number plus the error's own."""
_ERRORS: Final = {
    2000: "#NULL!", 2007: "#DIV/0!", 2015: "#VALUE!", 2023: "#REF!", 2029: "#NAME?", 2036: "#NUM!",
    2042: "#N/A", 2043: "#GETTING_DATA", 2045: "#SPILL!", 2046: "#CONNECT!", 2047: "#BLOCKED!",
    2048: "#UNKNOWN!", 2049: "#FIELD!", 2050: "#CALC!",
}  # fmt: skip
_DAY: Final = dt.timedelta(days=1)
_MOST_FORMATS: Final = 100

Formats = Callable[[int, int], str | None]
"""Gives the number format of the cells between two rows, None where they differ."""


def cell_of(value: object) -> Cell | None:  # noqa: PLR0911 - one for each type
    """Return the cell of one raw value, None for an empty one.

    Whole numbers are ints, midnights are dates; Excel's numbers of errors and LibreOffice's texts
    of errors (a type of their own) become `FormulaError`, so that a text "#N/A" stays a text.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value if type(value) is str else FormulaError(str(value))
    if isinstance(value, bool):
        return value
    if isinstance(value, dt.datetime):
        return _moment(value)
    if isinstance(value, int):
        return FormulaError(_ERRORS[code]) if (code := value - _FIRST_ERROR) in _ERRORS else value
    if isinstance(value, float | Decimal):
        number = float(value)
        return int(number) if number.is_integer() else number
    return str(value)


def _moment(value: dt.datetime) -> Cell:
    """Return a date or datetime; days before March 1900 are one more in Excel than in COM."""
    serial = (value.replace(tzinfo=None) - MIDNIGHT) / _DAY
    return from_serial(int(serial) if serial.is_integer() else serial, Kind.DATETIME)


def may_be_shown(cell: Cell | None) -> bool:
    """Tell whether a cell may show something else than it holds: times come as numbers, too."""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def as_formatted(rows: Sequence[int], cells: Sequence[float], formats: Formats) -> list[Cell]:
    """Return the numbers of one column as what their number formats make of them.

    A column asks for as many formats as it has stretches of equal ones, and not for more than a
    hundred: what would need more stays a number.

    Args:
        rows: Their rows, ascending.
        cells: The numbers.
        formats: Tells the number format between two rows.
    """
    meanings = [int(Kind.NUMBER)] * len(rows)

    def ask(start: int, end: int) -> str | None:
        return formats(rows[start], rows[end - 1])

    for start, end, code in _uniform_runs(0, len(rows), ask, _MOST_FORMATS):
        meanings[start:end] = [meaning_of(0, code)] * (end - start)
    return [valued(cell, meaning) for cell, meaning in zip(cells, meanings, strict=True)]


# --- sheets and ledgers --------------------------------------------------------------------------

PlacedCell = tuple[int, int, Cell]
"""0-based row and column of a cell, and what it holds."""


def read_live(book: xw.Book) -> LedgerFile:
    """Return the ledger in an open workbook; findings call it by the workbook's name.

    The spreadsheet is asked for every sheet once, however many rows it has.

    Raises:
        UnreadableWorkbook: It is no ledger.
        ExcelBusy: Excel did not answer.
    """
    return ledger_of(raw_sheets(book, is_read, with_hidden=True), book.name)


def raw_sheets(
    book: xw.Book, wanted: Callable[[str], bool], *, with_hidden: bool = False
) -> RawBook:
    """Return the worksheets of an open workbook; of those not wanted only the names.

    Args:
        book: The workbook.
        wanted: Tells by its name whether a sheet is read.
        with_hidden: Look for hidden sheets, rows and columns, too.

    Raises:
        UnreadableWorkbook: The values of a sheet are too scattered to be read.
        ExcelBusy: Excel did not answer.
    """
    sheets, facts = sheets_of(book), facts_of(book)
    read = RawBook([], {KIND_PROPERTY: kind_of(sheets)})
    for name, sheet in sheets.items():
        known = facts.get(name)
        if wanted(name):
            raw = _raw_sheet(sheet, name, known, read.notices, with_hidden=with_hidden)
        else:
            asked = with_hidden and model_of_tab(name) is not None
            raw = RawSheet(name, asked and _is_hidden(sheet, known))
        read.sheets.append(raw)
    return read


def kind_of(names: Iterable[str]) -> str:
    """Return which kind of workbook of ours has these sheets, as far as they tell."""
    return consolidated.FILE_KIND if MEMORY_SHEET in names else FILE_KIND


def _raw_sheet(
    sheet: xw.Sheet,
    name: str,
    facts: SheetFacts | None,
    notices: list[tuple[str, str]],
    *,
    with_hidden: bool,
) -> RawSheet:
    area = facts.used if facts else used_area(sheet)
    cells = _cells(sheet, area, notices)
    table = _columns(cells)
    if table.strays:
        notices.append(stray_notice(name, table))
    raw = RawSheet(name, with_hidden and _is_hidden(sheet, facts), table.columns, table.n_rows)
    if table.n_rows:
        top, bottom = max(area.top, _first_line(table)), min(area.bottom, table.n_rows)
        filled = Rectangle.between(top, area.left, bottom, len(table.columns))
        raw.totals = facts.totals if facts else _totals(sheet)
        raw.volatile = _volatile(sheet, cells)
        if not facts or not facts.unmerged_from or facts.unmerged_from > top:
            raw.merges, all_found = merges_in(sheet, filled)
            if not all_found:
                notices.append(("table.merged", _TOO_MANY_MERGES.format(name)))
        if with_hidden and not (facts and facts.shown):
            raw.hidden_rows, raw.hidden_columns = hidden_lines(sheet, filled)
    return raw


def _is_hidden(sheet: xw.Sheet, facts: SheetFacts | None) -> bool:
    return not facts.visible if facts else is_hidden(sheet)


def _totals(sheet: xw.Sheet) -> frozenset[int]:
    """Return the rows in which tables show their totals."""
    shown = (table.range for table in sheet.tables if table.show_totals)
    return frozenset(cells.row + cells.shape[0] - 1 for cells in shown)


def _volatile(sheet: xw.Sheet, cells: list[PlacedCell]) -> list[Rectangle]:
    """Return the cells of today's date whose formula gives it; each column with any is one read."""
    today = dt.datetime.now().astimezone().date()
    rows: dict[int, list[int]] = {}
    for row, column, cell in cells:
        if isinstance(cell, dt.date) and (cell.year, cell.month, cell.day) == today.timetuple()[:3]:
            rows.setdefault(column + 1, []).append(row + 1)
    found = []
    for column, placed in rows.items():
        area = Rectangle.between(placed[0], column, placed[-1], column)
        formulas = block(sheet, area).formula
        if not isinstance(formulas, list | tuple):
            formulas = [[formulas]]  # the formula of a single cell
        found += [
            Rectangle(row, column, 1, 1)
            for row in placed
            if is_volatile(str(formulas[row - placed[0]][0]))
        ]
    return found


def _first_line(table: Columns) -> int:
    """Return the first row with two filled cells: how a title above is merged means nothing.

    Neither does how the line under the title is, that says who fills the ledger in.
    """
    if not table.columns:
        return 1
    filled = sum(
        (np.frombuffer(column.codes, np.int32) >= 0).astype(int) for column in table.columns
    )
    rows = np.flatnonzero(filled > 1)
    if len(rows) > 1 and str(table.columns[0].cell(int(rows[0])) or "").startswith(UNIT_LINE):
        rows = rows[1:]
    return int(rows[0]) + 1 if len(rows) else 1


def _columns(cells: list[PlacedCell]) -> Columns:
    extras = Extras(date1904=False)
    rows = np.array([row for row, _, _ in cells], np.int64)
    columns = np.array([column for _, column, _ in cells], np.int64)
    keys = np.array([extras.key(cell) for _, _, cell in cells], np.int64)
    order = np.lexsort((columns, rows))  # far columns are read after the others
    return to_columns(Block(rows[order], columns[order], keys[order]), extras, SharedStrings([]))


def _cells(sheet: xw.Sheet, area: Rectangle, notices: list[tuple[str, str]]) -> list[PlacedCell]:
    cells: list[PlacedCell] = []
    numbers: dict[int, list[int]] = {}
    for row, left, values in lines(sheet, area, notices):
        for column, value in enumerate(values, left):
            if value is not None and (cell := cell_of(value)) is not None:
                if may_be_shown(cell):
                    numbers.setdefault(column, []).append(len(cells))
                cells.append((row - 1, column - 1, cell))
    for column, places in numbers.items():
        _look_again(sheet, column, places, cells)
    return cells


def _look_again(sheet: xw.Sheet, column: int, places: list[int], placed: list[PlacedCell]) -> None:
    """Make of numbers what their formats show."""

    def formats(first: int, last: int) -> str | None:
        return block(sheet, Rectangle.between(first, column, last, column)).number_format

    rows = [placed[at][0] + 1 for at in places]
    numbers: list[float] = [placed[at][2] for at in places]  # type: ignore[misc]
    for at, cell in zip(places, as_formatted(rows, numbers, formats), strict=True):
        placed[at] = (*placed[at][:2], cell)


R = TypeVar("R", bound=Row)


def read_table(book: xw.Book, model: type[R]) -> Table[R]:
    """Return the rows of one sheet; none where it is missing or has no headings.

    Raises:
        UnreadableWorkbook: Its values are too scattered to be read.
        ExcelBusy: Excel did not answer.
    """
    name = model.sheet.name
    read = raw_sheets(book, lambda tab: squeeze(tab) == name)
    sheets = (sheet for sheet in read.sheets if squeeze(sheet.name) == name)
    first = next(sheets, None)
    return Table(model, read_rows(first, model, book.name).parts if first else ())


def selection(book: xw.Book) -> xw.Range | None:
    """Return the selected cells, None where something else is selected, such as a picture.

    xlwings' own `App.selection` first asks Excel how many cells these are, which fails for a whole
    sheet: the number does not fit what Excel counts with. For the same reason the range must not be
    asked for its length or its truth.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    selected = book.app.impl.selection
    return None if selected is None else xw.Range(impl=selected)
