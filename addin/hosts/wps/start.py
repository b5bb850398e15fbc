"""Have the service started when it is needed.

Where the user has a systemd, it listens on the port and starts the service at the first message.
Elsewhere the add-in starts it, by the command that `service.js` names. Either way it ends by itself
when nobody has used it for a while.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from addin.hosts.user_files import refused, replace_file
from addin.hosts.wps.connection import (
    LOOPBACK,
    Connection,
    ask_service,
    is_running,
    service_command,
)

_NAME = "bangdai-wps"
_PATIENCE = 60.0
_PAUSE = 0.1

_SOCKET = """[Unit]
Description=bangdai: buttons in WPS

[Socket]
ListenStream={address}

[Install]
WantedBy=sockets.target
"""

_SERVICE = """[Unit]
Description=bangdai: buttons in WPS

[Service]
ExecStart={command}
"""


def start(folder: Path, words: Sequence[str] = ()) -> bool:
    """Start the service apart from this process; return whether it answers before long.

    Args:
        folder: Our folder, with port and token.
        words: The command; `service_command()` if there are none.
    """
    _launch(list(words or service_command()))
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if is_running(folder) and ask_service(Connection.load(folder), "/status", seconds=1):
            return True
        time.sleep(_PAUSE)
    return False


def _launch(words: list[str]) -> None:
    """Run a program that goes on when this process ends, and is nobody's child."""
    nothing = subprocess.DEVNULL
    if sys.platform == "win32":
        apart = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        subprocess.Popen(words, stdin=nothing, stdout=nothing, stderr=nothing, creationflags=apart)  # noqa: S603 - as below
    else:
        line = ["/bin/sh", "-c", '"$@" &', "sh", *words]
        subprocess.run(  # noqa: S603 - fixed words and our own path
            line, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True, check=False
        )


def stop(folder: Path) -> bool:
    """End the service if it runs; return False where it goes on, for a button works.

    Args:
        folder: Our folder, with port and token.
    """
    if is_running(folder):
        answer = ask_service(Connection.load(folder), "/stop", {})
        deadline = time.monotonic() + (_PATIENCE if (answer or {}).get("kind") == "done" else 0)
        while time.monotonic() < deadline and is_running(folder):
            time.sleep(_PAUSE)
    return not is_running(folder)


# --- systemd --------------------------------------------------------------------------------------

Run = Callable[[list[str]], bool]
"""Run a program; tell whether it said yes."""


def run_quietly(words: list[str]) -> bool:
    """Run a program without its output; False where it fails or there is none."""
    try:
        answer = subprocess.run(words, capture_output=True, timeout=_PATIENCE, check=False)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


@dataclass(frozen=True, slots=True)
class Systemd:
    """The user's own systemd, which needs no administrator.

    Attributes:
        folder: Where the user's units are.
        run: Runs `systemctl`.
    """

    folder: Path
    run: Run

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Systemd:
        """Return the one of the user whose environment this is."""
        given = Path(environment.get("XDG_CONFIG_HOME", ""))
        user = Path(environment.get("HOME") or Path.home())
        return cls(
            (given if given.is_absolute() else user / ".config") / "systemd" / "user", run_quietly
        )

    @property
    def units(self) -> list[Path]:
        """The files of ours."""
        return [self.folder / f"{_NAME}.socket", self.folder / f"{_NAME}.service"]

    def listens(self) -> bool:
        """Tell whether it waits for messages in the service's stead."""
        return self._ctl("is-active", f"{_NAME}.socket")

    def install(self, port: int, words: Sequence[str]) -> bool:
        """Have it listen on a port and start the service; return whether there is one that does.

        Args:
            port: On this computer.
            words: The command.

        Raises:
            WriteRefused: The units cannot be written.
        """
        if not self._ctl("show-environment"):
            return False
        socket, service = self.units
        replace_file(socket, _SOCKET.format(address=f"{LOOPBACK}:{port}").encode())
        line = " ".join(map(_quoted, words))
        replace_file(service, _SERVICE.format(command=line).encode())
        if (
            self._ctl("daemon-reload")
            and self._ctl("enable", socket.name)
            and self._ctl("restart", socket.name)
        ):
            return True
        self.uninstall()
        return False

    def uninstall(self) -> list[Path]:
        """Take the units away; return those that were there.

        Raises:
            WriteRefused: One cannot be removed.
        """
        there = [unit for unit in self.units if unit.exists()]
        if not there:
            return []
        self._ctl("disable", "--now", f"{_NAME}.socket")
        for unit in there:
            try:
                unit.unlink()
            except OSError as error:
                raise refused(unit, error) from None
        self._ctl("daemon-reload")
        return there

    def _ctl(self, *words: str) -> bool:
        return self.run(["systemctl", "--user", *words])


def _quoted(word: str) -> str:
    """Return a word of a command as systemd reads it."""
    for sign, written in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        word = word.replace(sign, written)
    return f'"{word}"'
