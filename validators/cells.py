"""What a worksheet cell can hold, and a column of cells encoded by its distinct values."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

__all__ = ["BLANK", "Cell", "CellColumn", "FormulaError", "Uncalculated", "encode", "letters"]

BLANK = -1
"""The code of an empty cell in `CellColumn.codes`."""


@dataclass(frozen=True, slots=True)
class FormulaError:
    """An error cell; `text` is what Excel shows, such as `#REF!`."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Uncalculated:
    """A formula saved without a calculated value; `formula` is its text where known."""

    formula: str = ""

    def __str__(self) -> str:
        return f"={self.formula}" if self.formula else "（公式未计算）"


Cell = str | int | float | bool | datetime | date | time | FormulaError | Uncalculated
"""A non-empty cell as the workbook holds it: text stays text, numbers stay numbers."""


@dataclass(slots=True)
class CellColumn:
    """One worksheet column as distinct values and a code per row.

    Attributes:
        values: The distinct non-empty cells, in order of first appearance; 1, 1.0, True and "1"
            are four different cells.
        codes: One code per worksheet row, an index into `values` or `BLANK`.
    """

    values: list[Cell]
    codes: array[int]

    def cell(self, index: int) -> Cell | None:
        """Return the cell of the 0-based row `index`, None where it is empty."""
        code = self.codes[index]
        return None if code < 0 else self.values[code]


def encode(cells: Iterable[Cell | None]) -> CellColumn:
    """Encode a sequence of cells; None and "" are blank."""
    seen: dict[tuple[type, Cell], int] = {}
    codes = array(
        "i",
        [
            BLANK if cell is None or cell == "" else seen.setdefault((type(cell), cell), len(seen))
            for cell in cells
        ],
    )
    return CellColumn([cell for _, cell in seen], codes)


def letters(column: int) -> str:
    """Return the letters of the 1-based worksheet `column`: 1 → A, 27 → AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
