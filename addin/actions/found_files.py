"""The files of a folder: those that may be ledgers, and those that are not read and why.

Nothing here loads what reads a ledger, so that a folder in which nothing changed is looked through fast.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from validators.errors import UsageError
from validators.findings import NOT_READ, OPEN, Finding
from validators.vocabulary import Level
from workbooks.backups import in_backups, is_backup
from workbooks.file_locks import opened
from workbooks.files import file_kind
from workbooks.other_files import OWN_OUTPUT, other_file

WORKBOOK_SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".htm", ".html"}
)
"""What a clerk may send as a ledger; the content decides whether it is one."""

_PASSED_OVER = ("~$", ".")
"""How the names of lock files and of our own unfinished outputs begin."""


class Source(NamedTuple):
    """One file to read, the name findings give it, and its place in `path` if that is a bundle."""

    path: Path
    file: str
    member: str = ""


def discover(paths: Iterable[Path]) -> tuple[list[Source], list[Source]]:
    """Return the workbooks among `paths`, folders searched through, and the files passed over.

    A file in a folder is named relative to that folder; lock files, our own unfinished outputs and
    the earlier versions kept in folders 备份 are left out without mention. Whatever else lies in such
    a folder is passed over, too.

    Raises:
        UsageError: A path does not exist.
    """
    workbooks: list[Source] = []
    others: list[Source] = []
    for source in _walk(paths):
        if is_backup(source.file):
            continue
        wanted = source.path.suffix.lower() in WORKBOOK_SUFFIXES and not in_backups(source.file)
        (workbooks if wanted else others).append(source)
    return workbooks, others


def _walk(paths: Iterable[Path]) -> Iterator[Source]:
    for path in paths:
        if path.is_file():
            yield Source(path, path.name)
        elif path.is_dir():
            for inside in sorted(path.rglob("*")):
                relative = inside.relative_to(path)
                hidden = any(part.startswith(_PASSED_OVER) for part in relative.parts)
                if inside.is_file() and not hidden:
                    yield Source(inside, relative.as_posix())
        else:
            raise UsageError(f"未找到“{path}”", "请核对文件或文件夹的路径")


def file_finding(file: str, code: str, level: Level, message: str, suggestion: str = "") -> Finding:
    """Return a finding on a whole file."""
    return Finding(file, "", "", 0, "", "", code, level, "", message, suggestion)


def open_notices(sources: Iterable[Source]) -> Iterator[Finding]:
    """Yield a notice for every ledger somebody has open: it may lack unsaved changes."""
    for source in sources:
        if not source.member and (used := opened(source.path)):
            yield file_finding(
                source.file, OPEN, Level.NOTICE,
                f"文件{used}，可能有未保存的修改", "请保存并关闭后重试，已上报的请重新上报",
            )  # fmt: skip


def unread_findings(others: Iterable[Source]) -> Iterator[Finding]:
    """Yield why each file of a folder that is not read is not, and what to do."""
    for source in others:
        kind = None if in_backups(source.file) else file_kind(source.path)
        other = OWN_OUTPUT if kind else other_file(source.file)
        what = f"本工具生成的“{kind}”" if kind else other.what
        level = Level.WARNING if other.may_hold_ledger else Level.NOTICE
        yield file_finding(source.file, NOT_READ, level, f"未读取：{what}", other.todo)


def refuse_without(sources: Collection[Source], others: Sequence[Source]) -> None:
    """Raise `UsageError` if there is no file that may be a ledger, saying what the others are."""
    if not sources:
        unread = [f"“{f.file}”{f.message}，{f.suggestion}" for f in unread_findings(others[:3])]
        todo = "请指定乡镇台账或其所在的文件夹"
        raise UsageError("未找到台账文件", "；".join([*unread, todo]))
