"""Read `.xls`, `.xlsb` and `.ods` through calamine; what it loses is restored.

calamine's bindings hand an error cell over as empty text, know no number format but those of dates,
and take whole numbers of `.xlsb` for no dates. So such cells are looked up here, and hidden rows: in
the BIFF records of `.xls` and `.xlsb`, and in the XML of `.ods`.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from math import isfinite
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

from validators.cells import Cell, CellColumn, FormulaError, Shown, encode, is_slip
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.dates import MIDNIGHT, Kind, from_serial, parse_number, to_serial
from workbooks.ooxml.number_formats import as_shown, meaning_of, valued
from workbooks.ooxml.package import Package, corrupt, relationships
from workbooks.ooxml.workbook_part import workbook_part
from workbooks.raw.sniff import Format, IdentifiedFile, password_needed

MAX_CELLS: Final = 40_000_000


class FoundCell(NamedTuple):
    """A cell calamine does not show as it is; row and column count from 0."""

    row: int
    column: int
    cell: Cell


FoundCells = dict[int, list[FoundCell]]
"""Such cells by 0-based sheet."""
Merges = dict[int, list[Rectangle]]
"""Merged cells by 0-based sheet."""
HiddenRows = dict[int, set[int]]
"""1-based rows hidden or filtered away by 0-based sheet."""


@dataclass(slots=True)
class LegacySheet:
    """One sheet; `columns`, `merges` and `hidden_rows` as in `RawSheet`."""

    name: str
    hidden: bool
    columns: list[CellColumn] = field(default_factory=list)
    merges: list[Rectangle] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()


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
        found, merges, hidden = _found_cells(file)
        sheets = [
            _sheet(book, index, found.get(index, []), wanted)
            for index in range(len(book.sheets_metadata))
        ]
    except PasswordError as error:
        raise password_needed() from error
    except (CalamineError, ValueError, OSError) as error:
        raise corrupt("内容无法读取") from error
    for index, areas in merges.items():
        if index < len(sheets) and sheets[index].columns:
            sheets[index].merges = areas
    for index, rows in hidden.items():
        if index < len(sheets):
            sheets[index].hidden_rows = frozenset(rows)
    return sheets


def _sheet(
    book: CalamineWorkbook, index: int, found: list[FoundCell], wanted: Callable[[str], bool]
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
    for row, column, cell in found:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = cell
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
    """Return a day or a moment; days before 1906 as `from_serial` has those of `.ods`."""
    serial = to_serial(value)
    if serial is None or is_slip(serial):
        day = value if isinstance(value, datetime) else datetime.combine(value, time())
        days = round((day - MIDNIGHT) / timedelta(days=1), 5)
        return from_serial(int(days) if days.is_integer() else days, Kind.DATE)
    is_midnight = isinstance(value, datetime) and value.time() == time()
    return value.date() if is_midnight else value  # type: ignore[attr-defined]


def _found_cells(file: IdentifiedFile) -> tuple[FoundCells, Merges, HiddenRows]:
    if file.format is Format.XLS:
        cells, hidden = xls_cells(file.data)
        return cells, {}, hidden
    package = file.package or Package(file.data)
    return ods_cells(package) if file.format is Format.ODS else (xlsb_cells(package), {}, {})


# --- error cells of .xls and .xlsb, and the numbers their formats speak of ------------------------

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
_NUMBER, _RK, _MANY_RK, _ROW, _XF, _CODE, _DATE_MODE = 0x203, 0x27E, 0xBD, 0x208, 0xE0, 0x41E, 0x22
_HIDDEN: Final = 0x20
_RECORD = struct.Struct("<HH")
_PLACE = struct.Struct("<HH")


def xls_cells(data: bytes) -> tuple[FoundCells, HiddenRows]:
    """Return the error cells of an `.xls`, the numbers a format shows otherwise, and hidden rows.

    [MS-XLS] 2.4.24 BoolErr, 2.4.127 Formula, 2.4.180 Number, 2.4.220 RK, 2.4.175 MulRk, 2.4.221 Row.
    """
    with olefile.OleFileIO(BytesIO(data)) as ole:
        name = "Workbook" if ole.exists("Workbook") else "Book"
        stream: bytes = ole.openstream(name).read()
    starts, codes, numbers, date1904 = [], {}, [], False
    for kind, at, size in _xls_records(stream, 0):
        first = int.from_bytes(stream[at : at + 2], "little")
        if kind == _BOUND_SHEET:
            starts.append(int.from_bytes(stream[at : at + 4], "little"))
        elif kind == _CODE and size > 5:
            wide = stream[at + 4] & 1
            text = stream[at + 5 : at + size]
            codes[first] = text.decode("utf-16-le" if wide else "latin-1", "replace")
        elif kind == _XF:
            numbers.append(int.from_bytes(stream[at + 2 : at + 4], "little"))
        elif kind == _DATE_MODE:
            date1904 = first == 1
    meanings = [meaning_of(number, codes.get(number)) for number in numbers]
    found: FoundCells = {}
    hidden: HiddenRows = {}
    for sheet, start in enumerate(starts):
        cells, rows = found.setdefault(sheet, []), hidden.setdefault(sheet, set())
        for kind, at, size in _xls_sheet_records(stream, start):
            row, column = _PLACE.unpack_from(stream, at)
            if kind == _ROW and stream[at + 12] & _HIDDEN:
                rows.add(row + 1)
            for place, (style, value) in enumerate(_xls_values(stream, kind, at, size), column):
                meaning = meanings[style] if style < len(meanings) else Kind.NUMBER
                if isinstance(value, FormulaError):
                    cells.append(FoundCell(row, place, value))
                elif meaning != Kind.NUMBER:
                    cell = valued(value, meaning, date1904=date1904)
                    cells.append(FoundCell(row, place, cell))
    return found, hidden


def _xls_values(
    stream: bytes, kind: int, at: int, size: int
) -> Iterator[tuple[int, FormulaError | int | float]]:
    """Yield style and value of the errors and numbers of a record, of neighbouring cells."""
    style = int.from_bytes(stream[at + 4 : at + 6], "little")
    is_other = stream[at + 12 : at + 14] == b"\xff\xff"
    if kind == _BOOL_ERR and size >= 8 and stream[at + 7]:
        yield style, _error(stream[at + 6])
    elif kind == _FORMULA and is_other and stream[at + 6] == 2:
        yield style, _error(stream[at + 8])
    elif kind == _NUMBER or (kind == _FORMULA and not is_other):
        number = _real(bytes(8) + stream[at + 6 : at + 14])
        if number is not None:
            yield style, number
    elif kind in (_RK, _MANY_RK):
        for one in range(at + 4, at + size - 5, 6):
            style = int.from_bytes(stream[one : one + 2], "little")
            yield style, _short_number(stream[one + 2 : one + 6])


def _xls_sheet_records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    depth = 0
    for kind, at, size in _xls_records(stream, start):
        if kind in (_BEGIN, _END):  # a chart within the sheet has cells of its own
            depth += 1 if kind == _BEGIN else -1
            if depth == 0:
                return
        elif depth == 1 and size >= 6:
            yield kind, at, size


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
_CELL_SHORT, _CELL_REAL, _FORMULA_NUMBER = 2, 5, 9
_WORKBOOK, _FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 153, 44, 47, 617, 618
_DOUBLE = struct.Struct("<d")


def xlsb_cells(package: Package) -> FoundCells:
    """Return the error cells of an `.xlsb`, and the numbers that a format shows otherwise.

    [MS-XLSB] 2.4.311 BrtCellError, 2.4.671 BrtFmlaError, 2.4.312 BrtCellRk, 2.4.313 BrtCellReal.
    """
    workbook = workbook_part(package)
    related = relationships(package, workbook)
    targets = {item.id: item.target for item in related}
    records = list(_xlsb_records(package.read(workbook)))
    date1904 = any(kind == _WORKBOOK and content[0] & 1 for kind, content in records if content)
    parts = [
        targets.get(_wide_text(text, 8), "") for kind, text in records if kind == _BUNDLE_SHEET
    ]
    styles = next((item.target for item in related if item.kind == "styles"), "")
    meanings = _xlsb_meanings(package.read(styles)) if styles in package else []
    return {
        sheet: list(_xlsb_sheet_cells(b"".join(package.chunks(part)), meanings, date1904=date1904))
        for sheet, part in enumerate(parts)
        if part in package
    }


def _xlsb_meanings(data: bytes) -> list[int]:
    """Return what the number format of each cell style means; see `meaning_of`."""
    codes: dict[int, str] = {}
    meanings: list[int] = []
    among_styles = False
    for kind, content in _xlsb_records(data):
        if kind == _FORMAT:
            codes[int.from_bytes(content[:2], "little")] = _wide_text(content, 2)
        elif kind in (_STYLES_BEGIN, _STYLES_END):
            among_styles = kind == _STYLES_BEGIN
        elif kind == _STYLE and among_styles:
            number = int.from_bytes(content[2:4], "little")
            meanings.append(meaning_of(number, codes.get(number)))
    return meanings


def _xlsb_sheet_cells(data: bytes, meanings: list[int], *, date1904: bool) -> Iterator[FoundCell]:
    row = 0
    for kind, content in _xlsb_records(data):
        if kind == _ROW_HEADER:
            row = int.from_bytes(content[:4], "little")
        elif kind in (_CELL_ERROR, _FORMULA_ERROR):
            column = int.from_bytes(content[:4], "little")
            yield FoundCell(row, column, _error(content[8]))
        elif kind in (_CELL_SHORT, _CELL_REAL, _FORMULA_NUMBER):
            style = int.from_bytes(content[4:7], "little")
            meaning = meanings[style] if style < len(meanings) else Kind.NUMBER
            number = _short_number(content[8:12]) if kind == _CELL_SHORT else _real(content)
            if meaning != Kind.NUMBER and number is not None:
                column = int.from_bytes(content[:4], "little")
                yield FoundCell(row, column, valued(number, meaning, date1904=date1904))


def _real(content: bytes) -> int | float | None:
    if len(content) < 16:
        return None
    (number,) = _DOUBLE.unpack_from(content, 8)
    return (int(number) if number.is_integer() else number) if isfinite(number) else None


def _short_number(content: bytes) -> int | float:
    """Return an RkNumber ([MS-XLSB] 2.5.122): a whole number or a short double, or a hundredth."""
    bits = int.from_bytes(content, "little", signed=True)
    if bits & 2:
        number: int | float = bits >> 2
    else:
        (number,) = _DOUBLE.unpack(bytes(4) + (bits & ~3).to_bytes(4, "little", signed=True))
    if bits & 1:
        number /= 100
    return int(number) if float(number).is_integer() else number


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


# --- error cells of .ods, and numbers shown as something else -------------------------------------

_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ODS_NUMBERS: Final = ("float", "percentage", "currency")
_KNOWN: Final = {error.text for error in _ERRORS.values()}
_MAX_REPEATS: Final = 1_000
_LENGTH: Final = re.compile(r"PT(\d+)H(\d+)M([\d.]+)S")


def ods_cells(package: Package) -> tuple[FoundCells, Merges, HiddenRows]:
    """Return the error cells and numbers shown otherwise of an `.ods`, its merges and hidden rows.

    Raises:
        UnreadableWorkbook: The content is damaged, or declares a document type.
    """
    found: FoundCells = {}
    merges: Merges = {}
    hidden: HiddenRows = {}
    table, row = -1, 0
    for event, element in package.events("content.xml"):
        if event == "start" and element.tag == f"{_TABLE}table":
            table, row = table + 1, 0
        elif event == "end" and element.tag == f"{_TABLE}table-row":
            repeats = int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            found.setdefault(table, []).extend(_ods_row_cells(element, row, repeats))
            merges.setdefault(table, []).extend(_ods_row_merges(element, row))
            if element.get(f"{_TABLE}visibility") and repeats < _MAX_REPEATS:
                hidden.setdefault(table, set()).update(range(row + 1, row + repeats + 1))
            row += repeats
            element.clear()
    return found, merges, hidden


def _ods_row_merges(element: Element, row: int) -> Iterator[Rectangle]:
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        down, right = (
            int(cell.get(f"{_TABLE}number-{way}-spanned", "1")) for way in ("rows", "columns")
        )
        if down > 1 or right > 1:
            yield Rectangle(row + 1, column + 1, down, right)
        column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))


def _ods_row_cells(element: Element, row: int, row_repeats: int) -> Iterator[FoundCell]:
    column = 0
    for cell in element:
        if cell.tag not in _CELLS:
            continue
        repeats = int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
        shown = "".join("".join(text.itertext()) for text in cell.iter(_TEXT))
        value = _ods_cell(cell, shown)
        if value is not None:
            for down in range(min(row_repeats, _MAX_REPEATS)):
                for right in range(min(repeats, _MAX_REPEATS)):
                    yield FoundCell(row + down, column + right, value)
        column += repeats


def _ods_cell(cell: Element, shown: str) -> Cell | None:
    """Return an error cell, or a number whose text says something else; None for others."""
    is_error = f"{_TABLE}formula" in cell.attrib and shown in _KNOWN
    if is_error or "error" in cell.attrib.values():
        return FormulaError(shown or "#N/A")
    length = _LENGTH.fullmatch(cell.get(f"{_OFFICE}time-value", ""))
    if length and int(length[1]) >= 24:
        hours = int(length[1]) + int(length[2]) / 60 + float(length[3]) / 3600
        return from_serial(hours / 24, Kind.DURATION)
    if cell.get(f"{_OFFICE}value-type") not in _ODS_NUMBERS or not shown:
        return None
    number = parse_number(cell.get(f"{_OFFICE}value", ""))
    if isinstance(number, str) or number < 0:
        return None
    value = as_shown(number, shown)
    return value if isinstance(value, Shown) else None
