"""The account of an import: where every row and every cell of a source went.

Each non-empty cell has one fate, and each row the best of its cells'. What was not simply written
has a note that says why, with the place it came from and the record it belongs to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from validators.cells import letters
from validators.findings import as_typed
from validators.names import without_id_numbers
from validators.sources.mapping import TableMapping
from validators.sources.tables import TAB_HEADING, LooseCell, Place, SourceTable


class Fate(StrEnum):
    """What became of a cell, the best first."""

    PLACED = "导入"
    REMARK = "备注"
    WAITING = "等待确认"
    UNREADABLE = "无法识别"
    DUPLICATE = "重复"
    DECLINED = "不导入"


_FATES = tuple(Fate)
_EMPTY = len(_FATES)


@dataclass(slots=True, eq=False)
class Record:
    """One row of the ledger that an import adds or completes.

    Attributes:
        key: The sheet's key.
        values: What is known of it, by field.
        row: The row of the ledger's table it is; None of a new one.
        number: Its place among the new rows of its sheet.
        written: The fields the import writes, all of a new row's.
        seen: (index of the table, record of it) it was first read from.
    """

    key: str
    values: dict[str, object]
    row: int | None = None
    number: int = -1
    written: dict[str, object] = field(default_factory=dict)
    seen: tuple[int, int] | None = None

    @property
    def name(self) -> str:
        """What a clerk calls it."""
        return str(self.values.get("name") or "")


@dataclass(frozen=True, slots=True)
class Note:
    """What must be said of one row or cell of a source.

    Attributes:
        fate: What became of it.
        sentence: Why, in Chinese.
        table: The table's index.
        place: Where it stands; row 0 for a whole column.
        heading: The column's heading, "" for a whole row.
        typed: What stands there, ID numbers left out.
        record: The record it belongs to.
        field: The field of that record.
        count: How many cells it speaks of.
    """

    fate: Fate
    sentence: str
    table: int
    place: Place
    heading: str = ""
    typed: str = ""
    record: Record | None = None
    field: str = ""
    count: int = 1

    @property
    def cell(self) -> str:
        """The address in the source, the column's letters for a whole column, "" for neither."""
        column = letters(self.place.column) if self.place.column else ""
        return f"{column}{self.place.row}" if self.place.row else column


class TableAccount:
    """The fates of the cells of one table.

    Args:
        index: The table's index among those imported.
        mapping: The table with its mapping.

    Attributes:
        notes: What must be said.
        targets: The records each row feeds, by row.
    """

    def __init__(self, index: int, mapping: TableMapping) -> None:
        self.index = index
        self.mapping = mapping
        self.notes: list[Note] = []
        self.targets: dict[int, tuple[Record, ...]] = {}
        self._fates = [bytearray([_EMPTY]) * len(self.table) for _ in mapping.columns]

    @property
    def table(self) -> SourceTable:
        """The table."""
        return self.mapping.table

    def settle(self, record: int, column: int, fate: Fate) -> None:
        """Say what became of a cell; of several fates the best stays."""
        fates = self._fates[column]
        fates[record] = min(fates[record], _FATES.index(fate))

    def settle_rows(self, records: Sequence[int], column: int, fate: Fate) -> None:
        """Say what became of the cells of many rows in one column; of several fates the best stays."""
        wanted = np.zeros(len(self.table), bool)
        wanted[records] = True
        wanted &= np.frombuffer(self.table.columns[column].cells.codes, np.int32) >= 0
        fates = np.frombuffer(self._fates[column], np.uint8)
        fates[wanted] = np.minimum(fates[wanted], _FATES.index(fate))

    def settle_column(self, column: int, fate: Fate) -> None:
        """Say what became of all cells of a column."""
        code = _FATES.index(fate)
        codes = self.table.columns[column].cells.codes
        self._fates[column] = bytearray(_EMPTY if c < 0 else code for c in codes)

    def note(
        self, fate: Fate, sentence: str, record: int, column: int = -1,
        target: Record | None = None, name: str = "", count: int = 1,
    ) -> None:  # fmt: skip
        """Say something of a cell; of a whole row with column -1, of a column with record -1."""
        table = self.table
        at = max(column, 0)
        if record >= 0:
            place = table.place(record, at)
            if column < 0:
                place = Place(place.sheet, table.numbers[record], 0)
        else:
            place = Place(table.sheet, 0, table.columns[at].number)
        typed = self._typed(record, column) if record >= 0 and column >= 0 else ""
        heading = table.columns[column].name if column >= 0 else ""
        self.notes.append(
            Note(fate, sentence, self.index, place, heading, typed, target, name, count)
        )

    def _typed(self, record: int, column: int) -> str:
        cell = self.table.columns[column].cells.cell(record)
        return "" if cell is None else as_typed(without_id_numbers(cell))

    def fate(self, record: int, column: int) -> Fate | None:
        """Return what became of a cell, None of an empty one."""
        code = self._fates[column][record]
        return None if code == _EMPTY else _FATES[code]

    def rows(self) -> Counter[Fate]:
        """Return how many rows have each fate: the best of their cells'."""
        best = bytearray([_EMPTY]) * len(self.table)
        for fates in self._fates:
            best = bytearray(map(min, best, fates))
        return _counted(best)

    def cells(self) -> Counter[Fate]:
        """Return how many cells have each fate; a merged cell counts once."""
        counts: Counter[Fate] = Counter()
        for column, fates in zip(self.table.columns, self._fates, strict=True):
            if column.heading != TAB_HEADING:  # no cell of the file stands there
                counts += _counted(fates)
        counts.subtract(self._repeated())
        return +counts

    def _repeated(self) -> Iterator[Fate]:
        """Yield the fates of the places that stand in several records or columns, but one."""
        seen: set[Place] = set()
        for record, column in sorted({*self.table.places, *self.table.shared}):
            fate = self.fate(record, column)
            if fate is None or self.table.columns[column].heading == TAB_HEADING:
                continue
            place = self.table.place(record, column)
            if place in seen:
                yield fate
            seen.add(place)


def _counted(codes: bytearray) -> Counter[Fate]:
    return Counter({fate: n for at, fate in enumerate(_FATES) if (n := codes.count(at))})


@dataclass(slots=True)
class Placement:
    """What an import comes to.

    Attributes:
        records: The new and the completed rows by sheet key, in the order they were read.
        tables: The account of every table.
        loose: (file, cell) of the cells outside the tables.
        id_numbers: How many cells held ID numbers, which are never copied.
    """

    records: dict[str, list[Record]] = field(default_factory=dict)
    tables: list[TableAccount] = field(default_factory=list)
    loose: list[tuple[str, LooseCell]] = field(default_factory=list)
    id_numbers: int = 0

    def new(self, key: str) -> list[Record]:
        """Return the new rows of a sheet."""
        return [record for record in self.records.get(key, ()) if record.row is None]

    def completed(self, key: str) -> list[Record]:
        """Return the rows of the ledger that the import adds values to."""
        return [r for r in self.records.get(key, ()) if r.row is not None and r.written]

    def rows(self) -> Counter[Fate]:
        """Return how many rows of all tables have each fate."""
        return sum((table.rows() for table in self.tables), Counter())

    def cells(self) -> Counter[Fate]:
        """Return how many cells have each fate, those outside the tables among the declined."""
        total = sum((table.cells() for table in self.tables), Counter[Fate]())
        total[Fate.DECLINED] += len(self.loose)
        return +total
