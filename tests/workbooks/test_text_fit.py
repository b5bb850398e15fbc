"""Lines a text takes, and where a text too long is cut."""

from __future__ import annotations

import pytest

from workbooks.text_fit import lines_on_paper, shortened


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


def test_a_text_too_long_is_cut_where_its_lines_end() -> None:
    cut = shortened("帮" * 100, width=128, size=12, most=3)

    assert cut == "帮" * 28 + "……"
    assert lines_on_paper(cut, width=128, size=12) == 3
    assert shortened("帮" * 30, width=128, size=12, most=3) == "帮" * 30
