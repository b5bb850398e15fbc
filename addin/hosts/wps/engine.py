"""The engine xlwings is given: the WPS of one click in Excel's place."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, NoReturn

import xlwings as xw
from xlwings import base_classes

from addin.hosts.wps import operations as op
from addin.hosts.wps.book import Book, Books
from addin.hosts.wps.channel import Channel
from addin.hosts.wps.range import Range
from addin.hosts.wps.sheet import Sheet
from addin.hosts.xlwings_engine import DataEngine, registered


def _setting(name: str) -> property:
    """Return a property that is one of the program's settings."""

    def read(app: App) -> Any:
        return app.settings[name]

    def write(app: App, value: Any) -> None:
        app.set(**{name: value})

    return property(read, write, doc=f"The setting `{name}`.")


class App(base_classes.App):
    """The WPS a click came from.

    Args:
        channel: The line to it.
        pressed: The workbook of the click.
        facts: Its `version`, and whether it `spills`.

    Attributes:
        reads_formulas: Whether formulas are read with the values.
    """

    def __init__(
        self, channel: Channel, pressed: Mapping[str, Any], facts: Mapping[str, Any]
    ) -> None:
        self.channel = channel
        self.spills, self._version = bool(facts.get("spills")), str(facts.get("version") or "")
        self.reads_formulas = False
        self._settings: dict[str, Any] | None = None
        self.pressed = Book(self, pressed)
        self._books = Books(self, self.pressed)
        channel.after_questions(self._books.forget)

    screen_updating = _setting("screen_updating")
    enable_events = _setting("enable_events")
    display_alerts = _setting("display_alerts")

    @property
    def books(self) -> Books:
        """The open workbooks."""
        return self._books

    @property
    def engine(self) -> WpsEngine:
        """The engine."""
        return _ENGINE

    @property
    def api(self) -> Channel:
        """The line to it."""
        return self.channel

    @property
    def pid(self) -> int:
        """A number of the window: what is remembered for one window does not serve another."""
        return zlib.crc32(self.channel.window.encode("utf-8", "surrogatepass"))

    @property
    def version(self) -> str:
        """WPS's version."""
        return self._version

    @property
    def settings(self) -> Mapping[str, Any]:
        """What `Settings` says."""
        if self._settings is None:
            self._settings = dict(self.channel.ask(op.Settings()))
        return self._settings

    def set(self, **settings: Any) -> None:
        """Change settings."""
        if self._settings is not None:
            self._settings.update(settings)
        self.channel.tell(op.SetSettings(settings=settings))

    @property
    def status_bar(self) -> str | bool:
        """The status bar's text, or False while WPS's own is shown."""
        return self.settings["status_bar"] or False

    @status_bar.setter
    def status_bar(self, value: str | bool | None) -> None:
        self.set(status_bar=value if isinstance(value, str) else False)
        if value:  # it is there to be seen now
            self.channel.flush()

    @property
    def selection(self) -> Range | None:
        """The selected cells of the active workbook, or None."""
        told = self.channel.ask(op.Selection())
        if told is None:
            return None
        sheet: Sheet = self._books.known(told["book"]).sheets(told["sheet"])
        areas = told["address"].replace("$", "").split(",")
        return sheet.cells_of(*map(sheet.area_at, areas))

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, callback: Any
    ) -> str:
        """Show a message box and return what was clicked."""
        del callback
        return str(
            self.channel.ask(
                op.Alert(
                    text=prompt, title=title or "", buttons=buttons or "ok",
                    critical=mode == "critical",
                )
            )
        )  # fmt: skip

    def run(self, macro: str, args: Any) -> NoReturn:
        """Refuse: there are no macros of ours."""
        raise NotImplementedError(f"macro {macro}{tuple(args)}")


class Apps(base_classes.Apps):
    """No list of programs: a click brings its own."""

    def keys(self) -> list[int]:
        """Return none."""
        return []

    def __len__(self) -> int:
        return 0


class WpsEngine(DataEngine):
    """What xlwings asks of an engine."""

    name = "wps"

    def __init__(self) -> None:
        self.apps = Apps()


_ENGINE = WpsEngine()


def pressed_book(channel: Channel, book: Mapping[str, Any], app: Mapping[str, Any]) -> xw.Book:
    """Return the workbook of a click.

    Args:
        channel: The click's line to its add-in.
        book: What the add-in says of the workbook; see `Book`.
        app: What it says of WPS; see `App`.
    """
    registered(_ENGINE)
    return xw.Book(impl=App(channel, book, app).pressed)
