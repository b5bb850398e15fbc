"""Write updates into an open ledger.

Everything is worked out, and refused, before anything is written. A `LiveWorksheet` is read at
once, changed in memory and written in blocks. Styles stay where they are, but number formats go
with their values, so that a day stays a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeVar

import xlwings as xw
from openpyxl.formula.translate import Translator

from validators.cells import letters
from validators.sheets import columns_by_field, model_for
from workbooks.live import snapshot
from workbooks.live.cells import (
    GENERAL,
    Codes,
    Content,
    Formula,
    Grid,
    is_dated,
    read_formats,
    read_grid,
    read_values,
)
from workbooks.live.host import name_of, sheets_of
from workbooks.live.reading import raw_sheets
from workbooks.ooxml.addresses import Rectangle, area_of, block, rectangles
from workbooks.ooxml.cells import MAX_TEXT, as_text, number
from workbooks.reader import model_of_tab, tabs_by_model
from workbooks.sheet_writing import (
    LookUps,
    SheetWriter,
    Values,
    renumbered,
    sheets_looked_up,
    text_too_long,
)
from workbooks.template.layout import shown
from workbooks.template.worksheets import ROOM, SPARE
from workbooks.update_layout import (
    SheetLayout,
    TableArea,
    TableExtent,
    layouts_of,
    stamp_place,
    tabs_to_show,
)
from workbooks.updates import Link, SheetReport, SheetUpdate

T = TypeVar("T")

_LOOKED_AT = 60  # rows whose formats say what is usual in a column


class Window:
    """A block of a worksheet in memory, as it is and as it is going to be.

    Args:
        sheet: The worksheet.
        area: The block.

    Attributes:
        before: What the cells hold.
        codes_before: Their number formats.
        after: What they are going to hold.
        codes: The number formats they are going to have.
        touched: The (row, column) of every cell that is written, in the worksheet.
    """

    def __init__(self, sheet: xw.Sheet, area: Rectangle) -> None:
        self.sheet, self.area = sheet, area
        self.before: Grid = read_grid(sheet, area)
        self.codes_before: Codes = read_formats(sheet, area)
        self.after: Grid = [[*line] for line in self.before]
        self.codes: Codes = [[*line] for line in self.codes_before]
        self.touched: set[tuple[int, int]] = set()

    def covers(self, row: int, at: int) -> bool:
        """Tell whether a cell is in the block."""
        top, left, n_rows, n_columns = self.area
        return top <= row < top + n_rows and left <= at < left + n_columns

    def now(self, row: int, at: int) -> Content:
        """Return what a cell is going to hold."""
        return self.after[row - self.area[0]][at - self.area[1]]

    def code(self, row: int, at: int) -> str:
        """Return the number format a cell is going to have."""
        return self.codes[row - self.area[0]][at - self.area[1]]

    def old(self, row: int, at: int) -> tuple[Content, str]:
        """Return what a cell held, and its number format."""
        down, right = row - self.area[0], at - self.area[1]
        return self.before[down][right], self.codes_before[down][right]

    def part(self, rows: list[list[T]], area: Rectangle) -> list[list[T]]:
        """Return what `rows`, of the block's shape, have for a smaller area of the worksheet."""
        down, right = area[0] - self.area[0], area[1] - self.area[1]
        return [line[right : right + area[3]] for line in rows[down : down + area[2]]]

    def put(self, row: int, at: int, content: Content, code: str) -> None:
        """Let a cell hold `content` in a number format."""
        down, right = row - self.area[0], at - self.area[1]
        self.after[down][right] = content
        self.codes[down][right] = code
        self.touched.add((row, at))


