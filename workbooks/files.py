"""Write output files so that the old one or the new one is there whole, whatever happens.

What cannot be written is refused in words for a clerk. The order of use:

    with claim(target):              one consolidation at a time into one file
        refuse_foreign(target)       nothing that is not ours is replaced
        check_writable(target)       what can fail fails before the work
        replace_atomically(target, write)
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from validators.errors import UnreadableWorkbook, WriteRefused
from workbooks.file_locks import holder_here, opened
from workbooks.file_problems import output_path, refusing
from workbooks.ooxml.package import (
    CONTENT_TYPES,
    CORE_PROPERTIES,
    CUSTOM_PROPERTIES,
    custom_properties,
    local,
    parse,
)

KIND_PROPERTY = "帮带文件类型"
"""The custom document property every workbook of ours carries."""

CONSOLIDATED = "汇总表"
"""Its value in a consolidated workbook."""

_PREFIX = ".bangdai-"
_SUFFIX = ".tmp.xlsx"  # XlsxWriter and openpyxl look at the ending
_SCRATCH = ".tmp"
_A_DAY = 24 * 3600
_CHINA = timezone(timedelta(hours=8))
_LARGEST_PROPERTIES = 1 << 20
_DAMAGED = (
    BadZipFile,
    zlib.error,
    KeyError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def replace_atomically(
    target: Path, write: Callable[[Path], None], *, like: Path | None = None
) -> None:
    """Have `write` make a file beside `target`, check that it opens, and put it in its place.

    Until the last step `target` is untouched; a process killed before it leaves a hidden file that
    a later call in the folder removes. An existing file's permissions are kept.

    Args:
        target: The file to make or replace.
        write: Writes a whole workbook to the path it is given (an empty file, ending in .xlsx).
        like: The file whose permissions a new one gets; what is usual if None.

    Raises:
        WriteRefused: The system will not let it be written, or what was written does not open.
    """
    target = output_path(target)
    with refusing(target):
        sweep(target.parent)
        draft = _draft_beside(target)
        try:
            write(draft)
            _sync(draft)
            _check_opens(draft, target)
            draft.chmod(_permissions(like or target))
            draft.replace(target)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        _sync_folder(target.parent)


def check_writable(target: Path, n_bytes: int = 0) -> None:
    """Find out before the work whether `target` could be written.

    Args:
        target: The file to be made or replaced.
        n_bytes: Roughly how large it will be.

    Raises:
        WriteRefused: It could not be, and why.
    """
    target = output_path(target)
    if used := opened(target):
        raise WriteRefused(
            f"“{target.name}”{used}",
            "请先保存并关闭该文件后重试；确实无人打开的，请删除同一文件夹中以“~$”或“.~”开头的隐藏文件",
        )
    with refusing(target):
        _draft_beside(target).unlink()
        if target.exists():
            with target.open("r+b"):  # fails for a folder, a read-only file, one Excel has open
                pass
        if shutil.disk_usage(target.parent).free < n_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def free_path(folder: Path, name: str, ending: str = ".xlsx") -> Path:
    """Return the path of a file in `folder` where nothing stands; a second is numbered."""
    path, number = folder / f"{name}{ending}", 1
    while path.exists():
        number += 1
        path = folder / f"{name}（{number}）{ending}"
    return path


def file_kind(path: Path) -> str | None:
    """Return the kind of workbook `path` is by our custom document property, None if not ours."""
    try:
        with ZipFile(path) as package:
            if package.getinfo(CUSTOM_PROPERTIES).file_size > _LARGEST_PROPERTIES:
                return None
            kind = custom_properties(package.read(CUSTOM_PROPERTIES)).get(KIND_PROPERTY)
    except (OSError, UnreadableWorkbook, *_DAMAGED):
        return None
    return None if kind is None else kind.strip()


def saved_at(path: Path) -> tuple[datetime, datetime]:
    """Return when a workbook was last saved and when its file was last changed, time in China.

    The first is what the program that saved it noted, which copying the file leaves; without such
    a note both are the file's.
    """
    changed = _in_china(datetime.fromtimestamp(int(path.stat().st_mtime), UTC))
    try:
        saved = datetime.fromisoformat(_noted(path).get("modified", ""))
    except ValueError:
        return changed, changed
    return _in_china(saved if saved.tzinfo else saved.replace(tzinfo=UTC)), changed


def is_edited(path: Path) -> bool:
    """Tell whether somebody saved a generated workbook since it was written."""
    noted = _noted(path)
    return noted.get("modified") != noted.get("created")


def _noted(path: Path) -> dict[str, str]:
    """Return what the program that saved a workbook noted in its core properties."""
    with suppress(OSError, UnreadableWorkbook, *_DAMAGED), ZipFile(path) as package:
        if package.getinfo(CORE_PROPERTIES).file_size <= _LARGEST_PROPERTIES:
            return {local(item): item.text or "" for item in parse(package.read(CORE_PROPERTIES))}
    return {}


def _in_china(moment: datetime) -> datetime:
    return moment.astimezone(_CHINA).replace(tzinfo=None)


def refuse_foreign(target: Path, kind: str = "") -> None:
    """Raise `WriteRefused` if `target` exists and is not ours to replace.

    Args:
        target: The file to be made or replaced.
        kind: The only kind of our workbooks that may be replaced, so that no ledger is
            overwritten by a consolidation; "" for any.
    """
    target = output_path(target)
    if not target.exists():
        return
    with refusing(target), target.open("rb"):  # a file that cannot be read is not thereby foreign
        pass
    actual = file_kind(target)
    if actual is None or (kind and actual != kind):
        raise WriteRefused(
            f"“{target.name}”不是本工具生成的{kind or '汇总表'}，为防止误删，未覆盖",
            "请换一个文件名，或先移走原文件",
        )


def sweep(folder: Path) -> None:
    """Remove the drafts that dead processes left in `folder`."""
    for draft in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
        with suppress(OSError, ValueError, OverflowError):  # not one of our names
            if _is_abandoned(draft):
                draft.unlink()


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Yield a private folder for drafts, which goes with the `with` block.

    What processes killed in the middle left behind goes first: drafts hold what clerks typed.
    """
    home = Path(tempfile.gettempdir())
    for folder in home.glob(f"{_PREFIX}*{_SCRATCH}"):
        with suppress(OSError, ValueError, OverflowError):  # not one of our names
            if _is_abandoned(folder):
                shutil.rmtree(folder)
    mark = f"{_PREFIX}{_host_mark()}-{os.getpid()}-"
    with tempfile.TemporaryDirectory(_SCRATCH, mark, home) as drafts:
        yield Path(drafts)


