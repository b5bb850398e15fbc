"""The local service beside WPS: it listens on this computer only and runs one button at a time.

A message is looked at from outside to inside: host, origin, token, size, then its content. Nothing
that fails one of these has any effect.
"""

from __future__ import annotations

import hmac
import os
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from addin.buttons import Button, find_button
from addin.hosts.press import press_button, write_down
from addin.hosts.wps.connection import LOOPBACK, Connection
from addin.hosts.wps.conversation import Conversation
from addin.hosts.wps.engine import pressed_book
from addin.hosts.wps.host import WpsHost
from addin.hosts.wps.operations import MOST_BYTES, PROTOCOL
from validators.errors import BangdaiError

IDLE_SECONDS: Final = 1_800.0
"""How long the service stays without a click and without an add-in that holds its line."""
_REPLY_SECONDS: Final = 20.0
_REMEMBERED: Final = 8
_LOCK: Final = "wps.lock"
_AT_ONCE: Final = 64
"""Connections at a time; an add-in has two."""

Text = Annotated[str, Field(max_length=1_000)]


class BookFacts(BaseModel):
    """The workbook of a click."""

    name: Text
    fullname: Text
    date1904: bool = False


class AppFacts(BaseModel):
    """The program of a click."""

    version: Text = ""
    spills: bool = False


class Click(BaseModel):
    """A click on a button."""

    window: Text
    button: Text
    book: BookFacts
    app: AppFacts = AppFacts()


class Answer(BaseModel):
    """What came of a batch of operations; no results ask for what comes next."""

    press: Text
    seq: int
    results: list[dict[Literal["value", "error"], Any]] | None = None


class Window(BaseModel):
    """A loaded add-in."""

    window: Text


class Broken(BaseModel):
    """A press whose page goes away."""

    press: Text


def refusal(message: str) -> dict[str, Any]:
    """Return the answer to what is not done."""
    return {"kind": "refused", "message": message}


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
        message = None
        try:
            book = pressed_book(conversation, click.book.model_dump(), click.app.model_dump())
            press_button(button, book, WpsHost(), self._log)
            book.app.impl.channel.flush()
        except BaseException as error:  # the thread must not end without a word
            write_down(self._log, button.id, error)
            message = (
                f"“{button.label}”未完成，请再点一次；仍然不行，请把 {self._log} 发给技术人员。"
            )
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
            f"“{button.label}”正在等您回答，本次点击未执行；请先在它的窗口中选择，"
            "找不到该窗口的，再点一次即可放弃。"
        )
    return f"“{button.label}”正在执行，本次点击未执行；请等它完成后再点一次。"


# --- the gate -------------------------------------------------------------------------------------


