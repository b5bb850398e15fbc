"""The add-in file itself, looked at by programs that did not make it."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import defusedxml.ElementTree as ET  # noqa: N817 - its usual name
import pytest

from addin.buttons import buttons
from addin.formulas import FORMULAS
from addin.hosts.excel.build import build_addin, vba_modules
from addin.hosts.excel.install import FILE_NAME
from addin.hosts.ribbon import OFFICE_2007, OFFICE_2010
from tests.support.basic import CONTROL, call_basic
from tests.support.olevba import vba_sources
from tests.support.ooxml import ooxml_errors

RIBBONS = {
    "customUI/customUI.xml": ("2006", OFFICE_2007),
    "customUI/customUI14.xml": ("2007", OFFICE_2010),
}
"""Year of its relationship and namespace: WPS and Office 2007 read the first, newer Excel the other."""

STAND_IN_FOR_XLWINGS = """Option VBASupport 1
Public Sub RunPython(PythonCommand As String)
    ThisWorkbook.Worksheets(1).Range("A1").Value = Said() & PythonCommand & "|"
End Sub
Public Function Said() As String
    Said = ThisWorkbook.Worksheets(1).Range("A1").Value
End Function
Public Function XLPy()
End Function
"""


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_addin(tmp_path_factory.mktemp("addin"))


def test_the_file_holds_exactly_our_text(addin: Path) -> None:
    wanted = vba_modules()

    found = vba_sources(addin)

    assert set(found) == {*wanted, "Sheet1"}
    for name, text in wanted.items():
        header, own = found[name][: -len(text)], found[name][-len(text) :]
        assert own == text, name
        assert all(line.startswith("Attribute VB_") for line in header.splitlines()), name


def test_the_sources_are_ascii_so_that_no_code_page_matters(addin: Path) -> None:
    assert [name for name, code in vba_sources(addin).items() if not code.isascii()] == []


def test_the_package_is_valid_by_the_schema(addin: Path) -> None:
    assert ooxml_errors(addin) == []


def test_it_is_an_addin_with_a_ribbon_and_nobodys_name(addin: Path) -> None:
    with ZipFile(addin) as package:
        types = package.read("[Content_Types].xml").decode()
        links = ET.fromstring(package.read("_rels/.rels"))
        properties = package.read("docProps/core.xml").decode()
        ribbons = {part: package.read(part) for part in RIBBONS}

    assert "application/vnd.ms-excel.addin.macroEnabled.main+xml" in types
    kind = "http://schemas.microsoft.com/office/{}/relationships/ui/extensibility"
    assert {
        link.get("Target"): link.get("Type")
        for link in links
        if "extensibility" in (link.get("Type") or "")
    } == {part: kind.format(year) for part, (year, _) in RIBBONS.items()}
    assert all(ribbon.startswith(b"<?xml") for ribbon in ribbons.values())
    assert "<dc:creator>bangdai</dc:creator>" in properties
    assert "lastModifiedBy" not in properties


def test_both_ribbons_show_the_same(addin: Path) -> None:
    with ZipFile(addin) as package:
        shown = {
            part: ET.tostring(ET.fromstring(package.read(part)), "unicode") for part in RIBBONS
        }
    namespaces = {part: namespace for part, (_, namespace) in RIBBONS.items()}

    bare = {part: text.replace(namespaces[part], "") for part, text in shown.items()}

    assert all(namespaces[part] in text for part, text in shown.items())
    assert len(set(bare.values())) == 1


def test_every_callback_is_a_public_sub_with_the_arguments_the_ribbon_gives(addin: Path) -> None:
    subs = {
        f"{module}.{name}": arguments
        for module, code in vba_sources(addin).items()
        for name, arguments in re.findall(r"(?m)^Public Sub (\w+)\((.*)\)\r?$", code)
    }
    with ZipFile(addin) as package:
        ribbon = ET.fromstring(package.read("customUI/customUI14.xml"))

    called = [
        value for one in ribbon.iter() for key, value in one.attrib.items() if key[:2] == "on"
    ]

    assert len(called) == len(buttons())
    assert {subs.get(name) for name in called} == {"ByVal control As Object"}


def test_no_formula_of_a_received_workbook_can_run_what_it_likes(addin: Path) -> None:
    """Excel lets a formula call any public Function of a loaded add-in, without a question."""
    public = {
        name
        for code in vba_sources(addin).values()
        for scope, name in re.findall(r"(?m)^(Public |Private |Friend |)Function (\w+)", code)
        if scope != "Private "
    }

    guarded = {
        name
        for code in vba_sources(addin).values()
        for name in re.findall(
            r"Function (\w+)\((?:(?!End Function)[\s\S])*?\) As \w+\s+(?:Dim .*\s+)*"
            r'If TypeName\(Application\.Caller\) = "Range" Then Exit Function',
            code,
        )
    }

    # exactly the registered formulas; text from text; an object a cell cannot use; and what does
    # nothing for a cell
    assert public == {
        *(one.__name__ for one in FORMULAS),
        *("Han", "CommandFor", "NotStarted"),
        "XLPy",
        *guarded,
    }


def test_two_builds_are_the_same_bytes(addin: Path, tmp_path: Path) -> None:
    again = build_addin(tmp_path)

    assert again.read_bytes() == addin.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


def test_no_path_of_this_machine_is_in_it(addin: Path) -> None:
    with ZipFile(addin) as package:
        held = b"".join(package.read(name) for name in package.namelist())

    assert str(addin.parent).encode() not in held
    assert str(Path.home()).encode() not in held or str(Path.home()) == "/"


@pytest.mark.office
def test_a_click_calls_python_with_the_buttons_id(addin: Path, tmp_path: Path) -> None:
    clicks = [(f"BangDaiRibbon.bd_{one.id}", [CONTROL]) for one in buttons()]

    canary, *_, said = call_basic(
        addin,
        tmp_path / "profile",
        [("BangDaiText.Han", ["5BFC5E08"]), *clicks, ("xlwings.Said", [])],
        replace={"xlwings": STAND_IN_FOR_XLWINGS},
    )

    assert canary == "导师"
    assert said.split("|")[:-1] == [
        f"import addin.hosts.excel.desktop; addin.hosts.excel.desktop.press('{one.id}')"
        for one in buttons()
    ]


@pytest.mark.office
def test_all_modules_compile_and_a_failed_start_is_one_chinese_line(
    addin: Path, tmp_path: Path
) -> None:
    # with xlwings' own module: where one does not compile, every call gives ""
    canary, sentence = call_basic(
        addin,
        tmp_path / "profile",
        [
            ("BangDaiText.Han", ["53F08D26"]),
            ("BangDaiPress.NotStarted", ["ImportError: x\r\nTraceback"]),
        ],
    )

    assert canary == "台账"
    assert sentence.startswith("导师帮带未启动。请关闭全部 Excel 窗口后重新打开；")
    assert sentence.endswith("技术信息：ImportError: x")


@pytest.mark.office
def test_a_module_that_does_not_compile_would_be_noticed(addin: Path, tmp_path: Path) -> None:
    (canary,) = call_basic(
        addin,
        tmp_path / "profile",
        [("BangDaiText.Han", ["53F08D26"])],
        replace={"BangDaiHelp": "Public Sub Broken(\nEnd Function\n"},
    )

    assert canary != "台账"
