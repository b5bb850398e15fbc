"""The add-in's own VBA that Python calls by `Application.Run`, done here in Python."""

from __future__ import annotations

from typing import Any

from excel.objects import refusal
from excel.ranges import Range

_LEAVE, _NO_FILL = -2, -1


def run(application: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """Return what a procedure of the add-in returns.

    Raises:
        COMException: The add-in is not open, or has no such procedure.
    """
    file, _, procedure = name.rpartition("!")
    if not application.has_addin or file != "'导师帮带.xlam'" or procedure not in _PROCEDURES:
        raise refusal(f"无法运行“{name}”宏。")
    book, *rest = arguments
    return _PROCEDURES[procedure](application.get_Workbooks().get_Item(book), *rest)


def _facts_of(book: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        (
            sheet.get_Name(),
            sheet.get_Visible(),
            used.get_Address(),
            used.get_EntireRow().get_Hidden() is False
            and used.get_EntireColumn().get_Hidden() is False,
            _unmerged_from(used),
            _totals_in(sheet),
        )
        for sheet in book.sheets
        for used in [sheet.get_UsedRange()]
    )


def _totals_in(sheet: Any) -> str:
    tables = (table for table in sheet.tables() if table.get_ShowTotals())
    return "".join(f" {table.get_Range().area[2]}" for table in tables)


def _unmerged_from(used: Range) -> int:
    count = used.area[2] - used.area[0] + 1
    for row in range(1, min(8, count) + 1):
        if used.get_Offset(row - 1).get_Resize(count - row + 1).get_MergeCells() is False:
            return used.area[0] + row - 1
    return 0


def _looks_of(book: Any, sheet: str, cells: Any) -> tuple[tuple[Any, ...], ...]:
    looks = []
    for cell in map(book.get_Worksheets(sheet).get_Range, cells):
        inside, note = cell.get_Interior(), cell.get_Comment()
        fill = _NO_FILL if inside.get_ColorIndex() == -4142 else int(inside.get_Color())
        looks.append((fill, note.do_Text() if note else ""))
    return tuple(looks)


def _put_looks(
    book: Any, sheet: str, cells: Any, fills: Any, notes: Any, wide: float, heights: Any
) -> int:
    written = 0
    for address, fill, note, high in zip(cells, fills, notes, heights, strict=True):
        cell = book.get_Worksheets(sheet).get_Range(address)
        if fill == _NO_FILL:
            cell.get_Interior().put_ColorIndex(-4142)
        elif fill != _LEAVE:
            cell.get_Interior().put_Color(fill)
        if isinstance(note, str):
            written += _note_written(cell, note, wide, high)
    return written


def _note_written(cell: Range, text: str, wide: float, high: float) -> int:
    note = cell.get_Comment()
    if not text:
        if note is not None:
            note.do_Delete()
        return 0
    if note is None:
        note = cell.do_AddComment(text)
    else:
        note.do_Text(text)
    shape = note.get_Shape()
    shape.put_Width(wide)
    shape.put_Height(high)
    return len(text.encode("utf-16-le")) // 2


_PROCEDURES = {
    "BangDaiLooks.FactsOf": _facts_of,
    "BangDaiLooks.LooksOf": _looks_of,
    "BangDaiLooks.PutLooks": _put_looks,
}
"""All that a project may call from outside; a test compares it with the add-in's source."""
