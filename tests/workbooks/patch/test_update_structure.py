"""Updates go to the right cells of sheets as people make them: above feet, into blocks, split tabs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.table import Table, TableColumn

from addin.actions.ledger_set import fill_ids
from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from validators.sheets import MentorRow
from workbooks.patch.ledger_copy import update_workbook
from workbooks.reader import read_ledger
from workbooks.updates import SheetUpdate

HEADINGS = headings(MentorRow)
CAPACITY = HEADINGS.index("可帮带数") if "可帮带数" in HEADINGS else HEADINGS.index("业务能力")
LETTER = openpyxl.utils.get_column_letter(CAPACITY + 1)


def mentor(number: int = 1, **changes: object) -> list[Any]:
    return row_of(MentorRow, **mentor_values(number, competence=number, **changes))


def ledger(tmp_path: Path, grid: list[list[Any]]) -> Path:
    return write_grids(tmp_path / "a.xlsx", {"导师库": grid})


def new(count: int) -> SheetUpdate:
    rows = tuple(
        mentor_values(number, mentor_id=f"D640402104-{number:03d}")
        for number in range(50, 50 + count)
    )
    return SheetUpdate("mentor", append=rows)


def column(path: Path, letter: str = "A") -> list[Any]:
    sheet = openpyxl.load_workbook(path)["导师库"]
    return [sheet[f"{letter}{row}"].value for row in range(1, sheet.max_row + 1)]


@pytest.mark.parametrize("gap", [0, 1, 2, 5])
@pytest.mark.parametrize("count", [1, 3])
def test_new_rows_go_above_totals_and_signatures(tmp_path: Path, gap: int, count: int) -> None:
    total = ["合计", *[None] * (CAPACITY - 1), "=SUM(X2:X3)"]
    grid = [HEADINGS, mentor(1), mentor(2), *[[]] * gap, total, ["填表人：　审核人："]]
    path = ledger(tmp_path, grid)
    book = openpyxl.load_workbook(path)
    sheet, at = book["导师库"], 4 + gap
    sheet[f"{LETTER}{at}"] = f"=SUM({LETTER}2:{LETTER}3)"
    sheet.merge_cells(start_row=at + 1, end_row=at + 1, start_column=1, end_column=6)
    book.save(path)

    update_workbook(path, tmp_path / "b.xlsx", [new(count)])

    moved = max(0, count - gap)
    blanks = max(0, gap - count)
    ids = [f"D640402104-{number:03d}" for number in (1, 2, *range(50, 50 + count))]
    assert column(tmp_path / "b.xlsx") == [
        "导师编号", *ids, *[None] * blanks, "合计", "填表人：　审核人：",
    ]  # fmt: skip
    last = at + moved - 1 if moved else 3
    assert column(tmp_path / "b.xlsx", LETTER)[at + moved - 1] == f"=SUM({LETTER}2:{LETTER}{last})"
    merges = openpyxl.load_workbook(tmp_path / "b.xlsx")["导师库"].merged_cells.ranges
    assert {str(merge) for merge in merges} == {f"A{at + moved + 1}:F{at + moved + 1}"}
    assert len(read_ledger(tmp_path / "b.xlsx").ledger.table(MentorRow)) == 2 + count


def test_new_rows_go_above_a_tables_own_totals_and_the_table_grows(tmp_path: Path) -> None:
    path = ledger(tmp_path, [HEADINGS, mentor(1), mentor(2), ["Ergebnis"]])
    book = openpyxl.load_workbook(path)
    last = openpyxl.utils.get_column_letter(len(HEADINGS))
    table = Table(displayName="tbl", ref=f"A1:{last}4", totalsRowCount=1)
    table.tableColumns = [TableColumn(id=n, name=name) for n, name in enumerate(HEADINGS, 1)]
    book["导师库"].add_table(table)
    book.save(path)

    update_workbook(path, tmp_path / "b.xlsx", [new(3)])

    sheet = openpyxl.load_workbook(tmp_path / "b.xlsx")["导师库"]
    assert [sheet.cell(row, 1).value for row in (3, 4, 6, 7)] == [
        "D640402104-002", "D640402104-050", "D640402104-052", "Ergebnis",
    ]  # fmt: skip
    assert sheet.tables["tbl"].ref == f"A1:{last}7"


def test_another_table_below_is_not_moved(tmp_path: Path) -> None:
    other = [["离任导师名单"], ["序号", "姓名", "原职务"], [1, "赵某某", "副镇长"]]
    path = ledger(tmp_path, [HEADINGS, mentor(1), [], *other])

    update_workbook(path, tmp_path / "b.xlsx", [new(3)])

    cells = column(tmp_path / "b.xlsx")
    assert cells[3:6] == ["离任导师名单", "序号", "1"] or cells[3:6] == ["离任导师名单", "序号", 1]
    assert {f"D640402104-{number:03d}" for number in (50, 51, 52)} < {*cells}


def test_missing_ids_go_to_the_columns_of_their_block_and_to_their_tab(tmp_path: Path) -> None:
    order = [*range(1, len(HEADINGS)), 0]
    grid = [HEADINGS, mentor(1), [HEADINGS[i] for i in order]]
    grid += [[mentor(2, mentor_id=None)[i] for i in order]]
    path = ledger(tmp_path, grid)
    book = openpyxl.load_workbook(path)
    second = book.create_sheet("导师库（续）")
    for cells in (HEADINGS, mentor(3, mentor_id=None)):
        second.append(cells)
    second.cell(30, 40).value = "已核对"
    book.save(path)

    _, updates = fill_ids(read_ledger(path).ledger)
    update_workbook(path, tmp_path / "b.xlsx", updates)

    after = openpyxl.load_workbook(tmp_path / "b.xlsx")
    assert after["导师库"].cell(4, len(HEADINGS)).value == "D640402104-002"
    assert after["导师库"].cell(4, 1).value == mentor_values(2)["name"]
    assert after["导师库（续）"]["A2"].value == "D640402104-003"
    assert after["导师库（续）"]["A30"].value is None
    names = {mentor_values(number)["name"] for number in (1, 2, 3)}
    assert {*read_ledger(tmp_path / "b.xlsx").ledger.table(MentorRow).column("name")} == names
