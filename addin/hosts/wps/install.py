"""Put the add-in where WPS looks for it, register it, and take both away again.

No administrator is needed: everything lies in the user's own folders. A version's folder is complete
before the list of add-ins names it, and the list is replaced in one step: whatever stops an
installation, WPS finds the old add-in or the new one, whole.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import metadata
from pathlib import Path
from zlib import crc32

from addin.hosts.user_files import DRAFT, home, refused, replace_file
from addin.hosts.wps.build import addin_files
from addin.hosts.wps.connection import (
    Connection,
    bind,
    connection_file,
    is_running,
    service_command,
)
from addin.hosts.wps.program import FLATPAK, Program
from addin.hosts.wps.publish_list import (
    FILE_NAME,
    NAME,
    NoList,
    folder_name,
    with_entry,
    without_entry,
)
from addin.hosts.wps.start import Systemd
from validators.errors import WriteRefused
from workbooks.file_locks import claim
from workbooks.file_problems import make_folder
from workbooks.files import free_path

WPS = "WPS"
_OURS = re.compile(rf"{NAME}_\d+(\.\d+)*")
"""Names of the folders of our versions."""


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one installation.

    Attributes:
        addins: WPS's folder of add-ins, `jsaddons`.
        home: Our folder: port and token of the service, and the log.
    """

    addins: Path
    home: Path

    @classmethod
    def of(
        cls, program: Program | None = None, environment: Mapping[str, str] = os.environ
    ) -> Places:
        """Return the places by the user's environment.

        Args:
            program: WPS as it was found; a Flatpak keeps its files elsewhere.
            environment: Where APPDATA tells Windows; else XDG_DATA_HOME and HOME count.
        """
        if roaming := environment.get("APPDATA"):
            data = Path(roaming) / "kingsoft"
        else:
            user = Path(environment.get("HOME") or Path.home())
            given = Path(environment.get("XDG_DATA_HOME", ""))
            own = user / ".var" / "app" / FLATPAK / "data"
            shared = given if given.is_absolute() else user / ".local" / "share"
            data = (own if program and program.sandboxed else shared) / "Kingsoft"
        return cls(data / "wps" / "jsaddons", home(environment))

    @property
    def publish_list(self) -> Path:
        """Kingsoft's list of add-ins."""
        return self.addins / FILE_NAME

    @property
    def folder(self) -> Path:
        """Where this version of the add-in belongs."""
        return self.addins / folder_name(version())


@dataclass(frozen=True, slots=True)
class Installation:
    """What an installation did.

    Attributes:
        folder: Where the add-in is.
        damaged: The copy of a list of add-ins that could not be read; None where it could.
    """

    folder: Path
    damaged: Path | None = None


def version() -> str:
    """Return the add-in's version: the product's, and a number that its files' content gives.

    So another content has another folder, and none in use is ever written to.
    """
    content = "".join(f"{name}\0{crc32(data)}\0" for name, data in sorted(addin_files().items()))
    numbers = re.match(r"\d+(\.\d+)*", metadata.version("bangdai"))
    return f"{numbers[0] if numbers else 0}.{crc32(content.encode()) & 0xFFFF}"


def install(places: Places, systemd: Systemd) -> Installation:
    """Write the add-in's folder and the script with its token, register it, and prepare the service.

    Args:
        places: Where everything goes.
        systemd: Starts the service when it is needed, where there is one.

    Raises:
        WriteRefused: Another installation is at it, or a folder cannot be written.
    """
    with _alone(places):
        _write_folder(places.folder)
        connection = _connection(places, systemd)
        connection = replace(connection, addin=places.folder, start=tuple(service_command()))
        connection.save(places.home)
        damaged = _register(places)
        for folder in _versions(places.addins):
            if folder != places.folder:
                shutil.rmtree(folder, ignore_errors=True)  # what WPS has open goes next time
        systemd.install(connection.port, service_command())
        return Installation(places.folder, damaged)


