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
from typing import Any, NamedTuple

from isal import isal_zlib

from addin.actions.parcels.version import VERSION
from addin.actions.validate import ExaminedLedger
from validators.ledger import SheetPart, Table
from validators.sheets import LogEntryRow

_LOG = LogEntryRow.sheet.key
_LONGEST_LINE = 4_096
_PLAIN = {
    ("array", "_array_reconstructor"),
    ("array", "array"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
}
"""What a section may name besides classes and rebuilders of ours."""

_REBUILDERS = {
    ("addin.actions.validate", "_restored"),
    ("addin.actions.validate", "ExaminedLedger"),
    ("validators.ledger", "_restored"),
}


class DamagedParcel(Exception):
    """A file is no parcel, is damaged, or was written by another version of the program."""


class Sections(NamedTuple):
    """Where the sections of a parcel lie: offset and length of each."""

    rest: tuple[int, int]
    log: tuple[int, int]


def save_parcel(examined: ExaminedLedger, path: Path) -> None:
    """Write an examined ledger to a file."""
    rest, log = map(_packed, _split(examined))
    line = json.dumps({"version": VERSION, "sections": [len(rest), len(log)]}).encode()
    path.write_bytes(b"%b\n%b%b" % (line, rest, log))


def load_parcel(path: Path) -> ExaminedLedger:
    """Read an examined ledger.

    Raises:
        DamagedParcel: The file cannot be used.
    """
    data = _bytes(path)
    sections = _sections(data)
    examined: ExaminedLedger = _unpacked(data, sections.rest)
    log: list[SheetPart] = _unpacked(data, sections.log)
    tables = {**examined.ledger.tables, _LOG: Table(LogEntryRow, log)}
    examined.ledger = replace(examined.ledger, tables=tables)
    return examined


def load_log(path: Path) -> list[SheetPart]:
    """Read the worksheets of a ledger's log.

    Raises:
        DamagedParcel: The file cannot be used.
    """
    data = _bytes(path)
    log: list[SheetPart] = _unpacked(data, _sections(data).log)
    return log


def _split(examined: ExaminedLedger) -> tuple[ExaminedLedger, list[SheetPart]]:
    tables = dict(examined.ledger.tables)
    log = tables[_LOG].parts
    tables[_LOG] = Table(LogEntryRow)
    return replace(examined, ledger=replace(examined.ledger, tables=tables)), log


def _packed(content: object) -> bytes:
    packed: bytes = isal_zlib.compress(pickle.dumps(content, 5), 1)
    return packed


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DamagedParcel(path.name) from error


def _sections(data: bytes) -> Sections:
    try:
        end = data.index(b"\n", 0, _LONGEST_LINE) + 1
        line = json.loads(data[:end])
        rest, log = line["sections"]
        if line["version"] != VERSION or end + rest + log != len(data):
            raise DamagedParcel("another version, or cut off")
        return Sections((end, rest), (end + rest, log))
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedParcel("no parcel") from error


def _unpacked(data: bytes, section: tuple[int, int]) -> Any:
    start, length = section
    try:
        content = isal_zlib.decompress(data[start : start + length])
        return _LedgerUnpickler(io.BytesIO(content)).load()
    except Exception as error:  # whatever damage makes of it
        raise DamagedParcel("unreadable section") from error


class _LedgerUnpickler(pickle.Unpickler):
    """Makes ledgers, and refuses to look up anything else."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that ledgers are made of.

        Raises:
            UnpicklingError: Ledgers have no such thing.
        """
        if (module, name) in _PLAIN | _REBUILDERS:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("validators.") else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a ledger")
