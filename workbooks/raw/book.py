"""Any file → its worksheets as encoded columns with exact addresses, whatever the ledger says.

The content decides how a file is read, never its name. `.xlsx` is read here from its XML, so that
error cells, uncalculated formulas and the difference between numbers and text survive; `.xls`,
`.xlsb` and `.ods` are read by python-calamine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from validators.cells import CellColumn
from validators.errors import UnreadableWorkbook
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.package import MAX_FILE_BYTES, Package
from workbooks.ooxml.workbook_part import SheetPart, Workbook, open_workbook
from workbooks.raw.columns import Columns, to_columns
from workbooks.raw.legacy import LegacySheet, read_legacy
from workbooks.raw.sheet import SheetContent, read_sheets
from workbooks.raw.sniff import Format, identify, wrong_extension

Wanted = Callable[[str], bool]


@dataclass(slots=True)
class RawSheet:
    """One worksheet.

    Attributes:
        name: The tab's name.
        hidden: Hidden or very hidden.
        columns: Index 0 is worksheet column A; all of the same length; empty for a sheet that was
            not wanted. Empty columns may share one `codes` array, which is never changed.
        n_rows: The length of every column; index 0 is worksheet row 1.
        merges: The merged cells.
        hidden_rows: 1-based rows hidden or filtered away, up to `n_rows`.
        hidden_columns: 1-based hidden columns, up to the last one read.
    """

    name: str
    hidden: bool = False
    columns: list[CellColumn] = field(default_factory=list)
    n_rows: int = 0
    merges: list[Rectangle] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(slots=True)
class RawBook:
    """One file.

    Attributes:
        sheets: In tab order; sheets not wanted are there by name only.
        properties: Custom document properties as text (`.xlsx` only).
        date1904: The workbook counts days from 1904; its dates are already right.
        notices: (code, Chinese sentence) of what a clerk should be told.
    """

    sheets: list[RawSheet]
    properties: dict[str, str] = field(default_factory=dict)
    date1904: bool = False
    notices: list[tuple[str, str]] = field(default_factory=list)


def read_book(path: Path | str, wanted: Wanted | None = None) -> RawBook:
    """Read a file's worksheets.

    Args:
        path: The file.
        wanted: Says of a sheet name whether its cells are needed; None reads every sheet.

    Raises:
        UnreadableWorkbook: With the code and the plain words a clerk needs.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise UnreadableWorkbook(
                "file.too_big",
                f"文件有 {size >> 20} MB，超出台账的合理大小",
                "请删除图片等无关内容后再上报",
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableWorkbook(
            "file.unopenable",
            f"文件打不开（{error.strerror or error}）",
            "请关闭正在使用该文件的程序，确认文件仍在原处后重试",
        ) from error
    return read_bytes(data, path.name, wanted)


def read_bytes(data: bytes, name: str, wanted: Wanted | None = None) -> RawBook:
    """Read a file already in memory; `name` is only compared with what the content says."""
    identified = identify(data, name)
    want = wanted or (lambda _: True)
    if identified.format is Format.XLSX:
        book = _read_xlsx(identified.package or Package(identified.data), want)
    else:
        book = RawBook([_legacy(sheet) for sheet in read_legacy(identified, want)])
    book.notices[:0] = identified.notices + wrong_extension(identified.format, name)
    return book


def _read_xlsx(package: Package, want: Wanted) -> RawBook:
    workbook = open_workbook(package)
    book = RawBook([], workbook.properties(), workbook.date1904)
    wanted = {part.part for part in workbook.sheets if part.part and want(part.name)}
    contents = read_sheets(workbook, sorted(wanted))
    for part in workbook.sheets:
        content = contents.get(part.part)
        if content:
            book.sheets.append(_filled(workbook, part, content, book.notices))
        else:
            book.sheets.append(RawSheet(part.name, part.hidden))
    return book


def _filled(
    workbook: Workbook, part: SheetPart, content: SheetContent, notices: list[tuple[str, str]]
) -> RawSheet:
    table = to_columns(content.cells, content.extras, workbook.shared)
    if table.strays:
        notices.append(stray_notice(part.name, table))
    return _sheet(part, content, table)


def _sheet(part: SheetPart, content: SheetContent, table: Columns) -> RawSheet:
    width = len(table.columns)
    hidden_columns = frozenset(
        column
        for first, last in content.hidden_columns
        for column in range(first, min(last, width) + 1)
    )
    hidden_rows = frozenset(row for row in content.hidden_rows if row <= table.n_rows)
    return RawSheet(
        part.name,
        part.hidden,
        table.columns,
        table.n_rows,
        content.merges,
        hidden_rows,
        hidden_columns,
    )


def stray_notice(name: str, table: Columns) -> tuple[str, str]:
    """Return code and sentence that say which cells of a sheet were left out."""
    places = "、".join(table.stray_addresses) + (
        "等" if table.strays > len(table.stray_addresses) else ""
    )
    return (
        "sheet.stray_cells",
        f"工作表“{name}”在远离表格的 {places} 有 {table.strays} 个零散单元格，未读取；"
        "确属台账内容的请移回表格，否则请删除",
    )


def _legacy(sheet: LegacySheet) -> RawSheet:
    n_rows = len(sheet.columns[0].codes) if sheet.columns else 0
    return RawSheet(sheet.name, sheet.hidden, sheet.columns, n_rows, sheet.merges)
