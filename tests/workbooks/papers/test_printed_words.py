"""Dates in words, lines a text takes, certificate numbers, and the prohibitions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workbooks.papers.papers import an_appointment
from workbooks.pages import full_date, lines_in, plain, shortened, spelled_date
from workbooks.papers.agreements import FOR_MENTEES, FOR_MENTORS
from workbooks.papers.certificates import certificate_numbers


@pytest.mark.parametrize(
    ("day", "spelled"),
    [
        (date(2026, 3, 1), "二〇二六年三月一日"),
        (date(2026, 10, 10), "二〇二六年十月十日"),
        (date(2027, 12, 31), "二〇二七年十二月三十一日"),
        (date(2030, 11, 20), "二〇三〇年十一月二十日"),
    ],
)
def test_a_date_is_spelled_as_on_a_certificate(day: date, spelled: str) -> None:
    assert spelled_date(day) == spelled


def test_a_date_in_the_text_has_no_leading_zeros() -> None:
    assert full_date(date(2026, 3, 1)) == "2026年3月1日"


def test_input_stands_on_one_line_without_a_mobile_number() -> None:
    assert plain(" 冯庄村\n主任　13812345678 ") == "冯庄村 主任 138****5678"


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
    assert lines_in(text, width=10 * 12 + 8, size=12) == lines


def test_a_comma_takes_the_letter_before_it_to_the_next_line() -> None:
    nine_and_a_comma = "一二三四五六七八九十，" + "一二三四五六七八九"

    assert lines_in(nine_and_a_comma, width=10 * 12 + 8, size=12) == 3


def test_a_text_too_long_is_cut_where_its_lines_end() -> None:
    cut = shortened("帮" * 100, width=128, size=12, most=3)

    assert cut == "帮" * 28 + "……"
    assert lines_in(cut, width=128, size=12) == 3
    assert shortened("帮" * 30, width=128, size=12, most=3) == "帮" * 30


def test_a_blank_number_is_proposed_from_place_year_and_serial() -> None:
    numbers = certificate_numbers(
        [
            an_appointment(1),
            an_appointment(2, number=" 固导聘字〔2026〕12号 "),
            an_appointment(3, mentor_id="D640402000-1007"),
            an_appointment(4, mentor_id="D640400000-004", appointed_on=date(2027, 1, 1)),
        ]
    )

    assert numbers == (
        "开城镇导聘字〔2026〕001号",
        "固导聘字〔2026〕12号",
        "原州区导聘字〔2026〕1007号",
        "固原市导聘字〔2027〕004号",
    )


def test_no_number_is_given_twice() -> None:
    numbers = certificate_numbers(
        [
            an_appointment(1),
            an_appointment(2),
            an_appointment(5, number="开城镇导聘字〔2026〕001号"),
            an_appointment(6, number="开城镇导聘字〔2026〕007号"),
        ]
    )

    assert numbers == (
        "开城镇导聘字〔2026〕008号",
        "开城镇导聘字〔2026〕002号",
        "开城镇导聘字〔2026〕001号",
        "开城镇导聘字〔2026〕007号",
    )


@pytest.mark.parametrize("mentor_id", ["", "D999999999-001", "马志远"])
def test_an_unknown_place_gets_no_number(mentor_id: str) -> None:
    appointments = [an_appointment(1, mentor_id=mentor_id), an_appointment(2, mentor_id=mentor_id)]

    assert certificate_numbers(appointments) == ("", "")


@pytest.mark.parametrize("prohibitions", [FOR_MENTORS, FOR_MENTEES])
def test_prohibitions_are_whole_short_sentences(prohibitions: tuple[str, ...]) -> None:
    assert all(text.startswith("不得") and text.endswith("。") for text in prohibitions)
    assert all(len(text) <= 40 for text in prohibitions)
    assert len(set(prohibitions)) == len(prohibitions) >= 5
