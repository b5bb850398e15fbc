"""A file before it is written: its cells, and beside each the right answer to where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.imports.cast import Fields
from validators.sheets import SHEETS, columns_by_field
from validators.sources.mapping import NOT_IMPORTED, Split, Target

Place = tuple[int, int]
"""1-based worksheet row and column."""


class Asking(Enum):
    """Whether a clerk has to be asked about a column."""

    NEVER = "never"
    MAY = "may"
    """A careful reader may ask or be sure."""
    MUST = "must"
    """Nobody can know it from the file."""


@dataclass(frozen=True)
class Answer:
    """What one column of a table is.

    Attributes:
        key: Its name among the columns of its table.
        targets: The fields that are right when nobody is asked; empty where somebody must be.
        splits: How its cells may be split.
    """

    key: str
    targets: frozenset[Target]
    asking: Asking = Asking.NEVER
    splits: frozenset[Split] = frozenset({Split.NONE})

    @property
    def ignored(self) -> bool:
        """Whether nothing of it needs to be read."""
        return NOT_IMPORTED in self.targets


def to(*fields: str, split: Split = Split.NONE, asking: Asking = Asking.NEVER) -> Answer:
    """Return the answer "one of these fields", each as sheet.field."""
    targets = frozenset(Target(*field.split(".")) for field in fields)
    splits = MANY if "specialties" in fields[0] else frozenset({split})
    return Answer(fields[0], targets, asking, splits)


MANY = frozenset({Split.NONE, Split.CHOICES})
"""A field that holds several words takes them split or not."""


def ask(key: str) -> Answer:
    """Return the answer "that must be asked"."""
    return Answer(key, frozenset(), Asking.MUST, frozenset(Split))


def remark(key: str) -> Answer:
    """Return the answer "we have no such column: it goes to a remark, or is offered to one"."""
    return Answer(key, REMARKS, Asking.MAY)


def nothing(key: str) -> Answer:
    """Return the answer "this is no part of a record", as a running number is none."""
    return Answer(key, frozenset({NOT_IMPORTED}))


def either(*answers: Answer) -> Answer:
    """Return the answer "any of these is right, and so is asking"."""
    targets = frozenset().union(*(answer.targets for answer in answers))
    return Answer(answers[0].key, targets, Asking.MAY)


REMARKS = frozenset(
    Target(model.sheet.key, "remark") for model in SHEETS if "remark" in columns_by_field(model)
)
NUMBER = nothing("number")


@dataclass
class Put:
    """One non-empty cell.

    Attributes:
        answer: The column it belongs to; none for a cell outside the records.
        records: The records it says something about; several where it is merged over them.
        formula: A formula that `value` is the result of.
    """

    value: Any
    answer: Answer | None = None
    records: tuple[str, ...] = ()
    formula: str = ""


@dataclass
class Tab:
    """One worksheet."""

    name: str
    puts: dict[Place, Put] = field(default_factory=dict)
    merges: set[tuple[int, int, int, int]] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    struck: set[int] = field(default_factory=set)
    fills: dict[int, str] = field(default_factory=dict)

    @property
    def last_row(self) -> int:
        return max((row for row, _ in self.puts), default=0)

    @property
    def last_column(self) -> int:
        return max((column for _, column in self.puts), default=1)

    def put(self, row: int, column: int, value: Any, *records: str, **facts: Any) -> None:
        """Write one cell; nothing where there is no value."""
        if value is not None and value != "":
            self.puts[row, column] = Put(value, records=records, **facts)

    def line(self, row: int, values: Iterable[Any], left: int = 1) -> None:
        """Write cells that belong to no record."""
        for column, value in enumerate(values, left):
            self.put(row, column, value)

    def merge(self, row: int, column: int, last_row: int, last_column: int) -> None:
        if (row, column) != (last_row, last_column):
            self.merges.add((row, column, last_row, last_column))

    def title(self, row: int, text: str, width: int, left: int = 1) -> None:
        """Write a title merged over the table's width."""
        self.put(row, left, text)
        self.merge(row, left, row, left + width - 1)

    def record(
        self, row: int, answers: Sequence[Answer], values: Iterable[Any], record: str, left: int = 1
    ) -> None:
        """Write one record in a row."""
        for column, (answer, value) in enumerate(zip(answers, values, strict=True), left):
            self.put(row, column, value, record, answer=answer)

    def table(
        self,
        row: int,
        headings: Sequence[str],
        answers: Sequence[Answer],
        records: Iterable[Sequence[Any]],
        name: str,
        left: int = 1,
    ) -> int:
        """Write headings and below them records.

        Args:
            name: Of the table; its records are called after it.

        Returns:
            The row after the last one.
        """
        self.line(row, headings, left)
        for number, values in enumerate(records, 1):
            self.record(row + number, answers, values, f"{name}{number}", left)
        return max(row, self.last_row) + 1

    def insert_row(self, row: int, count: int = 1) -> None:
        """Move everything from `row` on down."""

        def moved(old: int) -> int:
            return old + count if old >= row else old

        self.puts = {(moved(r), c): put for (r, c), put in self.puts.items()}
        self.merges = {(moved(r), c, moved(last), d) for r, c, last, d in self.merges}
        self.hidden_rows = set(map(moved, self.hidden_rows))
        self.struck = set(map(moved, self.struck))
        self.fills = {moved(r): colour for r, colour in self.fills.items()}

    def insert_column(self, column: int) -> None:
        """Move everything from `column` on to the right."""

        def moved(old: int) -> int:
            return old + 1 if old >= column else old

        self.puts = {(r, moved(c)): put for (r, c), put in self.puts.items()}
        self.merges = {(r, moved(c), last, moved(d)) for r, c, last, d in self.merges}
        self.hidden_columns = set(map(moved, self.hidden_columns))

    def record_rows(self) -> list[int]:
        """Return the rows that hold records, from the top."""
        return sorted({row for (row, _), put in self.puts.items() if put.records})


@dataclass
class Plan:
    """One file, and what must come of it.

    Attributes:
        suffix: How it is saved, such as .xlsx.
        encoding: Of a text file.
        expected: The rows that must come out, by sheet: field → value. `mentor` and `mentee` are
            names where a ledger has codes; `employer+post` is both, one after the other.
        tab_name: What the tabs' names are, where they say something.
        placed: Whether everything certain suffices to place them: nothing has to be asked first.
    """

    tabs: list[Tab]
    suffix: str = ".xlsx"
    encoding: str = "utf-8"
    expected: dict[str, list[Fields]] = field(default_factory=dict)
    tab_name: Answer | None = None
    placed: bool = True

    def tab(self, name: str) -> Tab:
        self.tabs.append(Tab(name))
        return self.tabs[-1]

    def expect(self, sheet: str, **fields: Any) -> None:
        """Expect a row, once."""
        rows = self.expected.setdefault(sheet, [])
        known = {name: value for name, value in fields.items() if value not in (None, "", ())}
        if known not in rows:
            rows.append(known)

    def cells(self) -> Iterator[tuple[Tab, Place, Put]]:
        for tab in self.tabs:
            for place, put in tab.puts.items():
                yield tab, place, put
