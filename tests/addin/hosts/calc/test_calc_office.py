"""LibreOffice's process: started, watched, ended; what is said when it is missing."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest
import xlwings as xw

from addin.hosts.calc import HostFailed, Office, calc_app, office


@pytest.mark.office
def test_it_ends_with_all_its_processes_and_leaves_no_settings() -> None:
    with Office() as office:
        profile = office._profile
        process = psutil.Process(office.pid)
        family = [process, *process.children(recursive=True)]
        assert profile.is_dir()

    assert not office.running
    assert not profile.exists()
    assert psutil.wait_procs(family, timeout=5)[1] == []


def hang(office: Office) -> None:
    """Stop LibreOffice as a hung process stands, then ask it for something."""
    with calc_app(3, office) as app:
        for process in psutil.Process(office.pid).children(recursive=True):
            process.suspend()
        app.books.add()


def crash(office: Office) -> None:
    with calc_app(60, office) as app:
        app.books.add()
        os.killpg(office.pid, signal.SIGKILL)
        app.books.add()


def fail(office: Office) -> None:
    with calc_app(60, office) as app:
        app.books.add()
        raise ZeroDivisionError


@pytest.mark.office
def test_a_hung_office_is_killed_when_the_time_is_up() -> None:
    with Office() as office:
        started = time.monotonic()

        with pytest.raises(HostFailed, match="未完成"):
            hang(office)

        assert time.monotonic() - started < 30
    assert not office.running
    assert list(Path("/tmp").glob(f"OSL_PIPE_*_{office._pipe}")) == []


@pytest.mark.office
def test_a_crashed_office_is_told() -> None:
    with Office() as office, pytest.raises(HostFailed, match="意外退出"):
        crash(office)


def test_an_actions_own_error_comes_through_and_the_books_are_closed(calc_office: Office) -> None:
    with pytest.raises(ZeroDivisionError):
        fail(calc_office)

    assert calc_office.desktop.Frames.Count == 0


def test_a_missing_libreoffice_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(HostFailed, match="libreoffice-calc"):
        Office()


def test_a_missing_interface_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "uno", raising=False)
    monkeypatch.setattr(office, "_FOLDERS", ())
    monkeypatch.setattr(office, "soffice", lambda: tmp_path / "soffice")

    with pytest.raises(HostFailed, match="python3-uno"):
        office.load_uno.__wrapped__()


def test_an_interface_for_another_python_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delitem(sys.modules, "uno", raising=False)
    (tmp_path / "uno.py").write_text("raise ImportError('undefined symbol')")
    monkeypatch.setattr(office, "_FOLDERS", (str(tmp_path),))

    with pytest.raises(HostFailed, match="同一版本"):
        office.load_uno.__wrapped__()
    assert "uno" not in sys.modules


def test_windows_is_told_to_use_excel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(HostFailed, match="Excel"):
        Office()


def test_only_the_free_part_of_xlwings_is_used() -> None:
    sources = Path(office.__file__).parent.glob("*.py")

    assert [
        path.name for path in sources if "xlwings.pro" in path.read_text(encoding="utf-8")
    ] == []


def test_the_interface_leaves_python_as_it_was(calc_office: Office) -> None:
    assert "/usr/lib/python3/dist-packages" not in sys.path
    assert type(__import__).__name__ == "builtin_function_or_method"


def test_status_events_and_screen_are_kept_for_the_action(calc: xw.App) -> None:
    calc.books.add()
    calc.status_bar = "正在校验…"
    calc.screen_updating = calc.enable_events = False
    assert (calc.status_bar, calc.screen_updating, calc.enable_events) == (
        "正在校验…",
        False,
        False,
    )

    calc.status_bar = False
    calc.screen_updating = calc.enable_events = True
    assert (calc.status_bar, calc.screen_updating, calc.enable_events) == (False, True, True)


def test_message_boxes_are_recorded_and_answered(calc: xw.App) -> None:
    assert calc.alert("继续吗？", "帮带", buttons="yes_no_cancel") == "yes"

    calc.impl.answer = lambda alert: "no"

    assert calc.alert("继续吗？", buttons="yes_no_cancel") == "no"
    assert [alert.prompt for alert in calc.impl.alerts] == ["继续吗？"] * 2


def test_the_selection_is_the_active_books(calc: xw.App) -> None:
    book = calc.books.add()
    calc.books.add()
    book.activate()
    book.sheets[0]["B2:C3"].select()

    assert calc.books.active.name == book.name
    assert calc.selection.address == book.selection.address == "$B$2:$C$3"
