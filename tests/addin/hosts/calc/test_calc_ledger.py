"""A whole sample ledger goes through LibreOffice and comes out the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlwings as xw

from addin.hosts.calc import Office, run_button
from validators.sheets import SHEETS
from workbooks.reader import read_ledger
from workbooks.samples import write_samples


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    write_samples(folder, townships=1, log_rows=300, seed=7, as_of=date(2026, 6, 30))
    return next(folder.glob("*.xlsx"))


def nothing(book: xw.Book) -> None:
    """Open and save."""


def write_back(book: xw.Book) -> None:
    """Write every cell's content anew: formulas as they are, texts marked as texts."""
    for sheet in book.sheets:
        cells = sheet.used_range
        values, formulas = cells.options(ndim=2).raw_value, cells.formula
        if len(cells) > 1:
            cells.value = [
                [
                    formula if formula.startswith("=") and formula != value else _marked(value)
                    for value, formula in zip(*row, strict=True)
                ]
                for row in zip(values, formulas, strict=True)
            ]


def _marked(value: object) -> object:
    return f"'{value}" if type(value) is str else value


@pytest.mark.parametrize("action", [nothing, write_back])
def test_every_row_is_the_same_after(
    ledger: Path, tmp_path: Path, calc_office: Office, action: Callable[[xw.Book], None]
) -> None:
    run_button(ledger, action, tmp_path / ledger.name, office=calc_office)

    before = read_ledger(ledger, ledger.name).ledger
    after = read_ledger(tmp_path / ledger.name, ledger.name).ledger
    different = [
        model.__name__
        for model in SHEETS
        if before.table(model).records() != after.table(model).records()
    ]
    assert before.table(SHEETS[1]).records()
    assert different == []
