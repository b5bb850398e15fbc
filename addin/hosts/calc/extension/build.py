"""Build 导师帮带.oxt from the list of buttons and the formulas.

The same sources give the same bytes on every machine.
"""

from __future__ import annotations

import io
import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile, ZipInfo

from addin.buttons import GROUPS, TAB, Button, buttons
from addin.formulas import FORMULAS
from addin.hosts.calc.extension import IDENTIFIER
from addin.hosts.excel.vba_module import Formula, describe
from workbooks.file_problems import make_folder

FILE_NAME = f"{TAB}.oxt"

TOOLBARS = (GROUPS[:4], GROUPS[4:])
"""The groups of each toolbar: with words on all buttons one row has not room enough for them."""

_OOR = "http://openoffice.org/2001/registry"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CALC = "com.sun.star.sheet.SpreadsheetDocument"
_LANGUAGE = "en-US"
"""Whose words LibreOffice shows in every language that has none of its own."""
_TIME = (1980, 1, 1, 0, 0, 0)

for _prefix, _namespace in (
    ("oor", _OOR),
    ("manifest", "http://openoffice.org/2001/manifest"),
    ("xlink", "http://www.w3.org/1999/xlink"),
):
    ET.register_namespace(_prefix, _namespace)


def build_extension(folder: Path) -> Path:
    """Write 导师帮带.oxt into `folder` and return its path; an older one is replaced in one step."""
    make_folder(folder)
    target = folder / FILE_NAME
    with tempfile.TemporaryDirectory(dir=folder, prefix=".bangdai-") as temporary:
        done = Path(temporary) / FILE_NAME
        done.write_bytes(extension())
        os.replace(done, target)  # noqa: PTH105 - the path object's method has another name for it
    return target


def extension(command: Sequence[str] = ()) -> bytes:
    """Return the extension.

    Args:
        command: What starts the helper on the PC it is installed on.
    """
    formulas = [describe(function) for function in FORMULAS]
    parts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "settings.json": settings(command),
        "component.py": files(__package__).joinpath("component.py").read_bytes(),
        "formulas.idl": _types(formulas),
        "Addons.xcu": _addons(),
        "CalcWindowState.xcu": _window_state(),
        "ProtocolHandler.xcu": _protocol(),
        "CalcAddIns.xcu": _functions(formulas),
    }
    target = io.BytesIO()
    with ZipFile(target, "w") as package:  # stored: compressors differ between machines
        for name, content in parts.items():
            entry = ZipInfo(name, _TIME)
            entry.create_system = 0  # else it differs between Windows and Linux
            package.writestr(entry, content)
    return target.getvalue()


def settings(command: Sequence[str] = ()) -> bytes:
    """Return what `component.py` reads: the buttons' labels, the formulas and the helper's command."""
    facts = {
        "version": metadata.version("bangdai"),
        "command": list(command),
        "buttons": {button.id: button.label for button in buttons()},
        "formulas": {method(function.__name__): function.__name__ for function in FORMULAS},
    }
    return json.dumps(facts, ensure_ascii=False, indent=1).encode("utf-8")


def method(formula: str) -> str:
    """Return what a formula is called as a method: UNO's identifiers have no underscores."""
    return formula.replace("_", "").lower()


def command_url(button: Button) -> str:
    """Return the address that presses a button."""
    return f"{IDENTIFIER}:{button.id}"


def toolbar_url(number: int) -> str:
    """Return what LibreOffice's layout manager knows a toolbar by; they are numbered from 1."""
    return f"private:resource/toolbar/addon_{IDENTIFIER}.toolbar{number}"


# --- what LibreOffice reads -----------------------------------------------------------------------

_KINDS = {
    "formulas.idl": "uno-typelibrary;type=RDB",  # it takes types as text, too
    "component.py": "uno-component;type=Python",
    "Addons.xcu": "configuration-data",
    "CalcWindowState.xcu": "configuration-data",
    "ProtocolHandler.xcu": "configuration-data",
    "CalcAddIns.xcu": "configuration-data",
}


def _manifest() -> bytes:
    namespace = "{http://openoffice.org/2001/manifest}"
    root = ET.Element(f"{namespace}manifest")
    for name, kind in _KINDS.items():
        entry = ET.SubElement(root, f"{namespace}file-entry")
        entry.set(f"{namespace}full-path", name)
        entry.set(f"{namespace}media-type", f"application/vnd.sun.star.{kind}")
    return _written(root)


def _description() -> bytes:
    root = ET.Element("description", xmlns="http://openoffice.org/extensions/description/2006")
    ET.SubElement(root, "identifier", value=IDENTIFIER)
    ET.SubElement(root, "version", value=metadata.version("bangdai"))
    for outer, inner in (("display-name", "name"),):
        ET.SubElement(ET.SubElement(root, outer), inner, lang="zh-CN").text = TAB
    return _written(root)


