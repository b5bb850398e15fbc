from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.cells import FormulaError, Uncalculated
from validators.findings import Finding, as_typed, columns_of, findings_of
from validators.vocabulary import Aspect, Level


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        ("张 三 ", "张 三 "),
        (True, "TRUE"),
        (3, "3"),
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (2026.5, "2026.5"),
        (1234567.25, "1234567.25"),
        (20260503.0, "20260503"),
        (date(2026, 5, 3), "2026-05-03"),
        (datetime(2026, 5, 3), "2026-05-03"),
        (datetime(2026, 5, 3, 9, 30), "2026-05-03 09:30"),
        (time(9, 30), "09:30:00"),
        (FormulaError("#REF!"), "#REF!"),
        (Uncalculated("A1+B1"), "=A1+B1"),
        (Uncalculated(), "（公式未计算）"),
        ("{value}", "{value}"),
    ],
)
def test_a_value_is_shown_as_the_clerk_typed_it(cell, shown) -> None:
    assert as_typed(cell) == shown


def test_a_long_value_is_cut_and_says_how_long_it_was() -> None:
    shown = as_typed("长" * 500)

    assert shown == "长" * 200 + "……（共 500 字）"


texts = st.text() | st.sampled_from(Aspect)
found = st.builds(
    Finding, texts, texts, texts, st.integers(), texts, texts, texts, st.sampled_from(Level),
    texts, texts, texts,
)  # fmt: skip


@given(st.lists(found))
def test_findings_come_back_from_their_columns(findings: list[Finding]) -> None:
    again = findings_of(columns_of(findings))

    assert again == findings
    assert {*map(type, again)} <= {Finding}
