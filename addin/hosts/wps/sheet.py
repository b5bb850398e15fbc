"""Worksheets in WPS and their tables; what is known of a sheet is asked once until something is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import xlwings as xw
from xlwings import base_classes

from addin.hosts.wps import operations as op
from addin.hosts.wps.channel import WpsRefused
from addin.hosts.wps.range import Range, as_formula, codes_in, part_of
from addin.hosts.xlwings_engine import Area, NamedSheets, PlacedSheet
from workbooks.ooxml.addresses import WORKSHEET_COLUMNS, Rectangle

if TYPE_CHECKING:
    from addin.hosts.wps.book import Book

_COLUMNS_OF_OLD_FILES = 256
_ROWS_OF_OLD_FILES = 65_536

Columns = list[Any]
"""For every column something or None."""


@dataclass(slots=True)
class Grid:
    """What was read of a block.

    Attributes:
        area: The block.
        values: Its values by rows, none if they were not asked for.
        formulas: Its formulas by columns.
        formats: Its number formats by columns.
    """

    area: Area
    values: list[list[Any]] = field(default_factory=list)
    formulas: Columns = field(default_factory=list)
    formats: Columns = field(default_factory=list)


@dataclass(slots=True)
class Knowledge:
    """What is known of a sheet as long as nothing is written.

    Attributes:
        used: Its used area.
        grids: What was read of it.
        merges: The merges in blocks.
        hidden: By axis and first number, what is hidden.
        tables: Its tables.
    """

    used: Area | None = None
    grids: list[Grid] = field(default_factory=list)
    merges: list[tuple[Area, list[Rectangle]]] = field(default_factory=list)
    hidden: dict[tuple[str, int], list[bool]] = field(default_factory=dict)
    tables: list[dict[str, Any]] | None = None


class Table(base_classes.Table):
    """One table."""

    insert_row_range = None
    name, show_headers, show_totals = "", True, False

    def __init__(self, sheet: Sheet, facts: dict[str, Any]) -> None:
        self._sheet = sheet
        self.name = str(facts["name"])
        self.area: Area = _area(facts["area"])
        self.show_headers, self.show_totals = bool(facts["headers"]), bool(facts["totals"])

    @property
    def api(self) -> str:
        """Its name: there is no object of WPS's here."""
        return self.name

    @property
    def parent(self) -> Sheet:
        """Its sheet."""
        return self._sheet

    @property
    def range(self) -> Range:
        """All its cells."""
        return self._sheet.cells_of(self.area)

    @property
    def header_row_range(self) -> Range | None:
        """The row of headings, or None."""
        row, column, _, n_columns = self.area
        return self._sheet.cells_of((row, column, 1, n_columns)) if self.show_headers else None

    @property
    def data_body_range(self) -> Range | None:
        """The rows between headings and totals, or None if there are none."""
        row, column, n_rows, n_columns = self.area
        above = int(self.show_headers)
        left = n_rows - above - int(self.show_totals)
        return self._sheet.cells_of((row + above, column, left, n_columns)) if left > 0 else None

    def resize(self, range: xw.Range) -> None:  # noqa: A002 - xlwings calls it so
        """Let the table cover other cells."""
        self.area = range.impl.areas[0]
        self._sheet.change(op.ResizeTable(**self._sheet.place, name=self.name, area=self.area))


class Tables(base_classes.Tables):
    """The tables of one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    @property
    def api(self) -> str:
        """The sheet's name."""
        return self._sheet.name

    def _all(self) -> list[Table]:
        known = self._sheet.known
        if known.tables is None:
            known.tables = self._sheet.ask(op.Tables(**self._sheet.place))
        return [Table(self._sheet, facts) for facts in known.tables or ()]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Table]:
        return iter(self._all())

    def __contains__(self, key: str) -> bool:
        return any(table.name == key for table in self._all())

    def __call__(self, key: int | str) -> Table:
        """Return a table by its name or its number, from 1."""
        tables = self._all()
        if isinstance(key, int):
            return tables[key - 1]
        for table in tables:
            if table.name == key:
                return table
        raise KeyError(key)


class Note(base_classes.Note):
    """The note of one cell."""

    def __init__(self, location: Range, text: str) -> None:
        self._location, self._text = location, text

    @property
    def api(self) -> str:
        """What it says: there is no object of WPS's here."""
        return self._text

    @property
    def text(self) -> str:
        """What it says; the host writes notes, with fills."""
        return self._text

    @text.setter
    def text(self, value: str) -> None:
        raise NotImplementedError(value)

    @property
    def location(self) -> Range:
        """Its cell."""
        return self._location


