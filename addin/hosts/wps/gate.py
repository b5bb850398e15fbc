"""The gate of the service: it lets only messages of our own add-in through.

A message is looked at from outside to inside: host, origin, token, size, kind. Nothing that fails one
of these has any effect.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from addin.hosts.wps.connection import LOOPBACK, Connection
from addin.hosts.wps.operations import MOST_BYTES

TOO_LARGE: Final = "内容过大"


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

        problem = self._foreign(all_of)
        if problem is None:  # our own page may read why it is refused
            origins = all_of(b"origin")
            send = _with_headers(send, _cors(origins[0], all_of) if origins else [])
            if origins and scope["method"] == "OPTIONS":  # asks only what it may send
                await Response(status_code=204)(scope, receive, send)
                return
            problem = self._unfit(scope["method"], all_of)
        if problem:
            await JSONResponse(refusal(problem[1]), problem[0])(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    def _foreign(self, all_of: Callable[[bytes], list[bytes]]) -> tuple[int, str] | None:
        """Return status and sentence for a message of another page, or for another host."""
        origins = all_of(b"origin")
        if all_of(b"host") != [self._host]:
            return 421, "请求的主机名不是本机服务"
        if len(origins) > 1 or not self._origins.issuperset(origins):
            return 403, "请求来自其他网页"
        return None

    def _unfit(self, method: str, all_of: Callable[[bytes], list[bytes]]) -> tuple[int, str] | None:
        """Return status and sentence for a message without token, or with a body we never send."""
        given = all_of(b"authorization")
        if len(given) != 1 or not hmac.compare_digest(given[0], self._token):
            return 401, "请求未带本机的口令，请重新安装加载项"
        if any(self._is_too_long(length) for length in all_of(b"content-length")):
            return 413, TOO_LARGE
        kinds = [kind.partition(b";")[0].strip().lower() for kind in all_of(b"content-type")]
        if method == "POST" and kinds != [b"application/json"]:
            return 415, "内容不是 JSON"
        return None

    def _is_too_long(self, length: bytes) -> bool:
        digits = length.strip().lstrip(b"0")
        return len(digits) > len(str(self._most_bytes)) or int(digits or b"0") > self._most_bytes

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a message on, but not more than the largest body of it."""
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._most_bytes:
                raise TooLarge
            return message

        await self._app(scope, counted, send)


class TooLarge(Exception):
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
