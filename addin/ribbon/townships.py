"""Buttons of the group 台账 between a superior and the townships."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from addin import clock, sentences
from addin.ribbon import button
from addin.ribbon.session import (
    ask_target,
    folder_of,
    open_new,
    reading,
    status,
    tell,
    telling_progress,
    write,
)
from validators.sheets import ExchangeRow

if TYPE_CHECKING:
    import xlwings as xw


@button(
    "退回问题", group="台账", icon="ReviewNewComment",
    help="选择放台账的文件夹：有问题的台账各另存一份，问题单元格标色并加批注，并写好发给各乡镇的通知。"
    "原台账不变。",
)  # fmt: skip
def return_ledgers(book: xw.Book) -> None:
    """Write marked copies of a folder's ledgers beside it, and open 退回清单."""
    from addin.actions.exchange.return_ledgers import return_ledgers as return_folder
    from workbooks.files import free_path
    from workbooks.live.host import host
    from workbooks.live.suspended_ui import suspended_ui

    folder = host().choose_folder(book, "要退回问题的台账放在哪个文件夹？")
    if folder is None:
        tell(book, (), "已取消，没有退回。")
        return
    as_of = clock.today()
    out = free_path(folder.parent, f"{folder.name}-退回（{as_of.isoformat()}）", "")
    with suspended_ui(book), telling_progress(book, return_ledgers) as progress:
        result = return_folder(
            folder, out, as_of=as_of, jobs=os.cpu_count() or 1, progress=progress
        )
    opened = open_new(book, result.listing)
    where = f"退回的台账和退回清单在文件夹“{out}”，把清单里的通知和台账一起发给乡镇。"
    closed = () if opened else ("另一本退回清单还开着，请先关闭，再打开这一本。",)
    tell(book, sentences.return_lines(result), result.total, where, *closed)


@button(
    "下发通报", group="台账", icon="MenuPublish",
    help="选择汇总表，把答复、经验、排名和通报写成一个下发文件，发给各乡镇用“接收下发”取走。个人电话自动打码。",
)  # fmt: skip
def publish(book: xw.Book) -> None:
    """Write the package of what a consolidated workbook publishes, and open it to be looked at."""
    from addin.actions.exchange.publish import PublishResult, gather_posts, package_name, write_to
    from workbooks.live.host import host

    source = host().choose_file(book, "要下发哪个汇总表的内容？")
    if source is None:
        tell(book, (), "已取消，没有下发。")
        return
    package, late = gather_posts(source)
    out = ask_target(book, "下发文件保存到哪里？", package_name(package), folder_of(book))
    if out is None:
        tell(book, (), "已取消，没有下发。")
        return
    write_to(out, package)
    open_new(book, out)
    result = PublishResult(package, out, late)
    where = f"下发文件：{out}，请发给各乡镇，在台账里点“接收下发”。"
    tell(book, sentences.publication_lines(result), result.total, where)


@button(
    "接收下发", group="台账", icon="FileOpen", needs=ExchangeRow,
    help="选择市、县下发的通报文件，把给本单位的答复、经验、排名和通报收进“交流园地”；您填的内容不动。",
)  # fmt: skip
def receive(book: xw.Book) -> None:
    """Add what a superior published to 交流园地."""
    from addin.actions.exchange.package import read_package
    from addin.actions.exchange.receive import receive_posts
    from addin.actions.ledger_set import DatedLedger
    from workbooks.live.host import host

    path = host().choose_file(book, "要接收哪个下发文件？")
    if path is None:
        tell(book, (), "已取消，没有接收。")
        return
    with reading(book, receive) as opened:
        status(book, f"{receive.label}：正在读取“{path.name}”……")
        package = read_package(path)
        dated = DatedLedger(opened.examined, opened.as_of, opened.generated)
        change = receive_posts(dated, package)
    remarks = write(book, receive, change.updates).remarks if change.updates else ()
    tell(book, [*remarks, *change.details], *change.sentences)
