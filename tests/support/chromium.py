"""A headless Chromium, driven over its DevTools protocol by two pipes."""

from __future__ import annotations

import base64
import itertools
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self

_OPTIONS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-extensions", "--mute-audio",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--no-first-run", "--no-default-browser-check", "--lang=zh-CN",
    "--remote-debugging-pipe",
)  # fmt: skip
_PATIENCE = 300.0
_ASKING = """var fromPython = {answer: null};
function askPython(question) {
    tellPython(question);
    debugger;
    return fromPython.answer;
}
"""
"""A local variable would be lost where the function was compiled to machine code."""


class ScriptFailed(AssertionError):
    """A page's JavaScript threw."""


class Chromium:
    """A browser with an empty profile; it ends with the body of `with`.

    Attributes:
        version: What it calls itself.
    """

    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="bangdai-chromium-")
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        command = ["chromium", *_OPTIONS, f"--user-data-dir={self._profile.name}", "about:blank"]
        pipes = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", pipes, "bash", *command],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._numbers, self._writing = itertools.count(1), threading.Lock()
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self.events: dict[str, SimpleQueue[dict[str, Any] | None]] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.version = str(self.call("Browser.getVersion")["product"])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the browser and remove its profile."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, 9)
        self._process.wait()
        self._listener.join()
        os.close(self._to)
        os.close(self._from)
        time.sleep(0.1)  # its children write into the profile until they notice
        self._profile.cleanup()

    def call(self, method: str, session: str = "", **arguments: Any) -> dict[str, Any]:
        """Return the answer to one call of the protocol; several threads may wait for theirs.

        Raises:
            ScriptFailed: The browser refused, ended, or did not answer in time.
        """
        answer = self.send(method, session, **arguments)
        try:
            found = answer.result(_PATIENCE)
        except TimeoutError:
            raise ScriptFailed(f"{method}: no answer") from None
        if "error" in found:
            raise ScriptFailed(f"{method}: {found['error']['message']}")
        result: dict[str, Any] = found["result"]
        return result

    def send(self, method: str, session: str, **arguments: Any) -> Future[dict[str, Any]]:
        """Return what will be answered to one call."""
        number = next(self._numbers)
        message: dict[str, Any] = {"id": number, "method": method, "params": arguments}
        if session:
            message["sessionId"] = session
        self._waiting[number] = answer = Future[dict[str, Any]]()
        with self._writing:
            os.write(self._to, json.dumps(message).encode() + b"\0")
        return answer

    def _listen(self) -> None:
        left = b""
        while got := os.read(self._from, 1 << 20):
            *lines, left = (left + got).split(b"\0")
            for message in map(json.loads, lines):
                if "id" in message:
                    self._waiting.pop(message["id"]).set_result(message)
                elif events := self.events.get(message.get("sessionId", "")):
                    events.put(message)
        for answer in self._waiting.values():
            answer.set_result({"error": {"message": "Chromium ended"}})

    def open(
        self,
        address: str,
        *,
        before: str = "",
        answer: Callable[[str], str] | None = None,
        size: tuple[int, int] = (800, 600),
    ) -> Page:
        """Return a new page.

        Args:
            address: Where it lies.
            before: JavaScript that runs before the page's own.
            answer: What answers the page's questions: its function `askPython`, which takes a text and
                waits for another.
            size: Its width and height in pixels.
        """
        target = self.call("Target.createTarget", url="about:blank")
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = Page(self, target["targetId"], attached["sessionId"])
        page.call("Page.enable")
        page.call("Runtime.enable")
        width, height = size
        page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        if answer:
            page.answer_with(answer)
        page.call(
            "Page.addScriptToEvaluateOnNewDocument", source=(_ASKING if answer else "") + before
        )
        page.call("Page.navigate", url=address)
        page.wait_until("document.readyState === 'complete' && location.href !== 'about:blank'")
        return page


class Page:
    """One page of a browser."""

    def __init__(self, browser: Chromium, target: str, session: str) -> None:
        self.browser, self._target, self._session = browser, target, session

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Return the answer to one call of the protocol about this page."""
        return self.browser.call(method, self._session, **arguments)

    def beside(
        self, address: str, before: str, answer: Callable[[str], str], size: tuple[int, int]
    ) -> Page:
        """Return another page of the same browser; see `Chromium.open`."""
        return self.browser.open(address, before=before, answer=answer, size=size)

    def answer_with(self, answer: Callable[[str], str]) -> None:
        """Answer the page's questions from now on.

        The page stops as at a breakpoint meanwhile: a synchronous request would cost three times as much.
        """
        events = self.browser.events[self._session] = SimpleQueue()

        def listen() -> None:
            answered = ""
            while event := events.get():
                if event["method"] == "Runtime.bindingCalled":
                    answered = answer(event["params"]["payload"])
                elif event["method"] == "Debugger.paused":
                    frame = event["params"]["callFrames"][0]["callFrameId"]
                    told = f"fromPython.answer = {json.dumps(answered)}"
                    self.call("Debugger.evaluateOnCallFrame", callFrameId=frame, expression=told)
                    self.browser.send("Debugger.resume", self._session)

        threading.Thread(target=listen, daemon=True).start()
        self.call("Runtime.addBinding", name="tellPython")
        self.call("Debugger.enable")

    def run(self, script: str) -> Any:
        """Return the value of an expression, awaited.

        One that asks Python must not be run while the page itself may be asking (from a timer of its own):
        a stopped page does not stop again, and gets the answer to the other question.

        Raises:
            ScriptFailed: It throws.
        """
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ScriptFailed(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def wait_until(self, condition: str, seconds: float = 30) -> None:
        """Return once an expression is true.

        Raises:
            ScriptFailed: It does not become so.
        """
        deadline = time.monotonic() + seconds
        while not self.run(condition):
            if time.monotonic() > deadline:
                raise ScriptFailed(f"not within {seconds} s: {condition}")
            time.sleep(0.02)

    def picture(self, target: Path) -> None:
        """Write what the page shows as a .png."""
        shot = self.call("Page.captureScreenshot", format="png")
        target.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        """Close the page."""
        self.browser.call("Target.closeTarget", targetId=self._target)
        if events := self.browser.events.pop(self._session, None):
            events.put(None)
