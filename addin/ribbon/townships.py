"""Buttons of the group 台账 between a superior and the townships."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from addin import clock, sentences
from addin.ribbon import button
from addin.ribbon.session import (
    ask_scope,
    ask_target,
    folder_of,
    open_new,
    reading,
    status,
    tell,
    telling_progress,
    write,
)
from validators.divisions import full_name
from validators.sheets import ExchangeRow

if TYPE_CHECKING:
    from pathlib import Path

    import xlwings as xw

    from addin.domain.reports.period import Period


@button(
    "退回问题", group="台账", icon="ReviewNewComment",
    help="选择台账所在的文件夹：有问题的台账各另存一份，问题单元格标色并加批注，并生成发给各乡镇的通知。"
    "原台账不变。",
)  # fmt: skip
def return_ledgers(book: xw.Book) -> None:
    """Write marked copies of a folder's ledgers beside it, and open 退回清单."""
    from addin.actions.exchange.return_ledgers import return_ledgers as return_folder
    from workbooks.files import free_path
    from workbooks.live.host import host
    from workbooks.live.suspended_ui import suspended_ui

    folder = host().choose_folder(book, "请选择需退回问题的台账所在的文件夹")
    if folder is None:
        tell(book, (), "已取消，未退回。")
        return
    as_of = clock.today()
    out = free_path(folder.parent, f"{folder.name}-退回（{as_of.isoformat()}）", "")
    with suspended_ui(book), telling_progress(book, return_ledgers) as progress:
        result = return_folder(
            folder, out, as_of=as_of, jobs=os.cpu_count() or 1, progress=progress
        )
    opened = open_new(book, result.listing)
    where = f"退回的台账和退回清单在文件夹“{out}”，请将清单中的通知和台账一并发给乡镇。"
    closed = () if opened else ("另一份退回清单仍打开，请先关闭，再打开本清单。",)
    tell(book, sentences.return_lines(result), result.total, where, *closed)


@button(
    "生成季报", group="台账", icon="CreateReport",
    help="选择台账所在的文件夹和时段，生成季报、半年报或年报：一页通、指标对比、情况通报、公示和微信文字。"
    "原台账不变。",
)  # fmt: skip
def period_report(book: xw.Book) -> None:
    """Write the report of a period from a folder's ledgers, and open it."""
    from addin.actions.reports.report import report_period
    from addin.domain.reports.period import parse_period, period_over_by
    from workbooks.live.host import host
    from workbooks.live.suspended_ui import suspended_ui
    from workbooks.reports.pdf import print_pdf

    folder = host().choose_folder(book, "请选择各乡镇台账所在的文件夹")
    question = "请填写报告时段：季度如 2026Q2，半年如 2026H1，年度如 2026。"
    as_of = clock.today()
    asked = folder and host().ask(book, question, period_over_by(as_of).code)
    period = parse_period(asked) if asked and asked.strip() else None
    scope = ask_scope(book, "请填写报告范围：市名，或一个县（区）的名称。") if period else None
    previous = _last_years(book, period) if period and scope else None
    target = None
    if folder and period and scope:
        name = f"{full_name(scope)}{period}导师帮带{period.report}"
        target = ask_target(book, "报告的保存位置", name, folder.parent)
    if folder is None or period is None or scope is None or target is None:
        tell(book, (), "已取消，未生成报告。")
        return
    with suspended_ui(book), telling_progress(book, period_report) as progress:
        result = report_period(
            folder, target, period, as_of=as_of, previous=previous, scope=scope.code,
            jobs=os.cpu_count() or 1, progress=progress,
        )  # fmt: skip
        status(book, f"{period_report.label}：正在生成 PDF……")
        pdf = print_pdf(result.out)
    open_new(book, result.out)
    tell(book, result.files, *result.sentences, sentences.pdf_line(pdf))


def _last_years(book: xw.Book, period: Period) -> Path | None:
    """Ask for last year's ledgers where the period before lies in them; None without."""
    from workbooks.live.host import host

    if period.before.last.year == period.last.year:
        return None
    return host().choose_folder(
        book, f"{period.before}在上年台账中：请选择上年台账所在的文件夹，不对比的请取消"
    )


@button(
    "下发通报", group="台账", icon="MenuPublish",
    help="选择汇总表，将答复、经验、排名和通报生成下发文件，由各乡镇点“接收下发”接收。个人电话自动隐去中间四位。",
)  # fmt: skip
def publish(book: xw.Book) -> None:
    """Write the package of what a consolidated workbook publishes, and open it to be looked at."""
    from addin.actions.exchange.publish import PublishResult, gather_posts, package_name, write_to
    from workbooks.live.host import host

    source = host().choose_file(book, "请选择需下发内容的汇总表")
    if source is None:
        tell(book, (), "已取消，未下发。")
        return
    package, unsent = gather_posts(source)
    out = ask_target(book, "下发文件的保存位置", package_name(package), folder_of(book))
    if out is None:
        tell(book, (), "已取消，未下发。")
        return
    write_to(out, package)
    open_new(book, out)
    result = PublishResult(package, out, unsent)
    where = f"下发文件：{out}，请发给各乡镇，由其在台账中点“接收下发”。"
    tell(book, result.unsent, result.total, where)


@button(
    "接收下发", group="台账", icon="FileOpen", needs=ExchangeRow,
    help="选择市、县下发的通报文件，将下发给本单位的答复、经验、排名和通报填入“交流园地”；自行填写的内容不变。",
)  # fmt: skip
def receive(book: xw.Book) -> None:
    """Add what a superior published to 交流园地."""
    from addin.actions.exchange.package import read_package
    from addin.actions.exchange.receive import receive_posts
    from addin.actions.ledger_set import DatedLedger
    from workbooks.live.host import host

    path = host().choose_file(book, "请选择需接收的下发文件")
    if path is None:
        tell(book, (), "已取消，未接收。")
        return
    with reading(book, receive) as opened:
        status(book, f"{receive.label}：正在读取“{path.name}”……")
        package = read_package(path)
        dated = DatedLedger(opened.examined, opened.as_of, opened.generated)
        change = receive_posts(dated, package)
    remarks = write(book, receive, change.updates).remarks if change.updates else ()
    tell(book, [*remarks, *change.details], *change.sentences)
