"""The clerk's own LibreOffice: `press` runs a button's function on the document that is open in it.

Nothing is done to a copy, and the clerk is asked by LibreOffice's own boxes. What goes wrong is a
sentence, as in Excel.
"""

from __future__ import annotations

import time
import webbrowser
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlwings as xw

from addin.buttons import TAB, find_button
from addin.hosts.arguments import TABLE_ENDINGS
from addin.hosts.calc.engine import Alert, App, Book, Books, engine
from addin.hosts.calc.host import CalcHost
from addin.hosts.calc.office import HostFailed, RunningOffice, enum, load_uno, url_of
from addin.hosts.press import press_button
from addin.hosts.user_files import log_file
from addin.ribbon.session import folder_of
from workbooks.live.retry import with_retries

_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_OPEN, _SAVE = 0, 1  # com.sun.star.ui.dialogs.TemplateDescription
_OK = 1
_PATIENCE = 10.0
"""Seconds LibreOffice gets to let us in."""
_TABLES = ";".join(f"*{ending}" for ending in TABLE_ENDINGS)


class ClerksOffice(RunningOffice):
    """The clerk's LibreOffice.

    Args:
        pipe: Where it waits for us.
        pid: Its process.

    Raises:
        HostFailed: It cannot be reached.
    """

    def __init__(self, pipe: str, pid: int) -> None:
        local = load_uno().getComponentContext().ServiceManager
        connector = local.createInstance("com.sun.star.connection.Connector")
        bridges = local.createInstance("com.sun.star.bridge.BridgeFactory")
        connection = _connected(connector, f"pipe,name={pipe}")
        self._bridge = bridges.createBridge("", "urp", connection, None)
        super().__init__(self._bridge.getInstance("context"), pid)

    def document(self, door: str) -> Any:
        """Return the UNO document that stands behind a door."""
        return self._bridge.getInstance(door)

    def copy_text(self, text: str) -> None:
        """Put a text on the clipboard; LibreOffice keeps it there."""
        self._bridge.getInstance("clipboard").trigger(text)


_office = lru_cache(maxsize=1)(ClerksOffice)


def _connected(connector: Any, address: str) -> Any:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            return connector.connect(address)
        except Exception as problem:  # of UNO: it does not listen yet
            if time.monotonic() > until:
                raise HostFailed(
                    "未连接到 LibreOffice", "请关闭全部 LibreOffice 窗口后重新打开"
                ) from problem
            time.sleep(0.02)


class ClerksBooks(Books):
    """The spreadsheets open in the clerk's LibreOffice, the clicked one in front."""

    def __init__(self, app: ClerksApp, clicked: Any) -> None:
        super().__init__(app)
        for document in _documents(app.desktop):
            book = Book(self, document, _path_of(document), str(document.Title))
            self._opened.append(book)
            self._recent.insert(len(self._recent) if document == clicked else 0, book)


def _documents(desktop: Any) -> Iterator[Any]:
    components = desktop.Components.createEnumeration()
    while components.hasMoreElements():
        component = components.nextElement()
        if getattr(component, "supportsService", lambda _: False)(_SPREADSHEET):
            yield component


def _path_of(document: Any) -> Path | None:
    url = str(document.URL)
    return Path(load_uno().fileUrlToSystemPath(url)) if url.startswith("file:") else None


class ClerksApp(App):
    """The clerk's LibreOffice as xlwings' App: message boxes and status bar are shown."""

    def __init__(self, office: ClerksOffice, clicked: Any) -> None:
        super().__init__(engine().impl, office)
        self._books = ClerksBooks(self, clicked)
        self._indicator: Any = None

    @property
    def window(self) -> Any:
        """UNO's window of the workbook in front, the parent of every box."""
        return self.books.active.document.CurrentController.Frame.ContainerWindow

    @property
    def status_bar(self) -> str | bool:
        """The text we show in the status bar, or False."""
        return self._status

    @status_bar.setter
    def status_bar(self, value: str | bool | None) -> None:
        self._status = value if isinstance(value, str) else False
        if self._indicator is not None:
            self._indicator.end()
            self._indicator = None
        if isinstance(value, str):
            frame = self.books.active.document.CurrentController.Frame
            self._indicator = frame.createStatusIndicator()
            self._indicator.start(value, 0)

    def alert(
        self, prompt: str, title: str | None, buttons: str | None, mode: str | None, callback: Any
    ) -> str:
        """Show a message box and return what the clerk chose."""
        del callback
        asked = Alert(prompt, title or TAB, buttons or "ok")
        kind = "QUERYBOX" if asked.buttons != "ok" else "ERRORBOX" if mode else "MESSAGEBOX"
        box = self.office.service("com.sun.star.awt.Toolkit").createMessageBox(
            self.window, enum("awt.MessageBoxType", kind), _BUTTONS[asked.buttons],
            asked.title, asked.prompt,
        )  # fmt: skip
        try:
            return _ANSWERS[int(box.execute())]
        finally:
            box.dispose()


_BUTTONS = {"ok": 1, "ok_cancel": 2, "yes_no": 3, "yes_no_cancel": 4}
_ANSWERS = ("cancel", "ok", "yes", "no")
"""What xlwings calls message boxes' buttons, and what LibreOffice numbers them as."""


