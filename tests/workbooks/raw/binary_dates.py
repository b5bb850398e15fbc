"""An .xlsb made record by record ([MS-XLSB]): numbers in cells of given formats."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from tests.workbooks.raw.hostile import _number, _record, _wide, package, parts


def binary_workbook_of(
    formats: Mapping[int, str], cells: Sequence[tuple[int | float, int]]
) -> bytes:
    """Return an .xlsb whose first row holds numbers.

    Args:
        formats: Number formats by style; styles count from 0.
        cells: Number and style of each cell; whole numbers are stored short, as Excel does.
    """
    row = _record(0, _number(0) + bytes(9))
    for column, (value, style) in enumerate(cells):
        place = _number(column) + style.to_bytes(3, "little") + b"\0"
        if isinstance(value, int):
            row += _record(2, place + struct.pack("<i", value << 2 | 2))
        else:
            row += _record(5, place + struct.pack("<d", value))
    area = struct.pack("<4I", 0, 0, 0, len(cells) - 1)
    sheet = _record(129) + _record(148, area) + _record(145) + row + _record(146) + _record(130)
    listed = _number(0) + _number(1) + _wide("rId1") + _wide("工作日志")
    workbook = _record(131) + _record(143) + _record(156, listed) + _record(144) + _record(132)
    contents = parts("")
    relations = contents["xl/_rels/workbook.xml.rels"].replace("sheet1.xml", "sheet1.bin")
    return package(
        {
            "[Content_Types].xml": contents["[Content_Types].xml"],
            "_rels/.rels": contents["_rels/.rels"].replace("workbook.xml", "workbook.bin"),
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": relations.replace("styles.xml", "styles.bin"),
            "xl/worksheets/sheet1.bin": sheet,
            "xl/styles.bin": _styles(formats),
        }
    )


def _styles(formats: Mapping[int, str]) -> bytes:
    codes = {200 + style: code for style, code in formats.items()}
    listed = b"".join(
        _record(44, struct.pack("<H", number) + _wide(code)) for number, code in codes.items()
    )
    styles = b"".join(_record(47, struct.pack("<HH", 0xFFFF, n) + bytes(12)) for n in codes)
    return (
        _record(278) + _record(615, _number(len(codes))) + listed + _record(616)
        + _record(617, _number(len(codes))) + styles + _record(618) + _record(279)
    )  # fmt: skip
