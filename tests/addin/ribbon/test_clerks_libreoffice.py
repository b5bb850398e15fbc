"""The extension in a real LibreOffice with windows: what a clerk sees, clicks and gets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw

import tests.support.helper_that_day
from addin.buttons import TAB, buttons
from addin.hosts.calc import calc_app, protect
from addin.hosts.calc.extension.build import toolbar_url
from tests.addin.ribbon.pressing import AS_OF, MADE, opened, shown_in, tabs_of
from tests.addin.ribbon.test_buttons_write import COMMANDS, LEDGERS
from tests.support.clerks_desktop import ClerksDesktop

pytestmark = pytest.mark.office


@pytest.fixture(scope="module")
def fatal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that makes the helper die."""
    return tmp_path_factory.mktemp("fatal") / "write"


@pytest.fixture(scope="module")
def clerk(fatal: Path) -> Iterator[ClerksDesktop]:
    """Return the clerk's LibreOffice; its helper believes it to be the tests' day."""
    script = tests.support.helper_that_day.__file__
    command = [sys.executable, script, AS_OF.isoformat(), MADE.isoformat(), str(fatal)]
    desktop = ClerksDesktop(command)
    yield desktop
    desktop.stop()


@pytest.fixture
def app(clerk: ClerksDesktop) -> Iterator[xw.App]:
    """Return the tests' own view of what is open there."""
    with calc_app(600, clerk) as app:
        yield app


def uno_of(book: xw.Book) -> Any:
    return book.impl.document


def test_toolbars_and_menu_show_every_button(
    clerk: ClerksDesktop, app: xw.App, short_ledger: Path, tmp_path: Path
) -> None:
    frame = uno_of(opened(app, short_ledger, tmp_path)).CurrentController.Frame

    shown = [*clerk.toolbar(frame, toolbar_url(1)), *clerk.toolbar(frame, toolbar_url(2))]

    assert shown == [button.label for button in buttons()]
    assert clerk.menu(frame, TAB) == {
        group: [button.label for button in members]
        for group, members in groupby(buttons(), key=lambda button: button.group)
    }


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_button_writes_into_the_open_document_what_its_command_writes(
    ledger: str, request: pytest.FixtureRequest, clerk: ClerksDesktop, app: xw.App, tmp_path: Path
) -> None:
    source: Path = request.getfixturevalue(ledger)
    book = opened(app, source, tmp_path)
    before, tabs = shown_in(book), tabs_of(book)
    for name in LEDGERS[ledger]:
        COMMANDS[name][1](source, tmp_path / f"{name}.xlsx")
        by_command = app.books.open(tmp_path / f"{name}.xlsx")
        expected, seen = shown_in(by_command), tabs_of(by_command)
        by_command.close()

        clerk.press(uno_of(book), name)
        written = shown_in(book)
        assert tabs_of(book) == seen, name
        told = clerk.press(uno_of(book), "undo")

        assert written == expected, name
        assert written != before, name
        assert "已撤销" in told[-1], name
        assert shown_in(book) == before, name
        assert tabs_of(book) == tabs, name
