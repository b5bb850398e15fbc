"""All a clerk's PC without internet needs, in one folder, but for the Python installer.

wheels/            for 64-bit Windows and one Python version, each as the lock file names it
requirements.txt   the same by name, version and hash
导师帮带.xlam
install.ps1        starts Python with install.py; install.py does the work
安装说明.html
SHA256SUMS.txt     every file's hash, checked before anything is installed
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from addin.hosts.excel import setup_offline
from addin.hosts.excel.build import build_addin
from validators.errors import UsageError, WriteRefused


@dataclass(frozen=True)
class Pin:
    """One package at one version with the SHA-256 of every file it is published as."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins_for_windows(lock: str, python: str) -> list[Pin]:
    """Return what the lock names for 64-bit Windows and a Python such as 3.11.9.

    The markers are judged here: pip judges them by the machine it runs on, whatever the platform it
    downloads for.
    """
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", lock))
    pins = [_pin(entry, _windows(python)) for entry in entries if entry.strip()]
    return [pin for pin in pins if pin]


def requirement_lines(pins: Sequence[Pin], wheels: Sequence[Path]) -> list[str]:
    """Return `name==version --hash` for each pin, with the hash of the wheel that is there only.

    Raises:
        ValueError: A pin has no wheel, or more than one.
    """
    lines = []
    for pin in pins:
        matching = [wheel for wheel in wheels if _is(wheel, pin)]
        if len(matching) != 1:
            raise ValueError(f"{pin.name} {pin.version} has {len(matching)} wheels, expected one")
        digest = hashlib.sha256(matching[0].read_bytes()).hexdigest()
        if pin.hashes and digest not in pin.hashes:
            raise ValueError(f"{matching[0].name} is not the file the lock names")
        lines.append(f"{pin.name}=={pin.version} --hash=sha256:{digest}")
    return lines


def _pin(entry: str, environment: dict[str, str]) -> Pin | None:
    hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry))
    wanted = Requirement(re.sub(r"\s*\\?\s*--hash=\S+|\\\n?", "", entry).strip())
    if wanted.marker is not None and not wanted.marker.evaluate(environment):
        return None
    (version,) = (part.version for part in wanted.specifier)
    return Pin(wanted.name, version, hashes)


def _is(wheel: Path, pin: Pin) -> bool:
    name, version, _, _ = parse_wheel_filename(wheel.name)
    return (name, str(version)) == (pin.name, pin.version)


def _windows(python: str) -> dict[str, str]:
    return {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_version": python,
        "extra": "",
    }


# --- the folder -----------------------------------------------------------------------------------

PYTHON = "3.11.9"
"""The last 3.11 with an installer for Windows; 3.11 is what the tests run on."""

SOURCE = Path(__file__).parents[3]
"""The checkout this runs from: it has the lock file and what the own wheel is built of."""

_MANUAL = "安装说明.html"
_PYTHON_IN_VENV = r"%LOCALAPPDATA%\BangDai\venv\Scripts\python.exe"

Fetch = Callable[[list[Pin], str, Path], None]
"""Put one Windows wheel for each pin and a Python version into a folder."""


@dataclass(frozen=True)
class Bundle:
    """What was gathered.

    Attributes:
        folder: Where it is.
        count: Files the list of hashes names.
        size: Their bytes.
        installer: The one thing that must be fetched by hand.
    """

    folder: Path
    count: int
    size: int
    installer: str


