"""LibreOffice in Excel's place: buttons pressed without a window, and the extension with all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from addin import clock
from addin.cli import console
from addin.cli.group import Command, Group, cli, one_ledger, option_file, options
from validators.errors import UsageError

if TYPE_CHECKING:
    import xlwings as xw

    from addin.hosts.calc.extension.install import Installation


class _WithMenu(Command):
    """A command whose help lists the buttons, by group."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help and the buttons, a line for each group."""
        from addin.buttons import buttons

        super().format_help_text(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            for group, members in groupby(buttons(), key=lambda button: button.group):
                labels = "　".join(button.label for button in members)
                formatter.write(f"{'':{formatter.current_indent}}{group}：{labels}\n")


class _PressByDefault(Group):
    """A group that takes what names none of its commands for the arguments of `press`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `press` before arguments that do not begin with a command."""
        if args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = ["press", *args]
        return super().parse_args(ctx, args)


@cli.group(
    name="calc", cls=_PressByDefault, options_metavar="[选项]", subcommand_metavar="命令 [参数]…",
)  # fmt: skip
def calc_group() -> None:
    """LibreOffice：不开窗口执行按钮，以及生成、安装、卸载、自检扩展。"""


@calc_group.command(
    cls=_WithMenu,
    example="bangdai calc press 开城镇.xlsx --button 录入校验 --out 开城镇-已校验.xlsx",
)
@one_ledger
@click.option(
    "--button", "names", multiple=True, required=True, metavar="按钮",
    help="执行的按钮，可写多次，依次执行，如“一键更新”后“撤销上一步”",
)  # fmt: skip
@option_file("--out", "结果的文件名；原文件不改动")
@click.option("--select", metavar="单元格", help="执行每个按钮前选中的单元格，如 成长档案!A5")
@click.option(
    "--answer", "answers", multiple=True, metavar="文本",
    help="按钮提问时的回答，按提问次序填写，可写多次；未回答的问题按取消处理，确认框一律同意",
)  # fmt: skip
@options("as-of")
def press(
    path: Path, names: tuple[str, ...], out: Path, select: str | None, answers: tuple[str, ...],
    as_of: date,
) -> int:  # fmt: skip
    """不用 Excel 执行按钮：在无窗口的 LibreOffice 中依次执行（仅用于 Linux）。“press”可以省略。"""
    from addin.buttons import find_button
    from addin.hosts.calc import run_button

    chosen = [find_button(name) for name in names]

    def press_all(book: xw.Book) -> None:
        for button in chosen:
            book.activate()  # one before it may have opened another
            if select:
                _select(book, select)
            with _shown(book, button.label):
                button.press(book)

    with clock.as_if(as_of):
        run_button(path, press_all, out, answers=answers)
    console.say(f"已保存到：{out}　原文件未改动。")
    return 0


def _select(book: xw.Book, place: str) -> None:
    """Select cells such as 成长档案!A5.

    Raises:
        UsageError: There is no such sheet, or that is no address.
    """
    name, _, address = place.rpartition("!")
    sheet = next((tab for tab in book.sheets if tab.name == name.strip("'")), None)
    if sheet is None:
        raise UsageError(f"没有可选中的“{place}”", "请填写为“工作表名!单元格”，如 成长档案!A5")
    try:
        cells = sheet.range(address)
    except Exception as problem:  # every engine has its own
        raise UsageError(
            f"“{address}”不是单元格", "请填写为“工作表名!单元格”，如 成长档案!A5"
        ) from problem
    cells.select()


@contextmanager
def _shown(book: xw.Book, label: str) -> Iterator[None]:
    """Print what a button shows: its messages, and the last text of the status bar."""
    app = book.app.impl
    alerts, statuses = len(app.alerts), len(app.statuses)
    try:
        yield
    finally:
        console.say(f"■ {label}")
        for alert in app.alerts[alerts:]:
            console.say(indent(alert.prompt, "  "))
        if app.statuses[statuses:]:
            console.say(f"  状态栏：{app.statuses[-1]}")


# --- the extension ---


@calc_group.command(example="bangdai calc build --out 扩展")
@option_file("--out", "扩展的保存文件夹", default="扩展", show_default=True)
def build(out: Path) -> int:
    """生成扩展文件 导师帮带.oxt。"""
    from addin.hosts.calc.extension.build import build_extension

    console.say(f"已生成 {build_extension(out)}")
    return 0


@calc_group.command(example="bangdai calc install")
def install() -> int:
    """将扩展装入本机的 LibreOffice（仅限当前用户，无需管理员权限），并自检。"""
    from addin.hosts.calc.extension.install import Installation

    installation = Installation.of()
    installation.install()
    console.say("已装入扩展，重新打开 LibreOffice 后显示“导师帮带”菜单和工具栏。")
    return _check(installation)


@calc_group.command(example="bangdai calc uninstall")
def uninstall() -> int:
    """从本机的 LibreOffice 中卸载扩展；台账不受影响。"""
    from addin.hosts.calc.extension.install import Installation

    removed = Installation.of().uninstall()
    console.say("已卸载扩展。" if removed else "未安装过扩展，无需卸载。")
    return 0


@calc_group.command(example="bangdai calc doctor")
def doctor() -> int:
    """自检：逐项检查扩展所需的程序和文件，有问题的列明处理办法。不作任何改动。"""
    from addin.hosts.calc.extension.install import Installation

    return _check(Installation.of())


def _check(installation: Installation) -> int:
    from addin.hosts.calc.extension.doctor import examine

    return 1 if console.show_checks(list(examine(installation))) else 0
