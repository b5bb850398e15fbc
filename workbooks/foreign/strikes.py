"""Find the cells of an .xlsx that are struck through: people who left, entries taken back."""

from __future__ import annotations

import re

from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.package import Package, local, parse, relationships
from workbooks.ooxml.workbook_part import open_workbook, workbook_part

_FALSE = ("0", "false")
_CELL = re.compile(rb'<c r="([A-Z]+\d+)" s="(\d+)"')


def struck_cells(data: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Return by sheet name the (row, column) of the cells struck through."""
    package = Package(data)
    styles = {r.kind: r.target for r in relationships(package, workbook_part(package))}.get(
        "styles", ""
    )
    if styles not in package or b"strike" not in (xml := package.read(styles)):
        return {}
    numbers = _struck_styles(xml)
    if not numbers:
        return {}
    found = {}
    for part in open_workbook(package).sheets:
        if part.part:
            xml = b"".join(package.chunks(part.part))
            cells = (m for m in _CELL.finditer(xml) if int(m[2]) in numbers)
            places = (Rectangle.parse(m[1].decode()) for m in cells)
            found[part.name] = frozenset((p.top, p.left) for p in places if p)
    return found


def _struck_styles(xml: bytes) -> set[int]:
    """Return the numbers of the cell styles whose font is struck through."""
    fonts: list[bool] = []
    styles: set[int] = set()
    for part in parse(xml):
        if local(part) == "fonts":
            fonts = [
                any(local(e) == "strike" and e.get("val") not in _FALSE for e in font)
                for font in part
            ]
        elif local(part) == "cellXfs":
            ids = [int(style.get("fontId", "0")) for style in part]
            styles = {n for n, at in enumerate(ids) if at < len(fonts) and fonts[at]}
    return styles
