"""Options several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from addin import clock
from validators.normalise import day

__all__ = [
    "PATHS",
    "Day",
    "option_as_of",
    "option_file",
    "option_jobs",
    "option_json",
    "option_settings",
    "start_workers_early",
]


class Day(click.ParamType[date]):
    """A calendar day in any spelling a ledger accepts."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with the accepted form."""
        try:
            return day(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2026-06-30", param, ctx)


def option_as_of() -> Callable[[Any], Any]:
    """Return `--as-of`."""
    return click.option(
        "--as-of", type=Day(), metavar="日期", default=clock.today, show_default="今天",
        help="以哪一天为准判断日期，如 2026-06-30",
    )  # fmt: skip


def option_jobs() -> Callable[[Any], Any]:
    """Return `--jobs`."""
    return click.option(
        "--jobs", type=click.IntRange(1, 64), metavar="个数", default=lambda: os.cpu_count() or 1,
        show_default="处理器个数", help="同时读取几个文件",
    )  # fmt: skip


def option_json() -> Callable[[Any], Any]:
    """Return `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON，供其他程序使用")


def option_file(name: str, help_text: str, **facts: Any) -> Callable[[Any], Any]:
    """Return an option that names a file or folder; required unless it has a default."""
    facts.setdefault("required", "default" not in facts)
    kind = click.Path(path_type=Path)
    return click.option(name, type=kind, metavar="路径", help=help_text, **facts)


def option_settings() -> Callable[[Any], Any]:
    """Return `--settings`, the superior's settings."""
    return click.option(
        "--settings", type=click.Path(exists=True, path_type=Path), metavar="文件",
        help="市县下发的参数（含“参数”表的工作簿），优先于乡镇的参数",
    )  # fmt: skip


def start_workers_early() -> None:
    """Start the worker pool while the command line is still being read."""
    from workbooks.pool import warm_up

    warm_up("addin.actions.examining")


PATHS = click.Path(exists=True, path_type=Path)
