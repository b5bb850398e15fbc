"""Commands between a superior and the townships: return ledgers, compare, publish and receive."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from addin.cli import console
from addin.cli.group import cli, ledgers, option_file, options, start_workers_early


@cli.command(name="return", example="bangdai return 上报台账 --out 退回台账")
@ledgers
@option_file("--out", "退回的台账和退回清单放到哪个文件夹；不覆盖已有的台账")
@options("settings", "as-of", "jobs")
def return_(path: Path, out: Path, settings: Path | None, as_of: date, jobs: int) -> int:
    """退回问题：有问题的台账各另存一份，标色、加批注、列出校验结果，并写好发给乡镇的通知。"""
    start_workers_early()
    from addin.actions.exchange.return_ledgers import return_ledgers

    with console.progress("退回问题") as step:
        result = return_ledgers(
            path, out, as_of=as_of, settings_file=settings, jobs=jobs, progress=step
        )
    console.show_return(result)
    return result.exit_code
