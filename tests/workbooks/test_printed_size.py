"""What is printed can be read: at 9 points or more, on the paper its page asks for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from validators.sheets import SHEETS, Row
from workbooks import examples
from workbooks.examples import FILLED
from workbooks.pages import A3, A4, LEAST_POINTS, printed_points
from workbooks.template.layout import column_width, placed_columns


@pytest.mark.parametrize("model", SHEETS, ids=[model.sheet.name for model in SHEETS])
def test_a_sheet_of_the_ledger_is_legible_on_a4_but_for_the_widest(model: type[Row]) -> None:
    widths = [column_width(column) for column in placed_columns(model) if column.printed]
    paper = A3 if model.sheet.key == "growth" else A4

    assert printed_points(widths, paper) >= LEAST_POINTS


@pytest.mark.filterwarnings("ignore:Print area:UserWarning")  # openpyxl wants rows in it
def test_a_page_of_a3_says_so() -> None:
    for sheet in openpyxl.load_workbook(Path(examples.__file__).parent / FILLED).worksheets:
        asks_for_a3 = "A3" in (sheet.oddFooter.right.text or "")
        assert asks_for_a3 == (sheet.page_setup.paperSize == A3), sheet.title
