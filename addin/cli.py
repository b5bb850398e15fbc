"""The command `bangdai`: the same actions as the ribbon, on files and folders.

Every command exits 0 when there is nothing at error level, 1 on error findings, and 2 when a file
could not be read or the command could not do its work.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import click

from addin import clock, speaking
from validators.errors import BangdaiError, UsageError
from validators.normalise import day

__all__ = ["cli", "main", "program"]

speaking.speak_chinese()  # before the commands: the library words their options as they are made


class _Day(click.ParamType[date]):
    """A calendar day in any spelling a ledger accepts."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or fail with the accepted form."""
        try:
            return day(value)
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2026-06-30", param, ctx)


def _today() -> date:
    return clock.now().date()


def _option_as_of() -> Callable[[Any], Any]:
    return click.option(
        "--as-of", type=_Day(), metavar="日期", default=_today, show_default="今天",
        help="以哪一天为准判断日期，如 2026-06-30",
    )  # fmt: skip


def _option_jobs() -> Callable[[Any], Any]:
    return click.option(
        "--jobs", type=click.IntRange(1, 64), metavar="个数", default=lambda: os.cpu_count() or 1,
        show_default="处理器个数", help="同时读取几个文件",
    )  # fmt: skip


def _option_json() -> Callable[[Any], Any]:
    return click.option("--json", "as_json", is_flag=True, help="输出 JSON，供其他程序使用")


def _file(name: str, help_text: str, **facts: Any) -> Callable[[Any], Any]:
    facts.setdefault("required", "default" not in facts)
    kind = click.Path(path_type=Path)
    return click.option(name, type=kind, metavar="路径", help=help_text, **facts)


def _start_workers_early() -> None:
    from workbooks.pool import warm_up

    warm_up("addin.actions.examining")


_PATHS = click.Path(exists=True, path_type=Path)


