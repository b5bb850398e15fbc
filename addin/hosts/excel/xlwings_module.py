"""xlwings' VBA module for custom add-ins, cut down to what a click and a formula need.

The text comes from the installed xlwings (BSD 3-clause, outside `xlwings.pro`), so its version is the
one of the DLLs beside the interpreter. Its licence stays at the top.
"""

from __future__ import annotations

import re
from importlib.resources import files

__all__ = ["PROJECT", "xlwings_module", "xlwings_version"]

PROJECT = "bangdai"
"""Names the user's configuration file: `%USERPROFILE%\\.bangdai\\bangdai.conf`."""

_KEPT = (
    "XLPyLoadDLL",
    "XLPy",
    "GetConfigFilePath",
    "GetConfigFromFile",
    "WScript",
    "FileExists",
    "FileExistsOnWindows",
    "FileOrFolderExistsOnMac",
    "ParentFolder",
    "ExpandEnvironmentStrings",
    "GetMacDir",
)
"""Taken over but for being private. All that asks the active workbook or its folder is left out."""

_PUBLIC = ("XLPy",)
"""What the formulas' wrappers call. A public Function could be called by any workbook's formula."""

_FIRST = "\nPublic Function RunPython("
_NAME_LINE = 'PROJECT_NAME As String = "myaddin"'


def xlwings_module() -> str:
    """Return the source of the module `xlwings`: declarations, kept procedures, our replacements.

    Raises:
        ValueError: The installed xlwings is laid out differently: look at it before building.
    """
    original = _original()
    head, found, _ = original.partition(_FIRST)
    if not found or head.count(_NAME_LINE) != 1:
        raise ValueError("xlwings_custom_addin.bas has another layout: check what is taken from it")
    head = head.replace(_NAME_LINE, f'PROJECT_NAME As String = "{PROJECT}"')
    head = re.sub(r'^Attribute VB_Name = "xlwings"\n', "", head)
    ours = files("addin.hosts.excel").joinpath("vba", "xlwings_replaced.bas").read_text("utf-8")
    return "\n\n".join(
        [
            "Option Private Module",
            head.strip(),
            *(_procedure(original, name) for name in _KEPT),
            ours,
        ]
    )


def xlwings_version() -> str:
    """Return the version the module's text states; the DLLs are named by it."""
    found = re.search(r'XLWINGS_VERSION As String = "([^"]+)"', _original())
    if not found:
        raise ValueError("xlwings_custom_addin.bas states no version")
    return found[1]


def _original() -> str:
    text = files("xlwings").joinpath("xlwings_custom_addin.bas").read_text("utf-8")
    return text.replace("\r\n", "\n")


def _procedure(text: str, name: str) -> str:
    found = re.findall(
        rf"^(?:Public |Private )?(Function|Sub) ({name})\b(.*?)^End \1$",
        text,
        re.MULTILINE | re.DOTALL,
    )
    if len(found) != 1:
        raise ValueError(
            f"xlwings_custom_addin.bas has {len(found)} procedures {name}, expected one"
        )
    kind, _, rest = found[0]
    scope = "Public" if name in _PUBLIC else "Private"
    return f"{scope} {kind} {name}{rest}End {kind}"
