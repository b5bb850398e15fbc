"""Buttons of the group 台账: new_ledger, carry_over, consolidate; each makes a workbook and opens it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import xlwings as xw

from addin import clock
from addin.actions.consolidate import consolidate as consolidated
from addin.actions.new import next_year, start_ledger
from addin.actions.validate import Progress
from addin.buttons import button
from addin.ribbon.session import reading, status, tell
from addin.sentences import consolidation_lines, consolidation_totals
from validators.divisions import CITY, by_code, find_unit, full_name
from validators.errors import UsageError
from workbooks.live.host import host
from workbooks.live.retry import ExcelBusy, retry
from workbooks.live.suspended_ui import suspended_ui

# SECTION Where a button's new workbook goes, and opening it once it is there.

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_ENDING = ".xlsx"


def ask_target(book: xw.Book, title: str, name: str, folder: Path | None = None) -> Path | None:
    """Let the clerk choose where a new workbook goes; None where she cancels.

    Args:
        book: The workbook in front.
        title: What is asked.
        name: The name that is proposed, without ending; another if a file has it already.
        folder: Where it is proposed; beside the workbook in front if None.
    """
    proposal = _free(folder or folder_of(book), _NOT_IN_NAMES.sub("", name).strip())
    chosen = host().choose_target(book, title, proposal)
    if chosen is None or chosen.suffix.lower() == _ENDING:
        return chosen
    return chosen.with_name(f"{chosen.name}{_ENDING}")


def folder_of(book: xw.Book) -> Path:
    """Return the folder a workbook lies in; the clerk's own if it lies nowhere on this computer."""
    try:
        folder = Path(book.fullname).parent
    except Exception:  # of a workbook in the cloud xlwings may not know where it lies here
        folder = Path()
    if folder.is_absolute() and folder.is_dir():
        return folder
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def open_new(book: xw.Book, path: Path) -> None:
    """Open a workbook that was just written, beside the one in front."""
    book.app.books.open(path)


def _free(folder: Path, name: str) -> Path:
    """Return a path in `folder` where nothing stands."""
    path, number = folder / f"{name}{_ENDING}", 1
    while path.exists():
        number += 1
        path = folder / f"{name}（{number}）{_ENDING}"
    return path


# SECTION Buttons of the group 台账: new_ledger, carry_over, consolidate; each makes a workbook and opens it.


def new_ledger(book: xw.Book) -> None:
    """新建台账: the blank ledger of a unit the clerk names."""
    question = "为哪个乡镇（街道）新建台账？请填名称（如 开城镇）或 9 位区划代码。"
    answer = host().ask(book, question)
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
    with suspended_ui(book), _telling(book) as progress:
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
    folder = host().choose_folder(book, "各乡镇的台账放在哪个文件夹？")
    if folder is None:
        return None
    question = "汇总到哪一级？请填市名，或一个县（区）的名称。"
    answer = host().ask(book, question, by_code()[CITY].name)
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

    def step(done: int, total: int, file: str) -> None:
        with suppress(ExcelBusy):  # a clerk who clicks about meanwhile misses one text
            retry(lambda: status(book, f"{label}：{done}/{total}　{file}"), seconds=0)

    yield step
