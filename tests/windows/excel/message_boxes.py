"""Read message boxes and click them away, as a clerk would."""

from __future__ import annotations

import ctypes
import threading
import time
from ctypes import wintypes

import win32con
import win32gui

_DIALOGUE = "#32770"


class MessageBoxes(threading.Thread):
    """Answers every message box on the screen.

    Attributes:
        seen: Title and text of each.
        yes: Whether a question is answered by yes.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: list[tuple[str, str]] = []
        self.yes = True

    def run(self) -> None:
        """Look for message boxes for ever."""
        answered: set[int] = set()
        while True:
            open_now = _dialogues()
            answered &= set(open_now)
            for window in open_now:
                if window not in answered:
                    answered.add(window)
                    self._answer(window)
            time.sleep(0.05)

    def _answer(self, window: int) -> None:
        parts: list[tuple[str, str]] = []
        win32gui.EnumChildWindows(
            window,
            lambda child, _: parts.append((win32gui.GetClassName(child), _text(child))),
            None,
        )
        words = next((text for kind, text in parts if kind.lower() == "static" and text), "")
        self.seen.append((_text(window), words))
        question = win32gui.GetDlgItem(window, win32con.IDYES) if _has_yes(window) else 0
        button = (win32con.IDYES if self.yes else win32con.IDNO) if question else win32con.IDOK
        win32gui.PostMessage(window, win32con.WM_COMMAND, button, 0)


def _dialogues() -> list[int]:
    found: list[int] = []

    def look(window: int, _: object) -> bool:
        if win32gui.GetClassName(window) == _DIALOGUE and win32gui.IsWindowVisible(window):
            found.append(window)
        return True

    try:
        win32gui.EnumWindows(look, None)
    except win32gui.error:  # one went away meanwhile
        return []
    return found


def _has_yes(window: int) -> bool:
    try:
        return bool(win32gui.GetDlgItem(window, win32con.IDYES))
    except win32gui.error:
        return False


def _text(window: int) -> str:
    """Return a window's text; of another process's only a message tells it."""
    buffer = ctypes.create_unicode_buffer(8_192)
    send = ctypes.windll.user32.SendMessageW
    send(wintypes.HWND(window), win32con.WM_GETTEXT, len(buffer), buffer)
    return buffer.value