def _is_abandoned(draft: Path) -> bool:
    """Tell whether no process can still be writing `draft`.

    A shared folder holds other computers' drafts, whose processes cannot be seen from here.
    """
    host, pid, _ = draft.name.removeprefix(_PREFIX).split("-", 2)
    if host == _host_mark():
        import psutil  # noqa: PLC0415 - drafts are hardly ever left behind, and it takes long to load

        return not psutil.pid_exists(int(pid))
    return time.time() - draft.stat().st_mtime > _A_DAY


def _host_mark() -> str:
    return f"{zlib.crc32(holder_here().host.encode()):08x}"


def _draft_beside(target: Path) -> Path:
    """Make an empty, private, hidden file in the folder of `target`."""
    name = f"{_PREFIX}{_host_mark()}-{os.getpid()}-{os.urandom(4).hex()}{_SUFFIX}"
    draft = target.with_name(name)
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return draft


def _sync(path: Path) -> None:
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where the system has such a thing."""
    with suppress(OSError):  # Windows opens no folders, some network drives sync none
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _check_opens(draft: Path, target: Path) -> None:
    try:
        with ZipFile(draft) as package:
            package.read(CONTENT_TYPES)
            if not package.read("xl/workbook.xml"):
                raise BadZipFile("an empty workbook part")
    except _DAMAGED as damage:
        raise WriteRefused(
            f"新生成的“{target.name}”未完整写入，原文件未改动", "请检查磁盘或网络盘后重试"
        ) from damage


def _permissions(target: Path) -> int:
    """Return the mode `target` has, or that a new file gets."""
    with suppress(OSError):
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
