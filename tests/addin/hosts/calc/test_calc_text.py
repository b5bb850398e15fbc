"""Texts as Excel takes them into a cell without a format."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.hosts.calc.text import TypedContent, typed


def serial(year: int, month: int, day: int) -> float:
    return float((date(year, month, day) - date(1899, 12, 30)).days)


@pytest.mark.parametrize(
    ("text", "value", "shown"),
    [
        ("001", 1.0, ""),
        (" 12 ", 12.0, ""),
        ("13912345678", 13912345678.0, ""),
        ("640402198001011234", 640402198001011000.0, ""),
        ("-3.5", -3.5, ""),
        ("(5)", -5.0, ""),
        ("1,234.5", 1234.5, "#,##0.00"),
        ("12%", 0.12, "0%"),
        ("¥12.50", 12.5, '"¥"#,##0.00'),
        ("1e3", 1000.0, "0.00E+00"),
        ("2026-1-5", serial(2026, 1, 5), "yyyy/m/d"),
        ("26/1/5", serial(2026, 1, 5), "yyyy/m/d"),
        ("2026年1月5日", serial(2026, 1, 5), 'yyyy"年"m"月"d"日"'),
        ("2026-1", serial(2026, 1, 1), 'yyyy"年"m"月"'),
        ("2026/1/5 12:00", serial(2026, 1, 5) + 0.5, "yyyy/m/d h:mm"),
        ("6:00", 0.25, "h:mm"),
        ("true", True, ""),
    ],
)
def test_a_text_that_looks_like_something_else_becomes_it(
    text: str, value: float | bool, shown: str
) -> None:
    assert typed(text) == TypedContent(value, shown)


def test_a_month_and_a_day_are_of_this_year() -> None:
    assert typed("3-4").value == serial(datetime.now(UTC).year, 3, 4)


@pytest.mark.parametrize(
    "text", ["G001", "2026.1.5", "2026-2-30", "(一)", "1e999", "25:00", "=", "#"]
)
def test_other_texts_stay(text: str) -> None:
    assert typed(text).value == text
    assert not typed(text).formula


def test_an_apostrophe_keeps_a_text_and_goes() -> None:
    assert typed("'001").value == "001"


@pytest.mark.parametrize(
    ("text", "formula"), [("=A1*2", "=A1*2"), ("#N/A", "=#N/A"), ("+A1", "=A1"), ("-无", "=-无")]
)
def test_formulas_errors_and_texts_that_begin_with_a_sign_are_formulas(
    text: str, formula: str
) -> None:
    assert typed(text).formula == formula


@given(st.text(max_size=12))
def test_any_text_is_taken_somehow(text: str) -> None:
    taken = typed(text)
    assert (taken.formula == "") or (taken.value == "")