class ClerksHost(CalcHost):
    """What xlwings has no word for, asked of the clerk.

    Args:
        office: The LibreOffice.
    """

    def __init__(self, office: ClerksOffice) -> None:
        super().__init__()
        self._office = office

    def choose_folder(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a folder; None where she cancels."""
        picker = self._office.service("com.sun.star.ui.dialogs.FolderPicker")
        picker.setTitle(title)
        picker.setDisplayDirectory(url_of(folder_of(book)))
        return _chosen(picker.getDirectory()) if picker.execute() == _OK else None

    def choose_file(self, book: xw.Book, title: str) -> Path | None:
        """Let the clerk choose a file to read; None where she cancels."""
        picker = self._picker(_OPEN, title, folder_of(book))
        picker.appendFilter("表格文件", _TABLES)
        picker.appendFilter("所有文件", "*.*")
        return _chosen(picker.getFiles()[0]) if picker.execute() == _OK else None

    def choose_target(self, book: xw.Book, title: str, proposal: Path) -> Path | None:
        """Let the clerk choose where a new workbook goes; None where she cancels."""
        del book
        picker = self._picker(_SAVE, title, proposal.parent)
        picker.appendFilter("Excel 工作簿", "*.xlsx")
        picker.setDefaultName(proposal.name)
        return _chosen(picker.getFiles()[0]) if picker.execute() == _OK else None

    def ask(self, book: xw.Book, question: str, proposal: str = "") -> str | None:
        """Let the clerk type an answer; None where she cancels."""
        return _typed(self._office, book.app.impl.window, question, proposal)

    def show_page(self, page: Path) -> None:
        """Show a page of help in a browser."""
        webbrowser.open(page.resolve().as_uri())

    def copy_text(self, text: str) -> bool:
        """Put a text on the clipboard; False where it cannot be reached."""
        try:
            self._office.copy_text(text)
        except Exception:  # of UNO: whoever asked shows the text
            return False
        return True

    def _picker(self, kind: int, title: str, folder: Path) -> Any:
        picker = self._office.service("com.sun.star.ui.dialogs.FilePicker")
        picker.initialize((kind,))
        picker.setTitle(title)
        picker.setDisplayDirectory(url_of(folder))
        return picker


def _chosen(url: str) -> Path:
    return Path(load_uno().fileUrlToSystemPath(url))


# --- a box with a line to type in -----------------------------------------------------------------

_WIDTH, _MARGIN, _LINE = 240, 8, 10
"""In LibreOffice's units of dialogs: a character is about 4 wide, a hanzi 8."""
_HANZI_A_LINE = 26
_PUSH_OK, _PUSH_CANCEL = 1, 2
_POSITION = 3  # com.sun.star.awt.PosSize: X and Y


def _typed(office: ClerksOffice, parent: Any, question: str, proposal: str) -> str | None:
    model = office.service("com.sun.star.awt.UnoControlDialogModel")
    height = _LINE * sum(1 + len(line) // _HANZI_A_LINE for line in question.split("\n"))
    below, inner = height + 2 * _MARGIN, _WIDTH - 2 * _MARGIN
    _place(model, _WIDTH, below + 46, Title=TAB)
    for kind, name, where, facts in (
        ("FixedText", "question", (_MARGIN, _MARGIN, inner, height),
         {"Label": question, "MultiLine": True, "NoLabel": True}),
        ("Edit", "answer", (_MARGIN, below, inner, 14), {"Text": proposal}),
        ("Button", "ok", (_WIDTH - 108, below + 24, 46, 14),
         {"Label": "确定", "PushButtonType": _PUSH_OK, "DefaultButton": True}),
        ("Button", "cancel", (_WIDTH - 54, below + 24, 46, 14),
         {"Label": "取消", "PushButtonType": _PUSH_CANCEL}),
    ):  # fmt: skip
        part = model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        part.PositionX, part.PositionY = where[:2]
        _place(part, *where[2:], **facts)
        model.insertByName(name, part)
    dialog = office.service("com.sun.star.awt.UnoControlDialog")
    dialog.setModel(model)
    dialog.createPeer(office.service("com.sun.star.awt.Toolkit"), parent)
    _centre(dialog, parent)
    try:
        return str(dialog.getControl("answer").Text) if dialog.execute() == _OK else None
    finally:
        dialog.dispose()


def _centre(dialog: Any, parent: Any) -> None:
    box, window = dialog.PosSize, parent.PosSize
    left = window.X + max(0, (window.Width - box.Width) // 2)
    top = window.Y + max(0, (window.Height - box.Height) // 3)
    dialog.setPosSize(left, top, 0, 0, _POSITION)


def _place(part: Any, width: int, height: int, **facts: object) -> None:
    part.Width, part.Height = width, height
    for name, value in facts.items():
        setattr(part, name, value)


# --- a click --------------------------------------------------------------------------------------


def press(name: str, pipe: str, door: str, pid: int) -> None:
    """Run the button with this id in the LibreOffice that waits at a pipe.

    Args:
        name: The button's id.
        pipe: Where LibreOffice lets us in.
        door: Behind which the document stands whose button was clicked.
        pid: LibreOffice's process.

    Raises:
        BangdaiError: LibreOffice cannot be reached: it tells the clerk itself.
    """
    button = find_button(name)
    office = _office(pipe, pid)
    app, apps = ClerksApp(office, office.document(door)), engine().impl.apps
    apps.bring_forward(app)
    engine().activate()
    try:
        book = with_retries(xw.Book(impl=app.books.active))
        press_button(button, book, ClerksHost(office), log_file())
    finally:
        apps.forget(app)
