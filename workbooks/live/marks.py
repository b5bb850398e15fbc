"""Findings shown where they are: a fill by their level and a note that says what to do.

A clerk's own fill and note come back when the marks go, also after the workbook was closed and
opened again: a small hidden sheet remembers them. Its name begins with an underscore, as those of
the template's hidden sheets do, so readers pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import xlwings as xw

from validators.cells import letters
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.live.cells import Place, read_grid
from workbooks.live.host import host, sheets_of
from workbooks.live.retry import is_refused
from workbooks.live.snapshot import AddedSheet
from workbooks.ooxml.addresses import Rectangle, addresses, block, column_number

if TYPE_CHECKING:
    from workbooks.live.change import Change

MARKS_SHEET = "_校验标记"
MOST = 300
"""Cells marked in one workbook: a clerk corrects these first, and validates again."""
FILLS = {Level.ERROR: "#FFC7CE", Level.WARNING: "#FFEB9C", Level.NOTICE: "#BDD7EE"}
"""The template's own colours of missing values and of flags."""

_HEADINGS = ("工作表", "单元格", "原底色", "标记底色", "原批注", "标记批注")
_GRAVEST = [*FILLS]
_LONGEST_NOTE = 900
_OWN_BELOW = "\n———\n"

MarkedCell = tuple[str, int, int]
"""Sheet, row, column."""

Rgb = tuple[int, int, int]
_AMBIGUOUS = ((0, 0, 0), (255, 255, 255))  # what Excel may say of cells that differ


# --- styles of single cells ----------------------------------------------------------------------


class CellStyle(NamedTuple):
    """A cell's fill as `#RRGGBB` and its note; "" for none."""

    fill: str = ""
    note: str = ""


class StyleChange(NamedTuple):
    """A cell, by row and column from 1, with its look before and after."""

    row: int
    column: int
    before: CellStyle
    after: CellStyle


@dataclass(slots=True)
class StylesSnapshot:
    """Looks that were changed on one sheet.

    What no longer styles as it was made is the clerk's and stays; so do fill and note by themselves.
    A note tells where its cell is now that rows were inserted, deleted or sorted.

    Attributes:
        sheet: The sheet's name.
        changes: What was changed.
    """

    sheet: str
    changes: Sequence[StyleChange] = field(default_factory=tuple)

    def apply(self, sheet: xw.Sheet) -> None:
        """Give the cells their styles after the change."""
        _switch(sheet, self.changes)

    def restore(self, sheet: xw.Sheet) -> None:
        """Give the cells their styles before the change."""
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
        now = read_styles(sheet, ((one.row, one.column) for one in self.changes))
        return all(now[one.row, one.column] == one.before for one in self.changes)


def read_styles(sheet: xw.Sheet, places: Iterable[Place]) -> dict[Place, CellStyle]:
    """Return the styles of cells."""
    wanted = sorted(set(places))
    fills, notes = _fills(sheet, wanted), _notes(sheet, wanted)
    return {place: CellStyle(fills[place], notes.get(place, "")) for place in wanted}


def relocated(
    sheet: xw.Sheet, changes: Sequence[StyleChange], now: Mapping[Place, CellStyle] | None = None
) -> list[StyleChange]:
    """Return changes where their cells stand now; the note before a change tells its cell.

    Args:
        sheet: The sheet.
        changes: What is to be changed.
        now: The styles of their cells, if they were read already.
    """
    styles = now or read_styles(sheet, ((one.row, one.column) for one in changes))
    here = [one for one in changes if styles[one.row, one.column].note == one.before.note]
    if len(here) == len(changes):
        return [*changes]
    taken = {(one.row, one.column) for one in here}
    places: dict[str, list[Place]] = {}
    for place, text in _notes_of(sheet):
        if place not in taken:
            places.setdefault(text, []).append(place)
    found: list[StyleChange] = []
    missing: list[StyleChange] = []
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
    for note in list(sheet.notes):
        cell = note.location
        text = str(note.text)
        yield (cell.row, cell.column), text


def _switch(sheet: xw.Sheet, wanted: Sequence[StyleChange]) -> None:
    now = read_styles(sheet, ((one.row, one.column) for one in wanted))
    changes = relocated(sheet, wanted, now)
    if {(one.row, one.column) for one in changes} - now.keys():
        now = read_styles(sheet, ((one.row, one.column) for one in changes))
    fills: dict[str, list[Place]] = {}
    for one in changes:
        place = one.row, one.column
        if one.before.fill != one.after.fill and now[place].fill == one.before.fill:
            fills.setdefault(one.after.fill, []).append(place)
    for fill, places in fills.items():
        for address in addresses(places):
            sheet.range(address).color = fill or None
    for one in changes:
        place = one.row, one.column
        if one.before.note != one.after.note and now[place].note == one.before.note:
            _annotate(block(sheet, (*place, 1, 1)), one.after.note)


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
        cell.add_note(text)
    if text:
        host().fit_note(cell, text)


