"""Read `.xls`, `.xlsb` and `.ods` through calamine; error cells, which it shows as blank, restored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import ParseError

import fastexcel
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from validators.cells import Cell, CellColumn, FormulaError, encode
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.package import Package, corrupt, hostile

# SECTION Read `.xls`, `.xlsb` and `.ods` through calamine; errors, which it shows as blank, restored.

ErrorCells = list[tuple[int, int, FormulaError]]
"""(0-based row, 0-based column, error)."""

MAX_CELLS: Final = 40_000_000

_KIND = re.compile(r"Error\((\w+)\)")
_ERRORS: Final = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


@dataclass(slots=True)
class LegacySheet:
    """One sheet; `columns` and `merges` as in `RawSheet`."""

    name: str
    hidden: bool
    columns: list[CellColumn] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def read_legacy(
    data: bytes, wanted: Callable[[str], bool], errors: dict[int, ErrorCells] | None = None
) -> list[LegacySheet]:
    """Read the sheets of an `.xls`, `.xlsb` or `.ods` file held in memory.

    Args:
        data: The whole file.
        wanted: Says of a sheet name whether its cells are needed.
        errors: The error cells by sheet index where they are known (`.ods`).

    Raises:
        UnreadableWorkbook: The file is damaged or needs a password. Some damaged files end the
            process instead, so this runs in a guarded worker.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        found = dict(_arrow_errors(data, book)) if errors is None else errors
        return [
            _sheet(book, index, found.get(index, []), wanted)
            for index in range(len(book.sheets_metadata))
        ]
    except PasswordError as error:
        raise UnreadableWorkbook(
            "file.password", "文件有打开密码", "请去掉密码后另存再上报"
        ) from error
    except (CalamineError, fastexcel.FastExcelError, ValueError, OSError) as error:
        raise corrupt("内容读不出") from error


def _sheet(
    book: CalamineWorkbook, index: int, errors: ErrorCells, wanted: Callable[[str], bool]
) -> LegacySheet:
    about = book.sheets_metadata[index]
    sheet = LegacySheet(about.name, about.visible != SheetVisibleEnum.Visible)
    if about.typ != SheetTypeEnum.WorkSheet or not wanted(about.name):
        return sheet
    content = book.get_sheet_by_index(index)
    if content.start is None:
        return sheet
    if content.total_height * content.total_width > MAX_CELLS:
        raise UnreadableWorkbook(
            "file.too_sparse",
            f"工作表“{about.name}”的数据过于分散，超出台账的合理大小",
            "请删除表格以外多余的行和列，保存后再上报",
        )
    sheet.merges = [
        (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
        for first, last in content.merged_cell_ranges or []
    ]
    rows = [[_cell(value) for value in row] for row in content.to_python(skip_empty_area=False)]
    for row, column, error in errors:
        rows[row][column] = error
    sheet.columns = [encode(column) for column in zip(*rows, strict=True)]
    return sheet


def _cell(value: object) -> Cell | None:
    """Return calamine's value as a cell: whole floats as int, midnights as dates."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    if isinstance(value, str | int | float | date | time):
        return value or None if isinstance(value, str) else value
    return None


def _arrow_errors(data: bytes, book: CalamineWorkbook) -> Iterator[tuple[int, ErrorCells]]:
    """Yield the error cells by sheet: fastexcel says why a cell could not become text."""
    reader = fastexcel.read_excel(data)
    for index, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        start = book.get_sheet_by_index(index).start
        sheet = reader.load_sheet(index, header_row=None, skip_rows=0, dtypes="string", eager=False)
        _, problems = sheet.to_arrow_with_errors()
        yield (
            index,
            [
                (
                    row,
                    column + (start[1] if start else 0),
                    FormulaError(_ERRORS.get(kind[1], "#N/A")),
                )
                for problem in (problems.errors if problems else [])
                if (kind := _KIND.search(problem.detail))
                for row, column in [problem.position]
            ],
        )


# SECTION Where the error cells of an `.ods` file are: calamine shows them as blank.

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
