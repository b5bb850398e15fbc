"""Find parts and styles in a workbook package."""

from __future__ import annotations

import re
from posixpath import join, normpath
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

__all__ = ["dated_styles", "sheet_parts"]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[(?![hms]+\])[^\]]*\]')  # text, spacing, colours, locale
_DATE_LETTER = re.compile("[ymdhs]", re.IGNORECASE)


def sheet_parts(package: ZipFile) -> dict[str, str]:
    """Return the part name of each sheet by its name, in tab order."""
    relations = fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}
    workbook = fromstring(package.read("xl/workbook.xml"))
    return {
        sheet.attrib["name"]: normpath(join("/xl", targets[sheet.attrib[_OFFICE_ID]])).lstrip("/")
        for sheet in workbook.iter(f"{_MAIN}sheet")
    }


def dated_styles(package: ZipFile) -> frozenset[str]:
    """Return the cell style numbers (`s` attributes) that show a number as a date or time."""
    styles = fromstring(package.read("xl/styles.xml"))
    dated = {str(number) for number in _BUILT_IN_DATES}
    dated |= {
        one.attrib["numFmtId"]
        for one in styles.iter(f"{_MAIN}numFmt")
        if _DATE_LETTER.search(_LITERAL.sub("", one.attrib["formatCode"]))
    }
    formats = styles.find(f"{_MAIN}cellXfs")
    return frozenset(
        str(index)
        for index, style in enumerate(() if formats is None else formats)
        if style.get("numFmtId") in dated
    )
