from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from validators.normalise import squeeze
from validators.sheets import SHEETS
from workbooks import headings
from workbooks.raw import columns, scan

CELLS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 5) | st.integers(columns.SMALL, columns.SMALL + 3)),
    min_size=1, max_size=60,
)  # fmt: skip


@given(CELLS, st.sampled_from([0, 1000]))
def test_cells_of_a_column_are_numbered_as_they_first_appear(cells, places_per_cell) -> None:
    cells = sorted(cells, key=lambda cell: cell[0])
    number = {column: at for at, column in enumerate(dict.fromkeys(c for c, _ in cells))}
    pairs = [(number[column], key) for column, key in cells]
    expected = {pair: at for at, pair in enumerate(dict.fromkeys(pairs))}
    before, columns._PLACES_PER_CELL = columns._PLACES_PER_CELL, places_per_cell
    try:
        codes, keys = columns._distinct_pairs(*np.array(pairs, np.int64).T, 6)
    finally:
        columns._PLACES_PER_CELL = before

    assert codes.tolist() == [expected[pair] for pair in pairs]
    assert keys.tolist() == [key for _, key in expected]


@given(
    st.lists(st.tuples(*[st.sampled_from([0, 1, 2, 3, 1 << 63])] * 2), min_size=1, max_size=40),
    st.sampled_from([1, 16]),
)
def test_equal_rows_of_words_share_one_of_them_even_in_few_buckets(rows, bits) -> None:
    words = [*np.array(rows, np.uint64).T]
    before, scan._BUCKET_BITS = scan._BUCKET_BITS, bits
    try:
        like = scan._alike(words, len(rows)).tolist()
    finally:
        scan._BUCKET_BITS = before

    assert [rows[at] for at in like] == rows
    assert len({*like}) == len({*rows})


NAMES = [name for model in SHEETS for name in headings._names(model)]
HINTS = [
    "",
    "必填",
    "可选",
    "（必填）",
    "*",
    "3.",
    " ",
    "得分",
    "↓",
    "小时",
    "ABC",
    "12",
    "☎",
    "\n填数字",
]


@given(
    st.sampled_from(SHEETS),
    st.sampled_from(HINTS), st.sampled_from([*NAMES, "ID", "2026-05-03", "下月初"]), st.sampled_from(HINTS),
)  # fmt: skip
def test_a_heading_is_named_as_by_trying_every_form(model, before, name, behind) -> None:
    text = before + name + behind
    names = headings._names(model)
    forms = [name for form in headings._without_hints(text) if (name := names.get(form, ""))]
    units = headings._units(model)
    words = re.sub(r"[\W\d_]|单位|必填|选填", "", squeeze(text)).casefold()
    usable = [name for name in forms if name not in units]
    usable += [
        field
        for field, (bare, unit) in units.items()
        if words in {bare + unit, bare + headings._SHORT.get(unit, unit)}
    ]
    plain = names.get(headings.heading_key(text)) or next(iter(usable), "")

    assert headings.field_named(model, text) == (plain if len(text) <= 40 else "")
