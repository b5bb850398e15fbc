"""Buttons of the group 台账: new_ledger, carry_over, consolidate; each makes a workbook and opens it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import xlwings as xw

from addin import clock
from addin.actions.consolidating import consolidate as consolidated
from addin.actions.examining import Progress
from addin.actions.starting import next_year, start_ledger
from addin.buttons import button
from addin.ribbon.targets import ask_target, open_new
from addin.ribbon.working import reading, tell
from addin.sentences import consolidation_lines, consolidation_totals
from validators.divisions import CITY, by_code, find_unit, full_name
from validators.errors import UsageError
from workbooks.live.busy import ExcelBusy, patiently
from workbooks.live.host import host
from workbooks.live.quiet import quiet

__all__ = ["carry_over", "consolidate", "new_ledger"]


def new_ledger(book: xw.Book) -> None:
    """新建台账: the blank ledger of a unit the clerk names."""
    question = "为哪个乡镇（街道）新建台账？请填名称（如 开城镇）或 9 位区划代码。"
    answer = patiently(lambda: host().ask(book, question))
    if not answer or not answer.strip():
        tell(book, (), "已取消，没有新建台账。")
        return
    unit, as_of = find_unit(answer.strip()), clock.today()
    target = ask_target(book, "新台账保存到哪里？", f"{unit.name}{as_of.year}年台账")
    if target is None:
        tell(book, (), "已取消，没有新建台账。")
        return
    started = start_ledger(unit.code, target, year=as_of.year, as_of=as_of)
    open_new(book, started.out)
    tell(book, (), started.sentence, "请先填写“填报信息”。")


def carry_over(book: xw.Book) -> None:
    """结转: the next year's ledger from the one that is open, as it is now, saved or not."""
    with reading(book, button("carry_over")) as opened:
        ledger = opened.examined.ledger
        code = next(iter(ledger.unit_codes.values()), "")
        if not code:
            raise UsageError("“填报信息”里没有能用的区划代码", "请先改正区划代码再结转")
        unit, year = find_unit(code), next_year(ledger, opened.as_of)
    target = ask_target(book, f"{year} 年度的台账保存到哪里？", f"{unit.name}{year}年台账")
    if target is None:
        tell(book, (), "已取消，没有结转。")
        return
    started = start_ledger(unit.code, target, year=year, as_of=opened.as_of, last=ledger)
    open_new(book, started.out)
    tell(book, (), started.sentence, f"“{book.name}”没有改动。")


def consolidate(book: xw.Book) -> None:
    """汇总乡镇台账: every ledger of a folder added up in one workbook."""
    asked = _asked(book)
    if asked is None:
        tell(book, (), "已取消，没有汇总。")
        return
    folder, scope, target = asked
    with quiet(book), _telling(book) as progress:
        done = consolidated(
            [folder], target, as_of=clock.today(), jobs=os.cpu_count() or 1, scope=scope,
            progress=progress,
        )  # fmt: skip
    open_new(book, done.out)
    tell(book, consolidation_lines(done), *consolidation_totals(done))


def _asked(book: xw.Book) -> tuple[Path, str, Path] | None:
    """Return the folder, the code of what is added up, and the target; None where one is cancelled.

    Raises:
        UnknownDivision: There is no such city or county.
    """
    folder = patiently(lambda: host().choose_folder(book, "各乡镇的台账放在哪个文件夹？"))
    if folder is None:
        return None
    question = "汇总到哪一级？请填市名，或一个县（区）的名称。"
    answer = patiently(lambda: host().ask(book, question, by_code()[CITY].name))
    if not answer or not answer.strip():
        return None
    scope = find_unit(answer.strip())
    if scope.level == "township":
        raise UsageError(
            f"“{scope.name}”是乡镇（街道），不能再往下汇总", "请填市名，或县（区）的名称"
        )
    name = f"{full_name(scope)}导师帮带汇总（{clock.today().isoformat()}）"
    # beside the folder: in it, it would go to the city with the ledgers
    target = ask_target(book, "汇总表保存到哪里？", name, folder.parent)
    return None if target is None else (folder, scope.code, target)


@contextmanager
def _telling(book: xw.Book) -> Iterator[Progress]:
    """Yield what tells in the status bar how far reading has come."""
    label = button("consolidate").label

    def show(text: str) -> None:
        book.app.status_bar = text

    def step(done: int, total: int, file: str) -> None:
        with suppress(ExcelBusy):  # a clerk who clicks about meanwhile misses one text
            patiently(lambda: show(f"{label}：{done}/{total}　{file}"), 0)

    yield step
