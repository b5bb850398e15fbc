"""From C, what the add-in's VBA does: find Python, start its COM server, call formulas by VARIANTs."""

from __future__ import annotations

import re

import pytest

from tests.windows.wine import VENV, Wine

SAYS = {"BD_DATE(text)": "#46145#", "BD_DATE(number)": "#46145#"}


@pytest.fixture(scope="module")
def lines(wine: Wine) -> list[str]:
    """Return what the program printed."""
    if not (wine.home / ".bangdai" / "bangdai.conf").is_file():
        wine.bangdai("addin", "install", "--addin", "D:\\bundle\\导师帮带.xlam")
    (dll,) = wine.linux(VENV).glob("xlwings64-*.dll")
    version = dll.stem.removeprefix("xlwings64-")
    done = wine.run("D:\\vba_host.exe", version, timeout=300)
    assert done.code == 0, done.text("utf-8")
    return done.text().splitlines()


def answers(lines: list[str]) -> dict[str, str]:
    """Return by call what it gave."""
    found = (re.fullmatch(r"ok  (BD_\w+\(.*\)) \d+ ms = (.*)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def test_the_dll_is_found_by_a_name_in_the_systems_code_page(lines: list[str]) -> None:
    assert f"ok  LoadLibrary {VENV}\\xlwings64-" in lines[0]
    assert "王小芳" in lines[0]


def test_python_starts_isolated_and_without_a_window(lines: list[str]) -> None:
    (said,) = (line for line in lines if line.startswith("    python: "))

    assert said.startswith(f'    python: "{VENV}\\Scripts\\pythonw.exe 1 ')


def test_a_button_without_a_workbook_raises_a_sentence(lines: list[str]) -> None:
    assert any("没有连上 Excel 里打开的工作簿" in line for line in lines)


@pytest.mark.parametrize(("call", "answer"), [("BD_DATE(text)", "1-D[1]{#46145#, }")])
def test_a_formula_gives(call: str, answer: str, lines: list[str]) -> None:
    assert answers(lines)[call] == answer
