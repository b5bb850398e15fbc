"""The half of 导师帮带 that runs inside LibreOffice, in LibreOffice's own Python.

It needs nothing but the standard library of Python 3.8 and newer, and does little: it starts the
helper in the environment where bangdai is installed, hands on presses and formulas, and puts
LibreOffice back in order if the helper is gone before a press is done.
"""

from __future__ import annotations

import itertools
import json
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

import uno
import unohelper
from cn.bangdai import XFormulas
from com.sun.star.bridge import XInstanceProvider
from com.sun.star.datatransfer import DataFlavor, XTransferable
from com.sun.star.frame import FeatureStateEvent, XDispatch, XDispatchProvider, XTerminateListener
from com.sun.star.lang import Locale, XInitialization, XServiceInfo, XServiceName
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames
from com.sun.star.task import XJobExecutor

TITLE = "导师帮带"
NOT_STARTED = "导师帮带未启动"
"""What a formula begins with that has no result; 公式转为数值 knows it."""

FORMULAS_SERVICE, BUTTONS_SERVICE = "cn.bangdai.Formulas", "cn.bangdai.Buttons"
AGAIN = "请在终端运行 bangdai calc install 后重新打开 LibreOffice"
PATIENCE_AFTER_FAILURE = 30.0
"""Seconds before a helper that did not start is tried again: a sheet has hundreds of formulas."""
SLOTS = 16
"""How many large arguments the helper keeps, so that they cross to it once."""
LARGE = 8
"""Rows from which on an argument is kept."""

FOLDER = Path(__file__).parent
SETTINGS = json.loads((FOLDER / "settings.json").read_text(encoding="utf-8"))


def told(problem: str, todo: str) -> str:
    """Return a sentence for the clerk."""
    return f"{problem}。{todo}。"


class HelperGone(Exception):
    """The helper did not start, or ended before it answered."""


class Helper:
    """One process of the environment where bangdai is installed.

    Raises:
        HelperGone: It cannot be started.
    """

    def __init__(self) -> None:
        command = SETTINGS.get("command")
        if not command:
            raise HelperGone(told("尚未写明本工具所在的 Python 环境", AGAIN))
        if not os.access(command[0], os.X_OK):
            raise HelperGone(told(f"本工具所在的 Python 环境 {command[0]} 已不存在", AGAIN))
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                cwd=str(Path.home()),
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError as error:
            raise HelperGone(told(f"本工具无法启动（{error}）", AGAIN)) from error
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._writing = threading.Lock()
        self._waiting: dict[int, tuple[threading.Event, list[Any]]] = {}
        self._number = 0
        self._kept: dict[tuple[Any, ...], int] = {}
        self.doors = Doors()
        self._pipe, self._bridge = "", cast("Any", None)
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def ask(self, **request: Any) -> Any:
        """Send a request and return the answer.

        Raises:
            HelperGone: The helper ended before it answered.
        """
        answered, answer = threading.Event(), cast("Any", [])
        with self._writing:
            self._number += 1
            number = self._number
            self._waiting[number] = (answered, answer)
            if "arguments" in request:
                request["arguments"] = [self._packed(value) for value in request["arguments"]]
            self._send({"number": number, **request})
        try:
            while not answered.wait(0.5):
                if not self.running:
                    answered.wait(0.5)
                    break
        finally:
            self._waiting.pop(number, None)
        if not answer:
            raise HelperGone(told("本工具的程序中途退出", "请重试；仍未解决的，请联系维护人员"))
        return answer[0]

    def _packed(self, value: Any) -> dict[str, Any]:
        """Return an argument as it crosses: a large one only once, then by its number."""
        if not isinstance(value, tuple):
            return {"value": value}
        if len(value) < LARGE:
            return {"rows": value}
        slot = self._kept.pop(value, None)
        if slot is not None:
            self._kept[value] = slot  # used last
            return {"slot": slot}
        full = len(self._kept) == SLOTS
        slot = self._kept.pop(next(iter(self._kept))) if full else len(self._kept)
        self._kept[value] = slot
        return {"slot": slot, "rows": value}

    def _send(self, message: dict[str, Any]) -> None:
        try:
            self._requests.write(json.dumps(message).encode("ascii") + b"\n")
            self._requests.flush()
        except OSError:  # it has ended: whoever waits finds out
            pass

    def _read(self) -> None:
        for line in cast("IO[bytes]", self._process.stdout):
            message = json.loads(line)
            waiting = self._waiting.get(message["number"])
            if waiting:
                waiting[1].append(message["answer"])
                waiting[0].set()

    @property
    def inside(self) -> bool:
        """Whether it has come in."""
        return self._bridge is not None

    def let_in(self, context: Any) -> str:
        """Return the pipe by which the helper comes in; it is opened once, for one to come."""
        if not self._pipe:
            self._pipe = f"bangdai{secrets.token_hex(16)}"
            self.doors.things.update(context=context, clipboard=Clipboard(context))
            threading.Thread(target=self._accept, args=(context,), daemon=True).start()
        return self._pipe

    def _accept(self, context: Any) -> None:
        acceptor = _service(context, "com.sun.star.connection.Acceptor")
        connection = acceptor.accept(f"pipe,name={self._pipe}")
        acceptor.stopAccepting()
        bridges = _service(context, "com.sun.star.bridge.BridgeFactory")
        self._bridge = bridges.createBridge("", "urp", connection, self.doors)

    def stop(self) -> None:
        """Let the process end by itself."""
        with suppress(OSError):
            self._requests.close()


