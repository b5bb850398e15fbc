"""Open a clerk's ledger for a copy with changes; its tables and the workbook's own parts changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from validators.errors import UpdateRefused
from validators.sheets import Row
from workbooks.files import KIND_PROPERTY
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.markup import attribute, spliced, unescaped, with_attribute, without
from workbooks.ooxml.package import (
    CONTENT_TYPES,
    MAX_PART_BYTES,
    Package,
    local,
    parse,
    relationships,
    relationships_part,
)
from workbooks.ooxml.workbook_part import Workbook, open_workbook, workbook_part
from workbooks.raw.book import RawSheet, file_bytes, read_workbook
from workbooks.raw.sniff import Format, identify
from workbooks.reader import model_of_tab, tabs_by_model
from workbooks.template.layout import FILE_KIND
from workbooks.update_layout import TableArea

_MACRO = re.compile(r"vbaproject|macrosheet", re.IGNORECASE)
_OVERRIDE = re.compile(r"<Override\s[^>]*>")
_MACRO_ENABLED = re.compile(
    r"application/vnd\.ms-excel\.\w+\.macroEnabled\.main\+xml", re.IGNORECASE
)
_PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TEMPLATE = b"spreadsheetml.template.main+xml"


@dataclass(frozen=True, slots=True)
class LedgerPackage:
    """A ledger in memory.

    Attributes:
        name: The file's name.
        workbook: Its package, without the encryption Excel applies silently; its sheet list,
            styles and date system.
        tabs: The worksheets asked for, by model; see `tabs_by_model`.
    """

    name: str
    workbook: Workbook
    tabs: dict[type[Row], list[RawSheet]]

    @property
    def package(self) -> Package:
        """Return the parts."""
        return self.workbook.package

    def part_of(self, sheet: RawSheet) -> str:
        """Return the name of the part that holds `sheet`."""
        return next(part.part for part in self.workbook.sheets if part.name == sheet.name)

    def text(self, part: str) -> str:
        """Return a part as text.

        Raises:
            UpdateRefused: It is not UTF-8, or has comments or sections splicing would misread.
        """
        xml = self.package.read(part, MAX_PART_BYTES)
        try:
            text = xml.decode()
        except UnicodeDecodeError:
            text = ""
        if not text or "<!" in text or "\0" in text:
            raise unusual(f"部件 {part}")
        return text


def read_ledger_package(
    path: Path, models: Collection[type[Row]], digest: str = ""
) -> LedgerPackage:
    """Read a ledger that changes shall be written into a copy of.

    Args:
        path: The ledger; it is only read.
        models: The models of the worksheets needed.
        digest: The SHA-256 of the file the changes were made for; "" where that is sure.

    Raises:
        UnreadableWorkbook: The file is damaged, harmful or locked with a password.
        UpdateRefused: It is of another format, holds macros, or was changed meanwhile.
    """
    data = file_bytes(path)
    if digest and hashlib.sha256(data).hexdigest() != digest:
        raise UpdateRefused(
            f"“{path.name}”在读取后又有改动，未写入", "请保存并关闭该文件后重新运行"
        )
    file = identify(data, path.name)
    if file.format is not Format.XLSX or file.package is None:
        raise UpdateRefused(
            f"“{path.name}”是 {file.format.value[0]} 格式，不能写入",
            "请用 Excel 或 WPS 打开后另存为 .xlsx，再重试",
        )
    _refuse_macros(file.package, path.name)
    workbook = open_workbook(file.package)
    kind = workbook.properties().get(KIND_PROPERTY, FILE_KIND)
    if kind != FILE_KIND:
        raise UpdateRefused(f"“{path.name}”是“{kind}”，不是乡镇台账", "请选乡镇台账文件")
    book = read_workbook(workbook, lambda name: model_of_tab(name) in models)
    tabs = tabs_by_model(sheet for sheet in book.sheets if model_of_tab(sheet.name) in models)
    return LedgerPackage(path.name, workbook, tabs)


def unusual(what: str) -> UpdateRefused:
    """Return the refusal of XML that no spreadsheet in use writes; `what` in Chinese."""
    return UpdateRefused(
        f"{what}的内部格式特殊，未写入", "请用 Excel 或 WPS 打开该文件，另存为 .xlsx 后重试"
    )


def _refuse_macros(package: Package, name: str) -> None:
    if any(_macro_parts(package)):
        raise UpdateRefused(
            f"“{name}”带有宏，宏不能复制到新文件",
            "请用 Excel 或 WPS 打开后另存为 .xlsx（不含宏），再重试",
        )
    if _TEMPLATE in package.read(CONTENT_TYPES).lower():
        raise UpdateRefused(
            f"“{name}”是 Excel 模板（.xltx）", "请用 Excel 打开后另存为 .xlsx，再重试"
        )


def _macro_parts(package: Package) -> Iterator[str]:
    """Yield the parts that hold macros, by their names, types and relationships.

    A type that is only declared, as other programs leave it behind, is no macro.
    """
    yield from filter(_MACRO.search, package.names())
    for tag in _OVERRIDE.findall(package.read(CONTENT_TYPES).decode("utf-8", "replace")):
        part = attribute(tag, "PartName").lstrip("/")
        if part in package and _MACRO.search(attribute(tag, "ContentType")):
            yield part
    main = workbook_part(package)
    if relationships_part(main) in package:
        for related in relationships(package, main):
            if _MACRO.search(related.kind) and related.target in package:
                yield related.target


def without_macro_type(types: str) -> str:
    """Return the list of content types of a workbook without macros, whatever it was called."""
    return _MACRO_ENABLED.sub(_PLAIN_TYPE, types)


# --- tables --------------------------------------------------------------------------------------

_TABLE = re.compile(r"<table\s[^>]*")
FILTER = re.compile(r"<autoFilter\s[^>]*?(?:/>|>.*?</autoFilter>)", re.DOTALL)
_SORT = re.compile(r"<sortState\s[^>]*?(?:/>|>.*?</sortState>)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableXml(TableArea):
    """One table of a package.

    Attributes:
        part: The part that holds it.
        xml: Its text.
    """

    part: str
    xml: str

    def resized(self, bottom: int, *, clear: bool) -> str:
        """Return the text of the part with the table ending at row `bottom`.

        Args:
            bottom: Its new last row.
            clear: Take out what it filters and sorts by.
        """
        xml = _TABLE.sub(
            lambda tag: with_attribute(tag[0], "ref", self._reference(bottom)), self.xml, count=1
        )
        if clear:
            xml = _SORT.sub("", xml)
        area = self._reference(bottom - self.totals)
        return FILTER.sub(lambda match: refiltered(match[0], area, clear=clear), xml, count=1)

    def _reference(self, bottom: int) -> str:
        return Rectangle.between(self.top, self.left, bottom, self.right).address


def refiltered(element: str, area: str, *, clear: bool) -> str:
    """Return a filter's element over another area; `clear` takes out what it filters by."""
    tag, _, inner = element.partition(">")
    tag = with_attribute(tag.removesuffix("/"), "ref", area)
    return f"{tag}/>" if clear or not inner else f"{tag}>{inner}"


