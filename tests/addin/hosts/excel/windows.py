"""A Windows PC of folders and registry values, as the installation sees it."""

from __future__ import annotations

from pathlib import Path

from addin.hosts.excel.build import build_addin
from addin.hosts.excel.install import Places
from addin.hosts.excel.vba_module import xlwings_version

EXCEL = (r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "")


class FakeRegistry:
    """Values by key and name."""

    def __init__(self, values: dict[tuple[str, str], object] | None = None) -> None:
        self.known = {EXCEL: r"C:\Office\EXCEL.EXE"} if values is None else values

    def value(self, key: str, name: str) -> object | None:
        return self.known.get((key, name))

    def values(self, key: str) -> list[object]:
        return [value for (one, _), value in self.known.items() if one == key]


def a_pc(folder: Path, user: str = "张三") -> Places:
    """Return a PC on which Python, packages and DLLs are installed, the add-in not yet."""
    home = folder / "Users" / user
    venv = home / "AppData" / "Local" / "BangDai" / "venv"
    (venv / "Scripts").mkdir(parents=True)
    (venv / "Scripts" / "pythonw.exe").touch()
    for bits in ("32", "64"):
        (venv / f"xlwings{bits}-{xlwings_version()}.dll").touch()
    environment = {
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "USERPROFILE": str(home),
    }
    return Places.of(environment, str(venv))


def an_addin(folder: Path) -> Path:
    """Return an add-in file as the bundle brings it."""
    return build_addin(folder / "bundle", functions=())
