"""Cells as integers while a sheet is read.

A cell is a *key*: the index of its shared string; or `SMALL` + kind * 2**32 + value for a whole
number of at most 8 digits; or `EXTRA` + its index in `Extras` for every other value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from validators.cells import Cell, FormulaError
from workbooks.raw.serials import Kind, from_serial, parse_iso, parse_number
from workbooks.raw.xmltext import plain

__all__ = ["EXTRA", "SMALL", "Block", "Extras", "typed_cell"]

SMALL: Final = 1 << 40
EXTRA: Final = 1 << 48

Ints = NDArray[np.int64]


@dataclass(slots=True)
class Extras:
    """The distinct cells of a sheet that are neither shared strings nor small whole numbers."""

    date1904: bool
    cells: list[Cell] = field(default_factory=list)
    _seen: dict[tuple[type, Cell], int] = field(default_factory=dict)
    _tokens: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def key(self, cell: Cell) -> int:
        """Return the key of `cell`, -1 for empty text."""
        if cell == "":
            return -1
        index = self._seen.setdefault((type(cell), cell), len(self.cells))
        if index == len(self.cells):
            self.cells.append(cell)
        return EXTRA + index

    def token_key(self, token: str, type_name: str, meaning: int) -> int:
        """Return the key of raw value text; see `typed_cell`."""
        known = self._tokens.get((token, type_name, meaning))
        if known is None:
            kind = Kind(meaning)
            cell = typed_cell(plain(token), type_name, kind, date1904=self.date1904)
            known = self._tokens[token, type_name, meaning] = self.key(cell)
        return known


@dataclass(frozen=True, slots=True)
class Block:
    """Non-empty cells in row order: 0-based rows and columns, and their keys."""

    rows: Ints
    columns: Ints
    keys: Ints


def typed_cell(token: str, type_name: str, kind: Kind, *, date1904: bool) -> Cell:
    """Return the cell of value text `token` with the XML type `type_name` (never "s")."""
    if type_name == "n":
        number = parse_number(token)
        if isinstance(number, str):
            return number
        return from_serial(number, kind, date1904=date1904)
    if type_name == "b":
        return token.strip() in ("1", "true")
    if type_name == "e":
        return FormulaError(token)
    if type_name == "d":
        return parse_iso(token)
    return token
