"""Plant errors and odd but right values in a township's rows and sheets.

Errors are dealt out in turn, so that every kind appears in some township whatever the seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from xlsxwriter.utility import xl_rowcol_to_cell

from validators.columns import Column
from validators.sheets.base import ASPECT_FIELDS
from workbooks.samples.cell_errors import CELL_ERRORS
from workbooks.samples.flaws import Flaw, candidates, plant
from workbooks.samples.log_entries import Logbook
from workbooks.samples.row_errors import CONTACT_ERRORS, PEOPLE_ERRORS, RECORD_ERRORS
from workbooks.samples.scene_errors import HARMLESS_SCENES, SCENES
from workbooks.samples.variations import Extra
from workbooks.samples.workbook import Book, Page
from workbooks.samples.world import Entry, World

_ROW_ERRORS = (
    *PEOPLE_ERRORS,
    *RECORD_ERRORS,
    *(f for f in CELL_ERRORS if not f.code.startswith("log.")),
)
FLAWS: tuple[Flaw, ...] = (*SCENES, *_ROW_ERRORS, *CONTACT_ERRORS)
"""Every kind of error, in the order it is dealt out."""

_ROWS_BESIDE_THE_LOG = 300


def plant_scenes(
    world: World, position: int, error_rate: float, *, struggling: bool = True
) -> None:
    """Cast the scenes of this township: they need people, so they come before the log."""
    scenes = SCENES if struggling else HARMLESS_SCENES
    total = error_rate * (world.log_rows + _ROWS_BESIDE_THE_LOG * world.size)
    count = min(4, round(total * 0.08)) if total >= 1 else 0
    for turn in range(count):
        plant(world, scenes[(position * count + turn) % len(scenes)])


def plant_errors(world: World, position: int, error_rate: float) -> None:
    """Plant errors in finished rows until `error_rate` of all rows are spoilt."""
    rows = sum(len(entries) for entries in world.rows.values())
    wanted = round(rows * error_rate)
    spoilt = sum(entry.flawed for entries in world.rows.values() for entry in entries)
    beside = min(26, round(wanted * 0.4)) if wanted else 0
    spoilt += _deal(world, _ROW_ERRORS, position * beside, min(beside, wanted - spoilt))
    _deal(world, CONTACT_ERRORS, position * (wanted - beside), wanted - spoilt)


def _deal(world: World, flaws: Sequence[Flaw], start: int, rows: int) -> int:
    """Plant flaws in turn from `start` on until `rows` rows are spoilt."""
    spoilt = turn = 0
    while spoilt < rows and turn < rows + 3 * len(flaws):
        spoilt += plant(world, flaws[(start + turn) % len(flaws)])
        turn += 1
    return spoilt


# --- odd but right values -------------------------------------------------------------------------

_STARTS = ("=", "-", "@", "+", "'", "{=", "https://", "\\\\", "😀", "𠮷")
_LEAP_DAY = date(2024, 2, 29)


def plant_oddities(world: World, logbook: Logbook) -> None:
    """Give some rows values that look wrong and are right."""
    entries = candidates(world, "log")
    for start in _STARTS:
        if entries:
            _begin(world, entries, start)
    for parts in (12, 80):
        if entries:
            _lengthen(logbook, entries.pop(world.rng.randrange(len(entries))), parts)
    spares = [entry for entry in world.spares if entry.free]
    if spares and world.as_of > _LEAP_DAY:
        spares[0].values["joined_on"] = _LEAP_DAY
    if len(spares) > 2:
        spares[1].values |= dict.fromkeys(ASPECT_FIELDS, 5)
        spares[2].values["mentor_id"] = world.code("mentor", 1000 + len(world.of("mentor")))
    for entry in spares[:3]:
        entry.locked = True
        world.spares.remove(entry)


def _begin(world: World, entries: list[Entry], start: str) -> None:
    entry = entries.pop(world.rng.randrange(len(entries)))
    entry.values["content"] = start + str(entry.values["content"])
    entry.locked = True


def _lengthen(logbook: Logbook, entry: Entry, parts: int) -> None:
    """Write a text of several hundred or several thousand characters."""
    pairing = logbook.pairings_of[entry][0]
    drafts = (
        logbook.texts.draft(str(entry.values["aspect"]), pairing.mentor_name, pairing.mentee.name)
        for _ in range(parts)
    )
    entry.values["content"] = "".join(draft.text() for draft in drafts)
    entry.locked = True


# --- errors of the sheets themselves --------------------------------------------------------------

_REQUIRED = {"exchange": "author", "misconduct": "confirmed_by"}


def plant_sheet_errors(book: Book, position: int) -> None:
    """Plant the error whose turn it is; most townships have none."""
    if position % 9 == 4:
        _double_heading(book)
    elif position % 9 == 7:
        _leave_out_heading(book)
    elif position % 9 == 2:
        _leave_out_sheet(book)


def _page_to_spoil(book: Book) -> Page:
    """Return a page no other sheet relies on."""
    return book.page("misconduct" if book.page("misconduct").entries else "exchange")


def _forget(book: Book, page: Page, field: str = "") -> None:
    """Forget errors planted in cells that are no longer there."""
    key = page.model.sheet.key
    book.world.cited = [
        cited
        for cited in book.world.cited
        if cited.entry.sheet != key or (field and cited.field != field)
    ]


def _double_heading(book: Book) -> None:
    layout = book.page("completion").layout
    heading = layout.headings[-1]
    layout.columns.append(Extra(heading))
    layout.headings.append(heading)
    cell = xl_rowcol_to_cell(layout.heading_row, layout.left + len(layout.columns) - 1)
    book.page("completion").planted.append(
        (cell, {"kind": "heading twice", "level": "error", "code": "heading.duplicate"})
    )


def _leave_out_heading(book: Book) -> None:
    page = _page_to_spoil(book)
    layout, missing = page.layout, _REQUIRED[page.model.sheet.key]
    position = next(
        n for n, c in enumerate(layout.columns) if isinstance(c, Column) and c.field == missing
    )
    del layout.columns[position], layout.headings[position]
    _forget(book, page, missing)
    _unread(page)
    cell = xl_rowcol_to_cell(layout.heading_row, layout.left)
    page.planted.append(
        (cell, {"kind": "required heading missing", "level": "error", "code": "heading.missing"})
    )


def _leave_out_sheet(book: Book) -> None:
    page = _page_to_spoil(book)
    book.missing = page.model.sheet.key
    _forget(book, page)
    _unread(page)
    page.planted.append(("", {"kind": "sheet deleted", "level": "error", "code": "sheet.missing"}))


def _unread(page: Page) -> None:
    """Note that no row of the page can be read as it should."""
    page.unread = True
    for entry in page.entries:
        entry.flawed = True
