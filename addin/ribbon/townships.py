"""Buttons of the group 台账 between a superior and the townships."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from addin import clock, sentences
from addin.ribbon import button
from addin.ribbon.session import open_new, tell, telling_progress

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
