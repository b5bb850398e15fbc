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
    """Excel 加载项：生成、安装、卸载、自检、打包给不联网的电脑。"""


@addin_group.command(example="bangdai addin build --out 加载项")
@option_file("--out", "放加载项的文件夹", default="加载项", show_default=True)
def build(out: Path) -> int:
    """生成加载项文件 导师帮带.xlam。"""
    from addin.hosts.excel.build import build_addin

    console.say(f"已生成 {build_addin(out)}")
    return 0


@addin_group.command(example="bangdai addin install")
@click.option(
    "--addin", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="文件", help="安装这个加载项文件；不给就现场生成",
)  # fmt: skip
def install(file: Path | None) -> int:
    """把加载项装入本机的 Excel（只为当前用户，不需要管理员），然后自检。"""
    from addin.hosts.excel.install import Places
    from addin.hosts.excel.install import install as install_addin

    places = Places.of()
    with _new_addin() as built:
        install_addin(places, file or built)
    console.say(f"已装入 {places.addin}，重新打开 Excel 就能看到“导师帮带”选项卡。")
    return _check_installation()


@addin_group.command(example="bangdai addin uninstall")
def uninstall() -> int:
    """从本机的 Excel 里去掉加载项；台账不受影响。"""
    from addin.hosts.excel.install import Places
    from addin.hosts.excel.install import uninstall as remove

    places = Places.of()
    removed = remove(places)
    console.say(*(f"已删除 {file}" for file in removed))
    if not removed:
        console.say("未安装过加载项，不用删除。")
    console.say(f"程序和日志还在 {places.home}，不再使用可以直接删除这个文件夹。")
    return 0


@addin_group.command(example="bangdai addin doctor")
def doctor() -> int:
    """自检：逐项查看加载项需要的东西在不在，不对的写明怎么办。不改动任何东西。"""
    return _check_installation()


@addin_group.command(example="bangdai addin bundle --out 安装文件夹")
@option_file("--out", "写到哪个空文件夹", default="安装文件夹", show_default=True)
@click.option(
    "--python", metavar="版本", default="3.11.9", show_default=True,
    help="填报人员电脑上的 Python 版本（64 位）",
)  # fmt: skip
def bundle(out: Path, python: str) -> int:
    """打包：把不联网的电脑需要的全部文件放进一个文件夹（本命令需要联网）。"""
    from addin.hosts.excel.bundle import make_bundle

    result = make_bundle(out, python)
    console.say(
        f"已放进“{result.folder}”：{result.count} 个文件，{result.size / 1e6:.0f} MB，已逐个核对。",
        f"还缺一样，请自己下载后放进去：Python 安装包 {result.installer}（www.python.org）。",
        "然后把整个文件夹复制给填报人员，按其中的 安装说明.html 安装。",
    )
    return 0


@contextmanager
def _new_addin() -> Iterator[Path]:
    """Yield an add-in file just built, for as long as it is needed."""
    from addin.hosts.excel.build import build_addin

    with tempfile.TemporaryDirectory() as folder:
        yield build_addin(Path(folder))


def _check_installation() -> int:
    from addin.hosts.excel.doctor import examine
    from addin.hosts.excel.install import Places, WindowsRegistry

    places = Places.of()
    with _new_addin() as built:
        checks = examine(places, WindowsRegistry(), built.read_bytes())
    for check in checks:
        console.say(f"{'正常' if check.ok else '不对'}　{check.name}：{check.found}")
        if check.todo:
            console.say(f"　　　怎么办：{check.todo}。")
    wrong = sum(not check.ok for check in checks)
    console.say(f"有 {wrong} 项不对，请逐项处理后再自检一次。" if wrong else "都正常。")
    return 1 if wrong else 0
