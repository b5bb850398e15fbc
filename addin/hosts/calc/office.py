"""One private LibreOffice process without windows, and UNO, the interface to talk to it.

The process is started, watched, and ended whatever happens.
"""

from __future__ import annotations

import atexit
import builtins
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from validators.errors import BangdaiError

Area = tuple[int, int, int, int]
"""First row, first column (from 1), number of rows, number of columns."""

_FOLDERS = ("/usr/lib/python3/dist-packages", "/usr/lib64/libreoffice/program")
UNO_OF_OFFICE = "BANGDAI_UNO"
"""The variable by which a LibreOffice that starts us says where its own module is."""
_INSTALL = "请安装 Debian 软件包 libreoffice-calc 和 python3-uno：sudo apt-get install libreoffice-calc python3-uno"


class HostFailed(BangdaiError):
    """LibreOffice is missing, does not start, or does not answer."""


def soffice() -> Path:
    """Return the path of LibreOffice's program.

    Raises:
        HostFailed: This is not Linux, or LibreOffice is not installed.
    """
    if not sys.platform.startswith("linux"):
        raise HostFailed(
            "LibreOffice 运行方式只用于 Linux（自动测试和无界面运行）",
            "在 Windows 上请打开 Excel，使用“导师帮带”选项卡中的按钮",
        )
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise HostFailed("未找到 LibreOffice（soffice）", _INSTALL)
    return Path(program)


@cache
def load_uno() -> Any:
    """Return the module `uno`, the Python side of UNO.

    Debian installs it into the system Python's folder of packages. Only that one file is loaded
    from there: with the whole folder on the path, its other packages would shadow ours.

    Raises:
        HostFailed: The module is not installed, or was made for another version of Python.
    """
    if "uno" in sys.modules:
        return sys.modules["uno"]
    for place in _places():
        if (place / "uno.py").is_file():
            return _load(place / "uno.py")
    raise HostFailed("未找到 LibreOffice 的 Python 接口（uno 模块）", _INSTALL)


def _places() -> Iterator[Path]:
    if used := os.environ.get(UNO_OF_OFFICE):
        yield Path(used).parent
    yield from map(Path, _FOLDERS)
    yield soffice().resolve().parent


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("uno", path)
    if spec is None or spec.loader is None:
        raise HostFailed(f"无法读取“{path}”", _INSTALL)
    module = importlib.util.module_from_spec(spec)
    importing, search_path = builtins.__import__, sys.path[:]
    sys.modules["uno"] = module  # the compiled half asks for it by name
    try:
        spec.loader.exec_module(module)
    except ImportError as problem:
        del sys.modules["uno"]
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise HostFailed(
            f"LibreOffice 的 Python 接口不能在 Python {version} 中使用（{problem}）",
            "请用系统自带的 python3 的同一版本新建虚拟环境，再安装本工具",
        ) from problem
    finally:
        # uno makes `import` and the path its own; neither is needed once it is loaded
        builtins.__import__ = importing
        sys.path[:] = search_path
    return module


def struct(name: str, **fields: Any) -> Any:
    """Return a new UNO struct, such as `struct("awt.Point", X=1)` for com.sun.star.awt.Point."""
    value_struct = load_uno().createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(value_struct, field, value)
    return value_struct


def enum(name: str, value: str) -> Any:
    """Return one value of a UNO enumeration, such as `enum("awt.FontSlant", "ITALIC")`."""
    return load_uno().Enum(f"com.sun.star.{name}", value)


def properties(**values: Any) -> tuple[Any, ...]:
    """Return keyword arguments as the sequence of named values UNO takes."""
    return tuple(struct("beans.PropertyValue", Name=n, Value=v) for n, v in values.items())


def url_of(path: Path) -> str:
    """Return the address of a file as UNO wants it."""
    return str(load_uno().systemPathToFileUrl(str(path.resolve())))


def area(sheet: int, where: Area) -> Any:
    """Return `where` on the sheet with this number (from 0) as a CellRangeAddress."""
    row, column, n_rows, n_columns = where
    return struct(
        "table.CellRangeAddress",
        Sheet=sheet,
        StartRow=row - 1,
        StartColumn=column - 1,
        EndRow=row + n_rows - 2,
        EndColumn=column + n_columns - 2,
    )


def area_of(address: Any) -> Area:
    """Return the area of a CellRangeAddress."""
    return (
        address.StartRow + 1,
        address.StartColumn + 1,
        address.EndRow - address.StartRow + 1,
        address.EndColumn - address.StartColumn + 1,
    )


def cell_address(sheet: int, row: int, column: int) -> Any:
    """Return the cell at `row` and `column` (from 1) of a sheet (from 0) as a CellAddress."""
    return struct("table.CellAddress", Sheet=sheet, Row=row - 1, Column=column - 1)


# --- the process ----------------------------------------------------------------------------------

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


class RunningOffice:
    """A LibreOffice that lets us in, whoever started it.

    Args:
        context: UNO's component context in it.
        pid: Its process's number.

    Attributes:
        desktop: LibreOffice's `com.sun.star.frame.Desktop`, from which everything is reached.
        pid: Its process's number.
    """

    def __init__(self, context: Any, pid: int) -> None:
        self._context, self.pid = context, pid
        self.desktop = self.service("com.sun.star.frame.Desktop")

    @property
    def version(self) -> str:
        """LibreOffice's version, such as `7.4.7.2`."""
        settings = self.service("com.sun.star.configuration.ConfigurationProvider")
        product = settings.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess",
            properties(nodepath="/org.openoffice.Setup/Product"),
        )
        return str(product.getByName("ooSetupVersionAboutBox"))

    def service(self, name: str) -> Any:
        """Return a new instance of one of LibreOffice's services."""
        return self._context.ServiceManager.createInstanceWithContext(name, self._context)

    def stop(self) -> None:
        """Leave it running: it is not ours."""


class Office(RunningOffice):
    """A LibreOffice of our own: own settings, own connection, own process group.

    Args:
        start_seconds: How long LibreOffice may take to answer the first time.

    Attributes:
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
            context = self._connect(time.monotonic() + start_seconds)
            super().__init__(context, self._process.pid)
        except BaseException:
            self._kill()
            self.stop()
            raise

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
                raise HostFailed("LibreOffice 意外退出，原文件未改动", "请重试") from problem
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
                        "LibreOffice 启动后退出",
                        "请在终端运行 soffice --headless 查看原因，或重新安装 LibreOffice",
                    ) from problem
                if time.monotonic() > deadline:
                    raise HostFailed(
                        "LibreOffice 启动超时", "请关闭占用资源较多的程序后重试"
                    ) from problem
                time.sleep(0.1)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _no_answer(seconds: float) -> HostFailed:
    return HostFailed(f"LibreOffice 在 {seconds:g} 秒内未完成，已将其结束，原文件未改动", "请重试")
