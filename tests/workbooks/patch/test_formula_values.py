"""Formulas turned into what they show in a file's XML."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from validators.divisions import find_unit
from workbooks.patch.formula_values import Formulas, write_values
from workbooks.template.workbook import write_ledger

SHEET = """<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">\
<dimension ref="A1:C9"/><sheetData><row r="1">\
<c r="A1" t="str"><f>BD_DATE("2026.5.3")</f><v>a&amp;b</v></c>\
<c r="B1"><f>SUM(1,2)</f><v>3</v></c><c r="C1" t="e"><f>BD_NAME(A1)</f><v>#NAME?</v></c></row>\
<row r="2"><c r="A2" cm="1"><f t="array" ref="A2:A4">'x.xlam'!BD_DUTY(B1)</f><v>7</v></c></row>\
<row r="3"><c r="A3" t="str"><v>八</v></c></row><row r="4"><c r="A4"><v>9</v></c></row>\
<row r="5"><c r="A5"><f t="array" ref="A5:A6">BD_RISK(B1)</f><v>1</v></c></row>\
<row r="6"><c r="A6" t="e"><v>#N/A</v></c></row></sheetData></worksheet>"""


def test_formulas_become_what_they_show_arrays_whole_or_not_at_all(tmp_path: Path) -> None:
    write_ledger(tmp_path / "空白.xlsx", find_unit("开城镇"), 2026, as_of=date(2026, 6, 30))
    planted = tmp_path / "公式.xlsx"
    with ZipFile(tmp_path / "空白.xlsx") as old, ZipFile(planted, "w") as new:
        for name in old.namelist():
            new.writestr(name, SHEET if name == "xl/worksheets/sheet1.xml" else old.read(name))

    formulas = Formulas(re.compile(b"BD_"), lambda text: "BD_" in text, lambda _: False)
    result = write_values(planted, tmp_path / "值.xlsx", formulas)

    assert result.cells == 4
    assert [place.rpartition("”")[2] for place in result.left] == ["C1", "A5"]
    with ZipFile(tmp_path / "值.xlsx") as book:
        left = book.read("xl/worksheets/sheet1.xml").decode()
        assert left.count("<f") == 3
        assert "cm=" not in left
        same = [n for n in book.namelist() if book.read(n) == ZipFile(planted).read(n)]
        assert len(same) >= len(book.namelist()) - 2
        assert "<f>SUM(1,2)</f>" in left
    shown = CalamineWorkbook.from_path(tmp_path / "值.xlsx").get_sheet_by_index(0)
    assert [row[0] for row in shown.to_python()[:4]] == ["a&b", 7, "八", 9]
