"""Commands that pair: suggest, confirm, print what was confirmed, and end what is over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from addin.cli import console
from addin.cli.group import cli, ledgers, one_ledger, option_file, options, start_workers_early


@cli.command(example="bangdai pair 开城镇.xlsx --out 开城镇-结对建议.xlsx")
@ledgers
@option_file(
    "--out", "新台账的保存位置；汇总文件夹的，填一个文件夹或一个汇总的 .xlsx", required=False
)
@click.option("--reopen", is_flag=True, help="连同帮带中的对象一并重新安排")
@click.option(
    "--why",
    nargs=2,
    metavar="导师 对象",
    help="说明建议或不建议该对结对的理由，填编号或姓名，不生成文件",
)
@options("settings", "json", "as-of", "jobs")
def pair(
    path: Path, out: Path | None, reopen: bool, why: tuple[str, str] | None,
    settings: Path | None, as_json: bool, as_of: date, jobs: int,
) -> int:  # fmt: skip
    """生成结对建议：为待结对的对象提出导师人选，列明各项得分和理由。"""
    start_workers_early()
    from addin.actions.pair import suggest_pairings

    with console.progress("生成结对建议") as step:
        result = suggest_pairings(
            path, None if why else out, as_of=as_of, settings_file=settings, reopen=reopen,
            jobs=jobs, progress=step,
        )  # fmt: skip
    if why:
        console.say(result.why(*why))
    elif as_json:
        console.say_json(result.as_json())
    else:
        console.show_suggestions(result)
    return result.exit_code


@cli.command(example="bangdai confirm 开城镇-结对建议.xlsx --out 开城镇-已结对.xlsx")
@one_ledger
@option_file("--out", "新台账的文件名")
@option_file("--papers", "聘书、协议和仪式名单的文件名，默认与新台账同一文件夹", required=False)
@click.option(
    "--replace", is_flag=True, help="需一名导师且已有导师的对象更换为所选导师，原结对终止"
)
@options("as-of")
def confirm(path: Path, out: Path, papers: Path | None, replace: bool, as_of: date) -> int:
    """确认结对：将采纳和组织指定的建议转入结对台账，并生成职责、聘书和协议。"""
    from addin.actions.confirm import confirm_pairings

    result = confirm_pairings(path, out, papers=papers, as_of=as_of, replace=replace)
    console.show_confirmation(result)
    return 0


@cli.command(example="bangdai papers 开城镇.xlsx --out 开城镇-结对材料.xlsx")
@one_ledger
@option_file("--out", "保存的文件名；只覆盖本工具生成的结对材料")
@click.option(
    "--pairing", "pairings", multiple=True, metavar="结对编号",
    help="只生成该对结对的材料，可写多次；默认最近一个结对日期的全部结对",
)  # fmt: skip
@options("as-of")
def papers(path: Path, out: Path, pairings: tuple[str, ...], as_of: date) -> int:
    """聘书与协议：为“结对台账”中已有的结对重新生成聘书、协议和仪式名单。"""
    from addin.actions.papers import reprint

    result = reprint(path, out, as_of=as_of, pairings=pairings)
    console.show_papers(result)
    return result.exit_code


@cli.command(example="bangdai complete 开城镇.xlsx --out 开城镇-期满处理.xlsx")
@one_ledger
@option_file("--out", "新台账的文件名；原台账不改动")
@option_file("--papers", "出师证书、期满证书的文件名，默认与新台账同一文件夹", required=False)
@click.option(
    "--pairing", "pairings", multiple=True, metavar="结对编号",
    help="只生成该对结对的证书，可写多次；默认最近考核的全部结对",
)  # fmt: skip
@options("settings", "as-of")
def complete(
    path: Path, out: Path, papers: Path | None, pairings: tuple[str, ...],
    settings: Path | None, as_of: date,
) -> int:  # fmt: skip
    """期满处理：生成期满考核的行，按已填的考核更新状态和期满日期，并生成证书。"""
    start_workers_early()
    from addin.actions.decisions.complete import complete_pairings

    result = complete_pairings(
        path, out, as_of=as_of, papers=papers, pairings=pairings, settings_file=settings
    )
    console.show_completion(result)
    return 0
