"""How tall rows must be to show wrapped text in full, where no spreadsheet fits them itself.

Excel fits rows without a height on opening, LibreOffice trusts files that look like Excel's, so
both are told. `ht` without `customHeight` keeps a row automatic when a clerk edits it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import methodcaller

import numpy as np
from numpy.typing import NDArray

from validators.cells import CellColumn

__all__ = ["height_attributes"]

_POINTS_PER_LINE = 15.5
_ENCODE = methodcaller("encode", "utf-8", "surrogatepass")
_MOST_LINES = 26  # a row is at most 409.5 points tall


def height_attributes(
    columns: Sequence[CellColumn], wraps: Mapping[int, float]
) -> list[bytes] | None:
    """Return the ` ht="…"` of every row, empty for one line; None if all rows take one.

    Args:
        columns: The columns of a block of rows.
        wraps: Widths in characters of the columns whose text wraps, by 0-based index.
    """
    of_column = [(columns[index], _lines(columns[index], width)) for index, width in wraps.items()]
    of_rows = [lines[np.asarray(column.codes)] for column, lines in of_column if lines is not None]
    if not of_rows:
        return None
    n_lines = np.maximum.reduce(of_rows)
    tallest = int(n_lines.max(initial=1))
    if tallest == 1:
        return None
    attributes = [b"", b""] + [b' ht="%g"' % (_POINTS_PER_LINE * n) for n in range(2, tallest + 1)]
    return [attributes[n] for n in n_lines.tolist()]


def _lines(column: CellColumn, width: float) -> NDArray[np.intc] | None:
    """Return the lines of each distinct value and, last, of a blank; None if all take one."""
    room = max(int(width), 1)
    texts = [value if isinstance(value, str) else "" for value in column.values]
    if 2 * max(map(len, texts), default=0) <= room:
        return None
    lengths = np.fromiter(map(len, texts), dtype=np.intc, count=len(texts))
    n_bytes = np.fromiter(map(len, map(_ENCODE, texts)), dtype=np.intc, count=len(texts))
    taken = (lengths + n_bytes) // 2  # 2 for 3 bytes, 1 for 1
    counts = np.clip(-(-taken // room), 1, _MOST_LINES)
    return np.append(counts, 1).astype(np.intc)
