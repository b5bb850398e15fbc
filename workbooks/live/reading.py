"""Read a ledger that is open in a spreadsheet, just as its saved file would be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
import xlwings as xw

from validators.cells import Cell, FormulaError, letters
from validators.errors import UnreadableWorkbook
from validators.ledger import SheetPart, Table
from validators.normalise import squeeze
from validators.sheets import Row
from workbooks.consolidated import content as consolidated
from workbooks.consolidated.content import MEMORY_SHEET
from workbooks.files import KIND_PROPERTY
from workbooks.headings import map_headings
from workbooks.live.retry import retry
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.dates import MIDNIGHT, Kind, format_kind, from_serial
from workbooks.ooxml.shared_strings import SharedStrings
from workbooks.raw.book import RawBook, RawSheet, stray_notice
from workbooks.raw.columns import MAX_COLUMNS, Block, Columns, Extras, to_columns
from workbooks.reader import LedgerFile, is_read, ledger_of, table_part
from workbooks.template.layout import FILE_KIND

# SECTION The values of a sheet in a few large reads, however far its used range reaches.

AT_ONCE: Final = 1_000_000
"""Cells of one read: a ledger sheet of 20,000 rows is one read."""
AT_MOST: Final = 40_000_000
"""Cells of one sheet, as of a file of an old format."""
AT_MOST_FAR: Final = 5_000_000
"""Cells right of every table; a whole row with a colour is 16,384 cells."""

Line = tuple[int, int, Sequence[Any]]
"""1-based row, 1-based column of the first value, the values."""


class Area(NamedTuple):
    """Cells of a sheet, 1-based, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def of(cls, cells: xw.Range) -> Area:
        """Return where cells are."""
        top, left = retry(lambda: (cells.row, cells.column))
        height, width = retry(lambda: cells.shape)
        return cls(top, left, top + max(height, 1) - 1, left + max(width, 1) - 1)

    def within(self, top: int, bottom: int) -> Area:
        """Return the part between two rows."""
        return Area(top, self.left, bottom, self.right)

    @property
    def width(self) -> int:
        """How many columns it has."""
        return self.right - self.left + 1

    @property
    def size(self) -> int:
        """How many cells it has."""
        return self.width * (self.bottom - self.top + 1)

    def meets(self, other: Area) -> bool:
        """Tell whether it has a cell in common with another one."""
        below = self.top <= other.bottom and other.top <= self.bottom
        return below and self.left <= other.right and other.left <= self.right

    def on(self, sheet: xw.Sheet) -> xw.Range:
        """Return the cells; one address is one call to Excel, corners are several."""
        return sheet.range(f"{letters(self.left)}{self.top}:{letters(self.right)}{self.bottom}")


def used_area(sheet: xw.Sheet) -> Area:
    """Return the area Excel holds for used: it may begin anywhere and reach far too far."""
    return Area.of(retry(lambda: sheet.used_range))


def lines(sheet: xw.Sheet, area: Area, notices: list[tuple[str, str]]) -> Iterator[Line]:
    """Yield the values of an area row by row; a sheet of ordinary size is one read.

    What is below the first million cells is looked up column by column before it is read, so that a
    million rows with nothing but borders cost one read. (Looking up, Excel passes over rows that a
    filter hides.) Right of column 1,024 nothing belongs to a table: five million cells are looked
    at there, and `notices` say if that is not all.

    Raises:
        UnreadableWorkbook: The values are so scattered that they cannot be read.
    """
    table = area._replace(right=min(area.right, MAX_COLUMNS))
    if table.right >= table.left:
        yield from _table_lines(sheet, table)
    far = area._replace(left=max(area.left, MAX_COLUMNS + 1))
    if far.right >= far.left:
        yield from _far_lines(sheet, far, notices)


