"""The list of cell styles of a workbook: what a style's fill is, and styles added like others."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import cast

from workbooks.ooxml.colours import rgb_of, theme_colours
from workbooks.ooxml.markup import attribute, with_attribute
from workbooks.ooxml.package import relationships
from workbooks.ooxml.workbook_part import workbook_part
from workbooks.patch.package import LedgerPackage
from workbooks.text_fit import CHARACTER, OWN_DIGIT, OWN_FONT

_FONT_NAME = re.compile(r'<fonts\b[^>]*>\s*<font>.*?<name val="([^"]*)"', re.DOTALL)
_STYLES = re.compile(r"<cellXfs\b([^>]*)>(.*?)</cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<xf\b[^>]*?/>|<xf\b.*?</xf>", re.DOTALL)
_START = re.compile(r"<xf\b[^>]*?(?=/?>)")
_FORMATS = re.compile(r"<numFmts\b([^>]*)>(.*?)</numFmts>", re.DOTALL)
_FORMAT = re.compile(r"<numFmt\b[^>]*")
_FILLS = re.compile(r"<fills\b([^>]*)>(.*?)</fills>", re.DOTALL)
_FILL = re.compile(r"<fill\b[^>]*?/>|<fill\b.*?</fill>", re.DOTALL)
_SOLID = re.compile(r'<patternFill\s[^>]*?patternType="solid"')
_COLOUR = re.compile(r"<fgColor\b[^>]*")
_LAST_BUILTIN = 163


class StyleList:
    """The cell styles of a workbook, by their numbers as text; "" is the first.

    Without a list of styles, or with one that has a namespace prefix, nothing is added: the style
    asked about is returned itself.

    Args:
        ledger: The workbook.
        changed: The text of parts that were changed already, by name.
    """

    def __init__(self, ledger: LedgerPackage, changed: dict[str, str | None] | None = None) -> None:
        self._ledger = ledger
        self._changed = changed or {}
        self._added: dict[tuple[str, str, str], str] = {}

    @cached_property
    def _part(self) -> str:
        return self._related("styles")

    def _related(self, kind: str) -> str:
        related = relationships(self._ledger.package, workbook_part(self._ledger.package))
        return next((target for _, found, target in related if found == kind), "")

    @cached_property
    def digit(self) -> int:
        """Return the pixels of a digit of the workbook's own font, by which columns are measured."""
        font = _FONT_NAME.search(self._xml)
        return OWN_DIGIT if font and font[1] == OWN_FONT else CHARACTER

    @cached_property
    def _xml(self) -> str:
        known = self._changed.get(self._part)
        if known is not None:
            return known
        return self._ledger.text(self._part) if self._part in self._ledger.package else ""

    @cached_property
    def _theme(self) -> tuple[str, ...]:
        part = self._related("theme")
        return (
            theme_colours(self._ledger.package.read(part)) if part in self._ledger.package else ()
        )

    def formatted(self, style: str, code: str) -> str:
        """Return the number of a style that is like `style` but for its number format `code`."""
        return self._like("numFmtId", style, code, "applyNumberFormat", lambda: self._format(code))

    def filled(self, style: str, fill: str) -> str:
        """Return the number of a style that is like `style` but for its fill `#RRGGBB`, "" for none."""
        return self._like("fillId", style, fill, "applyFill", lambda: self._fill(fill))

    def fill_of(self, style: str) -> str:
        """Return the solid fill of a style as `#RRGGBB`, "" where it has none."""
        styles, fills = self._listed(_STYLES, _STYLE), self._listed(_FILLS, _FILL)
        number = int(style or 0)
        at = int(attribute(styles[number], "fillId") or 0) if number < len(styles) else len(fills)
        fill = fills[at] if at < len(fills) else ""
        colour = _COLOUR.search(fill)
        return rgb_of(colour[0], self._theme) if colour and _SOLID.search(fill) else ""

    def changed(self) -> dict[str, str | None]:
        """Return the new text of the part that holds the styles, if any were added."""
        return {self._part: self._xml} if self._added else {}

    def _listed(self, group: re.Pattern[str], item: re.Pattern[str]) -> list[str]:
        found = group.search(self._xml)
        return item.findall(found[2]) if found else []

    def _like(
        self, field: str, style: str, value: str, applied: str, number: Callable[[], str]
    ) -> str:
        key = (field, style, value)
        if key not in self._added:
            styles = self._listed(_STYLES, _STYLE)
            if int(style or 0) >= len(styles):
                return style
            before = styles[int(style or 0)]
            start = cast("re.Match[str]", _START.match(before))
            tag = with_attribute(start[0].rstrip(), field, number())
            new = with_attribute(tag, applied, "1") + before[start.end() :]
            known = styles.index(new) if new in styles else -1
            self._added[key] = str(known if known >= 0 else self._append(_STYLES, "cellXfs", new))
        return self._added[key]

    def _append(self, group: re.Pattern[str], name: str, item: str) -> int:
        """Add an item to a group of the list; return its index."""
        found = cast("re.Match[str]", group.search(self._xml))
        items = {_STYLES: _STYLE, _FORMATS: _FORMAT, _FILLS: _FILL}[group].findall(found[2])
        start = with_attribute(f"<{name}{found[1]}", "count", str(len(items) + 1))
        text = f"{start}>{found[2]}{item}</{name}>"
        self._xml = f"{self._xml[: found.start()]}{text}{self._xml[found.end() :]}"
        return len(items)

    def _format(self, code: str) -> str:
        """Return the number of a format, added to the list if it is not there."""
        formats = _FORMAT.findall(self._xml)
        numbers = [int(attribute(tag, "numFmtId") or 0) for tag in formats]
        for tag, number in zip(formats, numbers, strict=True):
            if attribute(tag, "formatCode") == code:
                return str(number)
        added = max([_LAST_BUILTIN, *numbers]) + 1
        new = f'<numFmt numFmtId="{added}" formatCode="{code}"/>'
        if _FORMATS.search(self._xml):
            self._append(_FORMATS, "numFmts", new)
        else:
            text = f'<numFmts count="1">{new}</numFmts><fonts'
            self._xml = self._xml.replace("<fonts", text, 1)
        return str(added)

    def _fill(self, fill: str) -> str:
        """Return the number of a fill, added to the list if it is not there; 0 is none."""
        if not fill:
            return "0"
        new = (
            f'<fill><patternFill patternType="solid"><fgColor rgb="FF{fill[1:]}"/>'
            '<bgColor indexed="64"/></patternFill></fill>'
        )
        fills = self._listed(_FILLS, _FILL)
        return str(fills.index(new) if new in fills else self._append(_FILLS, "fills", new))
