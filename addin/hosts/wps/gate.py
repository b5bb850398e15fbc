"""The gate of the service: it lets only messages of our own add-in through.

A message is looked at from outside to inside: host, origin, token, size, kind. Nothing that fails one
of these has any effect.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from addin.hosts.wps.connection import LOOPBACK, Connection
from addin.hosts.wps.operations import MOST_BYTES


def refusal(message: str) -> dict[str, Any]:
    """Return the answer to what is not done."""
    return {"kind": "refused", "message": message}


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
