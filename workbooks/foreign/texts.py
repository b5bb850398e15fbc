"""Read text files as worksheets: .csv, .tsv and .txt in any encoding that Chinese offices use."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import PurePath

from validators.cells import encode
from validators.errors import UnreadableWorkbook
from workbooks.raw.book import RawBook, RawSheet
from workbooks.raw.sniff import SAVE_AS

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_DELIMITERS = "\t,;|，"
_SAMPLE_LINES = 30


def is_text(data: bytes) -> bool:
    """Tell whether a file's bytes are text."""
    if any(data.startswith(bom) for bom, _ in _BOMS):
        return True
    return bool(data) and not data.startswith(_BINARY) and b"\0" not in data[: 64 << 10]


def decoded(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        UnreadableWorkbook: It is in no encoding that is known.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableWorkbook("file.encoding", "文字编码无法识别，内容为乱码", SAVE_AS)


def read_text(text: str, name: str) -> RawBook:
    """Read a text file as a workbook of one sheet; every cell is text, as typed."""
    lines = text.splitlines()
    delimiter = _delimiter(lines[:_SAMPLE_LINES])
    rows: Iterable[list[str]] = (
        csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        if delimiter
        else ([line] for line in lines)
    )
    try:
        columns = [encode(column) for column in zip_longest(*rows)]
    except csv.Error as error:
        raise UnreadableWorkbook("file.csv", "文本文件（CSV）的格式有误", SAVE_AS) from error
    n_rows = len(columns[0].codes) if columns else 0
    return RawBook([RawSheet(PurePath(name).stem, columns=columns, n_rows=n_rows)])


def _delimiter(lines: list[str]) -> str:
    """Return what parts the cells of most lines, "" where nothing does."""
    full = [line for line in lines if line.strip()]
    best, most = "", 0
    for delimiter in _DELIMITERS:
        counts = [_count(line, delimiter) for line in full]
        usual = max(set(counts), key=counts.count, default=0)
        agreeing = sum(count == usual for count in counts)
        score = usual * agreeing if usual and 2 * agreeing >= len(full) else 0
        if delimiter in ",\t" and not score and sum(map(bool, counts)) * 2 >= len(full):
            score = 1
        if score > most:
            best, most = delimiter, score
    return "" if best == "，" and most < 2 * len(full) else best


def _count(line: str, delimiter: str) -> int:
    """Return how often a delimiter stands outside quotes."""
    return sum(part.count(delimiter) for part in line.split('"')[::2])
