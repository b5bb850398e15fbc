"""Updates of an open ledger: everything is worked out, and refused, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import xlwings as xw

from validators.errors import UpdateRefused
from validators.sheets import Row, model_for
from workbooks.grids import Rectangle, rectangles
from workbooks.live.addresses import block
from workbooks.live.busy import patiently
from workbooks.live.keeping import Kept, KeptCells, fill
from workbooks.live.paper import LivePaper, Window
from workbooks.live.reading import raw_sheets
from workbooks.live.structure import KeptHeights, KeptMerge, KeptTable
from workbooks.lookups import LookUps, sheets_looked_up
from workbooks.placing import Body, body_of, sheet_missing, stamp_place
from workbooks.raw.book import RawBook
from workbooks.reach import Reach, TableArea
from workbooks.sheet_writing import SheetWriter
from workbooks.template.table_sheet import ROOM, SPARE
from workbooks.updates import SheetReport, SheetUpdate

__all__ = ["Prepared", "WrittenBlock", "apply", "prepare", "tables_of"]


@dataclass(frozen=True, slots=True)
class WrittenBlock:
    """A block to be written, of a window of the worksheet."""

    area: Rectangle
    window: Window


@dataclass(frozen=True, slots=True)
class Prepared:
    """One sheet's update, worked out.

    Attributes:
        sheet: The sheet.
        blocks: What is written.
        unmerged: Merged cells that are taken apart first.
        table: The table as it is, None where it stays so.
        end: Its new last row, totals included.
        fitted: The rows whose heights are fitted afterwards; all within one block.
        report: What is written, in numbers.
    """

    sheet: xw.Sheet
    blocks: tuple[WrittenBlock, ...]
    unmerged: tuple[Rectangle, ...]
    table: TableArea | None
    end: int
    fitted: range
    report: SheetReport


def prepare(book: xw.Book, updates: Sequence[SheetUpdate]) -> list[Prepared]:
    """Work out what an update changes in an open ledger.

    Raises:
        UpdateRefused: The ledger lacks a sheet, its headings or a required column; merged cells
            are in the way; a text is too long.
    """
    by_key = {update.key: update for update in updates}
    if len(by_key) != len(updates):
        raise ValueError("two updates of one sheet")
    models = [model_for(key) for key in by_key]
    looked_up = [model_for(key) for key in sorted(sheets_looked_up(models))]
    names = {model.sheet.name for model in (*models, *looked_up)}
    raw = raw_sheets(book, names.__contains__)
    title = patiently(lambda: book.name)
    bodies = {model.sheet.key: _body(raw, title, model) for model in models}
    for model in looked_up:
        if model.sheet.key not in bodies:
            with suppress(UpdateRefused):  # the look-up is left blank
                bodies[model.sheet.key] = _body(raw, title, model)
    lookups = _lookups(looked_up, bodies, by_key)
    return [_prepared(book, bodies[key], lookups, update) for key, update in by_key.items()]


def _body(raw: RawBook, book: str, model: type[Row]) -> Body:
    name = model.sheet.name
    found = next((one for one in raw.sheets if one.name == name), None)
    if found is None:
        raise sheet_missing(book, name)
    return body_of(found, model)


def _lookups(
    looked_up: Sequence[type[Row]], bodies: Mapping[str, Body], updates: Mapping[str, SheetUpdate]
) -> LookUps:
    keys = [model.sheet.key for model in looked_up]
    return LookUps({key: bodies[key] for key in keys if key in bodies}, updates)


def _prepared(book: xw.Book, body: Body, lookups: LookUps, update: SheetUpdate) -> Prepared:
    sheet = patiently(lambda: book.sheets[body.name])
    reach = Reach(body, tables_of(sheet) if body.heading_row else ())
    windows = [Window(sheet, area) for area in _areas(body, reach, update)]
    paper = LivePaper(windows, body, reach)
    writer = SheetWriter(paper, body, reach, lookups)
    report = writer.write(update)
    table = reach.table if reach.table and writer.end != reach.end else None
    return Prepared(
        sheet=sheet,
        blocks=tuple(_blocks(windows, scattered=bool(update.cells))),
        unmerged=tuple(paper.unmerged),
        table=table,
        end=writer.end + (table.totals if table else 0),
        fitted=range(min(paper.fitted, default=0), max(paper.fitted, default=-1) + 1),
        report=report,
    )


def _areas(body: Body, reach: Reach[TableArea], update: SheetUpdate) -> Iterator[Rectangle]:
    """Yield the blocks of the worksheet that an update may look at or write to."""
    columns = sorted(_columns(body, reach, update))
    if columns:
        new = len(update.rows or ()) + len(update.append)
        blocked = len(reach.kept | reach.merged()) if new else 0
        last = max(reach.end, body.last, *(row for row, _ in update.cells), body.first_row)
        last += new + blocked + ROOM + SPARE if update.rows is not None or new else 0
        yield body.first_row, columns[0], last - body.first_row + 1, columns[-1] - columns[0] + 1
    place = stamp_place(body)
    if place and (update.as_of or update.generated):
        yield *place, 1, 1


def _columns(body: Body, reach: Reach[TableArea], update: SheetUpdate) -> set[int]:
    if update.rows is not None or update.append:
        return {*reach.headed}
    fields = {field for _, field in update.cells}
    columns = {at for field, at in body.columns.items() if field in fields}
    for field, at in body.columns.items():
        lookup = body.known(field).lookup
        if lookup and lookup.key in fields:
            columns.add(at)
    return columns


def _blocks(windows: Sequence[Window], *, scattered: bool) -> Iterator[WrittenBlock]:
    """Yield the blocks to write.

    Scattered cells become one block for each run of columns: what stands between is written as it
    is, so that the number of calls does not grow with the rows.
    """
    for window in windows:
        areas = rectangles(window.touched)
        if scattered and len(areas) > 1:
            areas = [*_runs(window.touched)]
        for area in areas:
            yield WrittenBlock(area, window)


def _runs(touched: set[tuple[int, int]]) -> Iterator[Rectangle]:
    columns = {at for _, at in touched}
    for _, first, _, width in rectangles((1, at) for at in columns):
        rows = [row for row, at in touched if first <= at < first + width]
        yield min(rows), first, max(rows) - min(rows) + 1, width


def tables_of(sheet: xw.Sheet) -> list[TableArea]:
    """Return the tables of a worksheet."""
    return [_table(one) for one in patiently(lambda: list(sheet.tables))]


def _table(table: xw.main.Table) -> TableArea:
    cells = patiently(lambda: table.range)
    headings = patiently(lambda: cells[0, :].options(ndim=1).value)
    n_rows, n_columns = cells.shape
    return TableArea(
        name=patiently(lambda: table.name),
        top=cells.row,
        left=cells.column,
        bottom=cells.row + n_rows - 1,
        right=cells.column + n_columns - 1,
        totals=int(patiently(lambda: table.show_totals)),
        columns=tuple(str(one or "") for one in headings),
    )


def apply(one: Prepared, keep: Callable[[Kept], None]) -> None:
    """Write one sheet's update; `keep` is told of everything before it is changed.

    A table grows before its new rows are written, whose formulas speak of "this row", and shrinks
    afterwards.
    """
    name = one.sheet.name
    for area in one.unmerged:
        keep(KeptMerge(name, area))
        patiently(block(one.sheet, area).unmerge)
    grows = one.table is not None and one.end > one.table.bottom
    if one.table is not None and grows:
        _resize(one, one.table, keep)
    heights = KeptHeights(name, one.fitted[0], one.fitted[-1]) if one.fitted else None
    if heights:
        keep(heights)
    for part in one.blocks:
        window, area = part.window, part.area
        kept = KeptCells(
            name, area, window.part(window.before, area), window.part(window.codes_before, area)
        )
        keep(kept)
        fill(one.sheet, kept, window.part(window.after, area), window.part(window.codes, area))
    if one.table is not None and not grows:
        _resize(one, one.table, keep)
    if heights:
        heights.restore(one.sheet)


def _resize(one: Prepared, table: TableArea, keep: Callable[[Kept], None]) -> None:
    name, width = one.sheet.name, table.right - table.left + 1
    keep(KeptTable(name, table.name, (table.top, table.left, table.bottom - table.top + 1, width)))
    wanted = KeptTable(name, table.name, (table.top, table.left, one.end - table.top + 1, width))
    wanted.restore(one.sheet)
