"""Which of several ledgers of one unit counts, and that the reason said is the reason."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.domain.deliveries import Delivery, Reporter, Why, choose
from tests.build import AS_OF, OTHER_UNIT, UNIT
from validators.identity import Identity

SURE = Identity(UNIT, UNIT, UNIT, "")
NOON = datetime(2026, 6, 30, 12)


def a_delivery(file: str, **changes: Any) -> Delivery:
    values: dict[str, Any] = {
        "digest": file, "identity": SURE, "county": "原州区", "township": "开城镇", "year": 2026,
        "reporter": Reporter(), "reported_on": date(2026, 6, 20), "version": "2026.2",
        "newest": date(2026, 6, 18), "saved": (NOON, NOON), "content": lambda: file,
    }  # fmt: skip
    return Delivery(file, **{**values, **changes})


BETTER = [
    ({"identity": Identity("", UNIT, UNIT)}, {}, "没有可用的区划代码"),
    ({"identity": Identity(UNIT, UNIT, OTHER_UNIT)}, {}, "编号是原州区张易镇的"),
    ({"identity": Identity(UNIT, UNIT, UNIT, OTHER_UNIT)}, {}, "文件名是原州区张易镇的"),
    ({"year": 2025}, {}, "2025 年度"),
    ({"year": 2027}, {}, "2027 尚未开始"),
    ({"year": 0}, {}, "未写明年度"),
    ({"reported_on": date(2026, 6, 1)}, {}, "填报时间较早（2026-06-01，另一份是 2026-06-20）"),
    ({"reported_on": date(2026, 12, 30)}, {}, "2026-12-30 晚于今天"),
    ({"reported_on": None}, {}, "没有可用的填报时间"),
    ({"newest": date(2026, 5, 2)}, {}, "填报时间相同，最新的记录较早（2026-05-02"),
    ({"newest": None}, {}, "没有记录"),
    (
        {"newest": date(2026, 5, 2), "reported_on": None},
        {"reported_on": date(2027, 1, 1)},
        "均无可用的填报时间，最新的记录较早",
    ),
    ({"saved": (datetime(2026, 6, 30, 9), NOON)}, {}, "文件记录的保存时间较早（2026-06-30 09:00:00"),
    ({"saved": (NOON, datetime(2026, 6, 30, 9))}, {}, "文件的修改时间较早（2026-06-30 09:00:00"),
]  # fmt: skip


@pytest.mark.parametrize(("worse", "better", "words"), BETTER)
@pytest.mark.parametrize("names", [("甲.xlsx", "乙.xlsx"), ("乙.xlsx", "甲.xlsx")])
def test_the_reason_said_is_what_decides(
    worse: dict[str, Any], better: dict[str, Any], words: str, names: tuple[str, str]
) -> None:
    later = {"newest": date(2026, 6, 30), "saved": (datetime(2026, 7, 9),) * 2}
    decided_before = {"identity", "year"} & worse.keys()
    one = a_delivery(names[0], **({**later, **worse} if decided_before else worse))

    choice = choose([one, a_delivery(names[1], **better)], AS_OF)

    assert [taken.file for taken in choice.taken] == [names[1]]
    assert words in choice.left_out[names[0]].reason


def test_where_nothing_decides_neither_is_taken() -> None:
    choice = choose([a_delivery("甲.xlsx"), a_delivery("乙.xlsx")], AS_OF)

    assert choice.taken == []
    assert {out.why for out in choice.left_out.values()} == {Why.UNDECIDED}
    assert "甲.xlsx" in choice.left_out["乙.xlsx"].reason
    assert "乙.xlsx" in choice.left_out["甲.xlsx"].reason


@pytest.mark.parametrize("same", [{"digest": "x"}, {"content": lambda: "rows"}])
def test_of_two_with_the_same_content_one_is_taken_and_the_other_called_a_copy(
    same: dict[str, Any],
) -> None:
    choice = choose(
        [a_delivery("开城镇 (2).xlsx", **same), a_delivery("开城镇.xlsx", **same)], AS_OF
    )

    assert [taken.file for taken in choice.taken] == ["开城镇.xlsx"]
    assert choice.left_out["开城镇 (2).xlsx"].why is Why.COPY


def test_a_worse_third_does_not_matter_where_two_cannot_be_told_apart() -> None:
    old = a_delivery("旧.xlsx", reported_on=date(2026, 1, 1))

    choice = choose([a_delivery("甲.xlsx"), old, a_delivery("乙.xlsx")], AS_OF)

    assert choice.taken == []
    assert choice.left_out["旧.xlsx"].why is Why.OLDER


deliveries = st.builds(
    a_delivery,
    st.sampled_from("abcdef"),
    year=st.sampled_from((0, 2025, 2026, 2027)),
    reported_on=st.none() | st.dates(date(2026, 6, 1), date(2026, 7, 20)),
    newest=st.none() | st.dates(date(2026, 6, 1), date(2026, 6, 5)),
    identity=st.builds(
        Identity, *[st.sampled_from(("", UNIT, OTHER_UNIT))] * 4
    ),
    saved=st.sampled_from(((NOON, NOON), (NOON, datetime(2026, 7, 1)))),
)  # fmt: skip


@given(st.lists(deliveries, max_size=4, unique_by=lambda one: one.file))
def test_every_file_is_taken_or_left_out_whatever_the_order(several: list[Delivery]) -> None:
    choices = [choose(order, AS_OF) for order in itertools.permutations(several)]

    for choice in choices:
        taken = [one.file for one in choice.taken]
        assert sorted([*taken, *choice.left_out]) == sorted(one.file for one in several)
        assert len({one.code for one in choice.taken}) == len(taken)
        assert all(one.identity.unit == one.code != "" for one in choice.taken)
        assert {(file, out.why) for file, out in choice.left_out.items()} == {
            (file, out.why) for file, out in choices[0].left_out.items()
        }
