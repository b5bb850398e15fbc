"""The parts of an .xlsx around the worksheets: sheet list, styles, shared strings, properties."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from workbooks.ooxml.dates import Kind
from workbooks.ooxml.number_formats import meaning_of
from workbooks.ooxml.package import (
    CUSTOM_PROPERTIES,
    Package,
    Relationship,
    corrupt,
    custom_properties,
    local,
    not_workbook,
    parse,
    relationships,
    relationships_part,
)
from workbooks.ooxml.shared_strings import SharedStrings, shared_strings

MAX_SHARED_BYTES: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One entry of the sheet list; `part` is "" for chart sheets and the like."""

    name: str
    hidden: bool
    part: str


@dataclass(frozen=True)
class Workbook:
    """What the worksheets refer to.

    Attributes:
        meanings: For each cell style, what its number format means; see `meaning_of`.
        shared_part: The name of the shared strings part, "" where there is none.
    """

    package: Package
    sheets: list[SheetPart]
    date1904: bool
    meanings: NDArray[np.int16]
    shared_part: str

    @cached_property
    def kinds(self) -> NDArray[np.int16]:
        """Return the `Kind` of each cell style."""
        return np.where(self.meanings < len(Kind), self.meanings, Kind.NUMBER)

    @cached_property
    def shared(self) -> SharedStrings:
        """Return the shared strings, read on first use."""
        if not self.shared_part:
            return SharedStrings([])
        return SharedStrings(shared_strings(self.package.read(self.shared_part, MAX_SHARED_BYTES)))

    def properties(self) -> dict[str, str]:
        """Return the custom document properties as text."""
        if CUSTOM_PROPERTIES not in self.package:
            return {}
        return custom_properties(self.package.read(CUSTOM_PROPERTIES))


def open_workbook(package: Package) -> Workbook:
    """Read the sheet list, styles and settings of an .xlsx package.

    Raises:
        UnreadableWorkbook: The package holds no workbook, or a damaged one.
    """
    part = workbook_part(package)
    root = parse(package.read(part))
    related = relationships(package, part)
    by_kind = {relationship.kind: relationship.target for relationship in related}
    date1904 = any(
        local(item) == "workbookPr" and item.get("date1904") in ("1", "true", "on") for item in root
    )
    by_id = {relationship.id: relationship for relationship in related}
    sheets = [_sheet_part(item, by_id) for item in root.iter() if local(item) == "sheet"]
    if not sheets:
        raise corrupt("工作簿中没有工作表")
    styles = by_kind.get("styles", "")
    meanings = _meanings(package.read(styles)) if styles else np.zeros(1, np.int16)
    return Workbook(package, sheets, date1904, meanings, by_kind.get("sharedStrings", ""))


def workbook_part(package: Package) -> str:
    """Return the name of the main part, such as xl/workbook.xml or xl/workbook.bin."""
    if relationships_part("") in package:
        for _, kind, target in relationships(package, ""):
            if kind == "officeDocument" and target in package:
                return target
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    raise not_workbook()


def _sheet_part(item: Element, by_id: dict[str, Relationship]) -> SheetPart:
    relationship = by_id.get(
        next((value for key, value in item.items() if key.endswith("}id")), "")
    )
    part = relationship.target if relationship and relationship.kind == "worksheet" else ""
    return SheetPart(item.get("name", ""), item.get("state", "visible") != "visible", part)


@lru_cache(maxsize=16)
def _meanings(styles: bytes) -> NDArray[np.int16]:
    """Return the meaning of each cell style; ledgers from one template share the cached answer."""
    root = parse(styles)
    codes = {
        item.get("numFmtId"): item.get("formatCode", "")
        for item in root.iter()
        if local(item) == "numFmt"
    }
    meanings = [
        _meaning(item.get("numFmtId", "0"), codes)
        for group in root
        if local(group) == "cellXfs"
        for item in group
    ]
    return np.array(meanings or [Kind.NUMBER], np.int16)


def _meaning(number: str, codes: dict[Any, str]) -> int:
    return meaning_of(int(number) if number.isdigit() else 0, codes.get(number))
