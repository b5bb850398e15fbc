"""Where the add-in lives on a clerk's Windows PC; every path follows from the user's environment.

Nothing here needs an administrator: all of it is in the user's own folders.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from addin.buttons import TAB
from addin.hosts.excel.xlwings_module import PROJECT, xlwings_version
from validators.errors import UsageError

__all__ = ["FILE_NAME", "Places", "log_file"]

FILE_NAME = f"{TAB}.xlam"
"""The add-in."""

_HOME = "BangDai"
_LOG = "bangdai.log"


@dataclass(frozen=True)
class Places:
    """The files of one installation.

    Attributes:
        home: Our folder: the virtual environment and the log.
        xlstart: The folder whose workbooks Excel opens by itself when it starts.
        configuration: The file the add-in's VBA reads; names the interpreter.
        interpreter: pythonw.exe, which runs without a window.
        environment: The variables they were found by, to write paths in terms of them.
    """

    home: Path
    xlstart: Path
    configuration: Path
    interpreter: Path
    environment: Mapping[str, str]

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ, prefix: str = sys.prefix) -> Places:
        """Return the places by the user's environment and the Python installation at `prefix`.

        Raises:
            UsageError: This is no Windows: a variable is missing.
        """
        missing = [n for n in ("APPDATA", "LOCALAPPDATA", "USERPROFILE") if not environment.get(n)]
        if missing:
            raise UsageError(
                f"这台电脑没有 {'、'.join(missing)} 这个环境变量，不是 Windows",
                "安装、卸载和自检只能在装有桌面版 Excel 的 Windows 电脑上运行",
            )
        scripts = Path(prefix) / "Scripts"  # where a virtual environment has it
        return cls(
            home=Path(environment["LOCALAPPDATA"]) / _HOME,
            xlstart=Path(environment["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART",
            configuration=Path(environment["USERPROFILE"]) / f".{PROJECT}" / f"{PROJECT}.conf",
            interpreter=(scripts if scripts.is_dir() else Path(prefix)) / "pythonw.exe",
            environment=environment,
        )

    @property
    def addin(self) -> Path:
        """The installed add-in."""
        return self.xlstart / FILE_NAME

    @property
    def libraries(self) -> tuple[tuple[Path, ...], ...]:
        """For 64- and 32-bit Excel the places where the add-in looks for xlwings' DLL, in order."""
        version = xlwings_version()
        folders = (self.interpreter.parent, self.interpreter.parent.parent)
        return tuple(
            tuple(folder / f"xlwings{bits}-{version}.dll" for folder in folders)
            for bits in ("64", "32")
        )

    def portable(self, path: Path) -> str:
        """Return a path with the user's folder written as a variable, which spares the user's name."""
        for name in ("LOCALAPPDATA", "APPDATA", "USERPROFILE"):
            if path.is_relative_to(self.environment[name]):
                rest = path.relative_to(self.environment[name])
                return "\\".join((f"%{name}%", *rest.parts))
        return str(path)


def log_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where what went wrong is written down; the folder may not exist yet."""
    home = environment.get("LOCALAPPDATA")
    return (Path(home) / _HOME if home else Path(tempfile.gettempdir())) / _LOG
