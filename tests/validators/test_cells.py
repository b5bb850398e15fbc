from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from validators.cells import BLANK, FormulaError, Uncalculated, encode, is_slip, letters


def test_cells_that_look_alike_stay_different() -> None:
    column = encode([1, 1.0, True, "1", 1, "1"])

    assert [(type(v), v) for v in column.values] == [
        (int, 1),
        (float, 1.0),
        (bool, True),
        (str, "1"),
    ]
    assert list(column.codes) == [0, 1, 2, 3, 0, 3]


def test_nothing_and_empty_text_are_blank() -> None:
    column = encode([None, "", " ", 0, False])

    assert list(column.codes) == [BLANK, BLANK, 0, 1, 2]
    assert column.cell(0) is None
    assert column.cell(3) == 0


CELLS = st.one_of(
    st.none(),
    st.text(max_size=2),
    st.integers(0, 3),
    st.floats(0, 3),
    st.booleans(),
    st.dates(date(2026, 1, 1), date(2026, 1, 3)),
    st.builds(FormulaError, st.sampled_from(["#REF!", "#N/A"])),
    st.builds(Uncalculated, st.sampled_from(["", "A1"])),
)


@given(st.lists(CELLS, max_size=30))
def test_an_encoded_column_gives_every_cell_back(cells) -> None:
    column = encode(cells)

    back = [column.cell(row) for row in range(len(cells))]

    assert [(type(c), c) for c in back] == [
        (type(None), None) if c == "" else (type(c), c) for c in cells
    ]
    assert len({(type(v), v) for v in column.values}) == len(column.values)


def test_columns_are_named_as_excel_names_them() -> None:
    assert [letters(n) for n in (1, 26, 27, 52, 53, 702, 703, 16_384)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA", "XFD",
    ]  # fmt: skip


def test_a_moment_is_told_from_a_slip_by_a_few_comparisons() -> None:
    class CountedFloat(float):
        compared = 0

        def __eq__(self, other: object) -> bool:
            CountedFloat.compared += 1
            return float(self) == other

        __hash__ = float.__hash__

    assert not is_slip(CountedFloat(46_203.8125))
    assert CountedFloat.compared < 10


def test_a_number_in_a_date_format_is_a_slip_where_no_ledger_means_its_day() -> None:
    slips = (5.3, 2026.6, 2_192, 73_416, 193_001, 197_805, 197_805.5, 210_012, 260_503)
    assert [is_slip(n) for n in slips] == [True] * len(slips)
    assert [is_slip(n) for n in (2_193, 46_203, 46_203.8125, 73_415)] == [False] * 4


@given(st.lists(st.sampled_from([None, "", "甲", "乙", "丙 ", "1"])))
def test_texts_alone_are_encoded_as_beside_other_cells(cells: list[str | None]) -> None:
    alone, beside = encode(cells), encode([*cells, 1])

    assert [*alone.values, 1] == beside.values
    assert [*alone.codes, len(alone.values)] == [*beside.codes]
