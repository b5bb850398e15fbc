"""A LibreOffice with windows on a screen of its own, our extension in it, as a clerk has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from addin.hosts.calc.extension.build import extension
from addin.hosts.calc.office import Office, struct

HELPER = (sys.executable, "-m", "addin.hosts.calc.extension.helper")
SIZE = "1366x768x24"
"""A township's screen."""


class Screen:
    """An X server that draws into memory."""

    def __init__(self, size: str = SIZE) -> None:
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size, "-nolisten", "tcp"]
        self._process = subprocess.Popen(
            command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(writing)
        with os.fdopen(reading) as told:
            self.name = f":{told.readline().strip()}"

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)


class ClerksDesktop(Office):
    """That LibreOffice, and what a test does in the clerk's place.

    Args:
        command: What starts the helper.
    """

    def __init__(self, command: Sequence[str] = HELPER, **environment: str) -> None:
        self.screen = Screen()
        self._command = command
        self._environment = environment
        super().__init__()

    def _started(self, program: Path) -> subprocess.Popen[bytes]:
        where = f"-env:UserInstallation={self._profile.as_uri()}"
        package = self._profile / "bangdai.oxt"
        package.write_bytes(extension(self._command))
        unopkg = program.resolve().with_name("unopkg")
        subprocess.run([*AS_A_USER, unopkg, "add", "-s", where, package], check=True)
        environment = {
            **os.environ, "DISPLAY": self.screen.name, "SAL_USE_VCLPLUGIN": "gen",
            "LC_ALL": "C.UTF-8", **self._environment,
        }  # fmt: skip
        options = ["--norestore", "--nologo", "--nodefault", "--nofirststartwizard"]
        return subprocess.Popen(
            [program, where, *options, f"--accept=pipe,name={self._pipe};urp;"],
            env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def stop(self) -> None:
        super().stop()
        self.screen.stop()


AS_A_USER = ("unshare", "--user") if os.geteuid() == 0 else ()
"""unopkg refuses root."""
