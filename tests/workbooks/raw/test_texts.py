from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from validators.cells import encode
from workbooks.raw.texts import SheetTexts

CELLS = st.none() | st.integers(0, 3) | st.text("合例 \0a1", max_size=4)


@given(st.lists(st.lists(CELLS, max_size=6), max_size=4), st.none() | st.integers(0, 4))
def test_texts_are_found_by_their_first_character_and_by_a_word(
    columns: list[list[str | int | None]], longest: int | None
) -> None:
    encoded = [encode(cells) for cells in columns]
    texts = SheetTexts(encoded)
    plain = {
        (at, code): cell
        for at, column in enumerate(encoded)
        for code, cell in enumerate(column.values)
        if isinstance(cell, str)
    }

    starting = [*texts.starting("合a".__contains__, longest)]
    holding = [*texts.holding("例")]

    assert sorted(starting) == [
        at
        for at, text in plain.items()
        if text[0] in "合a" and (longest is None or len(text) <= longest)
    ]
    assert holding == [at for at, text in plain.items() if "例" in text]


def test_of_long_texts_only_white_ones_are_found_by_their_first_character() -> None:
    cells = ["合" * 40, "合" * 41, " " * 41, f" {'合' * 40}"]

    starting = [*SheetTexts([encode(cells)]).starting("合 ".__contains__)]

    assert sorted(starting) == [(0, 0), (0, 2)]
