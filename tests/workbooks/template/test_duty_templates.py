"""The duty templates a new ledger starts with."""

from __future__ import annotations

from collections import Counter
from itertools import product

from validators.vocabulary import Aspect, Side, Subject
from workbooks.template.workbook import default_duties


def test_both_sides_have_duties_in_each_aspect() -> None:
    lines = default_duties()

    assert {(line["subject"], line["aspect"], line["side"]) for line in lines} == set(
        product(Subject, Aspect, Side)
    )


def test_no_duty_is_listed_twice_and_each_can_be_done_in_a_year() -> None:
    lines = default_duties()

    assert max(Counter(line["item"] for line in lines).values()) == 1
    assert all(line["target"] >= 1 and 1 <= line["months"] <= 12 for line in lines)
