from __future__ import annotations

from dataclasses import replace

import defusedxml.ElementTree as ET  # noqa: N817 - its usual name

from addin.buttons import GROUPS, TAB, buttons
from addin.hosts.excel.build import ribbon_xml
from addin.hosts.ribbon import OFFICE_2010 as NAMESPACE


def test_the_tab_shows_every_group_and_button_in_order() -> None:
    root = ET.fromstring(ribbon_xml())

    tab = root.find(f"{{{NAMESPACE}}}ribbon/{{{NAMESPACE}}}tabs/{{{NAMESPACE}}}tab")
    assert tab is not None
    assert tab.get("label") == TAB
    assert [group.get("label") for group in tab] == list(GROUPS)
    assert [one.get("label") for one in tab.iter(f"{{{NAMESPACE}}}button")] == [
        one.label for one in buttons()
    ]


def test_a_button_carries_icon_size_help_and_callback() -> None:
    root = ET.fromstring(ribbon_xml())

    found = {one.get("id"): one.attrib for one in root.iter(f"{{{NAMESPACE}}}button")}

    assert found["bangdai_validate"] == {
        "id": "bangdai_validate",
        "label": "录入校验",
        "size": "large",
        "imageMso": "ErrorChecking",
        "screentip": "录入校验",
        "supertip": buttons()[0].help,
        "onAction": "BangDaiRibbon.bd_validate",
    }


def test_ids_are_unique_over_the_whole_definition() -> None:
    ids = [one.get("id") for one in ET.fromstring(ribbon_xml()).iter() if one.get("id")]

    assert len(set(ids)) == len(ids)


def test_signs_of_xml_and_of_access_keys_survive_in_texts() -> None:
    odd = replace(buttons()[0], label='A&B <"一">', help='写 "a" < b & c')

    (one,) = ET.fromstring(ribbon_xml([odd])).iter(f"{{{NAMESPACE}}}button")

    assert one.get("label") == 'A&&B <"一">'
    assert one.get("supertip") == '写 "a" < b & c'
