"""The application: one LibreOffice process and what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from xlwings import base_classes

from addin.hosts.calc.book import Books
from addin.hosts.calc.office import Office
from addin.hosts.calc.ranges import Range

if TYPE_CHECKING:
    from addin.hosts.calc.engine import CalcEngine

__all__ = ["Alert", "App", "Apps"]


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

    def __init__(self, engine: CalcEngine, office: Office) -> None:
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
    def hwnd(self) -> None:
        """There is no window."""
        return

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
    def calculation(self) -> str:
        """`automatic` or `manual`."""
        every = all(book.document.isAutomaticCalculationEnabled() for book in self.books)
        return "automatic" if every else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        for book in self.books:
            book.document.enableAutomaticCalculation(value != "manual")

    def calculate(self) -> None:
        """Calculate all open workbooks."""
        for book in self.books:
            book.document.calculate()

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
