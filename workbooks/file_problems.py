"""Sentences for what the system says about files that cannot be written or read.

Names and paths are checked before the system sees them: Windows takes `CON.xlsx` for a device, drops
blanks and dots at a name's end, and says of a path that is too long that its folder does not exist.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from validators.errors import UsageError, WriteRefused

LONGEST_PATH: Final = 259 if os.name == "nt" else 4_000
"""Characters of a path; Windows' own limit holds unless somebody has switched it off."""
_LONGEST_NAME: Final = 255
_BESIDE: Final = 45
"""Characters of the longest name of a draft, which is made beside its target."""

_DEVICES: Final = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]) *(\..*)?", re.I)
_NOT_IN_NAMES: Final = re.compile(r'[<>"|?*\x00-\x1f]')

_HELD: Final = frozenset({32, 33})
"""ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: another program keeps the file to itself."""
_WINDOWS: Final[dict[int, int]] = {
    206: errno.ENAMETOOLONG, 123: errno.EINVAL, 39: errno.ENOSPC, 112: errno.ENOSPC,
    19: errno.EROFS, 53: errno.EHOSTUNREACH, 59: errno.EHOSTUNREACH, 64: errno.EHOSTUNREACH,
    67: errno.EHOSTUNREACH, 1231: errno.EHOSTUNREACH,
}  # fmt: skip
"""Windows' own numbers of errors for which Python's `errno` says less."""

_REASONS: Final[dict[int | None, str]] = {
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.ENOENT: "不存在",
    errno.EEXIST: "有同名的文件", errno.ENOTDIR: "不是文件夹", errno.EISDIR: "是一个文件夹", errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘配额已满", errno.EROFS: "磁盘或文件夹是只读的", errno.EIO: "磁盘读写出错",
    errno.EBUSY: "正被其他程序占用", errno.ETXTBSY: "正被其他程序占用",
    errno.ENAMETOOLONG: "文件名或路径太长", errno.EINVAL: "文件名中有系统不允许的字符",
    errno.EHOSTUNREACH: "网络位置无法连接", errno.ETIMEDOUT: "网络位置未响应",
    errno.EMFILE: "打开的文件太多", errno.ELOOP: "快捷方式循环指向",
}  # fmt: skip

_PROBLEMS: Final[dict[int | None, tuple[str, str]]] = {
    errno.ENOENT: ("文件夹“{folder}”不存在", "请先新建该文件夹，或换一个保存位置"),
    errno.ENOTDIR: ("“{folder}”不是文件夹", "请换一个保存位置"),
    errno.EISDIR: ("“{name}”是一个文件夹，不能当作文件保存", "请换一个文件名"),
    errno.ENOSPC: ("磁盘空间不足，“{name}”未保存", "请清理磁盘后重试，或换一个磁盘保存"),
    errno.EDQUOT: ("本用户的磁盘配额已满，“{name}”未保存", "请清理文件后重试，或换一个位置保存"),
    errno.EROFS: ("文件夹“{folder}”是只读的，“{name}”未保存", "请换一个保存位置"),
    errno.ENAMETOOLONG: ("文件名或路径太长：{name}", "请缩短文件名，或换一个层级较浅的文件夹"),
    errno.EHOSTUNREACH: (
        "网络位置“{folder}”无法连接，“{name}”未保存",
        "请检查网络，或先保存到本机",
    ),
}
_OCCUPIED: Final = (
    "文件“{name}”正被其他程序占用，未写入",
    "请先在 Excel、WPS 等程序中关闭该文件（网盘正在同步的请稍候）后重试，或换一个文件名",
)
_NO_PERMISSION: Final = (
    "没有权限写入“{name}”，或该文件正在 Excel、WPS 中打开",
    "请先关闭该文件后重试，或换一个保存位置",
)
_OTHER: Final = ("“{name}”未保存（{reason}）", "请检查磁盘或网络盘后重试，或换一个保存位置")


def reason(problem: OSError) -> str:
    """Return in a few Chinese words why the system refused."""
    if _is_held(problem):
        return "正被其他程序占用"
    number = _number(problem)
    return _REASONS.get(number, f"系统错误 {number}" if number else "系统错误")


