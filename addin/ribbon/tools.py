"""Buttons of the group 工具: undo, settings, manual."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import xlwings as xw

from addin.actions.manual import manual_page
from addin.actions.open_ledger import needs
from addin.buttons import button
from addin.ribbon.session import agrees, show_sheet, tell
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SettingRow
from workbooks.live.host import host
from workbooks.live.undo import changed_since, undo_last
from workbooks.template.layout import GUIDE_SHEET

_NAMED = 10
"""Cells named in a question."""


def undo(book: xw.Book) -> None:
    """撤销上一步: put back what the last button changed; ask before the clerk's own work is lost."""
    needs(book, button("undo").sheet)
    changed = changed_since(book)
    if changed and not agrees(
        book, (), f"上一步之后您又改了 {len(changed)} 处：{_some(changed)}。",
        "撤销会把这些地方也恢复成原来的内容。继续吗？",
    ):  # fmt: skip
        return
    label = undo_last(book)
    if label is None:
        tell(book, (), "没有可以撤销的步骤。", "只能撤销本次打开台账后点按钮所做的改动。")
    else:
        tell(book, (), f"已撤销“{label}”，内容和格式都恢复到点按钮之前。")


def _some(places: Sequence[str]) -> str:
    more = " 等" if len(places) > _NAMED else ""
    return "、".join(places[:_NAMED]) + more


def settings(book: xw.Book) -> None:
    """设置: show 参数."""
    needs(book, SettingRow.sheet.key)
    name = _tab(book, SettingRow.sheet.name)
    if not show_sheet(book, name):
        raise UsageError(
            f"工作表“{name}”被隐藏，不能显示", "请在任一工作表标签上点右键，取消隐藏后再点"
        )


def manual(book: xw.Book) -> None:
    """使用说明: show the ledger's own, or a page where no ledger is open."""
    guide = _tab(book, GUIDE_SHEET)
    if not guide or not show_sheet(book, guide):
        folder = Path(tempfile.mkdtemp(prefix="bangdai-"))
        host().show_page(manual_page(folder))


def _tab(book: xw.Book, name: str) -> str:
    """Return a tab's name as it is written in this workbook, "" where there is none."""
    names = [sheet.name for sheet in book.sheets]
    return next((one for one in names if squeeze(one) == name), "")