def _connection(places: Places, systemd: Systemd) -> Connection:
    """Return port and token; others where another program listens on the port."""
    kept = Connection.load(places.home)
    if systemd.listens() or is_running(places.home):
        return kept
    probe = bind(kept.port)
    if probe is None:
        return kept.moved()
    probe.close()
    return kept


def uninstall(places: Places, systemd: Systemd) -> list[Path]:
    """Take our entry out of the list, remove our folders and the token; return what was removed.

    Raises:
        WriteRefused: The list cannot be read or written, or a folder cannot be removed.
    """
    removed = []
    if places.addins.is_dir():
        with _alone(places):
            removed = _unregister(places)
            for folder in _versions(places.addins):
                try:
                    shutil.rmtree(folder)
                except OSError as error:
                    raise refused(folder, error, WPS) from None
                removed.append(folder)
    removed += systemd.uninstall()
    kept = connection_file(places.home)
    if kept.exists():
        kept.unlink()
        removed.append(kept)
    return removed


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    make_folder(places.addins)
    with claim(places.publish_list):
        _sweep(places.addins)
        yield


# --- the folder -----------------------------------------------------------------------------------


def _write_folder(folder: Path) -> None:
    """Have the add-in's files in `folder`, which appears with all of them at once.

    One that is there has the same content by its name; files of it that were changed or lost are
    put back one by one.
    """
    files = addin_files()
    if folder.is_dir():
        for name in differing(folder, files):
            replace_file(folder / name, files[name], WPS)
        return
    try:
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=folder.parent))
        for name, content in files.items():
            (draft / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(content)
        draft.rename(folder)
    except OSError as error:
        raise refused(folder, error) from None


def differing(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return the names of the files that are missing in a folder or have another content."""

    def is_there(name: str, content: bytes) -> bool:
        try:
            return (folder / name).read_bytes() == content
        except OSError:
            return False

    return [name for name, content in files.items() if not is_there(name, content)]


def _versions(addins: Path) -> list[Path]:
    return sorted(
        folder for folder in addins.iterdir() if _OURS.fullmatch(folder.name) and folder.is_dir()
    )


def _sweep(addins: Path) -> None:
    """Remove what an installation that was stopped left; none is at work but this one."""
    for draft in addins.glob(f"{DRAFT}*"):
        if draft.is_dir():
            shutil.rmtree(draft, ignore_errors=True)
        else:
            with suppress(OSError):
                draft.unlink()


# --- the list -------------------------------------------------------------------------------------


def read_list(places: Places) -> bytes:
    """Return Kingsoft's list of add-ins, b"" where there is none.

    Raises:
        WriteRefused: The system will not let it be read.
    """
    try:
        return places.publish_list.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise refused(places.publish_list, error, WPS) from None


def _register(places: Places) -> Path | None:
    """Have our entry in the list; return the copy of one that could not be read."""
    content, damaged = read_list(places), None
    try:
        changed = with_entry(content, version())
    except NoList:
        damaged = _set_aside(places.publish_list, content)
        changed = with_entry(b"", version())
    if changed != content:
        replace_file(places.publish_list, changed, WPS)
    return damaged


def _set_aside(file: Path, content: bytes) -> Path:
    """Keep the content of a file that cannot be read under a name with today's date."""
    moment = datetime.now().strftime("%Y%m%d-%H%M%S")  # noqa: DTZ005 - a clerk's clock
    copy = free_path(file.parent, f"{file.stem}-无法读取-{moment}", file.suffix)
    replace_file(copy, content)
    return copy


def _unregister(places: Places) -> list[Path]:
    content = read_list(places)
    try:
        changed = without_entry(content)
    except NoList as problem:
        raise WriteRefused(
            f"{places.publish_list} 无法读取，未改动", "请先修复或移走该文件，再卸载"
        ) from problem
    if changed == content:
        return []
    if changed:
        replace_file(places.publish_list, changed, WPS)
    else:
        places.publish_list.unlink()
    return [places.publish_list]
