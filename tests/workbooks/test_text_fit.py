"""Lines a text takes, and where a text too long is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbooks.text_fit import lines_in_column, lines_on_paper, shortened, summary


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", 1),
        ("十个汉字刚好占满一行", 1),
        ("十个汉字刚好占满一行多", 2),
        ("一\n二", 2),
        ("a" * 17, 2),
    ],
)
def test_the_lines_of_a_text_are_counted(text: str, lines: int) -> None:
    assert lines_on_paper(text, width=10 * 12 + 8, size=12) == lines


def test_a_comma_takes_the_letter_before_it_to_the_next_line() -> None:
    nine_and_a_comma = "一二三四五六七八九十，" + "一二三四五六七八九"

    assert lines_on_paper(nine_and_a_comma, width=10 * 12 + 8, size=12) == 3


@pytest.mark.parametrize("text", ["。" * 200, "（2026年第3次）" * 40])
def test_a_text_without_a_sentence_is_cut_where_its_lines_end(text: str) -> None:
    shown = summary(text, 20, 3)

    assert shown.endswith("……")
    assert text.startswith(shown.removesuffix("……"))
    assert lines_in_column(shown, 20) <= 3


def test_a_text_too_long_is_cut_where_its_lines_end() -> None:
    cut = shortened("帮" * 100, width=128, size=12, most=3)

    assert cut == "帮" * 28 + "……"
    assert lines_on_paper(cut, width=128, size=12) == 3
    assert shortened("帮" * 30, width=128, size=12, most=3) == "帮" * 30


FACTS = (
    "结对 J-001（导师孙玉勤）2026-09 未联系，此前最近一次是 2026-08-19（R-00196）。"
    "职责 ZR-0007“走访”应于 2026-10-31 完成，已逾期 20 天；职责 ZR-0008“走访”应于 2026-10-31 完成。"
)


@pytest.mark.parametrize(
    ("lines", "short"),
    [
        (9, FACTS),
        (3, "结对 J-001 2026-09 未联系，此前最近一次是 2026-08-19……等 3 项"),
        (2, "结对 J-001 2026-09 未联系……等 3 项"),
        (1, "结对 J-001 2026-09……等 3 项"),
    ],
)
def test_a_summary_is_made_of_whole_sentences_and_counts_them(lines: int, short: str) -> None:
    assert summary(FACTS, width=32, most=lines) == short


@given(st.text("帮带，。；（）a1 -\n", max_size=2000), st.integers(1, 6))
def test_a_summary_fits_and_says_that_it_is_one(text: str, lines: int) -> None:
    short = summary(text, width=20, most=lines)

    assert lines_in_column(short, 20) <= lines
    assert short == text or "……" in short or set(text) & {"（"}
