"""Merged cells are found with few questions, here of a fake sheet that answers as Excel does."""

from __future__ import annotations

import random
from itertools import product
from typing import Any

import numpy as np
import pytest
import xlwings as xw
from openpyxl.utils import range_boundaries

from addin.hosts.calc import Office, calc_app
from tests.support.uno_calls import CountedOffice
from workbooks.live.reading import meet, merges_in
from workbooks.ooxml.addresses import Rectangle, block


class FakeRange:
    def __init__(self, sheet: FakeSheet, area: Rectangle) -> None:
        self.sheet, self.area = sheet, area

    @property
    def merge_cells(self) -> bool | None:
        self.sheet.questions += 1
        area = self.area
        merged = self.sheet.merged[area.top : area.bottom + 1, area.left : area.right + 1]
        return None if merged.any() and not merged.all() else bool(merged.all())

    @property
    def merge_area(self) -> FakeRange:
        self.sheet.questions += 1
        return FakeRange(self.sheet, self.sheet.merge_of.get(self.area[:2], self.area))

    @property
    def address(self) -> str:
        return self.area.address


class FakeSheet:
    def __init__(self, merges: list[Rectangle], rows: int, columns: int) -> None:
        self.questions = 0
        self.merged = np.zeros((rows + 1, columns + 1), bool)
        self.merge_of: dict[tuple[int, int], Rectangle] = {}
        for merge in merges:
            top, left, bottom, right = merge.top, merge.left, merge.bottom, merge.right
            self.merged[top : bottom + 1, left : right + 1] = True
            places = product(range(top, bottom + 1), range(left, right + 1))
            self.merge_of.update(dict.fromkeys(places, merge))

    def range(self, address: str) -> FakeRange:
        left, top, right, bottom = range_boundaries(address)
        return FakeRange(self, Rectangle.between(top, left, bottom, right))


def looked_for(
    merges: list[Rectangle], rows: int = 300, columns: int = 20
) -> tuple[Any, bool, int]:
    sheet: Any = FakeSheet(merges, rows, columns)
    found, complete = merges_in(sheet, Rectangle.between(1, 1, rows, columns))
    return found, complete, sheet.questions


@pytest.mark.parametrize("rows", [300, 100_000])
def test_a_sheet_without_merges_is_one_question(rows: int) -> None:
    assert looked_for([], rows) == ([], True, 1)


def test_titles_across_cost_little_whatever_the_length() -> None:
    titles = [
        Rectangle.between(1, 1, 1, 20),
        Rectangle.between(2, 1, 2, 8),
        Rectangle.between(2, 9, 2, 20),
    ]

    few, many = looked_for(titles, 300), looked_for(titles, 100_000)

    assert few == many
    assert few[0] == titles
    assert few[2] < 40


def test_a_column_merged_in_pairs_costs_some_questions_a_merge() -> None:
    pairs = [Rectangle.between(row, 2, row + 1, 2) for row in range(10, 210, 2)]

    found, complete, questions = looked_for(pairs)

    assert (found, complete) == (pairs, True)
    assert questions < 4 * len(pairs) + 100


def test_more_merges_than_anybody_can_ask_for_are_said_to_be_incomplete() -> None:
    scattered = [
        Rectangle.between(row, 1 + row % 20, row + 1, 1 + row % 20) for row in range(10, 20_000, 3)
    ]

    found, complete, questions = looked_for(scattered, 20_010)

    assert not complete
    assert set(found) < set(scattered)
    assert questions <= 6_000


@pytest.mark.parametrize("seed", range(40))
def test_any_merges_are_found(seed: int) -> None:
    chance = random.Random(seed)
    merges: list[Rectangle] = []
    for _ in range(chance.randrange(1, 25)):
        top, left = chance.randrange(1, 58), chance.randrange(1, 11)
        area = Rectangle.between(top, left, top + chance.randrange(4), left + chance.randrange(3))
        if area.n_rows * area.n_columns > 1 and not any(meet(area, other) for other in merges):
            merges.append(area)

    found, complete, _ = looked_for(merges, 62, 14)

    assert (found, complete) == (sorted(merges), True)


@pytest.mark.parametrize("seed", range(4))
def test_merges_of_a_real_spreadsheet_are_found(calc: xw.App, seed: int) -> None:
    sheet = calc.books.add().sheets[0]
    chance = random.Random(seed)
    merges = {Rectangle.between(1, 1, 1, 12)}
    for row in range(3, 60, 4):
        area = Rectangle.between(row, chance.randrange(1, 10), row + chance.randrange(3), 11)
        merges.add(area._replace(n_columns=1 + chance.randrange(2)))
    merges = {area for area in merges if area.n_rows * area.n_columns > 1}
    for area in merges:
        block(sheet, area).merge()

    found, complete = merges_in(sheet, Rectangle.between(1, 1, 62, 12))

    assert (set(found), complete) == (merges, True)


@pytest.mark.parametrize(
    ("cells", "merged"),
    [
        ("B3:C4", True), ("B3", True), ("C4", True), ("C4:C4", True), ("A1:D9", None),
        ("C4:D4", None), ("A4:B4", None), ("A3:A9", False), ("D1:D9", False), ("A5:D9", False),
        ("A4:D4", None), ("C1:C9", None),
    ],
)  # fmt: skip
def test_the_engine_tells_of_merged_cells_as_excel_does(
    calc: xw.App, cells: str, merged: bool | None
) -> None:
    sheet = calc.books.add().sheets[0]
    sheet.range("B3:C4").merge()

    assert sheet.range(cells).merge_cells is merged
    assert sheet.range("C4").merge_area.address == "$B$3:$C$4"


def test_the_real_spreadsheet_is_asked_no_more_for_more_rows(calc_office: Office) -> None:
    calls = []
    for rows in (100, 10_000):
        counted = CountedOffice(calc_office)
        with calc_app(60, counted) as app:  # type: ignore[arg-type]
            sheet = app.books.add().sheets[0]
            sheet.range("A1:L1").merge()
            sheet.range((rows, 12)).value = "末"
            before = counted.calls
            merges_in(sheet, Rectangle.between(1, 1, rows, 12))
            calls.append(counted.calls - before)

    assert 0 < calls[0] == calls[1]
