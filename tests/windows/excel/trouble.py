"""Ways in which Excel does not answer, or is not there any more."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from excel.objects import WATCH, refusal
from win32com.server.exception import COMException

_WHILE_EDITING = -2146777998
"""VBA_E_IGNORE."""
_RETRY_LATER = -2147417846
"""RPC_E_SERVERCALL_RETRYLATER: what a filter's word for it becomes; this Wine lets such calls in."""
_IS_HANDLED, _REJECTED = 0, 1
KINDS = ("editing", "rejecting", "dialogue", "failing", "closing", "vanishing", "rival")


class Trouble:
    """What goes wrong, and from when on.

    editing    every call fails, as while a cell is being edited
    rejecting  Excel's message filter rejects every call
    dialogue   it asks to try later, as while a modal dialogue is open
    failing    one call fails with 1004
    closing    the clerk closes the workbook
    vanishing  Excel ends
    rival      another Excel comes to the front

    Args:
        kind: One of these.
        seconds: How long it lasts.
        after: Calls before it begins.
        at: It begins with the first call of this member; "" for any.
        close: Closes the workbook.
    """

    def __init__(
        self, kind: str, seconds: float = 0, after: int = 0, at: str = "",
        close: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        if kind not in KINDS:
            raise ValueError(kind)
        self.kind = kind
        self.begun = 0.0
        self.hindered = 0
        self._seconds = seconds
        self._after = after
        self._at = at
        self._close = close

    def before(self, member: str) -> None:
        """Let a call fail if it is time."""
        if not self._is_on(member):
            return
        if self.kind == "editing":
            self.hindered += 1
            raise COMException(description="", source="", scode=_WHILE_EDITING)
        if self.kind == "failing":
            self._seconds = -1
            raise refusal("应用程序定义或对象定义错误")
        if self.kind == "closing":
            self._seconds = -1
            self._close()
        if self.kind == "vanishing":
            os._exit(1)

    def answer_of_filter(self) -> int:
        """Return what the message filter says of a call that comes in."""
        if self.kind != "rejecting" or not self._lasts():
            return _IS_HANDLED
        self.hindered += 1
        return _REJECTED

    def refusing(self) -> int:
        """Return the HRESULT by which a call is refused at once, 0 for none."""
        if self.kind != "dialogue" or not self._lasts():
            return 0
        self.hindered += 1
        return _RETRY_LATER

    def _is_on(self, member: str) -> bool:
        if not self.begun:
            due = WATCH.calls.total() > self._after and self._at in ("", member)
            if due:
                self.begun = time.monotonic()
                if self.kind == "rival":
                    _come_in_front(self._seconds)
        return self._lasts()

    def _lasts(self) -> bool:
        if not self.begun:
            return False
        if self.kind in {"failing", "closing", "vanishing"}:
            return self._seconds >= 0
        return time.monotonic() - self.begun < self._seconds


class _None:
    """No trouble."""

    def before(self, member: str) -> None:
        """Do nothing."""

    def answer_of_filter(self) -> int:
        """Let every call in."""
        return _IS_HANDLED

    def refusing(self) -> int:
        """Refuse none."""
        return 0


NOW: list[Any] = [_None()]
"""The present trouble, or that there is none."""


def end_trouble() -> None:
    """Let everything work again."""
    NOW[0] = _None()


def _come_in_front(seconds: float) -> None:
    other = subprocess.Popen(
        [sys.executable, "-m", "excel.rival", str(seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    other.stdout.readline()


# --- the message filter ---

_D, _P = ctypes.c_uint32, ctypes.c_void_p
_METHODS = [
    ((_D, _P, _P, _P), lambda this, iid, out: _itself(this, out)),  # QueryInterface
    ((_D, _P), lambda this: 1),
    ((_D, _P), lambda this: 1),
    ((_D, _P, _D, _P, _D, _P), lambda *_: NOW[0].answer_of_filter()),  # HandleInComingCall
    ((_D, _P, _P, _D, _D), lambda *_: 0xFFFF_FFFF),  # RetryRejectedCall: cancel
    ((_D, _P, _P, _D, _D), lambda *_: 2),  # MessagePending: wait and dispatch
]
_KEPT: list[Any] = []


def _itself(this: int, out: int) -> int:
    ctypes.cast(out, ctypes.POINTER(_P))[0] = this
    return 0


def install_filter() -> None:
    """Register a message filter, as Excel does: it decides on every call from outside."""
    functions = [ctypes.WINFUNCTYPE(*kind)(does) for kind, does in _METHODS]
    table = (_P * len(functions))(*(ctypes.cast(one, _P) for one in functions))
    this = (_P * 1)(ctypes.addressof(table))
    _KEPT.extend((functions, table, this))
    old = _P()
    if ctypes.windll.ole32.CoRegisterMessageFilter(ctypes.byref(this), ctypes.byref(old)):
        raise OSError("no message filter")
    WATCH.before = _before
    WATCH.refusing = lambda: NOW[0].refusing()  # noqa: PLW0108 - it changes


def _before(member: str) -> None:
    NOW[0].before(member)
