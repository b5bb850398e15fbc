"""规范格式: give a cell whose reading is sure the standard writing: `bangdai tidy`.

What is read is exactly what validation reads; nothing is guessed here, and nothing that is only a
way of showing a value is touched: a number in a text column may be shown as 007.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin import clock
from addin.actions.ledger_set import LedgerSet, copy_ledger, read_ledgers, refuse_existing
from validators.cells import Cell
from validators.columns import Column
from validators.findings import as_typed
from validators.ledger import Ledger, SheetPart, TypedColumn
from validators.sheets import SettingRow, input_columns, model_for
from workbooks.files import check_writable
from workbooks.updates import SheetUpdate

_SURE_DIGITS = 11
"""A number of so many digits, a mobile phone, is shown as it is whatever its format."""

_SHOWN = 30
"""Characters of a long text that are shown."""

_VISIBLE = str.maketrans({"\n": "⏎", "\r": "⏎", "\t": "→"})


@dataclass(frozen=True, slots=True)
class Rewriting:
    """One cell that means something certain and is not written in the standard way.

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
    """What a ledger's standard writing changes, and where it was written; `out` may be None."""

    together: LedgerSet
    rewritings: tuple[Rewriting, ...]
    out: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what `bangdai tidy --json` prints."""
        return {
            "file": self.together.examined[0].file,
            "out": str(self.out) if self.out else None,
            "changes": [one.as_json() for one in self.rewritings],
        }


def rewritings(ledger: Ledger) -> Iterator[Rewriting]:
    """Yield the cells of one workbook's ledger to be rewritten, by sheet, row and column.

    Only what clerks type is looked at, cells with an error or a doubt stay, and so does 参数, which
    is not theirs.
    """
    for table in ledger.tables.values():
        if table.model is not SettingRow:
            for part in table.parts:
                found = [
                    one
                    for column in input_columns(model_for(part.key))
                    if column.field in part.columns
                    for one in _of_column(part, column, part.columns[column.field])
                ]
                yield from sorted(found, key=lambda one: (one.row, len(one.letter), one.letter))


def tidy_updates(found: Iterable[Rewriting]) -> list[SheetUpdate]:
    """Return the changes that write every cell in the standard way."""
    cells: dict[str, dict[tuple[int, str], object]] = {}
    for one in found:
        cells.setdefault(one.key, {})[one.row, one.field] = one.value
    return [SheetUpdate(key, cells=changed) for key, changed in cells.items()]


def tidy_ledger(path: Path, out: Path | None) -> TidyResult:
    """Say what would be written otherwise in a ledger, and write a copy in which it is.

    Args:
        path: A ledger; it stays as it is.
        out: The copy; none is written where it is None, or where nothing changes.

    Raises:
        UsageError: There is no readable ledger, or `out` exists.
        WriteRefused: `out` cannot be written.
        UpdateRefused: The ledger cannot be copied sheet by sheet.
    """
    if out:
        refuse_existing(out)
        check_writable(out)
    together = read_ledgers(path, as_of=clock.today())
    one = together.examined[0]
    found = tuple(rewritings(one.ledger))
    if out is None or not found:
        return TidyResult(together, found)
    copy_ledger(together, one, out, tidy_updates(found))
    return TidyResult(together, found, out)


def _of_column(part: SheetPart, column: Column, typed: TypedColumn) -> Iterator[Rewriting]:
    sure = {
        index: problem
        for index, problem in typed.problems.items()
        if problem.kind == "normalised"
        and _is_only_writing(typed.cells.values[index], typed.values[index])
    }
    for local, index in typed.rows_with(sure):
        row = part.row_number(typed.field, local)
        if (row, typed.letter) not in part.covered:
            said = sure[index].context
            yield Rewriting(
                part.key, part.sheet, row, typed.letter, column.field, typed.cells.values[index],
                typed.values[index], said["reading"], said["odd"],
            )  # fmt: skip


def _is_only_writing(cell: Cell, value: object) -> bool:
    """Tell whether the value says all that the cell shows.

    What a number or a date in a text column looks like is for its format to say.
    """
    return isinstance(cell, str) or not isinstance(value, str) or len(value) >= _SURE_DIGITS


def _brief(text: str) -> str:
    visible = text.translate(_VISIBLE)
    return visible if len(visible) <= _SHOWN else f"{visible[:_SHOWN]}……"


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "（文字）"
    return "（日期）" if isinstance(value, date) else "（数字）"
