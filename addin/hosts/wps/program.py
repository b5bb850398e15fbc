"""Find WPS 表格 on this computer, where its own tools look for it, and tell which version it is."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from addin.hosts.registry import APP_PATHS, Registry

OLDEST = (11, 1)
"""WPS 2019, the first with JavaScript add-ins."""

_INSTALL_ROOT = r"Software\Kingsoft\Office\6.0\Common"
_COMMAND = r"Software\Classes\KET.Sheet.12\shell\new\command"
_QUOTED = re.compile(r'"?([^"]+?\.exe)')
_VERSION = re.compile(r"(?<![\d.])\d+(?:\.\d+){3}(?!\d|\.\d)")

_ON_LINUX = (
    "opt/kingsoft/wps-office/office6/et",
    "opt/apps/cn.wps.wps-office-pro/files/kingsoft/wps-office/office6/et",
)
"""Of Kingsoft's own package, and of that in the shops of UOS and Kylin; as wpsjs looks for them."""

FLATPAK = "com.wps.Office"
_IN_FLATPAK = f"flatpak/app/{FLATPAK}/current/active/files/extra/wps-office/office6/et"


@dataclass(frozen=True, slots=True)
class Program:
    """WPS 表格 as it is installed.

    Attributes:
        path: The program's file, or the folder it is in where nothing closer is known.
        version: Such as 12.1.0.16910; "" where it is unknown.
        sandboxed: Whether it is a Flatpak, which keeps its settings elsewhere and starts no program
            outside.
    """

    path: str
    version: str
    sandboxed: bool = False

    @property
    def too_old(self) -> bool:
        """Whether it is known to have no add-ins yet."""
        numbers = tuple(map(int, self.version.split(".")[:2])) if self.version else OLDEST
        return numbers < OLDEST


def find_on_windows(registry: Registry) -> Program | None:
    """Return WPS as the registry knows it; None where it does not."""
    for path in _registered(registry):
        found = _VERSION.search(path)
        return Program(path, found[0] if found else "")
    return None


def find_on_linux(root: Path = Path("/"), home: Path | None = None) -> Program | None:
    """Return WPS where its packages put it; None where it is in none of those places.

    Args:
        root: Of the file system.
        home: The user's folder.
    """
    for place in _ON_LINUX:
        if (root / place).exists():
            return Program(str(root / place), _configured_version(root / place))
    for data in (root / "var/lib", (home or Path.home()) / ".local/share"):
        program = data / _IN_FLATPAK
        if program.exists():
            return Program(str(program), _configured_version(program), sandboxed=True)
    return None


def _registered(registry: Registry) -> Iterator[str]:
    for hive in ("HKCU", "HKLM"):
        if path := registry.value(rf"{hive}\{APP_PATHS}\et.exe", ""):
            yield str(path).strip('"')
    for hive in ("HKCU", "HKLM"):
        command = _QUOTED.match(str(registry.value(rf"{hive}\{_COMMAND}", "") or ""))
        if command:
            yield command[1]
    for hive in ("HKCU", "HKLM"):
        if folder := registry.value(rf"{hive}\{_INSTALL_ROOT}", "InstallRoot"):
            yield rf"{folder}\office6\et.exe"


def _configured_version(program: Path) -> str:
    """Return the version the settings beside the program name; "" where they name none."""
    settings = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        settings.read(program.parent / "cfgs" / "setup.cfg", encoding="utf-8-sig")
        named = " ".join(settings["Version"].values())
    except (OSError, ValueError, KeyError, configparser.Error):
        return ""
    found = _VERSION.search(named)
    return found[0] if found else ""
