"""The service really started, found, and ended again."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from socket import create_connection

import pytest

from addin.hosts.wps import start as starting
from addin.hosts.wps.connection import (
    Connection,
    ask_service,
    bind,
    handed_over,
    is_running,
    service_command,
    service_lock,
)
from addin.hosts.wps.start import Systemd, start, stop
from tests.addin.hosts.wps.computers import a_computer

NO_SYSTEMD = Systemd(Path(os.devnull), lambda _: False)
LISTENING = Systemd(Path(os.devnull), lambda _: True)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Our folder on a computer whose service ends with the test."""
    folder = a_computer(tmp_path, monkeypatch).places.home
    yield folder
    assert stop(folder)


def ends(folder: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while is_running(folder) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not is_running(folder)


def test_it_is_started_apart_answers_and_ends_when_nobody_uses_it(home: Path) -> None:
    assert not is_running(home)

    started = start(home, NO_SYSTEMD, [*service_command(), "--idle", "0.06"])

    assert started
    status = ask_service(Connection.load(home), "/status")
    assert status
    assert status["service"] == "bangdai-wps"
    assert status["pid"] != os.getpid()
    assert ends(home, 20)
    assert ask_service(Connection.load(home), "/status") is None


def test_systemds_socket_is_taken_over_and_a_message_from_before_is_answered(home: Path) -> None:
    connection = Connection.load(home)
    listening = bind(connection.port)
    assert listening
    listening.listen()
    # as systemd does: the socket has the number 3, and the process is told that it is meant
    waits = 'exec 3<&"$1"; shift; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"'
    number = str(listening.fileno())
    service = subprocess.Popen(
        ["bash", "-c", waits, "bash", number, *service_command()], pass_fds=[int(number)]
    )
    try:
        status = ask_service(connection, "/status")  # asked at once, while it is still starting

        assert status
        assert status["pid"] == service.pid
        assert start(home, LISTENING, [os.devnull]), "nothing is started beside systemd's"
        assert Connection.load(home) == connection
        assert stop(home)
        assert service.wait(20) == 0
        create_connection(listening.getsockname(), 1).close()  # systemd's goes on listening
    finally:
        service.kill()
        service.wait()
        listening.close()


def test_no_socket_is_taken_that_is_meant_for_another_process() -> None:
    assert handed_over({}) is None
    assert handed_over({"LISTEN_FDS": "1", "LISTEN_PID": "1"}) is None


def test_what_does_not_start_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "_PATIENCE", 0.3)

    assert not start(home, NO_SYSTEMD, [sys.executable, "-c", "raise SystemExit(3)"])


def test_a_service_that_works_is_not_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "ask_service", lambda *_: {"kind": "refused", "message": "…"})

    with service_lock(home):
        assert not stop(home)
