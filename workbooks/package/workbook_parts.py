"""Parts of the whole workbook a change of cells may touch: recalculation and the formula chain."""

from __future__ import annotations

import re
from collections.abc import Collection

from workbooks.package.markup import attribute, with_attribute
from workbooks.package.source import CONTENT_TYPES, Source
from workbooks.package.table_xml import relations_part
from workbooks.raw.ooxml import workbook_part
from workbooks.raw.smallxml import local, parse

__all__ = ["changed_workbook_parts"]

_CALCULATION = re.compile(r"<calcPr(?:\s[^>]*?)?(?=/?>)")
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")
_CHAIN = "calcChain"
_ON = ("1", "true", "on")


def changed_workbook_parts(source: Source, sheets: Collection[str]) -> dict[str, str | None]:
    """Return the new text of the workbook's own parts that must change, None for one to drop.

    The workbook is told to calculate everything when it is opened: Excel takes the mark out when
    it saves, and would then go on showing what look-ups and 本周待办 said before the update.
    The chain of formulas is dropped if it names cells of the changed `sheets`, as a chain that
    names a cell without a formula makes Excel repair the file; Excel makes a new one.

    Args:
        source: The ledger.
        sheets: Names of the changed sheets.
    """
    part = workbook_part(source.package)
    xml = source.text(part)
    changed: dict[str, str | None] = {}
    new = _recalculating(xml)
    if new != xml:
        changed[part] = new
    chain = _chain_part(source, part)
    if chain and _names_sheets(source, chain, xml, sheets):
        changed[chain] = None
        for listing in (CONTENT_TYPES, relations_part(part)):
            changed[listing] = _without_chain(source.text(listing))
    return changed


def _recalculating(xml: str) -> str:
    found = _CALCULATION.search(xml)
    if found:
        if attribute(found[0], "fullCalcOnLoad") in _ON:
            return xml
        tag = with_attribute(found[0].rstrip(), "fullCalcOnLoad", "1")
        return f"{xml[: found.start()]}{tag}{xml[found.end() :]}"
    for element in _BEFORE_CALCULATION:
        for end in (f"</{element}>", f"<{element}/>"):
            if end in xml:
                return xml.replace(end, f'{end}<calcPr fullCalcOnLoad="1"/>', 1)
    return xml


def _chain_part(source: Source, part: str) -> str:
    folder = part.rpartition("/")[0]
    name = f"{folder}/{_CHAIN}.xml".lstrip("/")
    return name if name in source.package else ""


def _names_sheets(source: Source, chain: str, workbook: str, names: Collection[str]) -> bool:
    """Tell whether the chain names cells of one of the sheets; `i` stands once for a run."""
    ids = {
        item.get("sheetId", "")
        for item in parse(workbook.encode()).iter()
        if local(item) == "sheet" and item.get("name") in names
    }
    return any(item.get("i") in ids for item in parse(source.package.read(chain)))


def _without_chain(listing: str) -> str:
    return re.sub(
        rf'<(?:Override|Relationship)\s[^>]*{_CHAIN}\.xml"[^>]*?(?:/>|></\w+>)', "", listing
    )
