"""The add-in's folder: what WPS reads of it, and that it is always the same."""

from __future__ import annotations

import re
from pathlib import Path

import defusedxml.ElementTree as ET  # noqa: N817 - its usual name

from addin.buttons import buttons
from addin.hosts.excel.build import ribbon_xml
from addin.hosts.ribbon import OFFICE_2007, OFFICE_2010
from addin.hosts.wps.build import addin_files, build_addin


def texts_of(ribbon: str, namespace: str) -> list[dict[str, str]]:
    """Return of every tab, group and button what is the same in all programs."""
    own = {"onAction", "getImage", "imageMso"}
    return [
        {name: value for name, value in element.attrib.items() if name not in own}
        for element in ET.fromstring(ribbon).iter()
        if element.tag.removeprefix(f"{{{namespace}}}") in {"tab", "group", "button"}
    ]


def test_two_builds_are_the_same_to_the_byte(tmp_path: Path) -> None:
    folders = [build_addin(tmp_path / name) for name in ("one", "two")]

    one, two = ({p.relative_to(f): p.read_bytes() for p in f.rglob("*") if p.is_file()} for f in folders)  # fmt: skip
    assert one == two
    assert {path.as_posix(): content for path, content in one.items()} == addin_files()


def test_the_ribbon_is_that_of_excel_in_the_namespace_of_2007_without_a_declaration() -> None:
    ribbon = addin_files()["ribbon.xml"].decode()

    assert ribbon.startswith(f'<customUI xmlns="{OFFICE_2007}" onLoad="OnAddinLoad">')
    excel = ribbon_xml().decode()
    assert texts_of(ribbon, OFFICE_2007) == texts_of(excel, OFFICE_2010)
    calls = {(one.get("onAction"), one.get("getImage")) for one in ET.fromstring(ribbon).iter(f"{{{OFFICE_2007}}}button")}  # fmt: skip
    assert calls == {("OnAction", "GetImage")}


def test_what_the_ribbon_calls_is_a_global_function_of_the_script() -> None:
    files = addin_files()
    called = re.findall(r'(?:onLoad|onAction|getImage)="(\w+)"', files["ribbon.xml"].decode())

    written = re.findall(r"^function (\w+)\(", files["main.js"].decode(), re.M)

    assert set(called) <= set(written)


def test_every_button_has_a_picture_of_its_own_or_that_of_its_like() -> None:
    files = addin_files()
    pictures = [files[f"images/bangdai_{button.id}.svg"] for button in buttons()]

    assert all(ET.fromstring(picture).tag.endswith("svg") for picture in pictures)
    icons = {(button.icon, button.group) for button in buttons()}
    assert len(set(pictures)) == len(icons)


def test_the_manifest_names_the_addin_and_nothing_is_fetched_from_elsewhere() -> None:
    files = addin_files()

    assert ET.fromstring(files["manifest.xml"]).findtext("Name") == "bangdai"
    for name, content in files.items():
        addresses = re.findall(rb"https?://[^\"' ]+", content)
        assert [a for a in addresses if b"w3.org" not in a and b"openxmlformats" not in a
                and b"schemas.microsoft.com" not in a and b"127.0.0.1" not in a] == [], name  # fmt: skip
