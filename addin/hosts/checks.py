"""One thing a self-check looked at, and the checks that are the same in every spreadsheet program."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from addin.domain.results import some
from workbooks.file_problems import reason

_AGAIN = "重新运行安装文件夹中的安装程序"

RESTORE = (
    f"可能是杀毒软件误删，请在杀毒软件的隔离区恢复，并将“{{folder}}”加入信任（白名单），或{_AGAIN}"
)
"""What to do about a file that was there; `folder` is where."""

_BINARY = (".dll", ".pyd", ".exe", ".so")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What it is.
        found: What was found.
        todo: What to do about it; "" when it is in order.
        untested: Whether nobody knows if it is in order; `todo` then says what to try.
    """

    name: str
    found: str
    todo: str = ""
    untested: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing is known to be wrong with it."""
        return self.untested or not self.todo

    @property
    def verdict(self) -> str:
        """What it is in one word."""
        return "未验证" if self.untested else "正常" if self.ok else "异常"


def installed_files(folders: list[str] | None = None) -> Check:
    """Tell whether the binaries are there that packages were installed with.

    Args:
        folders: Where packages are; those of this Python when None.
    """
    name, lost = "程序文件", list(_lost_files(folders))
    if not lost:
        return Check(name, "安装时的程序文件齐全")
    return Check(
        name, f"缺少 {some([*map(str, lost)], '个')}", RESTORE.format(folder=lost[0].parent)
    )


def _lost_files(folders: list[str] | None) -> Iterator[Path]:
    """Yield the binaries that are gone: antivirus takes only those.

    They are looked up in what was recorded: from Python 3.12 on `Distribution.files` leaves out what is gone.
    """
    found = metadata.distributions() if folders is None else metadata.distributions(path=folders)
    for package in found:
        for name, *_ in filter(None, csv.reader((package.read_text("RECORD") or "").splitlines())):
            path = Path(str(package.locate_file(name)))
            if path.suffix.lower() in _BINARY and not path.exists():
                yield path


def interpreter(program: Path) -> Check:
    """Tell whether the Python is there that runs the buttons."""
    if program.is_file():
        return Check("Python", str(program))
    return Check("Python", f"缺少 {program}", RESTORE.format(folder=program.parent))


def writable_folder(name: str, folder: Path) -> Check:
    """Tell whether files can be made in a folder of ours, which is made where it is missing."""
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Check(name, f"{folder} 无法写入：{reason(error)}", "请检查文件夹权限")
    return Check(name, str(folder))
