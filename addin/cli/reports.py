"""Commands that carry results out: data for other programs, reports by period, reminders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from addin.cli import console
from addin.cli.group import PATHS, cli, ledgers, option_file, options, start_workers_early

_scope = click.option(
    "--scope", metavar="县名", help="只限某个县（区）；默认全部，一份台账为本单位"
)


@cli.command(example="bangdai export 上报台账 --out data --format parquet")
@ledgers
@option_file("--out", "数据的保存文件夹；只替换本工具导出的数据")
@click.option(
    "--format", "file_format", type=click.Choice(["csv", "parquet", "duckdb"]), default="csv",
    show_default=True, help="数据格式；parquet 和 duckdb 需安装 bangdai[export]",
)  # fmt: skip
@click.option("--with-phones", is_flag=True, help="联系电话不隐去中间四位，只限本单位的一份台账")
@_scope
@options("settings", "json", "as-of", "jobs")
def export(
    path: Path, out: Path, file_format: str, as_json: bool, settings: Path | None, **choices: Any
) -> int:
    """导出数据：合并后的台账和全部计算结果，附数据字典，供统计分析使用。"""
    start_workers_early()
    from addin.actions.reports.export import export_ledgers

    with console.progress("导出数据") as step:
        result = export_ledgers(
            path, out, file_format, settings_file=settings, progress=step, **choices
        )
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_export(result)
    return result.gathered.merged.report.exit_code


@cli.command(example="bangdai report 上报台账 --period 2026Q2 --out 固原市2026年第二季度季报.xlsx")
@ledgers
@click.option("--period", required=True, metavar="时段", help="2026Q3、2026H1 或 2026")
@option_file("--out", "保存的文件名；只覆盖本工具生成的报告")
@click.option(
    "--previous", type=PATHS, metavar="文件夹", help="上年台账；上期数据在上年台账中的，用于对比"
)  # fmt: skip
@_scope
@options("settings", "as-of", "jobs")
def report(path: Path, out: Path, period: str, settings: Path | None, **choices: Any) -> int:
    """生成季报、半年报或年报：一页通、指标对比、情况通报、公示和微信文字。"""
    start_workers_early()
    from addin.actions.reports.report import report_period
    from addin.domain.reports.period import parse_period
    from workbooks.reports.pdf import print_pdf

    with console.progress("生成报告") as step:
        result = report_period(
            path, out, parse_period(period), settings_file=settings, progress=step, **choices
        )
    console.show_period_report(result, print_pdf(result.out))
    return result.exit_code


@cli.command(example="bangdai remind 开城镇.xlsx --out 开城镇-提醒文本.xlsx")
@ledgers
@option_file("--out", "保存的文件名；只覆盖本工具生成的提醒文本")
@options("settings", "as-of", "jobs")
def remind(path: Path, out: Path, settings: Path | None, **choices: Any) -> int:
    """提醒文本：按本周待办列出每名导师和每个乡镇（街道）的到期事项，可粘贴到微信。"""
    start_workers_early()
    from addin.actions.reports.remind import write_reminders

    with console.progress("生成提醒文本") as step:
        result = write_reminders(path, out, settings_file=settings, progress=step, **choices)
    console.show_reminders(result)
    return result.exit_code
