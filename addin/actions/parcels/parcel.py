"""One examined ledger as a file of sections: what is compared, people, other sheets, log, what it lends, sketch.

A section is a pickle, compressed. It is read with nothing but the classes of a ledger at hand, so
that a file from elsewhere can hold data only, never code. The first line says in JSON by which
version of the program it was written, and of every section how long it is and its checksum. Whatever
loads one raises `DamagedParcel` where it cannot be used.
"""

from __future__ import annotations

import io
import json
import pickle
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import partial
from itertools import accumulate, chain
from pathlib import Path
from typing import Any, ClassVar

from isal import isal_zlib

from addin.actions.parcels import DRAFT, DamagedParcel
from addin.actions.parcels.version import program_version
from addin.actions.validate import ExaminedLedger
from addin.domain.deliveries import Delivery, content_of
from addin.domain.log_hints.sketches import LogSketch
from addin.domain.townships.shared_mentors import PEOPLE, lent_rows
from validators.ledger import Ledger, SheetPart
from validators.relations import COMPARED_FIELDS
from validators.sheets import ExchangeRow, LogEntryRow, UnitRow, columns_by_field

_LOG = LogEntryRow.sheet.key
_HEAD = {model.sheet.key: fields for model, fields in COMPARED_FIELDS.items()} | {
    model.sheet.key: frozenset(columns_by_field(model)) for model in (UnitRow, ExchangeRow)
}
"""The fields in the first section: all that is looked at of many ledgers at once."""
_FIRST, _PEOPLE, _OTHERS, _ROWS, _LENT, _SKETCH = range(6)
_LONGEST_LINE = 4_096
_OURS = ("validators.", "addin.domain.")
_NAMED = {
    ("addin.actions.validate", "ExaminedLedger"),
    ("addin.actions.validate", "_restored"),
    ("addin.domain.log_hints.candidates", "_counted"),
    ("array", "_array_reconstructor"),
    ("array", "array"),
    ("builtins", "frozenset"),
    ("builtins", "set"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "time"),
    ("datetime", "timedelta"),
    ("fractions", "Fraction"),
    ("numpy", "dtype"),
    ("numpy._core.numeric", "_frombuffer"),
    ("validators.findings", "_restored"),
    ("validators.ledger", "_restored"),
}
"""What a section may name besides classes of ours."""


def save_parcel(examined: ExaminedLedger, path: Path, sketch: LogSketch | None = None) -> None:
    """Write an examined ledger to a file, and the sketch of its log if it will be searched."""
    ledger = examined.ledger
    head = replace(examined, ledger=ledger.with_fields(_HEAD), delivered=None)
    delivered = {
        field.name: getattr(examined.delivered, field.name)
        for field in fields(Delivery)
        if examined.delivered and field.name != "content"
    }
    parts = {key: table.parts for key, table in ledger.tables.items()}
    log, people = parts.pop(_LOG), {key: parts.pop(key) for key in PEOPLE}
    contents = (head, delivered), (people, ledger.unit_codes), parts, log, lent_rows(ledger), sketch
    save_sections(path, contents)


def load_parcel(path: Path) -> ExaminedLedger:
    """Read an examined ledger."""
    wanted = sections_of(path, _FIRST, _PEOPLE, _OTHERS, _ROWS)
    (examined, _), (people, units), others, log = map(unpacked, wanted)
    found: ExaminedLedger = examined
    parts = chain.from_iterable([*people.values(), *others.values(), log])
    return replace(found, ledger=Ledger.of_units(parts, units))


def load_head(path: Path) -> ExaminedLedger:
    """Read an examined ledger with the cells alone that are looked at of many ledgers at once."""
    examined: ExaminedLedger
    examined, delivered = _section(path, _FIRST)
    if delivered:
        examined.delivered = Delivery(**delivered, content=partial(_content, path))
    return examined


def _content(path: Path) -> str:
    return content_of(load_parcel(path).ledger)


def load_people(path: Path) -> Ledger:
    """Read who helps whom: the sheets of `PEOPLE`."""
    people, units = _section(path, _PEOPLE)
    return Ledger.of_units(chain.from_iterable(people.values()), units)


def load_log(path: Path) -> list[SheetPart]:
    """Read the worksheets of a ledger's log."""
    log: list[SheetPart] = _section(path, _ROWS)
    return log


def load_lent(path: Path) -> Ledger:
    """Read what other units' mentors are judged by; see `lent_rows`."""
    lent: Ledger = _section(path, _LENT)
    return lent


def load_sketch(path: Path) -> LogSketch:
    """Read the sketch of a ledger's log."""
    sketch: LogSketch = _section(path, _SKETCH)
    return sketch


def packed(content: object, *, squeezed: bool = True) -> bytes:
    """Return content as a section: compressed, unless that takes longer than it is worth."""
    pickled = pickle.dumps(content, 5)
    return isal_zlib.compress(pickled, 1) if squeezed else pickled


def unpacked(section: bytes) -> Any:
    """Return the content of a section.

    Raises:
        DamagedParcel: It is damaged, or holds something that no ledger and no result has.
    """
    try:
        plain = section if section.startswith(pickle.PROTO) else isal_zlib.decompress(section)
        return _PlainUnpickler(io.BytesIO(plain)).load()
    except Exception as error:  # whatever damage makes of it
        raise DamagedParcel("unreadable section") from error


def save_sections(path: Path, contents: Iterable[object], *, squeezed: bool = True) -> None:
    """Write contents to a file, each in a section of its own."""
    sections = [packed(content, squeezed=squeezed) for content in contents]
    line = {
        "version": program_version(),
        "sections": [(len(section), isal_zlib.crc32(section)) for section in sections],
    }
    draft = path.with_suffix(DRAFT)
    with draft.open("wb") as file:
        file.writelines([json.dumps(line).encode(), b"\n", *sections])
    draft.replace(path)


def sections_of(path: Path, *wanted: int) -> list[bytes]:
    """Return sections of a file by their numbers, all of them where none is given.

    Raises:
        DamagedParcel: It is none of ours, of another version, or they are not as they were written.
    """
    try:
        with path.open("rb") as stream:
            line = json.loads(stream.readline(_LONGEST_LINE))
            if line["version"] != program_version():
                raise DamagedParcel("of another version")
            sizes, checksums = zip(*line["sections"], strict=True)
            starts = [*accumulate(sizes, initial=stream.tell())]
            if starts[-1] != path.stat().st_size:
                raise DamagedParcel("cut off")
            found = []
            for number in wanted or range(len(sizes)):
                stream.seek(starts[number])
                found.append(stream.read(sizes[number]))
                if isal_zlib.crc32(found[-1]) != checksums[number]:
                    raise DamagedParcel("not as it was written")
            return found
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise DamagedParcel("no parcel") from error


def _section(path: Path, number: int) -> Any:
    return unpacked(*sections_of(path, number))


class _PlainUnpickler(pickle.Unpickler):
    """Makes ledgers and what they come to, and refuses to look up anything else."""

    _known: ClassVar[dict[tuple[str, str], Any]] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of ours that holds data; looking it up anew for every section takes long.

        Raises:
            UnpicklingError: It is none.
        """
        if (module, name) not in self._known:
            self._known[module, name] = self._look_up(module, name)
        return self._known[module, name]

    def _look_up(self, module: str, name: str) -> Any:
        if (module, name) in _NAMED:
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith(_OURS) else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} holds no data of ours")
