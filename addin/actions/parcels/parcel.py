"""One examined ledger as a file of two sections: everything but the log, and the log.

A section is a pickle, compressed. It is read with nothing but the classes of a ledger at hand, so
that a file from elsewhere can hold data only, never code. The first line says in JSON by which
version of the program it was written and how long the sections are.
"""

from __future__ import annotations

import io
import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

from isal import isal_zlib

from addin.actions.parcels import DRAFT
from addin.actions.parcels.version import program_version
from addin.actions.validate import ExaminedLedger
from validators.ledger import SheetPart, Table
from validators.sheets import LogEntryRow

_LOG = LogEntryRow.sheet.key
_LONGEST_LINE = 4_096
_OURS = ("validators.", "addin.domain.")
_PLAIN = {
    ("array", "_array_reconstructor"),
    ("array", "array"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("numpy", "dtype"),
    ("numpy._core.numeric", "_frombuffer"),
}
"""What a section may name besides classes and rebuilders of ours."""

_REBUILDERS = {
    ("addin.domain.log_hints.candidates", "_counted"),
    ("addin.actions.validate", "_restored"),
    ("addin.actions.validate", "ExaminedLedger"),
    ("validators.ledger", "_restored"),
}


class DamagedParcel(Exception):
    """A file is no parcel, is damaged, or was written by another version of the program."""


def save_parcel(examined: ExaminedLedger, path: Path) -> None:
    """Write an examined ledger to a file."""
    rest, log = map(packed, _split(examined))
    line = json.dumps({"version": program_version(), "sections": [len(rest), len(log)]}).encode()
    draft = path.with_suffix(DRAFT)
    draft.write_bytes(b"%b\n%b%b" % (line, rest, log))
    draft.replace(path)


def load_parcel(path: Path) -> ExaminedLedger:
    """Read an examined ledger.

    Raises:
        DamagedParcel: The file cannot be used.
    """
    rest, log = _sections(path)
    examined: ExaminedLedger = unpacked(rest)
    tables = {**examined.ledger.tables, _LOG: Table(LogEntryRow, unpacked(log))}
    examined.ledger = replace(examined.ledger, tables=tables)
    return examined


def load_rest(path: Path) -> ExaminedLedger:
    """Read an examined ledger without its log.

    Raises:
        DamagedParcel: The file cannot be used.
    """
    examined: ExaminedLedger = unpacked(_sections(path)[0])
    return examined


def load_log(path: Path) -> list[SheetPart]:
    """Read the worksheets of a ledger's log.

    Raises:
        DamagedParcel: The file cannot be used.
    """
    log: list[SheetPart] = unpacked(_sections(path)[1])
    return log


def _split(examined: ExaminedLedger) -> tuple[ExaminedLedger, list[SheetPart]]:
    tables = dict(examined.ledger.tables)
    log = tables[_LOG].parts
    tables[_LOG] = Table(LogEntryRow)
    return replace(examined, ledger=replace(examined.ledger, tables=tables)), log


def packed(content: object) -> bytes:
    """Return content as a compressed section."""
    section: bytes = isal_zlib.compress(pickle.dumps(content, 5), 1)
    return section


def unpacked(section: bytes) -> Any:
    """Return the content of a section.

    Raises:
        DamagedParcel: It is damaged, or holds something that no ledger and no result has.
    """
    try:
        pickled = isal_zlib.decompress(section)
    except Exception as error:  # whatever damage makes of it
        raise DamagedParcel("unreadable section") from error
    return plain(pickled)


def plain(pickled: bytes) -> Any:
    """Return what was pickled.

    Raises:
        DamagedParcel: It is damaged, or holds something that no ledger and no result has.
    """
    try:
        return _PlainUnpickler(io.BytesIO(pickled)).load()
    except Exception as error:  # whatever damage makes of it
        raise DamagedParcel("unreadable content") from error


def _sections(path: Path) -> tuple[bytes, bytes]:
    try:
        data = path.read_bytes()
        end = data.index(b"\n", 0, _LONGEST_LINE) + 1
        line = json.loads(data[:end])
        rest, log = line["sections"]
        if line["version"] != program_version() or end + rest + log != len(data):
            raise DamagedParcel("of another version, or cut off")
        return data[end : end + rest], data[end + rest :]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedParcel("no parcel") from error


class _PlainUnpickler(pickle.Unpickler):
    """Makes ledgers and what they come to, and refuses to look up anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of ours that holds data.

        Raises:
            UnpicklingError: It is none.
        """
        if (module, name) in _PLAIN | _REBUILDERS:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(_OURS) else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} holds no data of ours")
