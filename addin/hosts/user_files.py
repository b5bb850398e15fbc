"""Our folder in the user's own files, and files written so that the old or the new one is there whole."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from validators.errors import WriteRefused
from workbooks.file_problems import reason

DRAFT = ".bangdai_"
"""How the names of drafts begin, which a program that was stopped leaves."""


def home(environment: Mapping[str, str] = os.environ) -> Path:
    """Return our folder in the user's own files, one for all programs; it may not exist yet."""
    if local := environment.get("LOCALAPPDATA"):
        return Path(local) / "BangDai"
    data = environment.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else Path.home() / ".local/share") / "bangdai"


def log_file(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where what went wrong is written down; the folder may not exist yet."""
    return home(environment) / "bangdai.log"


def replace_file(file: Path, content: bytes, program: str = "") -> None:
    """Write a file in one step; its folder is made where it is missing, its mode is kept.

    Args:
        file: The file to make or replace.
        content: Of the whole file.
        program: What may have it open.

    Raises:
        WriteRefused: The system will not let it be written.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        swap(file, content, file.stat().st_mode & 0o777 if file.exists() else 0o644)
    except OSError as error:
        raise refused(file, error, program) from None


def swap(file: Path, content: bytes, mode: int) -> None:
    """Put a file of this mode in the place of another in one step; nobody sees more rights or half of it.

    Raises:
        OSError: It cannot be written; the other one is still there.
    """
    number, name = tempfile.mkstemp(prefix=DRAFT, dir=file.parent)  # as 0600
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.chmod(mode)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def python_without_window(prefix: str) -> Path:
    """Return Windows' pythonw.exe of the Python installation at `prefix`."""
    scripts = Path(prefix) / "Scripts"  # where a virtual environment has it
    return (scripts if scripts.is_dir() else Path(prefix)) / "pythonw.exe"


def refused(file: Path, error: OSError, program: str = "") -> WriteRefused:
    """Return what the system says about a file or folder as a sentence for a clerk.

    Args:
        file: What could not be written or removed.
        error: What the system said.
        program: What may have it open.
    """
    if program and isinstance(error, PermissionError):
        return WriteRefused(f"{file} 正在被 {program} 使用", f"请关闭全部 {program} 窗口后重试")
    return WriteRefused(f"{file} 无法写入或无法删除：{reason(error)}", "请检查磁盘空间和文件夹权限")
