"""Cells as integers while a sheet is read, and columns of distinct values and codes made from them.

A cell is a *key*: the index of its shared string; or `SMALL` + meaning * 2**32 + value for a whole
number of at most 8 digits; or `EXTRA` + its index in `Extras` for every other value.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from validators.cells import (
    BLANK,
    DAY_ZERO,
    EARLIEST_SERIAL,
    LATEST_SERIAL,
    Cell,
    CellColumn,
    FormulaError,
    encode,
)
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.dates import parse_iso, parse_number
from workbooks.ooxml.markup import unescaped
from workbooks.ooxml.number_formats import valued
from workbooks.ooxml.package import corrupt
from workbooks.ooxml.shared_strings import SharedStrings

_DAY_MS: Final = 86_400_000
_EPOCH: Final = np.datetime64(DAY_ZERO, "ms")
_LONGEST_MOMENT: Final = 24

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
    _texts: dict[bytes, int] = field(default_factory=dict)

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
            cell = typed_cell(unescaped(token), type_name, meaning, date1904=self.date1904)
            known = self._tokens[token, type_name, meaning] = self.key(cell)
        return known

    def text_keys(self, raws: Iterable[bytes]) -> list[int]:
        """Return the keys of raw character data of inline texts, -1 for empty ones."""
        known, keys = self._texts, []
        for raw in raws:
            key = known.get(raw)
            if key is None:
                key = known[raw] = self.key(unescaped(raw.decode()))
            keys.append(key)
        return keys

    def moment_keys(self, tokens: Sequence[bytes]) -> list[int]:
        """Return the keys of raw serial numbers in a format of day and time, -1 for the others.

        A column of moments has as many distinct cells as rows, so they are worked out together;
        `from_serial` says the same of each.
        """
        try:
            serials = np.array(tokens, f"S{_LONGEST_MOMENT}").astype(np.float64)
        except ValueError:
            return [-1] * len(tokens)
        usual = (serials >= EARLIEST_SERIAL) & (serials < LATEST_SERIAL)
        days = np.where(usual, serials, 0).astype(np.int64)
        rest = np.rint((np.where(usual, serials, 0) - days) * _DAY_MS).astype(np.int64)
        moments = _EPOCH + (days * _DAY_MS + rest).astype("timedelta64[ms]")
        cells: list[datetime] = moments.astype("datetime64[us]").tolist()
        whole = (rest % _DAY_MS == 0).tolist()
        return [
            self.key(cell.date() if day else cell) if known and token[:1].isdigit() else -1
            for cell, day, known, token in zip(cells, whole, usual.tolist(), tokens, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Block:
    """Non-empty cells in row order: 0-based rows and columns, and their keys."""

    rows: Ints
    columns: Ints
    keys: Ints


def typed_cell(token: str, type_name: str, meaning: int, *, date1904: bool) -> Cell:
    """Return the cell of value text `token` with the XML type `type_name` (never "s")."""
    if type_name == "n":
        number = parse_number(token)
        if isinstance(number, str):
            return number
        return valued(number, meaning, date1904=date1904)
    if type_name == "b":
        return token.strip() in ("1", "true")
    if type_name == "e":
        return FormulaError(token)
    if type_name == "d":
        return parse_iso(token)
    return token


def distinct(values: Ints) -> tuple[NDArray[np.int32], Ints]:
    """Return for each value its index among the distinct ones, and these as they first appear."""
    ordered, firsts, inverse = np.unique(values, return_index=True, return_inverse=True)
    appearance = np.argsort(firsts)
    ranks = np.empty(len(ordered), np.int32)
    ranks[appearance] = np.arange(len(ordered), dtype=np.int32)
    return ranks[inverse], ordered[appearance]


# --- columns -------------------------------------------------------------------------------------

MAX_COLUMNS: Final = 1_024
"""Cells further right are strays: no ledger sheet has 100 columns."""
STRAY_GAP: Final = 10_000
"""This many empty rows make the cells below them strays, if they are few."""
STRAY_CELLS: Final = 64
MAX_CODES: Final = 50_000_000
"""Codes of one sheet, at 4 bytes each."""
FEW_CELLS: Final = 256
_ADDRESSES: Final = 5
_PLACES_PER_CELL: Final = 32
_KEY_BITS: Final = 50


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns from worksheet column A on, their common length, and the strays left out.

    Attributes:
        strays: The number of cells left out.
        stray_addresses: The addresses of the first few of them.
    """

    columns: list[CellColumn]
    n_rows: int
    strays: int
    stray_addresses: list[str]


