"""Findings shown where they are: a fill by their level and a note that says what to do.

A clerk's own fill and note come back when the marks go, also after the workbook was closed and
opened again: a small hidden sheet remembers them. Its name begins with an underscore, as those of
the template's hidden sheets do, so readers pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, Protocol

import xlwings as xw
from openpyxl.utils import column_index_from_string

from validators.cells import letters
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.live.busy import is_refused, patiently
from workbooks.live.contents import read_grid
from workbooks.live.keeping import Kept
from workbooks.live.locks import sheets_of
from workbooks.live.looks import CellLook, KeptLooks, LookChange, found_again, read_looks
from workbooks.live.structure import AddedSheet
from workbooks.package.markup import area as parsed

__all__ = ["FILLS", "MARKS_SHEET", "MOST", "put_marks"]

MARKS_SHEET = "_校验标记"
MOST = 300
"""Cells marked in one workbook: a clerk corrects these first, and validates again."""
FILLS = {Level.ERROR: "#FFC7CE", Level.WARNING: "#FFEB9C", Level.NOTICE: "#BDD7EE"}
"""The template's own colours of missing values and of flags."""

_HEADINGS = ("工作表", "单元格", "原底色", "标记底色", "原批注", "标记批注")
_GRAVEST = [*FILLS]
_LONGEST_NOTE = 900
_OWN_BELOW = "\n———\n"

Place = tuple[str, int, int]
"""Sheet, row, column."""


class Writing(Protocol):
    """What marks need of a `Change`."""

    remarks: list[str]

    def unlock(self, sheets: Sequence[xw.Sheet]) -> None:
        """Take protections away until the change is finished."""

    def keep(self, kept: Kept) -> None:
        """Have something put back if the change fails or is undone."""

    def put(
        self, sheet: xw.Sheet, row: int, column: int, values: Sequence[Sequence[object]]
    ) -> None:
        """Write a block of values."""


class _Mark(NamedTuple):
    level: Level
    fill: str
    note: str


def put_marks(change: Writing, book: xw.Book, findings: Sequence[Finding]) -> int:
    """Take earlier marks off and mark the cells of `findings`; return how many are marked."""
    sheets = sheets_of(book)
    memory = sheets.get(MARKS_SHEET)
    marks = _marks(findings)
    chosen = dict(list(marks.items())[:MOST])
    if memory is None:
        if not chosen:
            return 0
        memory = _memory(change, book)
        if memory is None:
            change.remarks.append(
                "工作簿的结构受保护，没有在单元格上做标记；请撤销工作簿保护（审阅 → 保护工作簿）后再点一次"
            )
            return 0
    absent = _take_off(change, sheets, memory)
    made = [*_put_on(change, sheets, chosen)]
    _remember(change, memory, [*made, *absent])
    done = sum(len(looks.changes) for looks in made)
    if len(marks) > len(chosen):
        change.remarks.append(
            f"还有 {len(marks) - len(chosen)} 个单元格有问题但没有做标记（一次最多标 {MOST} 个），"
            "改完这些后请再校验一次"
        )
    return done


def _marks(findings: Iterable[Finding]) -> dict[Place, _Mark]:
    """Return a mark for every cell with findings, the gravest first."""
    by_cell: dict[Place, list[Finding]] = {}
    for one in findings:
        if one.row and one.column:
            place = one.sheet, one.row, column_index_from_string(one.column)
            by_cell.setdefault(place, []).append(one)
    marks = {place: _mark(found) for place, found in by_cell.items()}
    return dict(sorted(marks.items(), key=lambda item: _GRAVEST.index(item[1].level)))


def _mark(findings: Iterable[Finding]) -> _Mark:
    found = sorted(findings, key=lambda one: _GRAVEST.index(one.level))
    lines = (
        f"【{one.level.label}】{'。'.join(filter(None, (one.message, one.suggestion)))}"
        for one in found
    )
    text = "\n".join(dict.fromkeys(lines))
    short = text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}……"
    return _Mark(found[0].level, FILLS[found[0].level], short)


# --- on and off ----------------------------------------------------------------------------------


def _put_on(
    change: Writing, sheets: Mapping[str, xw.Sheet], marks: Mapping[Place, _Mark]
) -> Iterable[KeptLooks]:
    for name, group in groupby(sorted(marks), key=lambda place: place[0]):
        sheet = sheets.get(name)
        if sheet is None:
            continue
        change.unlock([sheet])
        own = read_looks(sheet, ((row, column) for _, row, column in group))
        looks = KeptLooks(
            name,
            [
                LookChange(*place, look, _marked(look, marks[name, *place]))
                for place, look in own.items()
            ],
        )
        change.keep(looks)
        looks.apply(sheet)
        yield looks


def _marked(own: CellLook, mark: _Mark) -> CellLook:
    note = f"{mark.note}{_OWN_BELOW}{own.note}" if own.note else mark.note
    return CellLook(mark.fill, note)


def _take_off(change: Writing, sheets: Mapping[str, xw.Sheet], memory: xw.Sheet) -> list[KeptLooks]:
    """Give the cells marked earlier their own looks back, wherever they were moved.

    Returns:
        What was marked on sheets that are not there: one may have another name for a while.
    """
    absent = []
    for name, changes in _remembered(memory).items():
        sheet = sheets.get(name)
        if sheet is None:
            absent.append(KeptLooks(name, changes))
            continue
        change.unlock([sheet])
        turned = [one._replace(before=one.after, after=one.before) for one in changes]
        looks = KeptLooks(name, found_again(sheet, turned))
        change.keep(looks)
        looks.apply(sheet)
    return absent


# --- memory --------------------------------------------------------------------------------------


def _memory(change: Writing, book: xw.Book) -> xw.Sheet | None:
    """Add the hidden sheet; None where the workbook's structure is protected."""
    active = patiently(lambda: book.sheets.active)
    last = patiently(lambda: book.sheets[len(book.sheets) - 1])
    try:
        sheet = patiently(lambda: book.sheets.add(MARKS_SHEET, after=last))
    except Exception as error:
        if is_refused(error):
            return None
        raise
    change.keep(AddedSheet(MARKS_SHEET))
    patiently(active.activate)

    def hide() -> None:
        sheet.visible = False

    patiently(hide)
    return sheet


def _remembered(memory: xw.Sheet) -> dict[str, list[LookChange]]:
    used = patiently(lambda: memory.used_range)
    last = used.row + used.shape[0] - 1
    rows = read_grid(memory.range(f"A1:F{last}"))
    found: dict[str, list[LookChange]] = {}
    for row in rows[1:]:
        name, cell, own_fill, fill, own_note, note = (str(one or "") for one in row)
        where = parsed(cell)
        if where:
            before, after = CellLook(own_fill, own_note), CellLook(fill, note)
            found.setdefault(name, []).append(LookChange(where[0], where[1], before, after))
    return found


def _remember(change: Writing, memory: xw.Sheet, made: Sequence[KeptLooks]) -> None:
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for looks in made:
        for one in looks.changes:
            cell = f"{letters(one.column)}{one.row}"
            before, after = one.before, one.after
            rows.append((looks.sheet, cell, before.fill, after.fill, before.note, after.note))
    used = patiently(lambda: memory.used_range)
    blank = max(used.row + used.shape[0] - 1 - len(rows), 0)
    change.put(memory, 1, 1, [*rows, *[("",) * len(_HEADINGS)] * blank])
