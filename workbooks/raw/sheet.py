"""One worksheet part → its cells, merges and hidden parts, in bounded memory, whatever its XML.

Nearly every worksheet is read a block of rows at a time by `workbooks.raw.scan`. XML of any other
shape (prefixed names, pretty-printed, cells without addresses, rows out of order, comments, rich
inline text, another encoding) is read event by event: slower by an order of magnitude, and never
in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final
from xml.etree.ElementTree import ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from numpy.typing import NDArray

from validators.cells import Uncalculated
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import WORKSHEET_ROWS, Rectangle
from workbooks.ooxml.dates import Kind
from workbooks.ooxml.markup import Irregular, unescaped_units
from workbooks.ooxml.package import corrupt, hostile
from workbooks.ooxml.workbook_part import Workbook
from workbooks.raw.columns import SMALL, Block, Extras, typed_cell
from workbooks.raw.scan import scan_rows

MAX_CELLS: Final = 20_000_000
"""Non-empty cells of one worksheet; a full ledger sheet has about 50,000."""
SMALL_BYTES: Final = 256 << 10
MAX_TOGETHER: Final = 64

_TRUE: Final = ("1", "true")


def _rectangle(address: str) -> Rectangle:
    """Return the cells of an address such as B7 or A1:B2.

    Raises:
        UnreadableWorkbook: It is no address inside a worksheet.
    """
    rectangle = Rectangle.parse(address)
    if rectangle is None:
        raise corrupt(f"单元格地址 {address[:20]} 不对")
    return rectangle


# --- the tolerant path ---------------------------------------------------------------------------


class SheetTree:
    """A parser target that collects what `RawSheet` needs from one worksheet's events.

    Args:
        kinds: For each cell style what its number format means.
        extras: Takes the distinct cells that have no key of their own.
    """

    def __init__(self, kinds: NDArray[np.int8], extras: Extras) -> None:
        self.cells: dict[tuple[int, int], int] = {}
        self.merges: list[Rectangle] = []
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
            self.merges.append(_rectangle(attributes.get("ref", "")))
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
        if not 1 <= self._row <= WORKSHEET_ROWS:
            raise corrupt(f"行号 {number[:20]} 超出工作表")
        self._column = 0
        if attributes.get("hidden") in _TRUE:
            self.hidden_rows.append(self._row)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference:
            self._row, self._column = _rectangle(reference)[:2]
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
            return self._extras.key(unescaped_units(text.get("t", "")))
        token = text.get("v", "")
        if self._type == "s":
            return _shared_index(token)
        if token:
            kind = (
                Kind(int(self._kinds[self._style])) if self._style < len(self._kinds) else Kind(0)
            )
            token = unescaped_units(token)
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


# --- the fast path -------------------------------------------------------------------------------

_MERGE = re.compile(rb'<mergeCell ref="([^"]*)"')
_COLUMN = re.compile(rb"<col [^>]*>")
_HIDDEN_ROW = re.compile(rb"""<row r="(\d+)"[^>]*\shidden\s*=\s*["'](?:1|true)["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["'](\d+)""")
_ROWS_START, _ROWS_END = b"<sheetData>", b"</sheetData>"
_HEAD_LIMIT: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What a worksheet part holds: cells in row order, 1-based merges, hidden rows and columns."""

    cells: Block
    extras: Extras
    merges: list[Rectangle]
    hidden_rows: list[int]
    hidden_columns: list[tuple[int, int]]


@dataclass(slots=True)
class _Frame:
    """A sheet on the fast path, but for its cells."""

    hidden_columns: list[tuple[int, int]]
    hidden_rows: list[int]
    merges: list[Rectangle]

    def take(self, rows: bytes, after: bytes) -> None:
        """Take what a block of rows, and the XML after the last one, say."""
        if b"hidden" in rows:
            self.hidden_rows += [int(number) for number in _HIDDEN_ROW.findall(rows)]
        merges = _MERGE.findall(after)
        if b":mergeCell" in after or len(merges) != after.count(b"<mergeCell "):
            raise Irregular("merges")
        self.merges += [_rectangle(reference.decode()) for reference in merges]

    def content(self, cells: Block, extras: Extras) -> SheetContent:
        return SheetContent(cells, extras, self.merges, self.hidden_rows, self.hidden_columns)


def read_sheets(book: Workbook, parts: list[str]) -> dict[str, SheetContent]:
    """Read worksheet parts: the fast path, or the tolerant one where the XML is unusual.

    Small sheets are scanned together, since a ledger has a score of them.

    Raises:
        UnreadableWorkbook: A part is damaged, hostile or larger than any ledger.
    """
    small = [part for part in parts if book.package.size(part) <= SMALL_BYTES][:MAX_TOGETHER]
    try:
        contents = _scan_together(book, small)
    except (Irregular, UnicodeDecodeError):
        contents = {}
    return {part: contents.get(part) or _read_sheet(book, part) for part in parts}


def _read_sheet(book: Workbook, part: str) -> SheetContent:
    extras = Extras(book.date1904)
    try:
        return _scan(book, part, extras)
    except (Irregular, UnicodeDecodeError):
        extras = Extras(book.date1904)
        cells, tree = read_tree(book.package.chunks(part), book.kinds, extras)
        return SheetContent(cells, extras, tree.merges, tree.hidden_rows, tree.hidden_columns)


def _scan_together(book: Workbook, parts: list[str]) -> dict[str, SheetContent]:
    frames: list[_Frame] = []
    texts: list[bytes] = []
    for part in parts:
        frame, blocks = _frame(book, part)
        for rows, after in blocks:
            frame.take(rows, after)
            texts.append(rows)
        frames.append(frame)
    if len(texts) != len(parts):
        raise Irregular("a small sheet in several blocks")
    extras = Extras(book.date1904)
    cells = scan_rows(texts, book.kinds, extras)
    return {
        part: frame.content(block, extras)
        for part, frame, block in zip(parts, frames, cells, strict=True)
    }


def _scan(book: Workbook, part: str, extras: Extras) -> SheetContent:
    frame, pieces = _frame(book, part)
    blocks: list[Block] = []
    count = 0
    for rows, after in pieces:
        frame.take(rows, after)
        block = scan_rows([rows], book.kinds, extras)[0]
        if block.rows.size:
            blocks.append(block)
        count += block.rows.size
        if count > MAX_CELLS:
            raise UnreadableWorkbook(
                "file.too_big", f"工作表有 {count} 个以上单元格，超出台账的合理大小"
            )
    _refuse_overlap(blocks)
    return frame.content(_joined(blocks), extras)


def _frame(book: Workbook, part: str) -> tuple[_Frame, Iterator[tuple[bytes, bytes]]]:
    """Return the sheet's frame and its blocks of rows, still to be read."""
    chunks = book.package.chunks(part)
    head, rest = _head(chunks)
    return _Frame(_hidden_columns(head), [], []), _row_blocks(rest, chunks)


def _head(chunks: Iterator[bytes]) -> tuple[bytes, bytes]:
    """Return the XML up to the first row, and what was read beyond it."""
    read = b""
    for chunk in chunks:
        read += chunk
        at = read.find(_ROWS_START)
        if at >= 0:
            head = read[:at]
            # A document type, comment or another encoding is for a real parser.
            if b"<!" in head or b"\0" in head or _is_other_encoding(head):
                raise Irregular("head")
            return head, read[at + len(_ROWS_START) :]
        if len(read) > _HEAD_LIMIT:
            break
    raise Irregular("no rows")


def _is_other_encoding(head: bytes) -> bool:
    declaration = (
        head[: head.find(b"?>")] if head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") else b""
    )
    return b"encoding" in declaration and b"utf-8" not in declaration.lower()


def _row_blocks(rest: bytes, chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield blocks of whole rows, the last one with the XML that follows the rows."""
    for chunk in _and_then(rest, chunks):
        rest = chunk if not rest else rest + chunk
        end = rest.find(_ROWS_END)
        if end >= 0:
            yield rest[:end], rest[end + len(_ROWS_END) :] + b"".join(chunks)
            return
        cut = rest.rfind(b"<row ")
        if cut > 0:
            yield rest[:cut], b""
            rest = rest[cut:]
    raise Irregular("rows do not end")


def _and_then(rest: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield nothing new once, so that what is already there is looked at, then the chunks."""
    if rest:
        yield b""
    yield from chunks


def _refuse_overlap(blocks: list[Block]) -> None:
    for before, after in pairwise(blocks):
        if after.rows[0] <= before.rows[-1]:
            raise Irregular("rows out of order")


def _joined(blocks: list[Block]) -> Block:
    if len(blocks) == 1:
        return blocks[0]
    empty = np.zeros(0, np.int64)
    return Block(
        np.concatenate([empty, *(block.rows for block in blocks)]),
        np.concatenate([empty, *(block.columns for block in blocks)]),
        np.concatenate([empty, *(block.keys for block in blocks)]),
    )


def _hidden_columns(head: bytes) -> list[tuple[int, int]]:
    spans = []
    for column in _COLUMN.findall(head):
        if _HIDDEN.search(column):
            limits = {name: int(number) for name, number in _SPAN.findall(column)}
            spans.append((limits.get(b"min", 0), limits.get(b"max", 0)))
    return spans
