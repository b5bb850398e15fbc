"""A bundle (.帮带包): the ledgers of a county as read, so that the city need not read them again.

A zip archive: 清单.json says by which version of the program it was made and which ledgers it holds,
the members 0, 1, … hold them. The city judges them as it would the files, so that everything comes out
as if it had them.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from addin.actions.found_files import Source
from addin.actions.parcels import BUNDLE, DamagedParcel
from addin.actions.parcels.parcel import sections_of, unpacked
from addin.actions.parcels.version import program_version
from validators.errors import UnreadableWorkbook
from validators.findings import Finding
from validators.ledger import Ledger
from validators.vocabulary import Level
from workbooks.consolidated.carried_part import part_of
from workbooks.file_problems import output_path, refusing

if TYPE_CHECKING:
    from workbooks.reader import LedgerFile

LIST = "清单.json"
_LARGEST_LIST = 16 << 20
_LARGEST_MEMBER = 256 << 20


def as_read(read: LedgerFile, saved: tuple[datetime, ...]) -> tuple[Any, ...]:
    """Return a ledger as read, before it is judged, as the content of a section."""
    parts = [*read.ledger.parts()]
    findings = [tuple(finding) for finding in read.findings]
    return parts, findings, read.digest, read.absent, saved


def write_bundle(
    target: Path,
    ledgers: Mapping[str, tuple[str, Path]],
    unreadable: Iterable[Finding],
    notices: Iterable[Finding],
) -> None:
    """Write a bundle.

    Args:
        target: The file to make or replace.
        ledgers: By file name, a digest of the file, and where it lies as read.
        unreadable: Findings on the files that could not be read.
        notices: Findings on files that were not read, or were open.

    Raises:
        WriteRefused: It cannot be written.
    """
    target = output_path(target)
    with refusing(target):
        draft = target.with_name(f".bangdai-{target.name}.tmp")
        try:
            draft.touch(mode=0o600)
            with ZipFile(draft, "w") as archive:
                names = ((file, digest) for file, (digest, _) in ledgers.items())
                archive.writestr(LIST, list_of(names, unreadable, notices))
                for number, (_, path) in enumerate(ledgers.values()):
                    archive.writestr(str(number), sections_of(path)[0])
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)


def list_of(
    names: Iterable[tuple[str, str]], unreadable: Iterable[Finding], notices: Iterable[Finding]
) -> str:
    """Return 清单.json of ledgers by name and digest; see `write_bundle`."""
    listed = {
        "version": program_version(),
        "ledgers": [*names],
        "unreadable": [[f.file, f.code, f.message, f.suggestion] for f in unreadable],
        "notices": [list(notice) for notice in notices],
    }
    return json.dumps(listed, ensure_ascii=False)


def unbundled(
    path: Path, file: str, taken: Collection[str] = ()
) -> tuple[list[Source], list[Finding]]:
    """Return the ledgers of a bundle, or of the one in a workbook, and what was found of files its county did not read.

    They are named as if they lay in a folder of the bundle's name, or where such names are `taken`
    in one of its full name. A bundle that cannot be used is one source that cannot be read.
    """
    folder = PurePosixPath(file).with_suffix("").as_posix()
    try:
        listed = listed_in(path)
        names = [*_apart(name for name, *_ in [*listed["ledgers"], *listed["unreadable"]])]
        if any(f"{folder}/{name}" in taken for name in names):
            folder = file
        sources = [Source(path, f"{folder}/{name}", str(n)) for n, name in enumerate(names)]
        notices = [_finding(notice) for notice in listed["notices"]]
    except (UnreadableWorkbook, KeyError, TypeError, ValueError):
        return [Source(path, file, LIST)], []
    return sources, [one._replace(file=f"{folder}/{one.file}") for one in notices]


def _apart(names: Iterable[str]) -> Iterator[str]:
    """Yield names, those that stand there already with a number: masked, two may be alike."""
    known = set[str]()
    for name in names:
        path, own, number = PurePosixPath(name), name, 1
        while own in known:
            number += 1
            own = path.with_stem(f"{path.stem}（{number}）").as_posix()
        known.add(own)
        yield own


def _finding(told: Iterable[Any]) -> Finding:
    """Return a finding from a list, which holds the level as its value."""
    finding = Finding(*told)
    return finding._replace(level=Level(finding.level))


def read_member(source: Source) -> tuple[LedgerFile, tuple[datetime, ...]]:
    """Read one ledger of a bundle, and when its workbook was saved.

    Raises:
        UnreadableWorkbook: The bundle cannot be used, or the county could not read the file.
    """
    from workbooks.reader import LedgerFile  # noqa: PLC0415 - only the workers read

    listed = listed_in(source.path)
    number, count = int(source.member), len(listed["ledgers"])
    if number >= count:
        raise UnreadableWorkbook(*listed["unreadable"][number - count][1:])
    with suppress(OSError, BadZipFile, KeyError, DamagedParcel, TypeError, ValueError):
        with _opened(source.path) as archive:
            section = _member(archive, source.member, _LARGEST_MEMBER)
        parts, findings, digest, absent, saved = unpacked(section)
        for part in parts:
            part.file = source.file
        ledger = Ledger.of(parts, [source.file])
        found = [Finding(*one)._replace(file=source.file) for one in findings]
        return LedgerFile(source.file, ledger, found, digest, absent), saved
    raise _unusable("内容无法读取")


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    """Open a bundle, or the one a county's workbook carries."""
    stream = path if path.suffix == BUNDLE else io.BytesIO(part_of(path))
    with ZipFile(stream) as archive:
        yield archive


def listed_in(path: Path) -> dict[str, Any]:
    """Return what the list of a bundle, or of the one in a workbook, says.

    Raises:
        UnreadableWorkbook: It cannot be used.
    """
    with suppress(OSError, BadZipFile, KeyError, ValueError), _opened(path) as archive:
        listed: dict[str, Any] = json.loads(_member(archive, LIST, _LARGEST_LIST))
        if listed["version"] != program_version():
            raise _unusable("是另一版本的工具生成的")
        return listed
    raise _unusable("无法打开")


def _member(archive: ZipFile, name: str, most: int) -> bytes:
    if archive.getinfo(name).file_size > most:
        raise ValueError(name)
    return archive.read(name)


def _unusable(why: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "file.bundle", f"汇总包{why}", "请县（区）用与市级相同版本的工具重新汇总后再报"
    )
