"""What a ledger was saved with against what a spreadsheet computes from it."""

from __future__ import annotations

import re
import warnings
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from tests.support.office import Office, error_cells
from tests.workbooks.template.ledger_rows import AS_OF, code, filled_rows
from tests.workbooks.template.plain_todo import expected_page, page, typed_rows
from validators.divisions import find_unit
from workbooks.template.workbook import write_ledger
from workbooks.template.worksheets import SPARE

UNIT = find_unit("原州区开城镇")


def on_day(workbook: Path, target: Path, day: date) -> Path:
    """Copy `workbook` with the one cell that says today holding `day`."""
    serial = (day - date(1899, 12, 30)).days
    with ZipFile(workbook) as source, ZipFile(target, "w", ZIP_DEFLATED) as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet2.xml":
                today = rb"<f>TODAY\(\)</f><v>\d+</v>"
                content, found = re.subn(today, b"<v>%d</v>" % serial, content)
                assert found == 1
            copy.writestr(name, content)
    return target


def opened(path: Path, *, values: bool = True) -> Workbook:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # openpyxl names the extensions it drops
        return openpyxl.load_workbook(path, data_only=values)


def grid(workbook: Path) -> dict[str, object]:
    """Return every non-empty cell of a workbook by sheet, row and column; hidden days as numbers."""
    book = CalamineWorkbook.from_path(str(workbook))
    return {
        f"{name} {row} {column}": (
            (value - date(1899, 12, 30)).days
            if isinstance(value, date) and name.startswith("_")
            else value
        )
        for name in book.sheet_names
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(False), 1)
        for column, value in enumerate(values, 1)
        if value not in {"", 0}
    }


def _rows(case: str) -> dict[str, list[dict[str, Any]]] | None:
    """Return the rows of a ledger: none, one in each sheet, or those of careless clerks."""
    if case == "blank":
        return None
    rows = filled_rows()
    if case == "one":
        return {key: of_sheet[:1] for key, of_sheet in rows.items()}
    return typed_rows(rows, 5, AS_OF)


@pytest.mark.parametrize("case", ["blank", "one", "careless"])
def test_saved_values_are_what_a_spreadsheet_computes(
    case: str, office: Office, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.xlsx"
    write_ledger(saved, UNIT, 2026, rows=_rows(case), as_of=AS_OF)
    fixed = on_day(saved, tmp_path / "fixed.xlsx", AS_OF)

    recalculated = office.recalculated(fixed, tmp_path / "calc")

    assert error_cells(recalculated) == []
    before, after = grid(fixed), grid(recalculated)
    assert len(before) > 1000
    assert {at: (value, after.get(at)) for at, value in before.items()} == {
        at: (before.get(at), value) for at, value in after.items()
    }
    assert page(recalculated) == expected_page(saved, AS_OF)


def test_the_page_follows_the_day_and_the_settings(office: Office, tmp_path: Path) -> None:
    changed = {"未结对天数": "200", "每月联系次数": "0", "评价间隔": "12"}
    later = date(2026, 6, 30)
    saved, expected = tmp_path / "saved.xlsx", tmp_path / "expected.xlsx"
    write_ledger(saved, UNIT, 2026, rows=filled_rows(), settings=changed, as_of=AS_OF)
    write_ledger(expected, UNIT, 2026, rows=filled_rows(), settings=changed, as_of=later)

    moved = office.recalculated(on_day(saved, tmp_path / "moved.xlsx", later), tmp_path / "calc")

    wanted, got = grid(expected), grid(moved)
    assert got.pop("本周待办 2 9")
    assert wanted.pop("本周待办 2 9")
    assert got == wanted
    assert "本周待办 5 2" not in got, "no contact is due where none is asked for"


def test_a_code_does_not_match_a_longer_one(office: Office, tmp_path: Path) -> None:
    rows = filled_rows(logs=0, pairings=3)
    for row, number in zip(rows["pairing"], (100, 1000, 200), strict=True):
        row.update(pairing_id=code("J", number), status="帮带中", until=date(2027, 1, 1))
        row.update(paused_from=None, paused_to=None)
    entry = {"date": AS_OF, "aspect": "业务能力", "form": "线下", "content": "走访"}
    joined = f"{code('J', 200)}｜马建军→李小梅、{code('J', 1000)}"
    rows["log"] = [{**entry, "pairing_ids": joined}]
    saved = tmp_path / "saved.xlsx"
    write_ledger(saved, UNIT, 2026, rows=rows, as_of=AS_OF)
    fixed = on_day(saved, tmp_path / "fixed.xlsx", AS_OF)

    recalculated = opened(office.recalculated(fixed, tmp_path / "calc"))

    for book in (opened(fixed), recalculated):
        page = book["本周待办"]
        assert page["B5"].value == 1
        assert code("J", 100) in page["B9"].value


def test_a_typed_row_counts_at_once(office: Office, tmp_path: Path) -> None:
    saved = tmp_path / "saved.xlsx"
    write_ledger(saved, UNIT, 2026, rows=filled_rows(), as_of=AS_OF)
    book = opened(on_day(saved, tmp_path / "fixed.xlsx", AS_OF), values=False)
    book["本周待办"]["I2"] = AS_OF
    sheet = book["个人对象"]
    headings = {cell.value: cell.column for cell in sheet[3]}
    row = 4 + len(filled_rows()["individual"])
    sheet.cell(row, headings["对象编号"], code("G", 77))
    sheet.cell(row, headings["姓名"], "新对象")
    sheet.cell(row, headings["状态"], "待结对")
    sheet.cell(row, headings["确定日期"], date(2026, 1, 1))
    typed = tmp_path / "typed.xlsx"
    book.save(typed)

    recalculated = opened(office.recalculated(typed, tmp_path / "calc"))

    page = recalculated["本周待办"]
    lines = [page.cell(n, 8).value for n in range(9, 21)]
    assert f"新对象（{code('G', 77)}）　已 139 天" in lines
    options = [cell.value for cell in next(_column(recalculated, "选项_对象"))]
    assert f"{code('G', 77)}｜新对象" in options


def _column(book: Workbook, heading: str):  # type: ignore[no-untyped-def]
    sheet = book["_选项"]
    number = next(cell.column for cell in sheet[3] if cell.value == heading)
    return sheet.iter_cols(min_col=number, max_col=number)


@pytest.mark.parametrize("written", [0, 1, 30])
def test_every_blank_row_of_a_table_is_like_the_first(written: int, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    rows = {key: own[:written] for key, own in filled_rows().items() if key != "unit"}
    write_ledger(path, UNIT, 2026, rows=rows, as_of=AS_OF)

    for sheet in opened(path, values=False):
        for table in sheet.tables.values():
            *_, right, last = range_boundaries(table.ref)
            blank = range(last - SPARE + 1 if sheet.title != "参数" else last, last + 1)
            lines = {str([(cell.style_id, cell.value) for cell in sheet[row]]) for row in blank} | {
                str(sheet.row_dimensions[row].height) for row in blank
            }
            assert len(lines) == 2, sheet.title
            assert (sheet.max_row, len(sheet[last])) == (last, right)
