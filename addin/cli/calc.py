"""The buttons without Excel: `bangdai calc` presses them in a LibreOffice that has no window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

import click

from addin import clock
from addin.cli import console
from addin.cli.group import Command, cli, one_ledger, option_file, options
from validators.errors import UsageError

if TYPE_CHECKING:
    import xlwings as xw


class _WithMenu(Command):
    """A command whose help lists the buttons, by group."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help and the buttons, a line for each group."""
        from addin.buttons import buttons

        super().format_help_text(ctx, formatter)
        formatter.write_paragraph()
        with formatter.indentation():
            for group, members in groupby(buttons(), key=lambda button: button.group):
                labels = "　".join(button.label for button in members)
                formatter.write(f"{'':{formatter.current_indent}}{group}：{labels}\n")


@cli.command(
    cls=_WithMenu, example="bangdai calc 开城镇.xlsx --button 录入校验 --out 开城镇-已校验.xlsx"
)
@one_ledger
@click.option(
    "--button", "names", multiple=True, required=True, metavar="按钮",
    help="执行的按钮，可写多次，依次执行，如“一键更新”后“撤销上一步”",
)  # fmt: skip
@option_file("--out", "结果的文件名；原文件不改动")
@click.option("--select", metavar="单元格", help="执行每个按钮前选中的单元格，如 成长档案!A5")
@click.option(
    "--answer", "answers", multiple=True, metavar="文本",
    help="按钮提问时的回答，按提问次序填写，可写多次；未回答的问题按取消处理，确认框一律同意",
)  # fmt: skip
@options("as-of")
def calc(
    path: Path, names: tuple[str, ...], out: Path, select: str | None, answers: tuple[str, ...],
    as_of: date,
) -> int:  # fmt: skip
    """不用 Excel 执行按钮：在无窗口的 LibreOffice 中依次执行（仅用于 Linux）。"""
    from addin.buttons import find_button
    from addin.hosts.calc import run_button

    chosen = [find_button(name) for name in names]

    def press_all(book: xw.Book) -> None:
        for button in chosen:
            book.activate()  # one before it may have opened another
            if select:
                _select(book, select)
            with _shown(book, button.label):
                button.press(book)

    with clock.as_if(as_of):
        run_button(path, press_all, out, answers=answers)
    console.say(f"已保存到：{out}　原文件未改动。")
    return 0


def _select(book: xw.Book, place: str) -> None:
    """Select cells such as 成长档案!A5.

    Raises:
        UsageError: There is no such sheet, or that is no address.
    """
    name, _, address = place.rpartition("!")
    sheet = next((tab for tab in book.sheets if tab.name == name.strip("'")), None)
    if sheet is None:
        raise UsageError(f"没有可选中的“{place}”", "请填写为“工作表名!单元格”，如 成长档案!A5")
    try:
        cells = sheet.range(address)
    except Exception as problem:  # every engine has its own
        raise UsageError(
            f"“{address}”不是单元格", "请填写为“工作表名!单元格”，如 成长档案!A5"
        ) from problem
    cells.select()


@contextmanager
def _shown(book: xw.Book, label: str) -> Iterator[None]:
    """Print what a button shows: its messages, and the last text of the status bar."""
    app = book.app.impl
    alerts, statuses = len(app.alerts), len(app.statuses)
    try:
        yield
    finally:
        console.say(f"■ {label}")
        for alert in app.alerts[alerts:]:
            console.say(indent(alert.prompt, "  "))
        if app.statuses[statuses:]:
            console.say(f"  状态栏：{app.statuses[-1]}")
