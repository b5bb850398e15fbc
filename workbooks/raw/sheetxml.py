"""One worksheet part → its cells, merges and hidden parts, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from validators.errors import UnreadableWorkbook
from workbooks.raw.cellkeys import Block, Extras
from workbooks.raw.ooxml import Workbook
from workbooks.raw.sheetscan import scan_rows
from workbooks.raw.sheettree import area, read_tree
from workbooks.raw.xmltext import Irregular

__all__ = ["SheetContent", "read_sheets"]

MAX_CELLS: Final = 20_000_000
"""Non-empty cells of one worksheet; a full ledger sheet has about 50,000."""

_MERGE = re.compile(rb'<mergeCell ref="([^"]*)"')
_COLUMN = re.compile(rb"<col [^>]*>")
_HIDDEN_ROW = re.compile(rb"""<row r="(\d+)"[^>]*\shidden\s*=\s*["'](?:1|true)["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["'](\d+)""")
_ROWS_START, _ROWS_END = b"<sheetData>", b"</sheetData>"
_HEAD_LIMIT: Final = 1 << 20
SMALL_BYTES: Final = 256 << 10
MAX_TOGETHER: Final = 64


@dataclass(frozen=True, slots=True)
class SheetContent:
    """What a worksheet part holds: cells in row order, 1-based merges, hidden rows and columns."""

    cells: Block
    extras: Extras
    merges: list[tuple[int, int, int, int]]
    hidden_rows: list[int]
    hidden_columns: list[tuple[int, int]]


@dataclass(slots=True)
class _Frame:
    """A sheet on the fast path, but for its cells."""

    hidden_columns: list[tuple[int, int]]
    hidden_rows: list[int]
    merges: list[tuple[int, int, int, int]]

    def take(self, rows: bytes, after: bytes) -> None:
        """Take what a block of rows, and the XML after the last one, say."""
        if b"hidden" in rows:
            self.hidden_rows += [int(number) for number in _HIDDEN_ROW.findall(rows)]
        merges = _MERGE.findall(after)
        if b":mergeCell" in after or len(merges) != after.count(b"<mergeCell "):
            raise Irregular("merges")
        self.merges += [area(reference.decode()) for reference in merges]

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
