"""Marks of findings: which cells get which fill and note, and what they looked like before.

An open book and a file are marked by the same plan (`exchange`). A clerk's own fill and note come
back when the marks go: a small hidden sheet of the ledger remembers them. Its name begins with an
underscore, as those of the template's hidden sheets do, so readers pass over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from validators.cells import letters
from validators.findings import Finding
from validators.vocabulary import Level
from workbooks.ooxml.addresses import Rectangle, column_number

MARKS_SHEET = "_校验标记"
MOST = 300
"""Cells marked in one workbook: a clerk corrects these first, and validates again."""
FILLS = {Level.ERROR: "#FFC7CE", Level.WARNING: "#FFEB9C", Level.NOTICE: "#BDD7EE"}
"""The template's own colours of missing values and of flags."""

HEADINGS = ("工作表", "单元格", "原底色", "标记底色", "原批注", "标记批注")
_GRAVEST = [*FILLS]
_LONGEST_NOTE = 900
_OWN_BELOW = "\n———\n"

Place = tuple[int, int]
"""Row and column from 1."""


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

    def made_of(self, now: CellStyle) -> CellStyle:
        """Return what the change makes of a cell that looks as it does now; what is otherwise stays."""
        return CellStyle(*(
            after if before == shown else shown
            for before, after, shown in zip(self.before, self.after, now, strict=True)
        ))  # fmt: skip


class Mark(NamedTuple):
    """What a cell with findings shows."""

    level: Level
    fill: str
    note: str

    def on(self, own: CellStyle) -> CellStyle:
        """Return a marked cell: the clerk's own note stands below ours."""
        return CellStyle(self.fill, f"{self.note}{_OWN_BELOW}{own.note}" if own.note else self.note)


class StyledCells(Protocol):
    """The cells of one worksheet."""

    def styles(self, places: Iterable[Place]) -> dict[Place, CellStyle]:
        """Return the styles of cells."""

    def notes(self) -> dict[Place, str]:
        """Return all notes of the sheet."""


# --- which cells ---------------------------------------------------------------------------------


def marks_of(findings: Iterable[Finding]) -> tuple[dict[str, dict[Place, Mark]], int]:
    """Return the marks by sheet and cell, the gravest `MOST`, and how many cells have none."""
    by_cell: dict[tuple[str, Place], list[Finding]] = {}
    for finding in findings:
        if finding.row and finding.column:
            cell = finding.sheet, (finding.row, column_number(finding.column))
            by_cell.setdefault(cell, []).append(finding)
    marks = [(cell, _mark(group)) for cell, group in by_cell.items()]
    marks.sort(key=lambda item: _GRAVEST.index(item[1].level))
    sheets: dict[str, dict[Place, Mark]] = {}
    for (name, place), mark in marks[:MOST]:
        sheets.setdefault(name, {})[place] = mark
    return sheets, max(len(marks) - MOST, 0)


def _mark(findings: Iterable[Finding]) -> Mark:
    gravest_first = sorted(findings, key=lambda finding: _GRAVEST.index(finding.level))
    lines = (
        f"【{finding.level.label}】{'。'.join(filter(None, (finding.message, finding.suggestion)))}"
        for finding in gravest_first
    )
    text = "\n".join(dict.fromkeys(lines))
    short = text if len(text) <= _LONGEST_NOTE else f"{text[:_LONGEST_NOTE]}……"
    level = gravest_first[0].level
    return Mark(level, FILLS[level], short)


def unmarked_remark(left: int) -> str:
    """Return that some cells with findings have no mark."""
    return (
        f"还有 {left} 个单元格有问题但未标记（一次最多标记 {MOST} 个），"
        "请改正已标记的后再校验一次"
    )  # fmt: skip


# --- on and off ----------------------------------------------------------------------------------


class Exchange(NamedTuple):
    """What becomes of the cells of one sheet.

    Attributes:
        changes: What to change, from what the cells look like now.
        remembered: What the marked cells look like without their marks, and with them.
    """

    changes: list[StyleChange]
    remembered: list[StyleChange]


def exchange(
    cells: StyledCells, earlier: Sequence[StyleChange], marks: Mapping[Place, Mark]
) -> Exchange:
    """Give the cells marked earlier their own styles, wherever they are now, and mark others."""
    back = [change.inverse() for change in earlier]
    now, places = placed(cells, back, marks)
    own = now | {change.place: change.made_of(now[change.place]) for change in places}
    after = own | {place: mark.on(own[place]) for place, mark in marks.items()}
    return Exchange(
        [StyleChange(*at, now[at], after[at]) for at in now],
        [StyleChange(*at, own[at], after[at]) for at in sorted(marks)],
    )


def placed(
    cells: StyledCells, changes: Sequence[StyleChange], others: Iterable[Place] = ()
) -> tuple[dict[Place, CellStyle], list[StyleChange]]:
    """Return the styles of the cells of changes and of others, and the changes where they stand."""
    now = cells.styles([*(change.place for change in changes), *others])
    moved = relocated(cells, changes, now)
    elsewhere = {change.place for change in moved} - now.keys()
    return {**now, **cells.styles(elsewhere)} if elsewhere else now, moved


def relocated(
    cells: StyledCells, changes: Sequence[StyleChange], now: Mapping[Place, CellStyle]
) -> list[StyleChange]:
    """Return changes where their cells stand now; the note before a change tells its cell."""
    here = [change for change in changes if now[change.place].note == change.before.note]
    if len(here) == len(changes):
        return here
    taken = {change.place for change in here}
    places: dict[str, list[Place]] = {}
    for place, text in cells.notes().items():
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


# --- memory --------------------------------------------------------------------------------------


def remembered(rows: Iterable[Sequence[object]]) -> dict[str, list[StyleChange]]:
    """Return by sheet what the rows of the hidden sheet remember, its headings left out."""
    found: dict[str, list[StyleChange]] = {}
    for row in rows:
        name, cell, own_fill, fill, own_note, note = (str(content or "") for content in row)
        if area := Rectangle.parse(cell):
            before, after = CellStyle(own_fill, own_note), CellStyle(fill, note)
            found.setdefault(name, []).append(StyleChange(area.top, area.left, before, after))
    return found


def memory_rows(marked: Iterable[tuple[str, Sequence[StyleChange]]]) -> list[tuple[str, ...]]:
    """Return the rows of the hidden sheet, its headings first."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    for name, changes in marked:
        for row, column, before, after in changes:
            cell = f"{letters(column)}{row}"
            rows.append((name, cell, before.fill, after.fill, before.note, after.note))
    return rows
