"""Port and token of this installation, and the files by which the add-in finds the service.

Whoever has the token may press buttons, so both files can be read by the user only. The token never
goes to a program that merely took our port: a service that finds its port taken changes both.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from addin.hosts.user_files import python_without_window, swap
from addin.hosts.wps.operations import PROTOCOL
from validators.errors import WriteRefused
from workbooks.file_problems import reason

LOOPBACK: Final = "127.0.0.1"
SCRIPT: Final = "service.js"
"""The file beside the add-in's index.html."""
_FILE = "wps.json"
_TOKEN_BYTES: Final = 32


def connection_file(folder: Path) -> Path:
    """Return the file in our folder that keeps port and token."""
    return folder / _FILE


def service_command(prefix: str = sys.prefix) -> list[str]:
    """Return what starts the service with the Python installation at `prefix`, without a window."""
    python = python_without_window(prefix) if os.name == "nt" else Path(prefix) / "bin" / "python3"
    return [str(python), "-I", "-m", "addin", "wps", "serve"]


@dataclass(frozen=True, slots=True)
class Connection:
    """What the add-in needs to know to speak to the service.

    Attributes:
        token: The secret of this installation.
        port: The port on 127.0.0.1.
        addin: The folder of the installed add-in, whose script says the same; None without one.
        start: The words of the command by which the add-in starts the service; none where something
            else does.
    """

    token: str
    port: int
    addin: Path | None = None
    start: tuple[str, ...] = ()

    @classmethod
    def fresh(cls) -> Connection:
        """Return one with a new token and a port that is free now."""
        with socket.socket() as probe:
            probe.bind((LOOPBACK, 0))
            return cls(secrets.token_urlsafe(_TOKEN_BYTES), probe.getsockname()[1])

    @classmethod
    def read(cls, folder: Path) -> Connection | None:
        """Return the one kept in our folder; None where there is none or it is damaged."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            known = json.loads(connection_file(folder).read_text("utf-8"))
            token, port, addin = str(known["token"]), int(known["port"]), known.get("addin")
            start = (*map(str, known.get("start") or ()),)
            if len(token) >= _TOKEN_BYTES and 0 < port < 1 << 16:
                return cls(token, port, Path(addin) if addin else None, start)
        return None

    @classmethod
    def load(cls, folder: Path) -> Connection:
        """Return the one kept in our folder, made and kept if there is none or it is damaged.

        Raises:
            WriteRefused: It cannot be written.
        """
        connection = cls.read(folder)
        if connection is None:
            connection = cls.fresh()
            connection.save(folder)
        return connection

    def save(self, folder: Path) -> None:
        """Keep it in our folder, and say it in the add-in's script if it is installed.

        Raises:
            WriteRefused: It cannot be written.
        """
        known = {
            "token": self.token, "port": self.port, "addin": self.addin and str(self.addin),
            "start": self.start,
        }  # fmt: skip
        _write_private(connection_file(folder), json.dumps(known, ensure_ascii=False, indent=1))
        if self.addin and self.addin.is_dir():
            write_script(self.addin, self)

    def moved(self) -> Connection:
        """Return one with a new port and token: another program has the port, and may know the token."""
        new = self.fresh()
        return replace(self, token=new.token, port=new.port)


def write_script(folder: Path, connection: Connection) -> None:
    """Write the script from which the add-in in a folder learns port and token.

    Raises:
        WriteRefused: It cannot be written.
    """
    _write_private(folder / SCRIPT, script_text(connection))


def script_text(connection: Connection) -> str:
    """Return that script: port, token, and what starts the service."""
    known: dict[str, object] = {
        "port": connection.port,
        "token": connection.token,
        "protocol": PROTOCOL,
    }
    if connection.start:
        known["start"] = [*connection.start]
    return f"var BANGDAI_SERVICE = {json.dumps(known)};\n"


def _write_private(file: Path, text: str) -> None:
    """Replace a file by one that only its user can read; nobody ever sees half of it."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        swap(file, text.encode(), 0o600)
    except OSError as error:
        raise WriteRefused(
            f"无法写入“{file}”：{reason(error)}", "请检查磁盘空间和文件夹权限"
        ) from error


# --- asking a running service ---------------------------------------------------------------------

_LOCK: Final = "wps.lock"


def service_lock(folder: Path) -> FileLock:
    """Return the lock that a running service of our folder holds."""
    return FileLock(folder / _LOCK)


def is_running(folder: Path) -> bool:
    """Tell whether the service of our folder runs."""
    if not folder.is_dir():
        return False  # filelock would make it
    lock = service_lock(folder)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False


def ask_service(
    connection: Connection, path: str, body: Mapping[str, Any] | None = None, seconds: float = 30
) -> dict[str, Any] | None:
    """Return what the service answers to `GET path`, or to a `POST` of `body`; None without one.

    Whatever else listens on the port is handed the token: ask only while `is_running`.
    """
    line = http.client.HTTPConnection(LOOPBACK, connection.port, timeout=seconds)
    headers = {"Authorization": f"Bearer {connection.token}"}
    try:
        if body is None:
            line.request("GET", path, headers=headers)
        else:
            headers["Content-Type"] = "application/json"
            line.request("POST", path, json.dumps(body).encode(), headers)
        answer = json.loads(line.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        line.close()
    return answer if isinstance(answer, dict) else None


def bind(port: int) -> socket.socket | None:
    """Return a socket listening on this port of this computer alone; None where it is taken."""
    # asyncio sends without delay only on sockets said to be TCP's: 40 ms a message otherwise
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":  # there, SO_REUSEADDR would let another program listen, too
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((LOOPBACK, port))
    except OSError:
        listening.close()
        return None
    return listening


def handed_over(environment: Mapping[str, str] = os.environ) -> socket.socket | None:
    """Return the socket on which systemd listened until now; None where it started nothing.

    The protocol is that of sd_listen_fds(3): the first such socket has the number 3.
    """
    if environment.get("LISTEN_PID") != str(os.getpid()) or environment.get("LISTEN_FDS") != "1":
        return None
    return socket.socket(fileno=3)
