"""The self-check in WPS: each thing the add-in needs, whether it is there, and what to do if not.

Nothing is changed. What is looked at comes in as arguments, so that every check runs anywhere.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from addin.domain.results import some
from addin.hosts.checks import RESTORE, Check, installed_files, interpreter, writable_folder
from addin.hosts.wps.build import addin_files
from addin.hosts.wps.connection import (
    SCRIPT,
    Connection,
    ask_service,
    bind,
    connection_file,
    is_running,
    script_text,
    service_command,
)
from addin.hosts.wps.install import Places, differing, read_list, version
from addin.hosts.wps.program import Program
from addin.hosts.wps.publish_list import NAME, TYPE, Entry, NoList, entries, our_entry
from validators.errors import WriteRefused

_AGAIN = "请运行 bangdai wps install"
_NEEDED = ("starlette", "uvicorn")
_READERS = 0o077


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of the computer is looked at beside our own files.

    Attributes:
        program: WPS as it was found.
        listens: Whether systemd waits for messages in the service's stead.
        packages: Folders whose packages are compared with their lists of files; this Python's if None.
    """

    program: Program | None
    listens: bool = False
    packages: list[str] | None = None


def examine(places: Places, around: Surroundings) -> list[Check]:
    """Return every check in the order a click needs them."""
    kept = Connection.read(places.home)
    return [
        _program(around.program),
        _registration(places),
        _folder(places),
        _loaded(places),
        _script(places, kept),
        _private(places, kept),
        interpreter(Path(((kept and kept.start) or service_command())[0])),
        _components(),
        installed_files(around.packages),
        _service(places, kept, listens=around.listens),
        writable_folder("日志文件夹", places.home),
    ]


def _program(program: Program | None) -> Check:
    name = "WPS 表格"
    if program is None:
        return Check(
            name, "未找到", "请安装 WPS 2019 或更新版本；台账仍可填写，也可用 bangdai validate 校验"
        )
    shown = f"{program.path}，版本 {program.version or '未识别'}"
    if program.too_old:
        return Check(name, shown, "该版本不支持加载项，请升级到 WPS 2019（11.1）或更新版本")
    if program.sandboxed:
        return Check(
            name, f"{shown}（Flatpak）",
            "加载项已按 Flatpak 的位置安装；按钮无响应的，请改装 WPS 官网的安装包",
            untested=True,
        )  # fmt: skip
    return Check(name, shown)


# --- what WPS reads -------------------------------------------------------------------------------


def _registration(places: Places) -> Check:
    name, file = "加载项登记", places.publish_list
    try:
        content = read_list(places)
        listed = [entry for entry in entries(content) if entry.is_ours] if content.strip() else []
    except WriteRefused as problem:
        return Check(name, problem.message, problem.suggestion)
    except NoList:
        return Check(name, f"{file} 无法读取", f"{_AGAIN}，原文件另存一份，再重新登记")
    wrong = _wrongly_listed(listed)
    return Check(name, f"{file}{wrong}", _AGAIN if wrong else "")


def _wrongly_listed(ours: list[Entry]) -> str:
    """Return what is wrong with our entries, "" where nothing is."""
    if len(ours) != 1:
        return f" 中登记了 {len(ours)} 次" if ours else " 中未登记"
    said, wanted = ours[0].attributes, our_entry(version()).attributes
    if any(said.get(key) != wanted[key] for key in ("url", "version")):
        return f" 中登记的是 {said.get('version') or '其他版本'}"
    return " 中已停用" if said.get("enable", "").casefold() == "false" else ""


def _folder(places: Places) -> Check:
    name, folder = "加载项文件", places.folder
    if not folder.is_dir():
        return Check(
            name, f"缺少 {folder}", f"{_AGAIN}；安装后丢失的，{RESTORE.format(folder=folder)}"
        )
    wrong = differing(folder, addin_files())
    if not wrong:
        return Check(name, f"{folder}，{len(addin_files())} 个文件逐个核对一致")
    return Check(name, f"{folder} 中的 {some(wrong, '个')} 缺失或被改动", _AGAIN)


def _loaded(places: Places) -> Check:
    """Look into what WPS itself notes of add-ins, the only proof that it loads ours."""
    name, first = "WPS 加载情况", "请打开 WPS 表格，询问是否信任“bangdai”时点“允许”，再重新打开一次"
    noted = _noted(places.addins / "authaddin.json")
    if noted is None:
        return Check(name, "WPS 尚无加载记录", first, untested=True)
    if noted.get("enable") is False:
        return Check(
            name, "在 WPS 中已停用",
            "请在 WPS“文件—选项—加载项—管理：WPS 加载项—转到”中勾选 bangdai，再重新打开 WPS",
        )  # fmt: skip
    if noted.get("isload") is True:
        return Check(name, "WPS 已加载")
    return Check(name, "WPS 已登记，未加载", f"{first}；仍未加载的，请先卸载，再重新安装")


def _noted(file: Path) -> Mapping[str, Any] | None:
    """Return what WPS notes of our add-in; None where it knows nothing of it."""
    try:
        known = json.loads(file.read_text("utf-8-sig"))[TYPE].values()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    ours = (noted for noted in known if isinstance(noted, dict) and noted.get("name") == NAME)
    # of versions before this one there may be notes, too
    return max(ours, key=lambda noted: noted.get("isload") is True, default=None)


# --- the service ----------------------------------------------------------------------------------


def _script(places: Places, kept: Connection | None) -> Check:
    name, file = "连接设置", places.folder / SCRIPT
    if kept is None:
        return Check(name, f"缺少 {connection_file(places.home)}，或其内容已损坏", _AGAIN)
    try:
        same = file.read_text("utf-8") == script_text(kept)
    except (OSError, ValueError):
        same = False
    if not same:
        return Check(name, f"{file} 与本机服务的设置不一致", f"{_AGAIN}，再重新打开 WPS")
    return Check(name, f"端口 {kept.port}")


def _private(places: Places, kept: Connection | None) -> Check:
    name = "口令文件权限"
    if os.name == "nt":
        return Check(name, "位于本用户的文件夹")
    files = [connection_file(places.home), places.folder / SCRIPT] if kept else []
    there = [file for file in files if file.exists()]
    open_to_others = [str(file) for file in there if file.stat().st_mode & _READERS]
    if open_to_others:
        return Check(name, f"{'、'.join(open_to_others)} 可被其他用户读取", _AGAIN)
    return Check(name, "仅本用户可读")


def _components() -> Check:
    lost = [name for name in _NEEDED if find_spec(name) is None]
    if lost:
        return Check(
            "服务组件", f"缺少 {'、'.join(lost)}",
            "请运行 pip install \"bangdai[wps]\"；不联网的，请用 bangdai wps bundle 生成的安装包安装",
        )  # fmt: skip
    return Check("服务组件", "齐全")


def _service(places: Places, kept: Connection | None, *, listens: bool) -> Check:
    name = "本机服务"
    if kept is None:
        return Check(name, "未设置", _AGAIN)
    if listens:
        return Check(name, f"由 systemd 在端口 {kept.port} 上按需启动")
    if is_running(places.home):
        status = ask_service(kept, "/status")
        if status is None:
            return Check(name, "正在运行，但无应答", "请重新登录系统（或重启电脑）后再自检一次")
        return Check(name, f"正在运行，进程 {status.get('pid')}，空闲后自动停止")
    probe = bind(kept.port)
    if probe is None:
        return Check(name, f"端口 {kept.port} 被其他程序占用", f"{_AGAIN}，改用其他端口")
    probe.close()
    return Check(name, "未运行，点按钮时由加载项启动")
