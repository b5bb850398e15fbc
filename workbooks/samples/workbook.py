"""Plan a township's rows as a clerk's workbook and write it; the same plan gives the same bytes."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from validators.columns import Column, Fill, Kind, Lookup
from validators.sheets import SHEETS, Row, SheetKind
from workbooks.samples.variations import Extra, FormattedDate, Layout, arrange, spell
from workbooks.samples.world import (
    CellInput,
    Entry,
    ErrorFormula,
    GeneralNumber,
    UncalculatedFormula,
    World,
)

# --- the plan -------------------------------------------------------------------------------------

_NAMED = {"mentor": "mentor_id", "individual": "mentee_id", "organisation": "mentee_id"}
_ODD_SHARE = 0.03
_BLANK_SHARE = 0.004


@dataclass(slots=True)
class Page:
    """One worksheet to write.

    Attributes:
        merges: Vertical merges: field and entries.
        odd: Right values in another spelling.
        planted: Errors of the layout itself: cell, and its kind, level and code.
        unread: A planted error keeps every row of the sheet from being read.
    """

    model: type[Row]
    layout: Layout
    entries: list[Entry]
    merges: list[tuple[str, list[Entry]]] = field(default_factory=list)
    odd: dict[tuple[Entry, str], CellInput] = field(default_factory=dict)
    planted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unread: bool = False


@dataclass(slots=True)
class Book:
    """One ledger to write.

    Attributes:
        world: The township.
        pages: Its sheets in tab order.
        names: Names of mentors and mentees by ID.
        pair_names: `导师→对象` by pairing ID.
        own_sheet: "hidden" or "extra" where the clerk added a sheet, else "".
        missing: Key of a sheet the clerk deleted, "" for none.
    """

    world: World
    pages: list[Page]
    names: dict[str, str]
    pair_names: dict[str, str]
    own_sheet: str = ""
    missing: str = ""

    def page(self, key: str) -> Page:
        """Return the page of the sheet with `key`."""
        return next(page for page in self.pages if page.model.sheet.key == key)

    def label(self, pairing_id: str) -> str:
        """Return the dropdown's text of a pairing."""
        names = self.pair_names.get(pairing_id, "")
        return f"{pairing_id}｜{names}" if names else pairing_id

    def shown(self, page: Page, entry: Entry, column: Column) -> CellInput:
        """Return what a row's cell holds."""
        if column.field in entry.typed:
            return entry.typed[column.field]
        if (entry, column.field) in page.odd:
            return page.odd[entry, column.field]
        if column.fill is Fill.LOOKUP:
            return self._looked_up(entry, column)
        value = entry.values.get(column.field)
        if isinstance(value, tuple):
            return "、".join(str(part) for part in value)
        return value

    def _looked_up(self, entry: Entry, column: Column) -> str:
        assert column.lookup is not None  # noqa: S101  # a look-up column has one
        code = str(entry.values.get(column.lookup.key, ""))
        return (self.pair_names if _is_joined(column.lookup) else self.names).get(code, "")


def _is_joined(lookup: Lookup) -> bool:
    """Return whether a look-up joins several fields of one sheet by →."""
    return len(lookup.fields) > 1 and len({sheet for sheet, _ in lookup.fields}) == 1


def plan_book(world: World, rng: random.Random) -> Book:
    """Lay out every sheet; a third of the sheets look like the template."""
    pages = []
    for model in SHEETS:
        entries = world.of(model.sheet.key)
        if model.sheet.joins and not entries:
            continue
        settled = model.sheet.form or model.sheet.kind is SheetKind.SETTINGS or not entries
        tidy = settled or rng.random() < 0.35
        page = Page(model, arrange(model, entries, rng, tidy=tidy), entries)
        pages.append(page)
    own_sheet = rng.choice(("", "", "", "hidden", "extra"))
    names = {
        str(entry.values.get(id_field)): str(entry.values.get("name", ""))
        for sheet, id_field in _NAMED.items()
        for entry in world.of(sheet)
    }
    pair_names = {
        pairing.pairing_id: f"{pairing.mentor_name}→{names.get(pairing.mentee.mentee_id, '')}"
        for pairing in world.pairings
    }
    book = Book(world, pages, names, pair_names, own_sheet)
    for page in pages:
        if page.entries and not page.model.sheet.form and page.model.sheet.key != "setting":
            _merge(page, rng)
            _misspell(book, page, rng)
    return book


