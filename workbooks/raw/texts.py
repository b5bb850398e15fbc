"""The distinct texts of a worksheet by what they begin with, so that few need a closer look."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain

from validators.cells import CellColumn


class SheetTexts:
    """The distinct texts of some columns.

    Args:
        columns: The columns; other cells than texts are passed over.
    """

    def __init__(self, columns: Sequence[CellColumn]) -> None:
        cells = chain.from_iterable(column.values for column in columns)
        self._texts = [cell if type(cell) is str else "" for cell in cells]
        self._ends = [*accumulate(len(column.values) for column in columns)]
        self._by_first: defaultdict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(self._texts):
            self._by_first[text[:1]].append(at)

    def starting(
        self, may_be: Callable[[str], bool], longest: int | None = None
    ) -> Iterator[tuple[int, int]]:
        """Yield the index of the column and the code of every text whose first character may be so.

        Args:
            may_be: Tells it of a character.
            longest: Characters of the longest text to be looked at.
        """
        for first, places in self._by_first.items():
            if first and may_be(first):
                near = (at for at in places if longest is None or len(self._texts[at]) <= longest)
                yield from self._places(near)

    def holding(self, word: str) -> Iterator[tuple[int, int]]:
        """Yield the index of the column and the code of every text that holds a word."""
        yield from self._places(at for at, text in enumerate(self._texts) if word in text)

    def _places(self, numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
        for at in numbers:
            column = bisect_right(self._ends, at)
            yield column, at - (self._ends[column - 1] if column else 0)
