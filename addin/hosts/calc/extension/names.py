"""The names of our formulas in files for Excel, in LibreOffice's own Python.

LibreOffice writes a formula of an extension by its whole name, `CN.BANGDAI.FORMULAS.BDRISK`, which
Excel does not know, and does not know `BD_RISK` in a file that comes from Excel. So names are put
right once a workbook has been opened, and once it has been saved.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import uno
import unohelper
from com.sun.star.lang import XServiceInfo
from com.sun.star.task import XJob

SERVICE = "cn.bangdai.Names"
_ENDINGS = (".xlsx", ".xlsm")
_IN_FORMULAS = 0
"""Where a search descriptor looks."""

_FACTS = json.loads((Path(__file__).parent / "settings.json").read_text(encoding="utf-8"))
_WHOLE = {
    name: f"cn.bangdai.Formulas.{method}".upper() for method, name in _FACTS["formulas"].items()
}
_SHORT = {whole.encode(): name.encode() for name, whole in _WHOLE.items()}

_FROM_EXCEL = re.compile(r"\b(" + "|".join(_WHOLE) + r")(?=\s*\()", re.IGNORECASE)
_SAVED = re.compile(rb"\b(" + b"|".join(map(re.escape, _SHORT)) + rb")(?=\s*\()", re.IGNORECASE)
_PART_ALONE = re.compile(r"(?<=\w)\[(#[\w ]+)\]")
"""`tbl[#All]`, which LibreOffice shows and takes as `tbl[[#All]]` only."""
_FORMULA = re.compile(rb"<f\b[^>]*>[^<]+</f>")


# --- a workbook that was opened -------------------------------------------------------------------


def know_formulas(document: Any) -> None:
    """Make LibreOffice know the formulas of a workbook from Excel; it counts as unchanged after."""
    found = [
        (sheet, cells) for sheet in _sheets(document) if (cells := _unknown(sheet)) is not None
    ]
    if not found:
        return
    modified = document.isModified()
    document.lockControllers()
    try:
        for sheet, ranges in found:
            for number in range(ranges.Count):
                _respell(sheet, ranges.getByIndex(number))
    finally:
        document.unlockControllers()
        document.UndoManager.clear()
        document.setModified(modified)


def _sheets(document: Any) -> Iterator[Any]:
    for number in range(document.Sheets.Count):
        yield document.Sheets.getByIndex(number)


def _unknown(sheet: Any) -> Any:
    """Return the areas of a sheet with our formulas by Excel's names, None where there are none."""
    search = sheet.createSearchDescriptor()
    search.SearchString, search.SearchRegularExpression = r"\bBD_[A-Z]+\(", True
    search.SearchType = _IN_FORMULAS
    return sheet.findAll(search)


def _respell(sheet: Any, cells: Any) -> None:
    for row in range(cells.Rows.Count):
        for column in range(cells.Columns.Count):
            cell = cells.getCellByPosition(column, row)
            if _FROM_EXCEL.search(cell.Formula):  # else it stood in an array done before
                _respell_one(sheet, cell)


def _respell_one(sheet: Any, cell: Any) -> None:
    block = sheet.createCursorByRange(cell)
    block.collapseToCurrentArray()
    if array := block.ArrayFormula:
        with _unprotected(sheet):
            block.setArrayFormula(_for_calc(array[1:-1]))
    else:
        cell.Formula = _for_calc(cell.Formula)


@contextmanager
def _unprotected(sheet: Any) -> Iterator[None]:
    """Take off a protection without a password: arrays alone LibreOffice keeps out otherwise."""
    locked = sheet.isProtected()
    if locked:
        sheet.unprotect("")
    try:
        yield
    finally:
        if locked and not sheet.isProtected():
            sheet.protect("")


def _for_calc(formula: str) -> str:
    named = _FROM_EXCEL.sub(lambda name: _WHOLE[name[0].upper()], formula)
    return _PART_ALONE.sub(r"[[\1]]", named)


# --- a workbook that was saved --------------------------------------------------------------------


def write_names_for_excel(path: Path) -> None:
    """Write the names Excel knows into a saved workbook, in one step.

    The file keeps its time: by that LibreOffice tells whether somebody else has written it.
    """
    with ZipFile(path) as package:
        parts = [(entry, package.read(entry)) for entry in package.infolist()]
    told = [(entry, _for_excel(entry.filename, content)) for entry, content in parts]
    if told == parts:
        return
    done = path.with_name(f".bangdai-{path.name}")
    try:
        with ZipFile(done, "w") as package:
            for entry, content in told:
                package.writestr(entry, content, entry.compress_type)
        shutil.copystat(path, done)
        os.replace(done, path)
    finally:
        with suppress(OSError):
            done.unlink()


def _for_excel(part: str, content: bytes) -> bytes:
    if not part.startswith("xl/worksheets/"):
        return content
    return _FORMULA.sub(
        lambda formula: _SAVED.sub(lambda name: _SHORT[name[0].upper()], formula[0]), content
    )


class Names(unohelper.Base, XJob, XServiceInfo):
    """Is told of every document that was opened or saved."""

    def __init__(self, context: Any, *_: Any) -> None:
        pass

    def execute(self, arguments: Any) -> None:
        """Put names right; what cannot be done leaves the workbook as LibreOffice has it."""
        about = {fact.Name: fact.Value for fact in arguments}
        event = {fact.Name: fact.Value for fact in about["Environment"]}
        document = event["Model"]
        if not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return
        if event["EventName"] == "OnLoad":
            with suppress(Exception):  # of UNO: a sheet has a password
                know_formulas(document)
        elif document.URL.lower().endswith(_ENDINGS) and document.URL.startswith("file:"):
            with suppress(Exception):  # it is encrypted, or another program holds it
                write_names_for_excel(Path(uno.fileUrlToSystemPath(document.URL)))

    def getImplementationName(self) -> str:
        """Return the name it is registered by."""
        return SERVICE

    def supportsService(self, name: str) -> bool:
        """Tell whether it is such a service."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """Return what it is."""
        return (SERVICE,)


g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Names, SERVICE, (SERVICE,))
