"""The table parts of a worksheet: where they stand, and their reach changed."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from workbooks.package.markup import area, reference, with_attribute
from workbooks.package.source import Source
from workbooks.raw.smallxml import local, parse
from workbooks.reach import TableArea

__all__ = ["TableXml", "relations_part", "tables_of"]

_TABLE = re.compile(r"<table\s[^>]*")
_FILTER = re.compile(r"<autoFilter\s[^>]*?(?:/>|>.*?</autoFilter>)", re.DOTALL)
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
        return _FILTER.sub(lambda found: self._filter(found[0], bottom, clear=clear), xml, count=1)

    def _filter(self, text: str, bottom: int, *, clear: bool) -> str:
        tag, _, inner = text.partition(">")
        tag = with_attribute(tag.removesuffix("/"), "ref", self._reference(bottom - self.totals))
        return f"{tag}/>" if clear or not inner else f"{tag}>{inner}"

    def _reference(self, bottom: int) -> str:
        return reference(self.top, self.left, bottom, self.right)


def relations_part(part: str) -> str:
    """Return the name of the part with the relationships of `part`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def tables_of(source: Source, sheet_part: str) -> list[TableXml]:
    """Return the tables of a worksheet part."""
    relations = relations_part(sheet_part)
    if relations not in source.package:
        return []
    folder = posixpath.dirname(sheet_part)
    found = []
    for item in parse(source.package.read(relations)):
        if item.get("Type", "").endswith("/table"):
            target = posixpath.normpath(posixpath.join("/", folder, item.get("Target", "")))
            found.append(_table(source, target.lstrip("/")))
    return found


def _table(source: Source, part: str) -> TableXml:
    xml = source.text(part)
    root = parse(xml.encode())
    top, left, bottom, right = area(root.get("ref", "")) or (0, 0, 0, 0)
    return TableXml(
        part=part,
        xml=xml,
        name=root.get("displayName", ""),
        top=top,
        left=left,
        bottom=bottom,
        right=right,
        totals=_count(root, "totalsRowCount"),
        columns=tuple(one.get("name", "") for one in root.iter() if local(one) == "tableColumn"),
    )


def _count(root: Element, name: str) -> int:
    text = root.get(name, "0")
    return int(text) if text.isdigit() else 0
