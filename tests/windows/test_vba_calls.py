"""From C, what the add-in's VBA does: find Python, start its COM server, call formulas by VARIANTs."""

from __future__ import annotations

import re

import pytest

from tests.windows.wine import ROOT, VENV, Wine


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
    assert any("BangdaiError: 未连接到 Excel" in line for line in lines)


ERROR = '"公式错误 #N/A，请改正公式，或直接填写内容"'
HALF = '"第 2 个参数应是“导师库”的整张表，缺少列“性别”'


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("BD_DATE(text)", "#46145#"),
        ("BD_DATE(number)", "#46145#"),
        ("BD_DATE(VT_DATE)", "#46145#"),
        ("BD_DATE(VT_CY)", "#46145#"),
        ("BD_DATE(VT_EMPTY)", '""'),
        ("BD_DATE(VT_ERROR #N/A)", ERROR),
        ("BD_DATE(missing)", '""'),
        ("BD_DATE(8x1 of all kinds)", f'2-D[8x1]{{{"#46145#; " * 4}""; {ERROR}; }}'),
        ("BD_DATE(1x8 of all kinds)", f'1-D[8]{{{"#46145#, " * 4}"", {ERROR}, }}'),
        ("BD_DATE(1x1)", "#46145#"),
        ("BD_NAME(text)", '"张三"'),
        ("BD_PLACE(text)", '"原州区开城镇"'),
        ("BD_CHECK(2x3 with an error, an empty cell and an amount of money)", HALF),
        ("BD_CHECK(one cell for rows)", '"第 1、2 个参数的列数不一致。'),
        ("BD_CHECK(20000x3)", HALF),
    ],
)
def test_a_formula_gives_by_variants_made_by_hand(call: str, answer: str, lines: list[str]) -> None:
    assert answers(lines)[call].startswith(answer)


def test_the_stand_in_has_every_macro_python_may_call() -> None:
    source = (ROOT / "addin" / "hosts" / "excel" / "vba" / "BangDaiLooks.bas").read_text("utf-8")
    done_here = (ROOT / "tests" / "windows" / "excel" / "macros.py").read_text("utf-8")

    public = re.findall(r"^Public (?:Function|Sub) (\w+)", source, re.MULTILINE)

    assert public
    assert sorted(re.findall(r'"BangDaiLooks\.(\w+)":', done_here)) == sorted(public)
