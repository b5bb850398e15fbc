"""Fills and notes of single cells, switched from one look to another and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import xlwings as xw

from workbooks.live.addresses import addresses, block
from workbooks.live.busy import is_refused, patiently
from workbooks.live.host import host

__all__ = ["CellLook", "KeptLooks", "LookChange", "found_again", "read_looks"]

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
    for note in patiently(lambda: list(sheet.notes)):
        cell = patiently(lambda one=note: one.location)  # type: ignore[misc]
        text = str(patiently(lambda one=note: one.text))  # type: ignore[misc]
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

    patiently(colour)


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
    note = patiently(lambda: cell.note)
    if note is None:
        if text:
            patiently(lambda: cell.add_note(text))
            patiently(lambda: host().fit_note(cell, text))
        return
    if not text:
        patiently(note.delete)
        return

    def write() -> None:
        note.text = text

    patiently(write)
    patiently(lambda: host().fit_note(cell, text))


def _notes(sheet: xw.Sheet, places: Sequence[Place]) -> Mapping[Place, str]:
    if not patiently(lambda: len(sheet.notes)):
        return {}
    return {place: _note(block(sheet, (*place, 1, 1))) for place in places}


def _note(cell: xw.Range) -> str:
    note = patiently(lambda: cell.note)
    return "" if note is None else str(patiently(lambda: note.text) or "")


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
        return patiently(lambda: sheet.range(address).color)
    except TypeError:  # xlwings of cells that differ, where Excel says nothing of their colour
        return 0, 0, 0


def _hex(colour: Rgb | None) -> str:
    return "" if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)
