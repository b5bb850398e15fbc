"""Rows that do not say where they are follow the one before, also across blocks."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workbooks.raw.hostile import book_of
from validators.cells import Cell, letters
from workbooks.ooxml import package
from workbooks.raw import sheet
from workbooks.raw.book import RawSheet, read_bytes

CELLS = st.sampled_from([None, None, 7, 46_000, "走访", 'a r="5" b', "x"])
ROWS = st.lists(
    st.tuples(st.sampled_from([0, 0, 0, 1, 4]), st.lists(CELLS, min_size=1, max_size=4)),
    min_size=1,
    max_size=30,
)


def cells_of(read: RawSheet) -> dict[tuple[int, int], Cell]:
    return {
        (row, at): cell
        for at, column in enumerate(read.columns, 1)
        for row in range(1, read.n_rows + 1)
        if (cell := column.cell(row - 1)) is not None
    }


def xml_of(cell: Cell | None, place: str) -> str:
    if cell is None:
        return f'<c{place} s="0"/>'
    if isinstance(cell, int):
        return f'<c{place} s="0"><v>{cell}</v></c>'
    return f'<c{place} s="0" t="inlineStr"><is><t>{cell}</t></is></c>'


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ROWS, st.sampled_from([150, 1 << 20]))
def test_rows_with_and_without_places_stand_where_counting_puts_them(
    monkeypatch: pytest.MonkeyPatch, rows: list[tuple[int, list[Cell | None]]], block: int
) -> None:
    text, expected, number = "", {}, 0
    for gap, cells in rows:  # a gap of 0 is left unsaid
        number += gap or 1
        row = f' r="{number}"' if gap else ""
        inner = "".join(
            xml_of(cell, f' r="{letters(at)}{number}"' if gap else "")
            for at, cell in enumerate(cells, 1)
        )
        text += f'<row{row} spans="1:4">{inner}</row>'
        expected |= {(number, at): cell for at, cell in enumerate(cells, 1) if cell is not None}

    with monkeypatch.context() as patch:
        patch.setattr(package, "CHUNK_BYTES", block)
        patch.setattr(sheet, "read_tree", None)  # nothing is left to the tolerant path
        read = read_bytes(book_of(text), "台账.xlsx").sheets[0]

    assert cells_of(read) == expected


@pytest.mark.parametrize(
    ("row", "hidden"),
    [
        ('<row spans="1:2" r="5"><c><v>3</v></c></row>', set()),
        ('<row spans="1:2" hidden="1"><c><v>3</v></c></row>', {4}),
        ('<row spans="1:2"><c r="B4"><v>3</v></c><c><v>4</v></c></row>', set()),
        ('<row spans="1:2"><c><f>TODAY()</f><v>46000</v></c></row>', set()),
        ('<row r="4"><c s="0" r="B4"><v>3</v></c><c><v>4</v></c></row>', set()),
    ],
)
@pytest.mark.parametrize("before", ["", '<row spans="1:2"><c><v>1</v></c></row>' * 3])
def test_whatever_else_is_said_is_left_to_the_tolerant_path(
    before: str, row: str, hidden: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    read_tree = sheet.read_tree
    monkeypatch.setattr(sheet, "read_tree", lambda *of: asked.append(of) or read_tree(*of))

    read = read_bytes(book_of(before + row), "台账.xlsx").sheets[0]

    assert len(asked) == 1
    assert cells_of(read)
    assert bool(read.hidden_rows) == bool(hidden)