class LiveWorksheet:
    """One worksheet of an open workbook.

    Args:
        windows: The blocks an update may touch, the one below the headings first.
        layout: What stands where in it.
        extent: Its table and the rows not to write to.

    Attributes:
        windows: Those blocks.
        unmerged: Merged areas to be taken apart first.
        fitted: The rows whose height is to be fitted.
    """

    def __init__(self, windows: Sequence[Window], layout: SheetLayout, extent: TableExtent) -> None:
        self.windows = windows
        self.unmerged: list[Rectangle] = []
        self.fitted: set[int] = set()
        self._layout, self._extent = layout, extent
        self._usual = cache(self._usual_code)
        self._column_code = cache(self._below)

    def clear(self, rows: Sequence[int], end: int, keep: Iterable[int]) -> None:
        """Empty the cells below headings; those that are the table's get the usual formats."""
        del keep  # every window remembers all it held
        wanted = {*rows}
        for merge in self._layout.raw.merges:
            if wanted.issuperset(range(merge.top, merge.bottom + 1)):
                self.unmerged.append(merge)
        for row in rows:
            for at in self._extent.headed:
                window = self._window(row, at)
                code = self._usual(at) if row <= end else window.code(row, at)
                window.put(row, at, None, code)

    def can_move(self, rows: range) -> bool:
        """Tell whether rows below the data can be moved.

        Merged cells cannot, nor can a table's own row of totals, which Excel keeps where it is.
        """
        merged = any(merge.bottom in rows or merge.top in rows for merge in self._layout.raw.merges)
        totals = self._extent.table is not None and self._extent.table.totals
        return bool(rows) and not merged and not totals

    def move(self, rows: range, by: int, last: int) -> None:
        """Move the cells of rows down, their number formats with them."""
        for row in reversed(rows):
            for at in self._extent.headed:
                window = self._window(row, at)
                content, code = window.now(row, at), window.code(row, at)
                if isinstance(content, Formula):
                    content = Formula(renumbered(content.text, rows, by, last))
                window.put(row + by, at, content, code)
                window.put(row, at, None, self._usual(at))

    def put(self, row: int, at: int, value: object, like: int | None = None) -> None:
        """Put a value into a cell; what its format would show wrongly goes in as text."""
        code = self._code(row, at, like)
        if isinstance(value, date) and not is_dated(code):
            code = self._code_for_days(at)
        self._window(row, at).put(row, at, as_content(value, code, self._layout.name), code)

    def formula(self, row: int, at: int, text: str, shown: str, like: int | None = None) -> None:
        """Put a formula into a cell; the spreadsheet itself finds out what it shows."""
        del shown
        content = Formula(f"={text}") if text else None
        self._window(row, at).put(row, at, content, self._code(row, at, like))

    def carry(self, row: int, at: int, kept: int) -> None:
        """Put the cell that stood in the row `kept` here, its number format with it."""
        content, code = self._window(kept, at).old(kept, at)
        if isinstance(content, Formula):
            origin, target = f"{letters(at)}{kept}", f"{letters(at)}{row}"
            content = Formula(Translator(content.text, origin).translate_formula(target))
        self._window(row, at).put(row, at, content, code)

    def has_formula(self, row: int, at: int) -> bool:
        """Tell whether a cell holds a formula."""
        return isinstance(self._window(row, at).now(row, at), Formula)

    def is_blank(self, row: int, at: int) -> bool:
        """Tell whether a cell holds nothing."""
        return self._window(row, at).now(row, at) is None

    def recalculated(self, row: int, at: int, shown: str) -> None:
        """Do nothing: the spreadsheet calculates."""

    def settle(self, row: int, values: Values, like: int | None = None) -> None:
        """Give all cells of a new row their formats."""
        del values, like
        if row not in self._extent.body_rows:
            for at in self._extent.headed:
                window = self._window(row, at)
                window.put(row, at, window.now(row, at), self._code(row, at, None))
        self.fitted.add(row)

    def prepare(self, row: int) -> None:
        """Give all cells of a blank row their formats."""
        self.settle(row, {})
        self.fitted.discard(row)

    def grow(self, row: int, values: Values) -> None:
        """Let the row's height be fitted."""
        del values
        self.fitted.add(row)

    def _window(self, row: int, at: int) -> Window:
        return next(window for window in self.windows if window.covers(row, at))

    def _code(self, row: int, at: int, like: int | None) -> str:
        window = self._window(row, at)
        if like is not None:
            return window.old(like, at)[1]
        code = window.code(row, at)
        fresh = row >= self._extent.body_rows.stop and at in self._extent.headed
        return self._usual(at) if fresh and code == GENERAL and self._layout.heading_row else code

    def _code_for_days(self, at: int) -> str:
        """Return the first that shows days: the column's usual format, its own, the template's."""
        known = (self._usual(at), self._column_code(at)) if self._layout.heading_row else ()
        return next(filter(is_dated, known), self._layout.day_format(at))

    def _usual_code(self, at: int) -> str:
        """Return the number format most of the cells have in a column."""
        rows = [row for row in self._extent.body_rows if row not in self._extent.kept]
        codes = Counter(self._window(row, at).old(row, at)[1] for row in rows[-_LOOKED_AT:])
        window = self._window(self._layout.first_row, at)
        return codes.most_common(1)[0][0] if codes else window.code(self._layout.first_row, at)

    def _below(self, at: int) -> str:
        """Return the number format a column has where nobody ever wrote."""
        sheet = self._window(self._layout.first_row, at).sheet
        last = sheet.cells.shape[0]  # of an .xls the 65,536th
        return str(sheet.range((last, at)).number_format or GENERAL)


