"""Rows are as tall as their longest wrapped text."""

from __future__ import annotations

from validators.cells import encode
from workbooks.bulk import HEIGHTS, row_lines


def test_rows_of_one_line_have_no_height() -> None:
    columns = [encode(["短", None, "abc"])]

    assert row_lines(columns, {0: 8}) is None


def test_the_longest_text_of_a_row_decides() -> None:
    columns = [encode(["入户走访三户", "走访", None]), encode(["a" * 25, 5, "b" * 9])]

    lines = row_lines(columns, {0: 6, 1: 10})

    assert lines is not None
    assert [HEIGHTS[n_lines] for n_lines in lines] == [b' ht="46.5"', b"", b""]
