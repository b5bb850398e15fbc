"""Cells covered by rectangles."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbooks.ooxml.rectangles import rectangles

CELLS = st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)))


@given(CELLS)
def test_every_cell_is_in_exactly_one_rectangle(cells: set[tuple[int, int]]) -> None:
    covered = [
        (row, column)
        for top, left, n_rows, n_columns in rectangles(cells)
        for row in range(top, top + n_rows)
        for column in range(left, left + n_columns)
    ]
    assert sorted(covered) == sorted(cells)


def test_a_block_and_a_column_are_one_rectangle_each() -> None:
    block = {(row, column) for row in range(3) for column in range(2)}
    column = {(row, 5) for row in range(3)}
    assert rectangles(block | column) == [(0, 0, 3, 2), (0, 5, 3, 1)]
