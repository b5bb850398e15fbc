"""Refusals as Excel gives them: LibreOffice lets much through that Excel does not.

Through its interface LibreOffice changes colours, notes and even contents of a protected sheet
without a word. Excel raises error 1004, so this engine does, with the number and shape of the
`pywintypes.com_error` an action would see there.
"""

from __future__ import annotations

from typing import Any

__all__ = ["ExcelRefused", "SheetProtected", "check_book", "check_contents", "check_sheet"]

_EXCEPTION_OCCURRED = -2147352567
_ERROR_1004 = -2146827284


class ExcelRefused(Exception):
    """What Excel answers with error 1004.

    Attributes:
        hresult, strerror, excepinfo, argerror: As in `pywintypes.com_error`.
    """

    def __init__(self, message: str) -> None:
        self.hresult = _EXCEPTION_OCCURRED
        self.strerror = "发生意外。"
        self.excepinfo = (0, "Microsoft Excel", message, "xlmain11.chm", 0, _ERROR_1004)
        self.argerror = None
        super().__init__(self.hresult, self.strerror, self.excepinfo, self.argerror)

    def __str__(self) -> str:
        return str(self.excepinfo[2])


class SheetProtected(ExcelRefused):
    """A write to locked cells, or any change of looks or structure, on a protected sheet."""

    def __init__(self) -> None:
        super().__init__(
            "您试图更改的单元格或图表位于受保护的工作表中。若要进行更改，请取消工作表保护。您可能需要输入密码。"
        )


def check_contents(sheet: Any, cells: Any) -> None:
    """Raise unless the cells' contents may change: no protection, or every cell is unlocked.

    Args:
        sheet: The UNO sheet.
        cells: The UNO cell range or ranges.

    Raises:
        SheetProtected: One of the cells is locked.
    """
    if not sheet.isProtected():
        return
    mixed = cells.getPropertyState("CellProtection").value == "AMBIGUOUS_VALUE"
    if mixed or cells.CellProtection.IsLocked:
        raise SheetProtected


def check_sheet(sheet: Any) -> None:
    """Raise if the UNO sheet is protected: looks, notes and rows are then fixed for every cell.

    A protection that allows formatting is not told apart: LibreOffice does not say.

    Raises:
        SheetProtected: The sheet is protected.
    """
    if sheet.isProtected():
        raise SheetProtected


def check_book(document: Any) -> None:
    """Raise if the UNO document's structure is protected: sheets stay as they are.

    Raises:
        ExcelRefused: The workbook's structure is protected.
    """
    if document.isProtected():
        raise ExcelRefused("工作簿受保护，无法更改。")