def _environment() -> dict[str, str]:
    """Return the environment of the helper: LibreOffice's Python is not its own."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME")
    }
    return {**environment, "BANGDAI_UNO": uno.__file__, "PYTHONUTF8": "1"}


class Helpers:
    """The helper of this LibreOffice, started when it is first needed and again when it has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._helper: Helper | None = None
        self._failed = (0.0, "")

    def get(self, *, again: bool = False) -> Helper:
        """Return a running helper.

        Args:
            again: Try even if it has failed a moment ago.

        Raises:
            HelperGone: It cannot be started.
        """
        with self._lock:
            if self._helper is not None and self._helper.running:
                return self._helper
            failed_at, why = self._failed
            if why and not again and time.monotonic() - failed_at < PATIENCE_AFTER_FAILURE:
                raise HelperGone(why)
            try:
                self._helper = Helper()
            except HelperGone as problem:
                self._failed = (time.monotonic(), str(problem))
                raise
            return self._helper

    def ended(self, why: HelperGone) -> None:
        """Remember that it ended without an answer, so that the next formula does not wait."""
        self._failed = (time.monotonic(), str(why))

    def stop(self) -> None:
        """Let it end."""
        if self._helper is not None:
            self._helper.stop()


HELPERS = Helpers()


class _AtTheEnd(unohelper.Base, XTerminateListener):
    """Lets the helper end with LibreOffice."""

    def queryTermination(self, event: Any) -> None:
        """Agree."""

    def notifyTermination(self, event: Any) -> None:
        """Let the helper end."""
        HELPERS.stop()

    def disposing(self, event: Any) -> None:
        """Do nothing."""


# --- buttons --------------------------------------------------------------------------------------


class Doors(unohelper.Base, XInstanceProvider):
    """What the helper may ask for by name."""

    def __init__(self) -> None:
        self.things: dict[str, Any] = {}

    def getInstance(self, name: str) -> Any:
        """Return a thing."""
        return self.things.get(name)


class Clipboard(unohelper.Base, XJobExecutor):
    """Puts a text on the clipboard, where it stays when the helper is gone."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def trigger(self, text: str) -> None:
        """Put it there."""
        clipboard = _service(self._context, "com.sun.star.datatransfer.clipboard.SystemClipboard")
        clipboard.setContents(CopiedText(text), None)


class CopiedText(unohelper.Base, XTransferable):
    """A text as the clipboard takes it."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._flavor = DataFlavor(
            "text/plain;charset=utf-16", "Unicode-Text", uno.getTypeByName("string")
        )

    def getTransferData(self, flavor: Any) -> str:
        """Return the text."""
        return self._text

    def getTransferDataFlavors(self) -> tuple[Any, ...]:
        """Return that it is text."""
        return (self._flavor,)

    def isDataFlavorSupported(self, flavor: Any) -> bool:
        """Tell whether text is asked for."""
        return bool(flavor.MimeType == self._flavor.MimeType)


_CONTENTS = 1 | 2 | 4 | 16
"""com.sun.star.sheet.CellFlags: values, days, texts and formulas."""


def _empty_others(sheet: Any, filled: tuple[Any, ...]) -> None:
    """Empty the cells of a sheet outside some areas."""
    left = sheet.queryContentCells(_CONTENTS)
    left.removeRangeAddresses(filled)
    if left.Count:
        locked = sheet.isProtected()
        if locked:
            sheet.unprotect("")
        left.clearContents(_CONTENTS)
        if locked:
            sheet.protect("")


_NUMBERS = itertools.count(1)
"""Of presses: a bridge takes equal names for the same thing."""


