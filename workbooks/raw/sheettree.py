"""Read worksheet XML of any shape, one event at a time: the tolerant path.

Prefixed names, pretty-printed XML, cells without addresses, rows out of order, comments, rich
inline text, any encoding: slower than `sheetscan` by an order of magnitude, and never in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from numpy.typing import NDArray

from validators.cells import Uncalculated
from workbooks.raw.cellkeys import SMALL, Block, Extras, typed_cell
from workbooks.raw.guard import corrupt, hostile
from workbooks.raw.serials import Kind
from workbooks.raw.xmltext import unescape_units

__all__ = ["SheetTree", "area", "read_tree"]

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_LAST: Final = (1_048_576, 16_384)
_TRUE: Final = ("1", "true")


def position(reference: str) -> tuple[int, int]:
    """Return the 1-based row and column of an address such as B7.

    Raises:
        UnreadableWorkbook: It is no address inside a worksheet.
    """
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise corrupt(f"单元格地址 {reference[:20]} 不对")
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    if int(match[2]) > _LAST[0] or column > _LAST[1]:
        raise corrupt(f"单元格地址 {reference[:20]} 超出工作表")
    return int(match[2]), column


def area(reference: str) -> tuple[int, int, int, int]:
    """Return (first row, first column, last row, last column), 1-based, of A1:B2 or A1."""
    first, _, last = reference.partition(":")
    return (*position(first), *position(last or first))


class SheetTree:
    """A parser target that collects what `RawSheet` needs from one worksheet's events."""

    def __init__(self, kinds: NDArray[np.int8], extras: Extras) -> None:
        self.cells: dict[tuple[int, int], int] = {}
        self.merges: list[tuple[int, int, int, int]] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._kinds = kinds
        self._extras = extras
        self._row = self._column = 0
        self._type = "n"
        self._style = 0
        self._parts: dict[str, list[str]] = {}
        self._open: list[str] = []
        self._taking: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        name = tag.rpartition("}")[2]
        self._open.append(name)
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name in ("v", "f", "t") and "rPh" not in self._open:
            self._taking = self._parts.setdefault(name, [])
        elif name == "mergeCell":
            self.merges.append(area(attributes.get("ref", "")))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def data(self, text: str) -> None:
        """Take character data."""
        if self._taking is not None:
            self._taking.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = tag.rpartition("}")[2]
        self._open.pop()
        self._taking = None
        if name == "c":
            self._end_cell()

    def close(self) -> None:
        """End the document."""

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() else self._row + 1
        if not 1 <= self._row <= _LAST[0]:
            raise corrupt(f"行号 {number[:20]} 超出工作表")
        self._column = 0
        if attributes.get("hidden") in _TRUE:
            self.hidden_rows.append(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference:
            self._row, self._column = position(reference)
        else:
            self._column += 1
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdigit() else 0
        self._parts = {}

    def _end_cell(self) -> None:
        key = self._key()
        if key >= 0:
            self.cells[self._row - 1, self._column - 1] = key

    def _key(self) -> int:
        text = {name: "".join(parts) for name, parts in self._parts.items()}
        if self._type == "inlineStr":
            return self._extras.key(unescape_units(text.get("t", "")))
        token = text.get("v", "")
        if self._type == "s":
            return _shared_index(token)
        if token:
            kind = (
                Kind(int(self._kinds[self._style])) if self._style < len(self._kinds) else Kind(0)
            )
            token = unescape_units(token)
            return self._extras.key(
                typed_cell(token, self._type, kind, date1904=self._extras.date1904)
            )
        if "f" not in text or (self._type == "str" and "v" in text):
            return -1
        return self._extras.key(Uncalculated(text["f"]))


def _shared_index(token: str) -> int:
    if not token.strip():
        return -1
    if not token.strip().isdecimal() or int(token) >= SMALL:
        raise corrupt("共享字符串编号不对")
    return int(token)


def read_tree(
    chunks: Iterable[bytes], kinds: NDArray[np.int8], extras: Extras
) -> tuple[Block, SheetTree]:
    """Return the sheet's non-empty cells in row order, and its merges and hidden parts.

    Raises:
        UnreadableWorkbook: The XML is damaged, or declares a document type or entities.
    """
    tree = SheetTree(kinds, extras)
    parser = DefusedXMLParser(target=tree, forbid_dtd=True)
    try:
        for chunk in chunks:
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException as error:
        raise hostile("XML 中含有 DOCTYPE 或实体声明") from error
    except (ParseError, ValueError, KeyError, LookupError) as error:
        raise corrupt("工作表 XML 读不出") from error
    places = np.array(sorted(tree.cells), np.int64).reshape(-1, 2)
    keys = np.array([tree.cells[row, column] for row, column in places.tolist()], np.int64)
    return Block(places[:, 0], places[:, 1], keys), tree
