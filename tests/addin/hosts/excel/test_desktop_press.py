from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from xlwings import base_classes

from addin.buttons import find_button
from addin.hosts.excel import desktop
from addin.hosts.excel.desktop import ExcelHost, press
from validators.errors import BangdaiError, UpdateRefused, UsageError
from workbooks.live.host import host

PHONE = "13895012345"


class Screen(base_classes.App, base_classes.Book):
    """A workbook and its Excel, as far as `press` uses them."""

    pid = 1

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.ran: list[Any] = []

    @property
    def app(self) -> Screen:
        return self

    def alert(
        self, prompt: str, title: str | None, buttons: object, mode: str | None, callback: object
    ) -> str:
        assert (title, mode) == ("导师帮带", "critical")
        del buttons, callback
        self.shown.append(prompt)
        return "ok"


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr(xw.Book, "caller", staticmethod(lambda: xw.Book(impl=screen)))
    return screen


@pytest.fixture
def behind(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], object]], None]:
    """Put a function behind 录入校验."""

    def put(function: Callable[[Any], object]) -> None:
        button = replace(find_button("validate"), press=function)
        monkeypatch.setattr(desktop, "find_button", lambda _: button)

    return put


def test_a_click_runs_the_buttons_function_on_the_calling_book(
    screen: Screen, behind: Any, tmp_path: Path
) -> None:
    behind(screen.ran.append)

    press("validate", tmp_path / "log")

    (book,) = screen.ran
    assert type(book) is xw.Book
    assert book.impl.shown is screen.shown
    assert screen.shown == []
    assert not (tmp_path / "log").exists()


def test_the_function_runs_in_excel_and_nothing_after_it_does(
    screen: Screen, behind: Any, tmp_path: Path
) -> None:
    behind(lambda _: screen.ran.append(host()))

    press("validate", tmp_path / "log")

    assert [isinstance(one, ExcelHost) for one in screen.ran] == [True]
    with pytest.raises(LookupError):
        host()


def test_a_problem_the_clerk_can_act_on_is_its_own_sentence(
    screen: Screen, behind: Any, tmp_path: Path
) -> None:
    def refuse(_: object) -> None:
        raise UpdateRefused("缺少“参数”表", "请从新台账复制一张")

    behind(refuse)

    press("validate", tmp_path / "log")

    assert screen.shown == ["缺少“参数”表。请从新台账复制一张"]
    assert not (tmp_path / "log").exists()


def test_any_other_error_is_one_sentence_and_a_masked_entry_in_the_log(
    screen: Screen, behind: Any, tmp_path: Path
) -> None:
    def fail(_: object) -> None:
        raise KeyError(f"电话 {PHONE}")

    behind(fail)
    log = tmp_path / "BangDai" / "bangdai.log"

    press("validate", log)

    (sentence,) = screen.shown
    written = log.read_text("utf-8")
    assert sentence.startswith("“录入校验”未完成。")
    assert str(log) in sentence
    assert "Traceback" not in sentence
    assert "KeyError" not in sentence
    assert "Traceback" in written
    assert "in fail" in written
    assert PHONE not in written
    assert "138****2345" in written
    assert log.stat().st_mode & 0o077 == 0


def test_a_program_that_cannot_be_loaded_is_told_too(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "addin.actions.open_ledger", None)

    press("validate", tmp_path / "log")

    assert screen.shown[0].startswith("“录入校验”未完成。")


def test_a_log_that_cannot_be_written_is_no_second_error(
    screen: Screen, behind: Any, tmp_path: Path
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    behind(fail)
    (tmp_path / "file").touch()

    press("validate", tmp_path / "file" / "bangdai.log")

    assert "未能记录" in screen.shown[0]


def test_a_workbook_closed_meanwhile_leaves_only_the_log(
    screen: Screen, behind: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise OSError("RPC server unavailable")

    def refuse(_: object) -> None:
        raise UsageError("未选中对象")

    behind(refuse)
    monkeypatch.setattr(screen, "alert", closed)

    press("validate", tmp_path / "log")

    assert "could not say: 未选中对象" in (tmp_path / "log").read_text("utf-8")


def test_without_a_calling_workbook_the_vba_gets_a_sentence_to_show(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing() -> None:
        raise RuntimeError("Book.caller() must not be called directly")

    monkeypatch.setattr(xw.Book, "caller", staticmethod(missing))

    with pytest.raises(BangdaiError, match="未连接到 Excel"):
        press("validate", tmp_path / "log")


def test_an_unknown_button_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="没有按钮“reset”"):
        press("reset", tmp_path / "log")
