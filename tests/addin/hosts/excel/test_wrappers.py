from __future__ import annotations

import importlib
import io
import re
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Annotated, Any
from unittest.mock import MagicMock

import pytest

from addin.hosts.excel.vba_module import describe, help_source, wrapper_source
from tests.addin.hosts.excel.stand_ins import BD_GREET, STAND_INS

COM = ("pythoncom", "pywintypes", "win32com", "win32com.client", "win32api", "win32event")


@pytest.fixture
def udfs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """xlwings' own code for formulas, which imports Windows' COM modules."""
    for name in (*COM, "xlwings._xlwindows"):
        monkeypatch.setitem(sys.modules, name, MagicMock(name=name))
    monkeypatch.delitem(sys.modules, "xlwings.udfs", raising=False)
    module = importlib.import_module("xlwings.udfs")
    yield module
    module.com_executor.shutdown()
    sys.modules.pop("xlwings.udfs")


def lines_that_matter(source: str) -> list[str]:
    """Return declarations and calls, without blanks."""
    kept = r"Function |If TypeOf|BD_\w+ = XLPy|Exit Function|failed:|End Function"
    return [line.strip() for line in source.splitlines() if re.match(kept, line.strip())]


def test_wrappers_are_what_xlwings_itself_writes(udfs: Any) -> None:
    module = ModuleType("addin.formulas")
    for one in STAND_INS:
        setattr(module, one.__name__, udfs.xlfunc(one))
    theirs = io.StringIO()
    udfs.generate_vba_wrapper("addin.formulas", module, theirs, SimpleNamespace(Name="x.xlsm"))
    excel = re.sub(r"(?ms)^\s*#Else$.*?^\s*#End If$", "", theirs.getvalue())

    ours = wrapper_source([describe(one) for one in STAND_INS])

    assert lines_that_matter(ours) == lines_that_matter(excel)


def test_xlwings_reads_the_same_descriptions(udfs: Any) -> None:
    mine = describe(BD_GREET)

    told = udfs.xlfunc(BD_GREET).__xlfunc__

    assert [(a.name, a.doc) for a in mine.arguments] == [
        (a["name"], a["doc"]) for a in told["args"]
    ]
    assert told["ret"]["doc"].startswith(mine.doc)


def test_wrappers_cover_exactly_the_given_functions() -> None:
    source = wrapper_source([describe(one) for one in STAND_INS])

    assert re.findall(r"(?m)^Function (\w+)\((.*)\)$", source) == [
        ("BD_GREET", "people, Optional word"),
        ("BD_TODAY", ""),
    ]


def test_a_formula_that_fails_shows_a_chinese_sentence() -> None:
    source = wrapper_source([describe(BD_GREET)])

    assert "failed:\n    BD_GREET = NotStarted(Err.Description)" in source


def test_a_received_workbook_is_not_searched_for_code() -> None:
    """xlwings refuses to run where a sheet's name ends in .py; the add-in's own has none."""
    assert "ActiveWorkbook" not in wrapper_source([describe(BD_GREET)])


def test_the_wizard_is_told_about_every_formula_and_argument() -> None:
    source = help_source([describe(one) for one in STAND_INS])

    assert '    about = "给每个姓名加上称呼；说明里有 ""引号"" 和 \' 撇号。"' in source
    assert '    args(1) = "称呼，不填为“同志”"' in source
    assert source.count("Application.MacroOptions") == len(STAND_INS)
    assert "    Describe_BD_GREET\n    Describe_BD_TODAY\nDone:" in source


def undocumented(text: str) -> str:
    """说明。"""
    return text


def keyword_only(*, text: Annotated[str, {"doc": "文字"}]) -> str:
    """说明。"""
    return text


def named_by_vba(date: Annotated[str, {"doc": "日期"}]) -> str:
    """说明。"""
    return date


def silent() -> str:
    return ""


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (undocumented, "description of text has 0"),
        (keyword_only, "plain arguments"),
        (named_by_vba, "no argument named date"),
        (silent, "description of silent has 0"),
    ],
)
def test_what_excel_would_refuse_is_refused_at_the_build(function: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        describe(function)
