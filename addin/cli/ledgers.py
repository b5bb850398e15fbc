"""Commands on whole ledgers: make, check, send and consolidate them."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from addin import clock
from addin.cli import console
from addin.cli.group import PATHS, cli, one_ledger, option_file, options, start_workers_early


@cli.command(example="bangdai demo --out 帮带演示")
@option_file("--out", "演示文件的文件夹", default="帮带演示", show_default=True)
def demo(out: Path) -> int:
    """演示：生成样例台账，校验，并汇总为一个工作簿。"""
    start_workers_early()
    from addin.actions.demo import demonstrate

    return demonstrate(out, clock.today(), console.say, console.progress)


@cli.command(example="bangdai new 开城镇 --out 开城镇.xlsx")
@click.argument("unit", metavar="乡镇名称或代码")
@option_file("--out", "保存的文件名")
@click.option(
    "--year",
    type=click.IntRange(2020, 2100),
    metavar="年份",
    help="年度，默认今年；结转时默认上年台账的下一年",
)
@click.option(
    "--carry-over", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="文件",
    help="上年台账：结转导师、对象、结对和研判所需的上年记录，编号接续",
)  # fmt: skip
@options("as-of")
def new(unit: str, out: Path, year: int | None, carry_over: Path | None, as_of: date) -> int:
    """新建一个乡镇（街道）的空白台账，或从上年台账结转。"""
    from addin.actions.new import next_year, start_ledger

    last = None
    if carry_over:
        from workbooks.reader import read_ledger

        last = read_ledger(carry_over).ledger
    year = year or (next_year(last, as_of) if last else as_of.year)
    started = start_ledger(unit, out, year=year, as_of=as_of, last=last)
    console.say(started.sentence)
    return 0


@cli.command(example="bangdai samples --out 样例 --townships 5 --log-rows 300")
@option_file("--out", "样例台账的文件夹")
@click.option(
    "--townships", type=click.IntRange(1, 65), metavar="个数", default=65, show_default=True,
    help="乡镇个数",
)  # fmt: skip
@click.option(
    "--log-rows", type=click.IntRange(0, 100_000), metavar="行数", default=3000, show_default=True,
    help="每份台账的日志行数（约数）",
)  # fmt: skip
@click.option(
    "--error-rate", type=click.FloatRange(0, 0.5), metavar="比例", default=0.03, show_default=True,
    help="有预设错误的行所占比例",
)  # fmt: skip
@click.option(
    "--seed", type=int, metavar="整数", default=7, show_default=True,
    help="随机种子，种子相同的结果相同",
)  # fmt: skip
@click.option(
    "--style", type=click.IntRange(min=1), metavar="编号", default=1, show_default=True,
    help="样例编号：2 采用另一套句式、联系频次和年中变动，用于检验各条规则的临界情形",
)  # fmt: skip
@click.option(
    "--struggling/--no-struggling", default=True, help="是否包含帮带出现问题的对象；默认包含"
)
@options("as-of", "jobs")
def samples(out: Path, townships: int, **choices: Any) -> int:
    """生成样例台账：真实地名，虚构人员，预设的错误列在 truth.json。"""
    from addin.actions.demo import make_samples

    with console.progress("生成样例台账") as step:
        make_samples(out, townships=townships, progress=step, **choices)
    console.say(f"已在“{out}”生成 {townships} 个乡镇的样例台账。")
    return 0


@cli.command(example="bangdai validate 开城镇.xlsx")
@click.argument("paths", metavar="文件或文件夹…", nargs=-1, required=True, type=PATHS)
@click.option("--all", "show_all", is_flag=True, help="提示也逐条列出，不限条数")
@options("json", "as-of", "jobs")
def validate(paths: tuple[Path, ...], show_all: bool, as_json: bool, as_of: date, jobs: int) -> int:
    """校验台账：逐个单元格指出错误、警告和提示。"""
    start_workers_early()
    from addin.actions.found_files import discover, refuse_without
    from addin.actions.validate import examine

    sources, others = discover(paths)
    refuse_without(sources, others)
    with console.progress("校验台账") as step:
        examination = examine(
            sources, as_of=as_of, others=others, jobs=jobs, progress=step, whole=False
        )
        report = examination.report()
    if as_json:
        console.say_json(report.as_json())
    else:
        console.show_report(report, everything=show_all)
    return report.exit_code


@cli.command(example="bangdai tidy 开城镇.xlsx --out 开城镇-规范.xlsx")
@one_ledger
@option_file("--out", "规范后的台账的文件名；不写的只列出", required=False)
@options("json", "as-of")
def tidy(path: Path, out: Path | None, as_json: bool, as_of: date) -> int:
    """规范格式：将格式不规范但含义明确的日期、编号、姓名、数字改为规范格式。"""
    start_workers_early()
    from addin.actions.tidy import tidy_ledger

    result = tidy_ledger(path, out, as_of=as_of)
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_tidy(result)
    return 0


@cli.command(example="bangdai submit 开城镇.xlsx --out 上报")
@one_ledger
@option_file("--out", "上报台账的保存文件夹；按单位和日期命名，不覆盖已有文件")
@click.option("--tidy", is_flag=True, help="将含义明确的内容改为规范格式；不写的先询问")
@click.option("--with-errors", is_flag=True, help="有错误仍上报；不写的先询问")
@options("settings", "as-of")
def submit(
    path: Path, out: Path, tidy: bool, with_errors: bool, settings: Path | None, as_of: date
) -> int:
    """上报：校验、规范格式、填写填报时间，另存一份公式转为数值的台账。"""
    start_workers_early()
    from addin.actions.decisions.submit import submit_ledger

    result = submit_ledger(
        path, out, as_of=as_of, settings_file=settings,
        sends=partial(console.sends_with_errors, given=with_errors),
        tidies=partial(console.agrees_to_tidy, given=tidy),
    )  # fmt: skip
    console.show_submission(result)
    return result.exit_code


@cli.command(example="bangdai consolidate 上报台账 --out 固原市汇总.xlsx")
@click.argument("folder", metavar="文件夹", type=PATHS)
@option_file("--out", "保存的文件名；只覆盖本工具生成的汇总表")
@options("settings")
@click.option("--previous", type=PATHS, metavar="文件", help="上期汇总表，用于“与上期对比”")
@click.option(
    "--scope", metavar="县名", default="固原市", show_default=True,
    help="汇总范围：市或某个县（区）",
)  # fmt: skip
@click.option(
    "--cache/--no-cache",
    default=True,
    help="在汇总表同一文件夹的“.帮带缓存”保存已读取的台账，下次只读取有变动的；默认保存，可随时删除",
)
@click.option(
    "--dask", metavar="地址", default="",
    help="由已有的 Dask 集群读取和校验台账，如 tcp://10.0.0.1:8786；集群上须安装同一版本；"
    "另在汇总表同一文件夹生成“…-数据”文件夹（Parquet，按县、乡镇分区，附数据字典）",
)  # fmt: skip
@option_file(
    "--bundle",
    "另存一个“.帮带包”，由县级报市级，市级汇总时代替各乡镇台账；电话未隐去，请妥善保管",
    required=False,
)
@options("json", "as-of", "jobs")
def consolidate(
    folder: Path, out: Path, settings: Path | None, as_json: bool, **choices: Any
) -> int:
    """汇总一个文件夹中的全部台账，生成一个汇总工作簿。"""
    if _is_newer(folder, out):
        start_workers_early("addin.actions.parcels.judged")
    from addin.actions.consolidate import consolidate as run

    with console.progress("汇总台账") as step:
        result = run([folder], out, settings_file=settings, progress=step, **choices)
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_consolidation(result)
    return result.told.exit_code


def _is_newer(folder: Path, out: Path) -> bool:
    """Return whether a folder has been changed since it was consolidated, as far as times tell."""
    from addin.actions.parcels import CACHE

    try:
        last = (out.parent / CACHE / out.name).stat().st_mtime
        return any(path.stat().st_mtime > last for path in folder.rglob("*"))
    except OSError:
        return True
