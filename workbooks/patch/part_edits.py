"""Parts of a package changed, added and tied together, on the way to a copy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbooks.ooxml.markup import spliced
from workbooks.ooxml.package import CONTENT_TYPES, Relationship, relationships, relationships_part
from workbooks.patch.package import LedgerPackage, unusual

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_HEADER = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ID = re.compile(r'\sId="([^"]*)"')


class PartEdits:
    """The parts of a package as they are to be.

    Args:
        ledger: The package.
        parts: The new text of parts that change, None for one that goes; changed in place.
    """

    def __init__(self, ledger: LedgerPackage, parts: dict[str, str | None]) -> None:
        self.ledger = ledger
        self.parts = parts

    def text(self, part: str) -> str:
        """Return a part's text as it is to be, "" where there is none."""
        if part in self.parts:
            return self.parts[part] or ""
        return self.ledger.text(part) if part in self.ledger.package else ""

    def related(self, part: str, kind: str) -> Relationship | None:
        """Return the first relationship of a kind that `part` has."""
        if relationships_part(part) not in self.ledger.package:
            return None
        found = relationships(self.ledger.package, part)
        return next((one for one in found if one.kind == kind), None)

    def add(self, folder: str, pattern: str, text: str, content_type: str) -> str:
        """Add a part; return its name.

        Args:
            folder: Its folder, such as xl.
            pattern: Its name with {} for a number.
            text: Its XML without the declaration.
            content_type: Its type; "" where the ending of its name says it.
        """
        taken = {name.lower() for name in (*self.ledger.package.names(), *self.parts)}
        name = next(name for name in _numbered(folder, pattern) if name.lower() not in taken)
        self.parts[name] = _HEADER + text
        if content_type:
            self._list(f'<Override PartName="/{name}" ContentType="{content_type}"/>')
        return name

    def declare_ending(self, ending: str, content_type: str) -> None:
        """Have the names of parts with an ending say their type."""
        if f'Extension="{ending}"' not in self.text(CONTENT_TYPES):
            self._list(f'<Default Extension="{ending}" ContentType="{content_type}"/>')

    def relate(self, part: str, kind: str, target: str) -> str:
        """Give `part` a relationship to another part; return its id."""
        listing = relationships_part(part)
        text = self.text(listing) or f'{_HEADER}<Relationships xmlns="{_PACKAGE}"></Relationships>'
        taken = set(_ID.findall(text))
        new = next(name for name in (f"rId{n}" for n in range(1, 10**6)) if name not in taken)
        tag = f'<Relationship Id="{new}" Type="{OFFICE}/{kind}" Target="/{target}"/>'
        self.parts[listing] = _with_last(text, "Relationships", tag)
        return new

    def _list(self, entry: str) -> None:
        self.parts[CONTENT_TYPES] = _with_last(self.text(CONTENT_TYPES), "Types", entry)


def _numbered(folder: str, pattern: str) -> Iterator[str]:
    for number in range(1, 10**6):
        yield f"{folder}/{pattern.format(number)}".lstrip("/")


def _with_last(text: str, element: str, child: str) -> str:
    """Return the XML of a listing with one entry more."""
    for end, new in (
        (rf"</{element}>\s*\Z", f"{child}</{element}>"),
        (rf"(?<=<{element})([^>]*)/>\s*\Z", rf"\1>{child}</{element}>"),
    ):
        if found := re.search(end, text):
            return spliced(found, found.expand(new))
    raise unusual("部件清单")


def with_child(xml: str, child: str, before: frozenset[str]) -> str:
    """Return the end of an element's XML with a child put before the first of some children.

    Args:
        xml: Text from the end of some child to the element's own end tag.
        child: The child's XML.
        before: Names of the children that must follow it.
    """
    depth = 0
    for tag in re.finditer(r"<(/?)([\w:.-]+)[^>]*?(/?)>", xml):
        if depth == 0 and (tag[1] or tag[2] in before):
            return f"{xml[: tag.start()]}{child}{xml[tag.start() :]}"
        depth += 0 if tag[3] else -1 if tag[1] else 1
    raise unusual("工作表")
