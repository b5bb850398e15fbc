"""A merged sheet continues in another before it has more rows, or more bytes, than can be read back."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbooks.consolidated.content import RowBlock
from workbooks.consolidated.ledger_sheets import MOST_BYTES, in_sheets
from workbooks.ooxml.package import CHUNK_BYTES, MAX_PART_BYTES
from workbooks.template.layout import FIRST_ROW


def block(n_rows: int, size: int) -> RowBlock:
    return RowBlock(n_rows, list, size)


@given(
    blocks=st.lists(st.builds(block, st.integers(1, 30), st.integers(0, MOST_BYTES // 2))),
    most=st.integers(FIRST_ROW, FIRST_ROW + 60),
)
def test_a_sheet_holds_as_many_blocks_as_have_room(blocks: list[RowBlock], most: int) -> None:
    sheets = in_sheets(blocks, most)

    def has_room(sheet: list[RowBlock]) -> bool:
        rows, size = (sum(values) for values in zip(*((b[0], b[2]) for b in sheet), strict=True))
        return FIRST_ROW - 1 + rows <= most and size <= MOST_BYTES

    assert [one for sheet in sheets for one in sheet] == blocks
    assert all(len(sheet) < 2 or has_room(sheet) for sheet in sheets)
    for sheet, after in pairwise(sheets):
        assert not has_room([*sheet, after[0]])


def test_what_is_around_the_rows_has_room_too() -> None:
    assert MOST_BYTES + 100 * CHUNK_BYTES < MAX_PART_BYTES