def to_columns(cells: Block, extras: Extras, shared: SharedStrings) -> Columns:
    """Return the columns of cells in row order.

    Empty columns share one array of codes: codes are never changed in place.

    Raises:
        UnreadableWorkbook: A shared string is missing, or the cells are so scattered that a table
            of them would not fit in memory.
    """
    cells = _resolved(cells, shared)
    if 0 < len(cells.rows) <= FEW_CELLS and _are_near(cells):
        return _few_columns(cells, extras, shared)
    kept = _without_strays(cells)
    n_rows = int(cells.rows[kept[-1]]) + 1 if len(kept) else 0
    table = _table(cells, kept, n_rows, extras, shared)
    if len(kept) == len(cells.rows):
        return Columns(table, n_rows, 0, [])
    strays = np.setdiff1d(np.arange(len(cells.rows)), kept, assume_unique=True)
    addresses = [
        Rectangle(int(cells.rows[at]) + 1, int(cells.columns[at]) + 1, 1, 1).address
        for at in strays[:_ADDRESSES]
    ]
    return Columns(table, n_rows, len(strays), addresses)


def _are_near(cells: Block) -> bool:
    """Return whether no cell can be a stray."""
    return int(cells.rows[-1]) < STRAY_GAP and int(cells.columns.max()) < MAX_COLUMNS


def _few_columns(cells: Block, extras: Extras, shared: SharedStrings) -> Columns:
    """Return the columns of a small sheet, where setting up array arithmetic takes longest."""
    keys = cells.keys.tolist()
    known = {key: shared.texts[key] if key < SMALL else _cell(key, extras) for key in keys}
    n_rows, width = int(cells.rows[-1]) + 1, int(cells.columns.max()) + 1
    columns: dict[int, list[Cell | None]] = {}
    for row, column, key in zip(cells.rows.tolist(), cells.columns.tolist(), keys, strict=True):
        columns.setdefault(column, [None] * n_rows)[row] = known[key]
    table = [CellColumn([], array("i", [BLANK]) * n_rows)] * width
    for column, values in columns.items():
        table[column] = encode(values)
    return Columns(table, n_rows, 0, [])


def _table(
    cells: Block, kept: Ints, n_rows: int, extras: Extras, shared: SharedStrings
) -> list[CellColumn]:
    """Return one column per worksheet column, from one dictionary of (column, key) pairs."""
    if not n_rows:
        return []
    order = kept[np.argsort(cells.columns[kept].astype(np.uint16), kind="stable")]
    columns, keys = cells.columns[order], cells.keys[order]
    # Columns come one after the other, so each has a contiguous stretch of the dictionary.
    begins = np.flatnonzero(np.diff(columns, prepend=-1))
    present, counts = columns[begins], np.diff(begins, append=len(columns))
    if len(present) * n_rows > MAX_CODES:
        raise UnreadableWorkbook(
            "file.too_sparse",
            "数据分散在过多的行和列中，超出台账的合理大小",
            "请删除表格以外多余的行和列（选中后右键删除），保存后再上报",
        )
    codes, keys = _distinct_pairs(
        np.repeat(np.arange(len(present)), counts), keys, len(shared.texts)
    )
    firsts = codes[begins]
    codes = codes - np.repeat(firsts, counts)
    values = _values(keys, firsts, extras, shared)
    # Shared strings are distinct already.
    for at in np.flatnonzero(np.maximum.reduceat(keys, firsts) >= SMALL).tolist():
        here = slice(begins[at], begins[at] + counts[at])
        values[at], codes[here] = _merged(values[at], codes[here])
    matrix = np.full((len(present), n_rows), BLANK, np.int32)
    matrix[np.repeat(np.arange(len(present)), counts), cells.rows[order]] = codes
    table = [CellColumn([], array("i", [BLANK]) * n_rows)] * (int(present[-1]) + 1)
    for column, cells_of, row in zip(present.tolist(), values, matrix, strict=True):
        table[column] = CellColumn(cells_of, array("i", row.tobytes()))
    return table