def _notes(sheet: xw.Sheet, places: Sequence[Place]) -> Mapping[Place, str]:
    if not len(sheet.notes):
        return {}
    return {place: _note(block(sheet, (*place, 1, 1))) for place in places}


def _note(cell: xw.Range) -> str:
    note = cell.note
    return "" if note is None else str(note.text or "")


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
        return sheet.range(address).color
    except TypeError:  # xlwings of cells that differ, where Excel says nothing of their colour
        return 0, 0, 0


def _hex(colour: Rgb | None) -> str:
    return "" if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)


# --- marks ---------------------------------------------------------------------------------------


class _Mark(NamedTuple):
    level: Level
    fill: str
    note: str


def put_marks(change: Change, book: xw.Book, findings: Sequence[Finding]) -> int:
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
    done = sum(len(styles.changes) for styles in made)
    if len(marks) > len(chosen):
        change.remarks.append(
            f"还有 {len(marks) - len(chosen)} 个单元格有问题但没有做标记（一次最多标 {MOST} 个），"
            "改完这些后请再校验一次"
        )
    return done


def _marks(findings: Iterable[Finding]) -> dict[MarkedCell, _Mark]:
    """Return a mark for every cell with findings, the gravest first."""
    by_cell: dict[MarkedCell, list[Finding]] = {}
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
    change: Change, sheets: Mapping[str, xw.Sheet], marks: Mapping[MarkedCell, _Mark]
) -> Iterable[StylesSnapshot]:
    for name, group in groupby(sorted(marks), key=lambda place: place[0]):
        sheet = sheets.get(name)
        if sheet is None:
            continue
        change.unlock([sheet])
        own = read_styles(sheet, ((row, column) for _, row, column in group))
        styles = StylesSnapshot(
            name,
            [
                StyleChange(*place, look, _marked(look, marks[name, *place]))
                for place, look in own.items()
            ],
        )
        change.keep(styles)
        styles.apply(sheet)
        yield styles


def _marked(own: CellStyle, mark: _Mark) -> CellStyle:
    note = f"{mark.note}{_OWN_BELOW}{own.note}" if own.note else mark.note
    return CellStyle(mark.fill, note)


def _take_off(
    change: Change, sheets: Mapping[str, xw.Sheet], memory: xw.Sheet
) -> list[StylesSnapshot]:
    """Give the cells marked earlier their own styles back, wherever they were moved.

    Returns:
        What was marked on sheets that are not there: one may have another name for a while.
    """
    absent = []
    for name, changes in _remembered(memory).items():
        sheet = sheets.get(name)
        if sheet is None:
            absent.append(StylesSnapshot(name, changes))
            continue
        change.unlock([sheet])
        turned = [one._replace(before=one.after, after=one.before) for one in changes]
        styles = StylesSnapshot(name, relocated(sheet, turned))
        change.keep(styles)
        styles.apply(sheet)
    return absent


# --- memory --------------------------------------------------------------------------------------


def _memory(change: Change, book: xw.Book) -> xw.Sheet | None:
    """Add the hidden sheet; None where the workbook's structure is protected."""
    active = book.sheets.active
    last = book.sheets[len(book.sheets) - 1]
    try:
        sheet = book.sheets.add(MARKS_SHEET, after=last)
    except Exception as error:
        if is_refused(error):
            return None
        raise
    change.keep(AddedSheet(MARKS_SHEET))
    active.activate()
    sheet.visible = False
    return sheet


def _remembered(memory: xw.Sheet) -> dict[str, list[StyleChange]]:
    used = memory.used_range
    last = used.row + used.shape[0] - 1
    rows = read_grid(memory.range(f"A1:F{last}"))
    found: dict[str, list[StyleChange]] = {}
    for row in rows[1:]:
        name, cell, own_fill, fill, own_note, note = (str(one or "") for one in row)
        where = Rectangle.parse(cell)
        if where:
            before, after = CellStyle(own_fill, own_note), CellStyle(fill, note)
            found.setdefault(name, []).append(StyleChange(where[0], where[1], before, after))
    return found


def _remember(change: Change, memory: xw.Sheet, made: Sequence[StylesSnapshot]) -> None:
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for styles in made:
        for one in styles.changes:
            cell = f"{letters(one.column)}{one.row}"
            before, after = one.before, one.after
            rows.append((styles.sheet, cell, before.fill, after.fill, before.note, after.note))
    used = memory.used_range
    blank = max(used.row + used.shape[0] - 1 - len(rows), 0)
    change.put(memory, 1, 1, [*rows, *[("",) * len(_HEADINGS)] * blank])