def refusal(target: Path, problem: OSError) -> WriteRefused:
    """Return what the system says about writing `target` as a sentence for a clerk."""
    if _is_held(problem):
        message, suggestion = _OCCUPIED
    else:
        otherwise = _NO_PERMISSION if isinstance(problem, PermissionError) else _OTHER
        # Windows says of a folder only that it may not be written
        is_folder = os.path.isdir(target)  # noqa: PTH112 - `is_dir` raises for too long a name
        number = errno.EISDIR if is_folder else _number(problem)
        message, suggestion = _PROBLEMS.get(number, otherwise)
    words = {"name": target.name, "folder": target.parent, "reason": reason(problem)}
    return WriteRefused(message.format(**words), suggestion)


@contextmanager
def refusing(target: Path) -> Iterator[None]:
    """Turn what the system says about writing `target` into a sentence for a clerk.

    Raises:
        WriteRefused: The body raised an `OSError` about the file or its folder.
    """
    try:
        yield
    except OSError as problem:
        if problem.filename and Path(problem.filename).parent not in (target.parent, target):
            raise  # about another file: a bug of whoever writes
        raise refusal(target, problem) from problem
    except Exception as failed:
        library = sys.modules.get("xlsxwriter.exceptions")  # readers need not load it
        if library is None or not isinstance(failed, library.FileCreateError):
            raise
        raise refusal(target, failed.args[0]) from failed  # an OSError, wrapped


def output_path(target: Path, longest: int = LONGEST_PATH) -> Path:
    """Return where a file to be written lies in the end, links followed.

    Args:
        target: As it was asked for.
        longest: Characters a path may have.

    Raises:
        WriteRefused: Windows takes no file of this name, or the path is too long.
    """
    _check_names(target)
    whole = target if target.is_absolute() else Path.cwd() / target
    if len(target.name) > _LONGEST_NAME:
        raise WriteRefused(
            f"文件名太长（{len(target.name)} 个字符）：{target.name[:40]}……",
            f"文件名最多 {_LONGEST_NAME} 个字符，请缩短后重试",
        )
    length = max(len(str(whole)), len(str(whole.parent)) + 1 + _BESIDE)
    if length > longest:
        raise WriteRefused(
            f"保存位置的路径太长（{len(str(whole))} 个字符），“{target.name[:40]}”未保存",
            "请换一个层级较浅的文件夹（如 D:\\帮带），或缩短文件夹和文件的名称",
        )
    with refusing(target):
        return target.resolve()  # a link stays a link


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are missing.

    Raises:
        WriteRefused: Windows has no folder of such a name, or the system will not make it.
    """
    _check_names(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise WriteRefused(
            f"文件夹“{folder}”无法新建（{reason(problem)}）", "请换一个保存位置"
        ) from problem


def _check_names(target: Path) -> None:
    for part in target.parts:
        if part in {target.anchor, ".", ".."}:
            continue
        if _DEVICES.fullmatch(part):
            raise WriteRefused(
                f"“{part}”是 Windows 保留的设备名，不能用作文件或文件夹的名称", "请换一个名称"
            )
        if part != part.rstrip(" ."):
            raise WriteRefused(
                f"“{part}”以空格或句点结尾，Windows 不支持此类名称", "请删除末尾的空格或句点"
            )
    if found := _NOT_IN_NAMES.search(target.name):
        raise WriteRefused(
            f"文件名“{target.name}”中有不允许的字符“{found[0]}”", '请去掉 < > " | ? * 等字符后重试'
        )


def _is_held(problem: OSError) -> bool:
    """Tell whether another program keeps the file to itself.

    Python's `open` on Windows says "no permission" of such a file; renaming it to its own name, which
    changes nothing, says which it is.
    """
    if _winerror(problem) in _HELD or problem.errno in {errno.EBUSY, errno.ETXTBSY}:
        return True
    if not isinstance(problem, PermissionError) or _winerror(problem) or not problem.filename:
        return False
    try:
        os.rename(problem.filename, problem.filename)  # noqa: PTH104 - it may be no path at all
    except OSError as closer:
        return _winerror(closer) in _HELD
    return False


def _winerror(problem: OSError) -> int | None:
    return getattr(problem, "winerror", None)


def _number(problem: OSError) -> int | None:
    return _WINDOWS.get(_winerror(problem) or 0, problem.errno)


def refuse_existing(out: Path) -> None:
    """Refuse to write where something stands: a ledger is never overwritten.

    Raises:
        UsageError: There is something.
        WriteRefused: Windows takes no such name; of a device it says that the file is there.
    """
    if output_path(out).exists():
        raise UsageError(f"“{out}”已存在，未覆盖", "请换一个文件名，或先移走原文件")
