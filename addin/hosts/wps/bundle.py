"""The folder from which a computer without internet gets the add-in for WPS, on Windows or Linux."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from addin.hosts.offline.bundle import PYTHON, SOURCE, TARGETS, Bundle, Contents, Fetch, gather

_ON_WINDOWS = {
    "{COMPUTER}": "64 位 Windows 10、11",
    "{GET_PYTHON}": "从 www.python.org 下载 <b>{INSTALLER}</b>，复制到本机，双击运行，"
    "不勾选“Use admin privileges when installing py.exe”，点“Install Now”",
    "{OPEN}": "点资源管理器上方的地址栏",
    "{RUN}": "powershell -ExecutionPolicy Bypass -File install.ps1",
    "{DOCTOR}": r"cmd /k %LOCALAPPDATA%\BangDai\venv\Scripts\python.exe -m addin wps doctor",
    "{UNINSTALL}": r"cmd /k %LOCALAPPDATA%\BangDai\venv\Scripts\python.exe -m addin wps uninstall",
    "{HOME}": r"%LOCALAPPDATA%\BangDai",
}
_ON_LINUX = {
    "{COMPUTER}": "{MACHINE} 处理器的统信 UOS 20、银河麒麟 V10 或更新版本",
    "{GET_PYTHON}": "从 python-build-standalone 的发布页下载 <b>{INSTALLER}</b> "
    "（文件名中版本号后另有日期），放入本文件夹；系统已有 Python {PYTHON} 的，无需下载",
    "{OPEN}": "右击空白处，点“在终端中打开”",
    "{RUN}": "sh install.sh",
    "{DOCTOR}": "~/.local/share/bangdai/venv/bin/python -m addin wps doctor",
    "{UNINSTALL}": "~/.local/share/bangdai/venv/bin/python -m addin wps uninstall",
    "{HOME}": "~/.local/share/bangdai",
}


def make_bundle(
    out: Path,
    target: str = "windows",
    python: str = PYTHON,
    source: Path = SOURCE,
    fetch: Fetch | None = None,
) -> Bundle:
    """Gather the bundle in `out`, which must be missing or empty, and check it by its own list.

    Args:
        out: The folder.
        target: A name of `TARGETS`.
        python: The Python version of the computers, such as 3.11.9.
        source: The checkout.
        fetch: Where wheels come from; the package index when None.

    Raises:
        UsageError: This is not run from a checkout.
        WriteRefused: The folder is not empty, or a wheel cannot be had for such a computer.
    """
    words = _ON_WINDOWS if target == "windows" else _ON_LINUX
    manual = files("addin.hosts.wps").joinpath("manual.html").read_bytes()
    contents = Contents(lambda _: None, manual, words)
    return gather(out, python, TARGETS[target], contents, source, fetch)
