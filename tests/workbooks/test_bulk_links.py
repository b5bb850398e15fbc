"""Links in bulk: one relation per file, valid where Excel expects them."""

from __future__ import annotations

import io
from array import array
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter import Workbook

from tests.support.ooxml import ooxml_errors
from validators.cells import BLANK, encode
from workbooks.bulk import MAX_LINKS, BulkRows, Links, splice


def spliced(path: Path, links: Links, cells: list[str]) -> None:
    source = io.BytesIO()
    book = Workbook(source, {"in_memory": True})
    sheet = book.add_worksheet("清单")
    sheet.write_string(0, 0, "位置")
    sheet.write_blank(1, 0, None, book.add_format({"underline": 1}))
    sheet.autofilter(0, 0, len(cells), 0)
    sheet.conditional_format(1, 0, 9, 0, {"type": "blanks", "format": book.add_format()})
    sheet.set_landscape()
    book.close()
    rows = BulkRows(2, len(cells), [[encode(cells)]], links)
    splice(source, path, {"清单": rows})


def test_links_lead_to_file_and_cell(tmp_path: Path) -> None:
    links = Links(
        1,
        ["甲 乙/100%#[1].xlsx", "丙.xlsx"],
        array("i", [0, 1, BLANK, 0]),
        ["'工作日志'!D17", "", "", "'a&b'!A1"],
    )

    spliced(tmp_path / "a.xlsx", links, ["D17", "文件", "-", "A1"])

    assert ooxml_errors(tmp_path / "a.xlsx") == []
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["清单"]
    found = {row: sheet.cell(row, 1).hyperlink for row in range(2, 6)}
    assert found[2].target == "甲%20乙/100%25%23%5B1%5D.xlsx"
    assert found[2].location == "'工作日志'!D17"
    assert (found[3].target, found[3].location) == ("丙.xlsx", None)
    assert found[4] is None
    assert found[5].location == "'a&b'!A1"


def test_more_links_than_excel_keeps_are_refused() -> None:
    with pytest.raises(ValueError, match="65530"):
        Links(1, ["a.xlsx"], array("i", [0]) * (MAX_LINKS + 1), [""] * (MAX_LINKS + 1))