def _table_lines(sheet: xw.Sheet, area: Area) -> Iterator[Line]:
    end = min(area.bottom, area.top + AT_ONCE // area.width - 1)
    yield from _read(sheet, area.within(area.top, end))
    below = _filled(sheet, area.within(end + 1, area.bottom)) if end < area.bottom else None
    if below is None:
        return
    if below.size > AT_MOST:
        raise UnreadableWorkbook(
            "file.too_sparse",
            f"工作表“{sheet.name}”的数据过于分散，超出台账的合理大小",
            "请删除表格以外多余的行和列，保存后再试",
        )
    yield from _blocks(sheet, below)


def _far_lines(sheet: xw.Sheet, far: Area, notices: list[tuple[str, str]]) -> Iterator[Line]:
    end = min(far.bottom, far.top + AT_MOST_FAR // far.width - 1)
    yield from _blocks(sheet, far.within(far.top, end))
    if end < far.bottom:
        message = (
            f"工作表“{sheet.name}”在 {letters(far.left)} 列往右、第 {end + 1} 行往下的内容没有查看；"
            "确属台账内容的请移回表格，否则请删除这些列"
        )
        notices.append(("sheet.stray_cells", message))


def _blocks(sheet: xw.Sheet, area: Area) -> Iterator[Line]:
    height = AT_ONCE // area.width
    for top in range(area.top, area.bottom + 1, height):
        yield from _read(sheet, area.within(top, min(top + height - 1, area.bottom)))


def _read(sheet: xw.Sheet, area: Area) -> Iterator[Line]:
    block = retry(lambda: area.on(sheet).raw_value)
    if not isinstance(block, list | tuple):
        block = [[block]]  # the value of a single cell
    for row, values in enumerate(block, area.top):
        yield row, area.left, values


def _filled(sheet: xw.Sheet, area: Area) -> Area | None:
    """Return the part of an area that holds anything, None if nothing does."""
    ends = {
        column: last
        for column in range(area.left, area.right + 1)
        if (last := _last_row(sheet, area.bottom, column)) >= area.top
    }
    if not ends:
        return None
    return Area(area.top, min(ends), max(ends.values()), max(ends))


def _last_row(sheet: xw.Sheet, bottom: int, column: int) -> int:
    """Return the last filled row of a column, counted from `bottom` up; 1 for none."""
    cell = Area(bottom, column, bottom, column).on(sheet)
    if retry(lambda: cell.raw_value) not in (None, ""):
        return bottom
    return int(retry(lambda: cell.end("up").row))


# SECTION Find the merged cells of a sheet without looking at each cell.

_TOP: Final = 8
"""Titles and headings stand in the first rows, with merges across; below, they go down."""
_MOST_QUESTIONS: Final = 3_000


def merges_in(sheet: xw.Sheet, area: Area) -> tuple[list[Area], bool]:
    """Return the merges in an area from top to bottom, and whether these are all.

    Excel tells of any cells whether all, none or some of them are merged. Only where some are, the
    rows of the title are asked one by one, and of what is below the columns are halved, then their
    rows. So the questions grow with the merges and hardly with the rows: a sheet without any merge
    is two questions. After 3,000 questions the rest is left out.
    """
    end = min(area.bottom, _TOP)
    waiting = [area.within(end + 1, area.bottom)] if area.bottom > end else []
    waiting += [area.within(area.top, end)] if area.top <= end else []
    found: list[Area] = []
    for _ in range(_MOST_QUESTIONS):
        part = _next(waiting, found)
        if part is None:
            return sorted(found), True
        merged = retry(lambda one=part: one.on(sheet).merge_cells)  # type: ignore[misc]
        merge = _merge_at(sheet, part) if merged else part
        if merged and merge.size > 1:
            found.append(merge)
            waiting.append(part)
        elif merged is not False:
            waiting += _smaller(part)
    return sorted(found), False


def _next(waiting: list[Area], found: list[Area]) -> Area | None:
    """Take the next part off the list, without the merges known already."""
    while waiting:
        part = waiting.pop()
        known = next((merge for merge in found if part.meets(merge)), None)
        if known is None:
            return part
        waiting += _without(part, known)
    return None


def _merge_at(sheet: xw.Sheet, part: Area) -> Area:
    first = Area(part.top, part.left, part.top, part.left)
    merged = retry(lambda: first.on(sheet).merge_area)
    return Area.of(merged)


def _without(part: Area, merge: Area) -> Iterator[Area]:
    """Yield what is below, above, right and left of a merge in a part that it meets."""
    top, bottom = max(part.top, merge.top), min(part.bottom, merge.bottom)
    if bottom < part.bottom:
        yield part.within(bottom + 1, part.bottom)
    if merge.right < part.right:
        yield Area(top, merge.right + 1, bottom, part.right)
    if part.left < merge.left:
        yield Area(top, part.left, bottom, merge.left - 1)
    if part.top < top:
        yield part.within(part.top, top - 1)


def _smaller(part: Area) -> list[Area]:
    """Return the rows of a title; else the right and the left half, of a column the lower and upper."""
    if part.top < part.bottom <= _TOP:
        return [part.within(row, row) for row in range(part.bottom, part.top - 1, -1)]
    if part.right > part.left:
        middle = (part.left + part.right) // 2
        return [
            Area(part.top, middle + 1, part.bottom, part.right),
            Area(part.top, part.left, part.bottom, middle),
        ]
    if part.bottom > part.top:
        middle = (part.top + part.bottom) // 2
        return [part.within(middle + 1, part.bottom), part.within(part.top, middle)]
    return []


# SECTION Values as a spreadsheet hands them over → cells as the file reader gives them.

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


def may_be_time(cell: Cell | None) -> bool:
    """Tell whether a cell may be a time of day: those come as numbers, like any other fraction."""
    return isinstance(cell, float)


def times(rows: Sequence[int], cells: Sequence[float], formats: Formats) -> list[Cell]:
    """Return the fractions of one column as what their number formats make of them.

    A column asks for as many formats as it has stretches of equal ones, and not for more than a
    hundred: what would need more stays a number.

    Args:
        rows: Their rows, ascending.
        cells: The fractions.
        formats: Tells the number format between two rows.
    """
    kinds = [Kind.NUMBER] * len(rows)
    asked = 0
    stretches = [(0, len(rows))]
    while stretches and asked < _MOST_FORMATS:
        start, end = stretches.pop()
        code = formats(rows[start], rows[end - 1])
        asked += 1
        if code is not None:
            kinds[start:end] = [format_kind(0, code)] * (end - start)
        elif end - start > 1:
            middle = (start + end) // 2
            stretches += [(middle, end), (start, middle)]
    return [from_serial(cell, kind) for cell, kind in zip(cells, kinds, strict=True)]


# SECTION Read a ledger that is open in a spreadsheet, just as its saved file would be read.
#:
#: What differs from reading the file:
#:
#: - Formulas count with what the spreadsheet makes of them now; none is without a value.
#: - xlwings does not tell of hidden rows and columns without asking for each, so they are not disclosed.
#: - Document properties are out of reach: a consolidated workbook is told by its sheets, growth cards
#:   and pairing papers are simply no ledger.
#: - A spreadsheet hands a time over as a number. Fractions are looked at again, so that 9:30 is a time;
#:   a lone 0:00 is the number 0.

Found = tuple[int, int, Cell]
"""0-based row and column of a cell, and what it holds."""


def read_live(book: xw.Book) -> LedgerFile:
    """Return the ledger in an open workbook; findings call it by the workbook's name.

    The spreadsheet is asked for every sheet once, however many rows it has.

    Raises:
        UnreadableWorkbook: It is no ledger.
        ExcelBusy: Excel did not answer.
    """
    return ledger_of(raw_sheets(book, is_read), retry(lambda: book.name))


def raw_sheets(book: xw.Book, wanted: Callable[[str], bool]) -> RawBook:
    """Return the worksheets of an open workbook; of those not wanted only the names.

    Raises:
        UnreadableWorkbook: The values of a sheet are too scattered to be read.
        ExcelBusy: Excel did not answer.
    """
    sheets = retry(lambda: {one.name: one for one in book.sheets})
    read = RawBook([], {KIND_PROPERTY: kind_of(sheets)})
    for name, sheet in sheets.items():
        if wanted(name):
            read.sheets.append(_raw_sheet(sheet, name, read.notices))
        else:
            read.sheets.append(RawSheet(name, is_hidden(sheet)))
    return read


def kind_of(names: Iterable[str]) -> str:
    """Return which kind of workbook of ours has these sheets, as far as they tell."""
    return consolidated.FILE_KIND if MEMORY_SHEET in names else FILE_KIND


def is_hidden(sheet: xw.Sheet) -> bool:
    """Tell whether a clerk does not see the tab; Excel calls a very hidden one visible = 2."""
    return retry(lambda: sheet.visible) not in (True, -1)


def _raw_sheet(sheet: xw.Sheet, name: str, notices: list[tuple[str, str]]) -> RawSheet:
    area = used_area(sheet)
    table = _columns(_cells(sheet, area, notices))
    if table.strays:
        notices.append(stray_notice(name, table))
    merges = _merges(sheet, area, table, notices) if table.n_rows else []
    return RawSheet(name, is_hidden(sheet), table.columns, table.n_rows, merges)


def _merges(
    sheet: xw.Sheet, area: Area, table: Columns, notices: list[tuple[str, str]]
) -> list[Rectangle]:
    top = max(area.top, _first_line(table))
    filled = Area(top, area.left, min(area.bottom, table.n_rows), len(table.columns))
    merges, all_found = merges_in(sheet, filled)
    if not all_found:
        words = f"工作表“{sheet.name}”的合并单元格过多，没有全部按同值填充；请取消合并，逐行填写"
        notices.append(("table.merged", words))
    return [Rectangle.between(*merge) for merge in merges]


def _first_line(table: Columns) -> int:
    """Return the first row with two filled cells: how a title above is merged means nothing."""
    if not table.columns:
        return 1
    filled = sum(
        (np.frombuffer(column.codes, np.int32) >= 0).astype(int) for column in table.columns
    )
    return int(np.argmax(filled > 1)) + 1


def _columns(cells: list[Found]) -> Columns:
    extras = Extras(date1904=False)
    rows = np.array([row for row, _, _ in cells], np.int64)
    columns = np.array([column for _, column, _ in cells], np.int64)
    keys = np.array([extras.key(cell) for _, _, cell in cells], np.int64)
    order = np.lexsort((columns, rows))  # far columns are read after the others
    return to_columns(Block(rows[order], columns[order], keys[order]), extras, SharedStrings([]))


def _cells(sheet: xw.Sheet, area: Area, notices: list[tuple[str, str]]) -> list[Found]:
    found: list[Found] = []
    fractions: dict[int, list[int]] = {}
    for row, left, values in lines(sheet, area, notices):
        for column, value in enumerate(values, left):
            if value is not None and (cell := cell_of(value)) is not None:
                if may_be_time(cell):
                    fractions.setdefault(column, []).append(len(found))
                found.append((row - 1, column - 1, cell))
    for column, places in fractions.items():
        _look_again(sheet, column, places, found)
    return found


def _look_again(sheet: xw.Sheet, column: int, places: list[int], found: list[Found]) -> None:
    """Make times of the fractions that are formatted as times."""

    def formats(first: int, last: int) -> str | None:
        cells = Area(first, column, last, column)
        return retry(lambda: cells.on(sheet).number_format)

    rows = [found[at][0] + 1 for at in places]
    numbers = [float(found[at][2]) for at in places]  # type: ignore[arg-type]
    for at, cell in zip(places, times(rows, numbers, formats), strict=True):
        found[at] = (*found[at][:2], cell)


# SECTION Read one sheet of an open ledger by itself: reading a ledger passes most generated ones over.

R = TypeVar("R", bound=Row)


def read_table(book: xw.Book, model: type[R]) -> Table[R]:
    """Return the rows of one sheet; none where it is missing or has no headings.

    Raises:
        UnreadableWorkbook: Its values are too scattered to be read.
        ExcelBusy: Excel did not answer.
    """
    name = model.sheet.name
    read = raw_sheets(book, lambda tab: squeeze(tab) == name)
    parts: list[SheetPart] = []
    for sheet in read.sheets:
        if squeeze(sheet.name) == name and (found := map_headings(sheet, model)).row:
            parts.append(table_part(sheet, model, found, book.name))
    return Table(model, parts[:1])


# SECTION The cells a clerk has selected, however many.


def selection(book: xw.Book) -> xw.Range | None:
    """Return the selected cells, None where something else is selected, such as a picture.

    xlwings' own `App.selection` first asks Excel how many cells these are, which fails for a whole
    sheet: the number does not fit what Excel counts with. For the same reason the range must not be
    asked for its length or its truth.

    Raises:
        ExcelBusy: Excel did not answer.
    """
    found = retry(lambda: book.app.impl.selection)
    return None if found is None else xw.Range(impl=found)
