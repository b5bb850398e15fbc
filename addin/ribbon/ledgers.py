"""Buttons of the group 台账: each makes a workbook."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from addin import clock, sentences
from addin.ribbon import button
from addin.ribbon.session import (
    agrees,
    ask_scope,
    ask_target,
    open_new,
    reading,
    tell,
    telling_progress,
    write,
)
from validators.divisions import find_unit, full_name
from validators.errors import UsageError
from validators.sheets import UnitRow

if TYPE_CHECKING:
    import xlwings as xw

    from addin.actions.decisions.submit import Submission


@button(
    "新建台账", group="台账", icon="FileNew", large=True, help="为一个乡镇（街道）新建一份空白台账。",
)  # fmt: skip
def new_ledger(book: xw.Book) -> None:
    """Write the blank ledger of a unit the clerk names."""
    from addin.actions.new import start_ledger
    from workbooks.live.host import host

    question = "请填写新建台账的乡镇（街道）名称（如 开城镇）或 9 位区划代码。"
    answer = host().ask(book, question)
    if not answer or not answer.strip():
        tell(book, (), "已取消，未新建台账。")
        return
    unit, as_of = find_unit(answer.strip()), clock.today()
    target = ask_target(book, "新台账的保存位置", f"{unit.name}{as_of.year}年台账")
    if target is None:
        tell(book, (), "已取消，未新建台账。")
        return
    started = start_ledger(unit.code, target, year=as_of.year, as_of=as_of)
    open_new(book, started.out)
    tell(book, (), started.sentence, "请先填写“填报信息”。")


@button(
    "结转", group="台账", icon="FileSaveAs", needs=UnitRow,
    help="将导师、对象、结对和研判所需的上年记录带入新年度台账，编号接续；本年台账不变。",
)  # fmt: skip
def carry_over(book: xw.Book) -> None:
    """Write the next year's ledger from the one that is open, as it is now, saved or not."""
    from addin.actions.new import next_year, start_ledger

    with reading(book, carry_over) as opened:
        ledger = opened.examined.ledger
        code = next(iter(ledger.unit_codes.values()), "")
        if not code:
            raise UsageError("“填报信息”中没有可用的区划代码", "请先改正区划代码后再结转")
        unit, year = find_unit(code), next_year(ledger, opened.as_of)
    target = ask_target(book, f"{year} 年度台账的保存位置", f"{unit.name}{year}年台账")
    if target is None:
        tell(book, (), "已取消，未结转。")
        return
    started = start_ledger(unit.code, target, year=year, as_of=opened.as_of, last=ledger)
    open_new(book, started.out)
    tell(book, (), started.sentence, f"“{book.name}”未改动。")


@button(
    "汇总乡镇台账", group="台账", icon="Consolidate",
    help="选择台账所在的文件夹，汇总为一个工作簿并打开。个人电话自动隐去中间四位，原台账不变。",
)  # fmt: skip
def consolidate(book: xw.Book) -> None:
    """Add every ledger of a folder up in one workbook."""
    from addin.actions.consolidate import consolidate as consolidate_folder
    from workbooks.live.suspended_ui import suspended_ui

    order = _ask_what_to_consolidate(book)
    if order is None:
        tell(book, (), "已取消，未汇总。")
        return
    folder, scope, target = order
    with suspended_ui(book), telling_progress(book, consolidate) as progress:
        result = consolidate_folder(
            [folder], target, as_of=clock.today(), jobs=os.cpu_count() or 1, scope=scope,
            progress=progress,
        )  # fmt: skip
    open_new(book, result.out)
    tell(book, sentences.consolidation_lines(result), *sentences.consolidation_totals(result))


def _ask_what_to_consolidate(book: xw.Book) -> tuple[Path, str, Path] | None:
    """Return the folder, the code of what is added up, and the target; None where one is cancelled.

    Raises:
        UnknownDivision: There is no such city or county.
    """
    from workbooks.live.host import host

    folder = host().choose_folder(book, "请选择各乡镇台账所在的文件夹")
    if folder is None:
        return None
    scope = ask_scope(book, "请填写汇总范围：市名，或一个县（区）的名称。")
    if scope is None:
        return None
    name = f"{full_name(scope)}导师帮带汇总（{clock.today().isoformat()}）"
    # beside the folder: in it, it would go to the city with the ledgers
    target = ask_target(book, "汇总表的保存位置", name, folder.parent)
    return None if target is None else (folder, scope.code, target)


@button(
    "上报", group="台账", icon="FileSendAsAttachment", needs=UnitRow,
    help="先校验并规范格式，再填写填报时间，另存一份以单位和日期命名的台账用于上报："
    "“BD_”公式转为数值，原有文件不覆盖。",
)  # fmt: skip
def submit(book: xw.Book) -> None:
    """Write the copy that is sent; the open ledger gets 填报时间 and the standard writing."""
    from addin.actions.decisions.submit import Submission, check_target, write_submission
    from workbooks.files import scratch_folder
    from workbooks.live.host import host

    with reading(book, submit) as opened:
        submission = Submission.of(opened.examined, opened.as_of)
    if not _sends(book, submission):
        tell(book, (), "未上报。请点“录入校验”逐条改正后再上报。")
        return
    tidy = _tidies(book, submission)
    target = ask_target(book, "上报台账的保存位置", submission.name)
    if target is None:
        tell(book, (), "已取消，未上报。")
        return
    check_target(target)
    written = write(book, submit, submission.updates(tidy=tidy))
    with scratch_folder() as folder:
        copy = folder / f"copy{Path(book.name).suffix or '.xlsx'}"
        host().save_copy(book, copy)
        formulas = write_submission(copy, target, opened.as_of)
    tidied = len(submission.rewritings) if tidy else 0
    tell(
        book, written.remarks,
        *sentences.submission_sentences(target, opened.as_of, tidied, formulas),
        f"“{book.name}”已填写填报时间，请保存。",
    )  # fmt: skip


def _sends(book: xw.Book, submission: Submission) -> bool:
    """Tell of the errors, if there are any, and ask whether the ledger is sent all the same."""
    if not submission.errors:
        return True
    lines = map(sentences.finding_line, submission.errors)
    total = sentences.errors_total(len(submission.errors))
    return agrees(book, lines, total, "是否仍要上报？选“否”可先改正。")


def _tidies(book: xw.Book, submission: Submission) -> bool:
    """Ask whether odd spellings, if there are any, are written in the standard way."""
    changes = submission.rewritings
    lines = sentences.tidy_lines(changes)
    question = "是否改为规范格式后上报？台账中一并更改，可点“撤销上一步”恢复。"
    return bool(changes) and agrees(book, lines, sentences.tidy_total(len(changes)), question)