def tables_of(ledger: LedgerPackage, sheet_part: str) -> list[TableXml]:
    """Return the tables of a worksheet part."""
    if relationships_part(sheet_part) not in ledger.package:
        return []
    related = relationships(ledger.package, sheet_part)
    return [_table(ledger, target) for _, kind, target in related if kind == "table"]


def _table(ledger: LedgerPackage, part: str) -> TableXml:
    xml = ledger.text(part)
    root = parse(xml.encode())
    area = Rectangle.parse(root.get("ref", "")) or Rectangle(0, 0, 1, 1)
    return TableXml(
        part=part,
        xml=xml,
        name=root.get("displayName", ""),
        top=area.top,
        left=area.left,
        bottom=area.bottom,
        right=area.right,
        totals=_count(root, "totalsRowCount"),
        columns=tuple(item.get("name", "") for item in root.iter() if local(item) == "tableColumn"),
    )


def _count(root: Element, name: str) -> int:
    text = root.get(name, "0")
    return int(text) if text.isdigit() else 0


# --- the workbook's own parts --------------------------------------------------------------------

_CALCULATION = re.compile(r"<calcPr(?:\s[^>]*?)?(?=/?>)")
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")
_CHAIN = "calcChain"
_ON = ("1", "true", "on")


def changed_workbook_parts(
    ledger: LedgerPackage, sheets: Collection[str], shown: Collection[str] = ()
) -> dict[str, str | None]:
    """Return the new text of the workbook's own parts that must change, None for one to drop.

    The workbook is told to calculate everything when it is opened: Excel takes the mark out when
    it saves, and would then go on showing what look-ups and 本周待办 showed before the update.
    The chain of formulas is dropped if it names cells of the changed `sheets`, as a chain that
    names a cell without a formula makes Excel repair the file; Excel makes a new one.

    Args:
        ledger: The ledger.
        sheets: Names of the changed sheets.
        shown: Names of sheets that are hidden no longer.
    """
    part = workbook_part(ledger.package)
    xml = ledger.text(part)
    changed: dict[str, str | None] = {}
    new = _SHEET.sub(lambda tag: _seen(tag[0], shown), _recalculating(xml))
    if new != xml:
        changed[part] = new
    chain = _chain_part(ledger, part)
    if chain and _names_sheets(ledger, chain, xml, sheets):
        changed[chain] = None
        for listing in (CONTENT_TYPES, relationships_part(part)):
            changed[listing] = _without_chain(ledger.text(listing))
    return changed


_SHEET = re.compile(r"<sheet\s[^>]*>")


def _seen(tag: str, shown: Collection[str]) -> str:
    return without(tag, "state") if unescaped(attribute(tag, "name")) in shown else tag


def _recalculating(xml: str) -> str:
    match = _CALCULATION.search(xml)
    if match:
        if attribute(match[0], "fullCalcOnLoad") in _ON:
            return xml
        return spliced(match, with_attribute(match[0].rstrip(), "fullCalcOnLoad", "1"))
    for element in _BEFORE_CALCULATION:
        for end in (f"</{element}>", f"<{element}/>"):
            if end in xml:
                return xml.replace(end, f'{end}<calcPr fullCalcOnLoad="1"/>', 1)
    return xml


def _chain_part(ledger: LedgerPackage, part: str) -> str:
    folder = part.rpartition("/")[0]
    name = f"{folder}/{_CHAIN}.xml".lstrip("/")
    return name if name in ledger.package else ""


def _names_sheets(ledger: LedgerPackage, chain: str, workbook: str, names: Collection[str]) -> bool:
    """Tell whether the chain names cells of one of the sheets; `i` stands once for a run."""
    ids = {
        item.get("sheetId", "")
        for item in parse(workbook.encode()).iter()
        if local(item) == "sheet" and item.get("name") in names
    }
    return any(item.get("i") in ids for item in parse(ledger.package.read(chain)))


def _without_chain(listing: str) -> str:
    return re.sub(
        rf'<(?:Override|Relationship)\s[^>]*{_CHAIN}\.xml"[^>]*?(?:/>|></\w+>)', "", listing
    )
