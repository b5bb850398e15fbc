"""The distinct texts of a worksheet by what they begin with, so that few need a closer look."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain

from validators.cells import CellColumn, places

_LONGEST = 40
"""Characters of the longest heading or label."""
_OTHER = "\0"
"""Stands for the first character of what is no text or too long; no heading or label begins with it."""


class SheetTexts:
    """The distinct texts of some columns.

    Args:
        columns: The columns; other cells than texts are passed over.
    """

    def __init__(self, columns: Sequence[CellColumn]) -> None:
        self._cells = [*chain.from_iterable(column.values for column in columns)]
        self._ends = [*accumulate(len(column.values) for column in columns)]
        self._firsts = "".join(
            [
                cell[0]
                if type(cell) is str and (len(cell) <= _LONGEST or cell.isspace())
                else _OTHER
                for cell in self._cells
            ]
        )
        self._distinct_firsts = {*self._firsts} - {_OTHER}

    def starting(
        self, may_be: Callable[[str], bool], longest: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """Yield the index of the column and the code of every text whose first character may be so.

        Texts longer than any heading are passed over, but for white ones.

        Args:
            may_be: Tells it of a character.
            longest: Characters of the longest text to be looked at.
        """
        for first in filter(may_be, self._distinct_firsts):
            for at in places(self._firsts, first):
                if longest is None or len(str(self._cells[at])) <= longest:
                    yield self._place(at)

    def holding(self, word: str) -> Iterator[tuple[int, int]]:
        """Yield the index of the column and the code of every text that holds a word."""
        cells = enumerate(self._cells)
        return map(self._place, [at for at, cell in cells if type(cell) is str and word in cell])

    def _place(self, at: int) -> tuple[int, int]:
        column = bisect_right(self._ends, at)
        return column, at - (self._ends[column - 1] if column else 0)
