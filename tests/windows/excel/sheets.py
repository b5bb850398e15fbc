"""Worksheets, with their tables, filters and protection."""

from __future__ import annotations

from typing import Any

from excel.grid import COLUMNS, ROWS, Grid, address_of, areas_of
from excel.objects import Collection, ExcelObject, incoming, refusal
from excel.ranges import Note, Notes, Range, range_between

_VISIBLE = {"visible": -1, "hidden": 0, "veryHidden": 2}
_STATES = {-1: "visible", 1: "visible", 0: "hidden", 2: "veryHidden"}


class Worksheet(ExcelObject):
    """A worksheet.

    Args:
        book: Its workbook.
        sheet: The openpyxl sheet.
        saved: The same with what its formulas gave; None for a new one.

    Attributes:
        protected: Whether its locked cells cannot be changed.
        password: What takes the protection away, "" for nothing.
    """

    kind = "_Worksheet"

    def __init__(self, book: Any, sheet: Any, saved: Any = None) -> None:
        self.book = book
        self.grid = Grid(sheet, saved)
        self.protected = bool(sheet.protection.sheet)
        self.password = ""

    def get_Name(self) -> str:
        return str(self.grid.sheet.title)

    def put_Name(self, name: str) -> None:
        self.book.refuse_if_protected()
        self.grid.sheet.title = name

    def get_Parent(self) -> Any:
        return self.book

    def get_Application(self) -> Any:
        return self.book.application

    def get_Index(self) -> int:
        return self.book.sheets.index(self) + 1

    def get_Visible(self) -> int:
        return _VISIBLE[self.grid.sheet.sheet_state]

    def put_Visible(self, visible: Any) -> None:
        self.book.refuse_if_protected()
        self.grid.sheet.sheet_state = _STATES[int(visible)]
        if self.book.active is self and self.get_Visible() != -1:
            self.book.active = next(one for one in self.book.sheets if one.get_Visible() == -1)

    # --- cells ---

    def get_UsedRange(self) -> Range:
        return Range(self, [self.grid.used()])

    def get_Cells(self, *place: Any) -> Range:
        cells = Range(self, [(1, 1, ROWS, COLUMNS)])
        return cells.get_Item(*place) if place else cells

    def get_Rows(self, *which: Any) -> Range:
        rows = Range(self, [(1, 1, ROWS, COLUMNS)], "rows")
        return rows.get_Item(*which) if which else rows

    def get_Columns(self, *which: Any) -> Range:
        columns = Range(self, [(1, 1, ROWS, COLUMNS)], "columns")
        return columns.get_Item(*which) if which else columns

    def get_Range(self, first: Any, last: Any = None) -> Range:
        if last is None:
            return Range(self, areas_of(first)) if isinstance(first, str) else incoming(first)
        ends = [self._handed(one) for one in (first, last)]
        return range_between(self, *ends)

    def _handed(self, given: Any) -> Any:
        from excel.objects import outgoing  # noqa: PLC0415

        return outgoing(Range(self, areas_of(given))) if isinstance(given, str) else given

    def get_Comments(self) -> Notes:
        noted = [at for at, cell in self.grid.sheet._cells.items() if cell.comment]
        return Notes([Note(Range(self, [(*at, *at)])) for at in sorted(noted)], self)

    def get_Hyperlinks(self) -> Hyperlinks:
        return Hyperlinks([], self)

    # --- tables and filters ---

    def tables(self) -> list[Table]:
        """Return its tables."""
        return [Table(self, one) for one in self.grid.sheet.tables.values()]

    def get_ListObjects(self) -> Tables:
        return Tables(self.tables(), self)

    @property
    def filter_mode(self) -> bool:
        """Whether a filter of its own or of a table hides rows."""
        return self.get_FilterMode() or any(table.is_filtered for table in self.tables())

    def get_FilterMode(self) -> bool:
        return bool(self.grid.sheet.auto_filter.filterColumn)

    def get_AutoFilterMode(self) -> bool:
        return self.grid.sheet.auto_filter.ref is not None

    def do_ShowAllData(self) -> None:
        if not self.get_FilterMode():
            raise refusal("类 Worksheet 的 ShowAllData 方法无效")
        self.grid.sheet.auto_filter.filterColumn.clear()
        _show_rows(self, self.grid.sheet.auto_filter.ref)

    # --- protection ---

    def get_ProtectContents(self) -> bool:
        return self.protected

    def do_Protect(self, password: Any = None, *_: Any) -> None:
        self.protected = True
        self.password = password or ""
        self.grid.sheet.protection.sheet = True

    def do_Unprotect(self, password: Any = None) -> None:
        if self.password and password != self.password:
            raise refusal("您提供的密码不正确。")
        self.protected = False
        self.password = ""
        self.grid.sheet.protection.sheet = False

    # --- the sheet itself ---

    def do_Activate(self) -> None:
        if self.get_Visible() == -1:
            self.book.active = self

    do_Select = do_Activate

    def do_Delete(self) -> bool:
        self.book.refuse_if_protected()
        if self.book.application.DisplayAlerts:
            raise AssertionError("Excel would ask the clerk whether to delete a sheet")
        self.book.sheets.remove(self)
        self.book.saved.remove(self.grid.sheet)
        if self.book.active is self:
            self.book.active = self.book.sheets[0]
        return True

    def do_Move(self, before: Any = None, after: Any = None) -> None:
        self.book.refuse_if_protected()
        sheets, saved = self.book.sheets, self.book.saved
        sheets.remove(self)
        at = sheets.index(incoming(before)) if before else sheets.index(incoming(after)) + 1
        sheets.insert(at, self)
        saved._sheets.remove(self.grid.sheet)
        saved._sheets.insert(at, self.grid.sheet)


