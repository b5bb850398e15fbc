"""目录: every card with a link, and what a clerk looks for in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from xlsxwriter.worksheet import Worksheet

from validators.vocabulary import DutyProgress, PairingStatus
from workbooks.cards.content import Card, Cards
from workbooks.cards.lines import BORDER
from workbooks.printed.flow import Flow, Page
from workbooks.printed.words import plain, shortened
from workbooks.template.styles import Styles

__all__ = ["Entry", "write_index"]

_PAGE = Page(landscape=False, side=38, top=44, bottom=48)
_COLUMNS = (
    ("序号", 26), ("编号", 94), ("姓名（名称）", 84), ("类别", 76), ("现任导师", 68),
    ("联系\n次数", 32), ("职责\n完成", 34), ("成长\n趋势", 38), ("状态", 50),
)  # fmt: skip
_LAST = len(_COLUMNS) - 1
_CODE = 1
_SIZE, _MOST_LINES = 10, 3
_HEAD_ROWS = 3
_HINT = "点编号打开档案卡；全部打印：打印时选“打印整个工作簿”"


class Entry(NamedTuple):
    """A card and where it begins, such as `'01 朱某'!A1`."""

    card: Card
    place: str


def write_index(sheet: Worksheet, entries: Sequence[Entry], content: Cards, styles: Styles) -> None:
    """Write the list; cards of several units stand below the unit's name."""
    flow = Flow(sheet, [width for _, width in _COLUMNS], _PAGE, repeated=_HEAD_ROWS)
    sheet.set_footer('&C&"仿宋,Regular"&10第 &P 页')
    flow.add(38)
    flow.put((0, _LAST), "基层干部“导师帮带制”成长档案目录", styles.title())
    flow.add(22)
    flow.put((0, 5), _HINT, styles.line(font_size=_SIZE))
    flow.put((6, _LAST), f"数据截至 {content.as_of}", styles.line(font_size=_SIZE, align="right"))
    flow.add(34)
    look = {"font_name": "黑体", "font_size": _SIZE, "align": "center", "text_wrap": True, **BORDER}
    for column, (name, _) in enumerate(_COLUMNS):
        flow.put((column, column), name, styles.make(**look, bg_color="#F2F2F2"))
    sheet.freeze_panes(_HEAD_ROWS, 0)
    several = len({one.card.unit for one in entries}) > 1
    unit = ""
    for number, entry in enumerate(entries, 1):
        if several and entry.card.unit != unit:
            unit = entry.card.unit
            flow.keep(60)
            flow.add(22)
            flow.put((0, _LAST), plain(unit), styles.make(**{**look, "align": "left"}))
        _write_entry(flow, number, entry, styles)
    flow.finish()


def _write_entry(flow: Flow, number: int, entry: Entry, styles: Styles) -> None:
    texts = [
        shortened(plain(text), flow.width(column, column), _SIZE, _MOST_LINES)
        for column, text in enumerate(_texts(number, entry.card))
    ]
    flow.add(max(flow.height(text, (at, at), _SIZE, air=5) for at, text in enumerate(texts)))
    look = {"font_name": "仿宋", "font_size": _SIZE, "align": "center", "text_wrap": True, **BORDER}
    for column, text in enumerate(texts):
        if column != _CODE:
            flow.put((column, column), text, styles.make(**look))
            continue
        style = styles.make(**look, font_color="#0563C1", underline=1)
        tip = "打开这份档案卡"
        flow.sheet.write_url(flow.row, column, f"internal:{entry.place}", style, text, tip)


def _texts(number: int, card: Card) -> tuple[str, ...]:
    running = dict.fromkeys(one.name for one in card.mentors if one.status == PairingStatus.RUNNING)
    done = sum(one.progress == DutyProgress.DONE for one in card.duties)
    return (
        str(number), card.mentee_id, card.name, card.category, "、".join(running),
        str(card.times), f"{done}/{len(card.duties)}" if card.duties else "", card.trend,
        card.status,
    )  # fmt: skip
