"""The result of an earlier consolidation of the very same files, to be used again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from addin.actions.parcels.parcel import DRAFT, DamagedParcel, packed, unpacked
from addin.domain.deliveries import UnitStatus
from addin.domain.summaries import Summary
from validators.findings import Report

RESULT = ".result"
"""The suffix of a result."""


class EarlierRun(NamedTuple):
    """What a run came to.

    Attributes:
        report: Findings and row accounts.
        summary: Figures by unit.
        states: The state of every unit.
        generated: 生成时间 of its workbook.
        members: A digest of its workbook's directory, which has a checksum of every part.
    """

    report: Report
    summary: Summary
    states: list[UnitStatus]
    generated: datetime
    members: str


def digest_of(facts: Iterable[Any]) -> str:
    """Return a digest of some facts in their order."""
    digest = hashlib.sha256()
    for fact in facts:
        digest.update(f"{fact!r}\n".encode())
    return digest.hexdigest()[:40]


def members_of(workbook: Path) -> str:
    """Return a digest of a workbook's directory, "" of none."""
    with suppress(OSError, BadZipFile), ZipFile(workbook) as archive:
        return digest_of((i.filename, i.file_size, i.CRC) for i in archive.infolist())
    return ""


def find_earlier(folder: Path, key: str, out: Path) -> EarlierRun | None:
    """Return the earlier run of a key if its workbook still stands as it was written.

    Args:
        folder: Where results lie.
        key: A digest of everything a run rests on but its time.
        out: The workbook.
    """
    path = folder / f"{key}{RESULT}"
    with suppress(OSError, DamagedParcel, TypeError):
        earlier = EarlierRun(*unpacked(path.read_bytes()))
        return earlier if earlier.members == members_of(out) else None
    return None


def keep_run(folder: Path, key: str, run: EarlierRun) -> Path:
    """Write a run's result and return its file."""
    path = folder / f"{key}{RESULT}"
    draft = path.with_suffix(DRAFT)
    draft.write_bytes(packed(tuple(run)))
    draft.replace(path)
    return path