def _types(formulas: Iterable[Formula]) -> bytes:
    lines = "".join(
        f"        sequence< sequence< any > > {method(formula.name)}("
        + ", ".join(f"[in] any a{number}" for number, _ in enumerate(formula.arguments, 1))
        + ");\n"
        for formula in formulas
    )
    return (
        f"module cn {{ module bangdai {{\n    interface XFormulas {{\n{lines}    }};\n}}; }};\n"
    ).encode("ascii")


def _addons() -> bytes:
    root, addons = _data("Addons", "org.openoffice.Office"), "AddonUI"
    ui = _node(root, addons, replace=False)
    menu = _node(_node(ui, "OfficeMenuBar", replace=False), f"{IDENTIFIER}.menu")
    _words(menu, "Title", TAB)
    _props(menu, Target="_self", Context=_CALC)
    submenu = _node(menu, "Submenu", replace=False)
    bars = _node(ui, "OfficeToolBar", replace=False)
    shown = [_node(bars, f"{IDENTIFIER}.toolbar{number}") for number, _ in enumerate(TOOLBARS, 1)]
    for number, (group, members) in enumerate(_groups()):
        entry = _node(submenu, f"g{number:02}")
        _words(entry, "Title", group)
        _props(entry, Target="_self", Context=_CALC)
        inner = _node(entry, "Submenu", replace=False)
        bar = shown[next(at for at, names in enumerate(TOOLBARS) if group in names)]
        if len(bar):
            _props(_node(bar, f"g{number:02}"), URL="private:separator")
        for at, button in enumerate(members):
            _button(_node(inner, f"m{at:02}"), button)
            _button(_node(bar, f"g{number:02}m{at:02}"), button)
    return _written(root)


def _groups() -> Iterator[tuple[str, list[Button]]]:
    for name in GROUPS:
        if members := [button for button in buttons() if button.group == name]:
            yield name, members


def _button(node: ET.Element, button: Button) -> None:
    _words(node, "Title", button.label)
    _props(node, URL=command_url(button), Target="_self", Context=_CALC)


def _window_state() -> bytes:
    root = _data("CalcWindowState", "org.openoffice.Office.UI")
    states = _node(_node(root, "UIElements", replace=False), "States", replace=False)
    for number, _ in enumerate(TOOLBARS, 1):
        state = _node(states, toolbar_url(number))
        _words(state, "UIName", f"{TAB} {number}")
        _props(state, ContextSensitive=False, Visible=True, Docked=True, DockPos=f"0,{number + 2}")
    return _written(root)


def _protocol() -> bytes:
    root = _data("ProtocolHandler", "org.openoffice.Office")
    handler = _node(_node(root, "HandlerSet", replace=False), f"{IDENTIFIER}.Buttons")
    protocols = ET.SubElement(handler, "prop", {f"{{{_OOR}}}name": "Protocols"})
    ET.SubElement(protocols, "value").text = f"{IDENTIFIER}:*"
    return _written(root)


def _functions(formulas: Iterable[Formula]) -> bytes:
    root = _data("CalcAddIns", "org.openoffice.Office")
    service = _node(_node(root, "AddInInfo", replace=False), f"{IDENTIFIER}.Formulas")
    functions = _node(service, "AddInFunctions", replace=False)
    for formula in formulas:
        node = _node(functions, method(formula.name))
        _words(node, "DisplayName", formula.name)
        _words(node, "Description", formula.doc)
        _props(node, Category="Add-In")
        # the name in .xlsx for LibreOffice that writes it; 7.4 does for its own add-ins only
        _words(node, "CompatibilityName", formula.name)
        parameters = _node(node, "Parameters", replace=False)
        for number, argument in enumerate(formula.arguments, 1):
            parameter = _node(parameters, f"a{number}")
            _words(parameter, "DisplayName", re.split("[，；。]", argument.doc)[0])
            _words(parameter, "Description", argument.doc)
    return _written(root)


# --- its configuration files ----------------------------------------------------------------------


def _data(name: str, package: str) -> ET.Element:
    oor = f"{{{_OOR}}}"
    facts = {f"{oor}name": name, f"{oor}package": package}
    return ET.Element(f"{oor}component-data", facts)


def _node(parent: ET.Element, name: str, *, replace: bool = True) -> ET.Element:
    node = ET.SubElement(parent, "node", {f"{{{_OOR}}}name": name})
    if replace:
        node.set(f"{{{_OOR}}}op", "replace")
    return node


def _props(node: ET.Element, **values: str | bool) -> None:
    for name, value in values.items():
        prop = ET.SubElement(node, "prop", {f"{{{_OOR}}}name": name})
        text = value if isinstance(value, str) else str(value).lower()
        ET.SubElement(prop, "value").text = text


def _words(node: ET.Element, name: str, text: str) -> None:
    prop = ET.SubElement(node, "prop", {f"{{{_OOR}}}name": name})
    ET.SubElement(prop, "value", {_XML_LANG: _LANGUAGE}).text = text


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return content
