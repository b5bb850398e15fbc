from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
import xlwings

from addin.hosts.excel import vba_module as subject
from addin.hosts.excel.vba_module import xlwings_module, xlwings_version


def procedures(source: str) -> dict[str, str]:
    found = re.findall(
        r"^(?:Public |Private )?(Function|Sub) (\w+)(.*?)^End \1$", source, re.MULTILINE | re.DOTALL
    )
    return {name: body for _, name, body in found}


def test_only_the_click_itself_looks_at_the_active_workbook() -> None:
    """Else a ledger from elsewhere could bring its own configuration, or code in its sheets."""
    naming = {
        name for name, body in procedures(xlwings_module()).items() if "ActiveWorkbook" in body
    }

    assert naming == {"RunPython"}
    assert xlwings_module().count("ActiveWorkbook") == 2
    assert "If ActiveWorkbook Is Nothing Then" in procedures(xlwings_module())["RunPython"]


@pytest.mark.parametrize(
    "gone",
    ["GetConfigFromSheet", "GetDirectoryConfigFilePath", "embedded", "LICENSE", "prepare_sys_path",
     "FullName", "xlwings.pro", "CONDA_PREFIX", "ExecuteWindows", "Sheets"],
)  # fmt: skip
def test_no_way_is_left_by_which_a_workbook_could_choose_what_runs(gone: str) -> None:
    code = xlwings_module().partition("#If VBA7")[2]

    assert gone not in code


def test_python_starts_isolated_from_the_folder_excel_is_in() -> None:
    assert '" -I -B -c "' in procedures(xlwings_module())["XLPyCommand"]


def test_every_procedure_that_is_called_is_there() -> None:
    source = xlwings_module()
    original = files("xlwings").joinpath("xlwings_custom_addin.bas").read_text("utf-8")
    dropped = set(procedures(original)) - set(procedures(source))

    called = {
        name
        for name in dropped
        for body in procedures(source).values()
        if re.search(rf"\b{name}\b", body)
    }

    assert called == set()
    assert {"RunPython", "XLPy", "XLPyLoadDLL", "GetConfig"} <= set(procedures(source))


def test_it_keeps_the_licence_and_names_our_configuration() -> None:
    source = xlwings_module()

    assert "BSD 3-clause license" in source
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in source
    assert 'PROJECT_NAME As String = "bangdai"' in source


def test_its_version_is_that_of_the_installed_package() -> None:
    assert xlwings_version() == xlwings.__version__


def test_another_layout_of_the_original_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = files("xlwings").joinpath("xlwings_custom_addin.bas").read_text("utf-8")
    monkeypatch.setattr(subject, "_original", lambda: text.replace("Function XLPy()", "Sub XLPz()"))

    with pytest.raises(ValueError, match="0 procedures XLPy, expected one"):
        xlwings_module()
