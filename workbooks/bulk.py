"""Fill very long sheets of a workbook made with XlsxWriter, in a twentieth of its time.

The caller builds the whole workbook with XlsxWriter, and in each long sheet writes everything above
the data and one *prototype* row of blank cells with the formats the columns shall have. `splice`
then copies the package and puts the real rows where the prototype was. Styles that depend on a row's
values are for conditional formats, which the caller sets over `last_row`.

Rows and cells are written without their places. ECMA-376 part 1, 18.3.1.73 and 18.3.1.4, leaves `r`
out as it likes: a row follows the one before, a cell the one to its left, so every cell of a row is
there, blank or not. SQL Server's reports, Power BI and Dynamics write the same. So a cell rests on its value
alone, each distinct one of a column is rendered once, the work per row is joining ready pieces of
bytes, and rows that are printed keep, wherever they will stand.

Of the writers in Rust, rustpy-xlsxwriter 0.8 takes three times as long as this and wolfxl 2.0 five
times, and neither writes tables or notes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from validators.cells import BLANK, Cell, CellColumn, letters
from workbooks.ooxml.addresses import WORKSHEET_ROWS
from workbooks.ooxml.cells import (
    all_days,
    all_texts,
    all_whole,
    as_text,
    number,
    text_element,
    unusual_texts,
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
_QUOTED = re.compile('[&<>"\n\r\t]')
_UNSAFE = re.compile(r'[%"<>\[\]^`{}|\\ #?]')  # what Excel escapes; other letters stay as they are


def _quoted(text: str) -> str:
    """Return text for an attribute; the standard library's `quoteattr` loads what opens web pages."""
    return _QUOTED.sub(lambda mark: f"&#{ord(mark[0])};", text)


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
        quoted = _quoted if _QUOTED.search("".join(self.places)) else str
        for row, (code, place) in enumerate(zip(self.codes, self.places, strict=True), first_row):
            if code != BLANK:
                location = f' location="{quoted(place)}"' if place else ""
                yield f'<hyperlink ref="{letter}{row}" r:id="rId{code + 1}"{location}/>'

    def relationships(self) -> str:
        """Return the sheet's relationships part."""
        items = "".join(
            f'<Relationship Id="rId{number}" Type="{_HYPERLINK}" '
            f'Target="{_quoted(_escaped(target))}" TargetMode="External"/>'
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
HEIGHTS = (
    *(b"", b""),
    *(b' ht="%g"' % (_POINTS_PER_LINE * n_lines) for n_lines in range(2, _MOST_LINES + 1)),
)
"""The attribute of a row of so many lines: none for one.

Excel fits rows without a height on opening, LibreOffice trusts files that look like Excel's. `ht`
without `customHeight` keeps a row automatic when a clerk edits it.
"""
_NARROW, _LOST = 10, 4  # half hanzi: of a wider line so many are lost to words and commas


def row_lines(columns: Sequence[CellColumn], wraps: Mapping[int, float]) -> NDArray[np.intp] | None:
    """Return the lines that every row takes, for `HEIGHTS`; None if all rows take one.

    Args:
        columns: The columns of a block of rows.
        wraps: Widths in characters of the columns whose text wraps, by 0-based index.
    """
    texts, sizes, fitting = list[str](), list[int](), list[float]()
    codes = list[NDArray[np.intc]]()
    for index, width in wraps.items():
        own = _texts_of(columns[index])
        if not _fits(own, width / _HALF_HANZI):
            texts += [*own, ""]  # a blank is as high as an empty text
            sizes.append(len(own) + 1)
            fitting.append(width / _HALF_HANZI)
            codes.append(np.asarray(columns[index].codes))
    if not texts:
        return None
    lines, start = _lines(texts, np.repeat(fitting, sizes)), 0
    of_rows = list[NDArray[np.intp]]()
    for size, own_codes in zip(sizes, codes, strict=True):
        of_rows.append(lines[start : start + size][own_codes])
        start += size
    tallest: NDArray[np.intp] = np.maximum.reduce(of_rows)
    return tallest


def _texts_of(column: CellColumn) -> Sequence[str]:
    """Return the distinct values, "" for each that is no text."""
    if all_texts(column.values):
        return column.values
    return [value if isinstance(value, str) else "" for value in column.values]


def _fits(texts: Sequence[str], fitting: float) -> bool:
    """Return whether each text surely takes one line of so many half hanzi."""
    most = max(map(len, texts), default=0)
    return 2 * most <= fitting or (most <= fitting and "".join(texts).isascii())


def _lines(texts: Sequence[str], fitting: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the lines that each text takes in a column of so many half hanzi."""
    lengths = np.fromiter(map(len, texts), dtype=np.intc, count=len(texts))
    n_bytes = _encoded_lengths(texts)
    taken = (lengths + n_bytes) // 2  # 2 for 3 bytes, 1 for 1
    full = np.maximum(fitting // 2 * 2, 2)
    room = np.where(full >= _NARROW, full - _LOST, full)
    rooms = np.where(n_bytes == lengths, fitting, room)  # letters fill half of a hanzi's place
    counts = np.minimum(np.maximum(np.ceil(taken / rooms), 2), _MOST_LINES)
    return np.where(taken <= fitting, 1, counts).astype(np.intp)


def _encoded_lengths(texts: Sequence[str]) -> NDArray[np.intp]:
    """Return how many bytes each text takes in UTF-8."""
    joined = _CUT.join(["", *texts, ""]).encode("utf-8", "surrogatepass")
    cuts = np.flatnonzero(np.frombuffer(joined, np.uint8) == ord(_CUT))
    if len(cuts) != len(texts) + 1:  # a text has several lines
        return np.array([len(text.encode("utf-8", "surrogatepass")) for text in texts], np.intp)
    return cuts[1:] - cuts[:-1] - 1


# --- rows ----------------------------------------------------------------------------------------

_SHARED_STRINGS = "xl/sharedStrings.xml"
_USES_TO_SHARE = 3  # a text used less often is smaller and faster in its own cell
_CUT = "\n"  # in no plain text
_AT_ONCE = 256  # rows joined at a time, so that they stay in the processor's cache
_ROW = r'<row r="%d"([^>]*?)(?:/>|>(.*?)</row>)</sheetData>'
_BLANKS = re.compile(r'(?:<c r="[A-Z]+\d+"(?: s="\d+")?/>)*')
_AFTER_LINKS = re.compile("<(?:printOptions|pageMargins|pageSetup)[ />]")
_LAST_ROW = re.compile(r'.*<row r="(\d+)"', re.DOTALL)
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

    def told(self) -> list[Any]:
        """Return it as JSON holds it; see `of`."""
        return [self.attributes, self.styles, sorted(self.dated)]

    @classmethod
    def of(cls, told: Sequence[Any]) -> Self:
        """Return what `told` told."""
        attributes, styles, dated = told
        return cls(attributes, styles, frozenset(dated))


class PrintedRows(NamedTuple):
    """Rows that are compressed XML already, perhaps by another process.

    Attributes:
        prototype: What they look like; the sheet's own prototype must be the same.
        n_rows: How many they are.
        piece: Them.
    """

    prototype: Prototype
    n_rows: int
    piece: DeflatedPiece


Chunk = Sequence[CellColumn] | PrintedRows
"""Some rows of a sheet: one column of cells per worksheet column from A on, all of one length, or printed."""


@dataclass(frozen=True, slots=True)
class BulkRows:
    """The rows of one long sheet.

    Attributes:
        first_row: The 1-based worksheet row of the prototype and of the first data row.
        n_rows: How many rows the chunks hold together; 0 removes the prototype.
        chunks: Blocks of some thousand rows. Made while the file is written, so a generator keeps
            memory small.
        links: Links of the sheet's cells; the caller's XlsxWriter sheet then has neither links
            nor pictures of its own.
        wraps: Width in characters of the columns whose text wraps, by 0-based column, so that rows
            are made tall enough for it.
    """

    first_row: int
    n_rows: int
    chunks: Iterable[Chunk]
    links: Links | None = None
    wraps: Mapping[int, float] = field(default_factory=dict)

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
        self._rows = rows
        self._printer = _Printer(prototype, rows.wraps, shared)
        self._head = self._with_dimension(_begun(xml[:start], rows))
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
        yield from self._printer.blocks(self._rows)
        yield self._tail.encode()


def _begun(head: str, rows: BulkRows) -> str:
    """Return the XML before the rows so that the first of them stands where it shall."""
    last = _LAST_ROW.match(head)
    follows = int(last[1] if last else 0) == rows.first_row - 1
    return head if follows or not rows.n_rows else f'{head}<row r="{rows.first_row - 1}"/>'


def prototypes_of(source: BinaryIO, first_row: int) -> dict[str, Prototype]:
    """Return the prototype in a row of every sheet of a workbook as XlsxWriter wrote it, by name."""
    package, workbook = _opened(source)
    dated = _dated(workbook)
    return {
        sheet.name: _prototype(package.read(sheet.part).decode(), first_row, dated)[0]
        for sheet in workbook.sheets
    }


def print_rows(
    columns: Sequence[CellColumn],
    prototype: Prototype,
    wraps: Mapping[int, float],
    stream: BinaryIO,
) -> PrintedRows:
    """Write some rows as compressed XML, every text in its own cell.

    Args:
        columns: One column of cells per worksheet column from A on, all of one length.
        prototype: What the rows look like.
        wraps: See `BulkRows`.
        stream: A file that is open for writing; the rows are added at its end.
    """
    printer = _Printer(prototype, wraps, None)
    return PrintedRows(prototype, len(columns[0].codes), deflate(printer.block(columns), stream))


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

    def blocks(self, rows: BulkRows) -> Iterator[bytes | DeflatedPiece]:
        """Yield the XML of the rows' chunks."""
        n_rows = 0
        for chunk in rows.chunks:
            if not isinstance(chunk, PrintedRows):
                n_rows += len(chunk[0].codes)
                yield from self.block(chunk)
            elif chunk.prototype == self._prototype:
                n_rows += chunk.n_rows
                yield chunk.piece
            else:
                raise ValueError("the rows were printed for another prototype")
        if n_rows != rows.n_rows:
            raise ValueError(f"{n_rows} rows came, {rows.n_rows} were promised")

    def block(self, columns: Sequence[CellColumn]) -> Iterator[bytes]:
        """Yield the XML of some rows, some hundred at a time."""
        codes = _codes(columns)
        if not codes.size:
            return
        constant = (codes == codes[:, :1]).all(axis=1)
        n_lines = row_lines(columns, self._wraps)
        tables = [self._beginnings(1 if n_lines is None else int(n_lines.max()))]
        for index, (column, own) in enumerate(zip(columns, codes, strict=True)):
            cells = self._cells(column, own, letters(index + 1))
            if constant[index]:  # joined with what stands to its left once, not in every row
                tables[-1] = [before + cells[own[0] + 1] for before in tables[-1]]
            else:
                tables.append(cells)
        tables[-1] = [before + b"</row>" for before in tables[-1]]
        lines = np.zeros(codes.shape[1], np.intp) if n_lines is None else n_lines - 1
        places = np.vstack([lines, codes[~constant]])
        # the tables stand one after the other, each with the piece of BLANK, -1, before that of 0
        places += np.cumsum([1, *map(len, tables[:-1])])[:, np.newaxis]
        pieces = np.fromiter(chain.from_iterable(tables), object)
        for start in range(0, places.shape[1], _AT_ONCE):
            yield b"".join(pieces[places[:, start : start + _AT_ONCE].T.ravel()].tolist())

    def _beginnings(self, most_lines: int) -> list[bytes]:
        """Return how rows of no to so many lines begin."""
        start = f"<row{self._prototype.attributes}".encode()
        return [b"%b%b>" % (start, height) for height in HEIGHTS[: most_lines + 1]]

    def _cells(self, column: CellColumn, codes: NDArray[np.intc], letter: str) -> list[bytes]:
        """Return a blank cell, then that of each distinct value."""
        style = self._prototype.styles.get(letter, "")
        cell = f'<c s="{style}"' if style else "<c"
        sharing = len(column.values) * _USES_TO_SHARE <= len(column.codes)
        shared = self._shared if sharing else None
        pieces = _Renderer(cell, shared, style in self._prototype.dated).pieces(column.values)
        if shared:
            start = f'{cell} t="s"'.encode()
            texts = [code for code, piece in enumerate(pieces) if piece.startswith(start)]
            uses = np.bincount(codes[codes != BLANK], minlength=len(pieces))
            shared.count(int(uses[texts].sum()))
        return [f"{cell}/>".encode(), *pieces]


def _codes(columns: Sequence[CellColumn]) -> NDArray[np.intc]:
    """Return the codes of all columns, one row for each of them."""
    n_rows = len(columns[0].codes)
    for index, column in enumerate(columns, start=1):
        if len(column.codes) != n_rows:
            raise ValueError(f"column {letters(index)} has {len(column.codes)} of {n_rows} rows")
    joined = b"".join([column.codes for column in columns])
    return np.frombuffer(joined, np.intc).reshape(len(columns), n_rows)


class _Renderer(NamedTuple):
    """Renders distinct values of a column; `cell` is how each cell begins."""

    cell: str
    shared: _SharedStrings | None
    dated: bool

    def pieces(self, values: Sequence[Cell]) -> list[bytes]:
        """Return the piece of each of some distinct values; those of one kind are made together."""
        if len({*map(type, values)}) <= 1:
            return self._alike(values)
        kinds: dict[type, list[int]] = {}
        for at, value in enumerate(values):
            kinds.setdefault(type(value), []).append(at)
        made = [b""] * len(values)
        for places in kinds.values():
            pieces = self._alike([values[at] for at in places])
            for at, piece in zip(places, pieces, strict=True):
                made[at] = piece
        return made

    def _alike(self, values: Sequence[Cell]) -> list[bytes]:
        """Return the pieces of values of one kind, at once where they are simple."""
        if all_texts(values):
            if self.shared is None:
                return self._texts(values)
            if all(values):
                used = map(str, map(self.shared.use, values))
                return self._joined(' t="s"><v>', used, "</v></c>")
        if not self.dated and all_whole(values):
            return self._joined("><v>", map(str, values), "</v></c>")
        if self.dated and all_days(values):
            return self._joined("><v>", map(str, map(day_number, values)), "</v></c>")
        return [self._piece(value) for value in values]

    def _texts(self, values: Sequence[str]) -> list[bytes]:
        """Return the pieces of texts that each stand in its cell: the plain ones made together."""
        unusual = [*unusual_texts(values)]
        if "" in values:
            unusual += [at for at, value in enumerate(values) if not value]
        plain = [*values]
        for at in unusual:
            plain[at] = ""
        pieces = self._joined(' t="inlineStr"><is><t>', plain, "</t></is></c>")
        for at in unusual:
            pieces[at] = self._piece(values[at])
        return pieces

    def _joined(self, before: str, inner: Iterable[str], after: str) -> list[bytes]:
        head = f"{self.cell}{before}"
        return f"{head}{f'{after}{_CUT}{head}'.join(inner)}{after}".encode().split(_CUT.encode())

    def _piece(self, value: Cell) -> bytes:
        return f"{self.cell}{self._content(value)}".encode()

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
