"""The engine xlwings is given: LibreOffice in Excel's place.

One LibreOffice process is an application, its documents are the workbooks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import xlwings as xw
from xlwings import base_classes

from addin.hosts.calc.office import HostFailed, Office, RunningOffice, properties, url_of
from addin.hosts.calc.range import Range
from addin.hosts.calc.sheet import Sheet, Sheets
from addin.hosts.calc.values import NumberFormats
from addin.hosts.xlwings_engine import DataEngine, registered

_NEVER = 0
_FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
}


class Book(base_classes.Book):
    """One open workbook.

    Args:
        books: The collection it is in.
        document: UNO's document.
        path: Its file, or None if it has none yet.
        title: What it is called without a file.
    """

    def __init__(self, books: Books, document: Any, path: Path | None, title: str = "") -> None:
        self._books, self.document, self._path, self._title = books, document, path, title
        self._tables: tuple[Any, dict[int, list[str]]] = (None, {})

    @property
    def api(self) -> Any:
        """UNO's document; no action of ours may use it."""
        return self.document

    @property
    def app(self) -> App:
        """The application."""
        return self._books.app

    @property
    def name(self) -> str:
        """The file's name."""
        return self._path.name if self._path else self._title

    @property
    def fullname(self) -> str:
        """The file's path."""
        return str(self._path) if self._path else self._title

    @cached_property
    def sheets(self) -> Sheets:
        """Its sheets."""
        return Sheets(self)

    @cached_property
    def formats(self) -> NumberFormats:
        """Its number formats."""
        return NumberFormats(self.document)

    @property
    def tables(self) -> Sequence[str]:
        """The names of its tables."""
        names: Sequence[str] = self.ranges.ElementNames
        return names

    @cached_property
    def ranges(self) -> Any:
        """UNO's database ranges, by which LibreOffice knows tables."""
        return self.document.DatabaseRanges

    @cached_property
    def tabs(self) -> Any:
        """UNO's sheets."""
        return self.document.Sheets

    @cached_property
    def epoch(self) -> dt.datetime:
        """The day numbered 0."""
        day = self.document.NullDate
        return dt.datetime(day.Year, day.Month, day.Day)  # noqa: DTZ001 - a cell knows no time zone

    def tables_on(self, sheet: int) -> list[str]:
        """Return the names of the tables on the sheet of a number, from 0.

        UNO tells of each table apart where it lies: it is asked again once tables or tabs change.
        """
        ranges = self.ranges
        names = ranges.ElementNames, self.tabs.ElementNames
        if names != self._tables[0]:
            found: dict[int, list[str]] = {}
            for name in names[0]:
                found.setdefault(ranges.getByName(name).DataArea.Sheet, []).append(name)
            self._tables = names, found
        return self._tables[1].get(sheet, [])

    def addressed(self, address: Any) -> Range:
        """Return the cells of a UNO address in this workbook."""
        sheet: Sheet = self.sheets(address.Sheet + 1)
        return sheet.addressed(address)

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save, under another path or its own; the ending decides the file format.

        Raises:
            ValueError: This file format is not supported.
        """
        target = Path(path or self._path or f"{self._title}.xlsx").resolve()
        if target.suffix.lower() not in _FILTERS:
            raise ValueError(f"cannot save as {target.suffix}")
        options: dict[str, Any] = {"FilterName": _FILTERS[target.suffix.lower()]}
        if password:
            options["Password"] = password
        self.document.storeAsURL(url_of(target), properties(**options))
        self._path = target

    def save_copy(self, path: Path) -> None:
        """Save to another path and stay the workbook of this one."""
        options = properties(FilterName=_FILTERS[path.suffix.lower()])
        self.document.storeToURL(url_of(path.resolve()), options)

    def close(self) -> None:
        """Close without saving."""
        self._books.forget(self)
        self.document.close(True)

    def activate(self) -> None:
        """Make it the active workbook."""
        self._books.bring_forward(self)


class Books(base_classes.Books):
    """The open workbooks of one application, in the order they were opened."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._opened: list[Book] = []
        self._recent: list[Book] = []
        self._made = 0

    @property
    def api(self) -> Any:
        """UNO's desktop."""
        return self.app.desktop

    @property
    def active(self) -> Book:
        """The workbook in front.

        Raises:
            KeyError: None is open.
        """
        if not self._recent:
            raise KeyError("no workbook is open")
        return self._recent[-1]

    def __len__(self) -> int:
        return len(self._opened)

    def __iter__(self) -> Iterator[Book]:
        return iter(list(self._opened))

    def __call__(self, name_or_index: int | str) -> Book:
        """Return a book by its name or its number, from 1."""
        if isinstance(name_or_index, int):
            return self._opened[name_or_index - 1]
        wanted = name_or_index.lower()
        for book in self._opened:
            if wanted in (book.name.lower(), book.fullname.lower()):
                return book
        raise KeyError(name_or_index)

    def add(self) -> Book:
        """Open a new, empty workbook."""
        self._made += 1
        return self._load("private:factory/scalc", None, f"Book{self._made}")

    def open(
        self,
        fullname: str,
        update_links: bool | None = None,
        read_only: bool | None = None,
        format: str | None = None,  # noqa: A002 - xlwings calls it so
        password: str | None = None,
        *_: Any,
    ) -> Book:
        """Open a file; its macros never run, its links to other files are never followed.

        Raises:
            HostFailed: LibreOffice cannot open it.
        """
        del update_links, format
        path = Path(fullname).resolve()
        options: dict[str, Any] = {"MacroExecutionMode": _NEVER, "UpdateDocMode": _NEVER}
        if read_only:
            options["ReadOnly"] = True
        if password:
            options["Password"] = password
        return self._load(url_of(path), path, "", **options)

    def forget(self, book: Book) -> None:
        """Take a closed workbook out."""
        self._opened.remove(book)
        self._recent.remove(book)

    def bring_forward(self, book: Book) -> None:
        """Make a workbook the active one."""
        self._recent.remove(book)
        self._recent.append(book)

    def _load(self, url: str, path: Path | None, title: str, **options: Any) -> Book:
        try:  # not with Hidden=True: that would drop frozen panes without a word
            document = self.app.desktop.loadComponentFromURL(
                url, "_blank", 0, properties(**options)
            )
        except Exception as problem:
            raise HostFailed(
                f"LibreOffice 无法打开“{path or title}”", "请检查文件是否存在、是否损坏"
            ) from problem
        if document is None or not hasattr(document, "Sheets"):
            raise HostFailed(f"LibreOffice 无法打开“{path or title}”", "请确认它是 Excel 工作簿")
        book = Book(self, document, path, title)
        self._opened.append(book)
        self._recent.append(book)
        return book


