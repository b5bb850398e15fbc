"""The add-in for WPS on a PC with a real registry and profile, and its service started there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addin.hosts.wps.computers import THEIRS
from tests.windows.wine import USER, Wine

CONSOLE = "gbk"
KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\App Paths\et.exe"
ET = rf"C:\users\{USER}\AppData\Local\Kingsoft\WPS Office\12.1.0.16910\office6\et.exe"


@pytest.fixture(scope="module")
def listed(wine: Wine) -> Iterator[Path]:
    """Let the registry say that WPS is there; return its list with another vendor's add-in."""
    wine.run("reg", "add", KEY, "/ve", "/d", ET, "/f")
    file = wine.home / "AppData" / "Roaming" / "kingsoft" / "wps" / "jsaddons" / "publish.xml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(THEIRS, "utf-8")
    yield file
    file.unlink()
    wine.run("reg", "delete", KEY, "/f")


def test_it_is_installed_started_checked_stopped_and_taken_away_again(
    listed: Path, wine: Wine
) -> None:
    installed = wine.bangdai("wps", "install")
    held = listed.read_text("utf-8")
    started = wine.bangdai("wps", "start")
    checked = wine.bangdai("wps", "doctor")
    stopped = wine.bangdai("wps", "stop")
    removed = wine.bangdai("wps", "uninstall")

    answers = [installed, started, checked, stopped, removed]
    said = [done.text(CONSOLE) for done in answers]
    assert [done.code for done in answers] == [0, 0, 0, 0, 0], said
    assert f"正常　WPS 表格：{ET}，版本 12.1.0.16910\n" in said[0]
    assert 'name="办公助手"' in held
    assert 'name="bangdai"' in held
    assert "正常　本机服务：正在运行，进程 " in said[2]
    assert said[2].endswith("未发现问题，有 1 项未验证。\n")
    assert "本机服务已停止" in said[3]
    assert listed.read_text("utf-8") == THEIRS
    assert [path.name for path in listed.parent.iterdir()] == ["publish.xml"]
