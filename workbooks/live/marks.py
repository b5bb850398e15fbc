"""Findings shown where they are: a fill by their level and a note that says what to do.

A clerk's own fill and note come back when the marks go, also after the workbook was closed and
opened again: a small hidden sheet remembers them. Its name begins with an underscore, as those of
the template's hidden sheets do, so readers pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import xlwings as xw

from validators.cells import letters
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.live.cells import Place, read_grid
from workbooks.live.host import host, sheets_of
from workbooks.live.retry import is_refused
from workbooks.live.snapshot import AddedSheet, Silent
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

SheetCell = tuple[str, int, int]
"""Sheet, row, column."""

Rgb = tuple[int, int, int]
_AMBIGUOUS = ((0, 0, 0), (255, 255, 255))  # what Excel may say of cells that differ


# --- styles of single cells ----------------------------------------------------------------------


class CellStyle(NamedTuple):
    """A cell's fill as `#RRGGBB` and its note; "" for none."""

    fill: str = ""
    note: str = ""


class StyleChange(NamedTuple):
    """A cell, by row and column from 1, with its style before and after."""

    row: int
    column: int
    before: CellStyle
    after: CellStyle

    @property
    def place(self) -> Place:
        """The cell's row and column."""
        return self.row, self.column

    def inverse(self) -> StyleChange:
        """Return the change back."""
        return self._replace(before=self.after, after=self.before)


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
        """Give the cells their styles after the change."""
        _switch(sheet, self.changes)

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
    styles = now or read_styles(sheet, (change.place for change in changes))
    here = [change for change in changes if styles[change.place].note == change.before.note]
    if len(here) == len(changes):
        return here
    taken = {change.place for change in here}
    places: dict[str, list[Place]] = {}
    for note in sheet.notes:
        cell = note.location
        if (cell.row, cell.column) not in taken:
            places.setdefault(str(note.text), []).append((cell.row, cell.column))
    moved: list[StyleChange] = []
    missing: list[StyleChange] = []
    for change in (change for change in changes if change not in here):
        if change.before.note and (free := places.get(change.before.note)):
            row, column = free.pop(0)
            moved.append(change._replace(row=row, column=column))
        else:
            missing.append(change)
    taken.update(change.place for change in moved)  # another cell came where a missing one was
    return [*here, *moved, *(change for change in missing if change.place not in taken)]


def _switch(sheet: xw.Sheet, wanted: Sequence[StyleChange]) -> None:
    now = read_styles(sheet, (change.place for change in wanted))
    changes = relocated(sheet, wanted, now)
    if {change.place for change in changes} - now.keys():
        now = read_styles(sheet, (change.place for change in changes))
    fills: dict[str, list[Place]] = {}
    for change in changes:
        before, after = change.before.fill, change.after.fill
        if before != after and now[change.place].fill == before:
            fills.setdefault(after, []).append(change.place)
    for fill, places in fills.items():
        for address in addresses(places):
            sheet.range(address).color = fill or None
    for change in changes:
        text, own = change.after.note, change.before.note
        if own != text and now[change.place].note == own:
            _annotate(block(sheet, (*change.place, 1, 1)), text)


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
    marked = [*_put_on(change, sheets, chosen)]
    _remember(change, memory, [*marked, *absent])
    if len(marks) > len(chosen):
        change.remarks.append(
            f"还有 {len(marks) - len(chosen)} 个单元格有问题但没有做标记（一次最多标 {MOST} 个），"
            "改完这些后请再校验一次"
        )
    return sum(len(styles.changes) for styles in marked)


def _marks(findings: Iterable[Finding]) -> dict[SheetCell, _Mark]:
    """Return a mark for every cell with findings, the gravest first."""
    by_cell: dict[SheetCell, list[Finding]] = {}
    for finding in findings:
        if finding.row and finding.column:
            place = finding.sheet, finding.row, column_number(finding.column)
            by_cell.setdefault(place, []).append(finding)
    marks = {place: _mark(group) for place, group in by_cell.items()}
    return dict(sorted(marks.items(), key=lambda item: _GRAVEST.index(item[1].level)))


def _mark(findings: Iterable[Finding]) -> _Mark:
    gravest_first = sorted(findings, key=lambda finding: _GRAVEST.index(finding.level))
    lines = (
        f"【{finding.level.label}】{'。'.join(filter(None, (finding.message, finding.suggestion)))}"
        for finding in gravest_first
    )
    text = "\n".join(dict.fromkeys(lines))
    short = text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}……"
    level = gravest_first[0].level
    return _Mark(level, FILLS[level], short)


# --- on and off ----------------------------------------------------------------------------------


def _put_on(
    change: Change, sheets: Mapping[str, xw.Sheet], marks: Mapping[SheetCell, _Mark]
) -> Iterable[StylesSnapshot]:
    for name, group in groupby(sorted(marks), key=lambda place: place[0]):
        sheet = sheets.get(name)
        if sheet is None:
            continue
        change.unlock([sheet])
        own = read_styles(sheet, ((row, column) for _, row, column in group))
        changes = [
            StyleChange(*place, style, _marked(style, marks[name, *place]))
            for place, style in own.items()
        ]
        styles = StylesSnapshot(name, changes)
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
        back = [style_change.inverse() for style_change in changes]
        styles = StylesSnapshot(name, relocated(sheet, back))
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
    remembered: dict[str, list[StyleChange]] = {}
    for row in rows[1:]:
        name, cell, own_fill, fill, own_note, note = (str(content or "") for content in row)
        if area := Rectangle.parse(cell):
            before, after = CellStyle(own_fill, own_note), CellStyle(fill, note)
            remembered.setdefault(name, []).append(StyleChange(area.top, area.left, before, after))
    return remembered


def _remember(change: Change, memory: xw.Sheet, marked: Sequence[StylesSnapshot]) -> None:
    rows: list[tuple[str, ...]] = [_HEADINGS]
    for styles in marked:
        for row, column, before, after in styles.changes:
            cell = f"{letters(column)}{row}"
            rows.append((styles.sheet, cell, before.fill, after.fill, before.note, after.note))
    used = memory.used_range
    blank = max(used.row + used.shape[0] - 1 - len(rows), 0)
    change.put(memory, 1, 1, [*rows, *[("",) * len(_HEADINGS)] * blank])