# --- applications ---------------------------------------------------------------------------------


class Alert(NamedTuple):
    """A message box an action asked for."""

    prompt: str
    title: str
    buttons: str


def _agree(alert: Alert) -> str:
    return "yes" if alert.buttons.startswith("yes") else "ok"


class App(base_classes.App):
    """What an xlwings App asks of its engine; there is no window.

    Attributes:
        alerts: The message boxes asked for so far.
        answer: What answers them; by default everything is agreed to.
        statuses: Every text the status bar has shown.
    """

    def __init__(self, engine: CalcEngine, office: RunningOffice) -> None:
        self._engine, self.office = engine, office
        self.desktop = office.desktop
        self._books = Books(self)
        self.alerts: list[Alert] = []
        self.answer: Callable[[Alert], str] = _agree
        self.statuses: list[str] = []
        self._status: str | bool = False

    visible = True
    display_alerts = True
    enable_events = True
    interactive = True

    @property
    def books(self) -> Books:
        """The open workbooks."""
        return self._books

    @property
    def engine(self) -> CalcEngine:
        """The engine."""
        return self._engine

    @property
    def api(self) -> Any:
        """UNO's desktop; no action of ours may use it."""
        return self.desktop

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.office.pid

    @property
    def version(self) -> str:
        """LibreOffice's version."""
        return self.office.version

    @property
    def screen_updating(self) -> bool:
        """Whether views follow; off while any workbook's controllers are locked."""
        return not any(book.document.hasControllersLocked() for book in self.books)

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        for document in (book.document for book in self.books):
            if value:
                while document.hasControllersLocked():
                    document.unlockControllers()
            elif not document.hasControllersLocked():
                document.lockControllers()

    @property
    def status_bar(self) -> str | bool:
        """The status bar's text, or False while Excel's own is shown."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool | None) -> None:
        self._status = value if isinstance(value, str) else False
        if isinstance(value, str):
            self.statuses.append(value)

    @property
    def selection(self) -> Range | None:
        """The selected cells of the active workbook, or None."""
        if not len(self.books):
            return None
        chosen = self.books.active.document.CurrentController.getSelection()
        address = getattr(chosen, "RangeAddress", None)
        return None if address is None else self.books.active.addressed(address)

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, callback: Any
    ) -> str:
        """Record a message box and return what `answer` says."""
        del mode, callback
        asked = Alert(prompt, title or "", buttons or "ok")
        self.alerts.append(asked)
        return self.answer(asked)

    def run(self, macro: str, args: Any) -> NoReturn:
        """Refuse: macros never run here."""
        raise NotImplementedError(f"macro {macro}{tuple(args)}")

    def activate(self, steal_focus: bool = False) -> None:
        """Make this the active application."""
        del steal_focus
        self._engine.apps.bring_forward(self)

    def close_books(self) -> None:
        """Close every workbook without saving."""
        for book in self.books:
            book.close()

    def quit(self) -> None:
        """End LibreOffice; nothing is saved."""
        self._engine.apps.forget(self)
        self.office.stop()

    def kill(self) -> None:
        """End LibreOffice at once."""
        self.quit()


class Apps(base_classes.Apps):
    """The LibreOffice processes of ours, the active one first."""

    def __init__(self, engine: CalcEngine) -> None:
        self._engine = engine
        self._apps: list[App] = []

    def keys(self) -> list[int]:
        """Return the processes' numbers."""
        return [app.pid for app in self._apps]

    def add(
        self, spec: Any = None, add_book: bool | None = None, xl: Any = None, visible: Any = None
    ) -> App:
        """Start another LibreOffice, by default with an empty workbook."""
        del spec, xl, visible
        app = self.attach(Office())
        if add_book is not False:
            app.books.add()
        return app

    def attach(self, office: Office) -> App:
        """Return the application of a running LibreOffice."""
        app = App(self._engine, office)
        self._apps.insert(0, app)
        return app

    def forget(self, app: App) -> None:
        """Take an application out that has ended."""
        if app in self._apps:
            self._apps.remove(app)

    def bring_forward(self, app: App) -> None:
        """Make an application the active one."""
        self.forget(app)
        self._apps.insert(0, app)

    @staticmethod
    def cleanup() -> None:
        """Do nothing: our processes end by themselves."""

    def __iter__(self) -> Iterator[App]:
        return iter(list(self._apps))

    def __len__(self) -> int:
        return len(self._apps)

    def __getitem__(self, pid: int) -> App:
        for app in self._apps:
            if app.pid == pid:
                return app
        raise KeyError(pid)


# --- the engine -----------------------------------------------------------------------------------


class CalcEngine(DataEngine):
    """What xlwings asks of an engine."""

    name = "libreoffice"

    def __init__(self) -> None:
        self.apps = Apps(self)


_ENGINE = CalcEngine()


def engine() -> xw.Engine:
    """Return the engine, known to xlwings as "libreoffice" (but not made its active one)."""
    return registered(_ENGINE)
