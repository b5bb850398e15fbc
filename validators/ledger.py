"""The ledger: columnar rows of one or many workbooks, and every cell's address.

A column is kept as its distinct normalised values and a code per row, as the reader delivered
it. Rules and computations read whole columns (`table.column("date")`) or, on the small sheets, row
models made when asked for (`table.records()`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, compress
from operator import is_not, itemgetter
from sys import intern
from typing import Any, Generic, NamedTuple, TypeVar

from validators.cells import Cell, CellColumn
from validators.checks import Problem
from validators.columns import Kind
from validators.findings import as_typed
from validators.identity import unit_on_form, with_claims_apart
from validators.sheets import TABLES, Row, columns_by_field, model_for

R = TypeVar("R", bound=Row)


@dataclass(slots=True)
class TypedColumn:
    """One column of one worksheet after its check.

    Attributes:
        field: Name of the model's field.
        letter: Column letters.
        heading: The heading as typed.
        cells: Distinct cells as typed and a code per row.
        values: Normalised values aligned with `cells.values`; None where unreadable or blank.
        problems: What is wrong or odd, by index of the distinct cell.
    """

    field: str
    letter: str
    heading: str
    cells: CellColumn
    values: list[Any]
    problems: dict[int, Problem]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle only the values that differ from their cells; in bulk columns these are few."""
        changed = map(is_not, self.values, self.cells.values)
        changes = list(compress(enumerate(self.values), changed))
        return _restored, (
            self.field, self.letter, self.heading, self.cells, changes, self.problems,
        )  # fmt: skip

    def decoded(self) -> list[Any]:
        """Return the normalised value of every row; None where blank or unreadable."""
        values = [*self.values, None]  # the last answers code -1, BLANK
        codes = self.cells.codes
        # Many are picked at once: half the time of one after the other.
        return [*itemgetter(*codes)(values)] if len(codes) > 1 else [values[code] for code in codes]

    def picked(self, rows: Iterable[int]) -> TypedColumn:
        """Return the column with some of its rows alone, and no cell that none of them has."""
        cells, used = self.cells.picked(rows)
        problems = {at: self.problems[c] for at, c in enumerate(used) if c in self.problems}
        return replace(
            self, cells=cells, values=[self.values[code] for code in used], problems=problems
        )

    def above(self, row: int) -> Any:
        """Return the value that a mark such as 同上 in `row` stands for, None where there is none."""
        for code in map(self.cells.codes.__getitem__, range(row - 1, -1, -1)):
            if code < 0:
                return None
            problem = self.problems.get(code)
            if problem is None or problem.kind != "ditto":
                return self.values[code]
        return None

    def rows_with(self, indexes: Iterable[int]) -> list[tuple[int, int]]:
        """Return (row, index) for every row whose distinct cell is among `indexes`."""
        return self.cells.rows_with({*indexes})


def _restored(  # the parts of a pickled column
    field: str,
    letter: str,
    heading: str,
    cells: CellColumn,
    changes: list[tuple[int, Any]],
    problems: dict[int, Problem],
) -> TypedColumn:
    values: list[Any] = list(cells.values)
    for index, value in changes:
        values[index] = value
    # all ledgers have the same columns
    return TypedColumn(intern(field), intern(letter), intern(heading), cells, values, problems)


@dataclass(slots=True)
class SheetPart:
    """The rows of one worksheet.

    Attributes:
        key: The sheet's key.
        file: The workbook, relative to what the user named.
        sheet: Tab name.
        rows: 1-based worksheet row of every row in use; 0 for a computed row.
        columns: By field; a column the worksheet lacks is absent.
        form_rows: Worksheet row by field, for a form instead of a table.
        rejected: Indexes of the rows an error finding cites.
        ignored: How many rows are repeated headings, subtotals and notes.
        heading_missing: Whether a required column is missing, so that no row is accepted.
        origins: The workbook of every row where computed rows of several stand together.
        covered: (worksheet row, column letters) of cells a merged one covers: they repeat its value
            here and cannot be written.
    """

    key: str
    file: str
    sheet: str
    rows: array[int]
    columns: dict[str, TypedColumn]
    form_rows: dict[str, int] = field(default_factory=dict)
    rejected: set[int] = field(default_factory=set)
    ignored: int = 0
    heading_missing: bool = False
    origins: CellColumn | None = None
    covered: frozenset[tuple[int, str]] = frozenset()

    @classmethod
    def rejecting(cls, key: str, file: str, sheet: str, rows: Iterable[int]) -> SheetPart:
        """Return a part whose columns are unknown, so that no row is accepted."""
        part = cls(key, file, sheet, array("i", rows), {}, heading_missing=True)
        part.rejected.update(range(len(part)))
        return part

    def __len__(self) -> int:
        return len(self.rows)

    def row_number(self, name: str, row: int) -> int:
        """Return the 1-based worksheet row of field `name` in row `row`."""
        return self.form_rows.get(name, self.rows[row])

    def picked(self, rows: Sequence[int]) -> SheetPart:
        """Return the part with some of its rows alone, by index in order."""
        at = {row: index for index, row in enumerate(rows)}
        return replace(
            self,
            rows=array("i", map(self.rows.__getitem__, rows)),
            columns={name: column.picked(rows) for name, column in self.columns.items()},
            rejected={at[row] for row in self.rejected if row in at},
            origins=self.origins.picked(rows)[0] if self.origins else None,
        )


