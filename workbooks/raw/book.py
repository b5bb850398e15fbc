"""Read any file as worksheets of encoded columns with exact addresses, whatever the ledger says.

The content decides how a file is read, never its name. `.xlsx` is read here from its XML, so that
error cells, uncalculated formulas and the difference between numbers and text survive; `.xls`,
`.xlsb` and `.ods` are read by python-calamine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from validators.cells import CellColumn
from validators.errors import UnreadableWorkbook
from workbooks.file_problems import reason
from workbooks.ooxml.addresses import Rectangle
from workbooks.ooxml.package import MAX_FILE_BYTES, Package, relationships, relationships_part
from workbooks.ooxml.workbook_part import Workbook, open_workbook
from workbooks.raw.columns import Columns, to_columns
from workbooks.raw.legacy import LegacySheet, read_legacy
from workbooks.raw.sheet import SheetContent, read_sheets
from workbooks.raw.sniff import Format, identify, wrong_extension
from workbooks.raw.texts import SheetTexts

_TABLES = "xl/tables/"
_TOTALS = re.compile(rb'<table\s[^>]*?\stotalsRowCount="([1-9]\d?)"')
_AREA = re.compile(rb'<table\s[^>]*?\sref="([A-Z0-9:]{2,24})"')

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
        volatile: The cells whose formula gives another day each day.
        totals: 1-based rows in which tables show their totals.
    """

    name: str
    hidden: bool = False
    columns: list[CellColumn] = field(default_factory=list)
    n_rows: int = 0
    merges: list[Rectangle] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    volatile: list[Rectangle] = field(default_factory=list)
    totals: frozenset[int] = frozenset()
    _texts: SheetTexts | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def texts(self) -> SheetTexts:
        """Return the texts of the columns, put together when first asked for: columns stay as they are."""
        self._texts = self._texts or SheetTexts(self.columns)
        return self._texts


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
    return read_bytes(file_bytes(Path(path)), Path(path).name, wanted)


def file_bytes(path: Path) -> bytes:
    """Return the content of a file.

    Raises:
        UnreadableWorkbook: It is larger than any ledger, or cannot be opened.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise UnreadableWorkbook(
                "file.too_big",
                f"文件有 {size >> 20} MB，超出台账的合理大小",
                "请删除图片等无关内容后再上报",
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableWorkbook(
            "file.unopenable",
            f"文件无法打开（{reason(error)}）",
            "请关闭正在使用该文件的程序，确认文件仍在原处后重试",
        ) from error


def read_bytes(data: bytes, name: str, wanted: Wanted | None = None) -> RawBook:
    """Read a file already in memory; `name` is only compared with what the content says."""
    file = identify(data, name)
    wanted = wanted or (lambda _: True)
    if file.format is Format.XLSX:
        book = read_workbook(open_workbook(file.package or Package(file.data)), wanted)
    else:
        book = RawBook([_legacy(sheet) for sheet in read_legacy(file, wanted)])
    book.notices[:0] = file.notices + wrong_extension(file.format, name)
    return book


def read_workbook(workbook: Workbook, wanted: Wanted) -> RawBook:
    """Read the worksheets of an `.xlsx` that is open."""
    book = RawBook([], workbook.properties(), workbook.date1904)
    parts = {part.part for part in workbook.sheets if part.part and wanted(part.name)}
    contents = read_sheets(workbook, sorted(parts))
    totals = _totals(workbook.package, parts)
    for part in workbook.sheets:
        sheet = RawSheet(part.name, part.hidden)
        if content := contents.get(part.part):
            table = to_columns(content.cells, content.extras, workbook.shared)
            if table.strays:
                book.notices.append(stray_notice(part.name, table))
            _fill(sheet, content, table)
            sheet.totals = totals.get(part.part, frozenset())
        book.sheets.append(sheet)
    return book


def _totals(package: Package, parts: set[str]) -> dict[str, frozenset[int]]:
    """Return by worksheet part the rows in which its tables show their totals."""
    showing = {}
    for name in package.names():
        if name.startswith(_TABLES) and name.endswith(".xml"):
            xml = package.read(name)
            count, area = _TOTALS.search(xml), _AREA.search(xml)
            rectangle = Rectangle.parse(area[1].decode()) if count and area else None
            if count and rectangle:
                last = rectangle.bottom
                showing[name] = range(last - int(count[1]) + 1, last + 1)
    if not showing:
        return {}
    return {
        part: frozenset(
            row for _, _, target in relationships(package, part) for row in showing.get(target, ())
        )
        for part in parts
        if relationships_part(part) in package
    }


def _fill(sheet: RawSheet, content: SheetContent, table: Columns) -> None:
    sheet.columns, sheet.n_rows, sheet.merges = table.columns, table.n_rows, content.merges
    width = len(table.columns)
    sheet.hidden_columns = frozenset(
        column
        for first, last in content.hidden_columns
        for column in range(first, min(last, width) + 1)
    )
    sheet.volatile = content.volatile
    sheet.hidden_rows = frozenset(row for row in content.hidden_rows if row <= table.n_rows)


def stray_notice(name: str, table: Columns) -> tuple[str, str]:
    """Return code and sentence that say which cells of a sheet were left out."""
    more = "等" if table.strays > len(table.stray_addresses) else ""
    places = "、".join(table.stray_addresses) + more
    return (
        "sheet.stray_cells",
        f"工作表“{name}”在远离表格的 {places} 有 {table.strays} 个零散单元格，未读取；"
        "确属台账内容的请移回表格，否则请删除",
    )


def _legacy(sheet: LegacySheet) -> RawSheet:
    n_rows = len(sheet.columns[0].codes) if sheet.columns else 0
    hidden = frozenset(row for row in sheet.hidden_rows if row <= n_rows)
    return RawSheet(sheet.name, sheet.hidden, sheet.columns, n_rows, sheet.merges, hidden)
