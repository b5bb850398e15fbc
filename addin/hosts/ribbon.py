"""The tab 导师帮带 as the XML that Excel and WPS read: the same groups and buttons for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from xml.etree import ElementTree as ET

from addin.buttons import GROUPS, TAB, Button, buttons

OFFICE_2007 = "http://schemas.microsoft.com/office/2006/01/customui"
"""The namespace that WPS reads, and every Excel from 2007 on."""

OFFICE_2010 = "http://schemas.microsoft.com/office/2009/07/customui"
"""The namespace that Excel reads from 2010 on, where there is one in it."""


def ribbon(
    namespace: str,
    of_button: Callable[[Button], Mapping[str, str]],
    shown: Sequence[Button] = (),
    **of_root: str,
) -> str:
    """Return the tab and its groups, without an XML declaration.

    Args:
        namespace: `OFFICE_2007` or `OFFICE_2010`.
        of_button: What a program wants to know of a button beside its texts and its size.
        shown: The buttons; all where none are given.
        of_root: What it wants to know of the whole.
    """
    root = ET.Element("customUI", {"xmlns": namespace, **of_root})
    tabs = ET.SubElement(ET.SubElement(root, "ribbon"), "tabs")
    tab = ET.SubElement(tabs, "tab", id="bangdai", label=TAB)
    for number, name in enumerate(GROUPS, 1):
        members = [button for button in shown or buttons() if button.group == name]
        if members:
            group = ET.SubElement(tab, "group", id=f"bangdai_group_{number}", label=_label(name))
            for button in members:
                ET.SubElement(group, "button", {**_texts(button), **of_button(button)})
    ET.indent(root)
    return ET.tostring(root, encoding="unicode")


def control_id(button: Button) -> str:
    """Return the name a button has in the XML."""
    return f"bangdai_{button.id}"


def _texts(button: Button) -> dict[str, str]:
    return {
        "id": control_id(button),
        "label": _label(button.label),
        "size": "large" if button.large else "normal",
        "screentip": _label(button.label),
        "supertip": button.help,
    }


def _label(text: str) -> str:
    return text.replace("&", "&&")  # in a label one & underlines the letter after it
