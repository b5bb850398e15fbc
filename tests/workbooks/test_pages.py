"""Texts on printed pages."""

from __future__ import annotations

from datetime import date

from workbooks.pages import full_date, printable


def test_a_date_in_the_text_has_no_leading_zeros() -> None:
    assert full_date(date(2026, 3, 1)) == "2026年3月1日"


def test_input_stands_on_one_line_without_a_mobile_number() -> None:
    assert printable(" 冯庄村\n主任　13812345678 ") == "冯庄村 主任 138****5678"


def test_a_date_not_known_yet_is_left_to_be_written_in() -> None:
    assert full_date(None) == "　　　年　　月　　日"