def _merge(page: Page, rng: random.Random) -> None:
    """Merge runs of one employer, as clerks do."""
    fields = [c.field for c in page.layout.columns if isinstance(c, Column)]
    if "employer" in fields and rng.random() < 0.3:
        page.merges += [("employer", run) for run in _runs(page, "employer")]


def _runs(page: Page, name: str) -> Iterator[list[Entry]]:
    run: list[Entry] = []
    for entry in [*page.entries, None]:
        if entry and run and _continues(page, run[-1], entry, name):
            run.append(entry)
            continue
        if 2 <= len(run) <= 8:
            yield run
        run = [entry] if entry and not entry.flawed else []


def _continues(page: Page, above: Entry, entry: Entry, name: str) -> bool:
    places = page.layout.places
    same = entry.values.get(name) == above.values.get(name) is not None
    return same and not entry.flawed and places[entry] == places[above] + 1


def _misspell(book: Book, page: Page, rng: random.Random) -> None:
    """Give some cells of right rows another spelling; some IDs nobody needs stay blank."""
    columns = [c for c in page.layout.columns if isinstance(c, Column) and c.fill is Fill.CLERK]
    merged = {(entry, name) for name, run in page.merges for entry in run}
    share = rng.choice((0.0, _ODD_SHARE, _ODD_SHARE, 0.12))
    for entry in page.entries:
        if entry.flawed:
            continue
        if entry.sheet == "log" and entry.free and rng.random() < _BLANK_SHARE:
            del entry.values["log_id"]
        if share == 0.0 or rng.random() > 4 * share:
            continue
        for column in rng.sample(columns, 3):
            value = entry.values.get(column.field)
            if (entry, column.field) in merged or (column.field == "log_id" and value is None):
                continue
            odd = spell(entry, column, value, rng, book.label)
            if odd is not None:
                page.odd[entry, column.field] = odd


# --- writing --------------------------------------------------------------------------------------

_UNCALCULATED = "__unsaved__"
_FORMATS = {Kind.DAY: "yyyy-mm-dd", Kind.MONTH: "yyyy-mm"}


class _Writer:
    """Writes the cells of one workbook."""

    def __init__(self, workbook: Workbook, book: Book) -> None:
        self.workbook = workbook
        self.book = book
        self._formats: dict[str | int, Any] = {}
        self.uncalculated = False

    def style(self, number_format: str | int) -> Any:
        """Return the cell format with `number_format`."""
        if number_format not in self._formats:
            style = self.workbook.add_format({"num_format": number_format})
            self._formats[number_format] = style
        return self._formats[number_format]

    def put(self, sheet: Worksheet, row: int, col: int, cell: CellInput, kind: Kind) -> None:
        """Write one cell as it stands in a clerk's file."""
        if cell is None or cell == "":
            return
        if isinstance(cell, str):
            sheet.write_string(row, col, cell)
        elif isinstance(cell, FormattedDate):
            sheet.write_datetime(row, col, cell, self.style(cell.number_format))
        elif isinstance(cell, date):
            sheet.write_datetime(row, col, cell, self.style(_FORMATS.get(kind, "yyyy-mm-dd")))
        elif isinstance(cell, GeneralNumber):
            sheet.write_number(row, col, cell.number)
        elif isinstance(cell, ErrorFormula):
            sheet.write_formula(row, col, "=A1+#REF!", None, cell.text)
        elif isinstance(cell, UncalculatedFormula):
            self.uncalculated = True
            sheet.write_formula(row, col, cell.formula, None, _UNCALCULATED)
        else:
            sheet.write_number(row, col, cell)


def write_book(book: Book, path: Path) -> None:
    """Write `book` to `path`."""
    options = {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(str(path), options)
    workbook.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)})
    writer = _Writer(workbook, book)
    for page in book.pages:
        if page.model.sheet.key == book.missing:
            continue
        sheet = workbook.add_worksheet(page.model.sheet.name)
        if page.model.sheet.form:
            _form(writer, sheet, page)
        else:
            _table(writer, sheet, page)
    if book.own_sheet:
        _own_sheet(workbook, hidden=book.own_sheet == "hidden")
    workbook.close()
    if writer.uncalculated:
        _strip_values(path)


