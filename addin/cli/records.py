"""Commands on what a ledger's records come to: update, flags, awards, cards."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from addin.cli import console
from addin.cli.group import cli, ledgers, option_file, options, start_workers_early

if TYPE_CHECKING:
    from addin.actions.ledger_set import LedgerSet


@cli.command(example="bangdai update 开城镇.xlsx")
@ledgers
@option_file(
    "--out",
    "更新后的台账的保存位置；更新文件夹的，填另一个文件夹；不写的直接更新原台账",
    required=False,
)
@click.option(
    "--apply-decisions", is_flag=True,
    help="期满考核、培养转化、销号批准、导师库调整的决定，相应的状态和日期一并更新；不写的先询问",
)  # fmt: skip
@click.option("--accept-duties", is_flag=True, help="将职责编号建议填入空白的职责编号，计入职责")
@options("settings", "as-of", "jobs")
def update(
    path: Path,
    out: Path | None,
    apply_decisions: bool,
    accept_duties: bool,
    settings: Path | None,
    as_of: date,
    jobs: int,
) -> int:
    """一键更新：重新计算全部生成的表，补全缺少的编号；更新前的台账存入旁边的“备份”文件夹。"""
    start_workers_early()
    from addin.actions.update import update_ledgers

    with console.progress("更新台账") as step:
        result = update_ledgers(
            path, out, as_of=as_of, settings_file=settings, jobs=jobs, progress=step,
            agrees=partial(console.agrees_to_decisions, given=apply_decisions), accept=accept_duties,
        )  # fmt: skip
    console.show_update(result)
    return result.exit_code


@cli.command(example="bangdai flags 上报台账 --as-of 2026-06-30")
@ledgers
@options("settings", "json", "as-of", "jobs")
def flags(path: Path, settings: Path | None, as_json: bool, as_of: date, jobs: int) -> int:
    """预警研判：列出帮带出现问题的对象、依据和建议措施，并提示雷同的日志。"""
    start_workers_early()
    from addin.actions.flags import flag_mentees
    from validators.sheets import FlagRow

    ledger_set = _read("预警研判", path, settings, as_of, jobs)
    result = flag_mentees(ledger_set)
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_flags(result)
    return 2 if ledger_set.report.unreadable else int(bool(ledger_set.unsure(FlagRow)))


@cli.command(example="bangdai awards 上报台账 --year 2026")
@ledgers
@click.option(
    "--year", type=click.IntRange(2020, 2100), metavar="年份", help="评选年度，默认台账的年度"
)
@options("settings", "json", "as-of", "jobs")
def awards(
    path: Path, year: int | None, settings: Path | None, as_json: bool, as_of: date, jobs: int
) -> int:
    """金牌导师：逐项得分、硬性条件和入围名单。"""
    start_workers_early()
    from addin.actions.awards import score_mentors
    from validators.sheets import AwardRow

    ledger_set = _read("评金牌导师", path, settings, as_of, jobs)
    result = score_mentors(ledger_set, year)
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_awards(result)
    return 2 if ledger_set.report.unreadable else int(bool(ledger_set.unsure(AwardRow)))


@cli.command(example="bangdai cards 开城镇.xlsx --out 开城镇-成长档案卡.xlsx")
@ledgers
@option_file("--out", "保存的文件名；只覆盖本工具生成的成长档案卡")
@click.option(
    "--mentee", "mentees", multiple=True, metavar="对象",
    help="只生成该对象的档案卡，填编号或姓名，可写多次；默认全部",
)  # fmt: skip
@options("settings", "as-of", "jobs")
def cards(
    path: Path, out: Path, mentees: tuple[str, ...], settings: Path | None, as_of: date, jobs: int
) -> int:
    """制作成长档案卡：一人一册，A4 纸打印，含六个方面雷达图和帮带记录。"""
    start_workers_early()
    from addin.actions.cards import write_cards

    with console.progress("制作成长档案卡") as step:
        result = write_cards(
            path, out, as_of=as_of, mentees=mentees, settings_file=settings, jobs=jobs,
            progress=step,
        )  # fmt: skip
    console.show_cards(result)
    return result.exit_code


def _read(title: str, path: Path, settings: Path | None, as_of: date, jobs: int) -> LedgerSet:
    """Read the ledger or ledgers a command judges, with a progress bar."""
    from addin.actions.ledger_set import read_ledgers

    with console.progress(title) as step:
        return read_ledgers(path, as_of=as_of, settings_file=settings, jobs=jobs, progress=step)
