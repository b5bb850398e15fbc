"""The command that brings in what a unit has already."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from addin.cli import console
from addin.cli.group import PATHS, cli, option_file, options

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.command(
    name="import",
    example="bangdai import 导师名册.xlsx 帮带记录.csv --unit 开城镇 --out 开城镇.xlsx",
)
@click.argument("paths", metavar="文件或文件夹…", nargs=-1, required=True, type=PATHS)
@click.option(
    "--unit", metavar="乡镇", default="", help="所属乡镇（街道）；不写的按文件名、标题和内容识别"
)
@option_file(
    "--out",
    "新台账的文件名；属于几个单位的填文件夹，每个单位一份；与 --into 同用的另存",
    required=False,
)
@click.option(
    "--into",
    type=_FILE,
    metavar="台账",
    help="导入到已有的台账；不写 --out 的，先保留一份注明日期的备份",
)
@click.option(
    "--mapping", type=_FILE, metavar="文件", help="确认后的“导入对照”；与台账在同一文件夹的自动采用"
)
@options("json", "as-of", "jobs")
def import_(
    paths: tuple[Path, ...], unit: str, out: Path | None, into: Path | None, mapping: Path | None,
    as_json: bool, as_of: date, jobs: int,
) -> int:  # fmt: skip
    """导入原有台账：名册、登记表、记录和问卷导出的表，导入台账；不能确定的列先行确认，来源文件不改动。"""
    from addin.actions.imports.import_files import import_files

    with console.progress("导入原有台账") as step:
        result = import_files(
            paths, out, unit=unit, into=into, mapping=mapping, as_of=as_of, jobs=jobs, progress=step
        )
    if as_json:
        console.say_json(result.as_json())
    else:
        console.show_import(result)
    return result.exit_code
