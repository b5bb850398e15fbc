"""A ledger that is open is judged as the command line judges its file."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import pytest
import xlwings as xw

from addin import clock
from addin.actions.found_files import Source
from addin.actions.ledger_set import read_ledgers
from addin.actions.open_ledger import OpenLedger, needs, open_ledger
from addin.actions.validate import ExaminedLedger, examine
from addin.buttons import buttons
from addin.hosts.calc import Office, calc_app
from addin.hosts.calc.host import CalcHost
from tests.support.uno_calls import CountedOffice
from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from validators.errors import UsageError
from validators.findings import Finding
from validators.sheets import SHEETS, FindingRow, MentorRow
from workbooks.live.host import use_host
from workbooks.samples import write_samples

AS_OF = date(2026, 6, 30)

RECALCULATED = ("formula_error", "formula_uncalculated")
"""LibreOffice calculates formulas anew; a file may hold another error, or none, for them."""

Seen = tuple[str, str, str, str, str, str]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=2, log_rows=300, seed=7, as_of=AS_OF, error_rate=0.05)
    return sorted(folder.glob("*.xlsx"))


@pytest.fixture(scope="module")
def judged(samples: list[Path]) -> list[ExaminedLedger]:
    return examine([Source(path, path.name) for path in samples], as_of=AS_OF).examined


@pytest.fixture(scope="module")
def opened(samples: list[Path], calc_office: Office) -> list[OpenLedger]:
    with calc_app(600, calc_office) as app, clock.as_if(AS_OF), use_host(CalcHost()):
        return [open_ledger(app.books.open(path)) for path in samples]


def seen(findings: Iterable[Finding]) -> set[Seen]:
    return {(f.sheet, f.cell, f.code, str(f.level), f.value, f.message) for f in findings}


def places(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    """Return the cells whose formulas a spreadsheet calculates anew."""
    return {(f.sheet, f.cell) for f in findings if f.code.endswith(RECALCULATED)}


def test_the_findings_are_those_of_the_command_line(
    opened: list[OpenLedger], judged: list[ExaminedLedger]
) -> None:
    for live, file in zip(opened, judged, strict=True):
        anew = places(file.findings)
        told = seen(file.findings)
        here = seen(live.examined.findings)

        assert {one for one in here if one[:2] not in anew} == {
            one for one in told if one[:2] not in anew
        }
        assert len(told) > 50
        assert len(anew) < 10
        assert live.examined.settings == file.settings
        assert (live.examined.file, live.as_of) == (file.file, AS_OF)


def test_the_rows_are_those_of_the_command_line(
    opened: list[OpenLedger], judged: list[ExaminedLedger]
) -> None:
    compared = 0
    for live, file in zip(opened, judged, strict=True):
        anew = places(file.findings)
        for model in SHEETS:
            ours, theirs = live.examined.ledger.table(model), file.ledger.table(model)
            for mine, its in zip(ours.parts, theirs.parts, strict=True):
                assert mine.rows == its.rows
                assert mine.columns.keys() == its.columns.keys()
                for name, column in mine.columns.items():
                    other = its.columns[name]
                    for at, row in enumerate(mine.rows):
                        if (mine.sheet, f"{column.letter}{row}") not in anew:
                            cell, same = column.cells.cell(at), other.cells.cell(at)
                            assert (type(cell), cell) == (type(same), same)
                            compared += 1
    assert compared > 10_000


def test_one_open_ledger_is_what_a_command_reads_of_one_file(
    samples: list[Path], calc: xw.App, tmp_path: Path
) -> None:
    # of a ledger that is open, a command says so
    closed = shutil.copy(samples[0], tmp_path / samples[0].name)
    with clock.as_if(AS_OF), use_host(CalcHost()):
        found = open_ledger(calc.books.open(samples[0])).ledger_set
    expected = read_ledgers(closed, as_of=AS_OF)

    assert found.sources.keys() == expected.sources.keys() == {samples[0].name}
    assert (found.settings, found.own_settings) == (expected.settings, expected.own_settings)
    assert found.report.sheets == expected.report.sheets
    assert found.report.unreadable == expected.report.unreadable
    assert found.report.file_sentences == expected.report.file_sentences
    assert [one.file for one in found.examined] == [one.file for one in expected.examined]


def test_the_time_of_making_is_now_and_bare(opened: list[OpenLedger]) -> None:
    made = opened[0].generated

    assert made.tzinfo is None
    assert abs((datetime.now() - made).days) <= 1


# --- what a button needs -------------------------------------------------------------------------


def a_ledger(app: xw.App, folder: Path, check: bool = True) -> xw.Book:
    grids = {"导师库": [headings(MentorRow), row_of(MentorRow, **mentor_values())]}
    if check:
        grids["校验结果"] = [headings(FindingRow)]
    return app.books.open(write_grids(folder / "台账.xlsx", grids))


def test_a_ledger_with_the_sheet_is_enough(calc: xw.App, tmp_path: Path) -> None:
    book = a_ledger(calc, tmp_path)

    needs(book, "unit")
    needs(book, "check")
    needs(book, "mentor")


def test_a_button_that_needs_nothing_goes_on_without_a_workbook() -> None:
    needs(None, "")


def test_without_a_workbook_it_says_to_open_one() -> None:
    with pytest.raises(UsageError, match="没有打开的工作簿。请先打开乡镇台账"):
        needs(None, "unit")


@pytest.mark.parametrize(
    "key", sorted({button.needs.sheet.key for button in buttons() if button.needs})
)
def test_in_another_workbook_it_says_which_one_to_open(calc: xw.App, key: str) -> None:
    book = calc.books.add()

    with pytest.raises(UsageError, match=f"“{book.name}”不是导师帮带台账。请先打开乡镇台账"):
        needs(book, key)


def test_a_consolidated_workbook_is_no_ledger_to_work_on(calc: xw.App, tmp_path: Path) -> None:
    book = a_ledger(calc, tmp_path)
    book.sheets.add("_汇总数据")

    with pytest.raises(UsageError, match="是本工具生成的“汇总表”，不是乡镇台账"):
        needs(book, "unit")


def test_a_missing_sheet_is_named_with_what_to_do(calc: xw.App, tmp_path: Path) -> None:
    book = a_ledger(calc, tmp_path, check=False)

    with pytest.raises(UsageError, match=r"“台账\.xlsx”中没有工作表“校验结果”。请从模板中补上"):
        needs(book, "check")


def test_opening_another_workbook_as_a_ledger_is_refused_by_name(calc: xw.App) -> None:
    book = calc.books.add()

    with pytest.raises(UsageError, match=f"“{book.name}”：不是导师帮带台账") as refused:
        open_ledger(book)

    assert "请点“新建台账”" in refused.value.suggestion
    assert "点“导入原有台账”" in refused.value.suggestion
    assert "bangdai" not in refused.value.suggestion


def test_looking_whether_a_ledger_is_open_costs_a_few_calls(
    calc_office: Office, tmp_path: Path
) -> None:
    counted = CountedOffice(calc_office)
    with calc_app(60, counted) as app:  # type: ignore[arg-type]
        book = a_ledger(app, tmp_path)
        before = counted.calls
        needs(book, "check")

        assert counted.calls - before < 100
