"""Blocks of cells hold exactly what is put into them, whatever Excel would make of it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

from addin.hosts.calc.cells import Cells
from tests.workbooks.live.saved import differences, saved
from validators.errors import UpdateRefused
from workbooks.live.cells import (
    Area,
    Content,
    Formula,
    _marked,
    read_formats,
    read_grid,
    write_grid,
)
from workbooks.live.change import changing
from workbooks.live.undo import undo_last

TEXTS = [
    "001", "5/6", "=1+1", "1-2", "TRUE", "'001", "12%", "1e3", "-无", "+86", "@某", "#N/A",
    "2026年1月5日", "mar 5", "上午9:00", " 12 ", "640402198001011234", "'", "''", "＝1", "１２",
    "普通文字", "\t5", "{=1}", "说" * 9000, "false",
]  # fmt: skip
FORMATS = ["General", "@", "0", "yyyy-mm-dd", "0.00%", '"¥"#,##0.00']


@pytest.fixture
def sheet(calc: xw.App) -> xw.Sheet:
    return calc.books.add().sheets[0]


def in_formats(sheet: xw.Sheet, rows: int) -> tuple[xw.Sheet, Area]:
    """Return columns of these formats, one each: the sheet and their place."""
    for at, code in enumerate(FORMATS, 1):
        sheet.range((1, at), (rows, at)).number_format = code
    return sheet, (1, 1, rows, len(FORMATS))


def test_texts_stay_texts_in_cells_of_every_format(sheet: xw.Sheet, tmp_path: Path) -> None:
    cells = in_formats(sheet, len(TEXTS))
    contents: list[list[Content]] = [[text] * len(FORMATS) for text in TEXTS]

    write_grid(*cells, contents, read_formats(*cells))

    assert read_grid(*cells) == contents
    found = saved(sheet.book, tmp_path / "a.xlsx")[sheet.name]
    assert {found[f"{letter}{row}"][1] for row in range(1, 27) for letter in "ABCDEF"} <= {"s"}
    assert read_formats(*cells) == [FORMATS] * len(TEXTS)


def test_numbers_truths_and_formulas_are_what_they_are_in_cells_of_every_format(
    sheet: xw.Sheet,
) -> None:
    kinds: list[Content] = [46023.5, 0.25, -3.0, 1e300, Formula("=1+1"), Formula('="="&"A1"')]
    cells = in_formats(sheet, len(kinds))
    contents: list[list[Content]] = [[kind] * len(FORMATS) for kind in kinds]

    write_grid(*cells, contents, read_formats(*cells))

    assert read_grid(*cells) == contents
    assert read_formats(*cells) == [FORMATS] * len(kinds)


def test_any_mixture_is_written_over_any_other_and_back(sheet: xw.Sheet) -> None:
    chance = random.Random(5)
    every: list[Content] = [*TEXTS, None, None, None, 1.0, 2.5, Formula("=A1"), Formula("=2")]

    def mixture() -> list[list[Content]]:
        # to LibreOffice a truth value is a number format, so only General cells can hold one
        return [
            [chance.choice([*every, True] if code == "General" else every) for code in FORMATS]
            for _ in range(30)
        ]

    cells = in_formats(sheet, 30)
    for contents in (mixture() for _ in range(6)):
        write_grid(*cells, contents, read_formats(*cells))
        assert [_kinds(row) for row in read_grid(*cells)] == [_kinds(row) for row in contents]


def _kinds(row: list[Content]) -> list[tuple[type, Any]]:
    return [(type(one), one) for one in row]


def test_a_block_put_into_a_sheet_keeps_its_texts_and_goes_again(
    sheet: xw.Sheet, tmp_path: Path
) -> None:
    sheet["B2"].value = "'007"
    before = saved(sheet.book, tmp_path / "a.xlsx")

    with changing(sheet.book, "写入") as change:
        change.put(sheet, 1, 1, [["001", 5, None], ["=1+1", 2.5, "'x"]])
    written = [row[:] for row in read_grid(sheet, (1, 1, 2, 3))]
    undone = undo_last(sheet.book)

    assert written == [["001", 5.0, None], ["=1+1", 2.5, "'x"]]
    assert undone == "写入"
    assert differences(before, saved(sheet.book, tmp_path / "b.xlsx")) == []


def test_formulas_are_put_singly_or_as_one_for_a_block_and_go_again(
    sheet: xw.Sheet, tmp_path: Path
) -> None:
    sheet["A1:A3"].value = [[1], [2], [3]]
    before = saved(sheet.book, tmp_path / "a.xlsx")

    with changing(sheet.book, "插入公式") as change:
        change.put_formulas(sheet, 1, 2, [["=A1*2"], ["=A2*2"], ["=A3*2"]])
        change.put_formulas(sheet, 1, 3, [["=A1:A3*3"]] * 3, array=True)
    shown = sheet["B1:C3"].value

    assert shown == [[2, 3], [4, 6], [6, 9]]
    assert undo_last(sheet.book) == "插入公式"
    assert differences(before, saved(sheet.book, tmp_path / "b.xlsx")) == []


def test_a_formula_or_text_that_no_cell_holds_is_refused_and_nothing_is_written(
    sheet: xw.Sheet, tmp_path: Path
) -> None:
    before = saved(sheet.book, tmp_path / "a.xlsx")

    def write(values: str, formula: str) -> None:
        with changing(sheet.book, "写入") as change:
            change.put(sheet, 1, 1, [["先写的"]])
            change.put(sheet, 1, 2, [[values]])
            change.put_formulas(sheet, 1, 1, [[formula]])

    with pytest.raises(UpdateRefused, match="8192"):
        write("文字", f'="{"长" * 8200}"')
    with pytest.raises(UpdateRefused, match="32767"):
        write("长" * 32_768, "=1")

    assert differences(before, saved(sheet.book, tmp_path / "b.xlsx")) == []
    assert undo_last(sheet.book) is None


class _Missing(Exception):
    """What xlwings passes on where Excel 2016 is asked for what it does not have."""

    hresult = -2147352570


@pytest.mark.parametrize("error", [_Missing(), AttributeError("Range.Formula2")])
def test_in_an_excel_that_does_not_spill_formulas_are_read_and_written_all_the_same(
    error: Exception, sheet: xw.Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: Any) -> None:
        raise error

    def set_missing(*_: Any) -> None:
        raise AttributeError("Property 'Range.Formula2' can not be set.")

    monkeypatch.setattr(Cells, "formula2", property(missing, set_missing))
    cells = sheet, (1, 1, 2, 2)
    contents: list[list[Content]] = [[Formula("=1+1"), "001"], [Formula("=A1*2"), None]]

    write_grid(*cells, contents, read_formats(*cells))

    assert read_grid(*cells) == contents
    assert sheet.range("A2").value == 4


def test_an_empty_cell_among_formulas_is_handed_over_as_an_empty_text_never_as_nothing(
    sheet: xw.Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Any] = []
    real = Cells.formula2
    assert real.fset is not None
    put = real.fset

    def noted(cells: Cells, rows: Any) -> None:
        written.append(rows)
        put(cells, rows)

    monkeypatch.setattr(Cells, "formula2", property(real.fget, noted))
    contents: list[list[Content]] = [[Formula("=1+1")], [None], ["文字"]]
    cells = sheet, (1, 1, 3, 1)

    write_grid(*cells, contents, read_formats(*cells))

    assert written == [[["=1+1"], [""], ["文字"]]]
    assert read_grid(*cells) == contents


@pytest.mark.parametrize(
    "text", ["二〇二六年一月五日", "二零二六年一月", "五月六日", "上午九时三十分", "十二点"]
)
def test_a_day_or_a_time_in_chinese_numerals_is_marked_as_a_text(text: str) -> None:
    assert _marked(text, "General") == f"'{text}"
