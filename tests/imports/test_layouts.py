"""Papers of townships are read record by record, and their columns go where they belong.

What may be asked or go astray is pinned for each layout; the pins together keep the promise of the
whole: 95 of 100 columns right without asking, one of 100 wrong.
"""

from __future__ import annotations

import pytest

from tests.imports.layouts.catalogue import LAYOUTS
from tests.imports.layouts.layout import GROUPS
from tests.imports.plan import Asking
from tests.imports.reading import score_wordings
from tests.imports.scoring import Score, Verdict, truths

ASKED: dict[str, int] = {
    "结对名册（两行表头）": 2,
    "结对名册（同名列两次）": 1,
    "结对名册（姓名带电话）": 1,
    "导师单元格向下合并": 1,
    "一格多名对象": 1,
    "逐行粘贴的文字": 1,
    "村名向下合并带小计": 5,
    "去年的旧台账": 3,
    "往年金牌导师证书": 1,
    "行列倒置的名册": 8,
    "软弱涣散党组织台账": 1,
    "工作日志（完整日期）": 2,
    "工作日志（5.3、5月3日、上旬）": 2,
    "一名导师一张日志": 1,
    "成长评价（五分制）": 2,
    "成长评价（百分制）": 3,
    "成长评价（优良中差）": 3,
    "职责清单": 1,
    "培养转化登记": 3,
    "收入以元计": 1,
    "一本多表（只有姓名）": 1,
    "收集表导出（宽表）": 3,
    "收集表导出（只有提交时间）": 4,
    "日志 CSV（GBK）": 1,
    "日志 CSV（UTF-8 带 BOM）": 1,
    "日志文本（UTF-16 制表符）": 1,
}
"""Columns of all wordings that are asked about without need."""
WRONG: dict[str, int] = {"去年的旧台账": 2, "职责清单": 1, "收集表导出（只有提交时间）": 1}
UNREAD = {"逐行粘贴的文字": 10}
"""Records that stay text outside all tables: lines pasted from a document without 导师： before a name."""


@pytest.mark.parametrize("name", LAYOUTS)
def test_columns_go_where_they_belong_and_records_stay_whole(name: str) -> None:
    result = Score()
    for group in GROUPS:
        result += score_wordings(LAYOUTS[name], group)

    asked = result.verdicts[Verdict.ASKED] + result.verdicts[Verdict.LOST]
    assert asked <= ASKED.get(name, 0), result.remarks
    assert result.verdicts[Verdict.WRONG] <= WRONG.get(name, 0), result.remarks
    assert result.kept >= result.records - UNREAD.get(name, 0)
    assert (result.phantoms, result.unaccounted) == (0, 0)


def test_what_is_pinned_keeps_the_promise() -> None:
    columns = sum(_columns(name) for name in LAYOUTS)

    assert sum(ASKED.values()) + sum(WRONG.values()) <= 0.05 * columns
    assert sum(WRONG.values()) <= 0.01 * columns
    assert set(ASKED) | set(WRONG) <= set(LAYOUTS)


def _columns(name: str) -> int:
    """Return how many columns of a layout nobody need be asked about, in all wordings."""
    layout = LAYOUTS[name]
    return sum(
        len(
            {
                (table, a)
                for a, table in truths(layout.plan(w.number)).values()
                if a.asking is Asking.NEVER
            }
        )
        for w in layout.wordings
    )
