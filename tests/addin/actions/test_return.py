"""Returned ledgers: marked where validation finds something, and otherwise the clerk's own file."""

from __future__ import annotations

import re
import shutil
import warnings
from collections import Counter
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from addin.actions.exchange.return_ledgers import ReturnResult, return_ledgers
from addin.actions.found_files import Source
from addin.actions.validate import examine
from tests.support.shared import SharedFolder
from validators.divisions import by_code
from validators.errors import UsageError
from validators.findings import Finding
from validators.sheets import FindingRow
from validators.vocabulary import Level
from workbooks.cell_marks import FILLS, MARKS_SHEET
from workbooks.samples import clean_rows, write_samples
from workbooks.template.layout import FIRST_ROW
from workbooks.template.workbook import write_ledger

AS_OF = date(2026, 6, 30)
SHOWN_ANEW = {FindingRow.sheet.name, MARKS_SHEET, "本周待办", "_待办"}


@pytest.fixture(scope="module")
def reported(shared_folder: SharedFolder) -> Path:
    """Return a folder with two ledgers with errors, a sound one and a broken one."""

    def write(folder: Path) -> None:
        write_samples(folder, townships=2, log_rows=60, seed=11, as_of=AS_OF)
        (folder / "truth.json").unlink()
        (folder / "坏.xlsx").write_bytes(b"PK\3\4 no workbook")
        rows = clean_rows("640402104", seed=2026, as_of=AS_OF, log_rows=40)
        unit = by_code()["640402104"]
        write_ledger(folder / "好.xlsx", unit, AS_OF.year, rows=rows, as_of=AS_OF)

    return shared_folder("returned-reports", write)


@pytest.fixture(scope="module")
def returned(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> ReturnResult:
    return return_ledgers(reported, tmp_path_factory.mktemp("退") / "退回", as_of=AS_OF)


def opened(path: Path) -> Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Print area cannot be set")  # of whole columns
        return load_workbook(path)


def findings_of(path: Path) -> list[Finding]:
    [one] = examine([Source(path, path.name)], as_of=AS_OF).examined
    return one.findings


def gravest(findings: list[Finding]) -> dict[tuple[str, str], Level]:
    """Return the gravest level by cell, worked out without the product's order of levels."""
    rank = {Level.ERROR: 3, Level.WARNING: 2, Level.NOTICE: 1}
    cells: dict[tuple[str, str], Level] = {}
    for finding in findings:
        place = finding.sheet, finding.cell
        if finding.cell and rank[finding.level] > (rank[cells[place]] if place in cells else 0):
            cells[place] = finding.level
    return cells


def copies(returned: ReturnResult) -> list[Path]:
    return sorted(p for p in returned.out.rglob("*.xlsx") if p != returned.listing)


def test_every_cell_with_a_finding_is_marked_and_no_other(
    reported: Path, returned: ReturnResult
) -> None:
    assert len(copies(returned)) == 2
    for copy in copies(returned):
        expected = gravest(findings_of(reported / copy.relative_to(returned.out)))
        book, before = opened(copy), opened(reported / copy.relative_to(returned.out))
        marked = {
            (sheet.title, cell.coordinate): f"#{cell.fill.fgColor.rgb[2:]}"
            for sheet in book
            for row in sheet.iter_rows()
            for cell in row
            if cell.comment
        }
        assert marked == {place: FILLS[level] for place, level in expected.items()}
        for sheet in before:
            if sheet.title not in SHOWN_ANEW:
                now = book[sheet.title]
                assert [[c.value for c in row] for row in now.iter_rows()] == [
                    [c.value for c in row] for row in sheet.iter_rows(max_row=now.max_row)
                ], sheet.title


def test_all_findings_are_listed_in_the_copy(reported: Path, returned: ReturnResult) -> None:
    for copy in copies(returned):
        findings = findings_of(reported / copy.relative_to(returned.out))
        sheet = opened(copy)[FindingRow.sheet.name]
        listed = Counter(
            (row[0], row[5])
            for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)
            if row[0]
        )
        assert listed == Counter((f.level.label, f.message) for f in findings)


def test_the_list_says_what_became_of_each_file_and_what_to_send(returned: ReturnResult) -> None:
    sheet = opened(returned.listing).active
    rows = [[*row] for row in sheet.iter_rows(min_row=FIRST_ROW, values_only=True)]
    states = Counter(row[3] for row in rows)
    assert states == {"已退回": 2, "无需退回": 1, "未退回": 1}
    assert returned.exit_code == 2
    for row, each in zip(rows, returned.files, strict=True):
        if row[3] == "已退回":
            counted = re.findall(r"“(\w+)”(\d+) 处", row[-1])
            assert sum(int(count) for _, count in counted) == row[4] + row[5]
            assert row[4] == each.wrong.total() > 0
            assert {sheet for sheet, _ in counted} <= {
                p.sheet for t in returned.ledgers.ledger.tables.values() for p in t.parts
            }
            assert not re.search(r"1\d{10}", row[-1])
        if row[3] == "未退回":
            assert "损坏" in row[-1] or "无法打开" in row[-1]


def test_a_second_return_marks_the_same_cells_once(returned: ReturnResult, tmp_path: Path) -> None:
    again = return_ledgers(returned.out, tmp_path / "又退", as_of=AS_OF)

    assert len(copies(again)) == 2
    for first, second in zip(copies(returned), copies(again), strict=True):
        notes = [
            {
                (s.title, c.coordinate): c.comment.text
                for s in opened(path)
                for r in s
                for c in r
                if c.comment
            }
            for path in (first, second)
        ]
        assert notes[0] == notes[1]


def test_a_ledger_is_never_overwritten(reported: Path, returned: ReturnResult) -> None:
    before = {path: path.read_bytes() for path in copies(returned)}

    with pytest.raises(UsageError, match="未覆盖"):
        return_ledgers(reported, returned.out, as_of=AS_OF)

    assert {path: path.read_bytes() for path in copies(returned)} == before


def test_a_ledger_that_cannot_be_copied_is_told_and_the_others_are_returned(
    reported: Path, returned: ReturnResult, tmp_path: Path
) -> None:
    folder = tmp_path / "上报"
    shutil.copytree(reported, folder)
    with_macros = next(path for path in sorted(folder.glob("*.xlsx")) if path.stem[-1] in "镇乡道")
    with ZipFile(with_macros, "a") as package:
        package.writestr("xl/vbaProject.bin", b"macros")

    result = return_ledgers(folder, tmp_path / "退", as_of=AS_OF)

    assert [path.name for path in copies(result)] == [
        path.name for path in copies(returned) if path.name != with_macros.name
    ]
    [told] = [each for each in result.files if each.file == with_macros.name]
    assert told.state == "未退回"
    assert "宏" in told.problem
    assert told.message == ""
