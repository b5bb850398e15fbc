"""The test tools themselves: a check that cannot fail proves nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from addin.actions.parcels.version import program_version
from tests.bench.ratios import Step, compare, markdown
from tests.support.office import Office, OfficeFailed, error_cells
from tests.support.ooxml import all_ooxml_errors, ooxml_errors
from tests.support.openpyxl_reading import OPENPYXLS_OWN
from tests.support.ready_workers import RUN_BY_WORKERS
from validators.divisions import by_code
from workbooks.consolidated.printing import _prototypes
from workbooks.workers import run_guarded


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Return a workbook whose saved results are all wrong: 7 instead of what the formulas give."""
    path = tmp_path / "台账[1].xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("帮带")
        sheet.write("A1", 41)
        sheet.write_formula("B1", "=A1+1", None, 7)
        sheet.write_formula("B2", "=A1/0", None, 7)
        sheet.write_formula("B3", "=B9+XYZ", None, 7)
        book.add_worksheet("导师").write("A1", "王建国")
    return path


def with_part_changed(source: Path, target: Path, part: str, old: str, new: str) -> Path:
    """Copy a package, replacing text in one part."""
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                assert old.encode() in content
                content = content.replace(old.encode(), new.encode())
            after.writestr(name, content)
    return target


def test_libreoffice_recalculates_and_the_error_cells_are_named(
    office: Office, workbook: Path, tmp_path: Path
) -> None:
    assert error_cells(workbook) == []

    calculated = office.recalculated(workbook, tmp_path / "calculated")

    assert error_cells(calculated) == ["帮带!B2 #DIV/0!", "帮带!B3 #NAME?"]


def test_every_sheet_becomes_a_picture(office: Office, workbook: Path, tmp_path: Path) -> None:
    pages = office.pages(workbook, tmp_path / "pictures", dpi=30)

    assert [page.name for page in pages] == ["台账[1]-1.png", "台账[1]-2.png"]
    assert all(page.read_bytes().startswith(b"\x89PNG") for page in pages)


def test_a_file_libreoffice_cannot_open_fails(office: Office, tmp_path: Path) -> None:
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(b"PK\x03\x04 not a package")

    with pytest.raises(OfficeFailed, match=r"坏的\.xlsx"):
        office.recalculated(broken, tmp_path / "calculated")


def test_a_valid_workbook_has_no_schema_errors(workbook: Path) -> None:
    assert ooxml_errors(workbook) == []


def test_a_wrong_element_and_a_broken_file_are_schema_errors(
    workbook: Path, tmp_path: Path
) -> None:
    wrong = with_part_changed(
        workbook,
        tmp_path / "错的.xlsx",
        "xl/worksheets/sheet1.xml",
        "<sheetData>",
        "<x/><sheetData>",
    )
    broken = tmp_path / "坏的.xlsx"
    broken.write_bytes(b"not a package")

    found = all_ooxml_errors([workbook, wrong, broken])

    assert set(found) == {str(wrong), str(broken)}
    assert found[str(wrong)][0].startswith("/xl/worksheets/sheet1.xml /x:worksheet[1]: ")


def test_a_busy_step_measures_slower_than_an_idle_one() -> None:
    idle = Step.python("idle", "pass")
    busy = Step.python("busy", "x = bytearray(80_000_000); sum(range(6_000_000))")

    results = compare([idle, busy], repeat=2)

    assert results[0].ratio == pytest.approx(1)
    assert results[1].ratio > 1.5
    assert results[1].peak_bytes > results[0].peak_bytes + 60_000_000
    assert [line.split("|")[1].strip() for line in markdown(results).splitlines()[2:]] == [
        "idle",
        "busy",
    ]


def test_workbooks_are_read_as_openpyxl_reads_them_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "合并.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("一", "二"):
            sheet = book.add_worksheet(name)
            for number, looks in enumerate(
                ({"border": 1}, {"bottom": 2, "locked": False}, {"right": 6}, {})
            ):
                sheet.merge_range(
                    number * 4, number, number * 4 + 2, 5, "甲", book.add_format(looks)
                )
                sheet.write(number * 4 + 1, 5, "", book.add_format({"top": 3, "right": 5}))
                sheet.write(number * 4 + 2, 5, "", book.add_format({"bottom": 4, "right": 1}))

    def looks() -> dict[tuple[str, str], object]:
        return {
            (sheet.title, cell.coordinate): (
                type(cell), cell.value, repr(cell.border), repr(cell.protection)
            )
            for sheet in openpyxl.load_workbook(path)
            for row in sheet.iter_rows()
            for cell in row
        }  # fmt: skip

    quick = looks()
    for (owner, name), own in OPENPYXLS_OWN.items():
        monkeypatch.setattr(owner, name, own)

    assert quick == looks()
    assert len(set(quick.values())) > 8


def test_workers_are_ready_for_whatever_is_run_in_one() -> None:
    root = Path(__file__).parents[1]
    starting = {
        ".".join(path.relative_to(root).with_suffix("").parts)
        for path in (root / "addin").rglob("*.py")
        if "run_guarded(" in (text := path.read_text("utf-8")) or "in_background(" in text
    }

    assert {*RUN_BY_WORKERS} == starting


def kept_answers(function: Any) -> int:
    return function.cache_info().currsize


def test_workers_know_what_each_would_work_out_anew() -> None:
    known = [program_version, _prototypes, by_code]

    assert [answer for _, answer in run_guarded(kept_answers, known, jobs=1)] == [1, 1, 1]
