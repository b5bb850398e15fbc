"""Small packages written by hand: every shape of XML and every lie a workbook can tell."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_REL = "http://purl.oclc.org/ooxml/officeDocument/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def worksheet(rows: str, *, before: str = "", after: str = "", main: str = MAIN) -> str:
    return (
        f'{DECLARATION}<worksheet xmlns="{main}">{before}<sheetData>{rows}</sheetData>'
        f"{after}</worksheet>"
    )


def parts(
    sheet: str,
    *,
    shared: str = "",
    formats: str = "",
    styles: tuple[int, ...] = (0,),
    settings: str = "",
    main: str = MAIN,
    rel: str = REL,
) -> dict[str, str]:
    """Return the parts of a workbook with one sheet; `styles` are number format ids."""
    package_rel = "http://schemas.openxmlformats.org/package/2006/relationships"
    xfs = "".join(f'<xf numFmtId="{number}"/>' for number in styles)
    return {
        "[Content_Types].xml": f"{DECLARATION}<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{package_rel}"><Relationship Id="rId1" '
        f'Type="{rel}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{DECLARATION}<workbook xmlns="{main}" xmlns:r="{rel}">'
        f"<workbookPr {settings}/>"
        f'<sheets><sheet name="工作日志" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package_rel}">'
        f'<Relationship Id="rId1" Type="{rel}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{rel}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{rel}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/styles.xml": f'<styleSheet xmlns="{main}"><numFmts>{formats}</numFmts>'
        f"<cellXfs>{xfs}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'{DECLARATION}<sst xmlns="{main}" count="9" uniqueCount="9">'
        f"{shared}</sst>",
        "xl/worksheets/sheet1.xml": sheet,
    }


def package(contents: Mapping[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in contents.items():
            target.writestr(name, content)
    return stream.getvalue()


def book_of(rows: str, **options: object) -> bytes:
    """Return a workbook whose only sheet has these row elements."""
    return package(parts(worksheet(rows), **options))  # type: ignore[arg-type]


def redeclare_size(data: bytes, name: str, size: int) -> bytes:
    """Return the package with another uncompressed size declared for one part."""
    changed = bytearray(data)
    at = changed.rindex(name.encode()) - 46  # the entry of the central directory
    assert changed[at : at + 4] == b"PK\x01\x02"
    changed[at + 24 : at + 28] = size.to_bytes(4, "little")
    return bytes(changed)


def binary_workbook() -> bytes:
    """Return an .xlsb: A2 = 7, B2 = #REF! typed, GR3 = #N/A by a formula, GS3 = 8."""
    cells = _record(0, _number(1) + bytes(9)) + _record(5, _place(0) + struct.pack("<d", 7))
    cells += _record(3, _place(1) + b"\x17") + _record(0, _number(2) + bytes(9))
    cells += _record(11, _place(199) + b"\x2a" + bytes(10))
    cells += _record(5, _place(200) + struct.pack("<d", 8))
    sheet = _record(129) + _record(148, struct.pack("<4I", 1, 2, 0, 200)) + _record(145)
    sheet += cells + _record(146) + _record(130)
    listed = _number(0) + _number(1) + _wide("rId1") + _wide("工作日志")
    workbook = _record(131) + _record(143) + _record(156, listed) + _record(144) + _record(132)
    contents = parts("")
    relations = contents["xl/_rels/workbook.xml.rels"].replace("sheet1.xml", "sheet1.bin")
    return package(
        {
            "[Content_Types].xml": contents["[Content_Types].xml"],
            "_rels/.rels": contents["_rels/.rels"].replace("workbook.xml", "workbook.bin"),
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": relations,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _record(kind: int, content: bytes = b"") -> bytes:
    """Return a BIFF12 record: its kind and size are written 7 bits a byte."""
    return _variable(kind) + _variable(len(content)) + content


def _variable(number: int) -> bytes:
    head, rest = number & 0x7F, number >> 7
    return bytes([head | 0x80, rest]) if rest else bytes([head])


def _number(number: int) -> bytes:
    return number.to_bytes(4, "little")


def _place(column: int) -> bytes:
    return _number(column) + bytes(4)


def _wide(text: str) -> bytes:
    return _number(len(text)) + text.encode("utf-16-le")
