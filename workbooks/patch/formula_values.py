"""Write a copy of a ledger in which some formulas are what they show; all else is byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from validators.cells import letters
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.markup import attribute, unescaped, without
from workbooks.ooxml.package import MAX_PART_BYTES
from workbooks.patch.ledger_copy import write_package
from workbooks.patch.package import changed_workbook_parts, read_ledger_package
from workbooks.patch.sheet_xml import FORMULA, CellXml, SheetXml, unshare

_VALUE = re.compile(r"<v(?:\s[^>]*)?>(.*?)</v>", re.DOTALL)

_REPORTED_ON = "填报时间："
_LINE = re.compile(
    rf'(<c r="[A-Z]+2"[^>]*><f[^>]*>[^<]*{_REPORTED_ON}[^<]*</f><v>[^<]*{_REPORTED_ON})[^<]*(</v>)'
)
"""The formula below a sheet's title with the text it shows, which ends with the day."""

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class FormulaValues:
    """How many cells hold values now, and the places of formulas that show none and stay."""

    cells: int
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Formulas:
    """Which formulas become values.

    Attributes:
        marker: What stands in every such formula; sheets without it are not looked into.
        wanted: Tells whether a formula, without its equals sign, is one of these.
        failed: Tells whether a text a formula shows is no result.
    """

    marker: re.Pattern[bytes]
    wanted: Wanted
    failed: Wanted


def write_values(
    source: Path, target: Path | BinaryIO, formulas: Formulas, reported_on: date | None = None
) -> FormulaValues:
    """Write `source` to `target` with some formulas replaced by the values they show.

    An array is changed as a whole or not at all: one cell without a result leaves all of it.

    Args:
        source: A ledger as .xlsx; it is only read.
        target: A path or an open binary file.
        formulas: Which formulas.
        reported_on: The 填报时间 the formulas below the titles are noted to show; None leaves them.

    Raises:
        UpdateRefused: The file is of another format or has macros.
        UnreadableWorkbook: The file is damaged, harmful or locked with a password.
    """
    ledger = read_ledger_package(source, ())
    parts: dict[str, str | None] = {}
    names, left, count = [], [], 0
    for sheet in ledger.workbook.sheets:
        data = ledger.package.read(sheet.part, MAX_PART_BYTES) if sheet.part else b""
        if reported_on and _REPORTED_ON.encode() in data:
            text = ledger.text(sheet.part)
            parts[sheet.part] = _LINE.sub(rf"\g<1>{reported_on.isoformat()}\g<2>", text)
        if formulas.marker.search(data):
            xml = SheetXml(parts.get(sheet.part) or ledger.text(sheet.part), sheet.name)
            cells, kept = _converted(xml, formulas)
            left += [f"“{sheet.name}”{cell}" for cell in kept]
            if cells:
                parts[sheet.part] = xml.render()
                names.append(sheet.name)
                count += cells
    if names:
        parts |= changed_workbook_parts(ledger, names)
    write_package(ledger, target, parts)
    return FormulaValues(count, tuple(left))


def _converted(xml: SheetXml, formulas: Formulas) -> tuple[int, list[str]]:
    """Change a sheet; return how many cells became values, and the formulas that stay."""
    unshare(xml)
    values = dict(_values(xml, formulas.wanted, formulas.failed))
    kept = [cell for cell in values if isinstance(cell, str)]
    for cell, value in values.items():
        if value is not None and not isinstance(cell, str):
            xml.rows[cell[0]].cells[cell[1]] = value
    return len(values) - len(kept), kept


Cell = tuple[int, int] | str


def _values(xml: SheetXml, wanted: Wanted, failed: Wanted) -> Iterator[tuple[Cell, CellXml | None]]:
    """Yield ((row, column), value) of the wanted formulas, and the address of those that stay."""
    rows = {number: row.peek() for number, row in xml.rows.items() if "<f" in row.text}
    for number, cells in rows.items():
        for at, cell in cells.items():
            formula = FORMULA.search(cell.inner or "")
            if formula is None or not wanted(unescaped(formula[2] or "")):
                continue
            array = Rectangle.parse(attribute(formula[1] or "", "ref"))
            area = array or Rectangle(number, at, 1, 1)
            block = {
                (row, column): xml.row(row).peek().get(column)
                for row in range(area.top, area.bottom + 1)
                for column in range(area.left, area.right + 1)
            }
            if any(_shows_nothing(member, failed) for member in block.values()):
                yield f"{letters(at)}{number}", None
            else:
                yield from ((place, _value(member)) for place, member in block.items() if member)


def _shows_nothing(cell: CellXml | None, failed: Wanted) -> bool:
    """Tell whether a cell shows an error or was never calculated; blank parts of arrays may be."""
    if cell is None or cell.inner is None:
        return False
    value = _VALUE.search(cell.inner)
    kind = attribute(cell.extra, "t")
    return value is None or kind == "e" or (kind == "str" and failed(unescaped(value[1])))


def _value(cell: CellXml) -> CellXml:
    """Return a cell without its formula; what was a formula's text is a text of its own."""
    inner = FORMULA.sub("", cell.inner or "")
    extra = without(cell.extra, "cm", "vm")
    value = _VALUE.search(inner)
    if attribute(extra, "t") == "str" and value:
        text = f'<is><t xml:space="preserve">{value[1]}</t></is>'
        return CellXml(cell.style, f'{without(extra, "t")} t="inlineStr"', text)
    return CellXml(cell.style, extra, inner or None)
