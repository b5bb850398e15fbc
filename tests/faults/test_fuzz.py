from __future__ import annotations

import struct

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.faults.fuzz import COLUMNS, SEEDS, feed
from tests.workbooks.raw.hostile import book_of

XML = st.lists(
    st.sampled_from(
        ["<row r='1'>", "</row>", "<c r='A1' t='s'>", "<c r='XFD1048576'>", "<c t='e'>", "</c>", "<v>", "</v>",
         "0", "46145", "-1", "1E400", "<f>A1</f>", "<is><t>", "</t></is>", "&amp;", "&#0;", "<!-- -->", "<![CDATA[",
         "]]>", "<row>", "<c/>", "\ufffd", "<mergeCells>"]
    ),
    max_size=25,
).map("".join)  # fmt: skip
WORDS = st.lists(
    st.sampled_from(
        ["王大山", "李小山", "、", " ", "·", "（", "）", "同上", "〃", "2026", ".", "年", "5", "月", "3", "日", "-",
         "13800000001", "640402197805030012", "\ufffd", "?", "无", "√", "\x00", "\u200b", "𠮷", "J640402104-001", "等",
         "人", "元", "%", ",", "|", "｜"]
    ),
    max_size=6,
).map("".join)  # fmt: skip
SMALL = book_of("<row r='1'><c r='A1'><v>1</v></c></row>")


@settings(max_examples=30, deadline=None)
@given(XML)
def test_any_worksheet_is_read_or_refused(rows: str) -> None:
    feed(b"\x00" + rows.encode())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, len(SMALL) - 1), st.binary(max_size=4), st.integers(0, 8))
def test_any_package_is_read_or_refused(at: int, inserted: bytes, removed: int) -> None:
    feed(b"\x01" + SMALL[:at] + inserted + SMALL[at + removed :])


@settings(max_examples=300, deadline=None)
@given(st.integers(0, min(255, len(COLUMNS) - 1)), WORDS | st.text(max_size=12))
@example(0, "")
def test_any_text_has_a_value_or_a_problem(which: int, typed: str) -> None:
    feed(bytes([2, which]) + typed.encode())


@settings(max_examples=100, deadline=None)
@given(st.integers(0, min(255, len(COLUMNS) - 1)), st.floats())
def test_any_number_has_a_value_or_a_problem(which: int, number: float) -> None:
    feed(bytes([3, which]) + struct.pack("<d", number))


def test_the_seeds_of_the_long_run_are_fed_as_well() -> None:
    for seed in SEEDS:
        feed(seed)
