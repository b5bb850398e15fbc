"""Where the error cells of an `.ods` file are: calamine shows them as blank."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from validators.cells import FormulaError
from workbooks.raw.guard import Package, corrupt, hostile

__all__ = ["ods_errors"]

Found = dict[int, list[tuple[int, int, FormulaError]]]

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_KNOWN: Final = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
_MAX_REPEATS: Final = 1_000


def ods_errors(package: Package) -> Found:
    """Return (0-based row, 0-based column, error) of the error cells by 0-based table.

    Raises:
        UnreadableWorkbook: The content is damaged, or declares a document type.
    """
    target = _Errors()
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        for chunk in package.chunks("content.xml"):
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException as error:
        raise hostile("XML 中含有 DOCTYPE 或实体声明") from error
    except (ParseError, ValueError) as error:
        raise corrupt("content.xml 读不出") from error
    return target.found


class _Errors:
    """A parser target that follows positions through repeated rows and cells."""

    def __init__(self) -> None:
        self.found: Found = {}
        self._table = -1
        self._row = self._column = 0
        self._row_repeats = self._repeats = 1
        self._formula = self._marked = False
        self._text: list[str] | None = None
        self._taking = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_TABLE}table":
            self._table, self._row = self._table + 1, 0
        elif tag == f"{_TABLE}table-row":
            self._column = 0
            self._row_repeats = int(attributes.get(f"{_TABLE}number-rows-repeated", "1"))
        elif tag in _CELLS:
            self._repeats = int(attributes.get(f"{_TABLE}number-columns-repeated", "1"))
            self._formula = f"{_TABLE}formula" in attributes
            self._marked = "error" in attributes.values()
            self._text = []
        elif tag == _TEXT:
            self._taking = True

    def data(self, text: str) -> None:
        if self._taking and self._text is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        if tag == f"{_TABLE}table-row":
            self._row += self._row_repeats
        elif tag in _CELLS:
            self._end_cell()
        elif tag == _TEXT:
            self._taking = False

    def close(self) -> None:
        """End the document."""

    def _end_cell(self) -> None:
        shown = "".join(self._text or [])
        if self._marked or (self._formula and shown in _KNOWN):
            error = FormulaError(shown or "#N/A")
            self.found.setdefault(self._table, []).extend(
                (self._row + down, self._column + right, error)
                for down in range(min(self._row_repeats, _MAX_REPEATS))
                for right in range(min(self._repeats, _MAX_REPEATS))
            )
        self._column += self._repeats
        self._text = None
