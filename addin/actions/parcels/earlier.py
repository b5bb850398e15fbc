"""The result of an earlier consolidation of the very same files, to be used again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from addin.actions.consolidation.order import Told, Whole
from addin.actions.parcels import DRAFT

RESULT = ".result"
"""The suffix of a result: a digest of the rest, what is told of the run in JSON, then all it came to."""


class EarlierRun(NamedTuple):
    """What a run came to.

    Attributes:
        told: What a command says of it.
        generated: 生成时间 of its workbook.
        members: A digest of its workbook's directory, which has a checksum of every part.
        section: All it came to, packed.
    """

    told: Told
    generated: datetime
    members: str
    section: bytes

    def load(self) -> Whole:
        """Return all the run came to."""
        # most runs that find nothing changed never ask
        from addin.actions.parcels.parcel import unpacked  # noqa: PLC0415

        return Whole(*unpacked(self.section))


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
    with suppress(OSError, ValueError, KeyError, TypeError):
        digest, _, rest = (folder / f"{key}{RESULT}").read_bytes().partition(b"\n")
        if digest.decode() != hashlib.sha256(rest).hexdigest():
            return None
        line, _, section = rest.partition(b"\n")
        known = json.loads(line)
        generated = datetime.fromisoformat(known["generated"])
        earlier = EarlierRun(Told(*known["told"]), generated, known["members"], section)
        return earlier if earlier.members == members_of(out) else None
    return None


def keep_run(folder: Path, key: str, run: EarlierRun) -> Path:
    """Write a run's result and return its file; where it cannot be written the next run does without."""
    path = folder / f"{key}{RESULT}"
    known = {"told": run.told, "generated": run.generated.isoformat(), "members": run.members}
    rest = json.dumps(known, ensure_ascii=False).encode() + b"\n" + run.section
    draft = path.with_suffix(DRAFT)
    with suppress(OSError):
        draft.write_bytes(hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest)
        draft.replace(path)
    return path
