"""Every sentence is in the reviewed file, and in the words of the style sheet."""

import re
from difflib import unified_diff
from pathlib import Path

import pytest

from addin.domain.flags.judgement import RULES as FLAG_RULES
from tests.sentences.composed import messages
from tests.sentences.literals import (
    NoExample,
    Wording,
    collected,
    examples,
    placeholders_of,
    without_example,
    wordings_in,
)
from tests.sentences.reviewed import MESSAGES, SENTENCES, sentences
from tests.sentences.style import faults_of
from validators.messages import PROBLEMS
from validators.rules import RULES

ADVICE = re.compile("请|无需|可以|建议|^{")
"""A suggestion says what to do, or that nothing is to be done."""


def changes(file: Path, now: str) -> str:
    """Return what differs from a reviewed file, and how to renew it; nothing for none."""
    reviewed = file.read_text(encoding="utf-8").splitlines()
    lines = [*unified_diff(reviewed, now.splitlines(), "reviewed", "now", lineterm="", n=0)]
    advice = "words have changed: read the difference as a clerk would, then run `python -m tests.sentences`"
    return "\n".join((*lines, f"{advice} and commit {file.name}")) if lines else ""


def test_the_reviewed_file_holds_every_sentence_as_it_is() -> None:
    assert not (changed := changes(SENTENCES, sentences())), changed


def test_whole_messages_are_as_reviewed() -> None:
    assert not (changed := changes(MESSAGES, messages())), changed


def test_a_changed_word_is_told_with_the_way_to_renew(tmp_path: Path) -> None:
    file = tmp_path / "reviewed.txt"
    file.write_text("请核对日期\n请保存\n", encoding="utf-8")

    told = changes(file, "请核对日期\n请另存\n")

    assert "-请保存\n+请另存" in told
    assert "请核对日期" not in told
    assert "python -m tests.sentences" in told


def test_no_string_escapes() -> None:
    source = '''
"""Hold 一格: the docstring of a module."""
import re
PLAIN, PARTS = "一格", ("二格" "接着", f"三格 {len(rows)} 行{'，四格' if rows else ''}")
PATTERN = re.compile("五格")
def answer(name, /, word="六格"):
    """Return 七格, which is English, so that it is no text."""
    return {"七格": lambda: f"{name}：八格"}, "ninth"
def BD_ANSWER():
    """帮助文字。"""
'''
    texts = [wording.text for wording in wordings_in("addin/any.py", source)]

    assert texts == [
        "一格",
        "二格接着",
        f"三格 {examples()['len']} 行，四格",
        "，四格",
        "六格",
        "七格",
        f"{examples()['name']}：八格",
        "帮助文字。",
    ]


def test_placeholders_without_an_example_say_where_to_add_it() -> None:
    wordings = wordings_in("addin/x.py", 'f"一格 {unheard_of} 和 {rows}，{another.unknown:.1f}"')

    told = str(NoExample(without_example(wordings)))

    assert "addin/x.py:1: no example for {unheard_of}" in told
    assert "{unknown}" in told
    assert "{rows} in" not in told
    assert "tests/data/sentence_examples.toml" in told


def test_no_example_is_left_over() -> None:
    used = {key for wording in collected() for key in placeholders_of(wording)}

    assert set(examples()) - used == set()


def test_every_text_keeps_to_the_style_sheet() -> None:
    faults = [
        f"{wording.file}:{wording.line}: {fault}: {wording.text}"
        for wording in collected()
        for fault in faults_of(wording)
    ]

    assert faults == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("日期看不清", "日期无法识别"),
        ("没有找到台账", "未找到台账，没有读取权限"),
        ("请再试一次", "请重试"),
        ("有 3 格没有内容", "有 3 个单元格没有内容，格式不规范"),
        ("对台账进行校验", "校验台账"),
        ("开城镇,黄铎堡镇", "开城镇，县(区)"),
        ("请点'校验'按钮", "请点“校验”按钮"),
        ("请请核对", "请核对，请上报"),
        ("请您核对", "请核对"),
        ("请核对 ，再上报", "请核对 3 处，再上报"),
        ("日" * 60 + "，" + "期" * 30, "日" * 60 + "。" + "期" * 30),
    ],
)
def test_the_style_is_checked(wrong: str, right: str) -> None:
    assert [*faults_of(Wording("addin/any.py", 1, wrong, wrong))]
    assert [*faults_of(Wording("addin/any.py", 1, right, right))] == []


def test_advice_says_what_to_do_and_nothing_in_a_cell_ends_with_a_stop() -> None:
    said = [(rule.message, rule.suggestion) for rule in RULES]
    said += [(wording.message, wording.suggestion) for wording in PROBLEMS.values()]
    said += [(rule.name, rule.measure) for rule in FLAG_RULES]

    assert [advice for _, advice in said if not ADVICE.search(advice)] == []
    assert [text for pair in said for text in pair if text.endswith(("。", "，", "！"))] == []
