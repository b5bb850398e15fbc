"""Every sentence is in the reviewed file, and in the words of the style sheet."""

from difflib import unified_diff

import pytest

from tests.sentences.literals import (
    NoExample,
    collected,
    examples,
    filled,
    placeholders_of,
    wordings_in,
)
from tests.sentences.reviewed import SENTENCES, sentences


def test_the_reviewed_file_holds_every_sentence_as_it_is() -> None:
    reviewed = SENTENCES.read_text(encoding="utf-8").splitlines()
    changed = [
        *unified_diff(reviewed, sentences().splitlines(), "reviewed", "now", lineterm="", n=1)
    ]

    assert not changed, (
        "\n".join(changed) + "\nwords have changed: read the difference as a clerk would, then run "
        "`python -m tests.sentences` and commit tests/data/sentences.txt"
    )


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


def test_a_placeholder_without_an_example_says_where_to_add_it() -> None:
    with pytest.raises(NoExample, match=r"addin/x.py:7: .*\{unheard_of\}.*sentence_examples.toml"):
        filled("addin/x.py", 7, "一格 {unheard_of}")


def test_no_example_is_left_over() -> None:
    used = {key for wording in collected() for key in placeholders_of(wording)}

    assert set(examples()) - used == set()
