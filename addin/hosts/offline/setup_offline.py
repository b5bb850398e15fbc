"""Install 帮带 from the folder this file lies in, without internet and without an administrator.

The bundle holds this file as `install.py`; install.ps1 or install.sh starts it with the computer's
Python. It uses the standard library only, for nothing else is there yet.
"""

from __future__ import annotations

import codecs
import locale
import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

HASHES = "SHA256SUMS.txt"
"""One line for each file of the folder: its SHA-256, two blanks, its path."""

_EXCEL = "*.xlam"
"""The add-in of Excel; a folder without one is for WPS."""


def main() -> int:
    """Install from this file's folder for the present user; say what was done, in Chinese."""
    prepare(sys.stdout)
    folder = Path(__file__).resolve().parent
    local = os.environ.get("LOCALAPPDATA")
    if not local and any(folder.glob(_EXCEL)):
        print("没有 LOCALAPPDATA 这个环境变量：请在 Windows 上运行。")
        return 2
    code = install_from(folder, (Path(local) / "BangDai" if local else _data()) / "venv")
    if sys.stdin is not None and sys.stdin.isatty():
        with suppress(EOFError):  # NUL passes for a terminal
            input("按回车键关闭窗口……")
    return code


def _data() -> Path:
    """Return our folder on Linux, as the service names it, too."""
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (given if given.is_absolute() else Path.home() / ".local" / "share") / "bangdai"


def prepare(stream: object) -> None:
    """Let Chinese through; a character that the encoding lacks becomes `?`, not a traceback.

    On Windows a console takes all characters. What goes into a file or to another program, such as
    `findstr` or PowerShell's `>`, is in the code page of the console, by which they read it.
    """
    if isinstance(stream, TextIOWrapper):
        encoding = None if stream.isatty() or sys.flags.utf8_mode else output_encoding()
        stream.reconfigure(encoding=encoding, errors="replace")


def output_encoding() -> str:
    """Return the encoding of output that goes into a file or to another program."""
    if (number := console_code_page()) is None:
        return "utf-8"
    try:
        return codecs.lookup({54936: "gb18030"}.get(number, f"cp{number}")).name
    except LookupError:  # no console, as in a scheduled task
        return locale.getpreferredencoding(False)


def console_code_page() -> int | None:
    """Return the number of the console's code page, 0 without a console; None but on Windows."""
    if sys.platform != "win32":
        return None
    import ctypes  # noqa: PLC0415 - its Windows half

    return int(ctypes.windll.kernel32.GetConsoleOutputCP())


def install_from(folder: Path, target: Path) -> int:
    """Check the files, make the virtual environment `target` anew, install into it and into Excel or WPS.

    Returns:
        0 when everything is in place, 2 when something failed; what and what to do is printed.
    """
    import subprocess  # noqa: PLC0415 - every command loads this file to prepare its output
    import venv  # noqa: PLC0415

    bad = damaged(folder)
    if bad:
        print("安装文件不完整或已改动，未安装：")
        print("\n".join(f"  {line}" for line in bad))
        print("请重新复制整个安装文件夹；被杀毒软件删除文件的，请先将该文件夹加入信任。")
        return 2
    print(f"1/3 建立运行环境：{target}")
    if _python(target).exists():  # a service that still runs from it would hold its files
        stop = [str(_python(target)), "-I", "-m", "addin", "wps", "stop"]
        subprocess.run(stop, capture_output=True, check=False)  # noqa: S603 - as in `_run`
    try:
        venv.EnvBuilder(clear=True, with_pip=True).create(target)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"运行环境无法新建（{error}）。请关闭全部 Excel、WPS 窗口后重试。")
        return 2
    python = str(_python(target))
    print("2/3 安装程序文件，约需两三分钟……")
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-index", "--no-deps"]
    hashed = ["--require-hashes", "--find-links", str(folder / "wheels")]
    lock = ["--requirement", str(folder / "requirements.txt")]
    if _run([python, "-I", "-m", "pip", "install", *options, *hashed, *lock]):
        print("程序文件未安装成功。请将上方的英文信息拍照发给技术人员。")
        return 2
    addins = list(folder.glob(_EXCEL))
    print(f"3/3 装入 {'Excel' if addins else 'WPS'}")
    words = ["addin", "install", "--addin", str(addins[0])] if addins else ["wps", "install"]
    return 2 if _run([python, "-I", "-m", "addin", *words]) else 0


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file under `folder` by its path, but for the list itself."""
    import hashlib  # noqa: PLC0415 - as above

    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.relative_to(folder).as_posix() != HASHES
    }


def damaged(folder: Path) -> list[str]:
    """Return what is wrong with the folder by its list of hashes, [] when every file is as listed.

    Files beside the listed ones are let be: unpacking tools leave some.
    """
    try:
        lines = (folder / HASHES).read_text("utf-8").splitlines()
    except OSError:
        return [f"缺少 {HASHES}"]
    listed = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    present = hashes(folder)
    return [
        f"缺少 {path}" if path not in present else f"内容不符：{path}"
        for path, digest in listed.items()
        if present.get(path) != digest
    ]


def _python(target: Path) -> Path:
    return target / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _run(command: list[str]) -> int:
    import subprocess  # noqa: PLC0415 - as above

    return subprocess.run(command, check=False).returncode  # noqa: S603 - fixed words and our paths


if __name__ == "__main__":
    sys.exit(main())
