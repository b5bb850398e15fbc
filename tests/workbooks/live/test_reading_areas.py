"""However far a used range reaches, what is asked for is bounded; the sheet here is a fake."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl.utils import range_boundaries

from validators.errors import UnreadableWorkbook
from workbooks.live.reading import lines, used_area
from workbooks.ooxml.addresses import Rectangle

ROWS, COLUMNS = 1_048_576, 16_384


class FakeRange:
    def __init__(self, sheet: FakeSheet, area: Rectangle) -> None:
        self.sheet, self.area = sheet, area
        self.row, self.column = area.top, area.left
        self.shape = (area.n_rows, area.n_columns)

    @property
    def address(self) -> str:
        return self.area.address

    @property
    def raw_value(self) -> Any:
        self.sheet.reads.append(self.area.n_rows * self.area.n_columns)
        if self.area.n_rows * self.area.n_columns == 1:
            return self.sheet.values.get(self.area[:2])
        rows = [[None] * self.area.n_columns] * self.shape[0]
        for (row, column), value in self.sheet.values.items():
            if self.area.covers(row, column):
                line = list(rows[row - self.area.top])
                line[column - self.area.left] = value
                rows[row - self.area.top] = line
        return tuple(map(tuple, rows))

    def end(self, direction: str) -> FakeRange:
        assert direction == "up"
        self.sheet.jumps += 1
        column = self.area.left
        filled = [r for r, c in self.sheet.values if c == column and r < self.area.top]
        return FakeRange(self.sheet, Rectangle.between(max(filled, default=1), column, 1, column))


class FakeSheet:
    name = "工作日志"

    def __init__(self, used: Rectangle, values: dict[tuple[int, int], object]) -> None:
        self.values = values
        self.reads: list[int] = []
        self.jumps = 0
        self.used_range = FakeRange(self, used)

    def range(self, where: str | tuple[int, int]) -> FakeRange:
        if isinstance(where, tuple):
            return FakeRange(self, Rectangle(*where, 1, 1))
        left, top, right, bottom = range_boundaries(where)
        return FakeRange(self, Rectangle.between(top, left, bottom, right))


def looked_at(
    used: Rectangle, values: dict[tuple[int, int], object]
) -> tuple[FakeSheet, dict[tuple[int, int], object], list[tuple[str, str]]]:
    sheet: Any = FakeSheet(used, values)
    notices: list[tuple[str, str]] = []
    found = {
        (row, column): value
        for row, left, cells in lines(sheet, used_area(sheet), notices)
        for column, value in enumerate(cells, left)
        if value is not None
    }
    return sheet, found, notices


@pytest.mark.parametrize("rows", [100, 10_000])
def test_an_ordinary_sheet_is_one_read(rows: int) -> None:
    values: dict[tuple[int, int], object] = {(3, 2): "标题", (rows, 15): "末"}

    sheet, found, notices = looked_at(Rectangle.between(3, 2, rows, 16), values)

    assert (found, notices) == (values, [])
    assert len(sheet.reads) == 1
    assert sheet.jumps == 0


def test_one_cell_is_one_value() -> None:
    assert looked_at(Rectangle.between(5, 4, 5, 4), {(5, 4): "一"})[1] == {(5, 4): "一"}
    assert looked_at(Rectangle.between(1, 1, 1, 1), {})[1] == {}


def test_a_million_rows_with_borders_only_are_not_read() -> None:
    sheet, found, _ = looked_at(Rectangle.between(1, 1, ROWS, 16), {(300, 2): "末"})

    assert found == {(300, 2): "末"}
    assert sum(sheet.reads) < 1_100_000
    assert sheet.jumps == 16
    assert len(sheet.reads) == 17


def test_rows_far_below_are_read_in_blocks() -> None:
    values: dict[tuple[int, int], object] = {(row, 3): row for row in (9, 99_000, 200_000)}

    sheet, found, _ = looked_at(Rectangle.between(1, 1, ROWS, 20), values)

    assert found == values
    assert max(sheet.reads) <= 1_000_000
    assert len(sheet.reads) < 28


def test_a_value_in_the_very_last_row_is_found() -> None:
    values: dict[tuple[int, int], object] = {(9, 3): "首", (ROWS, 1): "末", (ROWS, 3): "末"}

    assert looked_at(Rectangle.between(1, 1, ROWS, 3), values)[1] == values


def test_one_stray_value_far_below_does_not_make_all_columns_be_read() -> None:
    values: dict[tuple[int, int], object] = {(9, 900): "右", (ROWS - 5, 3): "下"}

    sheet, found, _ = looked_at(Rectangle.between(1, 1, ROWS, 900), values)

    assert found == values
    assert sum(sheet.reads) < 2_200_000


def test_values_all_over_the_sheet_are_refused_unread() -> None:
    sheet: Any = FakeSheet(Rectangle.between(1, 1, ROWS, 900), {(ROWS, 1): "首", (ROWS, 900): "末"})

    with pytest.raises(UnreadableWorkbook, match="过于分散") as raised:
        list(lines(sheet, used_area(sheet), []))

    assert raised.value.code == "file.too_sparse"
    assert sum(sheet.reads) < 1_100_000


def test_a_stray_value_far_to_the_right_is_found() -> None:
    values: dict[tuple[int, int], object] = {(4, 1): "首", (3, COLUMNS): "远"}

    sheet, found, notices = looked_at(Rectangle.between(1, 1, 40, COLUMNS), values)

    assert (found, notices) == (values, [])
    assert len(sheet.reads) == 2


def test_whole_rows_with_a_colour_make_no_notice() -> None:
    values: dict[tuple[int, int], object] = {(300, 1): "末", (300, 2000): "远"}

    sheet, found, notices = looked_at(Rectangle.between(1, 1, 300, COLUMNS), values)

    assert (found, notices) == (values, [])
    assert max(sheet.reads) <= 1_000_000
    assert len(sheet.reads) < 8


def test_what_is_not_looked_at_on_the_right_is_said() -> None:
    sheet, found, notices = looked_at(Rectangle.between(1, 1, 900, COLUMNS), {(900, 1): "末"})

    assert found == {(900, 1): "末"}
    assert [code for code, _ in notices] == ["sheet.stray_cells"]
    assert "AMK 列往右、第 326 行往下" in notices[0][1]
    assert sum(sheet.reads) < 7_000_000


def test_a_sheet_used_on_the_far_right_only_has_no_table() -> None:
    assert looked_at(Rectangle.between(2, 2000, 2, 2001), {(2, 2001): "远"})[1] == {(2, 2001): "远"}
