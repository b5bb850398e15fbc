"""Buttons of the group 工具: undo, settings, manual."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from addin.ribbon import button
from addin.ribbon.session import agrees, show_sheet, tell
from addin.sentences import some
from validators.errors import UsageError
from validators.normalise import squeeze
from validators.sheets import SHEETS, SettingRow

if TYPE_CHECKING:
    import xlwings as xw


@button(
    "撤销上一步", group="工具", icon="Undo", large=True,
    help="恢复上一次点按钮之前的内容和格式，可以连续撤销几步。",
)  # fmt: skip
def undo(book: xw.Book) -> None:
    """Put back what the last button changed; ask before the clerk's own work is lost."""
    from workbooks.live.undo import changed_since, undo_last

    changed = changed_since(book)
    if changed and not agrees(
        book, (), f"上一步之后又更改了 {len(changed)} 处：{some(changed)}。",
        "撤销时上述内容一并恢复。是否继续？",
    ):  # fmt: skip
        return
    label = undo_last(book)
    if label is None:
        tell(book, (), "没有可撤销的步骤。", "只能撤销本次打开台账后点按钮所做的改动。")
    else:
        tell(book, (), f"已撤销“{label}”，内容和格式均恢复到点按钮之前。")


@button(
    "设置", group="工具", icon="PropertySheet", needs=SettingRow,
    help="显示“参数”“职责模板”等平时隐藏的表，再点一次收起；评分权重、次数要求和预警规则在“参数”中设置。",
)  # fmt: skip
def settings(book: xw.Book) -> None:
    """Show the sheets hidden until they are asked for, 参数 in front; hide them if all are shown."""
    from workbooks.live.host import is_hidden, sheets_of
    from workbooks.live.reading import read_table
    from workbooks.template.layout import SETTINGS_SHEET

    tabs = {_tab(book, model.sheet.name): model for model in SHEETS if model.sheet.on_request}
    tabs.pop("", None)
    sheets, page = sheets_of(book), _tab(book, SETTINGS_SHEET)
    hidden = [name for name in tabs if is_hidden(sheets[name])]
    back = bool(page) and not hidden and show_sheet(book, page)
    resting = (
        name
        for name, model in tabs.items()
        if model.sheet.rests_hidden(filled=len(read_table(book, model)) > 0)
    )
    for name in resting if back else hidden:
        with suppress(Exception):  # the workbook's structure is protected
            sheets[name].visible = not back
    if back:
        return
    setting = _tab(book, SettingRow.sheet.name)
    if not show_sheet(book, setting):
        raise UsageError(
            f"工作表“{setting}”被隐藏，不能显示",
            "请先撤销工作簿保护（审阅 → 保护工作簿），再点“设置”",
        )


@button("使用说明", group="工具", icon="Help", help="打开使用说明。")
def manual(book: xw.Book) -> None:
    """Show the ledger's own sheet 使用说明, or a page where no ledger is open."""
    from addin.manual import manual_page
    from workbooks.live.host import host
    from workbooks.template.layout import GUIDE_SHEET

    guide = _tab(book, GUIDE_SHEET)
    if not guide or not show_sheet(book, guide):
        folder = Path(tempfile.mkdtemp(prefix="bangdai-"))
        host().show_page(manual_page(folder))


def _tab(book: xw.Book, name: str) -> str:
    """Return a tab's name as it is written in this workbook, "" where there is none."""
    tabs = [sheet.name for sheet in book.sheets]
    return next((tab for tab in tabs if squeeze(tab) == name), "")
