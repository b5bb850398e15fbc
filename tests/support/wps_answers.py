"""The add-in in WPS stood in for: clicks that talk to a service.

What `main.js` makes of the operations is tested in Chromium; `wps_memory` answers them as their docstrings say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Message = dict[str, Any]
Send = Callable[[str, Message], Message]
"""Posts a message to a path and returns the answer."""


class Addin:
    """A loaded add-in: it posts clicks and executes what comes back.

    Args:
        send: Posts a message.
        answers: Executes operations.
        window: What it calls itself.
        spills: Whether its WPS spills.

    Attributes:
        messages: How many messages the last click took.
    """

    def __init__(
        self, send: Send, answers: Callable[[Sequence[Message]], list[Message]],
        window: str = "窗口一", *, spills: bool = True,
    ) -> None:  # fmt: skip
        self.send, self.answers, self.window, self.spills = send, answers, window, spills
        self.messages = 0

    def click(self, button: str, book: Mapping[str, Any]) -> Message:
        """Return how a click ends."""
        self.messages = 0
        for message in self.conversation(button, book):
            last = message
        return last

    def conversation(self, button: str, book: Mapping[str, Any]) -> Iterator[Message]:
        """Yield the messages of a click, executing each when the next one is asked for."""
        app = {"version": "12.1.0.17857", "spills": self.spills}
        click = {"window": self.window, "button": button, "book": {**book}, "app": app}
        message = self._sent("/press", click)
        yield message
        while message["kind"] in {"ask", "wait"}:
            results = self.answers(message["operations"]) if message["kind"] == "ask" else None
            said = {"press": message["press"], "seq": message["seq"], "results": results}
            message = self._sent("/answer", said)
            yield message

    def _sent(self, path: str, message: Message) -> Message:
        self.messages += 1
        return self.send(path, message)