def _distinct_pairs(columns: Ints, keys: Ints, n_shared: int) -> tuple[NDArray[np.int32], Ints]:
    """Return the index of each pair among the distinct ones as they first appear, and their keys."""
    n_columns = int(columns[-1]) + 1
    if n_columns * (n_shared + len(keys)) > _PLACES_PER_CELL * len(keys):  # less memory by sorting
        codes, pairs = distinct((columns << _KEY_BITS) + keys)
        return codes, pairs & ((1 << _KEY_BITS) - 1)
    others = np.flatnonzero(keys >= SMALL)
    index, different = distinct(keys[others])
    n_keys = n_shared + len(different)
    places = columns * n_keys + keys
    places[others] = columns[others] * n_keys + n_shared + index
    numbers = np.arange(len(keys), dtype=np.int32)
    first_at = np.empty(n_columns * n_keys, np.int32)
    first_at[places[::-1]] = numbers[::-1]  # of several the last one written stays
    firsts = first_at[places]
    is_first = firsts == numbers
    ranks = np.cumsum(is_first, dtype=np.int32) - 1
    return ranks[firsts], keys[is_first]


def _values(
    keys: Ints, firsts: NDArray[np.int32], extras: Extras, shared: SharedStrings
) -> list[list[Cell]]:
    """Return the cells of each column's stretch of keys; the n-th begins at `firsts[n]`."""
    others = np.flatnonzero(keys >= SMALL)
    listed = keys.copy()
    listed[others] = 0
    texts = shared.texts or [""]
    cells: list[Cell] = [*map(texts.__getitem__, listed.tolist())]
    for at, key in zip(others.tolist(), keys[others].tolist(), strict=True):
        cells[at] = _cell(key, extras)
    edges = [*firsts.tolist(), len(keys)]
    return [cells[begin:end] for begin, end in pairwise(edges)]


def _resolved(cells: Block, shared: SharedStrings) -> Block:
    """Return the cells with one key per text, without those whose text is empty."""
    strings = cells.keys < SMALL
    if not strings.any():
        return cells
    if int(cells.keys[strings].max()) >= len(shared.texts):
        raise corrupt("共享字符串缺失")
    if shared.canonical is None:
        return cells
    keys = cells.keys.copy()
    keys[strings] = shared.canonical[keys[strings]]
    some = keys >= 0
    return Block(cells.rows[some], cells.columns[some], keys[some])


def _without_strays(cells: Block) -> Ints:
    """Return the indices of the cells that belong to tables."""
    kept = np.flatnonzero(cells.columns < MAX_COLUMNS)
    gaps = np.flatnonzero(np.diff(cells.rows[kept]) > STRAY_GAP)
    end = len(kept)
    for gap in gaps[::-1].tolist():
        if end - gap - 1 > STRAY_CELLS:
            break
        end = gap + 1
    return kept[:end]


def _cell(key: int, extras: Extras) -> Cell:
    if key >= EXTRA:
        return extras.cells[key - EXTRA]
    return _small_cell(key, extras.date1904)


@lru_cache(maxsize=1 << 16)
def _small_cell(key: int, date1904: bool) -> Cell:
    meaning, value = divmod(key - SMALL, 1 << 32)
    return valued(value, meaning, date1904=date1904)


def _merged(cells: list[Cell], indices: NDArray[np.int32]) -> tuple[list[Cell], NDArray[np.int32]]:
    """Return distinct cells, since different keys can mean the same one, and indices into them."""
    if len(set(cells)) == len(cells):
        return cells, indices
    seen: dict[tuple[type, Cell], int] = {}
    new = [seen.setdefault((type(cell), cell), len(seen)) for cell in cells]
    return [cell for _, cell in seen], np.array(new, np.int32)[indices]
