"""Clicks through the service's own `Presses`, without a socket between."""

from __future__ import annotations

import contextvars
import threading
from pathlib import Path
from typing import Any

import pytest

from addin.hosts.wps.presses import Answer, Click, Presses
from tests.support.wps_answers import Message, Send


def sending(presses: Presses) -> Send:
    """Return what posts messages to the clicks of a service."""

    def send(path: str, message: Message) -> Message:
        if path == "/press":
            return presses.press(Click.model_validate(message))
        return presses.answer(Answer.model_validate(message))

    return send


def in_this_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the threads of buttons take over the day the tests have set."""
    begin = threading.Thread.start

    def start(thread: Any) -> None:
        run, context = thread.run, contextvars.copy_context()
        thread.run = lambda: context.run(run)
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", start)


def presses_in(folder: Path) -> Presses:
    """Return the clicks of a service whose log lies in a folder."""
    return Presses(folder / "bangdai.log")
