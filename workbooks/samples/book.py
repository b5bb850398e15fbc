"""Turns a township's rows into the plan of a workbook: every sheet's layout and cells."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from validators.columns import Column, Fill
from validators.sheets import SHEETS, Row, SheetKind
from workbooks.samples.layout import Layout, arrange
from workbooks.samples.rows import Entry, Raw
from workbooks.samples.spelling import spell
from workbooks.samples.world import World

__all__ = ["Book", "Page", "plan_book"]

_MERGED = ("employer",)
_ODD_SHARE = 0.03
_BLANK_SHARE = 0.004


@dataclass(slots=True)
class Page:
    """One worksheet to write.

    Attributes:
        merges: Vertical merges: field and entries.
        odd: Right values in another spelling.
        planted: Errors of the layout itself: cell, and its kind, level and code.
        unread: A planted error keeps every row of the sheet from being read.
    """

    model: type[Row]
    layout: Layout
    entries: list[Entry]
    merges: list[tuple[str, list[Entry]]] = field(default_factory=list)
    odd: dict[tuple[Entry, str], Raw] = field(default_factory=dict)
    planted: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    unread: bool = False


@dataclass(slots=True)
class Book:
    """One ledger to write."""

    world: World
    pages: list[Page]
    helper: str = ""
    missing: str = ""

    def page(self, key: str) -> Page:
        """Return the page of the sheet with `key`."""
        return next(page for page in self.pages if page.model.sheet.key == key)

    def name_of(self, code: str) -> str:
        """Return the name an ID stands for in this ledger, "" where it is unknown."""
        return _names(self.world).get(code, "")

    def label(self, pairing_id: str) -> str:
        """Return the dropdown's text of a pairing."""
        names = self.pair_names(pairing_id)
        return f"{pairing_id}｜{names}" if names else pairing_id

    def pair_names(self, pairing_id: str) -> str:
        """Return `导师→对象` of a pairing, "" where it is unknown."""
        return _pairings(self.world).get(pairing_id, "")

    def shown(self, page: Page, entry: Entry, column: Column) -> Raw:
        """Return what a row's cell holds."""
        if column.field in entry.typed:
            return entry.typed[column.field]
        if (entry, column.field) in page.odd:
            return page.odd[entry, column.field]
        if column.fill is Fill.LOOKUP:
            return self._looked_up(entry, column)
        return ready(entry.values.get(column.field))

    def _looked_up(self, entry: Entry, column: Column) -> str:
        assert column.lookup is not None  # noqa: S101  # a look-up column has one
        key = str(entry.values.get(column.lookup.key, ""))
        return self.pair_names(key) if column.field == "pair_names" else self.name_of(key)


def ready(value: Any) -> Raw:
    """Return a right value as the template's cells hold it."""
    if isinstance(value, tuple):
        return "、".join(str(part) for part in value)
    return value  # type: ignore[no-any-return]


def plan_book(world: World, rng: random.Random) -> Book:
    """Lay out every sheet; a third of the sheets look like the template."""
    pages = []
    for model in SHEETS:
        entries = world.of(model.sheet.key)
        settled = model.sheet.form or model.sheet.kind is SheetKind.SETTINGS or not entries
        tidy = settled or rng.random() < 0.35
        page = Page(model, arrange(model, entries, rng, tidy=tidy), entries)
        pages.append(page)
    book = Book(world, pages, helper=rng.choice(("", "", "", "hidden", "extra")))
    for page in pages:
        if page.entries and not page.model.sheet.form and page.model.sheet.key != "setting":
            _merge(page, rng)
            _misspell(book, page, rng)
    return book


def _merge(page: Page, rng: random.Random) -> None:
    """Merge runs of one employer, as clerks do."""
    fields = [c.field for c in page.layout.columns if isinstance(c, Column)]
    wanted = [name for name in _MERGED if name in fields and rng.random() < 0.3]
    for name in wanted:
        for run in _runs(page, name):
            page.merges.append((name, run))


def _runs(page: Page, name: str) -> Iterator[list[Entry]]:
    run: list[Entry] = []
    for entry in [*page.entries, None]:
        if entry and run and _continues(page, run[-1], entry, name):
            run.append(entry)
            continue
        if 2 <= len(run) <= 8:
            yield run
        run = [entry] if entry and not entry.flawed else []


def _continues(page: Page, above: Entry, entry: Entry, name: str) -> bool:
    places = page.layout.places
    same = entry.values.get(name) == above.values.get(name) is not None
    return same and not entry.flawed and places[entry] == places[above] + 1


def _misspell(book: Book, page: Page, rng: random.Random) -> None:
    """Give some cells of right rows another spelling; some IDs nobody needs stay blank."""
    columns = [c for c in page.layout.columns if isinstance(c, Column) and c.fill is Fill.CLERK]
    merged = {(entry, name) for name, run in page.merges for entry in run}
    share = rng.choice((0.0, _ODD_SHARE, _ODD_SHARE, 0.12))
    for entry in page.entries:
        if entry.flawed:
            continue
        if entry.sheet == "log" and entry.free and rng.random() < _BLANK_SHARE:
            del entry.values["log_id"]
        if share == 0.0 or rng.random() > 4 * share:
            continue
        for column in rng.sample(columns, 3):
            value = entry.values.get(column.field)
            if (entry, column.field) in merged or column.field == "log_id" and value is None:
                continue
            odd = spell(entry, column, value, rng, book.label)
            if odd is not None:
                page.odd[entry, column.field] = odd


def _names(world: World) -> dict[str, str]:
    if not world.names:
        for sheet, key in (("mentor", "mentor_id"), ("individual", "mentee_id"),
                           ("organisation", "mentee_id")):  # fmt: skip
            for entry in world.of(sheet):
                world.names[str(entry.values.get(key))] = str(entry.values.get("name", ""))
    return world.names


def _pairings(world: World) -> dict[str, str]:
    if not world.pair_names:
        for made in world.pairs:
            target = _names(world).get(made.mentee.mentee_id, "")
            world.pair_names[made.pairing_id] = f"{made.mentor_name}→{target}"
    return world.pair_names
