"""The local service beside WPS: it listens on this computer only, and stops when nothing goes on."""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, TypeVar

import uvicorn
from filelock import Timeout
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from addin.hosts.user_files import log_file
from addin.hosts.wps.connection import Connection, bind, handed_over, service_lock
from addin.hosts.wps.gate import TOO_LARGE, Gate, TooLarge, refusal
from addin.hosts.wps.operations import MOST_BYTES, PROTOCOL
from addin.hosts.wps.presses import Answer, Broken, Click, Presses, Window

IDLE_SECONDS: Final = 1_800.0
"""How long the service stays without a click and without an add-in that holds its line."""
_PROBED: Final = 0.5
"""Seconds in which a lock is let go again that was taken only to see whether a service runs."""
_AT_ONCE: Final = 1_000
"""Connections at a time. An add-in has two; those that say nothing must not keep it out."""

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
            return JSONResponse(refusal("正在执行按钮，服务未停止，请稍后重试。"))
        stop()
        return JSONResponse({"kind": "done", "message": None})

    posts = {"/press": press, "/answer": answer, "/cancel": cancel, "/presence": presence, "/stop": end}  # fmt: skip
    routes = [Route(path, to, methods=["POST"]) for path, to in posts.items()]
    return Starlette(routes=[Route("/status", status, methods=["GET"]), *routes])


M = TypeVar("M", bound=BaseModel)


async def _read(request: Request, model: type[M]) -> M | Response:
    """Return the content of a message, or the answer to one that is none of ours."""
    try:
        body = await request.body()
    except TooLarge:
        return _Json(refusal(TOO_LARGE), 413)

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


def serve(
    folder: Path,
    idle_seconds: float = IDLE_SECONDS,
    log: Path | None = None,
    most_bytes: int = MOST_BYTES,
) -> bool:
    """Run the service until nothing has been going on for some time, or `POST /stop`.

    Args:
        folder: Our folder, with port and token.
        idle_seconds: How long it stays without anything going on.
        log: Where errors are written down; `log_file()` when None.
        most_bytes: The largest message.

    Returns:
        False where it runs already.

    Raises:
        WriteRefused: Port and token cannot be kept.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = service_lock(folder)
    try:
        lock.acquire(timeout=_PROBED, poll_interval=_PROBED / 50)
    except Timeout:
        return False
    with lock:
        connection, listening = _listening(folder)
        with listening:
            presses = Presses(log or log_file())
            server = _server(connection, presses, most_bytes)
            with _stopping(server, presses, idle_seconds):
                server.run([listening])
    return True


def _listening(folder: Path) -> tuple[Connection, socket.socket]:
    """Return the connection that is kept, and its port; both anew where another program has it."""
    connection, listening = Connection.load(folder), handed_over()
    if listening:
        connection = replace(connection, port=listening.getsockname()[1])
    else:
        listening = bind(connection.port)
    while listening is None:
        connection = connection.moved()
        listening = bind(connection.port)
    connection.save(folder)
    return connection, listening


def _server(connection: Connection, presses: Presses, most_bytes: int) -> uvicorn.Server:
    def stop() -> None:
        server.should_exit = True

    config = uvicorn.Config(
        Gate(service(presses, stop), connection, most_bytes),
        http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
        server_header=False, limit_concurrency=_AT_ONCE, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    return server


@contextmanager
def _stopping(server: uvicorn.Server, presses: Presses, idle_seconds: float) -> Iterator[None]:
    """Stop the server of the body when nothing has been going on for some time."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(min(1.0, idle_seconds / 4)):
            if presses.idle() >= idle_seconds:
                server.should_exit = True

    threading.Thread(target=watch, name="idle", daemon=True).start()
    try:
        yield
    finally:
        over.set()