def as_content(value: object, code: str, sheet: str) -> Content:
    """Return a value as a cell of a number format holds it; what it would show wrongly as text.

    Args:
        value: What a cell can hold, or a `Link`.
        code: The number format.
        sheet: The tab's name, for messages.

    Raises:
        UpdateRefused: A text is longer than a cell holds.
    """
    if isinstance(value, Link):
        return Formula(f"={value.formula}")
    plain = shown(value)
    if plain is None:
        return None
    if not isinstance(plain, str):
        digits = number(plain, dated=is_dated(code))
        if digits is not None:  # a day is left to the spreadsheet, which knows its date system
            return plain if isinstance(plain, date) else float(digits)
        plain = as_text(plain)
    if len(plain.encode("utf-16-le", "surrogatepass")) > 2 * MAX_TEXT:
        raise text_too_long(sheet, plain)
    return plain


# --- updates --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """A block to be written, of a window of the worksheet."""

    area: Rectangle
    window: Window


@dataclass(frozen=True, slots=True)
class PreparedUpdate:
    """One sheet's update, worked out.

    Attributes:
        sheet: The sheet.
        blocks: What is written.
        unmerged: Merged cells that are taken apart first.
        table: The table as it is, None where it stays so.
        end: Its new last row, totals included.
        fitted: The rows whose heights are fitted afterwards; all within one block.
        report: What is written, in numbers.
        tabs: Tabs to be shown where they are hidden.
    """

    sheet: xw.Sheet
    blocks: tuple[WrittenBlock, ...]
    unmerged: tuple[Rectangle, ...]
    table: TableArea | None
    end: int
    fitted: range
    report: SheetReport
    tabs: frozenset[str]


def prepare(book: xw.Book, updates: Sequence[SheetUpdate]) -> list[PreparedUpdate]:
    """Work out what an update changes in an open ledger.

    Raises:
        UpdateRefused: The ledger lacks a sheet, its headings or a required column; merged cells
            are in the way; a text is too long.
    """
    models = {model_for(update.key) for update in updates}
    looked_up = [model_for(key) for key in sorted(sheets_looked_up(models))]
    wanted = {*models, *looked_up}
    raw = raw_sheets(book, lambda tab: model_of_tab(tab) in wanted)
    tabs = tabs_by_model(sheet for sheet in raw.sheets if model_of_tab(sheet.name) in wanted)
    layouts = layouts_of(book.name, tabs, looked_up, updates)
    lookups = LookUps({model.sheet.key for model in looked_up}, layouts, updates)
    return [_prepared(book, layouts[update.key, update.tab], lookups, update) for update in updates]


def _prepared(
    book: xw.Book, layout: SheetLayout, lookups: LookUps, update: SheetUpdate
) -> PreparedUpdate:
    sheet = sheets_of(book)[layout.name]
    extent = TableExtent(layout, tables_of(sheet) if layout.heading_row else ())
    windows = [Window(sheet, area) for area in _areas(layout, extent, update)]
    worksheet = LiveWorksheet(windows, layout, extent)
    writer = SheetWriter(worksheet, layout, extent, lookups)
    report = writer.write(update)
    table = extent.table if extent.table and writer.end != extent.end else None
    return PreparedUpdate(
        sheet=sheet,
        blocks=tuple(_blocks(windows, scattered=bool(update.cells))),
        unmerged=tuple(worksheet.unmerged),
        table=table,
        end=writer.end + (table.totals if table else 0),
        fitted=range(min(worksheet.fitted, default=0), max(worksheet.fitted, default=-1) + 1),
        report=report,
        tabs=frozenset(tabs_to_show(update, layout)),
    )


