"""Fill very long sheets of a workbook made with XlsxWriter, in a twentieth of its time.

The caller builds the whole workbook with XlsxWriter, and in each long sheet writes everything above
the data and one *prototype* row of blank cells with the formats the columns shall have. `splice`
then copies the package and puts the real rows where the prototype was. Each distinct value of a
column is rendered once, so the work per row is joining ready pieces of bytes. Styles that depend on
a row's values are for conditional formats, which the caller sets over `last_row`.

Of the writers in Rust, rustpy-xlsxwriter 0.8 takes three times as long as this and wolfxl 2.0 five
times, and neither writes tables or notes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from validators.cells import BLANK, Cell, CellColumn, letters
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.ooxml.cells import (
    all_days,
    all_plain,
    all_texts,
    all_whole,
    as_text,
    number,
    text_element,
)
from workbooks.ooxml.dates import day_number
from workbooks.ooxml.package import (
    MAX_PART_BYTES,
    ArchiveWriter,
    DeflatedPiece,
    Package,
    deflate,
    relationships_part,
)
from workbooks.ooxml.workbook_part import Workbook, open_workbook
from workbooks.text_fit import HANZI

# --- links ---------------------------------------------------------------------------------------

MAX_LINKS = 65_530
"""Excel keeps no more links on a sheet."""

_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_QUOTED = re.compile('[&<>"\\n\\r\\t]')  # what `quoteattr` changes
_UNSAFE = re.compile(r'[%"<>\[\]^`{}|\\ #?]')  # what Excel escapes; other letters stay as they are


@dataclass(frozen=True, slots=True)
class Links:
    """Links of one column, row by row; all links into one file share a relationship.

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
        links = "".join(self._links(first_row))
        return f"<hyperlinks>{links}</hyperlinks>" if links else ""

    def _links(self, first_row: int) -> Iterator[str]:
        letter = letters(self.column)
        quoted = quoteattr if _QUOTED.search("".join(self.places)) else '"{}"'.format
        for row, (code, place) in enumerate(zip(self.codes, self.places, strict=True), first_row):
            if code != BLANK:
                location = f" location={quoted(place)}" if place else ""
                yield f'<hyperlink ref="{letter}{row}" r:id="rId{code + 1}"{location}/>'

    def relationships(self) -> str:
        """Return the sheet's relationships part."""
        items = "".join(
            f'<Relationship Id="rId{number}" Type="{_HYPERLINK}" '
            f'Target={quoteattr(_escaped(target))} TargetMode="External"/>'
            for number, target in enumerate(self.targets, 1)
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<Relationships xmlns="{_RELATIONSHIPS}">{items}</Relationships>'
        )


def _escaped(target: str) -> str:
    if target.startswith("file://"):
        return target
    return _UNSAFE.sub(lambda match: f"%{ord(match[0]):02X}", target)


# --- heights of rows -----------------------------------------------------------------------------

_POINTS_PER_LINE = 15.5
_MOST_LINES = 26  # a row is at most 409.5 points tall
_HALF_HANZI = HANZI / 2
_NARROW, _LOST = 10, 4  # half hanzi: of a wider line so many are lost to words and commas


def height_attributes(
    columns: Sequence[CellColumn], wraps: Mapping[int, float]
) -> list[bytes] | None:
    """Return the ` ht="…"` of every row, empty for one line; None if all rows take one.

    Excel fits rows without a height on opening, LibreOffice trusts files that look like Excel's.
    `ht` without `customHeight` keeps a row automatic when a clerk edits it.

    Args:
        columns: The columns of a block of rows.
        wraps: Widths in characters of the columns whose text wraps, by 0-based index.
    """
    of_column = [(columns[index], _lines(columns[index], width)) for index, width in wraps.items()]
    of_rows = [lines[np.asarray(column.codes)] for column, lines in of_column if lines is not None]
    if not of_rows:
        return None
    n_lines = np.maximum.reduce(of_rows)
    tallest = int(n_lines.max(initial=1))
    if tallest == 1:
        return None
    attributes = [b"", b""] + [b' ht="%g"' % (_POINTS_PER_LINE * n) for n in range(2, tallest + 1)]
    return [attributes[n] for n in n_lines.tolist()]


