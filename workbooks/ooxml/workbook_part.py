"""The parts of an .xlsx around the worksheets: sheet list, styles, shared strings, properties."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from validators.errors import UnreadableWorkbook
from workbooks.ooxml.dates import Kind, format_kind
from workbooks.ooxml.package import Package, corrupt, local, parse
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
        kinds: For each cell style, what its number format means (`Kind` as int8).
        shared_part: The name of the shared strings part, "" where there is none.
    """

    package: Package
    sheets: list[SheetPart]
    date1904: bool
    kinds: NDArray[np.int8]
    shared_part: str

    @cached_property
    def shared(self) -> SharedStrings:
        """Return the shared strings, read on first use."""
        if not self.shared_part:
            return SharedStrings([])
        return SharedStrings(shared_strings(self.package.read(self.shared_part, MAX_SHARED_BYTES)))

    def properties(self) -> dict[str, str]:
        """Return the custom document properties as text."""
        if "docProps/custom.xml" not in self.package:
            return {}
        root = parse(self.package.read("docProps/custom.xml"))
        return {
            item.get("name", ""): "".join(item.itertext())
            for item in root
            if local(item) == "property"
        }


def open_workbook(package: Package) -> Workbook:
    """Read the sheet list, styles and settings of an .xlsx package.

    Raises:
        UnreadableWorkbook: The package holds no workbook, or a damaged one.
    """
    part = workbook_part(package)
    root = parse(package.read(part))
    targets = dict(_relations(package, part))
    by_type = {kind: target for kind, target in targets.values() if kind != "worksheet"}
    date1904 = any(
        local(item) == "workbookPr" and item.get("date1904") in ("1", "true", "on") for item in root
    )
    sheets = [_sheet_part(item, targets) for item in root.iter() if local(item) == "sheet"]
    if not sheets:
        raise corrupt("工作簿中没有工作表")
    styles = by_type.get("styles", "")
    shared = by_type.get("sharedStrings", "")
    return Workbook(
        package,
        sheets,
        date1904,
        _kinds(package.read(styles)) if styles else np.zeros(1, np.int8),
        shared,
    )


def workbook_part(package: Package) -> str:
    """Return the name of the main part, such as xl/workbook.xml or xl/workbook.bin."""
    if "_rels/.rels" in package:
        for kind, target in dict(_relations(package, "")).values():
            if kind == "officeDocument" and target in package:
                return target
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    raise UnreadableWorkbook(
        "file.not_workbook", "这不是 Excel 工作簿", "请上报 .xlsx 格式的台账文件"
    )


def _relations(package: Package, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield (id, (type's last word, target part)) of the relationships of `part`."""
    folder, name = posixpath.split(part)
    rels = posixpath.join(folder, "_rels", f"{name}.rels")
    for item in parse(package.read(rels)):
        if item.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, item.get("Target", "")))
        yield item.get("Id", ""), (item.get("Type", "").rpartition("/")[2], target.lstrip("/"))


def _sheet_part(item: Element, targets: dict[str, tuple[str, str]]) -> SheetPart:
    relation = next((value for key, value in item.items() if key.endswith("}id")), "")
    kind, target = targets.get(relation, ("", ""))
    hidden = item.get("state", "visible") != "visible"
    return SheetPart(item.get("name", ""), hidden, target if kind == "worksheet" else "")


@lru_cache(maxsize=16)
def _kinds(styles: bytes) -> NDArray[np.int8]:
    """Return the `Kind` of each cell style; ledgers from one template share the cached answer."""
    root = parse(styles)
    codes = {
        item.get("numFmtId"): item.get("formatCode", "")
        for item in root.iter()
        if local(item) == "numFmt"
    }
    kinds = [
        _kind(item.get("numFmtId", "0"), codes)
        for group in root
        if local(group) == "cellXfs"
        for item in group
    ]
    return np.array(kinds or [Kind.NUMBER], np.int8)


def _kind(number: str, codes: dict[Any, str]) -> Kind:
    return format_kind(int(number) if number.isdigit() else 0, codes.get(number))
