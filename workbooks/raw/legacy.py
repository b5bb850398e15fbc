"""Read `.xls`, `.xlsb` and `.ods` through calamine; error cells, which it shows as blank, restored.

calamine's bindings hand an error cell over as empty text, so where a file has error cells is found
out here: in the BIFF records of `.xls` and `.xlsb`, and in the XML of `.ods`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

import olefile
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from validators.cells import EARLIEST_SERIAL, Cell, CellColumn, FormulaError, encode
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.dates import MIDNIGHT, Kind, from_serial, to_serial
from workbooks.ooxml.package import Package, corrupt, relationships
from workbooks.ooxml.workbook_part import workbook_part
from workbooks.raw.sniff import Format, IdentifiedFile, password_needed

MAX_CELLS: Final = 40_000_000


class ErrorCell(NamedTuple):
    """An error cell; row and column count from 0."""

    row: int
    column: int
    error: FormulaError


ErrorCells = dict[int, list[ErrorCell]]
"""Error cells by 0-based sheet."""


@dataclass(slots=True)
class LegacySheet:
    """One sheet; `columns` and `merges` as in `RawSheet`."""

    name: str
    hidden: bool
    columns: list[CellColumn] = field(default_factory=list)
    merges: list[Rectangle] = field(default_factory=list)


def read_legacy(file: IdentifiedFile, wanted: Callable[[str], bool]) -> list[LegacySheet]:
    """Read the sheets of an `.xls`, `.xlsb` or `.ods` file held in memory.

    Args:
        file: The file, of one of these formats.
        wanted: Says of a sheet name whether its cells are needed.

    Raises:
        UnreadableWorkbook: The file is damaged or needs a password. Some damaged files end the
            process instead, so this runs in a guarded worker.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(file.data))
        errors = _error_cells(file)
        return [
            _sheet(book, index, errors.get(index, []), wanted)
            for index in range(len(book.sheets_metadata))
        ]
    except PasswordError as error:
        raise password_needed() from error
    except (CalamineError, ValueError, OSError) as error:
        raise corrupt("内容读不出") from error