class _Command(click.Command):
    """A command whose help ends with an example."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", **kwargs})
        self.example = example

    def format_epilog(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        with formatter.section("示例"):
            formatter.write_text(self.example)


class _Group(click.Group):
    command_class = _Command


@click.group(
    cls=_Group, options_metavar="[选项]", subcommand_metavar="命令 [参数]…",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)  # fmt: skip
@click.version_option(package_name="bangdai")
def cli() -> None:
    """导师帮带制台账：新建、校验、汇总，不离开 Excel 也能用。"""


@cli.command(example="bangdai demo --out 帮带演示")
@_file("--out", "放演示文件的文件夹", default="帮带演示", show_default=True)
def demo(out: Path) -> int:
    """演示：生成样例台账，校验，并汇总成一个工作簿。"""
    _start_workers_early()
    from addin.actions.demonstrating import demonstrate

    return demonstrate(out, _today(), speaking.say, speaking.progress)


@cli.command(example="bangdai new 开城镇 --out 开城镇.xlsx")
@click.argument("unit", metavar="乡镇名称或代码")
@_file("--out", "写到哪个文件")
@click.option("--year", type=click.IntRange(2020, 2100), metavar="年份", help="年度，默认今年")
@click.option(
    "--carry-over", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
    help="上年台账：结转导师、对象和未期满的结对，编号接续",
)  # fmt: skip
@_option_as_of()
def new(unit: str, out: Path, year: int | None, carry_over: Path | None, as_of: date) -> int:
    """新建一个乡镇（街道）的空白台账，或从上年台账结转。"""
    from addin.actions.starting import start_ledger

    started = start_ledger(unit, out, year=year or as_of.year, as_of=as_of, last=carry_over)
    speaking.say(started.sentence)
    return 0


@cli.command(example="bangdai samples --out 样例 --townships 5 --log-rows 300")
@_file("--out", "放样例台账的文件夹")
@click.option(
    "--townships",
    type=click.IntRange(1, 65),
    metavar="个数",
    default=65,
    show_default=True,
    help="几个乡镇",
)
@click.option(
    "--log-rows",
    type=click.IntRange(0, 100_000),
    metavar="行数",
    default=3000,
    show_default=True,
    help="每个台账约几行日志",
)
@click.option(
    "--error-rate",
    type=click.FloatRange(0, 0.5),
    metavar="比例",
    default=0.03,
    show_default=True,
    help="埋入错误的行占多少",
)
@click.option(
    "--seed",
    type=int,
    metavar="整数",
    default=7,
    show_default=True,
    help="随机种子，相同则结果相同",
)
@_option_as_of()
@_option_jobs()
def samples(
    out: Path, townships: int, log_rows: int, error_rate: float, seed: int, as_of: date, jobs: int
) -> int:
    """生成样例台账：真实地名，虚构人员，埋好的错误记在 truth.json。"""
    from workbooks.samples import write_samples

    with speaking.progress("生成样例台账") as step:
        write_samples(
            out, townships=townships, log_rows=log_rows, error_rate=error_rate, seed=seed,
            as_of=as_of, jobs=jobs, progress=step,
        )  # fmt: skip
    speaking.say(f"已在“{out}”生成 {townships} 个乡镇的样例台账。")
    return 0


@cli.command(example="bangdai validate 开城镇.xlsx")
@click.argument("paths", metavar="文件或文件夹…", nargs=-1, required=True, type=_PATHS)
@click.option("--all", "show_all", is_flag=True, help="提示也逐条列出，不限条数")
@_option_json()
@_option_as_of()
@_option_jobs()
def validate(paths: tuple[Path, ...], show_all: bool, as_json: bool, as_of: date, jobs: int) -> int:
    """校验台账：逐个单元格指出错误、警告和提示。"""
    _start_workers_early()
    from addin.actions.examining import examine
    from addin.actions.sources import discover

    sources, passed_over = discover(paths)
    if not sources:
        raise UsageError("没有找到可以校验的台账", "请给出 .xlsx 文件或放台账的文件夹")
    with speaking.progress("校验台账") as step:
        report = examine(sources, as_of=as_of, jobs=jobs, progress=step).report()
    if as_json:
        speaking.say(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        speaking.show_report(report, [source.file for source in passed_over], everything=show_all)
    return report.exit_code


@cli.command(example="bangdai consolidate 上报台账 --out 固原市汇总.xlsx")
@click.argument("folder", metavar="文件夹", type=_PATHS)
@_file("--out", "写到哪个文件；只覆盖本工具生成的汇总表")
@click.option(
    "--settings",
    type=click.Path(exists=True, path_type=Path),
    metavar="文件",
    help="市县下发的参数（含“参数”表的工作簿），优先于乡镇的参数",
)
@click.option(
    "--previous",
    type=click.Path(exists=True, path_type=Path),
    metavar="文件",
    help="上期汇总表，用于“与上期对比”",
)
@click.option(
    "--scope",
    metavar="县名",
    default="固原市",
    show_default=True,
    help="汇总范围：市或某个县（区）",
)
@_option_json()
@_option_as_of()
@_option_jobs()
def consolidate(
    folder: Path, out: Path, settings: Path | None, previous: Path | None, scope: str,
    as_json: bool, as_of: date, jobs: int,
) -> int:  # fmt: skip
    """汇总一个文件夹里的全部台账，写成一个汇总工作簿。"""
    _start_workers_early()
    from addin.actions.consolidating import consolidate as run

    with speaking.progress("汇总台账") as step:
        result = run(
            [folder], out, as_of=as_of, jobs=jobs, settings_file=settings, previous=previous,
            scope=scope, progress=step,
        )  # fmt: skip
    if as_json:
        speaking.say(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        speaking.show_consolidation(result)
    return result.report.exit_code


def main() -> None:
    """Run the command line; a problem the user can act on is one Chinese sentence."""
    speaking.prepare_streams()
    try:
        sys.exit(cli(prog_name="bangdai", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        speaking.complain("已取消，没有写出文件。")
        sys.exit(2)
    except BangdaiError as error:
        speaking.complain(str(error))
        sys.exit(2)


def program() -> NoReturn:
    """Run `main` and end the process at once: freeing a city's rows one by one takes half a second."""
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    raise AssertionError("main ends with SystemExit")
