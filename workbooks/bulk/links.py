"""Links from the cells of one column to cells of other workbooks, as worksheet and relations XML.

XlsxWriter makes a relation for each link; here all links into one file share one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from validators.cells import BLANK, letters

__all__ = ["MAX_LINKS", "Links"]

MAX_LINKS = 65_530
"""Excel keeps no more links on a sheet."""

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_QUOTED = re.compile('[&<>"\\n\\r\\t]')  # what `quoteattr` changes
_UNSAFE = re.compile(r'[%"<>\[\]^`{}|\\ #?]')  # what Excel escapes; other letters stay as they are


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one column, row by row.

    Attributes:
        column: The 1-based worksheet column.
        targets: Paths with forward slashes, relative to the workbook's folder, or file:// URIs.
        codes: For each row the index of its target, or `BLANK`.
        places: For each row the place in the target such as `'工作日志'!D17`, "" for the file.
    """

    column: int
    targets: Sequence[str]
    codes: array[int]
    places: Sequence[str]

    def __post_init__(self) -> None:
        if len(self.codes) - self.codes.count(BLANK) > MAX_LINKS:
            raise ValueError(f"a sheet keeps {MAX_LINKS} links")

    def element(self, first_row: int) -> str:
        """Return the `<hyperlinks>` element, "" without links."""
        return f"<hyperlinks>{''.join(self._links(first_row))}</hyperlinks>" if self._any() else ""

    def _any(self) -> bool:
        return self.codes.count(BLANK) < len(self.codes)

    def _links(self, first_row: int) -> Iterator[str]:
        letter = letters(self.column)
        quoted = quoteattr if _QUOTED.search("".join(self.places)) else '"{}"'.format
        for row, (code, place) in enumerate(zip(self.codes, self.places, strict=True), first_row):
            if code != BLANK:
                location = f" location={quoted(place)}" if place else ""
                yield f'<hyperlink ref="{letter}{row}" r:id="rId{code + 1}"{location}/>'

    def relations(self) -> str:
        """Return the sheet's relations part."""
        found = "".join(
            f'<Relationship Id="rId{number}" Type="{_HYPERLINK}" '
            f'Target={quoteattr(_escaped(target))} TargetMode="External"/>'
            for number, target in enumerate(self.targets, 1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<Relationships xmlns="{_RELATIONS}">{found}</Relationships>'
        )


def _escaped(target: str) -> str:
    if target.startswith("file://"):
        return target
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", target)
