"""Findings shown where they are: a fill by their level and a note that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple, Protocol

import xlwings as xw

from validators.cells import letters
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.live.cells import read_grid
from workbooks.live.host import host, sheets_of
from workbooks.live.retry import is_refused, retry
from workbooks.live.snapshot import AddedSheet, Kept
from workbooks.ooxml.addresses import Rectangle, addresses, block, column_number

# SECTION Fills and notes of single cells, switched from one look to another and back.

Place = tuple[int, int]
Rgb = tuple[int, int, int]
_AMBIGUOUS = ((0, 0, 0), (255, 255, 255))  # what Excel may say of cells that differ


class CellLook(NamedTuple):
    """A cell's fill as `#RRGGBB` and its note; "" for none."""

    fill: str = ""
    note: str = ""


class LookChange(NamedTuple):
    """A cell, by row and column from 1, with its look before and after."""

    row: int
    column: int
    before: CellLook
    after: CellLook


@dataclass(slots=True)
class KeptLooks:
    """Looks that were changed on one sheet.

    What no longer looks as it was made is the clerk's and stays; so do fill and note by themselves.
    A note tells where its cell is now that rows were inserted, deleted or sorted.

    Attributes:
        sheet: The sheet's name.
        changes: What was changed.
    """

    sheet: str
    changes: Sequence[LookChange] = field(default_factory=tuple)

    def apply(self, sheet: xw.Sheet) -> None:
        """Give the cells their looks after the change."""
        _switch(sheet, self.changes)

    def restore(self, sheet: xw.Sheet) -> None:
        """Give the cells their looks before the change."""
        _switch(sheet, [one._replace(before=one.after, after=one.before) for one in self.changes])

    def seal(self, sheet: xw.Sheet) -> None:
        """Do nothing: what is to be seen was said beforehand."""

    def changed(self, sheet: xw.Sheet) -> list[str]:
        """Return nothing: a look that the clerk changes is left alone."""
        del sheet
        return []

    def undone(self, sheet: xw.Sheet | None) -> bool:
        """Tell whether the cells look as they did before the change."""
        if sheet is None:
            return False
        now = read_looks(sheet, ((one.row, one.column) for one in self.changes))
        return all(now[one.row, one.column] == one.before for one in self.changes)


def read_looks(sheet: xw.Sheet, places: Iterable[Place]) -> dict[Place, CellLook]:
    """Return the looks of cells."""
    wanted = sorted(set(places))
    fills, notes = _fills(sheet, wanted), _notes(sheet, wanted)
    return {place: CellLook(fills[place], notes.get(place, "")) for place in wanted}


def found_again(
    sheet: xw.Sheet, changes: Sequence[LookChange], now: Mapping[Place, CellLook] | None = None
) -> list[LookChange]:
    """Return changes where their cells stand now; the note before a change tells its cell.

    Args:
        sheet: The sheet.
        changes: What is to be changed.
        now: The looks of their cells, if they were read already.
    """
    looks = now or read_looks(sheet, ((one.row, one.column) for one in changes))
    here = [one for one in changes if looks[one.row, one.column].note == one.before.note]
    if len(here) == len(changes):
        return [*changes]
    taken = {(one.row, one.column) for one in here}
    places: dict[str, list[Place]] = {}
    for place, text in _notes_of(sheet):
        if place not in taken:
            places.setdefault(text, []).append(place)
    found: list[LookChange] = []
    missing: list[LookChange] = []
    for one in (one for one in changes if one not in here):
        if one.before.note and (there := places.get(one.before.note)):
            row, column = there.pop(0)
            found.append(one._replace(row=row, column=column))
        else:
            missing.append(one)
    taken.update(
        (one.row, one.column) for one in found
    )  # another cell came where a missing one was
    left = [one for one in missing if (one.row, one.column) not in taken]
    return [*here, *found, *left]


def _notes_of(sheet: xw.Sheet) -> Iterable[tuple[Place, str]]:
    for note in retry(lambda: list(sheet.notes)):
        cell = retry(lambda one=note: one.location)  # type: ignore[misc]
        text = str(retry(lambda one=note: one.text))  # type: ignore[misc]
        yield (cell.row, cell.column), text


def _switch(sheet: xw.Sheet, wanted: Sequence[LookChange]) -> None:
    now = read_looks(sheet, ((one.row, one.column) for one in wanted))
    changes = found_again(sheet, wanted, now)
    if {(one.row, one.column) for one in changes} - now.keys():
        now = read_looks(sheet, ((one.row, one.column) for one in changes))
    fills: dict[str, list[Place]] = {}
    for one in changes:
        place = one.row, one.column
        if one.before.fill != one.after.fill and now[place].fill == one.before.fill:
            fills.setdefault(one.after.fill, []).append(place)
    for fill, places in fills.items():
        for address in addresses(places):
            _colour(sheet.range(address), fill)
    for one in changes:
        place = one.row, one.column
        if one.before.note != one.after.note and now[place].note == one.before.note:
            _annotate(block(sheet, (*place, 1, 1)), one.after.note)


