"""A LibreOffice with windows on a screen of its own, our extension in it, as a clerk has it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from addin.hosts.calc.extension.build import IDENTIFIER, extension
from addin.hosts.calc.office import Office, properties, struct, url_of

SIZE = "1366x768x24"
"""A township's screen."""


class Screen:
    """An X server that draws into memory."""

    def __init__(self, size: str = SIZE) -> None:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = f":{told.readline().strip()}"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class ClerksDesktop(Office):
    """That LibreOffice, and what a clerk does in it.

    Args:
        command: The program that is the helper.
        environment: Variables LibreOffice, and so the helper, is started with.
    """

    def __init__(self, command: Path, **environment: str) -> None:
        self.screen = Screen()
        self.command = command
        self._environment = environment
        super().__init__()

    def _started(self, program: Path) -> subprocess.Popen[bytes]:
        where = f"-env:UserInstallation={self._profile.as_uri()}"
        package = self._profile / "bangdai.oxt"
        package.write_bytes(extension([str(self.command)]))
        unopkg = program.resolve().with_name("unopkg")
        subprocess.run([*AS_A_USER, unopkg, "add", "-s", where, package], check=True)
        environment = {
            **os.environ, "DISPLAY": self.screen.name, "SAL_USE_VCLPLUGIN": "gen",
            "LC_ALL": "C.UTF-8", **self._environment,
        }  # fmt: skip
        options = ["--norestore", "--nologo", "--nodefault", "--nofirststartwizard"]
        return subprocess.Popen(
            [program, where, *options, f"--accept=pipe,name={self._pipe};urp;"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def stop(self) -> None:
        super().stop()
        self.screen.stop()

    # --- what the clerk sees ---

    def picture(self, target: Path) -> Path:
        """Draw the screen."""
        command = ["import", "-display", self.screen.name, "-window", "root", target]
        subprocess.run(command, check=True)
        return target

    def box(self) -> Box | None:
        """Return the box in front, if there is one."""
        toolkit = self.service("com.sun.star.awt.Toolkit")
        for number in range(toolkit.getTopWindowCount()):
            with suppress(Exception):  # it has gone meanwhile
                window = toolkit.getTopWindow(number).AccessibleContext
                if window.AccessibleRole not in _MAIN_WINDOWS and _is_shown(window):
                    return Box(window)
        return None

    def toolbar(self, frame: Any, url: str) -> list[str]:
        """Return what stands on the buttons of a toolbar, from left to right; [] if it is not shown."""
        if not frame.LayoutManager.isElementVisible(url):
            return []
        bar = frame.LayoutManager.getElement(url).getRealInterface().AccessibleContext
        return [part.AccessibleName for part in _parts(bar) if part.AccessibleRole == _BUTTON]

    def menu(self, frame: Any, name: str) -> dict[str, list[str]]:
        """Return the entries of one of our menus by its submenus."""
        window = frame.ContainerWindow.AccessibleContext
        bar = next(part for part in _parts(window) if part.AccessibleRole == _MENU_BAR)
        ours = next(menu for menu in _children(bar) if menu.AccessibleName == name)
        return {
            group.AccessibleName: [entry.AccessibleName for entry in _children(group)]
            for group in _children(ours)
        }

    def clipboard(self) -> str:
        """Return the text on the clipboard."""
        clipboard = self.service("com.sun.star.datatransfer.clipboard.SystemClipboard")
        contents = clipboard.getContents()
        for flavor in contents.getTransferDataFlavors():
            if flavor.MimeType == "text/plain;charset=utf-16":
                return str(contents.getTransferData(flavor))
        raise AssertionError("there is no text on the clipboard")

    # --- what the clerk does ---

    def open(self, path: Path, **how: Any) -> Any:
        """Open a workbook and return UNO's document."""
        return self.desktop.loadComponentFromURL(url_of(path), "_blank", 0, properties(**how))

    def fill_screen(self, document: Any) -> None:
        """Make the window as large as the screen."""
        width, height, _ = map(int, SIZE.split("x"))
        document.CurrentController.Frame.ContainerWindow.setPosSize(0, 0, width, height, _ALL)
        time.sleep(1)

    def wait_for_box(self, seconds: float = 120) -> Box:
        """Return the box in front once there is one and it is drawn."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if box := self.box():
                time.sleep(1)
                return box
            time.sleep(0.05)
        raise AssertionError(f"no box within {seconds} s")

    def close_all_but(self, document: Any) -> None:
        """Close every other workbook without saving, as the tests know it is made."""
        components = self.desktop.Components.createEnumeration()
        while components.hasMoreElements():
            component = components.nextElement()
            if component != document and hasattr(component, "Sheets"):
                component.close(True)

    def type(self, document: Any, text: str) -> None:
        """Type into the selected cell without ending the entry."""
        document.CurrentController.Frame.ContainerWindow.setFocus()
        document.CurrentController.Frame.ComponentWindow.setFocus()
        time.sleep(0.3)
        environment = {**os.environ, "DISPLAY": self.screen.name}
        subprocess.run(["xdotool", "type", text], env=environment, check=True)
        time.sleep(0.3)

    def end_helper(self) -> None:
        """End the helper as an out-of-memory killer would."""
        for process in psutil.Process(self.pid).children(recursive=True):
            if "helper_that_day" in " ".join(process.cmdline()):
                process.kill()  # LibreOffice, whose child it is, takes note of it

    def click(self, document: Any, name: str) -> None:
        """Click a button: what toolbar and menu do, too, is to dispatch its address."""
        frame = document.CurrentController.Frame
        url = struct("util.URL", Complete=f"{IDENTIFIER}:{name}")
        _, url = self.service("com.sun.star.util.URLTransformer").parseStrict(url)
        frame.queryDispatch(url, "_self", 0).dispatch(url, ())

    def press(self, document: Any, name: str, *answers: str, seconds: float = 300) -> list[str]:
        """Click a button, answer what is asked, and return what was said.

        Args:
            document: UNO's document.
            name: The button's id.
            answers: The texts typed into boxes that have room for one, in order.
            seconds: How long it may take.
        """
        self.click(document, name)
        return self.follow(document, *answers, seconds=seconds)

    def follow(self, document: Any, *answers: str, seconds: float = 300) -> list[str]:
        """Answer boxes until the window is the clerk's again; return what they said."""
        left, said, until = [*answers], [], time.monotonic() + seconds
        window = document.CurrentController.Frame.ContainerWindow
        while True:
            if time.monotonic() > until:
                raise AssertionError(f"no end after {seconds} s; so far: {said}")
            if box := self.box():
                if box.text is not None:
                    said.append(box.text)
                if box.has_line and left:
                    box.type(left.pop(0))
                box.agree()
                box.wait_gone()
            elif window.isEnabled():
                return said
            else:
                time.sleep(0.1)  # looking takes LibreOffice's time


class Box:
    """A box the clerk is asked by."""

    def __init__(self, window: Any) -> None:
        self._window = window
        self._parts = [*_parts(window)]

    @property
    def text(self) -> str | None:
        """What it says."""
        labels = [part.AccessibleName for part in self._parts if part.AccessibleRole in _LABELS]
        return max(labels, key=len, default=None)

    @property
    def has_line(self) -> bool:
        """Whether there is a line to type in."""
        return self._line is not None

    @property
    def _line(self) -> Any:
        editable = [part for part in self._parts if part.AccessibleStateSet.contains(_EDITABLE)]
        return next((part for part in reversed(editable) if hasattr(part, "setText")), None)

    def type(self, text: str) -> None:
        """Type into its line."""
        self._line.setText(text)

    def agree(self) -> None:
        """Click what agrees."""
        self.choose("确定", "是", "OK", "Yes", "Save", "Open", "Select")

    def choose(self, *names: str) -> None:
        """Click a button by one of its names."""
        for part in self._parts:
            if part.AccessibleName.partition("(")[0] in names and hasattr(
                part, "doAccessibleAction"
            ):
                part.doAccessibleAction(0)
                return
        raise AssertionError(f"no button {names}: {[part.AccessibleName for part in self._parts]}")

    def wait_gone(self, seconds: float = 10) -> None:
        """Wait until it is closed."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not _is_shown(self._window):
                return
            time.sleep(0.02)


def _is_shown(window: Any) -> bool:
    with suppress(Exception):  # of UNO: it is disposed of
        return bool(window.AccessibleStateSet.contains(_SHOWING))
    return False


def _parts(context: Any, depth: int = 0) -> Iterator[Any]:
    yield context
    for child in _children(context) if depth < 8 else ():
        yield from _parts(child, depth + 1)


def _children(context: Any) -> Iterator[Any]:
    for number in range(min(context.getAccessibleChildCount(), 40)):
        child = context.getAccessibleChild(number)
        if child is not None:
            yield child.getAccessibleContext()


_MAIN_WINDOWS = (21, 49)  # com.sun.star.accessibility.AccessibleRole: FRAME, ROOT_PANE
_BUTTON, _MENU_BAR = 44, 35  # PUSH_BUTTON, MENU_BAR
_LABELS = (30, 86)  # LABEL, STATIC
_ALL = 15  # com.sun.star.awt.PosSize
_EDITABLE, _SHOWING = 6, 25  # com.sun.star.accessibility.AccessibleStateType

AS_A_USER = ("unshare", "--user") if os.geteuid() == 0 else ()
"""unopkg refuses root."""
