"""Marks of findings in an open book: fills and notes put on, taken off, undone.

Which cells get which mark is `workbooks.cell_marks`, as for a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlwings as xw

from validators.findings import Finding
from workbooks.cell_marks import (
    HEADINGS,
    MARKS_SHEET,
    CellStyle,
    Place,
    StyleChange,
    exchange,
    marks_of,
    memory_rows,
    placed,
    remembered,
    unmarked_remark,
)
from workbooks.live.cells import read_grid
from workbooks.live.host import Look, host, sheet_added, sheets_of, show
from workbooks.live.retry import is_refused
from workbooks.live.snapshot import AddedSheet, Silent
from workbooks.ooxml.addresses import addresses, area_of, block

if TYPE_CHECKING:
    from workbooks.live.change import Change

Rgb = tuple[int, int, int]
_AMBIGUOUS = ((0, 0, 0), (255, 255, 255))  # what Excel may say of cells that differ


# --- styles of single cells ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LiveCells:
    """The cells of an open worksheet as `StyledCells`."""

    sheet: xw.Sheet

    def styles(self, places: Iterable[Place]) -> dict[Place, CellStyle]:
        """Return the styles of cells."""
        return read_styles(self.sheet, places)

    def notes(self) -> dict[Place, str]:
        """Return all notes of the sheet, in one pass."""
        return _notes(self.sheet)


@dataclass(slots=True)
class StylesSnapshot(Silent):
    """Styles that were changed on one sheet.

    A fill or a note that is no longer as the change made it is the clerk's own and stays. A note
    tells where its cell is now that rows were inserted, deleted or sorted.

    Attributes:
        sheet: The sheet's name.
        changes: What was changed.
    """

    sheet: str
    changes: Sequence[StyleChange]

    def apply(self, sheet: xw.Sheet) -> None:
        """Give the cells, which look as before the change, their styles after it."""
        _put(sheet, self.changes)

    def restore(self, sheet: xw.Sheet) -> None:
        """Give the cells their styles before the change."""
        _switch(sheet, [change.inverse() for change in self.changes])

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the cells look as they did before the change."""
        if sheet is None:
            return False
        now = read_styles(sheet, (change.place for change in self.changes))
        return all(now[change.place] == change.before for change in self.changes)


def read_styles(sheet: xw.Sheet, places: Iterable[Place]) -> dict[Place, CellStyle]:
    """Return the styles of cells."""
    wanted = sorted(set(places))
    looks = host().looks(sheet, wanted) if wanted else []
    if looks is not None:
        found = {look[:2]: CellStyle(look.fill or "", look.note or "") for look in looks}
        return {place: found[place] for place in wanted}
    fills, notes = _fills(sheet, wanted), _notes(sheet)
    return {place: CellStyle(fills[place], notes.get(place, "")) for place in wanted}


def _switch(sheet: xw.Sheet, wanted: Sequence[StyleChange]) -> None:
    """Make changes wherever their cells are now; what looks otherwise than before them stays."""
    now, changes = placed(LiveCells(sheet), wanted)
    _put(sheet, [
        change._replace(before=now[change.place], after=change.made_of(now[change.place]))
        for change in changes
    ])  # fmt: skip


def _put(sheet: xw.Sheet, changes: Sequence[StyleChange]) -> None:
    """Make changes of cells that look as before them."""
    looks = [
        Look(*change.place, *(
            after if before != after else None
            for before, after in zip(change.before, change.after, strict=True)
        ))
        for change in changes
        if change.before != change.after
    ]  # fmt: skip
    if not looks or host().put_looks(sheet, looks):
        return
    fills: dict[str, list[Place]] = {}
    for look in looks:
        if look.fill is not None:
            fills.setdefault(look.fill, []).append((look.row, look.column))
    for fill, places in fills.items():
        for address in addresses(places):
            sheet.range(address).color = fill or None
    for look in looks:
        if look.note is not None:
            _annotate(block(sheet, (look.row, look.column, 1, 1)), look.note)


def _annotate(cell: xw.Range, text: str) -> None:
    """Give a cell its note; the fill is enough where Excel takes none.

    It takes none in a cell with a conversation, or in one that a merge hides.
    """
    try:
        _write_note(cell, text)
    except Exception as error:
        if not is_refused(error):
            raise


