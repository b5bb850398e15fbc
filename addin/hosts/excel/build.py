"""Build 导师帮带.xlam from text: VBA sources, generated callbacks and wrappers, and the ribbon.

The same sources give the same bytes on every machine.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

from pyopenvba import ExcelFile

from addin.buttons import TAB, Button, buttons
from addin.formulas import FORMULAS
from addin.hosts.excel.install import FILE_NAME
from addin.hosts.excel.vba_module import (
    ascii_source,
    describe,
    help_source,
    wrapper_source,
    xlwings_module,
)
from addin.hosts.ribbon import OFFICE_2007, OFFICE_2010, ribbon
from workbooks.file_problems import make_folder

# --- callbacks ---

MODULE = "BangDaiRibbon"


def callback(button: Button) -> str:
    """Return the name the ribbon calls a button's Sub by; with its module, so that it is ours."""
    return f"{MODULE}.bd_{button.id}"


def callbacks() -> str:
    """Return the source of the module with one public Sub for each button, which a click calls.

    The control is declared As Object, so that no reference to Office's library need resolve.
    """
    return "Option Explicit\n" + "".join(map(_sub, buttons()))


def _sub(button: Button) -> str:
    return (
        f"\n' {button.label}\n"
        f"Public Sub bd_{button.id}(ByVal control As Object)\n"
        f'    Press "{button.id}", {"True" if button.needs else "False"}\n'
        "End Sub\n"
    )


# --- ribbon ---


def ribbon_xml(shown: Sequence[Button] = (), namespace: str = OFFICE_2010) -> bytes:
    """Return the definition of the tab and its groups.

    Args:
        shown: The buttons; all where none are given.
        namespace: Whose schema it names; what we use is the same in both.
    """
    text = ribbon(namespace, _icon_and_callback, shown)
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def _icon_and_callback(button: Button) -> dict[str, str]:
    return {"imageMso": button.icon, "onAction": callback(button)}


# --- the file ---

_DOCUMENT = "ThisWorkbook"
_RIBBON_PARTS = (
    ("2006", "customUI/customUI.xml", OFFICE_2007),
    ("2007", "customUI/customUI14.xml", OFFICE_2010),
)
"""Year of the relationship, part, namespace: WPS reads the first. Office itself writes 2007 for 2009."""

_PROPERTIES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" \
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{TAB}</dc:title>\
<dc:creator>bangdai</dc:creator>\
<dcterms:created xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:created>\
<dcterms:modified xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:modified>\
</cp:coreProperties>"""

_TIME = (1980, 1, 1, 0, 0, 0)
_FIRST_PARTS = ("[Content_Types].xml", "_rels/.rels")


def vba_modules(functions: Sequence[Callable[..., Any]] = FORMULAS) -> dict[str, str]:
    """Return the source of every VBA module by name, in ASCII with CRLF line ends.

    Raises:
        ValueError: A source holds Chinese outside quotes, or Excel would refuse a formula.
    """
    described = [describe(function) for function in functions]
    texts = {
        _DOCUMENT: _written(f"{_DOCUMENT}.cls"),
        "BangDaiText": _written("BangDaiText.bas"),
        "BangDaiPress": _written("BangDaiPress.bas"),
        "BangDaiLooks": _written("BangDaiLooks.bas"),
        MODULE: callbacks(),
        "BangDaiFormulas": wrapper_source(described),
        "BangDaiHelp": help_source(described),
        "xlwings": xlwings_module(),
    }
    return {
        name: ascii_source(text, name).strip("\n").replace("\n", "\r\n") + "\r\n"
        for name, text in texts.items()
    }


def build_addin(folder: Path, functions: Sequence[Callable[..., Any]] = FORMULAS) -> Path:
    """Write 导师帮带.xlam into `folder` and return its path; an older one is replaced in one step."""
    make_folder(folder)
    target = folder / FILE_NAME
    with tempfile.TemporaryDirectory(dir=folder, prefix=".bangdai-") as temporary:
        plain, done = Path(temporary) / "plain.xlam", Path(temporary) / "done.xlam"
        _write_project(plain, vba_modules(functions))
        done.write_bytes(_package(plain.read_bytes()))
        os.replace(done, target)  # noqa: PTH105 - the path object's method has another name for it
    return target


def _written(name: str) -> str:
    return files("addin.hosts.excel").joinpath("vba", name).read_text("utf-8")


def _write_project(path: Path, modules: dict[str, str]) -> None:
    with ExcelFile.create_new(path) as workbook:
        project = workbook.vba_project()
        project.delete_module("Module1")  # the template's empty one
        for name, source in modules.items():
            if name == _DOCUMENT:
                workbook.set_module(name, source)
            else:
                project.add_module(name, source)
        workbook.save()


def _package(workbook: bytes) -> bytes:
    """Return the workbook with the ribbon attached, our properties, and no time of its own."""
    with ZipFile(io.BytesIO(workbook)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    links = "".join(_relationship(year, part) for year, part, _ in _RIBBON_PARTS)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(
        b"</Relationships>", f"{links}</Relationships>".encode()
    )
    parts |= {part: ribbon_xml(namespace=namespace) for _, part, namespace in _RIBBON_PARTS}
    parts["docProps/core.xml"] = _PROPERTIES.encode("utf-8")
    return _zipped(parts)


def _relationship(year: str, part: str) -> str:
    kind = f"http://schemas.microsoft.com/office/{year}/relationships/ui/extensibility"
    return f'<Relationship Id="rIdRibbon{year}" Type="{kind}" Target="{part}"/>'


def _zipped(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with ZipFile(target, "w") as package:  # stored: compressors differ between machines
        for name in [*_FIRST_PARTS, *sorted(set(parts) - set(_FIRST_PARTS))]:
            entry = ZipInfo(name, _TIME)
            entry.create_system = 0  # else it differs between Windows and Linux
            package.writestr(entry, parts[name])
    return target.getvalue()
