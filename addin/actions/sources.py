"""Which files a command works on, and what their neighbours say of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from validators.errors import UsageError
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.locks import office_lock

__all__ = ["Source", "discover", "file_finding", "open_notices"]

WORKBOOK_SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".htm", ".html"}
)
"""What a clerk may send as a ledger; the content decides whether it is one."""

_PASSED_OVER = ("~$", ".")


class Source(NamedTuple):
    """One file to read and the name findings give it."""

    path: Path
    file: str


def discover(paths: Iterable[Path]) -> tuple[list[Source], list[Source]]:
    """Return the workbooks among `paths`, folders searched through, and the files passed over.

    A file in a folder is named relative to that folder; lock files and our own drafts are left
    out without a word.

    Raises:
        UsageError: A path does not exist.
    """
    workbooks: list[Source] = []
    others: list[Source] = []
    for source in _walk(paths):
        wanted = source.path.suffix.lower() in WORKBOOK_SUFFIXES
        (workbooks if wanted else others).append(source)
    return workbooks, others


def _walk(paths: Iterable[Path]) -> Iterator[Source]:
    for path in paths:
        if path.is_file():
            yield Source(path, path.name)
        elif path.is_dir():
            for found in sorted(path.rglob("*")):
                relative = found.relative_to(path)
                hidden = any(part.startswith(_PASSED_OVER) for part in relative.parts)
                if found.is_file() and not hidden:
                    yield Source(found, relative.as_posix())
        else:
            raise UsageError(f"没有找到“{path}”", "请核对文件或文件夹的路径")


def file_finding(file: str, code: str, level: Level, message: str, suggestion: str = "") -> Finding:
    """Word a finding on a whole file."""
    return Finding(file, "", "", 0, "", "", code, level, "", message, suggestion)


def open_notices(sources: Iterable[Source]) -> Iterator[Finding]:
    """Yield a notice for every file somebody has open: it may lack unsaved changes."""
    for source in sources:
        holder = office_lock(source.path)
        if holder is not None:
            who = f"“{holder}”" if holder else "有人"
            yield file_finding(
                source.file, "file.open", Level.NOTICE,
                f"{who}正打开着这个文件，可能有未保存的修改", "请保存并关闭后重新上报",
            )  # fmt: skip
