"""All that a computer without internet needs, in one folder, but for Python itself.

wheels/            for one kind of computer and one Python version, each as the lock file names it
requirements.txt   the same by name, version and hash
install.ps1        starts Python with install.py, install.sh does on Linux; install.py does the work
安装说明.html
SHA256SUMS.txt     every file's hash, checked before anything is installed

To it comes what the spreadsheet program needs.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from addin.hosts.offline import setup_offline
from validators.errors import UsageError, WriteRefused


@dataclass(frozen=True)
class Pin:
    """One package at one version with the SHA-256 of every file it is published as."""

    name: str
    version: str
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Target:
    """A kind of computer.

    Attributes:
        name: What the commands call it.
        tags: The platforms of wheels that run on it, as pip knows them.
        markers: What markers of the lock are judged by.
        script: What starts the installation.
        python: The file by which Python is installed; `{python}` stands for the version.
    """

    name: str
    tags: tuple[str, ...]
    markers: Mapping[str, str]
    script: str
    python: str


WINDOWS = Target(
    "windows", ("win_amd64",),
    {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
    "install.ps1", "python-{python}-amd64.exe",
)  # fmt: skip


def linux(machine: str) -> Target:
    """Return Linux on a kind of processor, with the C library of UOS 20 and Kylin V10 or a newer one."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(28, 16, -1)]
    return Target(
        machine, (*tags, f"manylinux2014_{machine}", f"linux_{machine}"),
        {
            "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux",
            "platform_machine": machine,
        },
        "install.sh", f"cpython-{{python}}-{machine}-unknown-linux-gnu-install_only.tar.gz",
    )  # fmt: skip


TARGETS = {one.name: one for one in (WINDOWS, *map(linux, ("x86_64", "aarch64", "loongarch64")))}


def pins_for(lock: str, python: str, target: Target) -> list[Pin]:
    """Return what the lock names for a kind of computer and a Python such as 3.11.9.

    The markers are judged here: pip judges them by the machine it runs on, whatever the platform it
    downloads for.
    """
    environment = {
        **target.markers,
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_version": python,
        "extra": "",
    }
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", lock))
    pins = [_pin(entry, environment) for entry in entries if entry.strip()]
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


# --- the folder -----------------------------------------------------------------------------------

PYTHON = "3.11.9"
"""The last 3.11 with an installer for Windows; 3.11 is what the tests run on."""

SOURCE = Path(__file__).parents[3]
"""The checkout this runs from: it has the lock file and what the own wheel is built of."""

_MANUAL = "安装说明.html"

Fetch = Callable[[list[Pin], str, Target, Path], None]
"""Put one wheel for each pin, a Python version and a kind of computer into a folder."""


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


@dataclass(frozen=True)
class Contents:
    """What differs between the spreadsheet programs.

    Attributes:
        add: Puts into the folder what the program needs.
        manual: The page that tells how to install, with `{MARKS}` in it.
        words: What stands in place of the marks.
    """

    add: Callable[[Path], object]
    manual: bytes
    words: Mapping[str, str]


def gather(
    out: Path, python: str, target: Target, contents: Contents, source: Path, fetch: Fetch | None
) -> Bundle:
    """Gather a bundle in `out`, which must be missing or empty, and check it by its own list.

    Args:
        out: The folder.
        python: The Python version of the computers, such as 3.11.9.
        target: What kind they are.
        contents: What the spreadsheet program needs.
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
    pins = pins_for((source / "requirements.lock").read_text("utf-8"), python, target)
    (fetch or download)(pins, python, target, wheels)
    own = _own_wheel(source, wheels)
    lines = requirement_lines([*pins, own], sorted(wheels.glob("*.whl")))
    (out / "requirements.txt").write_text("\n".join(lines) + "\n", "utf-8", newline="\n")
    contents.add(out)
    return _finished(out, python, own.version, target, contents)


def download(pins: list[Pin], python: str, target: Target, folder: Path) -> None:
    """Let pip fetch the wheels by their hashes.

    Raises:
        WriteRefused: One cannot be had for that Python on that computer; pip's own words are printed.
    """
    if _downloaded(pins, python, target, folder):
        return
    if target is WINDOWS:
        raise WriteRefused(
            "部分程序文件未下载成功（见上方 pip 的信息）",
            "请检查网络；某个库没有该 Python 版本的 Windows 文件的，请换一个版本",
        )
    lost = [pin.name for pin in pins if not _downloaded([pin], python, target, folder, quiet=True)]
    raise WriteRefused(
        f"{target.name} 的电脑缺少 {len(lost)} 个程序文件（共 {len(pins)} 个）：{'、'.join(lost)}",
        "请检查网络；网络正常的，请换一个 Python 版本，或改在 x86_64 的电脑上使用",
    )


def _downloaded(
    pins: list[Pin], python: str, target: Target, folder: Path, *, quiet: bool = False
) -> bool:
    wanted = [
        " ".join(
            (f"{pin.name}=={pin.version}", *(f"--hash=sha256:{digest}" for digest in pin.hashes))
        )
        for pin in pins
    ]
    short = ".".join(python.split(".")[:2])
    kind = [word for tag in target.tags for word in ("--platform", tag)]
    kind += ["--python-version", short, "--implementation", "cp"]
    with tempfile.TemporaryDirectory() as temporary:
        lock = Path(temporary) / "wanted.txt"
        lock.write_text("\n".join(wanted) + "\n", "utf-8")
        files_only = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
        places = ["--requirement", str(lock), "--dest", str(folder)]
        return _pip(["download", *files_only, *kind, *places], quiet=quiet)


def _own_wheel(source: Path, folder: Path) -> Pin:
    before = set(folder.glob("*.whl"))
    options = ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)]
    if not _pip(["wheel", *options]):
        raise WriteRefused(
            "本工具的程序文件未生成（见上方 pip 的信息）", "请在源代码文件夹中运行本命令"
        )
    (wheel,) = set(folder.glob("*.whl")) - before
    name, version, _, _ = parse_wheel_filename(wheel.name)
    return Pin(name, str(version), ())


def _pip(arguments: list[str], *, quiet: bool = False) -> bool:
    command = [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "--quiet",
        "--disable-pip-version-check",
        *arguments,
    ]
    answer = subprocess.run(command, check=False, capture_output=quiet)  # noqa: S603 - fixed words and our paths
    return answer.returncode == 0


def _finished(out: Path, python: str, version: str, target: Target, contents: Contents) -> Bundle:
    installer = target.python.format(python=python)
    here = files("addin.hosts.offline")
    for name, copy in ((target.script, target.script), ("setup_offline.py", "install.py")):
        (out / copy).write_bytes(here.joinpath(name).read_bytes())
    words = {
        **contents.words,  # the first, for they may have marks of the others
        "{PYTHON}": ".".join(python.split(".")[:2]),
        "{MACHINE}": target.name,
        "{INSTALLER}": installer,
        "{VERSION}": version,
        "{COUNT}": str(len(setup_offline.hashes(out)) + 1),  # the manual itself is one more
    }
    (out / _MANUAL).write_bytes(_filled(contents.manual, words))
    script = out / target.script
    script.write_bytes(_filled(script.read_bytes(), words))
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
