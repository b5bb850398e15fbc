"""The parts of an .xlsx around the worksheets: sheet list, styles, shared strings, properties."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from numpy.typing import NDArray

from validators.errors import UnreadableWorkbook
from workbooks.guard import Package, corrupt, hostile
from workbooks.serials import Kind, format_kind
from workbooks.xmltext import Irregular, plain, unescape_units

__all__ = [
    "SharedStrings",
    "SheetPart",
    "Workbook",
    "local",
    "open_workbook",
    "parse",
    "text_of",
    "workbook_part",
]

MAX_SHARED_BYTES: Final = 256 << 20

_SIMPLE = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<phoneticPr [^>]*/>)?</si>')
_ITEM = re.compile(r"<si>(.*?)</si>|<si/>", re.DOTALL)
_RUN = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
_READING = re.compile(r"<rPh .*?</rPh>", re.DOTALL)


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
        return SharedStrings(_shared_strings(self.package.read(self.shared_part, MAX_SHARED_BYTES)))

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


class SharedStrings:
    """The shared strings of a book.

    Attributes:
        texts: The strings by index.
        canonical: For each index the first index with the same text, -1 for ""; None where every
            text is distinct and none is empty.
    """

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        distinct = set(texts)
        self.canonical: NDArray[np.int64] | None = None
        if len(distinct) != len(texts) or "" in distinct:
            first: dict[str, int] = {"": -1}
            self.canonical = np.array(
                [first.setdefault(text, index) for index, text in enumerate(texts)], np.int64
            )


def local(element: Element) -> str:
    """Return the element's name without its namespace, which Strict packages change."""
    return element.tag.rpartition("}")[2]


def parse(xml: bytes) -> Element:
    """Parse one small part; a DOCTYPE or entity declaration is refused unread."""
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as error:
        raise hostile("XML 中含有 DOCTYPE 或实体声明") from error
    except (ParseError, ValueError, LookupError) as error:
        raise corrupt("XML 读不出") from error
    return root


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


def _shared_strings(xml: bytes) -> list[str]:
    """Return the shared strings; the declared counts are not believed, the strings are counted."""
    try:
        found = _split_items(xml.decode(), xml)
    except (UnicodeDecodeError, Irregular):
        return _shared_tree(xml)
    if b"&" in xml or b"_x" in xml or b"\r" in xml:
        return _plain_all(xml, found)
    return found


def _split_items(text: str, xml: bytes) -> list[str]:
    """Return the raw text of each item; every "<" must be accounted for.

    Raises:
        Irregular: The XML has comments, CDATA, prefixes or whatever else needs a real parser.
    """
    tags = np.count_nonzero(np.frombuffer(xml, np.uint8) == ord("<"))
    begin, end = text.find("<si>"), text.rfind("</t></si></sst>")
    if 0 <= begin < end and text.startswith("<si><t>", begin):
        items = text[begin + 7 : end].split("</t></si><si><t>")
        if tags == 4 * len(items) + text.count("<", 0, begin) + 1:
            return items
    if "<!" in text or ":si>" in text:
        raise Irregular("shared strings")
    count = text.count("</si>") + text.count("<si/>")
    items = _SIMPLE.findall(text)
    if len(items) != count:
        items = ["".join(_RUN.findall(_READING.sub("", item))) for item in _ITEM.findall(text)]
    if not count or len(items) != count:
        raise Irregular("shared strings")
    return items


def _plain_all(xml: bytes, found: list[str]) -> list[str]:
    try:
        return [plain(item) for item in found]
    except Irregular:
        return _shared_tree(xml)


def _shared_tree(xml: bytes) -> list[str]:
    return [unescape_units(text_of(item)) for item in parse(xml) if local(item) == "si"]


def text_of(element: Element) -> str:
    """Return the text of a string item: its runs without the phonetic reading."""
    return "".join(
        item.text or ""
        for child in element
        if local(child) != "rPh"
        for item in child.iter()
        if local(item) == "t"
    )
