"""Commands that roll the work log up: growth cards."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from addin import speaking
from addin.cli.group import cli
from addin.cli.options import (
    PATHS,
    option_as_of,
    option_file,
    option_jobs,
    option_settings,
    start_workers_early,
)

__all__ = ["cards"]


@cli.command(example="bangdai cards 开城镇.xlsx --out 开城镇-成长档案卡.xlsx")
@click.argument("path", metavar="文件或文件夹", type=PATHS)
@option_file("--out", "写到哪个文件；只覆盖本工具生成的成长档案卡")
@click.option(
    "--mentee", "mentees", multiple=True, metavar="对象编号",
    help="只做这位对象的卡，可写多次；默认全部",
)  # fmt: skip
@option_settings()
@option_as_of()
@option_jobs()
def cards(
    path: Path, out: Path, mentees: tuple[str, ...], settings: Path | None, as_of: date, jobs: int
) -> int:
    """制作成长档案卡：一人一册，A4 纸打印，含六个方面雷达图和帮带记录。"""
    start_workers_early()
    from addin.actions.carding import write_cards

    with speaking.progress("制作成长档案卡") as step:
        done = write_cards(
            path, out, as_of=as_of, mentees=mentees, settings_file=settings, jobs=jobs,
            progress=step,
        )  # fmt: skip
    speaking.show_carded(done)
    return done.exit_code
