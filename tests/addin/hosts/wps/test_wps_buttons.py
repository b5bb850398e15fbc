"""A button pressed in a WPS that spills, over LibreOffice: what it writes, and how it is undone.

One suffices here: every button is clicked in a browser, by the add-in's own script.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import xlwings as xw

from tests.addin.hosts.wps.clicks import in_this_day, presses_in, sending
from tests.addin.ribbon.pressing import looks_of, opened, shown_in, tabs_of
from tests.addin.ribbon.test_buttons_write import COMMANDS
from tests.support.wps_answers import Addin, WpsAnswers, facts_of


@pytest.fixture
def addin(calc: xw.App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Addin:
    in_this_day(monkeypatch)
    return Addin(sending(presses_in(tmp_path)), WpsAnswers(calc))


def test_a_button_writes_what_its_command_writes_and_undo_puts_every_cell_back(
    decided: Path, calc: xw.App, addin: Addin, tmp_path: Path
) -> None:
    answers = addin.answers
    assert isinstance(answers, WpsAnswers)
    COMMANDS["complete"][1](decided, tmp_path / "命令.xlsx")
    by_command = calc.books.open(tmp_path / "命令.xlsx")
    expected, seen = shown_in(by_command), tabs_of(by_command)
    by_command.close()
    book = opened(calc, decided, tmp_path)
    book.save(tmp_path / "之前.xlsx")
    before, tabs = shown_in(book), tabs_of(book)

    told = addin.click("complete", facts_of(book))
    written, shown = shown_in(book), tabs_of(book)
    undone = addin.click("undo", facts_of(book))

    assert (told["message"], undone["message"]) == (None, None)
    assert written == expected != before
    assert shown == seen
    assert "已撤销" in answers.alerts[-1]
    assert shown_in(book) == before
    assert tabs_of(book) == tabs
    assert answers.settings["screen_updating"]
    assert answers.settings["status_bar"] is False
    book.save(tmp_path / "撤销.xlsx")
    assert looks_of(tmp_path / "撤销.xlsx") == looks_of(tmp_path / "之前.xlsx")
    assert not (tmp_path / "bangdai.log").exists()