def make_bundle(
    out: Path, python: str = PYTHON, source: Path = SOURCE, fetch: Fetch | None = None
) -> Bundle:
    """Gather the bundle in `out`, which must be missing or empty, and check it by its own list.

    Args:
        out: The folder.
        python: The Python version of the clerks' PCs, such as 3.11.9.
        source: The checkout.
        fetch: Where wheels come from; `download` when None.

    Raises:
        UsageError: This is not run from a checkout.
        WriteRefused: The folder is not empty, or a wheel cannot be had.
    """
    if not (source / "requirements.lock").is_file():
        raise UsageError(f"{source} 中没有 requirements.lock", "请在源代码文件夹中运行本命令")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise WriteRefused(f"“{out}”中已有内容", "请换一个空文件夹")
    wheels = out / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    pins = pins_for_windows((source / "requirements.lock").read_text("utf-8"), python)
    (fetch or download)(pins, python, wheels)
    own = _own_wheel(source, wheels)
    lines = requirement_lines([*pins, own], sorted(wheels.glob("*.whl")))
    (out / "requirements.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    build_addin(out)
    return _finished(out, python, own.version)


def download(pins: list[Pin], python: str, folder: Path) -> None:
    """Let pip fetch the wheels by their hashes.

    Raises:
        WriteRefused: One cannot be had for that Python on Windows; pip's own words are printed.
    """
    wanted = [
        " ".join(
            (f"{pin.name}=={pin.version}", *(f"--hash=sha256:{digest}" for digest in pin.hashes))
        )
        for pin in pins
    ]
    short = ".".join(python.split(".")[:2])
    target = ["--platform", "win_amd64", "--python-version", short, "--implementation", "cp"]
    with tempfile.TemporaryDirectory() as temporary:
        lock = Path(temporary) / "windows.txt"
        lock.write_text("\n".join(wanted) + "\n", "utf-8")
        files_only = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
        places = ["--requirement", str(lock), "--dest", str(folder)]
        _pip(["download", *files_only, *target, *places])


def _own_wheel(source: Path, folder: Path) -> Pin:
    before = set(folder.glob("*.whl"))
    _pip(["wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)])
    (wheel,) = set(folder.glob("*.whl")) - before
    name, version, _, _ = parse_wheel_filename(wheel.name)
    return Pin(name, str(version), ())


def _pip(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    answer = subprocess.run(command, check=False)  # noqa: S603 - fixed words and our paths
    if answer.returncode:
        raise WriteRefused(
            "部分程序文件未下载成功（见上方 pip 的信息）",
            "请检查网络；某个库没有该 Python 版本的 Windows 文件的，请换一个版本",
        )


def _finished(out: Path, python: str, version: str) -> Bundle:
    installer = f"python-{python}-amd64.exe"
    here = files("addin.hosts.excel")
    for name, target in (("install.ps1", "install.ps1"), ("setup_offline.py", "install.py")):
        (out / target).write_bytes(here.joinpath(name).read_bytes())
    words = {
        "{PYTHON}": ".".join(python.split(".")[:2]),
        "{INSTALLER}": installer,
        "{VERSION}": version,
        "{DOCTOR}": f"cmd /k {_PYTHON_IN_VENV} -m addin addin doctor",
        "{UNINSTALL}": f"cmd /k {_PYTHON_IN_VENV} -m addin addin uninstall",
        "{COUNT}": str(len(setup_offline.hashes(out)) + 1),  # the manual itself is one more
    }
    (out / _MANUAL).write_bytes(_filled(here.joinpath("manual.html").read_bytes(), words))
    (out / "install.ps1").write_bytes(_filled((out / "install.ps1").read_bytes(), words))
    listed = setup_offline.hashes(out)
    text = "".join(f"{digest}  {path}\n" for path, digest in listed.items())
    (out / setup_offline.HASHES).write_text(text, "utf-8", newline="\n")
    bad = setup_offline.damaged(out)
    if bad:
        raise WriteRefused(f"生成的文件与清单不符：{'、'.join(bad)}", "请检查磁盘后重试")
    return Bundle(out, len(listed), sum((out / path).stat().st_size for path in listed), installer)


def _filled(template: bytes, words: dict[str, str]) -> bytes:
    text = template.decode("utf-8")
    for mark, word in words.items():
        text = text.replace(mark, word)
    return text.encode("utf-8")
