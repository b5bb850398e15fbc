"""The VBA against Excel's object model: its names, members and numbers of arguments, by vbalidator."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from vbalidator import precheck

from addin.hosts.excel.build import vba_modules

BITS = {"64-bit Excel": {"WIN64": True}, "32-bit Excel": {"WIN64": False, "WIN32": True}}
WORKBOOKS = {name: {"type": "Workbook"} for name in ("ActiveWorkbook", "ThisWorkbook")}
"""What the object model calls a Variant, so that no member of it would be checked."""


@cache
def modules() -> dict[str, str]:
    return vba_modules()


def what_is_wrong(sources: dict[str, str], folder: Path, bits: dict[str, bool]) -> list[str]:
    """Return what VBA's compiler would refuse, in the reader's words."""
    model = folder / "workbooks.json"
    model.write_text(json.dumps({"globals": WORKBOOKS}))
    code = folder / "code"
    code.mkdir(exist_ok=True)
    for name, source in sources.items():
        # the reader knows no Declare without a scope: Public is what VBA takes it for
        text = re.sub(r"(?m)^(\s*)Declare ", r"\1Public Declare ", source)
        # under its own name it would hide the workbook's members
        (code / f"{'Document' if name == 'ThisWorkbook' else name}.bas").write_text(text)
    answer = precheck(code, host="excel", model_path=model, defines=bits)
    assert answer.files_scanned == len(sources)
    return [f"{each['file']}:{each['line']} {each['message']}" for each in answer.errors]


@pytest.mark.parametrize("bits", BITS.values(), ids=BITS)
def test_excel_has_everything_the_vba_asks_for(bits: dict[str, bool], tmp_path: Path) -> None:
    assert what_is_wrong(modules(), tmp_path, bits) == []


SLIPS = (
    ("BangDaiPress", "Workbooks.Add", "Workbooks.Ad", "'Ad' not found"),
    ("BangDaiPress", "vbCritical", "vbCriticl", "Undefined identifier 'vbCriticl'"),
    ("BangDaiPress", "CommandFor(id)", "CommandFor(id, 1)", "Argument count"),
    ("BangDaiPress", "Err.Description", "Err.Descripton", "'Descripton' not found"),
    ("BangDaiHelp", "ThisWorkbook.IsAddin", "ThisWorkbook.IsAdd", "'IsAdd' not found"),
    ("BangDaiHelp", "Application.MacroOptions", "Application.Macro", "'Macro' not found"),
    ("BangDaiFormulas", "Application.Caller", "Application.Call", "'Call' not found"),
    ("BangDaiFormulas", "NotStarted(", "NotStated(", "Undefined identifier 'NotStated'"),
    ("ThisWorkbook", "DescribeFormulas", "DescribeFormula", "DescribeFormula'"),
    ("xlwings", "XLPy.SetAttr", "XLP.SetAttr", "Undefined identifier 'XLP'"),
    ("xlwings", "Exit Function", "Exit Sub", "not allowed in Function"),
)


def test_every_slip_of_the_pen_would_be_found(tmp_path: Path) -> None:
    sources = dict(modules())
    for module, written, mistaken, _ in SLIPS:
        assert written in sources[module]
        sources[module] = sources[module].replace(written, mistaken, 1)

    wrong = what_is_wrong(sources, tmp_path, {"WIN64": True})

    found = [any(complaint in each for each in wrong) for *_, complaint in SLIPS]
    assert len(wrong) == len(SLIPS), wrong
    assert found == [True] * len(SLIPS), wrong