class Sheet(PlacedSheet):
    """One worksheet.

    Args:
        book: Its workbook.
        name: Its name.

    Attributes:
        known: What is known of it.
    """

    def __init__(self, book: Book, name: str) -> None:
        self._book, self._name = book, name
        self.known = Knowledge()

    @property
    def api(self) -> str:
        """Its name: there is no object of WPS's here."""
        return self._name

    @property
    def book(self) -> Book:
        """Its workbook."""
        return self._book

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        self.ask(op.RenameSheet(**self.place, name=value))
        self._book.sheets.renamed(self, value)
        self._name = value

    @property
    def index(self) -> int:
        """Its number, from 1."""
        return [*self._book.sheets].index(self) + 1

    @property
    def size(self) -> tuple[int, int]:
        """Numbers of rows and columns a sheet has."""
        old = self._book.n_rows <= _ROWS_OF_OLD_FILES
        return self._book.n_rows, _COLUMNS_OF_OLD_FILES if old else WORKSHEET_COLUMNS

    @property
    def place(self) -> dict[str, str]:
        """Where its operations are done."""
        return {"book": self._book.fullname, "sheet": self._name}

    @property
    def visible(self) -> int:
        """-1 for a tab that is seen, 0 for a hidden one, 2 for a very hidden one.

        What waits is done first: a tab that stays hidden is passed over, a refused write must not be.
        """
        self._book.app.channel.flush()
        return self._book.visible(self)

    @visible.setter
    def visible(self, value: bool) -> None:
        was = self.visible == -1
        self.ask(
            op.SetVisible(**self.place, visible=bool(value)),
            op.SetVisible(**self.place, visible=was),
        )
        self._book.turned(self, visible=bool(value))

    @property
    def tables(self) -> Tables:
        """Its tables."""
        return Tables(self)

    @property
    def notes(self) -> list[Note]:
        """Its notes."""
        notes = self.ask(op.Notes(**self.place))
        return [Note(self.cells_of((row, column, 1, 1)), text) for row, column, text in notes]

    # --- what is known ---------------------------------------------------------------------------

    def ask(self, operation: op.Operation, back: op.Operation | None = None) -> Any:
        """Return the value of an operation; see `Channel.ask`."""
        return self._book.app.channel.ask(operation, back)

    def tell(self, operation: op.Operation) -> None:
        """Have something done that changes no contents."""
        self._book.app.channel.tell(operation)

    def change(self, operation: op.Operation) -> None:
        """Have something written; formulas anywhere may show something else then."""
        self.tell(operation)
        self._book.forget_contents()

    def grid(self, area: Area) -> Grid:
        """Return the values of a block, with the number formats of columns in which numbers stand."""
        for known in self.known.grids:
            part = part_of(known.area, area)
            if part and known.values:
                rows, columns = part
                values = [row[columns] for row in known.values[rows]]
                return Grid(area, values, [], [_runs(r, rows) for r in known.formats[columns]])
        app = self._book.app
        grid = self._read(
            area, values=True, formulas=app.reads_formulas,
            formats="all" if app.reads_formulas else "numbers",
        )  # fmt: skip
        return Grid(area, grid.values, [], grid.formats)

    def formulas(self, area: Area) -> list[list[str]]:
        """Return the formulas of a block by rows, or the content as Excel's `Formula` has it.

        Whoever asks for formulas once is changing blocks, and will ask again: from now on they come
        with the values.
        """
        self._book.app.reads_formulas = True
        grid = next((g for g in self.known.grids if g.formulas and part_of(g.area, area)), None)
        grid = grid or self._read(area, values=True, formulas=True, formats="all")
        rows, columns = part_of(grid.area, area) or (slice(None), slice(None))
        lines = [[as_formula(cell) for cell in row[columns]] for row in grid.values[rows]]
        for at, texts in enumerate(grid.formulas[columns]):
            if texts is not None:
                for line, text in zip(lines, texts[rows], strict=True):
                    line[at] = text
        return lines

    def formats(self, area: Area) -> set[str]:
        """Return the number formats of a block."""
        for grid in self.known.grids:
            part = part_of(grid.area, area)
            runs: Columns = grid.formats[part[1]] if part and grid.formats else [None]
            if part and None not in runs:
                return set().union(*(codes_in(each, part[0]) for each in runs))
        grid = self._read(area, values=False, formulas=False, formats="all")
        return set().union(*(codes_in(runs, slice(0, area[2])) for runs in grid.formats))

    def _read(self, area: Area, *, values: bool, formulas: bool, formats: str) -> Grid:
        read = self.ask(
            op.Read(**self.place, area=area, values=values, formulas=formulas, formats=formats)
        )
        grid = Grid(
            area, read["values"] if values else [], read["formulas"] if formulas else [],
            read["formats"],
        )  # fmt: skip
        self.known.grids.append(grid)
        return grid

    def merges(self, area: Area) -> list[Rectangle]:
        """Return the merges that meet a block."""
        here = Rectangle(*area)
        for known, merges in self.known.merges:
            if part_of(known, area):
                return [merge for merge in merges if _meet(merge, here)]
        merges = [Rectangle(*_area(m)) for m in self.ask(op.Merges(**self.place, area=here))]
        self.known.merges.append((area, merges))
        return merges

    def hidden(self, axis: str, first: int, last: int) -> bool | None:
        """Tell whether rows or columns are hidden; None if only some are."""
        for (known_axis, start), known in self.known.hidden.items():
            if axis == known_axis and start <= first and last < start + len(known):
                states = {*known[first - start : last - start + 1]}
                break
        else:
            runs = self.ask(op.Hidden(**self.place, axis=axis, first=first, last=last))
            known = [bool(hidden) for count, hidden in runs for _ in range(count)]
            self.known.hidden[axis, first] = known
            states = {*known}
        return states.pop() if len(states) == 1 else None

    # --- ranges ----------------------------------------------------------------------------------

    def cells_of(self, *areas: Area) -> Range:
        """Return the cells of some areas."""
        return Range(self, *areas)

    def refused(self) -> WpsRefused:
        """Return what Excel says of an address that is too long."""
        return WpsRefused("应用程序定义或对象定义错误")

    @property
    def cells(self) -> Range:
        """All cells."""
        return self.cells_of((1, 1, *self.size))

    @property
    def used_range(self) -> Range:
        """The cells from the first to the last that holds something or has a format."""
        if self.known.used is None:
            self.known.used = _area(self.ask(op.UsedArea(**self.place)))
        return self.cells_of(self.known.used)

    # --- the sheet as a whole --------------------------------------------------------------------

    def activate(self) -> None:
        """Bring it to the front."""
        self.ask(op.Activate(**self.place))

    def select(self) -> None:
        """Bring it to the front."""
        self.activate()

    def delete(self) -> None:
        """Delete the sheet."""
        self.ask(op.DeleteSheet(**self.place))
        self._book.sheets.gone(self)