def _show_rows(sheet: Worksheet, ref: str) -> None:
    top, _, bottom, _ = areas_of(ref)[0]
    for row in range(top, bottom + 1):
        if row in sheet.grid.sheet.row_dimensions:
            sheet.grid.sheet.row_dimensions[row].hidden = False


class Table(ExcelObject):
    """A table of a sheet, by Excel's name a list object."""

    kind = "ListObject"

    def __init__(self, sheet: Worksheet, table: Any) -> None:
        self.sheet = sheet
        self.table = table
        self.book = sheet.book

    def get_Name(self) -> str:
        return str(self.table.displayName)

    get_DisplayName = get_Name

    def get_Parent(self) -> Worksheet:
        return self.sheet

    def get_Range(self) -> Range:
        return Range(self.sheet, areas_of(self.table.ref))

    def get_HeaderRowRange(self) -> Range:
        top, left, _, right = areas_of(self.table.ref)[0]
        return Range(self.sheet, [(top, left, top, right)])

    def get_DataBodyRange(self) -> Range:
        top, left, bottom, right = areas_of(self.table.ref)[0]
        return Range(self.sheet, [(top + 1, left, bottom, right)])

    def get_ShowTotals(self) -> bool:
        return bool(self.table.totalsRowCount)

    def get_ShowHeaders(self) -> bool:
        return self.table.headerRowCount != 0

    def do_Resize(self, cells: Any) -> None:
        if self.sheet.protected:
            raise refusal("类 ListObject 的 Resize 方法无效")
        area = incoming(cells).area
        if area[0] != areas_of(self.table.ref)[0][0] or area[2] == area[0]:
            raise refusal("类 ListObject 的 Resize 方法无效")
        self.table.ref = address_of(area, rows=False, columns=False)
        if self.table.autoFilter is not None:
            self.table.autoFilter.ref = self.table.ref

    @property
    def is_filtered(self) -> bool:
        """Whether its filter hides rows."""
        return self.table.autoFilter is not None and bool(self.table.autoFilter.filterColumn)

    def get_ShowAutoFilter(self) -> bool:
        return self.table.autoFilter is not None

    def get_AutoFilter(self) -> AutoFilter:
        return AutoFilter(self)


class Tables(Collection):
    """The tables of a sheet."""

    kind = "ListObjects"


class AutoFilter(ExcelObject):
    """The filter of a table."""

    kind = "AutoFilter"

    def __init__(self, table: Table) -> None:
        self._of = table
        self.book = table.book

    def get_FilterMode(self) -> bool:
        return self._of.is_filtered

    def do_ShowAllData(self) -> None:
        self._of.table.autoFilter.filterColumn.clear()
        _show_rows(self._of.sheet, self._of.table.ref)


class Hyperlinks(Collection):
    """The links of a sheet."""

    kind = "Hyperlinks"


class Sheets(Collection):
    """The sheets of a workbook."""

    kind = "Sheets"

    def do_Add(
        self, before: Any = None, after: Any = None, count: Any = None, kind: Any = None
    ) -> Any:
        self.book.refuse_if_protected()
        sheets = self.book.sheets
        at = 0
        if before:
            at = sheets.index(incoming(before))
        elif after:
            at = sheets.index(incoming(after)) + 1
        sheet = Worksheet(self.book, self.book.saved.create_sheet(index=at))
        sheets.insert(at, sheet)
        self.book.active = sheet
        return sheet
