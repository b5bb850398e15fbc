"""Buttons pressed in WPS: what they write, how it is undone, and how many messages that takes."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw

from tests.addin.hosts.wps.clicks import in_this_day, presses_in, sending
from tests.addin.ribbon.pressing import looks_of, opened, shown_in, tabs_of
from tests.addin.ribbon.test_buttons_write import COMMANDS, LEDGERS
from tests.support.wps_answers import Addin, WpsAnswers, facts_of


@pytest.fixture
def addin(calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Addin:
    in_this_day(monkeypatch)
    return Addin(sending(presses_in(tmp_path)), WpsAnswers(calc))


@pytest.mark.parametrize("spills", [True, False], ids=["spilling", "plain"])
@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_button_writes_what_its_command_writes_and_undo_puts_every_cell_back(
    ledger: str, spills: bool, request: pytest.FixtureRequest, calc: xw.App, addin: Addin,
    tmp_path: Path,
) -> None:  # fmt: skip
    addin.spills = spills
    answers = addin.answers
    assert isinstance(answers, WpsAnswers)
    source: Path = request.getfixturevalue(ledger)
    book = opened(calc, source, tmp_path)
    book.save(tmp_path / "之前.xlsx")
    before, tabs = shown_in(book), tabs_of(book)
    for name in LEDGERS[ledger]:
        COMMANDS[name][1](source, tmp_path / f"{name}.xlsx")
        by_command = calc.books.open(tmp_path / f"{name}.xlsx")
        expected, seen = shown_in(by_command), tabs_of(by_command)
        by_command.close()
        book.activate()

        assert addin.click(name, facts_of(book))["message"] is None, name
        written = shown_in(book)
        assert tabs_of(book) == seen, name
        assert addin.click("undo", facts_of(book))["message"] is None, name

        assert written == expected, name
        assert written != before, name
        assert "已撤销" in answers.alerts[-1], name
        assert shown_in(book) == before, name
        assert tabs_of(book) == tabs, name
        assert answers.settings["screen_updating"], name
        assert answers.settings["status_bar"] is False, name
    book.save(tmp_path / "撤销.xlsx")
    assert looks_of(tmp_path / "撤销.xlsx") == looks_of(tmp_path / "之前.xlsx")
    assert not (tmp_path / "bangdai.log").exists()
