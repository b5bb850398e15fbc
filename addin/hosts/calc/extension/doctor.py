"""The self-check: each thing the extension needs, whether it is there, and what to do if not.

Nothing is changed.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from addin.hosts.calc.extension.build import settings
from addin.hosts.calc.extension.install import HELPER, Installation
from addin.hosts.calc.office import HostFailed, load_uno
from addin.hosts.checks import Check, installed_files, writable_folder
from addin.hosts.user_files import log_file

_AGAIN = "请运行 bangdai calc install"
_SECONDS = 60
_QUESTION = {"number": 1, "formula": "BD_DATE", "arguments": [{"value": "2026年5月3日"}]}


def examine(installation: Installation) -> Iterator[Check]:
    """Yield every check in the order a click needs them."""
    yield Check("LibreOffice", str(installation.program))
    yield _loader(installation.program)
    yield _interface()
    installed = installation.installed()
    yield _extension(installed)
    if installed is not None:
        command = [str(word) for word in installed["command"]]  # type: ignore[attr-defined]
        yield _interpreter(command)
        yield _answer(command)
    yield installed_files()
    yield writable_folder("日志文件夹", log_file().parent)


def _loader(program: Path) -> Check:
    name = "LibreOffice 的 Python 支持"
    if (program / "pythonloader.py").is_file():
        return Check(name, "已安装")
    return Check(
        name, f"缺少 {program / 'pythonloader.py'}",
        "请安装 LibreOffice 的 Python 支持，如 sudo apt-get install python3-uno",
    )  # fmt: skip


def _interface() -> Check:
    name = "Python 接口（uno 模块）"
    try:
        load_uno()
    except HostFailed as problem:
        return Check(name, problem.message, f"公式可以使用，按钮不能使用；{problem.suggestion}")
    return Check(name, "可以使用")


def _extension(installed: dict[str, object] | None) -> Check:
    name = "扩展"
    if installed is None:
        return Check(name, "未安装", _AGAIN)
    here = json.loads(settings())
    if any(installed.get(key) != value for key, value in here.items() if key != "command"):
        return Check(name, "已安装，与本程序的版本不一致", _AGAIN)
    return Check(name, "已安装")


def _interpreter(command: Sequence[str]) -> Check:
    name = "Python"
    if not command or not os.access(command[0], os.X_OK):
        return Check(name, f"扩展所用的 {command[0] if command else 'Python'} 已不存在", _AGAIN)
    if command[0] != HELPER[0]:
        return Check(
            name, f"扩展使用 {command[0]}，当前运行自检的是 {HELPER[0]}",
            "本机有两个 Python：使用当前的，请运行 bangdai calc install；使用原来的，请用原来的 Python 运行自检",
        )  # fmt: skip
    return Check(name, command[0])


def _answer(command: Sequence[str]) -> Check:
    name = "试算公式"
    try:
        done = subprocess.run(  # noqa: S603 - what the extension itself runs
            command, input=json.dumps(_QUESTION) + "\n", capture_output=True, check=True,
            timeout=_SECONDS, encoding="utf-8",
        )  # fmt: skip
        right = json.loads(done.stdout)["answer"] == [[46145]]
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        return Check(
            name, f"未得到结果（{type(error).__name__}）", f"请重新安装本工具，再{_AGAIN[1:]}"
        )
    return Check(name, "正常") if right else Check(name, "结果有误", "请重新安装本工具")
