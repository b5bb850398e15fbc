"""One worksheet part → its cells, merges and hidden parts, in bounded memory, whatever its XML.

Nearly every worksheet is read a block of rows at a time by `workbooks.raw.scan`. XML of any other
shape (prefixed names, pretty-printed, cells without addresses, rows out of order, comments, rich
inline text, another encoding) is read event by event: slower by an order of magnitude, and never
in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, islice, pairwise
from typing import Final
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from validators.cells import Uncalculated
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import WORKSHEET_ROWS, Rectangle
from workbooks.ooxml.dates import Kind
from workbooks.ooxml.markup import Irregular, unescaped_units
from workbooks.ooxml.package import corrupt, local
from workbooks.ooxml.shared_strings import text_of
from workbooks.ooxml.workbook_part import Workbook
from workbooks.raw.columns import SMALL, Block, Columns, Extras, to_columns, typed_cell
from workbooks.raw.scan import TELLING, scan_rows

MAX_CELLS: Final = 20_000_000
"""Non-empty cells of one worksheet; a full ledger sheet has about 50,000."""
SMALL_BYTES: Final = 256 << 10
MAX_TOGETHER: Final = 64

_TRUE: Final = ("1", "true")
_EMPTY: Final = Block(*[np.zeros(0, np.int64)] * 3)


@dataclass(slots=True)
class SheetContent:
    """What a worksheet part holds: cells in row order, 1-based merges, hidden rows and columns.

    `volatile` are the cells whose formula gives another day each day.
    """

    cells: Block
    extras: Extras
    merges: list[Rectangle]
    hidden_rows: list[int]
    hidden_columns: list[tuple[int, int]]
    volatile: list[Rectangle] = field(default_factory=list)


def _rectangle(address: str) -> Rectangle:
    """Return the cells of an address such as B7 or A1:B2.

    Raises:
        UnreadableWorkbook: It is no address inside a worksheet.
    """
    rectangle = Rectangle.parse(address)
    if rectangle is None:
        raise corrupt(f"单元格地址 {address[:20]} 不正确")
    return rectangle


# --- the tolerant path ---------------------------------------------------------------------------


def read_tree(book: Workbook, part: str) -> SheetContent:
    """Return what a worksheet part of any shape holds.

    Raises:
        UnreadableWorkbook: The XML is damaged, or declares a document type or entities.
    """
    extras = Extras(book.date1904)
    content = SheetContent(_EMPTY, extras, [], [], [])
    cells: dict[tuple[int, int], int] = {}
    row = column = 0
    rows: Element | None = None
    try:
        for event, element in book.package.events(part):
            name = local(element)
            if event == "end":
                if name == "c":
                    key = _key(element, book.meanings, extras)
                    content.volatile += _volatile_in(element, row, column)
                    if key >= 0:
                        cells[row - 1, column - 1] = key
                elif name == "row" and rows is not None:
                    rows.clear()
            elif name == "sheetData":
                rows = element
            elif name == "row":
                row, column = _row_number(element, row), 0
                if element.get("hidden") in _TRUE:
                    content.hidden_rows.append(row)
            elif name == "c":
                address = element.get("r")
                row, column = _rectangle(address)[:2] if address else (row, column + 1)
            elif name == "mergeCell":
                content.merges.append(_rectangle(element.get("ref", "")))
            elif name == "col" and element.get("hidden") in _TRUE:
                span = int(element.attrib["min"]), int(element.attrib["max"])
                content.hidden_columns.append(span)
    except (ValueError, KeyError) as error:
        raise corrupt("工作表 XML 无法读取") from error
    places = np.array(sorted(cells), np.int64).reshape(-1, 2)
    keys = np.array([cells[row, column] for row, column in places.tolist()], np.int64)
    content.cells = Block(places[:, 0], places[:, 1], keys)
    return content


def _volatile_in(cell: Element, row: int, column: int) -> Iterator[Rectangle]:
    for child in cell:
        if local(child) == "f" and _VOLATILE.search(child.text or ""):
            yield Rectangle.parse(child.get("ref", "")) or Rectangle(row, column, 1, 1)


def _row_number(element: Element, before: int) -> int:
    text = element.get("r", "")
    number = int(text) if text.isdecimal() else before + 1
    if not 1 <= number <= WORKSHEET_ROWS:
        raise corrupt(f"行号 {text[:20]} 超出工作表")
    return number


def _key(cell: Element, meanings: NDArray[np.int16], extras: Extras) -> int:
    """Return the key of a cell, -1 for an empty one."""
    type_name = cell.get("t", "n")
    if type_name == "inlineStr":
        return extras.key(unescaped_units(text_of(cell)))
    children = {local(child): "".join(child.itertext()) for child in cell}
    token = children.get("v", "")
    if type_name == "s":
        return _shared_index(token)
    if token:
        style = cell.get("s", "0")
        at = int(style) if style.isdigit() else 0
        meaning = int(meanings[at]) if at < len(meanings) else Kind.NUMBER
        token = unescaped_units(token)
        return extras.key(typed_cell(token, type_name, meaning, date1904=extras.date1904))
    if "f" not in children or (type_name == "str" and "v" in children):
        return -1
    return extras.key(Uncalculated(children["f"]))


def _shared_index(token: str) -> int:
    if not token.strip():
        return -1
    if not token.strip().isdecimal() or int(token) >= SMALL:
        raise corrupt("共享字符串编号不正确")
    return int(token)


# --- the fast path -------------------------------------------------------------------------------

_MERGE = re.compile(rb'<mergeCell ref="([^"]*)"')
_COLUMN = re.compile(rb"<col [^>]*>")
_HIDDEN_ROW = re.compile(rb"""<row r="(\d+)"[^>]*\shidden\s*=\s*["'](?:1|true)["']""")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_SPAN = re.compile(rb"""\s(min|max)\s*=\s*["'](\d+)""")
_FORMULA = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*><f(?:[^>]*? ref="([A-Z0-9:]+)")?[^>]*>([^<]*)</f>')
_VOLATILE_NAMES = (b"TODAY(", b"NOW(")
_VOLATILE = re.compile(r"\b(?:TODAY|NOW)\(\s*\)", re.IGNORECASE)


def is_volatile(formula: str) -> bool:
    """Tell whether a formula gives another day each day."""
    return bool(_VOLATILE.search(formula))


_NUMBER = b'<row r="'
_ROWS_START, _ROWS_END = b"<sheetData>", b"</sheetData>"
_HEAD_LIMIT: Final = 1 << 20
_BLOCKS: Final = 8
"""Blocks of rows whose columns are made together."""


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
    try:
        return _scan(book, part)
    except (Irregular, UnicodeDecodeError):
        return read_tree(book, part)


def _scan_together(book: Workbook, parts: list[str]) -> dict[str, SheetContent]:
    extras = Extras(book.date1904)
    contents: list[SheetContent] = []
    texts: list[bytes] = []
    for part in parts:
        content, blocks = _opened(book, part, extras)
        texts += [_numbered(_taken(content, *block), 0)[0] for block in blocks]
        contents.append(content)
    if len(texts) != len(parts):
        raise Irregular("a small sheet in several blocks")
    for content, cells in zip(contents, scan_rows(texts, book.meanings, extras), strict=True):
        content.cells = cells
    return dict(zip(parts, contents, strict=True))


def _scan(book: Workbook, part: str) -> SheetContent:
    extras = Extras(book.date1904)
    content, pieces = _opened(book, part, extras)
    blocks: list[Block] = []
    count = last = 0
    for piece in pieces:
        rows, last = _numbered(_taken(content, *piece), last)
        blocks += scan_rows([rows], book.meanings, extras)
        count += blocks[-1].rows.size
        if count > MAX_CELLS:
            raise UnreadableWorkbook(
                "file.too_big", f"工作表有 {count} 个以上单元格，超出台账的合理大小"
            )
    content.cells = _joined([block for block in blocks if block.rows.size])
    return content


def read_pieces(book: Workbook, part: str) -> Iterator[Columns]:
    """Yield the columns of a worksheet some thousand rows at a time.

    Raises:
        Irregular: The XML is unusual; `read_sheets` reads it.
        UnreadableWorkbook: The part is damaged or hostile.
    """
    last = 0
    content, blocks = _opened(book, part, Extras(book.date1904))
    while together := [*islice(blocks, _BLOCKS)]:
        extras, before, texts = Extras(book.date1904), last, []
        for block in together:
            rows, last = _numbered(_taken(content, *block), last)
            texts.append(rows)
        found = scan_rows(texts, book.meanings, extras)
        cells = _joined([block for block in found if block.rows.size])
        if cells.rows.size and cells.rows[0] < before:
            raise Irregular("rows out of order")
        yield to_columns(replace(cells, rows=cells.rows - before), extras, book.shared)


def _opened(
    book: Workbook, part: str, extras: Extras
) -> tuple[SheetContent, Iterator[tuple[bytes, bytes]]]:
    """Return what a part says before its rows, and the blocks of rows, still to be read."""
    chunks = book.package.chunks(part)
    head, rest = _head(chunks)
    return SheetContent(_EMPTY, extras, [], [], _hidden_columns(head)), _row_blocks(rest, chunks)


def _taken(content: SheetContent, rows: bytes, after: bytes) -> bytes:
    """Return a block of rows once what it and the XML after the last one say is noted."""
    if _holds(rows, b"hidden"):
        content.hidden_rows += map(int, _HIDDEN_ROW.findall(rows))
    if any(_holds(rows, name) for name in _VOLATILE_NAMES):
        content.volatile += _volatile(rows)
    merges = _MERGE.findall(after)
    if b":mergeCell" in after or len(merges) != after.count(b"<mergeCell "):
        raise Irregular("merges")
    content.merges += [_rectangle(address.decode()) for address in merges]
    return rows


def _holds(rows: bytes, word: bytes) -> bool:
    """Tell whether a word stands in XML; looking for each octet first takes a tenth of the time."""
    return all(map(rows.__contains__, word)) and word in rows


def _numbered(rows: bytes, before: int) -> tuple[bytes, int]:
    """Return a block of rows whose first, after row `before`, says its number, and the last number."""
    if rows.startswith(b"<row ") and not TELLING.search(rows, 0, rows.find(b">")):
        rows = b'%b%d"%b' % (_NUMBER, before + 1, rows[len(b"<row") :])
    at = rows.rfind(_NUMBER)
    if at < 0:
        return rows, before
    digits = rows[at + len(_NUMBER) : rows.find(b'"', at + len(_NUMBER))]
    if not digits.isdigit():
        raise Irregular("row number")
    return rows, int(digits) + rows.count(b"<row", at + 1)


def _volatile(rows: bytes) -> Iterator[Rectangle]:
    """Yield the cells whose formulas ask for today; a shared one fills an area."""
    at = rows.find(b"<f")
    while at >= 0:
        # from each formula back to its cell: most cells have none
        cell = _FORMULA.match(rows, rows.rfind(b"<c ", 0, at))
        if cell and _VOLATILE.search(cell[3].decode()):
            yield _rectangle((cell[2] or cell[1]).decode())
        at = rows.find(b"<f", at + 1)


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
    declaration, end, _ = head.partition(b"?>")
    return bool(end) and b"encoding" in declaration and b"utf-8" not in declaration.lower()


def _row_blocks(rest: bytes, chunks: Iterator[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Yield blocks of whole rows, the last one with the XML that follows the rows."""
    for chunk in chain([b""], chunks):  # what is there already is looked at first
        rest += chunk
        end = rest.find(_ROWS_END)
        if end >= 0:
            yield rest[:end], rest[end + len(_ROWS_END) :] + b"".join(chunks)
            return
        cut = rest.rfind(b"<row ")
        if cut > 0:
            yield rest[:cut], b""
            rest = rest[cut:]
    raise Irregular("rows do not end")


def _joined(blocks: list[Block]) -> Block:
    for before, after in pairwise(blocks):
        if after.rows[0] <= before.rows[-1]:
            raise Irregular("rows out of order")
    if len(blocks) == 1:
        return blocks[0]
    blocks = [_EMPTY, *blocks]
    return Block(
        np.concatenate([block.rows for block in blocks]),
        np.concatenate([block.columns for block in blocks]),
        np.concatenate([block.keys for block in blocks]),
    )


def _hidden_columns(head: bytes) -> list[tuple[int, int]]:
    spans = []
    for column in _COLUMN.findall(head):
        if _HIDDEN.search(column):
            limits = {name: int(number) for name, number in _SPAN.findall(column)}
            spans.append((limits.get(b"min", 0), limits.get(b"max", 0)))
    return spans
