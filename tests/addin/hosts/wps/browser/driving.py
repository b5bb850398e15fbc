"""The add-in in a page of a browser: have its script do operations, click its buttons, and look."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Thread
from typing import Any, Self

from addin.buttons import find_button
from addin.hosts.ribbon import control_id
from addin.hosts.wps.connection import Connection, ask_service
from addin.hosts.wps.operations import Operation
from addin.hosts.wps.service import serve
from tests.support.chromium import Chromium, Page
from tests.support.wps_application import Wps

_COUNTING = """
var posts = {};
(function () {
  var open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address) {
    var name = /:\\d+\\/(\\w+)$/.exec(address);
    if (name) { posts[name[1]] = (posts[name[1]] || 0) + 1; }
    return open.apply(this, arguments);
  };
})();
"""


@contextmanager
def running_service(folder: Path, addin: Path) -> Iterator[Connection]:
    """Run the service for an add-in's folder; errors are in `bangdai.log` of its own folder."""
    replace(Connection.load(folder), addin=addin).save(folder)
    thread = Thread(target=serve, args=(folder, 1800, folder / "bangdai.log"))
    thread.start()
    while not ask_service(connection := Connection.load(folder), "/status", seconds=1):
        assert thread.is_alive()
    yield connection
    ask_service(connection, "/stop", {})
    thread.join()


@dataclass(frozen=True)
class Seen:
    """What came of a click.

    Attributes:
        told: What the message boxes said.
        messages: How many messages went to the service.
        pages: What was opened in a browser.
    """

    told: list[str]
    messages: int
    pages: list[str]


class Refused(Exception):
    """The script answers with an error; its text begins with the kind."""


class Window:
    """A window of WPS with the add-in loaded.

    Attributes:
        wps: WPS's objects.
        page: The add-in's page.
    """

    def __init__(self, browser: Chromium, wps: Wps, addin: Path) -> None:
        self.wps = wps
        self.page = browser.open(
            (addin / "index.html").as_uri(), before=_COUNTING + wps.script(), answer=wps.answer
        )

    @classmethod
    def beside(cls, other: Window, addin: Path) -> Window:
        """Return another window of the same WPS."""
        return cls(other.page.browser, other.wps, addin)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()

    def do(self, operation: Operation) -> Any:
        """Return what the script answers to an operation.

        Raises:
            Refused: It answers with an error.
        """
        self.wps.forget()
        result = self.page.run(f"execute({json.dumps(operation.to_json())})")
        if "error" in result:
            raise Refused(f"{result['error']['kind']}: {result['error']['message']}")
        return result["value"]

    def dialog(self, address: str, width: int, height: int) -> Page:
        """Return the page of a dialogue, as WPS opens it beside the add-in's own."""
        return self.page.beside(address, self.wps.script(), self.wps.answer, (width, height))

    def press(self, name: str, answers: Sequence[str] = (), *, yes: bool = True) -> Seen:
        """Click a button, and return once it is done.

        Args:
            name: The button's id.
            answers: To its questions, in order.
            yes: To every question that is answered by yes or no.
        """
        self.wps.forget()
        clerk = self.wps.app.clerk
        clerk.answers, clerk.yes, clerk.told, clerk.pages = iter(answers), yes, [], []
        control = json.dumps({"Id": control_id(find_button(name))})
        self.page.run(f"posts = {{}}; OnAction({control})")
        self.page.wait_until("pending === null", seconds=120)
        posts = self.page.run("posts")
        return Seen(clerk.told, posts.get("press", 0) + posts.get("answer", 0), clerk.pages)
