from __future__ import annotations

from pathlib import Path

import pytest

from addin.hosts.wps.program import Program, find_on_linux, find_on_windows
from tests.addin.hosts.excel.windows import FakeRegistry

APP_PATHS = r"Software\Microsoft\Windows\CurrentVersion\App Paths".replace("Software", "SOFTWARE")
FOLDER = r"C:\Users\张 三\AppData\Local\Kingsoft\WPS Office\12.1.0.16910\office6"


@pytest.mark.parametrize(
    ("key", "name", "value", "path"),
    [
        (rf"HKLM\{APP_PATHS}\et.exe", "", rf"{FOLDER}\et.exe", rf"{FOLDER}\et.exe"),
        (rf"HKCU\{APP_PATHS}\et.exe", "", rf'"{FOLDER}\et.exe"', rf"{FOLDER}\et.exe"),
        (r"HKCU\Software\Classes\KET.Sheet.12\shell\new\command", "",
         rf'"{FOLDER}\wps.exe" /prometheus /et "%1"', rf"{FOLDER}\wps.exe"),
        (r"HKCU\Software\Kingsoft\Office\6.0\Common", "InstallRoot",
         FOLDER.removesuffix(r"\office6"), rf"{FOLDER}\et.exe"),
    ],
)  # fmt: skip
def test_the_registry_tells_where_wps_is(key: str, name: str, value: str, path: str) -> None:
    found = find_on_windows(FakeRegistry({(key, name): value}))

    assert found == Program(path, "12.1.0.16910")


def test_a_registry_without_wps_has_none() -> None:
    assert find_on_windows(FakeRegistry()) is None


@pytest.mark.parametrize(
    ("place", "sandboxed"),
    [
        ("opt/kingsoft/wps-office/office6/et", False),
        ("opt/apps/cn.wps.wps-office-pro/files/kingsoft/wps-office/office6/et", False),
        ("var/lib/flatpak/app/com.wps.Office/current/active/files/extra/wps-office/office6/et", True),
        ("home/u/.local/share/flatpak/app/com.wps.Office/current/active/files/extra/wps-office/office6/et", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("settings", "version"),
    [
        ("[Version]\nVersion=12.1.2.22571\n", "12.1.2.22571"),
        ("\ufeff[Version]\nFirstVersion=11\nOther=11.8.2.1132.AK\n", "11.8.2.1132"),
        ("[Version]\n", ""),
        ("no settings", ""),
        (None, ""),
    ],
)
def test_the_folders_of_its_packages_tell_where_wps_is(
    tmp_path: Path, place: str, sandboxed: bool, settings: str | None, version: str
) -> None:
    program = tmp_path / place
    (program.parent / "cfgs").mkdir(parents=True)
    program.touch()
    if settings is not None:
        (program.parent / "cfgs" / "setup.cfg").write_text(settings, "utf-8")

    found = find_on_linux(tmp_path, tmp_path / "home" / "u")

    assert found == Program(str(program), version, sandboxed=sandboxed)


def test_a_computer_without_wps_has_none(tmp_path: Path) -> None:
    assert find_on_linux(tmp_path, tmp_path) is None


@pytest.mark.parametrize(
    ("version", "too_old"),
    [("10.1.0.6757", True), ("11.0.0.1", True), ("11.1.0.9080", False), ("12.1.0.1", False), ("", False)],
)  # fmt: skip
def test_versions_before_2019_have_no_add_ins(version: str, too_old: bool) -> None:
    assert Program("et", version).too_old is too_old
