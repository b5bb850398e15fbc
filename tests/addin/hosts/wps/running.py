"""A service that runs for a test, and raw messages to it."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from addin.hosts.wps import service
from addin.hosts.wps.connection import Connection, ask_service, is_running
from tests.support.wps_answers import Message, Send

MOST_BYTES = 1 << 20


@contextmanager
def running(folder: Path, **how: Any) -> Iterator[Connection]:
    """Run a service in a thread while the body runs."""
    how = {"log": folder / "bangdai.log", "most_bytes": MOST_BYTES, **how}
    thread = threading.Thread(target=service.serve, args=(folder,), kwargs=how, daemon=True)
    thread.start()
    yield answering(folder)
    wait_until(
        lambda: (ask_service(Connection.load(folder), "/stop", {}) or {}).get("kind") == "done"
    )
    thread.join(20)
    assert not thread.is_alive()


def answering(folder: Path) -> Connection:
    """Return the connection of a service that answers."""
    wait_until(lambda: is_running(folder) and (folder / "wps.json").exists())
    wait_until(lambda: ask_service(Connection.load(folder), "/status") is not None)
    return Connection.load(folder)


def wait_until(condition: Any, seconds: float = 20) -> None:
    """Wait for something that is about to be so."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def posting(connection: Connection) -> Send:
    """Return what posts messages to a service."""

    def send(path: str, message: Message) -> Message:
        answer = ask_service(connection, path, message)
        assert answer is not None
        return answer

    return send


class Raw(NamedTuple):
    """An answer as it came."""

    status: int
    headers: str
    body: str

    @property
    def message(self) -> Message:
        return json.loads(self.body)  # type: ignore[no-any-return]


def raw(connection: Connection, lines: list[str], body: bytes = b"", *, seconds: float = 10) -> Raw:
    """Send a request line, headers and a body just as they are; return the answer."""
    with socket.create_connection(("127.0.0.1", connection.port), timeout=seconds) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        received = b""
        while b"\r\n\r\n" not in received:
            more = line.recv(1 << 16)
            if not more:
                break
            received += more
        head, _, rest = received.partition(b"\r\n\r\n")
        length = next(
            (int(one.split(b":")[1]) for one in head.split(b"\r\n") if one[:15].lower() == b"content-length:"), 0
        )  # fmt: skip
        while len(rest) < length and (more := line.recv(1 << 16)):
            rest += more
    return Raw(int(head.split()[1]), head.decode(), rest.decode())
