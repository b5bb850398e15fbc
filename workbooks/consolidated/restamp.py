"""Give a consolidated workbook another 生成时间, everything else copied as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from workbooks.consolidated.content import Stamp
from workbooks.ooxml.package import CORE_PROPERTIES, ArchiveWriter
from workbooks.template.layout import stamp_text

_SHARED_STRINGS = "xl/sharedStrings.xml"


def restamp(source: Path, target: Path, stamp: Stamp, generated: datetime) -> None:
    """Write a consolidated workbook anew as if it had been generated at another time.

    The stamp stands at the beginning of texts, all of which are shared, and in the document's
    properties.

    Args:
        source: The workbook; it is not changed.
        target: The file to write.
        stamp: The dates it shows.
        generated: The time it shall show.
    """
    old, new = (stamp_text(stamp.as_of, when) for when in (stamp.generated, generated))
    texts = {
        _SHARED_STRINGS: [(f"{mark}>{old}", f"{mark}>{new}") for mark in _TEXT_STARTS],
        CORE_PROPERTIES: [(f">{stamp.generated:{_W3C}}<", f">{generated:{_W3C}}<")],
    }
    with ZipFile(source) as archive, source.open("rb") as stream, ArchiveWriter(target) as writer:
        for info in archive.infolist():
            if info.filename not in texts:
                writer.copy(stream, info)
                continue
            xml = archive.read(info).decode()
            for before, after in texts[info.filename]:
                xml = xml.replace(before, after)
            writer.write(info.filename, [xml.encode()])


_TEXT_STARTS = ("<t", '<t xml:space="preserve"')
_W3C = "%Y-%m-%dT%H:%M:%SZ"
