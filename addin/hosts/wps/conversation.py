"""One click's conversation: a button's thread asks, messages of the add-in carry the answers."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from addin.hosts.wps.operations import ErrorKind, Operation
from validators.errors import BangdaiError

_PATIENCE: Final = 120.0
"""Seconds an answer may take that needs no clerk; a batch over 10,000 rows takes a few."""
_UNTIL_TAKEN_UP: Final = 900.0
"""Seconds a broken press waits for the same window's next one."""
_QUIET: Final = 15.0
"""Seconds without a word after which the page that should answer counts as gone."""

Result = Mapping[str, Any]
"""`{"value": …}` or `{"error": {"kind": …, "message": …}}`."""
Message = dict[str, Any]


class WpsGone(BangdaiError):
    """WPS was closed, or does not answer any more: nothing can be said to it."""

    def __init__(self) -> None:
        super().__init__("WPS 已关闭或不再响应，操作中断", "请重新打开工作簿，核对内容后再点一次")

    def __reduce__(self) -> tuple[type[WpsGone], tuple[()]]:
        return type(self), ()


class PressBroken(BaseException):
    """The page that answered is gone, but its window may come back; what is written is taken back.

    It is no `Exception`: what may fail without harm must not go on as if it merely had failed.
    """


class Conversation:
    """What is said about one click.

    Args:
        window: The loaded add-in the click came from.
        clock: Tells the time in seconds.

    Attributes:
        id: Its name in the messages.
        over: Whether the button is done.
    """

    def __init__(self, window: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.id, self.window, self.over = secrets.token_hex(16), window, False
        self._changed, self._clock = threading.Condition(), clock
        self._seq = 0
        self._batch: tuple[Operation, ...] = ()
        self._results: Sequence[Result] | None = ()  # None while a batch waits for them
        self._message: str | None = None
        self._broken = self._waits_for_page = self._gone = self._warned = False
        self._heard = clock()

    # --- the button's thread ---------------------------------------------------------------------

    def ask(self, operations: Sequence[Operation]) -> Sequence[Result]:
        """Have a batch of operations executed and return their results.

        Raises:
            PressBroken: The page that should answer is gone; the next batch waits for another one.
            WpsGone: The window is gone, or does not answer.
        """
        with self._changed:
            self._seq += 1
            self._batch, self._results, self._warned = (*operations,), None, False
            self._changed.notify_all()
            until = self._clock() + self._patience(operations)
            while self._results is None:
                if self._gone or self._clock() >= until:
                    self._gone, self._results = True, ()
                    raise WpsGone
                if self._broken:
                    self._broken, self._waits_for_page, self._results = False, True, ()
                    self._changed.notify_all()
                    raise PressBroken
                self._changed.wait(min(1.0, until - self._clock()))
            return self._results

    def _patience(self, operations: Sequence[Operation]) -> float:
        if any(operation.asks for operation in operations):
            return float("inf")
        return _UNTIL_TAKEN_UP if self._waits_for_page else _PATIENCE

    def finish(self, message: str | None = None) -> None:
        """End it; `message` is shown by the add-in."""
        with self._changed:
            self.over, self._message = True, message
            self._changed.notify_all()

    # --- the add-in's messages -------------------------------------------------------------------

    def reply(self, seconds: float) -> Message:
        """Return what comes after the last answer, waiting for it for some seconds."""
        with self._changed:
            self._heard = self._clock()
            self._changed.wait_for(lambda: self.over or self._results is None, seconds)
            self._heard = self._clock()
            if self._results is None and not self.over:
                asked = [operation.to_json() for operation in self._batch]
                return {"kind": "ask", "press": self.id, "seq": self._seq, "operations": asked}
            if self.over:
                return {"kind": "done", "press": self.id, "message": self._message}
            return {"kind": "wait", "press": self.id, "seq": self._seq}

    def answer(self, seq: int, results: Sequence[Result]) -> bool:
        """Take the results of a batch; False where nobody waits for them."""
        with self._changed:
            if self.over or self._results is not None or seq != self._seq:
                return False
            wanted = len(self._batch)
            if len(results) != wanted:
                told = f"{len(results)} results of {wanted} operations"
                results = [{"error": {"kind": ErrorKind.FAILED, "message": told}}] * wanted
            self._results, self._waits_for_page = results, False
            self._changed.notify_all()
            return True

    def interrupt(self) -> None:
        """Have a batch that waits for its answer fail: the page that had it is gone."""
        with self._changed:
            if self._results is None and not self._waits_for_page:
                self._broken = True
                self._changed.notify_all()

    def leave(self) -> None:
        """Have everything fail from now on: the window is gone."""
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def take_up(self) -> bool:
        """Let a new press of the same window go on with this one; False while it is under way.

        A batch that WPS should have answered long ago has been left. So has, at the second attempt,
        a question the clerk does not see any more.
        """
        with self._changed:
            if not (self._broken or self._waits_for_page) and not self._is_left():
                self._warned = True
                return False
            self.interrupt()
            self._changed.wait_for(lambda: self._waits_for_page or self.over, 5)
            return not self.over

    def _is_left(self) -> bool:
        """Tell whether the page that should answer seems to be gone."""
        if self.over or self._results is not None:
            return False
        if any(operation.asks for operation in self._batch):
            return self._warned
        return self._clock() - self._heard >= _QUIET

    @property
    def waits_for_clerk(self) -> bool:
        """Whether a question of its stands unanswered."""
        with self._changed:
            asking = any(operation.asks for operation in self._batch)
            return asking and self._results is None and not self.over
