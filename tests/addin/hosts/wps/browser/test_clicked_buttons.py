"""Every button in the add-in of WPS: a real browser, the real service, LibreOffice behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw

from addin import clock
from tests.addin.hosts.wps.browser.driving import Window
from tests.addin.ribbon.ledgers import adopted, decided, sample, short_ledger, that_day
from tests.addin.ribbon.pressing import AS_OF, opened, shown_in, tabs_of
from tests.addin.ribbon.test_buttons_write import COMMANDS, LEDGERS

__all__ = ["adopted", "decided", "sample", "short_ledger", "that_day"]

pytestmark = pytest.mark.usefixtures("service")


@pytest.fixture(autouse=True)
def that_day_in_the_service(that_day: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: AS_OF)  # its threads do not see the test's own


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_button_writes_what_its_command_writes_and_undo_puts_every_cell_back(
    ledger: str, request: pytest.FixtureRequest, calc: xw.App, window: Window, tmp_path: Path
) -> None:
    source: Path = request.getfixturevalue(ledger)
    book = opened(calc, source, tmp_path)
    before = shown_in(book)
    for name in LEDGERS[ledger]:
        _, command = COMMANDS[name]
        command(source, tmp_path / f"{name}.xlsx")
        by_command = calc.books.open(tmp_path / f"{name}.xlsx")
        expected, seen = shown_in(by_command), tabs_of(by_command)
        by_command.close()
        book.activate()

        told = window.press(name)
        written = shown_in(book)
        print(name, told)
        assert written == expected, name
        assert tabs_of(book) == seen, name
        undone = window.press("undo")
        print(undone)
        assert shown_in(book) == before