def _write_note(cell: xw.Range, text: str) -> None:
    note = cell.note
    if note is not None and not text:
        note.delete()
        return
    if note is not None:
        note.text = text
    elif text:
        cell.impl.add_note(text)  # xlwings' front looks for a note and counts the cells before
    if text:
        host().fit_note(cell, text)


def _notes(sheet: xw.Sheet) -> dict[Place, str]:
    """Return all notes of a sheet, in one pass."""
    notes: dict[Place, str] = {}
    for note in sheet.notes:
        area = area_of(note.location)
        notes[area.top, area.left] = str(note.text or "")
    return notes


def _fills(sheet: xw.Sheet, places: Sequence[Place]) -> dict[Place, str]:
    """Return fills; many cells of one fill are one call."""
    fills: dict[Place, str] = {}
    waiting = [places] if places else []
    while waiting:
        part = waiting.pop()
        texts = [*addresses(part)]
        colour = _common_colour(sheet, texts[0]) if len(texts) == 1 else (0, 0, 0)
        if len(part) > 1 and colour in _AMBIGUOUS:
            waiting += [part[: len(part) // 2], part[len(part) // 2 :]]
        else:
            fills.update(dict.fromkeys(part, _hex(colour)))
    return fills


def _common_colour(sheet: xw.Sheet, address: str) -> Rgb | None:
    try:
        return sheet.range(address).color
    except TypeError:  # xlwings of cells that differ, where Excel says nothing of their colour
        return 0, 0, 0


def _hex(colour: Rgb | None) -> str:
    return "" if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)


# --- marks ---------------------------------------------------------------------------------------


def put_marks(change: Change, book: xw.Book, findings: Sequence[Finding]) -> int:
    """Take earlier marks off and mark the cells of `findings`; return how many are marked."""
    sheets = sheets_of(book)
    memory = sheets.get(MARKS_SHEET)
    wanted, left = marks_of(findings)
    if memory is None:
        if not wanted:
            return 0
        memory = _memory(change, book)
        if memory is None:
            change.remarks.append(
                "工作簿的结构受保护，未在单元格上标记；请撤销工作簿保护（审阅 → 保护工作簿）后再点一次"
            )
            return 0
    rows = read_grid(memory, (1, 1, area_of(memory.used_range).bottom, len(HEADINGS)))
    earlier = remembered(rows[1:])
    marked: list[tuple[str, Sequence[StyleChange]]] = []
    for name in sorted(earlier.keys() | wanted.keys()):
        if name in sheets:
            change.unlock([sheets[name]])
            planned = exchange(LiveCells(sheets[name]), earlier.get(name, ()), wanted.get(name, {}))
            styles = StylesSnapshot(name, planned.changes)
            change.keep(styles)
            styles.apply(sheets[name])
            marked.append((name, planned.remembered))
    # a sheet that is not there may have another name for a while
    absent = [(name, changes) for name, changes in earlier.items() if name not in sheets]
    _remember(change, memory, memory_rows([*marked, *absent]))
    if left:
        change.remarks.append(unmarked_remark(left))
    return sum(len(changes) for _, changes in marked)


# --- memory --------------------------------------------------------------------------------------


def _memory(change: Change, book: xw.Book) -> xw.Sheet | None:
    """Add the hidden sheet; None where the workbook's structure is protected."""
    active, last = book.sheets.active, [*sheets_of(book).values()][-1]
    try:  # xlwings' front looks through all names before
        sheet = xw.Sheet(impl=book.sheets.impl.add(None, last.impl, MARKS_SHEET))
    except Exception as error:
        if is_refused(error):
            return None
        raise
    change.keep(AddedSheet(MARKS_SHEET))
    sheet_added(MARKS_SHEET, sheet)
    show(active)
    sheet.visible = False
    return sheet


def _remember(change: Change, memory: xw.Sheet, rows: list[tuple[str, ...]]) -> None:
    blank = max(area_of(memory.used_range).bottom - len(rows), 0)
    change.put(memory, 1, 1, [*rows, *[("",) * len(HEADINGS)] * blank])
