from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from addin.formulas.ledger import _validated
from addin.formulas.ranges import block, id_of
from addin.formulas.records import BD_DUTY
from validators.cells import FormulaError

DUTIES = [
    ["职责编号", "结对编号", "责任方", "帮带方面", "职责事项", "目标次数", "开始日期", "截止日期"],
    ["ZR640402104-0001", "J640402104-001", "导师", "组织建设", "指导党建", 2.0,
     datetime(2026, 1, 1), datetime(2026, 12, 31)],
]  # fmt: skip
PAIRINGS = [
    ["结对编号", "导师编号", "对象编号", "结对方式", "帮带路径", "结对日期", "期满日期", "状态"],
    ["J640402104-001", "D640402104-001", "G640402104-001", "一对一", "强带弱",
     datetime(2026, 1, 1), datetime(2026, 12, 31), "帮带中"],
]  # fmt: skip
LOG = [
    ["日志编号", "日期", "结对编号", "职责编号", "帮带方面", "帮带作用", "帮带方法", "形式", "内容",
     "记录人"],
    ["R640402104-00001", datetime(2026, 2, 3), "J640402104-001", "ZR640402104-0001", "组织建设", "帮",
     "交流提高法", "线下", "一起学习了党支部工作条例", "马志远"],
]  # fmt: skip


@pytest.mark.parametrize(
    ("handed", "cell"),
    [
        (None, None),
        ("", None),
        (3.0, 3),
        (2.5, 2.5),
        (Decimal("2.50"), 2.5),
        (True, "TRUE"),
        (datetime(2026, 5, 3, tzinfo=UTC), date(2026, 5, 3)),
        (datetime(2026, 5, 3, 9, 30), datetime(2026, 5, 3, 9, 30)),
        (time(9, 30), time(9, 30)),
        (-2146826246, FormulaError("#N/A")),
        (-2146826243, FormulaError("#SPILL!")),
        (-2146826238, FormulaError("#CALC!")),
        ("#REF!", FormulaError("#REF!")),
        ("#3", "#3"),
    ],
)
def test_a_cell_is_the_same_whichever_host_hands_it_over(handed: Any, cell: Any) -> None:
    found = block(handed).rows[0][0]

    assert (type(found), found) == (type(cell), cell)


def test_a_flat_list_is_a_column_and_ragged_rows_are_filled_up() -> None:
    assert block(["a", "b"]).rows == (("a",), ("b",))
    assert block([["a"], ["b", "c"]]).rows == (("a", None), ("b", "c"))
    assert block([]).rows == block([[]]).rows == ((None,),)


def test_an_id_from_a_dropdown_or_typed_carelessly_is_the_id() -> None:
    assert id_of("J640402104-017｜梁某→朱某") == id_of(" j６40402104-017 ") == "J640402104-017"


def test_equal_ranges_are_judged_once_and_a_changed_cell_anew() -> None:
    asked = "ZR640402104-0001", DUTIES, LOG, PAIRINGS, None, datetime(2026, 6, 30)

    assert BD_DUTY(*asked) == 1
    before = _validated.cache_info()
    assert BD_DUTY(*asked) == 1
    assert _validated.cache_info().hits == before.hits + 1

    later = [*LOG, ["R640402104-00002", datetime(2026, 3, 3), *LOG[1][2:8], "又去了一次", "马志远"]]
    assert BD_DUTY(asked[0], DUTIES, later, PAIRINGS, None, asked[5]) == 2
    assert BD_DUTY(asked[0], DUTIES, later, PAIRINGS, None, datetime(2026, 3, 1)) == 1
