"""Read web pages and XML 2003 spreadsheets, which many systems hand out with the ending .xls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import zip_longest
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from validators.cells import Cell, encode
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.dates import parse_iso, parse_number
from workbooks.ooxml.package import corrupt, local
from workbooks.raw.book import RawBook, RawSheet
from workbooks.raw.sniff import SAVE_AS

_PAGE = re.compile(r"<\s*(?:!doctype\s+html|html|table)\b", re.IGNORECASE)
_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_SPREADSHEET_NAME = f"{{{_SPREADSHEET}}}"
_HEAD = 64 << 10
_MOST_COLUMNS = 1_024
_MOST_ROWS = 200_000
_MOST_CELLS = 10_000_000


def is_web_page(text: str) -> bool:
    """Tell whether a text file is a web page with a table."""
    return bool(_PAGE.search(text[:_HEAD])) and "<t" in text.lower()


def is_xml_spreadsheet(text: str) -> bool:
    """Tell whether a text file is an XML 2003 spreadsheet."""
    return _SPREADSHEET in text[:_HEAD] and "<?xml" in text[:_HEAD]


@dataclass(slots=True)
class Sheet:
    """Cells set one after the other, those that a merge covers passed over."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Rectangle] = field(default_factory=list)
    row: int = 0
    column: int = 0
    _covered: set[tuple[int, int]] = field(default_factory=set)

    def next_row(self, number: int = 0) -> None:
        """Go to the next row, or to the row of a number."""
        self.row, self.column = number or self.row + 1, 0

    def put(self, value: Cell, down: int, right: int, number: int = 0) -> None:
        """Set the next free cell of the row, or the cell of a column; spans count further cells."""
        self.column = number or self.column + 1
        while not number and (self.row, self.column) in self._covered:
            self.column += 1
        down, right = min(down, _MOST_ROWS), min(right, _MOST_COLUMNS - 1)
        if value != "" and self.column <= _MOST_COLUMNS and self.row <= _MOST_ROWS:
            self.cells[self.row, self.column] = value
        if down or right:
            self.merges.append(Rectangle(self.row, self.column, down + 1, right + 1))
            self._covered |= {
                (self.row + r, self.column + c)
                for r in range(min(down, 1_000) + 1)
                for c in range(right + 1)
            }
        self.column += right

    def raw(self) -> RawSheet:
        """Return the sheet as the readers of workbooks have it."""
        n_rows = max((row for row, _ in self.cells), default=0)
        width = max((column for _, column in self.cells), default=0)
        if n_rows * width > _MOST_CELLS:
            raise UnreadableWorkbook("file.too_sparse", "数据分散在过多的行和列中", SAVE_AS)
        rows = [[self.cells.get((r, c)) for c in range(1, width + 1)] for r in range(1, n_rows + 1)]
        columns = [encode(column) for column in zip_longest(*rows)]
        return RawSheet(self.name, columns=columns, n_rows=n_rows, merges=self.merges)


class TableParser(HTMLParser):
    """Takes the tables of a web page; a table within a cell is part of its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._depth = 0
        self._text: list[str] | None = None
        self._span = (0, 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.sheets.append(Sheet(f"表{len(self.sheets) + 1}"))
        elif self._depth != 1:
            return
        elif tag == "tr":
            self._close()
            self.sheets[-1].next_row()
        elif tag in {"td", "th"}:
            self._close()
            known = dict(attrs)
            self._text = []
            self._span = _span(known.get("rowspan")), _span(known.get("colspan"))
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a table, a row or a cell."""
        if self._depth == 1 and tag in {"td", "th", "tr", "table"}:
            self._close()
        if tag == "table":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        """Add text to the cell; line breaks of the page are spaces."""
        if self._text is not None:
            self._text.append(re.sub(r"[ \t\r\n]+", " ", data))

    def _close(self) -> None:
        if self._text is not None:
            text = "".join(self._text).replace("\xa0", " ").strip()
            self.sheets[-1].put(text, *self._span)
            self._text = None


def _span(number: str | None) -> int:
    return max(0, int(number) - 1) if number and number.strip().isdecimal() else 0


def read_web_page(text: str) -> RawBook:
    """Read the tables of a web page, each as a sheet."""
    parser = TableParser()
    parser.feed(text)
    parser.close()
    return RawBook([sheet.raw() for sheet in parser.sheets if sheet.cells])


def read_xml_spreadsheet(text: str) -> RawBook:
    """Read an XML 2003 spreadsheet.

    Raises:
        UnreadableWorkbook: The XML is damaged.
    """
    try:
        root: Element = fromstring(
            re.sub(r"^.*?<\?xml[^>]*\?>", "", text, count=1, flags=re.DOTALL)
        )
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise corrupt("表格 XML 无法读取") from error
    return RawBook([_xml_sheet(part).raw() for part in root if local(part) == "Worksheet"])


def _xml_sheet(part: Element) -> Sheet:
    sheet = Sheet(part.get(f"{_SPREADSHEET_NAME}Name", ""))
    for row in part.iter(f"{_SPREADSHEET_NAME}Row"):
        sheet.next_row(_number(row, "Index"))
        for cell in row:
            if local(cell) == "Cell":
                value = _xml_value(cell.find(f"{_SPREADSHEET_NAME}Data"))
                down, right = _number(cell, "MergeDown"), _number(cell, "MergeAcross")
                sheet.put(value, down, right, _number(cell, "Index"))
    return sheet


def _number(element: Element, name: str) -> int:
    text = element.get(f"{_SPREADSHEET_NAME}{name}", "")
    return int(text) if text.isdecimal() else 0


def _xml_value(data: Element | None) -> Cell:
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{_SPREADSHEET_NAME}Type", "String")
    if kind == "Number":
        return parse_number(text)
    if kind == "DateTime":
        return parse_iso(text)
    return text
