"""A computer of folders and environment variables, as an installation for WPS sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from addin.hosts.wps.install import Places
from addin.hosts.wps.start import Systemd

THEIRS = """<?xml version="1.0" encoding="UTF-8"?>
<jsplugins>
  <!-- 由其他厂商安装 -->
  <jspluginonline name="办公助手" type="et" url="http://127.0.0.1:3889/" debug="" enable="enable_dev" install="null" x="1"/>
</jsplugins>
"""


@dataclass
class FakeSystemctl:
    """A `systemctl --user` that is there or not, and what it was asked."""

    there: bool = False
    refuses: str = ""
    active: bool = False
    asked: list[str] = field(default_factory=list)

    def __call__(self, words: list[str]) -> bool:
        assert words[:2] == ["systemctl", "--user"]
        said = " ".join(words[2:])
        self.asked.append(said)
        if not self.there or (self.refuses and said.startswith(self.refuses)):
            return False
        if said.startswith(("restart", "disable")):
            self.active = said.startswith("restart")
        return self.active if said.startswith("is-active") else True


@dataclass
class Computer:
    """One user's files."""

    home: Path
    places: Places
    systemctl: FakeSystemctl = field(default_factory=FakeSystemctl)

    @property
    def systemd(self) -> Systemd:
        return Systemd(self.home / ".config" / "systemd" / "user", self.systemctl)

    def write_list(self, content: str | bytes) -> None:
        self.places.addins.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        self.places.publish_list.write_bytes(data)

    def note(self, **noted: object) -> None:
        """Have WPS note our add-in, in the shape it does."""
        known = {
            "et": {"62616e67646169": {"name": "bangdai", **noted}, "namelist": "62616e67646169"}
        }
        (self.places.addins / "authaddin.json").write_text(json.dumps(known))


def a_computer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, user: str = "张 三", windows: bool = False
) -> Computer:
    """Return a computer whose user is at work, with no add-in yet."""
    home = folder / user
    home.mkdir(parents=True)
    for name in ("APPDATA", "LOCALAPPDATA", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    if windows:
        monkeypatch.setenv("APPDATA", str(home / "AppData" / "Roaming"))
        monkeypatch.setenv("LOCALAPPDATA", str(home / "AppData" / "Local"))
    return Computer(home, Places.of())


def files_under(folder: Path) -> dict[str, bytes]:
    """Return the content of every file by its path, those of lock files apart."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".lock", ".holder"}
    }
