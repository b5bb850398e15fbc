"""The clicks of all windows: one button works at a time, each for the window it was clicked in."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from addin.buttons import Button, find_button
from addin.hosts.press import press_button, write_down
from addin.hosts.wps.channel import Channel
from addin.hosts.wps.conversation import Conversation, PressBroken
from addin.hosts.wps.engine import pressed_book
from addin.hosts.wps.gate import refusal
from addin.hosts.wps.host import WpsHost
from validators.errors import BangdaiError
from workbooks.ooxml.addresses import WORKSHEET_ROWS

_REPLY_SECONDS: Final = 20.0
_REMEMBERED: Final = 8
_HALF_WRITTEN: Final = "上一次点击中断，内容可能只写了一部分，已无法恢复原状。请不要保存，关闭工作簿后重新打开，再点一次。"
_BROKEN: Final = (
    "上一次点击中断，写到一半的内容已恢复原状。已写完的可点“撤销上一步”，其他的请再点一次。"
)

Text = Annotated[str, Field(max_length=1_000)]


class BookFacts(BaseModel):
    """The workbook of a click."""

    name: Text
    fullname: Text
    date1904: bool = False
    rows: int = WORKSHEET_ROWS


class AppFacts(BaseModel):
    """The program of a click."""

    version: Text = ""
    spills: bool = False


class Click(BaseModel):
    """A click on a button; `broken` names an earlier press of the window that wrote and never ended."""

    window: Text
    button: Text
    book: BookFacts
    app: AppFacts = AppFacts()
    broken: Text = ""


class Answer(BaseModel):
    """What came of a batch of operations; no results ask for what comes next."""

    press: Text
    seq: int
    results: list[dict[str, Any]] | None = None


class Window(BaseModel):
    """A loaded add-in."""

    window: Text


class Broken(BaseModel):
    """A press whose page goes away."""

    press: Text


class Presses:
    """The clicks of all windows, one at a time.

    Args:
        log: Where errors are written down.
        clock: Tells the time in seconds.
    """

    def __init__(self, log: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock, self._lock = log, clock, threading.Lock()
        self._known: dict[str, Conversation] = {}
        self._current: tuple[Conversation, Button] | None = None
        self._windows: Counter[str] = Counter()
        self._active = clock()

    @property
    def busy(self) -> bool:
        """Whether a button works."""
        return self._current is not None

    @property
    def n_windows(self) -> int:
        """How many windows hold their line."""
        return len(self._windows)

    def idle(self) -> float:
        """Return for how many seconds nothing was going on."""
        return 0.0 if self.busy or self._windows else self._clock() - self._active

    def press(self, click: Click) -> dict[str, Any]:
        """Begin a press, or go on with a broken one of the same window; return the first message."""
        try:
            button = find_button(click.button)
        except BangdaiError as error:
            return refusal(str(error))
        earlier = self._known.get(click.broken)
        if click.broken and (earlier is None or earlier.gone):
            return refusal(_HALF_WRITTEN)
        with self._lock:
            if self._current is not None:
                conversation, working = self._current
                mine = conversation.window == click.window
                if not (mine and conversation.take_up()):
                    return refusal(_busy_with(working, conversation, mine=mine))
            else:
                conversation = self._started(button, click)
        return conversation.reply(_REPLY_SECONDS)

    def _started(self, button: Button, click: Click) -> Conversation:
        conversation = Conversation(click.window, self._clock)
        self._known[conversation.id] = conversation
        for old in [*self._known][:-_REMEMBERED]:
            del self._known[old]
        self._current = conversation, button
        threading.Thread(
            target=self._run, args=(button, conversation, click), name=button.id, daemon=True
        ).start()
        return conversation

    def _run(self, button: Button, conversation: Conversation, click: Click) -> None:
        message, log, channel = None, self._log, Channel(conversation)
        try:
            book = pressed_book(channel, click.book.model_dump(), click.app.model_dump())
            press_button(button, book, WpsHost(channel), log)
            channel.flush()
        except PressBroken:
            message = _BROKEN
            with suppress(BaseException):  # the settings; the window may be gone for good
                channel.flush()
        except BaseException as error:  # the thread must not end without a word
            write_down(log, button.id, error)
            message = f"“{button.label}”未完成，请再点一次；仍未解决的，请把 {log} 发给技术人员。"
        with self._lock:
            self._current, self._active = None, self._clock()
        conversation.finish(message)

    def answer(self, answer: Answer) -> dict[str, Any]:
        """Take results, and return the next message."""
        conversation = self._known.get(answer.press)
        if conversation is None:
            return refusal("本次操作已结束，请重新点一次按钮。")
        if answer.results is not None and not conversation.answer(answer.seq, answer.results):
            return refusal("本次操作已中断，请重新点一次按钮。")
        return conversation.reply(_REPLY_SECONDS)

    def cancel(self, press: str) -> None:
        """Note that the page of a press goes away."""
        if conversation := self._known.get(press):
            conversation.interrupt()

    def come(self, window: str) -> None:
        """Note that a window holds its line."""
        self._windows[window] += 1

    def leave(self, window: str) -> None:
        """Note that a window's line broke off: its press ends."""
        self._windows[window] -= 1
        if self._windows[window] > 0:
            return
        del self._windows[window]
        self._active = self._clock()
        if self._current and self._current[0].window == window:
            self._current[0].leave()


def _busy_with(button: Button, conversation: Conversation, *, mine: bool) -> str:
    if not mine:
        return f"另一个 WPS 窗口正在执行“{button.label}”，本次点击未执行；请等它完成后再点一次。"
    if conversation.waits_for_clerk:
        return (
            f"“{button.label}”正在等待回答，本次点击未执行；请先在它的窗口中选择，"
            "找不到该窗口的，再点一次即可放弃。"
        )
    return f"“{button.label}”正在执行，本次点击未执行；请等它完成后再点一次。"