class Gate:
    """Lets only messages of our own add-in through.

    Args:
        app: What they go to.
        connection: Port and token.
        most_bytes: The largest body.
    """

    def __init__(self, app: ASGIApp, connection: Connection, most_bytes: int = MOST_BYTES) -> None:
        self._app, self._most_bytes = app, most_bytes
        self._host = f"{LOOPBACK}:{connection.port}".encode()
        self._origins = {b"null", b"file://", b"http://" + self._host}
        self._token = f"Bearer {connection.token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one message."""
        if scope["type"] != "http":
            return
        headers: list[tuple[bytes, bytes]] = scope["headers"]

        def all_of(name: bytes) -> list[bytes]:
            return [value for key, value in headers if key == name]

        origins = all_of(b"origin")
        problem = self._problem(scope["method"], all_of, origins)
        if problem:
            await JSONResponse(refusal(problem[1]), problem[0])(scope, receive, send)
            return
        answer = _with_headers(send, _cors(origins[0], all_of) if origins else [])
        if scope["method"] == "OPTIONS":
            await Response(status_code=204)(scope, receive, answer)
            return
        await self._pass_on(scope, receive, answer)

    def _problem(  # noqa: PLR0911 - one for each gate
        self, method: str, all_of: Callable[[bytes], list[bytes]], origins: list[bytes]
    ) -> tuple[int, str] | None:
        """Return status and sentence for what is refused."""
        if all_of(b"host") != [self._host]:
            return 421, "请求的主机名不是本机服务"
        if len(origins) > 1 or not self._origins.issuperset(origins):
            return 403, "请求来自其他网页"
        if method == "OPTIONS":  # asks only what it may send
            return None if origins else (403, "请求来自其他网页")
        given = all_of(b"authorization")
        if len(given) != 1 or not hmac.compare_digest(given[0], self._token):
            return 401, "请求未带本机的口令，请重新安装加载项"
        lengths = all_of(b"content-length")
        if any(not length.isdigit() or int(length[:20]) > self._most_bytes for length in lengths):
            return 413, "内容过大"
        kinds = [kind.partition(b";")[0].strip().lower() for kind in all_of(b"content-type")]
        if method == "POST" and kinds != [b"application/json"]:
            return 415, "内容不是 JSON"
        return None

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a message on, but not more than the largest body of it."""
        read, started = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most_bytes:
                raise _TooLarge
            return message

        async def begun(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, counted, begun)
        except _TooLarge:
            if not started:
                await JSONResponse(refusal("内容过大"), 413)(scope, receive, send)


class _TooLarge(Exception):
    """A body is larger than any of ours."""


def _cors(origin: bytes, all_of: Callable[[bytes], list[bytes]]) -> list[tuple[bytes, bytes]]:
    """Return the headers by which a browser lets our own pages read the answer."""
    headers = [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-methods", b"GET, POST"),
        (b"access-control-allow-headers", b"authorization, content-type"),
        (b"access-control-max-age", b"7200"),
        (b"vary", b"origin"),
    ]
    if all_of(b"access-control-request-private-network"):
        headers.append((b"access-control-allow-private-network", b"true"))
    return headers


def _with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *headers]}
        await send(message)

    return sending


# --- the messages ---------------------------------------------------------------------------------


def service(presses: Presses, stop: Callable[[], None]) -> Starlette:
    """Return what answers the messages that come through the gate."""

    async def status(request: Request) -> Response:
        del request
        return JSONResponse({
            "service": "bangdai-wps", "protocol": PROTOCOL, "version": version("bangdai"),
            "pid": os.getpid(), "windows": presses.n_windows, "busy": presses.busy,
        })  # fmt: skip

    async def press(request: Request) -> Response:
        return await _answered(request, Click, presses.press)

    async def answer(request: Request) -> Response:
        return await _answered(request, Answer, presses.answer)

    async def cancel(request: Request) -> Response:
        def cancelled(broken: Broken) -> dict[str, Any]:
            presses.cancel(broken.press)
            return {"kind": "done", "message": None}

        return await _answered(request, Broken, cancelled)

    async def presence(request: Request) -> Response:
        window = await _read(request, Window)
        if isinstance(window, Response):
            return window
        presses.come(window.window)
        try:
            while (await request.receive())["type"] != "http.disconnect":
                pass
        finally:
            presses.leave(window.window)
        return Response(status_code=204)

    async def end(request: Request) -> Response:
        del request
        if presses.busy:
            return JSONResponse(refusal("正在执行按钮，服务未停止，请稍后再试。"))
        stop()
        return JSONResponse({"kind": "done", "message": None})

    posts = {"/press": press, "/answer": answer, "/cancel": cancel, "/presence": presence, "/stop": end}  # fmt: skip
    routes = [Route(path, to, methods=["POST"]) for path, to in posts.items()]
    return Starlette(routes=[Route("/status", status, methods=["GET"]), *routes])


M = TypeVar("M", bound=BaseModel)


async def _read(request: Request, model: type[M]) -> M | Response:
    """Return the content of a message, or the answer to one that is none of ours."""
    body = await request.body()

    def parsed() -> M:
        return model.model_validate(json.loads(body, parse_constant=_no_number))

    try:
        return await run_in_threadpool(parsed)
    except (ValueError, RecursionError):  # pydantic's is a ValueError
        return _Json(refusal("内容不符合约定"), 400)


def _no_number(text: str) -> None:
    raise ValueError(text)


async def _answered(
    request: Request, model: type[M], answer: Callable[[M], dict[str, Any]]
) -> Response:
    message = await _read(request, model)
    if isinstance(message, Response):
        return message
    return _Json(await run_in_threadpool(answer, message))


class _Json(JSONResponse):
    """JSON in UTF-8, also of half characters that a cell may hold."""

    def render(self, content: Any) -> bytes:
        """Return the content as bytes."""
        try:
            return super().render(content)
        except UnicodeEncodeError:
            return json.dumps(content).encode()


# --- running --------------------------------------------------------------------------------------


def is_running(folder: Path) -> bool:
    """Tell whether the service of our folder runs."""
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def serve(folder: Path, idle_seconds: float = IDLE_SECONDS, log: Path | None = None) -> bool:
    """Run the service until nothing has been going on for some time, or `POST /stop`.

    Args:
        folder: Our folder, with port and token.
        idle_seconds: How long it stays without anything going on.
        log: Where errors are written down.

    Returns:
        False where it runs already.

    Raises:
        WriteRefused: Port and token cannot be kept.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    with lock:
        connection, listening = _listening(folder)
        with listening:
            _run(connection, listening, Presses(log or log_file()), idle_seconds)
    return True


def _listening(folder: Path) -> tuple[Connection, socket.socket]:
    """Return the connection that is kept, and its port; both anew where another program has it."""
    connection = Connection.load(folder)
    listening = bind(connection.port)
    while listening is None:
        connection = connection.moved()
        listening = bind(connection.port)
    connection.save(folder)
    return connection, listening


def _run(
    connection: Connection, listening: socket.socket, presses: Presses, idle_seconds: float
) -> None:
    def stop() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        Gate(service(presses, stop), connection),
        http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, limit_concurrency=_AT_ONCE, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    over = threading.Event()

    def watch() -> None:
        while not over.wait(min(1.0, idle_seconds / 4)):
            if presses.idle() >= idle_seconds:
                stop()

    threading.Thread(target=watch, name="idle", daemon=True).start()
    try:
        server.run([listening])
    finally:
        over.set()