def _lines(column: CellColumn, width: float) -> NDArray[np.intc] | None:
    """Return the lines of each distinct value and, last, of a blank; None if all take one."""
    fitting = width / _HALF_HANZI
    texts = [value if isinstance(value, str) else "" for value in column.values]
    if 2 * max(map(len, texts), default=0) <= fitting:
        return None
    lengths = np.fromiter(map(len, texts), dtype=np.intc, count=len(texts))
    n_bytes = _encoded_lengths(texts)
    taken = (lengths + n_bytes) // 2  # 2 for 3 bytes, 1 for 1
    full = max(fitting // 2 * 2, 2)
    room = full - _LOST if full >= _NARROW else full
    rooms = np.where(n_bytes == lengths, fitting, room)  # letters fill half of a hanzi's place
    counts = np.where(taken <= fitting, 1, np.clip(np.ceil(taken / rooms), 2, _MOST_LINES))
    return np.append(counts, 1).astype(np.intc)


def _encoded_lengths(texts: Sequence[str]) -> NDArray[np.intc]:
    """Return how many bytes each text takes in UTF-8."""
    joined = _CUT.join(texts).encode("utf-8", "surrogatepass")
    ends = np.flatnonzero(np.frombuffer(joined, np.uint8) == ord(_CUT))
    if len(ends) != len(texts) - 1:  # a text has several lines
        return np.array([len(text.encode("utf-8", "surrogatepass")) for text in texts], np.intc)
    return (np.diff(ends, prepend=-1, append=len(joined)) - 1).astype(np.intc)


# --- rows ----------------------------------------------------------------------------------------

_SHARED_STRINGS = "xl/sharedStrings.xml"
_USES_TO_SHARE = 3  # a text used less often is smaller and faster in its own cell
_BATCH = 60  # so that an unusual value slows only its neighbours down
_CUT = "\n"  # in no plain text
_AT_ONCE = 256  # rows joined at a time
_ROW = r'<row r="%d"([^>]*?)(?:/>|>(.*?)</row>)</sheetData>'
_BLANKS = re.compile(r'(?:<c r="[A-Z]+\d+"(?: s="\d+")?/>)*')
_AFTER_LINKS = re.compile("<(?:printOptions|pageMargins|pageSetup)[ />]")
_BLANK = re.compile(r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?/>')


@dataclass(frozen=True, slots=True)
class Prototype:
    """How all rows of a sheet look: like the blank row the caller wrote.

    Attributes:
        attributes: Of its `<row>` element, the number left out.
        styles: Numbers of the cells' styles by column letters.
        dated: Those of them that show a date.
    """

    attributes: str
    styles: Mapping[str, str]
    dated: frozenset[str]


class PrintedRows(NamedTuple):
    """Rows that are XML already.

    Attributes:
        prototype: What they look like; the sheet's own prototype must be the same.
        pieces: Them, one after the other.
    """

    prototype: Prototype
    pieces: list[DeflatedPiece]


@dataclass(frozen=True, slots=True)
class BulkRows:
    """The rows of one long sheet.

    Attributes:
        first_row: The 1-based worksheet row of the prototype and of the first data row.
        n_rows: How many rows the chunks hold together; 0 removes the prototype.
        chunks: Blocks of some thousand rows, each one `CellColumn` per column from A on, all of
            one length. Made while the file is written, so a generator keeps memory small.
        links: Links of the sheet's cells; the caller's XlsxWriter sheet then has neither links
            nor pictures of its own.
        wraps: Width in characters of the columns whose text wraps, by 0-based column, so that rows
            are made tall enough for it.
        printed: The rows as `print_rows` wrote them, perhaps in other processes; the chunks are
            not looked at then.
    """

    first_row: int
    n_rows: int
    chunks: Iterable[Sequence[CellColumn]]
    links: Links | None = None
    wraps: Mapping[int, float] = field(default_factory=dict)
    printed: PrintedRows | None = None

    @property
    def last_row(self) -> int:
        """The worksheet row the data ends at."""
        return self.first_row + self.n_rows - 1


def splice(source: Path | BinaryIO, target: Path | BinaryIO, bulk: Mapping[str, BulkRows]) -> None:
    """Write `source` to `target` with the prototype row of each sheet in `bulk` made all its rows.

    Every other part keeps its content. Ranges that span the data (autofilter, conditional formats,
    validations, print area) are what the caller set them to: `last_row` says how far they reach.

    Args:
        source: A workbook as XlsxWriter wrote it, or a seekable stream of one.
        target: Where to write; an existing file is replaced.
        bulk: The rows by sheet name.

    Raises:
        KeyError: There is no sheet of that name.
        ValueError: The prototype is missing, not blank or not the last row; the chunks hold more or
            fewer rows than promised; a sheet or a cell would be too large.
    """
    package, workbook = _opened(source)
    parts = {sheet.name: sheet.part for sheet in workbook.sheets}
    rows_of = {parts[name]: rows for name, rows in bulk.items()}
    dated = _dated(workbook)
    shared = _SharedStrings(package) if workbook.shared_part else None
    with ArchiveWriter(target) as archive:
        for name in package.names():
            if name in rows_of:
                sheet = _Sheet(package.read(name).decode(), rows_of[name], dated, shared)
                archive.write(name, sheet.pieces())
                if sheet.relationships:
                    archive.write(relationships_part(name), [sheet.relationships.encode()])
            elif name != _SHARED_STRINGS:
                archive.write(name, package.chunks(name, MAX_PART_BYTES))
        if shared is not None:  # complete only now
            archive.write(_SHARED_STRINGS, shared.pieces())


class _SharedStrings:
    """The workbook's table of texts, with room for more."""

    def __init__(self, package: Package) -> None:
        self._xml = package.read(_SHARED_STRINGS).decode()
        self._old = self._xml.count("<si>")
        count = re.search(r' count="(\d+)"', self._xml)
        self._uses = int(count[1]) if count else self._old
        self._added: dict[str, int] = {}

    def use(self, text: str) -> int:
        """Return the number of `text` in the table."""
        return self._added.setdefault(text, self._old + len(self._added))

    def count(self, uses: int) -> None:
        """Note how many cells refer to the table."""
        self._uses += uses

    def pieces(self) -> Iterator[bytes]:
        head, end, _ = self._xml.partition("</sst>")
        counts = f' count="{self._uses}" uniqueCount="{self._old + len(self._added)}"'
        yield re.sub(r' count="\d+" uniqueCount="\d+"', counts, head, count=1).encode()
        yield "".join([f"<si>{text_element(text)}</si>" for text in self._added]).encode()
        yield end.encode()


class _Sheet:
    """One worksheet part being filled."""

    def __init__(
        self, xml: str, rows: BulkRows, dated: frozenset[str], shared: _SharedStrings | None
    ) -> None:
        if rows.last_row > WORKSHEET_ROWS:
            raise ValueError(f"{rows.n_rows} rows pass the worksheet's last row, {WORKSHEET_ROWS}")
        prototype, (start, end) = _prototype(xml, rows.first_row, dated)
        if rows.printed and rows.printed.prototype != prototype:
            raise ValueError("the rows were printed for another prototype")
        self._rows = rows
        self._printer = _Printer(prototype, rows.wraps, shared)
        self._head = self._with_dimension(xml[:start])
        self._tail = self._with_links(xml[end:])
        self.relationships = rows.links.relationships() if rows.links and rows.links.targets else ""

    def _with_dimension(self, head: str) -> str:
        last = max(self._rows.last_row, 1)
        return re.sub(r'(<dimension ref="[A-Z]+\d+:[A-Z]+)\d+"', rf'\g<1>{last}"', head, count=1)

    def _with_links(self, tail: str) -> str:
        element = self._rows.links.element(self._rows.first_row) if self._rows.links else ""
        if element and "<hyperlinks>" in tail:  # links within the workbook
            return tail.replace("<hyperlinks>", element.removesuffix("</hyperlinks>"), 1)
        following = _AFTER_LINKS.search(tail)
        if not element or following is None:
            return tail
        return f"{tail[: following.start()]}{element}{tail[following.start() :]}"

    def pieces(self) -> Iterator[bytes | DeflatedPiece]:
        yield self._head.encode()
        if self._rows.printed:
            yield from self._rows.printed.pieces
        else:
            yield from self._printer.blocks(self._rows)
        yield self._tail.encode()


def prototype_of(source: BinaryIO, sheet: str, first_row: int) -> Prototype:
    """Return the prototype of a sheet of a workbook as XlsxWriter wrote it."""
    package, workbook = _opened(source)
    part = next(one.part for one in workbook.sheets if one.name == sheet)
    return _prototype(package.read(part).decode(), first_row, _dated(workbook))[0]


def print_rows(
    chunk: Sequence[CellColumn],
    first_row: int,
    prototype: Prototype,
    wraps: Mapping[int, float],
    path: Path,
) -> DeflatedPiece:
    """Write some rows as compressed XML to a file, every text in its own cell.

    Args:
        chunk: One column of cells per column from A on, all of one length.
        first_row: The worksheet row of the first.
        prototype: What they look like.
        wraps: See `BulkRows`.
        path: The file.
    """
    rows = BulkRows(first_row, len(chunk[0].codes), [chunk], wraps=wraps)
    return deflate(_Printer(prototype, wraps, None).blocks(rows), path)


def _opened(source: Path | BinaryIO) -> tuple[Package, Workbook]:
    if isinstance(source, Path):
        package = Package(source.read_bytes())
    else:
        source.seek(0)
        package = Package(source.read())
    return package, open_workbook(package)


def _dated(workbook: Workbook) -> frozenset[str]:
    return frozenset(str(style) for style in np.flatnonzero(workbook.kinds))


def _prototype(xml: str, at: int, dated: frozenset[str]) -> tuple[Prototype, tuple[int, int]]:
    """Return the prototype in row `at` of a sheet, and from where to where the row stands."""
    row = re.search(_ROW % at, xml, re.DOTALL)
    if row is None or not _BLANKS.fullmatch(row[2] or ""):
        raise ValueError(f"row {at} is not a last row of blank prototype cells")
    styles = dict(_BLANK.findall(row[2] or ""))
    prototype = Prototype(row[1], styles, dated.intersection(styles.values()))
    return prototype, (row.start(), row.end() - len("</sheetData>"))


class _Printer:
    """Makes rows that look like a prototype."""

    def __init__(
        self, prototype: Prototype, wraps: Mapping[int, float], shared: _SharedStrings | None
    ) -> None:
        self._prototype = prototype
        self._wraps = wraps
        self._shared = shared

    def blocks(self, rows: BulkRows) -> Iterator[bytes]:
        """Yield the XML of the rows' chunks."""
        row = rows.first_row
        for columns in rows.chunks:
            after = row + len(columns[0].codes)
            if after > row:
                yield from self._block(columns, range(row, after))
            row = after
        if row - 1 != rows.last_row:
            raise ValueError(f"{row - rows.first_row} rows came, {rows.n_rows} were promised")

    def _block(self, columns: Sequence[CellColumn], rows: range) -> Iterator[bytes]:
        """Yield the XML of some rows, some hundred at a time, which stay in the processor's cache.

        A row is its number between pieces, each up to the next place for that number:
        `<row r="` 5 `"><c r="A` 5 `" s="1"><v>9</v></c><c r="B` 5 `" s="2"/></row>`.
        """
        numbers = [b"%d" % row for row in rows]
        attributes = self._prototype.attributes.encode()
        heights = height_attributes(columns, self._wraps) or repeat(b"")
        starts = [
            b'<row r="%b"%b%b><c r="A' % (row, attributes, height)
            for row, height in zip(numbers, heights, strict=False)
        ]
        cells = []
        for index, column in enumerate(columns, start=1):
            last = index == len(columns)
            closing = "</row>" if last else f'<c r="{letters(index + 1)}'
            cells.append(self._cells(column, letters(index), closing))
        printed = map(bytes.join, numbers, zip(starts, *cells, strict=True))
        while block := b"".join(islice(printed, _AT_ONCE)):
            yield block

    def _cells(self, column: CellColumn, letter: str, closing: str) -> Sequence[bytes]:
        """Return the piece of each row: the cell after its number, and `closing`."""
        style = self._prototype.styles.get(letter, "")
        attribute = f'" s="{style}"' if style else '"'
        sharing = len(column.values) * _USES_TO_SHARE <= len(column.codes)
        shared = self._shared if sharing else None
        pieces = _Renderer(attribute, closing, shared, style in self._prototype.dated).pieces(
            column.values
        )
        if shared:
            start = f'{attribute} t="s"'.encode()
            texts = [code for code, piece in enumerate(pieces) if piece.startswith(start)]
            codes = np.asarray(column.codes)
            uses = np.bincount(codes[codes != BLANK], minlength=len(pieces))
            shared.count(int(uses[texts].sum()))
        pieces.append(f"{attribute}/>{closing}".encode())  # where BLANK, -1, finds it
        if len(column.codes) == 1:
            return [pieces[column.codes[0]]]
        return itemgetter(*column.codes)(pieces)  # type: ignore[no-any-return]


class _Renderer(NamedTuple):
    """Renders distinct values of a column: the cell after its row number, and `closing`."""

    attribute: str
    closing: str
    shared: _SharedStrings | None
    dated: bool

    def pieces(self, values: Sequence[Cell]) -> list[bytes]:
        """Return the piece of each of some distinct values."""
        return self._all_alike(values) or [
            piece
            for start in range(0, len(values), _BATCH)
            for piece in self._batch(values[start : start + _BATCH])
        ]

    def _batch(self, values: Sequence[Cell]) -> list[bytes]:
        return self._all_alike(values) or [
            f"{self.attribute}{self._content(value)}{self.closing}".encode() for value in values
        ]

    def _all_alike(self, values: Sequence[Cell]) -> list[bytes]:
        """Return the pieces where all values are of one simple kind, else nothing: a fast way."""
        inner: Iterable[str]
        if self.shared and all_texts(values):
            before, inner, after = ' t="s"><v>', map(str, map(self.shared.use, values)), "</v></c>"
        elif self.shared is None and all_plain(values):
            before, inner, after = ' t="inlineStr"><is><t>', values, "</t></is></c>"
        elif not self.dated and all_whole(values):
            before, inner, after = "><v>", map(str, values), "</v></c>"
        elif self.dated and all_days(values):
            before, inner, after = "><v>", map(str, map(day_number, values)), "</v></c>"
        else:
            return []
        head, tail = f"{self.attribute}{before}", f"{after}{self.closing}"
        return f"{head}{f'{tail}{_CUT}{head}'.join(inner)}{tail}".encode().split(_CUT.encode())

    def _content(self, value: Cell) -> str:
        """Return what follows a cell's style: its type, its value and its end."""
        if isinstance(value, bool):
            return f' t="b"><v>{value:d}</v></c>'
        if not isinstance(value, str):
            digits = number(value, dated=self.dated)
            if digits is not None:
                return f"><v>{digits}</v></c>"
            value = as_text(value)
        if not value:
            return "/>"
        if self.shared:
            return f' t="s"><v>{self.shared.use(value)}</v></c>'
        return f' t="inlineStr"><is>{text_element(value)}</is></c>'