class Sheets(NamedSheets):
    """A workbook's worksheets, hidden ones too."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._known: dict[str, Sheet] = {}

    @property
    def api(self) -> str:
        """The workbook's full name."""
        return self._book.fullname

    def named(self) -> dict[str, Sheet]:
        """Return the sheets by name; a sheet stays the same object."""
        if not self._known:
            self._book.facts()
        return self._known

    def known(self) -> list[Sheet]:
        """Return the sheets that are known, without asking."""
        return [*self._known.values()]

    def seen(self, names: list[str]) -> None:
        """Take over which sheets there are."""
        known = self._known
        self._known = {name: known.get(name) or Sheet(self._book, name) for name in names}

    def gone(self, sheet: Sheet) -> None:
        """Have a sheet be none any more."""
        self._known.pop(sheet.name, None)
        self._book.forget_contents()

    def renamed(self, sheet: Sheet, name: str) -> None:
        """Have a sheet go by another name."""
        names = [name if one is sheet else one.name for one in self.named().values()]
        self._known = dict(zip(names, self._known.values(), strict=True))
        self._book.forget()

    @property
    def active(self) -> Sheet:
        """The sheet in front."""
        name = self._book.app.channel.ask(op.ActiveSheet(book=self._book.fullname))
        return self.named().get(name) or Sheet(self._book, name)

    def add(
        self, before: Sheet | None = None, after: Sheet | None = None, name: str | None = None
    ) -> Sheet:
        """Add a sheet after the last one; no button adds one elsewhere."""
        named = self.named()
        if before or (after and after is not [*named.values()][-1]) or name is None:
            raise NotImplementedError("a sheet that is not the last")
        place = {"book": self._book.fullname}
        back = None if name in named else op.DeleteSheet(**place, sheet=name)
        self._book.app.channel.ask(op.AddSheet(**place, name=name), back)
        named[name] = Sheet(self._book, name)
        self._book.forget_contents()
        self._book.turned(named[name], visible=True)
        return named[name]


def _area(told: Any) -> Area:
    row, column, n_rows, n_columns = map(int, told)
    return row, column, n_rows, n_columns


def _meet(area: Rectangle, other: Rectangle) -> bool:
    rows = area.top <= other.bottom and other.top <= area.bottom
    return rows and area.left <= other.right and other.left <= area.right


def _runs(runs: Any, rows: slice) -> Any:
    """Return the part of a column's runs of formats that lies in some rows."""
    if runs is None:
        return None
    cut, top = [], 0
    for height, code in runs:
        inside = min(top + height, rows.stop) - max(top, rows.start)
        if inside > 0:
            cut.append([inside, code])
        top += height
    return cut
