"""Every writing button writes what its command writes, and can be undone to the last cell."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw

from tests.addin.ribbon.ledgers import WHOLE
from tests.addin.ribbon.pressing import looks_of, opened, press
from tests.support.buttons_and_commands import LEDGERS, by_commands, written_and_undone
from tests.support.shared import SharedFolder


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_button_writes_what_its_command_writes_and_undo_puts_every_cell_back(
    ledger: str,
    request: pytest.FixtureRequest,
    calc: xw.App,
    shared_folder: SharedFolder,
    tmp_path: Path,
) -> None:
    source: Path = request.getfixturevalue(ledger)
    expected = by_commands(ledger, source, calc, shared_folder)
    whole = source.with_name(WHOLE)
    book = opened(calc, whole if whole.exists() else source, tmp_path)
    book.save(tmp_path / "之前.xlsx")

    written_and_undone(book, lambda name: press(book, name).alerts, expected)

    book.save(tmp_path / "撤销.xlsx")
    assert looks_of(tmp_path / "撤销.xlsx") == looks_of(tmp_path / "之前.xlsx")
