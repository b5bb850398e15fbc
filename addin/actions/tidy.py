"""规范格式: rewrite cells with one certain meaning in the standard way (`bangdai tidy`).

A cell means what validation reads in it; nothing is guessed here. Where validation refuses a number
that can be one day only, such as 20260503, or 1978.05 shown as a day of 1905, that day is offered,
too. What is only a way of showing a value stays: a number in a text column may be shown as 007. A
date written otherwise becomes a real date, in a date format also where the column had none. A mark
such as 同上 becomes the value above it in columns where rows may share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from addin import clock
from addin.actions.ledger_set import LedgerSet, copy_ledger, read_ledgers
from validators import sheets
from validators.cells import Cell
from validators.checks import FORMAT_LOST, likely_value, shown
from validators.columns import Column
from validators.findings import as_typed
from validators.ledger import Ledger, SheetPart, TypedColumn
from workbooks.file_problems import refuse_existing
from workbooks.files import check_writable
from workbooks.updates import SheetUpdate, tab_of

_SHOWN = 30
"""Characters of a long text that are shown."""

_VISIBLE = str.maketrans({"\n": "⏎", "\r": "⏎", "\t": "→"})


@dataclass(frozen=True, slots=True)
class Rewriting:
    """One cell with one certain meaning that is not written in the standard way.

    Attributes:
        key: The sheet's key.
        sheet: Tab name.
        row: 1-based worksheet row.
        letter: Column letters.
        field: The column's field.
        before: The cell as typed.
        value: What it is read as.
        reading: `value` as the sheet shows it.
        odd: Words on invisible characters in `before`, "" for none.
        whole_column: Whether it is one of a column's days that have lost their date format.
    """

    key: str
    sheet: str
    row: int
    letter: str
    field: str
    before: Cell
    value: Any
    reading: str
    odd: str = ""
    whole_column: bool = False

    @property
    def cell(self) -> str:
        """Return the address."""
        return f"{self.letter}{self.row}"

    @property
    def sentence(self) -> str:
        """Return what changes, as one line."""
        before, after = _brief(as_typed(self.before)), _brief(self.reading)
        kinds = ("", "")
        if before == after:  # only what kind of cell it is changes
            kinds = (_kind(self.before), _kind(self.value))
        return f"{self.sheet}!{self.cell} “{before}”{kinds[0]}{self.odd} → “{after}”{kinds[1]}"

    def as_json(self) -> dict[str, str | int]:
        """Return what `bangdai tidy --json` prints of it."""
        return {
            "sheet": self.sheet,
            "cell": self.cell,
            "row": self.row,
            "column": self.letter,
            "before": as_typed(self.before),
            "after": self.reading,
        }


@dataclass(frozen=True, slots=True)
class TidyResult:
    """The cells to be rewritten, and the copy in which they are; without one, `out` is None."""

    ledgers: LedgerSet
    rewritings: tuple[Rewriting, ...]
    out: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai tidy --json` prints."""
        return {
            "file": self.ledgers.examined[0].file,
            "out": str(self.out) if self.out else None,
            "changes": [rewriting.as_json() for rewriting in self.rewritings],
        }


def rewritings(ledger: Ledger) -> Iterator[Rewriting]:
    """Yield the cells of one workbook's ledger to be rewritten, by sheet, row and column.

    Only what clerks type is looked at, cells with an error or a doubt stay, and so does 参数, which
    is not theirs.
    """
    for table in ledger.tables.values():
        if table.model is not sheets.SettingRow:
            for part in table.parts:
                of_part = [
                    rewriting
                    for column in sheets.input_columns(sheets.model_for(part.key))
                    if column.field in part.columns
                    for rewriting in _of_column(part, column, part.columns[column.field])
                ]
                yield from sorted(
                    of_part, key=lambda each: (each.row, len(each.letter), each.letter)
                )


def tidy_updates(changes: Iterable[Rewriting]) -> list[SheetUpdate]:
    """Return the changes that write every cell in the standard way."""
    cells: dict[tuple[str, str], dict[tuple[int, str], object]] = {}
    for change in changes:
        place = change.key, tab_of(change.key, change.sheet)
        cells.setdefault(place, {})[change.row, change.field] = change.value
    return [SheetUpdate(key, cells=changed, tab=tab) for (key, tab), changed in cells.items()]


def tidy_ledger(path: Path, out: Path | None, *, as_of: date | None = None) -> TidyResult:
    """Find the cells of a ledger to be rewritten, and write a copy in which they are.

    Args:
        path: A ledger; it stays as it is.
        out: The copy; none is written where it is None, or where nothing changes.
        as_of: The day dates are judged by and 本周待办 is saved for; today if None.

    Raises:
        UsageError: There is no readable ledger, or `out` exists.
        WriteRefused: `out` cannot be written.
        UpdateRefused: The ledger cannot be copied sheet by sheet.
    """
    if out:
        refuse_existing(out)
        check_writable(out)
    ledgers = read_ledgers(path, as_of=as_of or clock.today())
    examined = ledgers.examined[0]
    changes = tuple(rewritings(examined.ledger))
    if out is None or not changes:
        return TidyResult(ledgers, changes)
    copy_ledger(ledgers, examined, out, tidy_updates(changes))
    return TidyResult(ledgers, changes, out)


def _of_column(part: SheetPart, column: Column, typed: TypedColumn) -> Iterator[Rewriting]:
    sure: dict[int, _Reading] = {}
    for index in typed.problems:
        if reading := _certain(column, typed, index):
            sure[index] = reading
    for local, index in typed.rows_with(sure):
        row = part.row_number(typed.field, local)
        if (row, typed.letter) not in part.covered:
            yield Rewriting(
                part.key, part.sheet, row, typed.letter, column.field, typed.cells.values[index],
                *sure[index],
            )  # fmt: skip
    if column.repeats:
        yield from _repeated(part, column, typed)


def _repeated(part: SheetPart, column: Column, typed: TypedColumn) -> Iterator[Rewriting]:
    """Yield the cells that hold a mark for the value above them."""
    marks = {index for index, problem in typed.problems.items() if problem.kind == "ditto"}
    for local, index in typed.rows_with(marks):
        value, row = typed.above(local), part.row_number(typed.field, local)
        if value is not None and (row, typed.letter) not in part.covered:
            yield Rewriting(
                part.key, part.sheet, row, typed.letter, column.field, typed.cells.values[index],
                value, shown(column, value),
            )  # fmt: skip


class _Reading(NamedTuple):
    """The end of a `Rewriting`."""

    value: Any
    reading: str
    odd: str = ""
    whole_column: bool = False


def _certain(column: Column, typed: TypedColumn, index: int) -> _Reading | None:
    """Return the one certain reading of a distinct cell with a problem, None where it has none."""
    value, (kind, facts) = typed.values[index], typed.problems[index]
    if kind in _LIKELY:
        return _Reading(likely_value(column, facts["likely"]), facts["likely"])
    if kind == FORMAT_LOST:
        return _Reading(value, facts["reading"], whole_column=True)
    if kind == "normalised":
        return _Reading(value, facts["reading"], facts["odd"])
    return None


_LIKELY = frozenset({"date_number", "date_serial"})
"""Problems of a number that can be one day only."""


def _brief(text: str) -> str:
    visible = text.translate(_VISIBLE)
    return visible if len(visible) <= _SHOWN else f"{visible[:_SHOWN]}……"


def _kind(value: object) -> str:
    if isinstance(value, str | tuple):
        return "（文字）"
    return "（日期）" if isinstance(value, date) else "（数字）"
