"""Find out which program is using a file: another run of ours, or someone in Excel, WPS or LibreOffice."""

from __future__ import annotations

import getpass
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zlib import crc32

from validators.errors import WriteRefused
from workbooks.file_problems import output_path

_RETRY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a claim; `since` is local time to the minute."""

    user: str
    host: str
    pid: int
    since: str

    def __str__(self) -> str:
        return f"{self.user}（电脑 {self.host}，进程 {self.pid}，{self.since} 开始）"


def holder_here() -> Holder:
    """Return this process as a holder."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name; Windows lacks `pwd`
        user = "未知用户"
    return Holder(user, platform.node(), os.getpid(), f"{datetime.now():%Y-%m-%d %H:%M}")  # noqa: DTZ005 (a clerk's clock)


@contextmanager
def claim(target: Path) -> Iterator[None]:
    """Keep other runs from writing `target` inside the `with` block.

    The claim is a lock of the operating system on a hidden file beside `target`, so it ends with
    its process, however that ends. Who holds it is in a second hidden file, because Windows lets
    nobody read a locked one. Both files are removed with the claim; those of a killed process stay
    until the next run on the same target.

    Raises:
        WriteRefused: Another run holds the claim, or the folder takes no files.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - it takes long to load, few commands lock

    target = output_path(target)
    mark = f".bangdai-{crc32(target.name.casefold().encode()):08x}"
    lock_file = target.with_name(f"{mark}.lock")
    note = target.with_name(f"{mark}.holder")
    lock = FileLock(lock_file)
    try:
        target.parent.stat()  # filelock would make a missing folder
        # Not 0: a lock just released is a removed file, on which filelock tries once more.
        lock.acquire(timeout=_RETRY_SECONDS, poll_interval=_RETRY_SECONDS / 4)
    except Timeout as taken:
        raise WriteRefused(
            f"“{target.name}”正由{_holder(note)}写入", "请等待其完成后重试"
        ) from taken
    except OSError as problem:
        raise WriteRefused(
            f"文件夹“{target.parent}”不存在或不能写入", "请换一个保存位置"
        ) from problem
    try:
        with suppress(OSError):  # a courtesy to the next one: no reason to stop
            note.write_text(json.dumps(asdict(holder_here()), ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        for file in (note, lock_file):
            # The lock file goes while the lock is held, so that nobody can have locked it since;
            # Windows removes no open file, there filelock does so itself on release.
            with suppress(OSError):
                file.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> Holder | str:
    try:
        return Holder(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return "另一个程序"


def opened(path: Path) -> str:
    """Return that a program has `path` open and whose, in Chinese; "" where none has."""
    opened_by = office_lock(path)
    if opened_by is None:
        return ""
    return f"正被“{opened_by}”打开" if opened_by else "正在其他程序中打开"


def office_lock(path: Path) -> str | None:
    """Return who has `path` open by the lock file beside it: None nobody, "" someone unnamed.

    WPS names its lock file `.~NAME`, in which one or two characters of a long name may be missing.
    """
    with suppress(OSError):  # a name too long for a lock file has none
        excel = path.with_name(f"~${path.name}")
        if excel.exists():
            return _excel_user(excel)
        libreoffice = path.with_name(f".~lock.{path.name}#")
        if libreoffice.exists():
            return _libreoffice_user(libreoffice)
        if any(path.with_name(f".~{path.name[cut:]}").exists() for cut in range(3)):
            return ""
    return None


def _excel_user(lock: Path) -> str:
    """Return the name in an owner file: 55 bytes in the local code page, then again in UTF-16.

    Each begins with its length in characters, the second as two bytes at offset 55.
    """
    try:
        content = lock.read_bytes()
    except OSError:  # Excel may deny reading too
        return ""
    length = int.from_bytes(content[55:57], "little")
    name = content[57 : 57 + 2 * length].decode("utf-16-le", "ignore")
    if not name and content:
        name = content[1 : 1 + content[0]].decode("gb18030", "ignore")
    return "".join(character for character in name if character.isprintable()).strip()


def _libreoffice_user(lock: Path) -> str:
    """Return the first name in `office name,login,host,time,profile;`."""
    try:
        fields = lock.read_text(encoding="utf-8", errors="ignore").split(",")
    except OSError:
        return ""
    return next((field.strip() for field in fields[:3] if field.strip()), "")
