"""The command group and its help."""

from __future__ import annotations

from typing import Any

import click

from addin import speaking

__all__ = ["Command", "cli"]

speaking.speak_chinese()  # before the commands: the library words their options as they are made


class Command(click.Command):
    """A command whose help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", **kwargs})
        self.example = example

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        with formatter.section("示例"):
            formatter.write_text(self.example)


class Group(click.Group):
    """Commands that each help with an example."""

    command_class = Command


@click.group(
    cls=Group, options_metavar="[选项]", subcommand_metavar="命令 [参数]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip
@click.version_option(package_name="bangdai")
def cli() -> None:
    """导师帮带制台账：新建、校验、汇总，不离开 Excel 也能用。"""
