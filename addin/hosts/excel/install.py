"""Put the add-in where Excel opens it, and take it away again.

No administrator is needed: every path follows from the user's environment and lies in the user's
own folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from addin.buttons import TAB
from addin.hosts.excel.vba_module import PROJECT, xlwings_version
from addin.hosts.user_files import home, python_without_window, refused, replace_file
from validators.errors import UsageError

FILE_NAME = f"{TAB}.xlam"
"""The add-in."""


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
                f"本机没有 {'、'.join(missing)} 这个环境变量，不是 Windows",
                "安装、卸载和自检只能在装有桌面版 Excel 的 Windows 电脑上运行",
            )
        return cls(
            home=home(environment),
            xlstart=Path(environment["APPDATA"]) / "Microsoft" / "Excel" / "XLSTART",
            configuration=Path(environment["USERPROFILE"]) / f".{PROJECT}" / f"{PROJECT}.conf",
            interpreter=python_without_window(prefix),
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


# --- install and uninstall ------------------------------------------------------------------------

ZONE = ":Zone.Identifier"
"""NTFS stream that marks a file as coming from the internet; Excel then runs no macro in it."""

ANSI = "mbcs" if os.name == "nt" else "gbk"
"""What VBA reads a text file as: the system's code page, GBK on a Chinese Windows."""


def install(places: Places, addin: Path) -> None:
    """Copy `addin` into XLSTART without the mark of the web and write the configuration.

    Raises:
        WriteRefused: Excel has the add-in open, or a folder cannot be written.
        UsageError: The interpreter's path has characters the system's code page lacks.
    """
    text = configuration_text(places)
    replace_file(places.addin, addin.read_bytes(), "Excel")
    # the new file has none of its own; a stream of the name may be left from an older copy
    Path(f"{places.addin}{ZONE}").unlink(missing_ok=True)
    replace_file(places.configuration, text)


def uninstall(places: Places) -> list[Path]:
    """Remove the add-in and its configuration; return what was removed, [] if nothing was there.

    Raises:
        WriteRefused: Excel has the add-in open.
    """
    removed = []
    for file in (places.addin, places.configuration):
        if file.exists():
            try:
                file.unlink()
            except OSError as error:
                raise refused(file, error, "Excel" if file == places.addin else "") from None
            removed.append(file)
    if places.configuration.parent.is_dir() and not any(places.configuration.parent.iterdir()):
        places.configuration.parent.rmdir()
    return removed


def configuration_text(places: Places) -> bytes:
    """Return the configuration as VBA's `Input #` reads it.

    Raises:
        UsageError: The interpreter's path cannot be written in the system's code page.
    """
    line = f'"INTERPRETER_WIN","{places.portable(places.interpreter)}"\r\n'
    try:
        return line.encode(ANSI)
    except UnicodeEncodeError as error:
        raise UsageError(
            f"Python 所在文件夹的名称中有系统代码页没有的字：“{line[error.start : error.end]}”",
            "请将 Python 安装到名称简单的文件夹（如 D:\\BangDai）后再安装",
        ) from None