def _areas(layout: SheetLayout, extent: TableExtent, update: SheetUpdate) -> Iterator[Rectangle]:
    """Yield the blocks of the worksheet that an update may look at or write to."""
    columns = sorted(_columns(layout, extent, update))
    if columns:
        new = len(update.rows or ()) + len(update.append)
        blocked = len(extent.kept | extent.merged()) if new else 0
        last = max(extent.end, layout.last, *(row for row, _ in update.cells), layout.first_row)
        last += new + blocked + ROOM + SPARE if update.rows is not None or new else 0
        yield Rectangle.between(layout.first_row, columns[0], last, columns[-1])
    place = stamp_place(layout)
    if place and (update.as_of or update.generated):
        yield Rectangle(*place, 1, 1)


def _columns(layout: SheetLayout, extent: TableExtent, update: SheetUpdate) -> set[int]:
    if update.rows is not None or update.append:
        return {*extent.headed}
    fields = {field for _, field in update.cells}
    fields |= {
        column.field
        for column in columns_by_field(layout.model).values()
        if column.lookup and column.lookup.key in fields
    }
    rows = {layout.first_row, *(row for row, _ in update.cells)}
    blocks = (layout.columns_at(row) for row in rows)
    return {at for columns in blocks for field, at in columns.items() if field in fields}


def _blocks(windows: Sequence[Window], *, scattered: bool) -> Iterator[WrittenBlock]:
    """Yield the blocks to write.

    Scattered cells become one block for each run of columns: what stands between is written as it
    is, so that the number of calls does not grow with the rows.
    """
    for window in windows:
        areas = rectangles(window.touched)
        if scattered and len(areas) > 1:
            areas = [*_row_runs(window.touched)]
        for area in areas:
            yield WrittenBlock(area, window)


def _row_runs(touched: set[tuple[int, int]]) -> Iterator[Rectangle]:
    columns = {at for _, at in touched}
    for _, first, _, width in rectangles((1, at) for at in columns):
        rows = [row for row, at in touched if first <= at < first + width]
        yield Rectangle(min(rows), first, max(rows) - min(rows) + 1, width)


def tables_of(sheet: xw.Sheet) -> list[TableArea]:
    """Return the tables of a worksheet."""
    return [_table(sheet, table) for table in sheet.tables]


def _table(sheet: xw.Sheet, table: xw.main.Table) -> TableArea:
    area = area_of(table.range)
    headings = read_values(sheet, (area.top, area.left, 1, area.n_columns))[0]
    return TableArea(
        name=table.name,
        top=area.top,
        left=area.left,
        bottom=area.bottom,
        right=area.right,
        totals=int(table.show_totals),
        columns=tuple(str(heading or "") for heading in headings),
    )


def apply(update: PreparedUpdate, keep: Callable[[snapshot.Snapshot], None]) -> None:
    """Write one sheet's update; `keep` is given a snapshot of everything before it is changed.

    A table grows before its new rows are written, whose formulas speak of "this row", and shrinks
    afterwards.
    """
    sheet, name, table = update.sheet, name_of(update.sheet), update.table
    for area in update.unmerged:
        keep(snapshot.MergeSnapshot(name, area))
        block(sheet, area).unmerge()
    grows = table is not None and update.end > table.bottom
    if table is not None and grows:
        _resize(sheet, table, update.end, keep)
    heights = (
        snapshot.HeightsSnapshot(name, update.fitted[0], update.fitted[-1])
        if update.fitted
        else None
    )
    if heights:
        keep(heights)
    for part in update.blocks:
        window, area = part.window, part.area
        before = snapshot.CellsSnapshot(
            name, area, window.part(window.before, area), window.part(window.codes_before, area)
        )
        keep(before)
        snapshot.fill(
            sheet, before, window.part(window.after, area), window.part(window.codes, area)
        )
    if table is not None and not grows:
        _resize(sheet, table, update.end, keep)
    if heights:
        heights.restore(sheet)


def _resize(
    sheet: xw.Sheet, table: TableArea, end: int, keep: Callable[[snapshot.Snapshot], None]
) -> None:
    before = Rectangle.between(table.top, table.left, table.bottom, table.right)
    after = Rectangle.between(table.top, table.left, end, table.right)
    keep(snapshot.TableSnapshot(name_of(sheet), table.name, before))
    snapshot.TableSnapshot(name_of(sheet), table.name, after).restore(sheet)
