"""Workbooks open in WPS."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlwings import base_classes

from addin.hosts.wps import operations as op
from addin.hosts.wps.sheet import Knowledge, Sheet, Sheets
from workbooks.live.host import SheetFacts
from workbooks.ooxml.addresses import WORKSHEET_ROWS, Rectangle

if TYPE_CHECKING:
    from addin.hosts.wps.engine import App

_SEEN = -1
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - a cell knows no time zone


class Book(base_classes.Book):
    """One open workbook.

    Args:
        app: The program.
        facts: Its `name` and `fullname`, whether it counts days from 1904 (`date1904`), and how
            many `rows` its sheets have.
    """

    def __init__(self, app: App, facts: Mapping[str, Any]) -> None:
        self._app, self._name, self._fullname = app, str(facts["name"]), str(facts["fullname"])
        self.epoch = _EPOCH_1904 if facts.get("date1904") else _EPOCH
        self.n_rows = int(facts.get("rows") or WORKSHEET_ROWS)
        self._facts: dict[str, SheetFacts] | None = None
        self._visible: dict[str, int] = {}

    @property
    def app(self) -> App:
        """The program."""
        return self._app

    @property
    def name(self) -> str:
        """The file's name."""
        return self._name

    @property
    def fullname(self) -> str:
        """The file's path; its name where it has none yet."""
        return self._fullname

    @property
    def api(self) -> str:
        """Its full name: there is no object of WPS's here."""
        return self._fullname

    @cached_property
    def sheets(self) -> Sheets:
        """Its sheets."""
        return Sheets(self)

    def facts(self) -> dict[str, SheetFacts]:
        """Return what is known of all its sheets."""
        if self._facts is None:
            told = self.app.channel.ask(op.Facts(book=self.fullname))
            self.sheets.seen([one["name"] for one in told])
            self._visible = {one["name"]: one["visible"] for one in told}
            self._facts = {one["name"]: _facts(one) for one in told}
            for name, facts in self._facts.items():
                self.sheets.named()[name].known.used = facts.used
        return self._facts

    def visible(self, sheet: Sheet) -> int:
        """Return how visible a sheet is; see `Sheet.visible`."""
        if sheet.name not in self._visible:
            self.facts()
        return self._visible.get(sheet.name, _SEEN)

    def turned(self, sheet: Sheet, *, visible: bool) -> None:
        """Have a sheet's tab be seen, or hidden: a fact of no other sheet."""
        self._visible[sheet.name] = _SEEN if visible else 0
        self._facts = None

    def forget(self) -> None:
        """Have everything asked for anew: the clerk may have changed anything."""
        self.forget_contents()
        self._visible = {}

    def forget_contents(self) -> None:
        """Have everything but the tabs asked for anew: something was written."""
        self._facts = None
        for sheet in self.sheets.known():
            sheet.known = Knowledge()

    def save_copy(self, path: Path) -> None:
        """Save to another path and stay the workbook of this one."""
        self.app.channel.ask(op.SaveCopy(book=self.fullname, path=str(path)))

    def activate(self, steal_focus: bool = False) -> None:
        """Bring it to the front."""
        del steal_focus
        self.sheets.active.activate()


def _facts(told: Mapping[str, Any]) -> SheetFacts:
    return SheetFacts(
        visible=told["visible"] == _SEEN,
        used=Rectangle(*map(int, told["used"])),
        shown=bool(told["shown"]),
        unmerged_from=int(told["unmerged_from"]) if told["unmerged_from"] else None,
        totals=frozenset(map(int, told["totals"])),
    )


class Books(base_classes.Books):
    """The open workbooks, the active one first."""

    def __init__(self, app: App, pressed: Book) -> None:
        self.app = app
        self._known = {pressed.fullname: pressed}

    @property
    def api(self) -> None:
        """Nothing: there is no object of WPS's here."""

    def _all(self) -> list[Book]:
        told = self.app.channel.ask(op.Books())
        return [self._known.get(one["fullname"]) or self._added(one) for one in told]

    def _added(self, facts: Mapping[str, Any]) -> Book:
        return self._known.setdefault(facts["fullname"], Book(self.app, facts))

    def known(self, fullname: str) -> Book:
        """Return the workbook with a full name, asking for all only where it is a new one."""
        return self._known.get(fullname) or next(b for b in self if b.fullname == fullname)

    def forget(self) -> None:
        """Have everything asked for anew in every workbook."""
        for book in self._known.values():
            book.forget()

    @property
    def active(self) -> Book:
        """The workbook in front."""
        return self._all()[0]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Book]:
        return iter(self._all())

    def __call__(self, name_or_index: int | str) -> Book:
        """Return a book by its name or its number, from 1."""
        books = self._all()
        if isinstance(name_or_index, int):
            return books[name_or_index - 1]
        for book in books:
            if name_or_index.lower() in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(name_or_index)

    def open(self, fullname: str, *_: Any, **__: Any) -> Book:
        """Open a file."""
        return self._added(self.app.channel.ask(op.OpenBook(path=str(Path(fullname).resolve()))))