class Press:
    """One press of a button in the document of a frame."""

    current: Press | None = None
    """The one that is going on: there is one at a time."""

    def __init__(self, context: Any, frame: Any, name: str) -> None:
        self._context, self._frame, self._name = context, frame, name
        self._label = SETTINGS["buttons"].get(name, name)
        self._document = frame.Controller.Model

    def start(self) -> None:
        """Begin, and let LibreOffice's main thread go on: the helper needs it."""
        if Press.current is not None:
            self._tell(told(f"“{Press.current._label}”尚未完成", "请稍候再点"))
            return
        self._hold()
        Press.current = self
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        problem, done = "", False
        try:
            problem = self._asked().get("problem", "")
            done = True
        except HelperGone as gone:
            HELPERS.ended(gone)
            problem = f"“{self._label}”未完成：{gone}"
        except Exception as error:  # of UNO: the window may not stay held
            problem = told(
                f"“{self._label}”未完成（{error}）", "请重试；仍未解决的，请联系维护人员"
            )
        _quietly(self._show)  # first: what is held back does not count as changed
        _quietly(lambda: self._put_in_order(keep=done))
        if problem:
            _quietly(lambda: self._tell(problem))
        Press.current = None
        _quietly(lambda: self._frame.ContainerWindow.setEnable(True))

    def _asked(self) -> dict[str, str]:
        """Have the helper come in and do it."""
        helper = HELPERS.get(again=True)
        door = f"document{next(_NUMBERS)}"
        helper.doors.things[door] = self._document
        try:
            pipe = helper.let_in(self._context)
            request = {"press": self._name, "pipe": pipe, "door": door, "pid": os.getpid()}
            return cast("dict[str, str]", helper.ask(**request))
        finally:
            helper.doors.things.pop(door)
            if not helper.inside:  # the next press begins anew
                helper.stop()

    # --- LibreOffice while the helper works ---

    def _hold(self) -> None:
        """Keep the clerk's hands off the document, and remember what would have to be put back."""
        sheets = self._document.Sheets
        every = [sheets.getByIndex(number) for number in range(sheets.Count)]
        self._filled = [(sheet, sheet.queryContentCells(_CONTENTS)) for sheet in every]
        self._modified = self._document.isModified()
        self._frame.ContainerWindow.setEnable(False)
        self._steps = self._document.UndoManager
        self._steps.enterUndoContext(f"{TITLE}：{self._label}")
        self._document.setModified(False)

    def _put_in_order(self, *, keep: bool) -> None:
        """End the press: nothing of it is left where the helper is gone.

        LibreOffice's own list of steps is emptied by a press that changes something, as Excel's is:
        it leaves in place what was written into empty cells. The button 撤销上一步 takes back all.
        """
        changed = self._document.isModified()
        self._steps.leaveUndoContext()
        if changed and not keep:
            self._steps.undo()
            self._steps.lock()
            for sheet, cells in self._filled:
                _empty_others(sheet, cells.RangeAddresses)
            self._steps.unlock()
        if changed:
            self._steps.clear()
        if not (changed and keep):
            self._document.setModified(self._modified)

    def _show(self) -> None:
        """Show what a helper that is gone had held back."""
        while self._document.hasControllersLocked():
            self._document.unlockControllers()

    def _tell(self, sentence: str) -> None:
        toolkit = _service(self._context, "com.sun.star.awt.Toolkit")
        kind = uno.Enum("com.sun.star.awt.MessageBoxType", "ERRORBOX")
        box = toolkit.createMessageBox(self._frame.ContainerWindow, kind, 1, TITLE, sentence)
        box.execute()
        box.dispose()


def _service(context: Any, name: str) -> Any:
    return context.ServiceManager.createInstanceWithContext(name, context)


def _quietly(step: Callable[[], object]) -> None:
    """Take a step that fails where the clerk has closed the document meanwhile."""
    with suppress(Exception):
        step()


