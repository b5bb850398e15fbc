"""Windows programs on Linux: Wine as the PC of a clerk with a Chinese name and code page 936.

    with Wine() as wine:                                # one at a time, whoever else wants it waits
        done = wine.bangdai("validate", wine.windows(ledger))
        assert done.code == 1
        assert "错误" in done.text("gbk")               # what a console of this Windows shows

`tests.windows.setup` makes what this runs: `python -m tests.windows.setup`.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from types import TracebackType
from typing import IO, Self

ROOT = Path(__file__).parents[2]
BASE_VARIABLE = "BANGDAI_WINDOWS"
"""Names the folder that holds Wine's drives and all that was downloaded; about 1.5 GB."""

USER = "王小芳"
PYTHON_HOME = f"C:\\users\\{USER}\\AppData\\Local\\Programs\\Python\\Python311"
"""Where the installer for one user puts Python."""
VENV = f"C:\\users\\{USER}\\AppData\\Local\\BangDai\\venv"
"""Where our own installation puts the virtual environment."""

_PROGRAMS = (
    "wine",
    "unshare",
    "setpriv",
    "x86_64-w64-mingw32-gcc",
    "x86_64-w64-mingw32-widl",
    "localedef",
)
_WITHOUT = "mscoree=;mshtml=;winemenubuilder.exe=;ucrtbase=n,b"
"""No .NET, no browser, no menus; our own C library (see `tests.windows.setup`)."""
_MORTAL = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""Root may write what is read-only, which no Windows user may: take that from it."""
_PIPE = 60_000
"""Bytes a pipe takes while nobody reads."""


@dataclass(frozen=True)
class Done:
    """What a Windows program left.

    Attributes:
        code: Its exit code; Linux keeps the last eight bits of it.
        out: What it wrote to its standard output.
        err: What it wrote to its standard error.
    """

    code: int
    out: bytes
    err: bytes

    def text(self, encoding: str = "utf-8") -> str:
        """Return both outputs as text, with line ends as Linux has them."""
        return (self.out + self.err).decode(encoding).replace("\r\n", "\n")


class Wine:
    """A PC with Windows; used as a context it is switched on, and off at the end.

    Wine's server stays for the whole of a context: to start it takes seconds.

    Attributes:
        base: The folder all of it is in.
        drive_c: What Windows calls C:.
        drive_d: What Windows calls D:, the place for ledgers.
        home: The user's own folder.
    """

    def __init__(self, base: Path | None = None) -> None:
        chosen = base or os.environ.get(BASE_VARIABLE) or Path.home() / ".cache" / "bangdai-windows"
        self.base = Path(chosen).resolve()
        self.prefix = self.base / "prefix"
        self.drive_c = self.prefix / "drive_c"
        self.drive_d = self.base / "d"
        self.home = self.drive_c / "users" / USER
        self._lock: IO[str] | None = None

    @staticmethod
    def lacks() -> list[str]:
        """Return the programs that are not installed here."""
        return [name for name in _PROGRAMS if shutil.which(name) is None]

    # --- paths ---

    def windows(self, path: Path | str) -> str:
        """Return what Windows calls a file of this machine."""
        path = Path(os.path.abspath(path))  # noqa: PTH100 - resolving would follow the drives' links
        for drive, root in (("C:", self.drive_c), ("D:", self.drive_d), ("Z:", Path("/"))):
            if path.is_relative_to(root):
                return str(PureWindowsPath(drive, "\\", *path.relative_to(root).parts))
        raise ValueError(path)

    def linux(self, path: str) -> Path:
        """Return where a file of Windows is on this machine."""
        windows = PureWindowsPath(path)
        roots = {"c:": self.drive_c, "d:": self.drive_d, "z:": Path("/")}
        return roots[windows.drive.lower()].joinpath(*windows.parts[1:])

    # --- on and off ---

    def __enter__(self) -> Self:
        self.base.mkdir(parents=True, exist_ok=True)
        self._lock = (self.base / "lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.switch_off()  # what a run that was killed has left
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.switch_off()
        if self._lock is not None:
            self._lock.close()

    def switch_on(self) -> None:
        """Start what Windows always runs, so that no program of ours has to, and inherits nothing."""
        server = [*(_MORTAL if os.geteuid() == 0 else ()), "wineserver", "-p"]
        subprocess.run(  # noqa: PLW1510 - it may be on already
            server, env=self._environment({}), stderr=subprocess.DEVNULL
        )
        self.run("cmd", "/c", "exit")

    def switch_off(self) -> None:
        """End every program of this PC, and no other's."""
        if self.prefix.is_dir():
            subprocess.run(["wineserver", "-k"], env=self._environment({}), check=False)

    # --- programs ---

    def start(
        self, *command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a Windows program with pipes for its three standard streams.

        A Linux file or /dev/null for one of them makes Windows' Python stop with "Invalid handle".
        """
        rights = [] if os.geteuid() == 0 else ["--map-root-user"]
        named = 'mount --bind "$0" /etc/passwd && exec "$@"'  # Wine takes the name from there
        inside = ["unshare", *rights, "--mount", "sh", "-c", named, str(self.base / "passwd")]
        return subprocess.Popen(
            [*inside, *_MORTAL, "wine", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd or self.drive_d,
            env=self._environment(env or {}),
            start_new_session=True,
        )

    def run(
        self,
        *command: str,
        stdin: bytes = b"",
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 120.0,
    ) -> Done:
        """Run a Windows program to its end.

        What Windows starts by itself meanwhile inherits the pipes and may keep them open for ever:
        reading ends with the program, not with the pipes.

        Args:
            command: The program and its arguments, as Windows names them.
            stdin: What it reads; no more than a pipe holds.
            cwd: Where it runs, a folder of this machine; D: if None.
            env: Variables it has besides Windows' own.
            timeout: Seconds after which it is killed.

        Raises:
            TimeoutError: It was killed.
        """
        assert len(stdin) <= _PIPE
        process = self.start(*command, cwd=cwd, env=env)
        assert process.stdin is not None
        process.stdin.write(stdin)
        process.stdin.close()
        out, err = _read_to_its_end(process, timeout)
        return Done(process.returncode, out, err)

    def running(self, name: str) -> int:
        """Return how many programs of this PC have a name in their command line."""
        mark = f"WINEPREFIX={self.prefix}".encode()
        count = 0
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it ended meanwhile
                ours = mark in (process / "environ").read_bytes().split(b"\0")
                count += ours and name.encode() in (process / "cmdline").read_bytes()
        return count

    def python(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 120.0,
    ) -> Done:
        """Run the Python of the virtual environment."""
        program = f"{VENV}\\Scripts\\python.exe"
        return self.run(program, *arguments, cwd=cwd, env=env, timeout=timeout)

    def bangdai(
        self,
        *arguments: str,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout: float = 300.0,
    ) -> Done:
        """Run a command of ours."""
        return self.python("-m", "addin", *arguments, cwd=cwd, env=env, timeout=timeout)

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of a Chinese Windows; none of this machine's reach it."""
        return {
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "HOME": str(self.base),
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": _WITHOUT,
            "LOCPATH": str(self.base / "locales"),
            "LC_ALL": "zh_CN.UTF-8",
            "LANG": "zh_CN.UTF-8",
            **more,
        }


def _read_to_its_end(process: subprocess.Popen[bytes], timeout: float) -> tuple[bytes, bytes]:
    """Return what a program writes until it ends; what holds its pipes afterwards is not waited for.

    Raises:
        TimeoutError: It took too long, and was killed.
    """
    until = time.monotonic() + timeout
    written: dict[int, bytearray] = {}
    with selectors.DefaultSelector() as selector:
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            written[pipe.fileno()] = bytearray()
            selector.register(pipe, selectors.EVENT_READ)
        while True:
            over = process.poll() is not None
            ready = selector.select(0 if over else 0.05)
            for key, _ in ready:
                piece = os.read(key.fd, 65_536)
                written[key.fd] += piece
                if not piece:
                    selector.unregister(key.fileobj)
            if over and not ready:
                break
            if not over and time.monotonic() > until:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                out, err = (bytes(piece).decode("utf-8", "replace") for piece in written.values())
                raise TimeoutError(f"not done after {timeout:g} s: {out[-2000:]}\n{err[-2000:]}")
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()
    out, err = map(bytes, written.values())
    return out, err
