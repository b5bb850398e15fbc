"""Addresses of cells, and cells covered by rectangles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.cells import letters
from workbooks.ooxml.addresses import Rectangle, addresses, column_number, rectangles

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


@given(st.integers(1, 16_384))
def test_letters_and_numbers_of_columns_are_each_others_inverse(column: int) -> None:
    assert column_number(letters(column)) == column


@pytest.mark.parametrize(
    ("address", "rectangle"),
    [
        ("B4", (4, 2, 1, 1)),
        ("$B$4:d9", (4, 2, 6, 3)),
        ("A1:XFD1048576", (1, 1, 1_048_576, 16_384)),
        ("B9:A4", (4, 1, 6, 2)),
        ("XFE1", None),
        ("A1048577", None),
        ("A0", None),
        ("A:B", None),
        ("", None),
    ],
)
def test_addresses_within_a_worksheet_are_rectangles(
    address: str, rectangle: tuple[int, int, int, int] | None
) -> None:
    assert Rectangle.parse(address) == rectangle


def test_a_rectangle_knows_its_corners_its_cells_and_its_address() -> None:
    area = Rectangle.between(4, 2, 9, 4)

    assert (area.bottom, area.right, area.address) == (9, 4, "B4:D9")
    assert area.covers(9, 4)
    assert not area.covers(10, 4)
    assert Rectangle(4, 2, 1, 1).address == "B4"


def test_addresses_fit_one_call_and_leave_nothing_out() -> None:
    cells = {(row, row % 7 * 2 + 1) for row in range(1, 200)}

    texts = [*addresses(cells)]

    assert max(map(len, texts)) <= 255
    parts = [Rectangle.parse(part) for text in texts for part in text.split(",")]
    assert {(part.top, part.left) for part in parts if part} == cells