def _sheet(
    book: CalamineWorkbook, index: int, errors: list[ErrorCell], wanted: Callable[[str], bool]
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
        Rectangle.between(first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
        for first, last in content.merged_cell_ranges or []
    ]
    rows = [[_cell(value) for value in row] for row in content.to_python(skip_empty_area=False)]
    for row, column, error in errors:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = error
    sheet.columns = [encode(column) for column in zip(*rows, strict=True)]
    return sheet


def _cell(value: object) -> Cell | None:
    """Return calamine's value as a cell: whole floats as int, midnights as dates."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, date):
        return _moment(value)
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return value if isinstance(value, str | int | float | date | time) else None


def _moment(value: date) -> Cell:
    """Return a day or a moment; days before 1906 as `from_serial` has them."""
    serial = to_serial(value)
    if serial is None or serial < EARLIEST_SERIAL:
        day = value if isinstance(value, datetime) else datetime.combine(value, time())
        days = round((day - MIDNIGHT) / timedelta(days=1), 5)
        return from_serial(int(days) if days.is_integer() else days, Kind.DATETIME)
    is_midnight = isinstance(value, datetime) and value.time() == time()
    return value.date() if is_midnight else value  # type: ignore[attr-defined]


def _error_cells(file: IdentifiedFile) -> ErrorCells:
    if file.format is Format.XLS:
        return xls_errors(file.data)
    package = file.package or Package(file.data)
    return ods_errors(package) if file.format is Format.ODS else xlsb_errors(package)


# --- error cells of .xls and .xlsb ---------------------------------------------------------------

_ERRORS: Final = {
    0x00: FormulaError("#NULL!"),
    0x07: FormulaError("#DIV/0!"),
    0x0F: FormulaError("#VALUE!"),
    0x17: FormulaError("#REF!"),
    0x1D: FormulaError("#NAME?"),
    0x24: FormulaError("#NUM!"),
    0x2A: FormulaError("#N/A"),
}
"""Error values by their numbers ([MS-XLS] 2.5.10 BErr, [MS-XLSB] 2.5.97.2)."""
_NOT_AVAILABLE: Final = FormulaError("#N/A")

_BOUND_SHEET, _BEGIN, _END, _FORMULA, _BOOL_ERR = 0x0085, 0x0809, 0x000A, 0x0006, 0x0205
_RECORD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")


def xls_errors(data: bytes) -> ErrorCells:
    """Return the error cells of an `.xls` file ([MS-XLS] 2.4.24 BoolErr, 2.4.127 Formula)."""
    with olefile.OleFileIO(BytesIO(data)) as ole:
        name = "Workbook" if ole.exists("Workbook") else "Book"
        stream: bytes = ole.openstream(name).read()
    starts = [
        int.from_bytes(stream[at : at + 4], "little")
        for kind, at, _ in _xls_records(stream, 0)
        if kind == _BOUND_SHEET
    ]
    return {sheet: list(_xls_sheet_errors(stream, start)) for sheet, start in enumerate(starts)}


def _xls_sheet_errors(stream: bytes, start: int) -> Iterator[ErrorCell]:
    depth = 0
    for kind, at, size in _xls_records(stream, start):
        if kind in (_BEGIN, _END):  # a chart within the sheet has cells of its own
            depth += 1 if kind == _BEGIN else -1
            if depth == 0:
                return
        elif depth != 1:
            continue
        elif kind == _BOOL_ERR and size >= 8 and stream[at + 7]:
            yield _xls_error(stream, at, stream[at + 6])
        elif kind == _FORMULA and stream[at + 12 : at + 14] == b"\xff\xff" and stream[at + 6] == 2:
            yield _xls_error(stream, at, stream[at + 8])


def _xls_error(stream: bytes, at: int, number: int) -> ErrorCell:
    row, column = _PLACE.unpack_from(stream, at)
    return ErrorCell(row, column, _error(number))


def _xls_records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, offset and size of the records from `at` on."""
    while at + _RECORD.size <= len(stream):
        kind, size = _RECORD.unpack_from(stream, at)
        at += _RECORD.size
        if at + size > len(stream):
            return
        yield kind, at, size
        at += size


_ROW_HEADER, _CELL_ERROR, _FORMULA_ERROR, _BUNDLE_SHEET = 0, 3, 11, 156


def xlsb_errors(package: Package) -> ErrorCells:
    """Return the error cells of an `.xlsb` ([MS-XLSB] 2.4.311 BrtCellError, 2.4.671 BrtFmlaError)."""
    workbook = workbook_part(package)
    targets = {item.id: item.target for item in relationships(package, workbook)}
    parts = [
        targets.get(_wide_text(content, 8), "")
        for kind, content in _xlsb_records(package.read(workbook))
        if kind == _BUNDLE_SHEET
    ]
    return {
        sheet: list(_xlsb_sheet_errors(b"".join(package.chunks(part))))
        for sheet, part in enumerate(parts)
        if part in package
    }


def _xlsb_sheet_errors(data: bytes) -> Iterator[ErrorCell]:
    row = 0
    for kind, content in _xlsb_records(data):
        if kind == _ROW_HEADER:
            row = int.from_bytes(content[:4], "little")
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            column = int.from_bytes(content[:4], "little")
            yield ErrorCell(row, column, _error(content[8]))


def _xlsb_records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of records; both kind and size are written 7 bits a byte."""
    at = 0
    while at < len(data):
        kind, at = _variable(data, at, 2)
        size, at = _variable(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _variable(data: bytes, at: int, longest: int) -> tuple[int, int]:
    number = 0
    for place in range(longest):
        octet = data[at] if at < len(data) else 0
        at += 1
        number |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            break
    return number, at


def _wide_text(content: bytes, at: int) -> str:
    size = 2 * int.from_bytes(content[at : at + 4], "little")
    return content[at + 4 : at + 4 + size].decode("utf-16-le")


def _error(number: int) -> FormulaError:
    return _ERRORS.get(number, _NOT_AVAILABLE)


# --- error cells of .ods -------------------------------------------------------------------------

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_KNOWN: Final = {error.text for error in _ERRORS.values()}
_MAX_REPEATS: Final = 1_000


def ods_errors(package: Package) -> ErrorCells:
    """Return the error cells of an `.ods` file.

    Raises:
        UnreadableWorkbook: The content is damaged, or declares a document type.
    """
    errors: ErrorCells = {}
    table, row = -1, 0
    for event, element in package.events("content.xml"):
        if event == "start" and element.tag == f"{_TABLE}table":
            table, row = table + 1, 0
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            repeats = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            errors.setdefault(table, []).extend(_ods_row_errors(element, row, repeats))
            row += repeats
            element.clear()
    return errors


def _ods_row_errors(element: Element, row: int, row_repeats: int) -> Iterator[ErrorCell]:
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        repeats = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        shown = "".join("".join(text.itertext()) for text in cell.iter(_TEXT))
        is_error = f"{_TABLE}formula" in cell.attrib and shown in _KNOWN
        if is_error or "error" in cell.attrib.values():
            for down in range(min(row_repeats, _MAX_REPEATS)):
                for right in range(min(repeats, _MAX_REPEATS)):
                    yield ErrorCell(row + down, column + right, FormulaError(shown or "#N/A"))
        column += repeats
