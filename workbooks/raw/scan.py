"""Read worksheet XML a block of rows at a time with array arithmetic: the fast path.

Every writer in use puts cells as `<c r="B7" s="2" t="s"><v>6641</v></c>`. In that shape all tags
of a block are found at once, and references, styles, types and short numbers are decoded for all
cells together; the shared-string index *is* the code of a distinct value. A row may say neither its
number nor its cells' places, as `workbooks.bulk` and reporting programs write them: then it follows
the one before. Whatever is not exactly in that shape raises `Irregular`, and `workbooks.raw.sheet` reads the sheet event by event instead:
never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from validators.cells import Uncalculated
from workbooks.ooxml.addresses import WORKSHEET_COLUMNS, WORKSHEET_ROWS
from workbooks.ooxml.dates import Kind
from workbooks.ooxml.markup import Irregular, unescaped
from workbooks.raw.columns import SMALL, Block, Extras, Ints, distinct

_PAD: Final = bytes(32)  # so that words can be read past the last tag

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

_CELL, _CELL_END, _VALUE, _VALUE_END, _ROW, _FORMULA, _FORMULA_END, _OTHER = range(1, 9)
_ALONE: Final = int.from_bytes(b"/>", "little")
_VALUE_CLOSED: Final = _VALUE | _VALUE_END << 8 | _CELL_END << 16
_TAGS = np.zeros(1 << 16, np.uint8)
for _tag, _names in {
    _CELL: (b"c ",),
    _VALUE: (b"v>",),
    _ROW: (b"ro",),
    _FORMULA: (b"f>", b"f ", b"f/"),
    _FORMULA_END: (b"/f",),
    _CELL_END: (b"/c",),
    _VALUE_END: (b"/v",),
    _OTHER: (b"is", b"/r", b"/i", b"/t", b"v/", b"t>", b"t ", b"t/"),
}.items():
    for _name in _names:
        _TAGS[int.from_bytes(_name, "little")] = _tag

_ROW_START: Final = np.uint64(int.from_bytes(b'<row r="', "little"))
_CELL_START: Final = np.uint64(int.from_bytes(b'<c r="', "little"))
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], np.uint64)
_ZEROS: Final = np.uint64(0x3030303030303030)
_TENS: Final = np.uint64(0x7676767676767676)
_HIGH: Final = np.uint64(0x8080808080808080)
_TEXT_ROWS: Final = 1 << 21
_TAIL_WORDS: Final = 4
_MANY: Final = 64
"""Moments from which on setting up array arithmetic pays."""

_FOLLOWING = re.compile(rb'<row(?! r=")([^>]*)>')
TELLING = re.compile(rb"\s(?:r|hidden)\s*=")
"""What the tag of a row says that does not simply follow the one before."""

_ATTRIBUTE = re.compile(rb'\s+([a-z]+)="([^"<>&]*)"')
_TAIL = re.compile(rb'(?:\s+[a-z]+="[^"<>&]*")*\s*/?')
_TEXT_RUN = re.compile(r"<t(?: [^>]*)?>([^<]*)</t>")
_INLINE_TEXT = re.compile(r"<is>(?:<t(?: [^>]*)?>[^<]*</t>|<t/>)*</is>")
_FORMULA_TEXT = re.compile(r"<f(?: [^>]*)?>([^<]*)</f>")
_INLINE: Final = (
    (b"<is>", True), (b"<t>", False), (b"</t>", True), (b"</is>", True), (b"</c>", False),
)  # fmt: skip
"""The tags of a cell of plain inline text, and whether the next one follows at once."""
_TYPES: Final = {b"n": 0, b"s": 1, b"str": 2, b"b": 3, b"e": 4, b"inlineStr": 5, b"d": 6}
_NUMBER_TYPE, _SHARED_TYPE, _INLINE_TYPE = 0, 1, 5
_TYPE_NAMES: Final = [name.decode() for name in _TYPES]


@dataclass(frozen=True, slots=True)
class _Tags:
    """The tags of a block: where each begins, what it is, and the cells among them."""

    text: bytes
    words: Words
    starts: Ints
    kinds: NDArray[np.uint8]
    cells: Ints  # indices into starts
    ends: Ints  # of the cells' own start tags: the offset of ">"


def scan_rows(texts: Sequence[bytes], formats: NDArray[np.int16], extras: Extras) -> list[Block]:
    """Return the non-empty cells of each text of whole `<row>` elements, scanned together.

    Args:
        texts: The XML of rows, one text for each worksheet or part of one; the first row of each
            says its number.
        formats: For each cell style what its number format means.
        extras: Takes the distinct cells that have no key of their own.

    Raises:
        Irregular: The XML has any other shape.
    """
    if any(text and not text.startswith(b"<row ") for text in texts):
        raise Irregular("rows")
    tags = _find_tags(b"".join((*texts, _PAD)))
    if not len(tags.cells):
        return [Block(*(np.zeros(0, np.int64) for _ in range(3))) for _ in texts]
    begins = np.cumsum([0, *map(len, texts[:-1])])
    rows, columns, tails = _references(tags, begins)
    types, styles = _attributes(tags, tails)
    meanings = formats[np.where(styles < len(formats), styles, 0)].astype(np.int64)
    keys = _keys(tags, types, meanings, extras)
    some = keys >= 0
    rows, columns, keys = rows[some], columns[some], keys[some]
    edges = [*np.searchsorted(rows, np.arange(len(texts)) * _TEXT_ROWS).tolist(), len(rows)]
    return [
        Block(rows[here] - index * _TEXT_ROWS, columns[here], keys[here])
        for index, here in enumerate(map(slice, edges, edges[1:]))
    ]


def _find_tags(text: bytes) -> _Tags:
    size = len(text)
    octets = np.frombuffer(text, np.uint8)
    words: Words = np.ndarray((size - 7,), "<u8", text, 0, (1,))
    pairs: NDArray[np.uint16] = np.ndarray((size - 1,), "<u2", text, 0, (1,))
    starts = np.flatnonzero(octets == ord("<"))
    kinds = np.zeros(len(starts) + 4, np.uint8)
    kinds[: len(starts)] = _TAGS[pairs[starts + 1]]
    if np.count_nonzero(kinds) != len(starts):
        raise Irregular("unknown tag")
    cells = np.flatnonzero(kinds == _CELL)
    if len(starts) and kinds[len(starts) - 1] == _CELL:
        raise Irregular("unclosed cell")
    # A cell's tag ends just before the next tag: nothing but an element follows in a cell.
    ends = starts[cells + 1] - 1
    closing = pairs[ends - 1]
    if (closing >> 8 != ord(">")).any():
        raise Irregular("text in a cell")
    alone = np.count_nonzero(closing == _ALONE)
    if alone + np.count_nonzero(kinds == _CELL_END) != len(cells):
        raise Irregular("unclosed cell")
    return _Tags(text, words, starts, kinds, cells, ends)


def _references(tags: _Tags, begins: Ints) -> tuple[Ints, Ints, Ints]:
    """Return rows, columns (0-based) and where the attributes after r="…" begin.

    The rows of the n-th text, which starts at `begins[n]`, are counted from n * `_TEXT_ROWS`.
    """
    row_tags = np.flatnonzero(tags.kinds == _ROW)
    row_starts, starts = tags.starts[row_tags], tags.starts[tags.cells]
    which = np.searchsorted(row_tags, tags.cells) - 1
    if which[0] < 0:
        raise Irregular("cell outside a row")
    numbers, digits, quoted = _row_numbers(tags, row_starts)
    placed = (tags.words[starts] & _MASKS[6]) == _CELL_START
    columns, tails = np.empty(len(starts), np.int64), starts + 2
    own: slice | Ints = slice(None)
    if not placed.all():
        own = np.flatnonzero(placed)
        first = np.searchsorted(which, which)  # the first cell of each cell's row
        if (placed != placed[first]).any() or (
            tags.kinds[tags.cells[~placed] + 1] == _FORMULA
        ).any():
            raise Irregular("cells partly without references")
        columns = np.arange(len(starts)) - first
    if placed.any():
        columns[own], after = _columns(tags, starts[own])
        there = which[own]
        expected = (digits & _MASKS[quoted])[there]
        if ((tags.words[after] & _MASKS[quoted[there]]) != expected).any():
            raise Irregular("cell in another row")
        tails[own] = after + quoted[there]
    if columns.max() >= WORKSHEET_COLUMNS:
        raise Irregular("cell reference")
    numbers += (np.searchsorted(begins, row_starts, side="right") - 1) * _TEXT_ROWS
    if (np.diff(numbers) <= 0).any():
        raise Irregular("rows out of order")
    rows = numbers[which] - 1
    if (np.diff(rows * WORKSHEET_COLUMNS + columns) <= 0).any():
        raise Irregular("cells out of order")
    return rows, columns, tails


def _row_numbers(tags: _Tags, starts: Ints) -> tuple[Ints, Words, Ints]:
    """Return the number of each row; its digits as they stand, and how many with the quote, 0 for none."""
    said = np.flatnonzero(tags.words[starts] == _ROW_START)
    if not len(said) or said[0]:
        raise Irregular("row without a number")
    digits, quoted = np.zeros(len(starts), np.uint64), np.zeros(len(starts), np.int64)
    digits[said] = tags.words[starts[said] + 8]
    lengths = _digit_count(digits[said])
    quoted[said] = lengths + 1
    numbers = _parse_digits(digits[said], lengths).astype(np.int64)
    if len(said) < len(starts):
        if any(map(TELLING.search, {*_FOLLOWING.findall(tags.text)})):
            raise Irregular("row")
        places = np.arange(len(starts))
        before = np.searchsorted(said, places, side="right") - 1
        numbers = numbers[before] + places - said[before]
    if (numbers < 1).any() or (numbers > WORKSHEET_ROWS).any():
        raise Irregular("row number")
    return numbers, digits, quoted


def _digit_count(words: Words) -> Ints:
    """Return how many digits each word begins with: 1 to 7, followed by a quote."""
    nibbles = words ^ _ZEROS
    stops = (nibbles | (nibbles + _TENS)) & _HIGH
    lowest = (stops & (~stops + np.uint64(1))) - np.uint64(1)
    lengths = (np.bitwise_count(lowest) // 8).astype(np.int64)
    if (lengths < 1).any() or (lengths > 7).any():
        raise Irregular("row number")
    if ((words >> (lengths * 8).astype(np.uint64)) & np.uint64(0xFF) != ord('"')).any():
        raise Irregular("row number")
    return lengths


def _columns(tags: _Tags, starts: Ints) -> tuple[Ints, Ints]:
    """Return the 0-based column of each cell that says it, and where its row number begins."""
    letters = tags.words[starts + 6]
    columns = np.zeros(len(starts), np.int64)
    after = starts + 6
    more = np.ones(len(starts), bool)
    for place in range(3):
        letter = ((letters >> np.uint64(8 * place)) & np.uint64(0xFF)).astype(np.int64) - 64
        more &= (letter > 0) & (letter <= 26)
        if not place and not more.all():
            raise Irregular("cell reference")
        if not more.any():
            break
        columns = np.where(more, columns * 26 + letter, columns)
        after += more
    return columns - 1, after


def _attributes(tags: _Tags, tails: Ints) -> tuple[Ints, Ints]:
    """Return the type and style number of each cell from the few distinct attribute texts."""
    sizes = tags.ends - tails
    if (sizes < 0).any() or (sizes > 8 * _TAIL_WORDS).any():
        raise Irregular("cell attributes")
    codes = np.zeros(len(tails), np.int64)
    for word in range(-(-int(sizes.max()) // 8)):
        piece = tags.words[np.minimum(tails + 8 * word, len(tags.words) - 1)]
        piece = piece & _MASKS[np.clip(sizes - 8 * word, 0, 8)]
        index, different = distinct(piece.view(np.int64))
        combined = codes * len(different) + index
        codes = (distinct(combined)[0] if word else index).astype(np.int64)
    first = np.zeros(int(codes.max()) + 1, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    parsed = [_parse_tail(tags.text[tails[i] : tags.ends[i]]) for i in first.tolist()]
    types, styles = np.array(parsed, np.int64).T
    return types[codes], styles[codes]


def _parse_tail(tail: bytes) -> tuple[int, int]:
    if not _TAIL.fullmatch(tail):
        raise Irregular("cell attributes")
    attributes = dict(_ATTRIBUTE.findall(tail))
    style, kind = attributes.get(b"s", b"0"), _TYPES.get(attributes.get(b"t", b"n"))
    if kind is None or not style.isdigit() or b"r" in attributes:
        raise Irregular("cell attributes")
    return kind, int(style)


def _keys(tags: _Tags, types: Ints, meanings: Ints, extras: Extras) -> Ints:
    """Return the key of each cell, -1 for empty ones."""
    last = len(tags.starts) - 1
    # Four kinds are looked at as one word: a tag and the three that follow it.
    fours: NDArray[np.uint32] = np.ndarray((last + 2,), "<u4", tags.kinds, 0, (1,))
    values = tags.cells + 1
    following = fours[values]
    formulas = (following & 0xFF) == _FORMULA
    if formulas.any():
        values[formulas] += 1 + (tags.kinds[values[formulas] + 1] == _FORMULA_END)
        following[formulas] = fours[values[formulas]]
    valued = (following & 0xFF) == _VALUE
    n_valued = np.count_nonzero(valued)
    n_closed = np.count_nonzero((following & 0xFFFFFF) == _VALUE_CLOSED)
    if n_closed != n_valued or n_valued != np.count_nonzero(tags.kinds == _VALUE):
        raise Irregular("value outside a cell")
    begins = tags.starts[np.minimum(values, last)] + 3
    sizes = np.where(valued, tags.starts[np.minimum(values + 1, last)] - begins, 0)
    words = tags.words[np.minimum(begins, len(tags.words) - 1)]
    within = np.minimum(sizes, 8)
    short = (sizes > 0) & (sizes <= 8) & _all_digits(words, within)
    keys = np.where(short, _parse_digits(words, within).view(np.int64), -1)
    shared = types == _SHARED_TYPE
    if (shared & (sizes > 0) & ~short).any():
        raise Irregular("shared string index")
    small = short & (types == _NUMBER_TYPE)
    keys[small] += SMALL + (meanings[small] << 32)
    odd = ~shared & ~small & ((sizes > 0) | formulas | (types == _INLINE_TYPE))
    keys[~shared & ~small] = -1
    is_moment = odd & (types == _NUMBER_TYPE) & (meanings == Kind.DATETIME) & (sizes <= 24)
    if np.count_nonzero(is_moment) >= _MANY and not extras.date1904:
        places = np.flatnonzero(is_moment)
        spans = zip(begins[places].tolist(), sizes[places].tolist(), strict=True)
        keys[places] = extras.moment_keys([tags.text[at : at + size] for at, size in spans])
        odd[places[keys[places] >= 0]] = False
    places, texts = _plain_inline(tags, np.flatnonzero(odd & (types == _INLINE_TYPE)))
    keys[places] = extras.text_keys(texts)
    odd[places] = False
    for index in np.flatnonzero(odd).tolist():
        begin, size, kind = int(begins[index]), int(sizes[index]), int(types[index])
        if size and kind != _INLINE_TYPE:
            token = tags.text[begin : begin + size].decode()
            keys[index] = extras.token_key(token, _TYPE_NAMES[kind], int(meanings[index]))
        else:
            keys[index] = _valueless_key(tags, index, kind, extras)
    return keys


def _plain_inline(tags: _Tags, cells: Ints) -> tuple[Ints, list[bytes]]:
    """Return those of some cells that are `<is><t>…</t></is>`, and the raw texts."""
    at = tags.cells[cells]
    whole = at + len(_INLINE) < len(tags.starts)
    cells, at = cells[whole], at[whole]
    starts = tags.starts
    plain = tags.ends[cells] + 1 == starts[at + 1]
    for step, (tag, joined) in enumerate(_INLINE, 1):
        here = starts[at + step]
        word = np.uint64(int.from_bytes(tag, "little"))
        plain &= (tags.words[here] & _MASKS[len(tag)]) == word
        if joined:
            plain &= here + len(tag) == starts[at + step + 1]
    cells, at = cells[plain], at[plain]
    begins = starts[at + 2] + len(_INLINE[1][0])
    ends = starts[at + 3].tolist()
    return cells, [tags.text[begin:end] for begin, end in zip(begins.tolist(), ends, strict=True)]


def _valueless_key(tags: _Tags, index: int, kind: int, extras: Extras) -> int:
    """Return the key of inline text or of a formula without a value, -1 if it is empty."""
    begin = int(tags.ends[index]) + 1
    if tags.text[begin - 2 : begin - 1] == b"/":  # a lone tag holds nothing
        return -1
    inside = tags.text[begin : tags.text.index(b"</c>", begin)].decode()
    if kind == _INLINE_TYPE:
        if inside and not _INLINE_TEXT.fullmatch(inside):
            raise Irregular("inline text")
        return extras.key(unescaped("".join(_TEXT_RUN.findall(inside))))
    # A formula whose result is "" is saved as an empty string value; no value at all means that
    # nothing has calculated it yet.
    if kind == _TYPES[b"str"] and "<v" in inside:
        return -1
    formula = _FORMULA_TEXT.search(inside)
    return extras.key(Uncalculated(unescaped(formula[1]) if formula else ""))


def _all_digits(words: Words, sizes: Ints) -> Flags:
    masks = _MASKS[sizes]
    nibbles = (words ^ _ZEROS) & masks
    flags: Flags = ((nibbles | (nibbles + _TENS)) & _HIGH & masks) == 0
    return flags


def _parse_digits(words: Words, sizes: Ints) -> Words:
    """Return the number of the first `sizes` (1 to 8) decimal digits of each word.

    The digits are moved to the word's high end and added up in pairs, fours and eights.
    """
    value = (words << (64 - 8 * sizes).astype(np.uint64)) & np.uint64(0x0F0F0F0F0F0F0F0F)
    for factor, shift, mask in (
        (10, 8, 0x00FF00FF00FF00FF),
        (100, 16, 0x0000FFFF0000FFFF),
        (10_000, 32, 0x00000000FFFFFFFF),
    ):
        value = (value * np.uint64(factor) + (value >> np.uint64(shift))) & np.uint64(mask)
    return value