def _form(writer: _Writer, sheet: Worksheet, page: Page) -> None:
    """Write labels in A and values in B, from the heading row down."""
    layout = page.layout
    sheet.write_string(0, 0, page.model.sheet.title)
    for position, column in enumerate(layout.columns):
        row = layout.heading_row + position
        sheet.write_string(row, 0, layout.headings[position])
        if isinstance(column, Column):
            cell = writer.book.shown(page, page.entries[0], column)
            writer.put(sheet, row, 1, cell, column.kind)


def _table(writer: _Writer, sheet: Worksheet, page: Page) -> None:
    layout = page.layout
    for row, text in layout.lines.items():
        sheet.write_string(row, layout.left, text)
    line = f"填报单位（盖章）：{writer.book.world.unit.name}"
    sheet.write_string(layout.heading_row - 1, layout.left, line)
    for row in (layout.heading_row, *layout.repeats):
        for position, heading in enumerate(layout.headings):
            sheet.write_string(row, layout.left + position, heading)
    _rows(writer, sheet, page)
    _write_merge(sheet, page)
    for row, count in layout.subtotals.items():
        sheet.write_string(row, layout.left, "合计")
        sheet.write_number(row, layout.left + 1, count)
    for row, text in layout.notes.items():
        sheet.write_string(row, layout.left, text)
    for row in layout.hidden:
        sheet.set_row(row, None, None, {"hidden": True})


def _rows(writer: _Writer, sheet: Worksheet, page: Page) -> None:
    layout, book = page.layout, writer.book
    covered = {(entry, name) for name, run in page.merges for entry in run}
    targets = list(enumerate(layout.columns, start=layout.left))
    for number, entry in enumerate(page.entries, start=1):
        row = layout.places[entry]
        for col, column in targets:
            if isinstance(column, Extra):
                if column.numbered:
                    sheet.write_number(row, col, number)
            elif column.fill is Fill.LOOKUP:
                _look_up(writer, sheet, page, entry, column)
            elif column.fill is Fill.CLERK and (entry, column.field) not in covered:
                writer.put(sheet, row, col, book.shown(page, entry, column), column.kind)


def _look_up(writer: _Writer, sheet: Worksheet, page: Page, entry: Entry, column: Column) -> None:
    """Write a look-up as the template does: a formula with its value."""
    assert column.lookup is not None  # noqa: S101  # a look-up column has one
    layout, book = page.layout, writer.book
    key = layout.address(entry, column.lookup.key)
    terms = [_match(book, sheet_key, name, key) for sheet_key, name in column.lookup.fields]
    if _is_joined(column.lookup):
        terms = ['&"→"&'.join(terms)]
    formula = '""'
    for term in reversed(terms):
        formula = f"IFERROR({term},{formula})"
    value = str(book.shown(page, entry, column) or "")
    row, col = layout.places[entry], layout.column_of(column.field)
    sheet.write_formula(row, col, f"={formula}", None, value)


def _match(book: Book, sheet_key: str, name: str, key: str) -> str:
    page = book.page(sheet_key)
    id_field = page.model.sheet.id_field
    codes, shown = (xl_col_to_name(page.layout.column_of(field)) for field in (id_field, name))
    tab = page.model.sheet.name
    return f"INDEX({tab}!${shown}:${shown},MATCH({key},{tab}!${codes}:${codes},0))"


def _write_merge(sheet: Worksheet, page: Page) -> None:
    for name, run in page.merges:
        col = page.layout.column_of(name)
        rows = [page.layout.places[entry] for entry in run]
        sheet.merge_range(rows[0], col, rows[-1], col, str(run[0].values[name]))


def _own_sheet(workbook: Workbook, *, hidden: bool) -> None:
    """Add a sheet of the clerk's own."""
    sheet = workbook.add_worksheet("下拉选项" if hidden else "通讯录")
    for row, word in enumerate(("党建办", "综治中心", "农业服务中心")):
        sheet.write_string(row, 0, word)
    if hidden:
        sheet.hide()


def _strip_values(path: Path) -> None:
    """Take away the stored value of formulas that were never calculated."""
    with zipfile.ZipFile(path) as package:
        parts = [(info, package.read(info)) for info in package.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for info, data in parts:
            stripped = data.replace(f"<v>{_UNCALCULATED}</v>".encode(), b"")
            package.writestr(info, stripped, zipfile.ZIP_DEFLATED)
