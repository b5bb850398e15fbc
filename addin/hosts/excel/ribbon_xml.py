"""The ribbon's definition (Office 2010 and newer), made from the list of buttons."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from addin.buttons import BUTTONS, GROUPS, TAB, Button
from addin.hosts.excel.callbacks import callback

__all__ = ["NAMESPACE", "ribbon_xml"]

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"


def ribbon_xml(buttons: Sequence[Button] = BUTTONS) -> bytes:
    """Return the part `customUI/customUI14.xml`: one tab, its groups, and each button in its group."""
    root = ET.Element("customUI", xmlns=NAMESPACE)
    tabs = ET.SubElement(ET.SubElement(root, "ribbon"), "tabs")
    tab = ET.SubElement(tabs, "tab", id="bangdai", label=TAB)
    for number, name in enumerate(GROUPS, 1):
        members = [one for one in buttons if one.group == name]
        if members:
            group = ET.SubElement(tab, "group", id=f"bangdai_group_{number}", label=_label(name))
            for one in members:
                ET.SubElement(group, "button", _attributes(one))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def _attributes(one: Button) -> dict[str, str]:
    return {
        "id": f"bangdai_{one.id}",
        "label": _label(one.label),
        "size": "large" if one.large else "normal",
        "imageMso": one.icon,
        "screentip": _label(one.label),
        "supertip": one.help,
        "onAction": callback(one),
    }


def _label(text: str) -> str:
    return text.replace("&", "&&")  # in a label one & underlines the letter after it
