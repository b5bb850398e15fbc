"""Commands between a superior and the townships: return ledgers, compare, publish and receive."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import click

from addin.cli import console
from addin.cli.group import cli, ledgers, one_ledger, option_file, options, start_workers_early

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.command(name="return", example="bangdai return 上报台账 --out 退回台账")
@ledgers
@option_file("--out", "退回的台账和退回清单的保存文件夹；不覆盖已有的台账")
@options("settings", "as-of", "jobs")
def return_(path: Path, out: Path, settings: Path | None, as_of: date, jobs: int) -> int:
    """退回问题：有问题的台账各另存一份，标色、加批注、列出校验结果，并生成发给乡镇的通知。"""
    start_workers_early()
    from addin.actions.exchange.return_ledgers import return_ledgers

    with console.progress("退回问题") as step:
        result = return_ledgers(
            path, out, as_of=as_of, settings_file=settings, jobs=jobs, progress=step
        )
    console.show_return(result)
    return result.exit_code


@cli.command(example="bangdai compare 开城镇-六月.xlsx 开城镇-七月.xlsx --out 变动.xlsx")
@click.argument("old", metavar="原文件", type=_FILE)
@click.argument("new", metavar="现文件", type=_FILE)
@option_file("--out", "变动明细的文件名；只覆盖本工具生成的变动明细", required=False)
@options("settings", "json", "as-of", "jobs")
def compare(
    old: Path, new: Path, out: Path | None, settings: Path | None, as_json: bool, as_of: date,
    jobs: int,
) -> int:  # fmt: skip
    """比对两份台账或两个汇总表：列出新增、修改、删除的行和已改正、仍存在的问题。"""
    start_workers_early()
    from addin.actions.exchange.compare import compare_files

    result = compare_files(old, new, as_of=as_of, out=out, settings_file=settings, jobs=jobs)
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_comparison(result)
    return 0


@cli.command(example="bangdai publish 固原市汇总.xlsx 下发")
@click.argument("consolidated", metavar="汇总表", type=_FILE)
@click.argument("folder", metavar="文件夹", type=click.Path(path_type=Path))
def publish(consolidated: Path, folder: Path) -> int:
    """下发通报：将汇总表中的答复、经验、排名和通报生成下发文件，由各乡镇用“接收下发”接收。"""
    from addin.actions.exchange.publish import publish as run

    console.show_publication(run(consolidated, folder))
    return 0


@cli.command(
    example="bangdai receive 开城镇.xlsx --package 固原市下发通报.xlsx --out 开城镇-已接收.xlsx"
)
@one_ledger
@click.option("--package", type=_FILE, required=True, metavar="文件", help="市、县下发的通报文件")
@option_file("--out", "新台账的文件名；原台账不改动")
@options("settings", "as-of")
def receive(path: Path, package: Path, out: Path, settings: Path | None, as_of: date) -> int:
    """接收下发：将市、县下发给本单位的答复、经验、排名和通报填入“交流园地”。"""
    from addin.actions.exchange.package import read_package
    from addin.actions.exchange.receive import receive_posts
    from addin.actions.ledger_set import write_changed_copy

    received = read_package(package)
    result = write_changed_copy(
        partial(receive_posts, package=received), path, out, as_of=as_of, settings_file=settings
    )
    console.show_change(result)
    return 0
