"""The command group, its help, and options several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from addin import clock
from addin.cli import console

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some takes 20 ms
console.speak_chinese()  # before the commands: the library words their options as they are made


class Command(click.Command):
    """A command whose help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", **kwargs})
        self.example = example

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; then tell of workbooks it replaced that somebody had changed."""
        code = super().invoke(ctx)
        console.show_edited()
        return code

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        with formatter.section("示例"):
            formatter.write_text(self.example)


class Group(click.Group):
    """A group whose commands end their help with an example."""

    command_class = Command


class _Bangdai(Group):
    """The commands of the modules here, and those that ledger buttons name.

    Buttons are looked up only for the list of commands and for a name no module has.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in alphabetical order."""
        from addin.cli.button_commands import commands

        return sorted({*super().list_commands(ctx), *commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        if command := super().get_command(ctx, cmd_name):
            return command
        from addin.cli.button_commands import commands

        return commands().get(cmd_name)


@click.group(
    cls=_Bangdai, options_metavar="[选项]", subcommand_metavar="命令 [参数]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip
@click.version_option(package_name="bangdai")
def cli() -> None:
    """导师帮带制台账：新建、校验、结对、研判、上报和汇总。"""


# --- options several commands share ---


class Day(click.ParamType[date]):
    """A calendar day in any spelling a ledger accepts."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with the accepted form."""
        from validators.normalise import day

        try:
            return day(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请填写为 2026-06-30", param, ctx)


PATHS = click.Path(exists=True, path_type=Path)

one_ledger = click.argument(
    "path", metavar="文件", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
ledgers = click.argument("path", metavar="文件或文件夹", type=PATHS)

_OPTIONS = {
    "as-of": click.option(
        "--as-of", type=Day(), metavar="日期", default=clock.today, show_default="今天",
        help="数据截至日期，如 2026-06-30",
    ),
    "jobs": click.option(
        "--jobs", type=click.IntRange(1, 64), metavar="个数", default=lambda: os.cpu_count() or 1,
        show_default="处理器个数", help="同时读取几个文件",
    ),
    "json": click.option("--json", "as_json", is_flag=True, help="输出 JSON，供其他程序使用"),
    "settings": click.option(
        "--settings", type=PATHS, metavar="文件",
        help="市、县下发的参数（含“参数”表的工作簿），优先于乡镇的参数",
    ),
}  # fmt: skip


def options(*names: str) -> Callable[[Any], Any]:
    """Add options that several commands share, in the order in which their help is to be."""

    def add(function: Any) -> Any:
        for name in reversed(names):
            function = _OPTIONS[name](function)
        return function

    return add


def option_file(name: str, help_text: str, **facts: Any) -> Callable[[Any], Any]:
    """Return an option that names a file or folder; required unless it has a default."""
    facts.setdefault("required", "default" not in facts)
    kind = click.Path(path_type=Path)
    return click.option(name, type=kind, metavar="路径", help=help_text, **facts)


def start_workers_early(module: str = "addin.actions.validate") -> None:
    """Start the worker pool while the command line is still being read.

    Args:
        module: The module whose functions it will run.
    """
    from workbooks.workers import warm_up

    warm_up(module)
