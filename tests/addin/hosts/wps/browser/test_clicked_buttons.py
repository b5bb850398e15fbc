"""Every button clicked in the add-in: a real browser, the real service, LibreOffice behind WPS's objects."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import xlwings as xw

from addin import clock
from addin.actions.consolidate import consolidate
from addin.actions.new import start_ledger
from addin.buttons import buttons
from addin.hosts.calc import protect
from addin.hosts.wps.connection import Connection, ask_service
from tests.addin.actions.published import write_posts
from tests.addin.hosts.wps.browser.driving import Seen, Window, running_service
from tests.addin.hosts.wps.running import wait_until
from tests.addin.ribbon.pressing import AS_OF, looks_of, opened, shown_in, tabs_of
from tests.addin.ribbon.test_buttons_bad_states import NEEDING
from tests.addin.ribbon.test_buttons_round_trips import _prepared
from tests.support.books import cells_of
from tests.support.buttons_and_commands import COMMANDS, LEDGERS, by_commands, written_and_undone
from tests.support.chromium import Chromium
from tests.support.shared import SharedFolder
from tests.support.wps_application import Wps
from validators.sheets import UnitRow

pytestmark = pytest.mark.usefixtures("service")


@pytest.fixture(autouse=True)
def that_day_in_the_service(that_day: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: AS_OF)  # its threads do not see the test's own


def sound(seen: Seen, window: Window, name: str) -> None:
    """Hold what is true of a button whatever it does."""
    for told in seen.told:
        log = re.search(r"已记在 (.*)，请发", told)
        assert "未完成" not in told, (
            f"{name}: {told} {Path(log[1]).read_text('utf-8') if log else ''}"
        )
    app = window.wps.app
    assert app.ScreenUpdating, name
    assert app.EnableEvents, name
    assert app.DisplayAlerts, name
    assert app.AutoCorrect.AutoFillFormulasInLists, name


@pytest.mark.parametrize("ledger", LEDGERS)
def test_a_button_writes_what_its_command_writes_and_undo_puts_every_cell_back(
    ledger: str,
    request: pytest.FixtureRequest,
    calc: xw.App,
    window: Window,
    shared_folder: SharedFolder,
    tmp_path: Path,
) -> None:
    source: Path = request.getfixturevalue(ledger)
    expected = by_commands(ledger, source, calc, shared_folder)
    book = opened(calc, source, tmp_path)
    book.save(tmp_path / "之前.xlsx")

    def press(name: str) -> list[str]:
        sound(seen := window.press(name), window, name)
        return seen.told

    written_and_undone(book, press, expected)

    book.save(tmp_path / "撤销.xlsx")
    assert looks_of(tmp_path / "撤销.xlsx") == looks_of(tmp_path / "之前.xlsx")


OTHERS = [one.id for one in buttons() if one.id not in COMMANDS and one.id != "undo"]
MAKING = {
    "papers", "growth_card", "submit", "new_ledger", "carry_over", "consolidate", "period_report",
    "publish",
}  # fmt: skip
"""They make a workbook where the clerk wants it."""


def answers_of(name: str, folder: Path, book: xw.Book) -> list[str]:
    """Return what the clerk answers to a button, and put the workbook into a state to press it in."""
    made, reported = str(folder / f"{name}.xlsx"), str(folder / "上报")
    asked = {
        "new_ledger": ["开城镇", made],
        "carry_over": [made],
        "consolidate": [reported, "固原市", made],
        "return_ledgers": [reported],
        "period_report": [reported, "2026Q2", "固原市", made],
        "publish": [str(folder / "汇总.xlsx"), made],
    }
    return asked.get(name) or _prepared(book, name, folder)


def test_every_other_button_does_its_work_and_what_it_wrote_is_undone(
    ledger: Path, sample: Path, calc: xw.App, window: Window, tmp_path: Path
) -> None:
    (tmp_path / "上报").mkdir()
    shutil.copyfile(sample, tmp_path / "上报" / sample.name)
    consolidate([tmp_path / "上报"], tmp_path / "汇总.xlsx", as_of=AS_OF)
    write_posts(tmp_path / "下发.xlsx")
    book = opened(calc, ledger, tmp_path)
    window.press("validate")
    for name in OTHERS:
        answers = answers_of(name, tmp_path, book)
        before, tabs, front = shown_in(book), tabs_of(book), book.sheets.active.name

        seen = window.press(name, answers)

        sound(seen, window, name)
        status = str(window.wps.app.StatusBar or "")
        assert seen.told or seen.pages or status or book.sheets.active.name != front, name
        assert (tmp_path / f"{name}.xlsx").exists() == (name in MAKING), (name, seen)
        for other in [one for one in calc.books if one.fullname != book.fullname]:
            other.close()
        if shown_in(book) != before:
            undone = window.press("undo")
            assert "已撤销" in undone.told[-1], name
        elif tabs_of(book) != tabs:
            window.press(name)
        assert shown_in(book) == before, name
        assert tabs_of(book) == tabs, name
    start_ledger("开城镇", tmp_path / "照.xlsx", year=2026, as_of=AS_OF)
    assert cells_of(tmp_path / "new_ledger.xlsx") == cells_of(tmp_path / "照.xlsx")
    assert list((tmp_path).glob("上报-退回*/*.xlsx"))


# --- where it cannot do its work ------------------------------------------------------------------


def test_without_a_workbook_every_button_says_so_and_asks_nobody(
    calc: xw.App, window: Window
) -> None:
    assert not len(calc.books)
    for one in buttons():
        seen = window.press(one.id)

        assert seen.told == [
            "没有打开的工作簿，按钮未执行。\n请先打开台账或新建一个工作簿，再点一次。"
        ]
        assert seen.messages == 0


def test_another_workbook_is_told_to_be_no_ledger_and_stays_as_it_is(
    calc: xw.App, window: Window
) -> None:
    book = calc.books.add()
    book.sheets[0]["A1"].value = "采购清单"

    for one in NEEDING:
        seen = window.press(one.id)

        assert "不是导师帮带台账" in seen.told[-1], one.id
        sound(seen, window, one.id)
    assert len(book.sheets) == 1
    assert book.sheets[0].used_range.value == "采购清单"
    assert not window.wps.app.StatusBar


def test_each_missing_sheet_is_named(ledger: Path, calc: xw.App, window: Window, tmp_path: Path) -> None:  # fmt: skip
    book = opened(calc, ledger, tmp_path)
    for sheet in book.sheets:
        if sheet.name != UnitRow.sheet.name:  # by which it is a ledger
            sheet.delete()
    first = {one.needs: one for one in reversed(NEEDING) if one.needs is not UnitRow}
    for model, one in first.items():
        seen = window.press(one.id)

        assert f"没有工作表“{model.sheet.name}”" in seen.told[-1], one.id
        sound(seen, window, one.id)


@pytest.mark.parametrize("name", ["fill_numbers", "suggest"])
def test_a_sheet_with_a_password_is_named_and_nothing_is_written(
    name: str, ledger: Path, calc: xw.App, window: Window, tmp_path: Path
) -> None:
    book = opened(calc, ledger, tmp_path)
    for sheet in book.sheets:
        protect(sheet, "a secret")
    before = shown_in(book)

    seen = window.press(name)

    assert "密码" in seen.told[-1]
    sound(seen, window, name)
    assert shown_in(book) == before


@pytest.mark.parametrize(
    ("name", "member"), [("flags", "Range.Value2 ="), ("validate", "Interior.Color =")]
)
def test_an_error_of_wps_midway_leaves_nothing_half_written(
    name: str, member: str, ledger: Path, calc: xw.App, window: Window, tmp_path: Path
) -> None:
    book = opened(calc, ledger, tmp_path)
    before, tabs = shown_in(book), tabs_of(book)
    window.wps.refuses = {member}

    seen = window.press(name)

    assert window.wps.refused == 1
    assert "未完成" in seen.told[-1]
    assert shown_in(book) == before
    assert tabs_of(book) == tabs
    assert window.wps.app.ScreenUpdating
    assert "没有可撤销" in window.press("undo").told[-1]


# --- windows that come and go ---------------------------------------------------------------------


def question_left_open(window: Window) -> None:
    """Press a button that asks, in a build whose script does not wait; the question stays open."""
    window.wps.app.clerk.show = lambda *_: None
    window.page.run("OnAction({Id: 'bangdai_tidy'})")
    assert window.page.run("pending !== null")
    window.wps.app.clerk.show = None


def test_another_window_is_told_to_wait_and_can_click_once_the_first_is_closed(
    ledger: Path, calc: xw.App, window: Window, addin: Path, tmp_path: Path
) -> None:
    book = opened(calc, ledger, tmp_path)
    before = shown_in(book)
    with Window.beside(window, addin) as first:
        question_left_open(first)

        told = window.press("fill_numbers").told

        assert "另一个 WPS 窗口正在执行“规范格式”" in told[-1]
        assert first.page.run("pending !== null")
    for _ in range(100):  # the service notices that the line of the first broke off
        told = window.press("next_finding").told
        if "另一个" not in "".join(told):
            break

    assert "请先点“录入校验”" in told[-1]
    assert shown_in(book) == before


def test_an_abandoned_question_is_answered_by_the_next_click(
    ledger: Path, calc: xw.App, window: Window, tmp_path: Path
) -> None:
    book = opened(calc, ledger, tmp_path)
    before = shown_in(book)
    question_left_open(window)

    told = window.press("next_finding").told

    assert "请先点“录入校验”" in told[-1]
    assert shown_in(book) == before
    assert window.wps.app.ScreenUpdating


@contextmanager
def another_program(port: int) -> Iterator[None]:
    """Have a program that knows nothing of buttons answer on a port."""
    with ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def test_a_service_that_moved_to_another_port_is_found_at_a_click_and_while_it_starts(
    calc: xw.App, chromium: Chromium, wps: Wps, addin: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "加载项"
    shutil.copytree(addin, folder)
    known = replace(Connection.fresh(), addin=folder)
    known.save(tmp_path)
    calc.books.add()
    told = wps.app.clerk.told
    with (
        another_program(known.port),
        Window(chromium, wps, folder) as first,
        Window.beside(first, folder) as second,
    ):
        first.page.run("OnAction({Id: 'bangdai_validate'})")
        assert told == []
        with running_service(tmp_path, folder) as moved:
            assert moved.port != known.port
            wait_until(lambda: told and not ask_service(moved, "/status")["busy"], 60)
            assert "不是导师帮带台账" in told[-1]
            assert second.page.run("BANGDAI_SERVICE.port") == known.port
            assert "不是导师帮带台账" in second.press("validate").told[-1]
