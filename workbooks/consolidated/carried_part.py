"""A part of a consolidated workbook's package that no sheet shows: the ledgers of a county.

Excel and WPS leave it out when they save the workbook, so what it holds is what was consolidated.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from workbooks.ooxml.package import CONTENT_TYPES, ArchiveWriter, relationships_part

PART = "bangdai/county.ledgers"

_LARGEST = 512 << 20
_TYPE = '<Default Extension="ledgers" ContentType="application/octet-stream"/>'
_RELATION = f'<Relationship Id="rIdLedgers" Type="urn:bangdai:ledgers" Target="{PART}"/>'


def add_part(source: BinaryIO, target: BinaryIO, content: bytes) -> None:
    """Write a package anew with the part in it."""
    added = {
        CONTENT_TYPES: (b"<Default ", _TYPE.encode() + b"<Default "),
        relationships_part(""): (b"</Relationships>", _RELATION.encode() + b"</Relationships>"),
    }
    with ZipFile(source) as archive, ArchiveWriter(target) as writer:
        for info in archive.infolist():
            if info.filename in added:
                data = archive.read(info).replace(*added[info.filename], 1)
                writer.write(info.filename, [data])
            else:
                writer.copy(source, info)
        writer.write(PART, [content])


def part_of(path: Path) -> bytes:
    """Return the part of a workbook, b"" where there is none that can be read."""
    with suppress(OSError, BadZipFile, KeyError, ValueError), ZipFile(path) as archive:
        if archive.getinfo(PART).file_size <= _LARGEST:
            return archive.read(PART)
    return b""
