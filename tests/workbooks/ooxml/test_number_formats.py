"""A number is shown as Excel shows it; only what changes its meaning is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.cells import Shown
from workbooks.ooxml.dates import Kind
from workbooks.ooxml.number_formats import as_shown, meaning_of, rendered, valued


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (0.86, "0%", "86%"),
        (0.8654, "0.0%", "86.5%"),
        (0.005, "0%", "1%"),
        (61.6, "0", "62"),
        (2.5, "#,##0", "3"),
        (7, "000", "007"),
        (17, '"J640402104-"000', "J640402104-017"),
        (12, '"固导聘字〔2026〕"000"号"', "固导聘字〔2026〕012号"),
        (90, '0"分钟"', "90分钟"),
        (90, "0分钟", "90分钟"),
        (1234567, '#,##0"元"', "1,234,567元"),
        (394_000, '0!.0,"万"', "39.4万"),
        (394_000, '0\\.0,"万"', "39.4万"),
        (394_000, '0.0,"千"', "394.0千"),
        (5, '[Red]0"次";-0"次"', "5次"),
        (13800000001, '000"-"0000"-"0000', "138-0000-0001"),
        (20260503, '0000"-"00"-"00', "2026-05-03"),
    ],
)
def test_a_format_that_speaks_is_heard(number, code, text) -> None:
    assert valued(number, meaning_of(200, code)) == Shown(number, text)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (12345.678, "#,##0.00"), (12.5, "0.0"), (3, "General"), (3, "@"), (12.5, "¥#,##0.00"),
        (12.5, "0.0_);(0.0)"), (1234, "000"), (0, "0"), (-3, '0"人"'),
        (5, '[Red]0;[Blue]-0'), (1.5, "0.00E+00"), (1.5, "# ?/?"), (5, '[>3]0"多";0'),
    ],
)  # fmt: skip
def test_a_format_that_says_nothing_else_is_no_matter(number, code) -> None:
    assert valued(number, meaning_of(200, code)) == number


def test_built_in_formats_speak_too() -> None:
    assert valued(0.86, meaning_of(9, None)) == Shown(0.86, "86%")
    assert valued(61.6, meaning_of(1, None)) == Shown(61.6, "62")
    assert valued(61.6, meaning_of(0, None)) == 61.6
    assert meaning_of(14, None) is Kind.DATE


@given(st.integers(0, 10**9), st.integers(1, 9))
def test_zeros_stand_in_front(number, places) -> None:
    assert rendered(number, "0" * places) == f"{number:0{places}}"


@given(st.decimals(0, 10**6, places=4))
def test_percentages_and_thousands_are_those_of_python(number) -> None:
    assert rendered(float(number), "0.00%") == f"{number * 100:.2f}%"
    assert rendered(int(number), '#,##0"元"') == f"{int(number):,}元"


@given(st.text(max_size=12), st.integers(0, 10**6))
def test_any_format_gives_a_number_or_what_is_shown_for_it(code, number) -> None:
    cell = valued(number, meaning_of(200, code))

    assert cell == number or not isinstance(cell, int | float)


def test_a_text_that_is_the_number_is_the_number() -> None:
    assert as_shown(394_000, "394,000.00") == 394_000
    assert as_shown(17, "017") == Shown(17, "017")
