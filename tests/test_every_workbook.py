"""What must hold in every workbook the product writes, whoever opens it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.every_workbook import LEDGERS, OTHERS, write_every_workbook
from tests.support.measure import misfits
from tests.support.ooxml import all_ooxml_errors
from tests.support.shared import SharedFolder


@pytest.fixture(scope="session")
def every(shared_folder: SharedFolder) -> Path:
    return shared_folder("every_workbook", write_every_workbook)


@pytest.mark.parametrize("name", [*LEDGERS, *OTHERS])
def test_no_text_is_cut_off_by_its_cell(every: Path, name: str) -> None:
    assert misfits(every / f"{name}.xlsx") == []


def test_the_schema_of_excel_2016_finds_no_error(every: Path) -> None:
    assert all_ooxml_errors([every / f"{name}.xlsx" for name in (*LEDGERS, *OTHERS)]) == {}
