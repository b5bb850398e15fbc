from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.hosts.excel.vba_module import ascii_source, quoted


def decoded(code: str) -> str:
    """Return what the calls of `Han` in a piece of VBA put together."""
    return "".join(
        bytes.fromhex(digits).decode("utf-16-be") for digits in re.findall(r'Han\("(\w*)"\)', code)
    )


def test_a_chinese_literal_becomes_a_call_and_the_rest_stays() -> None:
    assert ascii_source('MsgBox "台账", vbCritical, "x"', "M") == (
        'MsgBox Han("53F08D26"), vbCritical, "x"'
    )


def test_a_chinese_comment_goes_and_its_line_stays() -> None:
    assert ascii_source("a = 1 ' 说明\n' 全行\nb = \"it's\"", "M") == 'a = 1 \n\nb = "it\'s"'


@given(st.text(min_size=1, max_size=400).filter(lambda text: not re.search(r"[\r\n]", text)))
def test_any_text_comes_back_in_lines_vba_accepts(text: str) -> None:
    code = ascii_source(f"x = {quoted(text + '字')}", "M")

    assert code.isascii()
    assert decoded(code) == text + "字"
    assert max(map(len, code.split("\n"))) <= 1023


@pytest.mark.parametrize(
    "line",
    ['变量 = "a"', 'Public Const T As String = "台账"', 'Attribute X = "台账"', 'x = "a" & 名称'],
)
def test_chinese_where_vba_takes_none_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValueError, match="M:2"):
        ascii_source(f"Option Explicit\n{line}", "M")
