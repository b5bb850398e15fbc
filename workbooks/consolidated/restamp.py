"""Give a consolidated workbook another 生成时间, everything else copied as it is."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

from workbooks.ooxml.package import CORE_PROPERTIES, ArchiveWriter

_SHARED_STRINGS = "xl/sharedStrings.xml"


def restamp(source: Path, target: Path, before: datetime, generated: datetime) -> None:
    """Write a consolidated workbook anew as if it had been generated at another time.

    The time stands in shared texts and in the document's properties.

    Args:
        source: The workbook; it is not changed.
        target: The file to write.
        before: 生成时间 it shows.
        generated: The time it shall show.
    """
    texts = {_SHARED_STRINGS: "生成时间：%Y-%m-%d %H:%M", CORE_PROPERTIES: ">%Y-%m-%dT%H:%M:%SZ<"}
    with ZipFile(source) as archive, source.open("rb") as stream, ArchiveWriter(target) as writer:
        for info in archive.infolist():
            if info.filename not in texts:
                writer.copy(stream, info)
                continue
            form, xml = texts[info.filename], archive.read(info).decode()
            xml = xml.replace(before.strftime(form), generated.strftime(form))
            writer.write(info.filename, [xml.encode()])
