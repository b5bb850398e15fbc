"""The values a worksheet cell can hold, and a column of cells encoded by its distinct values."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, AnyStr

BLANK = -1
"""The code of an empty cell in `CellColumn.codes`."""

DAY_ZERO = date(1899, 12, 30)
"""The day whose serial number in a worksheet is 0, from 1 March 1900 on."""

_TEXTS = {str, type(None)}
_ENDS = 0, array("i").itemsize - 1
_LOWEST_BYTE, _HIGHEST_BYTE = _ENDS if sys.byteorder == "little" else _ENDS[::-1]
_NEGATIVE = b"\xff"


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


@dataclass(frozen=True, slots=True)
class Shown:
    """A number that its format shows as something else: 0.86 as 86%, 17 as J640402104-017.

    Attributes:
        number: What the cell holds.
        text: What the sheet shows; "" for a day nobody means, as of 2026.6 in a date format.
    """

    number: int | float
    text: str = ""

    def __str__(self) -> str:
        return self.text or f"{self.number:.15g}"


EARLIEST_SERIAL = 2_193
"""1 January 1906: no ledger means an earlier day, which is a number typed in a date format."""

LATEST_SERIAL = 73_416
"""1 January 2101, from which on nothing in a ledger is, either."""


def is_slip(serial: int | float) -> bool:
    """Tell whether a number in a date format was typed as such: 2026.6, 5.3, 197805 or 260503."""
    return not EARLIEST_SERIAL <= serial < LATEST_SERIAL


Cell = str | int | float | bool | datetime | date | time | FormulaError | Uncalculated | Shown
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

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle it in half the time that a dataclass takes by default; a ledger has hundreds."""
        return CellColumn, (self.values, self.codes)

    def cell(self, index: int) -> Cell | None:
        """Return the cell of the 0-based row `index`, None where it is empty."""
        code = self.codes[index]
        return None if code < 0 else self.values[code]

    def rows_with(self, wanted: set[int]) -> list[tuple[int, int]]:
        """Return (row, code) for every row whose code is `wanted`."""
        if not wanted:
            return []
        maybe = bytearray(256)
        for code in wanted:
            maybe[code & 0xFF] = 1
        # The lowest byte of a code rules out nearly every row, for all rows at once.
        codes = self.codes
        flags = codes.tobytes()[_LOWEST_BYTE :: codes.itemsize].translate(maybe)
        rows = places(flags, b"\1") if flags.count(1) < len(flags) // 4 else range(len(flags))
        return [(row, codes[row]) for row in rows if codes[row] in wanted]

    def picked(self, rows: Iterable[int]) -> tuple[CellColumn, list[int]]:
        """Return some of the rows, and the old codes of the cells they have, in order."""
        codes = [self.codes[row] for row in rows]
        used = sorted({*codes} - {BLANK})
        moved = {BLANK: BLANK} | {code: index for index, code in enumerate(used)}
        cells = [self.values[code] for code in used]
        return CellColumn(cells, array("i", map(moved.__getitem__, codes))), used

    def blank_rows(self) -> list[int]:
        """Return the empty rows."""
        return [*places(self._signs(), _NEGATIVE)]

    def first_blank(self) -> tuple[int, int]:
        """Return the first empty row, -1 for none, and how many there are."""
        signs = self._signs()
        return signs.find(_NEGATIVE), signs.count(_NEGATIVE)

    def _signs(self) -> bytes:
        """Return the highest byte of every code: `_NEGATIVE` for BLANK alone."""
        return self.codes.tobytes()[_HIGHEST_BYTE :: self.codes.itemsize]


def places(flags: AnyStr, wanted: AnyStr) -> Iterator[int]:
    """Yield the indexes of the bytes or characters that are `wanted`."""
    at = flags.find(wanted)
    while at >= 0:
        yield at
        at = flags.find(wanted, at + 1)


def encode(cells: Iterable[Cell | None]) -> CellColumn:
    """Encode a sequence of cells; None and "" are blank."""
    cells = list(cells)
    if {*map(type, cells)} <= _TEXTS:  # a third of the time that any cells take
        distinct: list[Cell] = [cell for cell in dict.fromkeys(cells) if cell]
        code_of = {None: BLANK, "": BLANK} | {cell: code for code, cell in enumerate(distinct)}
        return CellColumn(distinct, array("i", map(code_of.__getitem__, cells)))
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
