"""Make the add-in's files: the ribbon from the list of buttons, pictures, pages and their script.

The same sources give the same bytes on every machine. `main.js` runs in WPS's own browser, which is an
old one; it does what `operations` lists to WPS's objects and knows nothing of the buttons.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

from addin.buttons import GROUPS, TAB, Button, buttons
from addin.hosts.ribbon import OFFICE_2007, control_id, ribbon
from workbooks.file_problems import make_folder

NAME = "bangdai"
"""What WPS knows the add-in by."""

_PAGES = ("index.html", "main.js", "dialog.html", "dialog.js")
_COLOURS = ("#C43E1C", "#2B579A", "#217346", "#8A6D00", "#7719AA", "#0F7B8A", "#5A5A5A")
"""Of the groups' pictures, from left to right."""
_OTHERS = ""
"""The picture of a button whose own is not there."""


def addin_files() -> dict[str, bytes]:
    """Return every file of the add-in by its path in the add-in's folder, with / between."""
    pages = files("addin.hosts.wps").joinpath("pages")
    made = {name: pages.joinpath(name).read_bytes().replace(b"\r\n", b"\n") for name in _PAGES}
    texts = {
        "ribbon.xml": ribbon(OFFICE_2007, _callbacks, onLoad="OnAddinLoad") + "\n",
        "manifest.xml": _manifest(),
        **{f"images/{control_id(button)}.svg": _picture(button) for button in buttons()},
    }
    return made | {name: text.encode() for name, text in texts.items()}


def build_addin(folder: Path) -> Path:
    """Write the add-in's files into `folder` and return it."""
    for name, content in addin_files().items():
        path = folder / name
        make_folder(path.parent)
        path.write_bytes(content)
    return folder


def _callbacks(button: Button) -> dict[str, str]:
    del button  # the script finds its id in what WPS hands over
    return {"onAction": "OnAction", "getImage": "GetImage"}


def _manifest() -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<JsPlugin>\n  <ApiVersion>1.0.0</ApiVersion>\n'
        f"  <Name>{NAME}</Name>\n  <Description>{escape(TAB)}</Description>\n</JsPlugin>\n"
    )


@cache
def _outlines() -> dict[str, str]:
    text = files("addin.hosts.wps").joinpath("icons.toml").read_text("utf-8")
    return tomllib.loads(text)


def _picture(button: Button) -> str:
    outlines = _outlines()
    outline = outlines.get(button.icon, outlines[_OTHERS])
    colour = _COLOURS[GROUPS.index(button.group)]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 24 24">'
        f'<path fill="{colour}" d="{outline}"/></svg>\n'
    )
