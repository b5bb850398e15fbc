"""One private LibreOffice process without windows: started, watched, and ended whatever happens."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from addin.hosts.calc.bridge import HostFailed, load_uno, properties, soffice

__all__ = ["Office"]

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Save/Document">
<prop oor:name="WarnAlienFormat" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
"""As on a Chinese PC; recalculate on opening, for a saved value may be another program's."""

_OPTIONS = ("--headless", "--norestore", "--nologo", "--nodefault", "--nofirststartwizard")
_PIPES = Path("/tmp")  # noqa: S108 - where LibreOffice makes them, whatever TMPDIR says
_PATIENCE = 10.0
"""Seconds a process gets to end by itself before it is killed."""


class Office:
    """A LibreOffice of our own: own settings, own connection, own process group.

    Args:
        start_seconds: How long LibreOffice may take to answer the first time.

    Attributes:
        desktop: LibreOffice's `com.sun.star.frame.Desktop`, from which everything is reached.
        pid: The process's number, which is the process group's too.

    Raises:
        HostFailed: LibreOffice or its Python interface is missing, or it does not answer in time.
    """

    def __init__(self, start_seconds: float = 120) -> None:
        program = soffice()
        self._uno = load_uno()
        self._profile = Path(tempfile.mkdtemp(prefix="bangdai-calc-"))
        settings = self._profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir()
        settings.write_text(_PROFILE, encoding="utf-8")
        self._pipe = f"bangdai{secrets.token_hex(8)}"
        self._process = self._started(program)
        atexit.register(self.stop)
        try:
            self._context = self._connect(time.monotonic() + start_seconds)
            self.desktop = self.service("com.sun.star.frame.Desktop")
        except BaseException:
            self._kill()
            self.stop()
            raise
        self.pid = self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        """Tell whether the process is still there."""
        return self._process.poll() is None

    @property
    def version(self) -> str:
        """LibreOffice's version, such as `7.4.7.2`."""
        settings = self.service("com.sun.star.configuration.ConfigurationProvider")
        product = settings.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess",
            properties(nodepath="/org.openoffice.Setup/Product"),
        )
        return str(product.getByName("ooSetupVersionAboutBox"))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Kill LibreOffice when the body takes longer: a call into a hung process never returns.

        Raises:
            HostFailed: The time was up.
        """
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._kill()

        timer = threading.Timer(seconds, give_up)
        timer.daemon = True
        timer.start()
        try:
            yield
        except Exception as problem:
            if late.is_set():
                raise _no_answer(seconds) from problem
            if not self.running:
                raise HostFailed("LibreOffice 意外退出，原文件没有改动", "请再试一次") from problem
            raise
        finally:
            timer.cancel()
        if late.is_set():
            raise _no_answer(seconds)

    def stop(self) -> None:
        """End the process, kill it if it does not go, and remove its settings. Repeatable."""
        atexit.unregister(self.stop)
        if self.running:
            killer = threading.Timer(_PATIENCE, self._kill)
            killer.daemon = True
            killer.start()
            with suppress(Exception):  # it may be gone, hung or half-dead: it is killed below
                self.desktop.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_PATIENCE)
            killer.cancel()
            self._kill()
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)
        for left in _PIPES.glob(f"OSL_PIPE_*_{self._pipe}"):  # a killed process leaves its own
            left.unlink(missing_ok=True)

    def _started(self, program: Path) -> subprocess.Popen[bytes]:
        without = ("PYTHONPATH", "PYTHONHOME", "URE_BOOTSTRAP")  # they are ours, not LibreOffice's
        return subprocess.Popen(  # noqa: S603 - our own arguments
            [
                str(program),
                f"-env:UserInstallation={self._profile.as_uri()}",
                *_OPTIONS,
                f"--accept=pipe,name={self._pipe};urp;",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={name: value for name, value in os.environ.items() if name not in without},
            start_new_session=True,
        )

    def service(self, name: str) -> Any:
        """Return a new instance of one of LibreOffice's services."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def _connect(self, deadline: float) -> Any:
        local = self._uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        address = f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext"
        while True:
            try:
                return resolver.resolve(address)
            except Exception as problem:  # NoConnectException cannot be imported before uno is
                if not self.running:
                    raise HostFailed(
                        "LibreOffice 启动后就退出了",
                        "请在终端运行 soffice --headless 查看原因，或重新安装 LibreOffice",
                    ) from problem
                if time.monotonic() > deadline:
                    raise HostFailed(
                        "LibreOffice 迟迟没有启动好", "请关闭占用电脑较多的程序后再试一次"
                    ) from problem
                time.sleep(0.1)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _no_answer(seconds: float) -> HostFailed:
    return HostFailed(
        f"LibreOffice 在 {seconds:g} 秒内没有完成，已将其结束，原文件没有改动", "请再试一次"
    )