class Place(NamedTuple):
    """Where a value stands."""

    file: str
    sheet: str
    cell: str
    row: int
    column: str
    heading: str
    value: str


class Table(Generic[R]):
    """All rows of one sheet, and of those that join it, across the ledger's workbooks."""

    def __init__(self, model: type[R], parts: Sequence[SheetPart] = ()) -> None:
        self.model = model
        self.parts = list(parts)
        self._columns: dict[str, list[Any]] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the parts alone: what was looked up in them is made anew where it is wanted."""
        return Table, (self.model, self.parts)

    @property
    def key(self) -> str:
        """Return the sheet's key."""
        return self.model.sheet.key

    @cached_property
    def offsets(self) -> list[int]:
        """Return the index of each part's first row."""
        starts = [0]
        for part in self.parts:
            starts.append(starts[-1] + len(part))
        return starts

    def __len__(self) -> int:
        return self.offsets[-1]

    @cached_property
    def by_id(self) -> dict[str, int]:
        """Return the first row of every ID the sheet owns."""
        rows: dict[str, int] = {}
        for index, code in enumerate(self.column(self.model.sheet.id_field)):
            if code is not None:
                rows.setdefault(code, index)
        return rows

    @cached_property
    def by_single_id(self) -> dict[str, int]:
        """Return the row of every ID that stands once: whose row a repeated ID is, nobody knows."""
        counts = Counter(self.column(self.model.sheet.id_field))
        return {code: row for code, row in self.by_id.items() if counts[code] == 1}

    def column(self, name: str) -> list[Any]:
        """Return the normalised values of field `name`, one per row, None where there is none."""
        if name not in self._columns:
            columns = [
                part.columns[name].decoded() if name in part.columns else [None] * len(part)
                for part in self.parts
            ]
            self._columns[name] = columns[0] if len(columns) == 1 else [*chain(*columns)]
        return self._columns[name]

    def columns(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Return the rows of several fields at once."""
        return zip(*(self.column(name) for name in names), strict=True)

    def records(self) -> list[R]:
        """Return every row as its model, unvalidated: unreadable fields are None."""
        names = list(columns_by_field(self.model))
        return [self._made(dict(zip(names, row, strict=True))) for row in self.columns(*names)]

    def record(self, index: int) -> R:
        """Return row `index` as `records` does, without making the others."""
        return self._made({name: column[index] for name, column in self._every_column})

    @cached_property
    def _every_column(self) -> list[tuple[str, list[Any]]]:
        return [(name, self.column(name)) for name in columns_by_field(self.model)]

    def _made(self, values: dict[str, Any]) -> R:
        """Return a row of these values: `model_construct` looks at every field anew, row by row."""
        row = copy(self._blank)
        vars(row).update(values)
        return row

    @cached_property
    def _blank(self) -> R:
        make: Any = self.model.model_construct
        row: R = make(**dict.fromkeys(columns_by_field(self.model)))
        return row

    def accepted(self) -> list[bool]:
        """Return for every row whether no error finding cites it."""
        return [index not in part.rejected for part in self.parts for index in range(len(part))]

    def accepted_records(self) -> list[R]:
        """Return the rows no error finding cites, as `records` does."""
        return [row for row, ok in zip(self.records(), self.accepted(), strict=True) if ok]

    def carried(self) -> list[bool]:
        """Return for every row whether it was carried over from last year.

        It stands in a sheet of last year's rows, or its 结转 says so.
        """
        return [
            carried
            for part in self.parts
            for carried in (
                [True] * len(part)
                if model_for(part.key).sheet.carried
                else [value is not None for value in part.columns["carried"].decoded()]
                if "carried" in part.columns
                else [False] * len(part)
            )
        ]

    def this_year(self) -> Table[R]:
        """Return the table without the sheets of last year's rows; other rows are counted in it."""
        parts = [part for part in self.parts if not model_for(part.key).sheet.carried]
        return self if len(parts) == len(self.parts) else Table(self.model, parts)

    def accepted_rows(self, *names: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """Yield (row, values of the fields `names`) of every row no error finding cites.

        Every figure is counted from these. What the model requires is there: in a ledger that was
        not validated, rows without a required value among `names` are passed over.
        """
        columns = columns_by_field(self.model)
        needed = [at for at, name in enumerate(names) if columns[name].required]
        rows = zip(self.accepted(), self.columns(*names), strict=True)
        for row, (accepted, values) in enumerate(rows):
            # nearly every row holds all values: one look at the tuple is the fastest test
            if accepted and (None not in values or all(values[at] is not None for at in needed)):
                yield row, values

    @property
    def accepted_by_id(self) -> dict[str, int]:
        """Return the row of every ID that stands once, rows an error finding cites left out."""
        accepted = self.accepted()
        return {code: row for code, row in self.by_single_id.items() if accepted[row]}

    def starts(self) -> Iterator[tuple[int, SheetPart]]:
        """Yield every part with the index of its first row."""
        return zip(self.offsets, self.parts, strict=False)

    def locate(self, index: int) -> tuple[SheetPart, int]:
        """Return the part of row `index` and the row's index in it."""
        which = bisect_right(self.offsets, index) - 1
        return self.parts[which], index - self.offsets[which]

    def place(self, index: int, name: str) -> Place:
        """Return the place of field `name` in row `index`, with the value as typed."""
        part, local = self.locate(index)
        column = part.columns.get(name)
        row = part.row_number(name, local)
        letter = column.letter if column else ""
        typed: Cell | None = column.cells.cell(local) if column else None
        own = columns_by_field(self.model)[name]
        heading = column.heading if column else own.heading
        return Place(
            part.file,
            part.sheet,
            f"{letter}{row}" if letter else "",
            row,
            letter,
            heading,
            as_typed(typed, month=own.kind is Kind.MONTH),
        )

    def has_error(self, index: int, name: str) -> bool:
        """Return whether the cell has a problem at error level, so that rules stay silent."""
        part, local = self.locate(index)
        column = part.columns.get(name)
        if column is None:
            return part.heading_missing
        problem = column.problems.get(column.cells.codes[local])
        return problem is not None and problem.is_error

    def has_cell(self, index: int, name: str) -> bool:
        """Return whether the worksheet of row `index` has the column, so that it can be cited."""
        return name in self.locate(index)[0].columns

    def raw(self, index: int, name: str) -> Cell | None:
        """Return the cell of field `name` in row `index` as typed."""
        part, local = self.locate(index)
        column = part.columns.get(name)
        return column.cells.cell(local) if column else None


@dataclass(slots=True)
class Ledger:
    """The tables of one or many workbooks.

    Attributes:
        tables: By sheet key; every sheet of `TABLES` has one.
        unit_codes: The 9-digit code of the unit each file is of, "" where nobody can tell; see
            `validators.identity`.
    """

    tables: dict[str, Table[Any]]
    unit_codes: dict[str, str]

    @classmethod
    def of(cls, parts: Iterable[SheetPart], files: Iterable[str]) -> Ledger:
        """Build a ledger from the parts of one or many `files`.

        The parts of a sheet that joins another are part of that one's table, where they keep their
        own key and tab.
        """
        parts = list(parts)
        by_file: dict[str, list[SheetPart]] = {file: [] for file in files}
        for part in parts:
            by_file.setdefault(part.file, []).append(part)
        units = {file: unit_on_form(own, file) for file, own in by_file.items()}
        return cls.of_units(parts, units)

    @classmethod
    def of_units(cls, parts: Iterable[SheetPart], unit_codes: Mapping[str, str]) -> Ledger:
        """Build a ledger as `of` does where it is known whose the workbooks are."""
        gathered: dict[str, list[SheetPart]] = {model.sheet.key: [] for model in TABLES}
        for part in parts:
            gathered[model_for(part.key).sheet.table_key].append(part)
        tables = {m.sheet.key: Table(m, gathered[m.sheet.key]) for m in TABLES}
        return cls(tables, dict(unit_codes))

    @classmethod
    def merged(cls, ledgers: Iterable[Ledger], delivered: Collection[str] = ()) -> Ledger:
        """Join several ledgers; parts are shared, not copied.

        What one claims under another unit's IDs is kept apart: see `with_claims_apart`.

        Args:
            ledgers: The ledgers; a single one alone is left as it is.
            delivered: Units of further ledgers that belong to them.
        """
        every = list(ledgers)
        units = {file: unit for ledger in every for file, unit in ledger.unit_codes.items()}
        apart = len(every) > 1 or bool(delivered)
        delivered = {*units.values(), *delivered}
        parts = (
            with_claims_apart(part, units[part.file], delivered)
            if apart and part.file in units
            else part
            for ledger in every
            for part in ledger.parts()
        )
        return cls.of_units(parts, units)

    def with_fields(self, fields: Mapping[str, Collection[str]]) -> Ledger:
        """Return the ledger with some fields of some sheets; of the others it knows the rows alone."""
        tables = {}
        for key, table in self.tables.items():
            names = fields.get(key, ())
            parts = [
                replace(part, columns={n: c for n, c in part.columns.items() if n in names})
                for part in table.parts
            ]
            tables[key] = Table(table.model, parts)
        return replace(self, tables=tables)

    def parts(self) -> Iterator[SheetPart]:
        """Yield every worksheet, sheet by sheet."""
        return chain.from_iterable(table.parts for table in self.tables.values())

    def by_file(self) -> dict[str, Ledger]:
        """Return the rows of each of its workbooks."""
        parts: dict[str, list[SheetPart]] = {file: [] for file in self.unit_codes}
        for part in self.parts():
            parts.setdefault(part.file, []).append(part)
        return {
            file: Ledger.of_units(own, {file: self.unit_codes.get(file, "")})
            for file, own in parts.items()
        }

    def table(self, model: type[R]) -> Table[R]:
        """Return the table of `model`, or the one its rows join."""
        return self.tables[model.sheet.table_key]
