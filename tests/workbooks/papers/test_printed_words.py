"""Dates in words, certificate numbers, and the prohibitions."""

from __future__ import annotations

from datetime import date

import pytest

from tests.workbooks.papers.papers import an_appointment
from workbooks.papers.agreements import FOR_MENTEES, FOR_MENTORS
from workbooks.papers.certificates import certificate_numbers, spelled_date


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
