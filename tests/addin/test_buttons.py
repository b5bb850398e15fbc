"""The list of buttons: what every host makes of it depends on these."""

from __future__ import annotations

import keyword

import pytest

from addin.buttons import BUTTONS, GROUPS, Button, button
from validators.errors import UsageError
from validators.sheets import SHEETS

PROMISED = [
    "录入校验",
    "下一个问题",
    "规范格式",
    "生成结对建议",
    "确认结对",
    "聘书与协议",
    "更新职责清单",
    "更新成长档案",
    "一键更新",
    "成长档案卡",
    "预警研判",
    "金牌导师",
    "导师库调整",
    "汇总乡镇台账",
    "撤销上一步",
    "新建台账",
    "编号补全",
    "结转",
    "设置",
    "使用说明",
]


def test_every_promised_button_is_there_once() -> None:
    labels = [one.label for one in BUTTONS]

    assert set(PROMISED) <= set(labels)
    assert len(set(labels)) == len(labels)
    assert len({one.id for one in BUTTONS}) == len(BUTTONS)


def test_an_id_can_be_the_name_of_a_function_in_python_and_in_vba() -> None:
    assert [
        one.id
        for one in BUTTONS
        if not (one.id.isidentifier() and one.id.isascii()) or keyword.iskeyword(one.id)
    ] == []


def test_buttons_stand_by_group_and_no_group_is_empty() -> None:
    groups = [one.group for one in BUTTONS]

    assert list(dict.fromkeys(groups)) == list(GROUPS)
    assert groups == sorted(groups, key=GROUPS.index)


def test_a_needed_sheet_is_one_of_the_ledgers() -> None:
    known = {model.sheet.key for model in SHEETS}

    assert {one.sheet for one in BUTTONS} - known - {""} == set()


@pytest.mark.parametrize("one", BUTTONS, ids=lambda one: one.id)
def test_a_button_explains_itself_in_a_sentence(one: Button) -> None:
    assert one.help.endswith("。")
    assert one.icon.isalnum()
    assert 5 < len(one.help) < 200


def test_a_button_is_found_by_id_and_by_label() -> None:
    assert button("validate") is button("录入校验")


def test_an_unknown_button_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"没有“校对”这个按钮.*录入校验"):
        button("校对")
