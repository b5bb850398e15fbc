"""Hidden sheets: what an array saves, and how little a ledger's formulas take."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.workbooks.template.ledger_rows import AS_OF, filled_rows
from validators.divisions import find_unit
from workbooks.template.formula_sheet import FormulaCell, column_array, filled
from workbooks.template.workbook import write_ledger

EMPTY = '<worksheet><dimension ref="A1"/><sheetData/></worksheet>'


def test_an_array_saves_the_rows_that_hold_something() -> None:
    cells = [*column_array("B", 5, "A4:A8*1", [0, 7, "", "甲"], 0)]

    assert cells == [
        FormulaCell("B4", "A4:A8*1", 0, area="B4:B8"),
        FormulaCell("B5", "", 7),
        FormulaCell("B7", "", "甲"),
    ]


def test_rows_that_hold_nothing_are_saved_where_they_show_something() -> None:
    cells = [*column_array("B", 3, "A4:A6", ["x"], "-", top=9)]

    assert [(cell.at, cell.value) for cell in cells] == [("B9", "x"), ("B10", "-"), ("B11", "-")]


def test_whether_anything_is_typed_is_asked_once_and_not_for_each_row() -> None:
    array, *_ = column_array("B", 3, "A4:A6*1", [1], 0, typed=("A4:A6", "A5:A6"))

    assert array.formula == (
        "IF(COUNTA(A4:A6)=0,0,IF(IF(COUNTA(A5:A6)>0,1,ROW($A$4:$A$6)=4),A4:A6*1,0))"
    )


def test_a_sheet_holds_exactly_its_cells_in_order_whatever_it_held() -> None:
    held = EMPTY.replace("<sheetData/>", '<sheetData><row r="1"><c r="Z1"/></row></sheetData>')
    cells = [
        FormulaCell("AA2", "", "<&>"),
        FormulaCell("B2", 'IF(A1<1,"甲",2)', "甲"),
        *column_array("C", 2, "A4:A5", [1]),
    ]

    assert filled(held, cells) == filled(EMPTY, cells)
    assert filled(EMPTY, cells) == (
        '<worksheet><dimension ref="A1:AA4"/><sheetData>'
        '<row r="2"><c r="B2" t="str"><f>IF(A1&lt;1,"甲",2)</f><v>甲</v></c>'
        '<c r="AA2" t="inlineStr"><is><t xml:space="preserve">&lt;&amp;&gt;</t></is></c></row>'
        '<row r="4"><c r="C4"><f t="array" ref="C4:C5">A4:A5</f><v>1</v></c></row>'
        "</sheetData></worksheet>"
    )


@pytest.mark.parametrize("rows", [None, filled_rows()], ids=["blank", "filled"])
def test_a_ledger_is_small_and_has_few_formulas(rows: dict | None, tmp_path: Path) -> None:  # type: ignore[type-arg]
    ledger = tmp_path / "ledger.xlsx"

    write_ledger(ledger, find_unit("原州区开城镇"), 2026, rows=rows, as_of=AS_OF)

    with ZipFile(ledger) as package:
        texts = [package.read(name) for name in package.namelist() if "/sheet" in name]
    assert ledger.stat().st_size < 250_000
    assert sum(len(re.findall(rb"<f[ >]", text)) for text in texts) < 7_000
