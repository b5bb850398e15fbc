"""What must hold in every workbook the product writes, whoever opens it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.support import onlyoffice
from tests.support.every_workbook import AS_OF, LEDGERS, OTHERS, write_every_workbook
from tests.support.measure import misfits
from tests.support.office import Office, error_cells
from tests.support.ooxml import all_ooxml_errors
from tests.support.printed import faults, pages_of, text_sizes
from tests.support.shared import SharedFolder
from tests.workbooks.template.test_template_values import grid, on_day
from workbooks.pages import LEAST_POINTS

RECALCULATED = ("更新", "结转")
"""Blank, one-row and careless ledgers are computed anew beside the template's other tests."""

PRINTED = ("空白", "更新长文字", "汇总固原市", "档案卡", "结对材料", "半年报", "提醒文本")
"""One of each kind that is printed, the fullest."""


@pytest.fixture(scope="session")
def every(shared_folder: SharedFolder) -> Path:
    return shared_folder("every_workbook", write_every_workbook)


@pytest.mark.parametrize("name", [*LEDGERS, *OTHERS])
def test_no_text_is_cut_off_by_its_cell(every: Path, name: str) -> None:
    assert misfits(every / f"{name}.xlsx") == []


def test_the_schema_of_excel_2016_finds_no_error(every: Path) -> None:
    assert all_ooxml_errors([every / f"{name}.xlsx" for name in (*LEDGERS, *OTHERS)]) == {}


@pytest.mark.parametrize("name", RECALCULATED)
def test_saved_values_are_what_libreoffice_computes(
    every: Path, name: str, office: Office, tmp_path: Path
) -> None:
    fixed = on_day(every / f"{name}.xlsx", tmp_path / "fixed.xlsx", AS_OF)

    recalculated = office.recalculated(fixed, tmp_path / "calc")

    assert error_cells(recalculated) == []
    assert grid(recalculated) == grid(fixed)


@pytest.mark.office
def test_saved_values_are_what_onlyoffice_computes(every: Path) -> None:
    ledgers = [every / f"{name}.xlsx" for name in ("空白", "一行", "首行", *RECALCULATED)]

    for ledger, cells in zip(ledgers, onlyoffice.recalculated(ledgers, AS_OF), strict=True):
        saved = _shown(ledger)
        computed = {at: value for at, value in cells.items() if value != "0"}  # saved as nothing
        assert len(computed) > 1000
        assert {at: (saved.get(at), value) for at, value in computed.items()} == {
            at: (value, computed.get(at)) for at, value in saved.items()
        }, ledger.stem


@pytest.mark.parametrize("name", PRINTED)
def test_pages_say_in_legible_letters_all_that_the_cells_say(
    every: Path, name: str, office: Office, tmp_path: Path
) -> None:
    source = every / f"{name}.xlsx"
    workbook = on_day(source, tmp_path / "fixed.xlsx", AS_OF) if name in LEDGERS else source

    pdf = office.pdf(workbook, tmp_path / "pdf")

    assert [*faults(workbook, pages_of(pdf))] == []
    assert min(text_sizes(pdf)) >= LEAST_POINTS


def _shown(workbook: Path) -> onlyoffice.Grid:
    """Return the saved values of a workbook as ONLYOFFICE words them."""
    book = CalamineWorkbook.from_path(str(workbook))
    return {
        f"{name} {row} {column}": shown
        for name in book.sheet_names
        for row, values in enumerate(book.get_sheet_by_name(name).to_python(False), 1)
        for column, value in enumerate(values, 1)
        if (shown := _worded(value)) not in {"", "0"}
    }


def _worded(value: object) -> str:
    if isinstance(value, date):
        return str((value - date(1899, 12, 30)).days)
    return f"{value:.15g}" if isinstance(value, float) else str(value)
