from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from addin.formulas.words import BD_DATE, BD_NAME, BD_PLACE


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026.5.3", datetime(2026, 5, 3)),
        ("２０２６年５月３日", datetime(2026, 5, 3)),
        ("20260503", datetime(2026, 5, 3)),
        (datetime(2026, 5, 3, 9, 30), datetime(2026, 5, 3)),
        (46145.0, datetime(2026, 5, 3)),
        (None, ""),
        ("5月3日", "“5月3日”无法确定是哪一天（缺年份），请按“年-月-日”写全，如 2026-05-03"),
        (20260503.0, "“20260503”是数值，不是日期，可能是 2026-05-03，请按日期重新填写"),
        ("明天", "“明天”不是有效日期，请按“年-月-日”重新填写，如 2026-05-03"),
        (-2146826265, "公式错误 #REF!，请改正公式，或直接填写内容"),
    ],
)
def test_a_day_is_read_or_the_reason_is_given(typed: Any, day: Any) -> None:
    assert BD_DATE(typed) == day


def test_a_column_in_is_a_column_out() -> None:
    assert BD_NAME([["马 志 远"], [None], ["阿依古丽.买买提"]]) == [
        ["马志远"], [""], ["阿依古丽·买买提"],
    ]  # fmt: skip


def test_a_row_in_is_a_row_out() -> None:
    assert BD_NAME([["马 志 远", ""]]) == [["马志远", ""]]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("开城镇", "原州区开城镇"),
        ("640402104", "原州区开城镇"),
        (640402104.0, "原州区开城镇"),
        ("冯庄 村委会", "冯庄村"),
        ("中山街社区居委会", "中山街社区"),
        ("原州区", "原州区"),
    ],
)
def test_places_get_their_usual_names(typed: Any, place: str) -> None:
    assert BD_PLACE(typed) == place


def test_an_unknown_township_names_similar_ones() -> None:
    assert "未找到“开成镇”" in str(BD_PLACE("开成镇"))
    assert "原州区开城镇" in str(BD_PLACE("开成镇"))
