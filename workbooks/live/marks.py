"""Findings shown where they are: a fill by their level and a note that says what to do.

A clerk's own fill and note come back when the marks go, also after the workbook was closed and
opened again: a small hidden sheet remembers them. Its name begins with an underscore, as those of
the template's hidden sheets do, so readers pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import xlwings as xw

from validators.cells import letters
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.live.cells import Place, read_grid
from workbooks.live.host import Look, host, sheet_added, sheets_of, show
from workbooks.live.retry import is_refused
from workbooks.live.snapshot import AddedSheet, Silent
from workbooks.ooxml.addresses import Rectangle, addresses, area_of, block, column_number

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


def relocated(
    sheet: xw.Sheet, changes: Sequence[StyleChange], now: Mapping[Place, CellStyle]
) -> list[StyleChange]:
    """Return changes where their cells stand now; the note before a change tells its cell.

    Args:
        sheet: The sheet.
        changes: What is to be changed.
        now: The styles of their cells.
    """
    here = [change for change in changes if now[change.place].note == change.before.note]
    if len(here) == len(changes):
        return here
    taken = {change.place for change in here}
    places: dict[str, list[Place]] = {}
    for place, text in _notes(sheet).items():
        if place not in taken:
            places.setdefault(text, []).append(place)
    moved: list[StyleChange] = []
    missing: list[StyleChange] = []
    for change in (change for change in changes if change.place not in taken):
        if change.before.note and (free := places.get(change.before.note)):
            row, column = free.pop(0)
            moved.append(change._replace(row=row, column=column))
        else:
            missing.append(change)
    taken.update(change.place for change in moved)  # another cell came where a missing one was
    return [*here, *moved, *(change for change in missing if change.place not in taken)]


def _switch(sheet: xw.Sheet, wanted: Sequence[StyleChange]) -> None:
    """Make changes wherever their cells are now; what looks otherwise than before them stays."""
    now, changes = _placed(sheet, wanted, ())
    _put(sheet, [
        change._replace(before=now[change.place], after=_after(change, now[change.place]))
        for change in changes
    ])  # fmt: skip


def _placed(
    sheet: xw.Sheet, changes: Sequence[StyleChange], others: Iterable[Place]
) -> tuple[dict[Place, CellStyle], list[StyleChange]]:
    """Return the styles of the cells of changes and of others, and the changes where they stand."""
    now = read_styles(sheet, [*(change.place for change in changes), *others])
    placed = relocated(sheet, changes, now)
    elsewhere = {change.place for change in placed} - now.keys()
    return {**now, **read_styles(sheet, elsewhere)} if elsewhere else now, placed


def _after(change: StyleChange, now: CellStyle) -> CellStyle:
    """Return what a change makes of a cell that looks as it does now."""
    return CellStyle(*(
        after if before == shown else shown
        for before, after, shown in zip(change.before, change.after, now, strict=True)
    ))  # fmt: skip


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
                "工作簿的结构受保护，未在单元格上标记；请撤销工作簿保护（审阅 → 保护工作簿）后再点一次"
            )
            return 0
    earlier, wanted = _remembered(memory), _by_sheet(chosen)
    marked = [
        _exchange(change, sheets[name], name, earlier.get(name, ()), wanted.get(name, {}))
        for name in sorted(earlier.keys() | wanted.keys())
        if name in sheets
    ]
    # a sheet that is not there may have another name for a while
    absent = [StylesSnapshot(name, earlier[name]) for name in earlier if name not in sheets]
    _remember(change, memory, [*marked, *absent])
    if len(marks) > len(chosen):
        change.remarks.append(
            f"还有 {len(marks) - len(chosen)} 个单元格有问题但未标记（一次最多标记 {MOST} 个），"
            "请改正已标记的后再校验一次"
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


def _by_sheet(marks: Mapping[SheetCell, _Mark]) -> dict[str, dict[Place, _Mark]]:
    sheets: dict[str, dict[Place, _Mark]] = {}
    for (name, *place), mark in marks.items():
        sheets.setdefault(name, {})[place[0], place[1]] = mark
    return sheets


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


def _exchange(
    change: Change,
    sheet: xw.Sheet,
    name: str,
    earlier: Sequence[StyleChange],
    marks: Mapping[Place, _Mark],
) -> StylesSnapshot:
    """Give the cells marked earlier their own styles, wherever they are now, and mark others.

    A cell whose mark stays the same is not touched.

    Returns:
        What the marked cells look like without their marks, and with them.
    """
    change.unlock([sheet])
    back = [style_change.inverse() for style_change in earlier]
    now, placed = _placed(sheet, back, marks)
    own = now | {back.place: _after(back, now[back.place]) for back in placed}
    after = own | {place: _marked(own[place], mark) for place, mark in marks.items()}
    styles = StylesSnapshot(name, [StyleChange(*at, now[at], after[at]) for at in now])
    change.keep(styles)
    styles.apply(sheet)
    return StylesSnapshot(name, [StyleChange(*at, own[at], after[at]) for at in sorted(marks)])


def _marked(own: CellStyle, mark: _Mark) -> CellStyle:
    note = f"{mark.note}{_OWN_BELOW}{own.note}" if own.note else mark.note
    return CellStyle(mark.fill, note)


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


def _remembered(memory: xw.Sheet) -> dict[str, list[StyleChange]]:
    rows = read_grid(memory, (1, 1, area_of(memory.used_range).bottom, 6))
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
    blank = max(area_of(memory.used_range).bottom - len(rows), 0)
    change.put(memory, 1, 1, [*rows, *[("",) * len(_HEADINGS)] * blank])