class Buttons(unohelper.Base, XDispatchProvider, XDispatch, XInitialization, XServiceInfo):
    """Takes the addresses `cn.bangdai:NAME` of toolbar and menu."""

    def __init__(self, context: Any, *_: Any) -> None:
        self._context, self._frame = context, None
        _listen(context)

    def initialize(self, arguments: Any) -> None:
        """Take the frame."""
        if arguments:
            self._frame = arguments[0]

    def queryDispatch(self, url: Any, target: str, flags: int) -> Any:
        """Return what takes an address."""
        return self if url.Complete.startswith("cn.bangdai:") else None

    def queryDispatches(self, requests: Any) -> tuple[Any, ...]:
        """Return what takes several."""
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def dispatch(self, url: Any, arguments: Any) -> None:
        """Press a button."""
        self._finish_typing()
        Press(self._context, self._frame, url.Complete.partition(":")[2]).start()

    def _finish_typing(self) -> None:
        """Take in what stands in the cell the clerk is typing into, as Enter does."""
        helper = _service(self._context, "com.sun.star.frame.DispatchHelper")
        _quietly(lambda: helper.executeDispatch(self._frame, ".uno:AcceptFormula", "", 0, ()))

    def addStatusListener(self, listener: Any, url: Any) -> None:
        """Say that the button can be pressed."""
        state = FeatureStateEvent()
        state.FeatureURL, state.IsEnabled, state.Source = url, True, self
        listener.statusChanged(state)

    def removeStatusListener(self, listener: Any, url: Any) -> None:
        """Do nothing: the state never changes."""

    def getImplementationName(self) -> str:
        """Return the name it is registered by."""
        return BUTTONS_SERVICE

    def supportsService(self, name: str) -> bool:
        """Tell whether it is such a service."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """Return what it is."""
        return (BUTTONS_SERVICE, "com.sun.star.frame.ProtocolHandler")


_LISTENING: list[_AtTheEnd] = []


def _listen(context: Any) -> None:
    """Have the helper end with LibreOffice."""
    if not _LISTENING:
        _LISTENING.append(_AtTheEnd())
        _service(context, "com.sun.star.frame.Desktop").addTerminateListener(_LISTENING[0])


# --- formulas -------------------------------------------------------------------------------------


class Formulas(unohelper.Base, XFormulas, XAddIn, XCompatibilityNames, XServiceName, XServiceInfo):
    """Calc's functions. Their names, arguments and help stand in CalcAddIns.xcu."""

    def __init__(self, context: Any, *_: Any) -> None:
        self._locale = Locale("zh", "CN", "")
        _listen(context)

    def getProgrammaticFuntionName(self, shown: str) -> str:
        """Return the method of a formula."""
        return next((method for method, name in SETTINGS["formulas"].items() if name == shown), "")

    def getDisplayFunctionName(self, method: str) -> str:
        """Return the formula of a method."""
        return str(SETTINGS["formulas"].get(method, ""))

    def getFunctionDescription(self, method: str) -> str:
        """Return nothing: CalcAddIns.xcu says it."""
        return ""

    def getDisplayArgumentName(self, method: str, at: int) -> str:
        """Return nothing: CalcAddIns.xcu says it."""
        return ""

    def getArgumentDescription(self, method: str, at: int) -> str:
        """Return nothing: CalcAddIns.xcu says it."""
        return ""

    def getProgrammaticCategoryName(self, method: str) -> str:
        """Return Calc's category for functions that came with an extension."""
        return "Add-In"

    def getDisplayCategoryName(self, method: str) -> str:
        """Return what that is called."""
        return TITLE

    def getCompatibilityNames(self, method: str) -> tuple[Any, ...]:
        """Return the name in a file for Excel."""
        return (LocalizedName(Locale("en", "US", ""), self.getDisplayFunctionName(method)),)

    def setLocale(self, locale: Any) -> None:
        """Take a language; there is but one."""
        self._locale = locale

    def getLocale(self) -> Any:
        """Return the language."""
        return self._locale

    def getServiceName(self) -> str:
        """Return the name CalcAddIns.xcu knows it by."""
        return FORMULAS_SERVICE

    def getImplementationName(self) -> str:
        """Return the name it is registered by."""
        return FORMULAS_SERVICE

    def supportsService(self, name: str) -> bool:
        """Tell whether it is such a service."""
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        """Return what it is."""
        return (FORMULAS_SERVICE, "com.sun.star.sheet.AddIn")


def _computed(name: str, arguments: tuple[Any, ...]) -> tuple[tuple[Any, ...], ...]:
    """Return the rows a formula gives."""
    try:
        return tuple(map(tuple, HELPERS.get().ask(formula=name, arguments=arguments)))
    except HelperGone as gone:
        HELPERS.ended(gone)
        return ((f"{NOT_STARTED}：{gone}",),)


def _method(name: str) -> Callable[..., Any]:
    return lambda _, *arguments: _computed(name, arguments)


for _name, _formula in SETTINGS["formulas"].items():
    setattr(Formulas, _name, _method(_formula))

g_ImplementationHelper = unohelper.ImplementationHelper()
for _class in (Buttons, Formulas):
    _services = _class.getSupportedServiceNames(cast("Any", None))
    g_ImplementationHelper.addImplementation(_class, _services[0], _services)