def _colour(cells: xw.Range, fill: str) -> None:
    def colour() -> None:
        cells.color = fill or None

    retry(colour)


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
    note = retry(lambda: cell.note)
    if note is None:
        if text:
            retry(lambda: cell.add_note(text))
            retry(lambda: host().fit_note(cell, text))
        return
    if not text:
        retry(note.delete)
        return

    def write() -> None:
        note.text = text

    retry(write)
    retry(lambda: host().fit_note(cell, text))


def _notes(sheet: xw.Sheet, places: Sequence[Place]) -> Mapping[Place, str]:
    if not retry(lambda: len(sheet.notes)):
        return {}
    return {place: _note(block(sheet, (*place, 1, 1))) for place in places}


def _note(cell: xw.Range) -> str:
    note = retry(lambda: cell.note)
    return "" if note is None else str(retry(lambda: note.text) or "")


def _fills(sheet: xw.Sheet, places: Sequence[Place]) -> dict[Place, str]:
    """Return fills; many cells of one fill are one call."""
    found: dict[Place, str] = {}
    waiting = [places] if places else []
    while waiting:
        part = waiting.pop()
        texts = [*addresses(part)]
        colour = _common_colour(sheet, texts[0]) if len(texts) == 1 else (0, 0, 0)
        if len(part) > 1 and colour in _AMBIGUOUS:
            waiting += [part[: len(part) // 2], part[len(part) // 2 :]]
        else:
            found.update(dict.fromkeys(part, _hex(colour)))
    return found


def _common_colour(sheet: xw.Sheet, address: str) -> Rgb | None:
    try:
        return retry(lambda: sheet.range(address).color)
    except TypeError:  # xlwings of cells that differ, where Excel says nothing of their colour
        return 0, 0, 0


def _hex(colour: Rgb | None) -> str:
    return "" if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)


# SECTION Findings shown where they are: a fill by their level and a note that says what to do.
#:
#: A clerk's own fill and note come back when the marks go, also after the workbook was closed and
#: opened again: a small hidden sheet remembers them. Its name begins with an underscore, as those of
#: the template's hidden sheets do, so readers pass over it.

MARKS_SHEET = "_校验标记"
MOST = 300
"""Cells marked in one workbook: a clerk corrects these first, and validates again."""
FILLS = {Level.ERROR: "#FFC7CE", Level.WARNING: "#FFEB9C", Level.NOTICE: "#BDD7EE"}
"""The template's own colours of missing values and of flags."""

_HEADINGS = ("工作表", "单元格", "原底色", "标记底色", "原批注", "标记批注")
_GRAVEST = [*FILLS]
_LONGEST_NOTE = 900
_OWN_BELOW = "\n———\n"

MarkedPlace = tuple[str, int, int]
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


def _marks(findings: Iterable[Finding]) -> dict[MarkedPlace, _Mark]:
    """Return a mark for every cell with findings, the gravest first."""
    by_cell: dict[MarkedPlace, list[Finding]] = {}
    for one in findings:
        if one.row and one.column:
            place = one.sheet, one.row, column_number(one.column)
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
    change: Writing, sheets: Mapping[str, xw.Sheet], marks: Mapping[MarkedPlace, _Mark]
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
    active = retry(lambda: book.sheets.active)
    last = retry(lambda: book.sheets[len(book.sheets) - 1])
    try:
        sheet = retry(lambda: book.sheets.add(MARKS_SHEET, after=last))
    except Exception as error:
        if is_refused(error):
            return None
        raise
    change.keep(AddedSheet(MARKS_SHEET))
    retry(active.activate)

    def hide() -> None:
        sheet.visible = False

    retry(hide)
    return sheet


def _remembered(memory: xw.Sheet) -> dict[str, list[LookChange]]:
    used = retry(lambda: memory.used_range)
    last = used.row + used.shape[0] - 1
    rows = read_grid(memory.range(f"A1:F{last}"))
    found: dict[str, list[LookChange]] = {}
    for row in rows[1:]:
        name, cell, own_fill, fill, own_note, note = (str(one or "") for one in row)
        where = Rectangle.parse(cell)
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
    used = retry(lambda: memory.used_range)
    blank = max(used.row + used.shape[0] - 1 - len(rows), 0)
    change.put(memory, 1, 1, [*rows, *[("",) * len(_HEADINGS)] * blank])
