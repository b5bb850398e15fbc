"""Put the add-in where Excel opens it, and take it away again. No administrator is needed."""

from __future__ import annotations

import os
from pathlib import Path

from addin.hosts.excel.places import FILE_NAME, Places
from validators.errors import UsageError, WriteRefused

__all__ = ["ANSI", "ZONE", "configuration_text", "install", "uninstall"]

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
    _replace(places.addin, addin.read_bytes())
    # the new file has none of its own; a stream of the name may be left from an older copy
    Path(f"{places.addin}{ZONE}").unlink(missing_ok=True)
    _replace(places.configuration, text)


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
                raise _refused(file, error) from None
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
            f"Python 所在文件夹的名称里有系统代码页没有的字：“{line[error.start : error.end]}”",
            "请把 Python 装到名称简单的文件夹（如 D:\\BangDai）再安装",
        ) from None


def _replace(target: Path, content: bytes) -> None:
    new = target.with_name(f"{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        new.replace(target)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise _refused(target, error) from None


def _refused(file: Path, error: OSError) -> WriteRefused:
    if file.name == FILE_NAME and isinstance(error, PermissionError):
        return WriteRefused(f"{file} 正在被 Excel 使用", "请关闭全部 Excel 窗口再试")
    return WriteRefused(f"{file} 写不进去或删不掉：{error.strerror}", "请检查磁盘空间和文件夹权限")
