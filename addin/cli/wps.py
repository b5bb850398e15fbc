"""Commands on the add-in for WPS: install it, look after it, bundle it, and its service."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.cli import console
from addin.cli.group import Group, cli, option_file
from validators.errors import UsageError

if TYPE_CHECKING:
    from addin.hosts.wps.install import Places
    from addin.hosts.wps.program import Program


@cli.group(
    name="wps", cls=Group, options_metavar="[选项]", subcommand_metavar="命令 [参数]…",
)  # fmt: skip
def wps_group() -> None:
    """WPS 加载项：安装、卸载、自检，以及打包供不联网的电脑安装（Windows 和 Linux）。"""


@wps_group.command(example="bangdai wps install")
def install() -> int:
    """将加载项装入本机的 WPS 表格（仅限当前用户，无需管理员权限），并自检。"""
    from addin.hosts.wps.install import install as install_addin
    from addin.hosts.wps.start import Systemd

    places, program = _places()
    _stop(places)
    done = install_addin(places, Systemd.of())
    if done.damaged:
        console.say(
            f"原有的 {places.publish_list.name} 无法读取，已另存为 {done.damaged}，并新建一份。",
            "其中如有其他加载项，请按其说明重新安装。",
        )
    console.say(f"已装入 {done.folder}。")
    console.say("请关闭全部 WPS 窗口后重新打开；询问是否信任时点“允许”，再重新打开一次。")
    return _check_installation(places, program)


@wps_group.command(example="bangdai wps uninstall")
def uninstall() -> int:
    """从本机的 WPS 中卸载加载项；台账和其他加载项不受影响。"""
    from addin.hosts.wps.install import uninstall as remove
    from addin.hosts.wps.start import Systemd

    places, _ = _places()
    _stop(places)
    removed = remove(places, Systemd.of())
    if places.publish_list in removed:
        removed.remove(places.publish_list)
        console.say(f"已从 {places.publish_list} 注销。")
    console.say(*(f"已删除 {file}" for file in removed))
    if not removed:
        console.say("未安装过加载项，无需卸载。")
    console.say(f"日志保留在 {places.home}，不再使用的可以直接删除该文件夹。")
    return 0


@wps_group.command(example="bangdai wps doctor")
def doctor() -> int:
    """自检：逐项检查加载项所需的文件和设置，有问题的列明处理办法。不作任何改动。"""
    return _check_installation(*_places())


@wps_group.command(example="bangdai wps start")
def start() -> int:
    """启动本机服务；平时由加载项自动启动，无需运行本命令。"""
    from addin.hosts.wps.connection import is_running
    from addin.hosts.wps.start import Systemd
    from addin.hosts.wps.start import start as start_service

    places, _ = _places()
    if is_running(places.home):
        console.say("本机服务已在运行。")
        return 0
    if not start_service(places.home, Systemd.of()):
        raise UsageError("本机服务未启动", "请运行 bangdai wps doctor 自检")
    console.say("本机服务已启动，空闲后自动停止。")
    return 0


@wps_group.command(example="bangdai wps stop")
def stop() -> int:
    """停止本机服务；平时空闲后自动停止，无需运行本命令。"""
    places, _ = _places()
    _stop(places)
    console.say("本机服务已停止。")
    return 0


@wps_group.command(example="bangdai wps bundle --for aarch64 --out 安装文件夹")
@option_file("--out", "保存到的空文件夹", default="安装文件夹", show_default=True)
@click.option(
    "--for", "target", type=click.Choice(["windows", "x86_64", "aarch64", "loongarch64"]),
    default="windows", show_default=True, metavar="电脑",
    help="安装到的电脑：windows，或 Linux 的处理器 x86_64（海光、兆芯）、aarch64（飞腾、鲲鹏）、loongarch64（龙芯）",
)  # fmt: skip
@click.option(
    "--python", metavar="版本", default="3.11.9", show_default=True,
    help="安装到的电脑上的 Python 版本（64 位）",
)  # fmt: skip
def bundle(out: Path, target: str, python: str) -> int:
    """打包：将不联网的电脑所需的全部文件放入一个文件夹（本命令需要联网）。"""
    from addin.hosts.wps.bundle import make_bundle

    console.show_bundle(make_bundle(out, target, python))
    return 0


@wps_group.command(example="bangdai wps serve")
@click.option(
    "--idle", "minutes", type=click.FloatRange(min=0.01), metavar="分钟", default=30,
    show_default=True, help="无人使用满该时间后停止",
)  # fmt: skip
def serve(minutes: float) -> int:
    """在前台运行本机服务，供加载项和 systemd 启动；一般无需直接运行。"""
    from addin.hosts.wps.service import serve as run_service

    gc.set_threshold(50_000)  # unlike a command, it stays
    places, _ = _places()
    run_service(places.home, minutes * 60)
    return 0


def _places() -> tuple[Places, Program | None]:
    from addin.hosts.registry import WindowsRegistry
    from addin.hosts.wps.install import Places
    from addin.hosts.wps.program import find_on_linux, find_on_windows

    windows = sys.platform == "win32"
    program = find_on_windows(WindowsRegistry()) if windows else find_on_linux()
    return Places.of(program), program


def _stop(places: Places) -> None:
    """End the service that runs, for it may be of another version.

    Raises:
        UsageError: A button works just now.
    """
    from addin.hosts.wps.start import stop

    if not stop(places.home):
        raise UsageError("本机服务正在执行按钮，未作改动", "请等待按钮完成后重试")


def _check_installation(places: Places, program: Program | None) -> int:
    from addin.hosts.wps.doctor import Surroundings, examine
    from addin.hosts.wps.start import Systemd

    around = Surroundings(program, listens=Systemd.of().listens())
    return 1 if console.show_checks(examine(places, around)) else 0
