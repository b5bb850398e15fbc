"""The list of buttons: what every host makes of it depends on these."""

from __future__ import annotations

import keyword
import pkgutil
import subprocess
import sys
from importlib import import_module
from types import FunctionType

import pytest

from addin.buttons import GROUPS, Button, buttons, find_button
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
    "采纳职责建议",
    "更新成长档案",
    "一键更新",
    "成长档案卡",
    "预警研判",
    "金牌导师",
    "导师库调整",
    "汇总乡镇台账",
    "退回问题",
    "下发通报",
    "接收下发",
    "撤销上一步",
    "新建台账",
    "编号补全",
    "结转",
    "设置",
    "使用说明",
]


def test_every_promised_button_is_there_once() -> None:
    labels = [one.label for one in buttons()]

    assert set(PROMISED) <= set(labels)
    assert len(set(labels)) == len(labels)
    assert len({one.id for one in buttons()}) == len(buttons())


def test_an_id_can_be_the_name_of_a_function_in_python_and_in_vba() -> None:
    assert [
        one.id
        for one in buttons()
        if not (one.id.isidentifier() and one.id.isascii()) or keyword.iskeyword(one.id)
    ] == []


def test_buttons_stand_by_group_and_no_group_is_empty() -> None:
    groups = [one.group for one in buttons()]

    assert list(dict.fromkeys(groups)) == list(GROUPS)
    assert groups == sorted(groups, key=GROUPS.index)


def test_a_needed_sheet_is_one_of_the_ledgers() -> None:
    assert {one.needs for one in buttons()} - {*SHEETS} == {None}


def test_listing_the_buttons_loads_nothing_of_what_they_do() -> None:
    program = (
        "import sys; from addin.buttons import buttons; assert len(buttons()) > 20; "
        "print(*sorted(sys.modules))"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )

    loaded = set(done.stdout.split())
    heavy = {"addin.actions", "addin.domain", "numpy", "openpyxl", "ortools", "pandas", "xlwings"}
    assert "addin.ribbon.records" in loaded
    assert loaded & heavy == set()


def test_no_function_of_the_ribbon_lacks_its_declaration() -> None:
    """A function without `@button` would be on no tab, and nobody would miss it."""
    package = import_module("addin.ribbon")
    modules = [
        import_module(f"addin.ribbon.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
        if module.name != "session"
    ]

    assert [
        name
        for module in modules
        for name, function in vars(module).items()
        if isinstance(function, FunctionType)
        and function.__module__ == module.__name__
        and not name.startswith("_")
    ] == []


@pytest.mark.parametrize("one", buttons(), ids=lambda one: one.id)
def test_a_button_explains_itself_in_a_sentence(one: Button) -> None:
    assert one.help.endswith("。")
    assert one.icon.isalnum()
    assert 5 < len(one.help) < 200


def test_a_button_is_found_by_id_and_by_label() -> None:
    assert find_button("validate") is find_button("录入校验")


def test_an_unknown_button_names_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"没有按钮“校对”.*录入校验"):
        find_button("校对")
