"""Commands on the Excel add-in: build it, install it, look after it, bundle it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from addin.cli import console
from addin.cli.group import Group, cli, option_file


@cli.group(
    name="addin", cls=Group, options_metavar="[选项]", subcommand_metavar="命令 [参数]…",
)  # fmt: skip
def addin_group() -> None:
    """Excel 加载项：生成、安装、卸载、自检，以及打包供不联网的电脑安装。"""


@addin_group.command(example="bangdai addin build --out 加载项")
@option_file("--out", "加载项的保存文件夹", default="加载项", show_default=True)
def build(out: Path) -> int:
    """生成加载项文件 导师帮带.xlam。"""
    from addin.hosts.excel.build import build_addin

    console.say(f"已生成 {build_addin(out)}")
    return 0


@addin_group.command(example="bangdai addin install")
@click.option(
    "--addin", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="文件", help="安装指定的加载项文件；不指定的现场生成",
)  # fmt: skip
def install(file: Path | None) -> int:
    """将加载项装入本机的 Excel（仅限当前用户，无需管理员权限），并自检。"""
    from addin.hosts.excel.install import Places
    from addin.hosts.excel.install import install as install_addin

    places = Places.of()
    with _new_addin() as built:
        install_addin(places, file or built)
    console.say(f"已装入 {places.addin}，重新打开 Excel 后显示“导师帮带”选项卡。")
    return _check_installation()


@addin_group.command(example="bangdai addin uninstall")
def uninstall() -> int:
    """从本机的 Excel 中卸载加载项；台账不受影响。"""
    from addin.hosts.excel.install import Places
    from addin.hosts.excel.install import uninstall as remove

    places = Places.of()
    removed = remove(places)
    console.say(*(f"已删除 {file}" for file in removed))
    if not removed:
        console.say("未安装过加载项，无需卸载。")
    console.say(f"程序和日志保留在 {places.home}，不再使用的可以直接删除该文件夹。")
    return 0


@addin_group.command(example="bangdai addin doctor")
def doctor() -> int:
    """自检：逐项检查加载项所需的文件和设置，有问题的列明处理办法。不作任何改动。"""
    return _check_installation()


@addin_group.command(example="bangdai addin bundle --out 安装文件夹")
@option_file("--out", "保存到的空文件夹", default="安装文件夹", show_default=True)
@click.option(
    "--python", metavar="版本", default="3.11.9", show_default=True,
    help="填报人员电脑上的 Python 版本（64 位）",
)  # fmt: skip
def bundle(out: Path, python: str) -> int:
    """打包：将不联网的电脑所需的全部文件放入一个文件夹（本命令需要联网）。"""
    from addin.hosts.excel.bundle import make_bundle

    console.show_bundle(make_bundle(out, python))
    return 0


@contextmanager
def _new_addin() -> Iterator[Path]:
    """Yield an add-in file just built, for as long as it is needed."""
    from addin.hosts.excel.build import build_addin

    with tempfile.TemporaryDirectory() as folder:
        yield build_addin(Path(folder))


def _check_installation() -> int:
    from addin.hosts.excel.doctor import examine
    from addin.hosts.excel.install import Places
    from addin.hosts.registry import WindowsRegistry

    places = Places.of()
    with _new_addin() as built:
        checks = examine(places, WindowsRegistry(), built.read_bytes())
    return 1 if console.show_checks(checks) else 0
