"""Commands that carry results out: data for other programs, reports by period, reminders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from addin.cli import console
from addin.cli.group import cli, ledgers, option_file, options, start_workers_early

_scope = click.option(
    "--scope", metavar="县名", help="只做某个县（区）；默认全部，一份台账为本单位"
)


@cli.command(example="bangdai export 上报台账 --out data --format parquet")
@ledgers
@option_file("--out", "放数据的文件夹；只替换本工具导出的数据")
@click.option(
    "--format", "file_format", type=click.Choice(["csv", "parquet", "duckdb"]), default="csv",
    show_default=True, help="数据格式；parquet 和 duckdb 要装 bangdai[export]",
)  # fmt: skip
@click.option("--with-phones", is_flag=True, help="联系电话不打码，只限本单位的一份台账")
@_scope
@options("settings", "json", "as-of", "jobs")
def export(path: Path, out: Path, file_format: str, as_json: bool, **choices: Any) -> int:
    """导出数据：合并后的台账和全部计算结果，附数据字典，供统计分析使用。"""
    start_workers_early()
    from addin.actions.reports.export import export_ledgers

    with console.progress("导出数据") as step:
        result = export_ledgers(path, out, file_format, progress=step, **choices)
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_export(result)
    return result.gathered.merged.report.exit_code
