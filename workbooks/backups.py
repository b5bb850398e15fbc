"""Put a new version of a ledger in the place of the old one, which is kept in a folder 备份 beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePath

from validators.errors import UpdateRefused, WriteRefused
from workbooks.file_locks import claim
from workbooks.file_problems import make_folder, output_path, reason, refusing
from workbooks.files import check_writable, is_edited, replace_atomically

FOLDER = "备份"
"""The folder beside a ledger that has its earlier versions; never searched for ledgers."""

KEPT = 30
"""Earlier versions kept of one ledger; the oldest go first."""

_STAMP = "%Y-%m-%d %H%M%S"
_COPY = r"（(\d{4}-\d\d-\d\d \d{6})）(?:（(\d+)）)?\.xlsx"


def in_backups(file: str) -> bool:
    """Tell whether a file, named relative to the folder searched, lies in a folder 备份."""
    return FOLDER in PurePath(file).parts[:-1]


def is_backup(file: str) -> bool:
    """Tell whether a file is an earlier version kept here, by its folder and its name."""
    return in_backups(file) and bool(re.fullmatch(rf".+{_COPY}", PurePath(file).name))


def replace_keeping_backup(
    path: Path, write: Callable[[Path], None], *, digest: str, moment: datetime
) -> Path:
    """Have `write` make a new version of the workbook at `path`; keep the old one in 备份.

    Killed at any moment, this leaves the old or the new version whole at `path`, and the old one in
    备份 before the new one is in place.

    Args:
        path: The workbook; a link stays one.
        write: Writes the new version to the path it is given.
        digest: SHA-256 of the bytes the new version was computed from.
        moment: The time in the copy's name; a second copy of one second is numbered.

    Returns:
        The copy of the old version.

    Raises:
        WriteRefused: It is no .xlsx file, someone has it open, or the system will not write it.
        UpdateRefused: It was changed meanwhile.
    """
    path, kept = output_path(path), list[Path]()
    _refuse_other_formats(path)

    def draft_and_backup(draft: Path) -> None:
        write(draft)
        check_writable(path)  # someone may have opened it meanwhile
        kept.append(_keep(path, digest, moment))

    with claim(path):
        check_writable(path, 3 * path.stat().st_size if path.exists() else 0)
        try:
            replace_atomically(path, draft_and_backup)
        except BaseException:
            if path.exists() and _digest(path) == digest:  # not replaced: the copy says nothing
                for copy in kept:
                    copy.unlink(missing_ok=True)
            raise
        _forget_oldest(path, kept[0])
    return kept[0]


_EDITED: list[Path] = []
"""Copies of edited workbooks nobody was told of."""


def keep_edited(path: Path, moment: datetime) -> None:
    """Keep a generated workbook somebody saved since in 备份, before it is replaced.

    What shows the result to the clerk tells of the copy: see `edited_copies`.

    Raises:
        WriteRefused: The system will not write it.
    """
    path = output_path(path)
    if not is_edited(path):
        return
    digest = _digest(path)
    known = (copy for _, copy in _copies(path) if _digest(copy) == digest)
    copy = next(known, None) or _keep(path, digest, moment)
    _forget_oldest(path, copy)
    _EDITED.append(copy)


def edited_copies() -> list[Path]:
    """Return what `keep_edited` kept since this was last asked, and count it as told."""
    copies = list(dict.fromkeys(_EDITED))
    _EDITED.clear()
    return copies


def _forget_oldest(path: Path, kept: Path) -> None:
    for old in [copy for _, copy in _copies(path) if copy != kept][: -(KEPT - 1)]:
        with suppress(OSError):  # one more than wanted harms nobody
            old.unlink()


def _refuse_other_formats(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise WriteRefused(
            f"“{path.name}”不是 .xlsx 文件，不能直接更新", "请加 --out，另存为一个 .xlsx 文件"
        )


def _keep(path: Path, digest: str, moment: datetime) -> Path:
    """Copy a workbook into 备份 under a name nothing has."""
    stamp = f"{moment:{_STAMP}}"
    number = 1 + max((taken for (at, taken), _ in _copies(path) if at == stamp), default=0)
    name = f"{path.stem}（{stamp}）" + (f"（{number}）" if number > 1 else "")
    copy = path.parent / FOLDER / f"{name}.xlsx"

    def fill(draft: Path) -> None:
        with refusing(path):
            shutil.copyfile(path, draft)
        if _digest(draft) != digest:
            raise UpdateRefused(
                f"“{path.name}”在读取后又有改动，未更新", "请保存并关闭该文件后重新运行"
            )

    try:
        make_folder(copy.parent)
        replace_atomically(copy, fill, like=path)
    except WriteRefused as refused:
        cause = refused.__cause__
        why = reason(cause) if isinstance(cause, OSError) else refused.message
        raise WriteRefused(
            f"原文件未能存入“{copy.parent}”（{why}），因此“{path.name}”未更新",
            "请按括号中的原因处理后重试，或将原文件复制到其他文件夹后再处理",
        ) from refused
    return copy


def _copies(path: Path) -> list[tuple[tuple[str, int], Path]]:
    """Return the copies kept of a workbook with time and number, the oldest first."""
    pattern = re.compile(re.escape(path.stem) + _COPY, re.IGNORECASE)
    folder = path.parent / FOLDER
    found = ((pattern.fullmatch(copy.name), copy) for copy in folder.glob("*.xlsx"))
    return sorted(((match[1], int(match[2] or 1)), copy) for match, copy in found if match)


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
