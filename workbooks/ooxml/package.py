"""The zip package of a workbook: read without trust, its relationships, and written anew.

Reading writes nothing to disk. Every size is declared first, checked against a cap, and then
enforced while inflating, so a package that lies is refused after at most one byte too many.
"""

from __future__ import annotations

import os
import posixpath
import struct
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, NoReturn, Self, cast
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZIP_DEFLATED, ZipInfo

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring, iterparse
from isal import isal_zlib

from validators.errors import UnreadableWorkbook

CONTENT_TYPES: Final = "[Content_Types].xml"
CUSTOM_PROPERTIES: Final = "docProps/custom.xml"
CORE_PROPERTIES: Final = "docProps/core.xml"

MAX_FILE_BYTES: Final = 256 << 20
"""The largest file that is read at all, in bytes."""
MAX_PART_BYTES: Final = 768 << 20
"""The largest part after inflating; a million formatted empty rows need about 100 MB."""
MAX_SMALL_BYTES: Final = 64 << 20
"""The largest part that is parsed as a whole tree (workbook, styles, relationships)."""
MAX_ENTRIES: Final = 20_000
MAX_TOTAL_BYTES: Final = 4 << 30
MAX_RATIO: Final = 400
RATIO_FROM_BYTES: Final = 32 << 20
CHUNK_BYTES: Final = 1 << 20
INPUT_BYTES: Final = 64 << 10
"""Deflated bytes inflated at a time: pieces small enough for the processor's cache."""

_STORED, _DEFLATED, _ENCRYPTED, _LOCAL_HEADER = 0, 8, 0x1, 30


def corrupt(detail: str = "") -> UnreadableWorkbook:
    """Return the error for a damaged file; `detail` says what is damaged, in Chinese."""
    return UnreadableWorkbook(
        "file.corrupt",
        f"文件已损坏、无法打开（{detail}）" if detail else "文件已损坏、无法打开",
        "在原电脑上用 Excel 或 WPS 能打开的，请另存为 .xlsx 后重新上报；无法打开的，请用备份重新上报",
    )


def not_workbook(
    message: str = "这不是 Excel 工作簿", advice: str = "请上报 .xlsx 格式的台账文件"
) -> UnreadableWorkbook:
    """Return the error for a file that is something else."""
    return UnreadableWorkbook("file.not_workbook", message, advice)


def hostile(detail: str) -> UnreadableWorkbook:
    """Return the error for a package built to harm its reader; `detail` in Chinese."""
    return UnreadableWorkbook(
        "file.unsafe",
        f"文件结构异常（{detail}），为安全起见未读取",
        "请核实文件来源；确属台账的，请用 Excel 打开后另存为 .xlsx 再上报",
    )


class _Stream:
    """Chunks to be read like a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def read(self, _: int = -1) -> bytes:
        return next(self._chunks, b"")


class Package:
    """The parts of a zip package held in memory; the case of their names does not matter.

    Args:
        data: The whole file.

    Raises:
        UnreadableWorkbook: The package is damaged, lies or is larger than any ledger.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            entries = zipfile.ZipFile(BytesIO(data)).infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise corrupt("压缩包目录无法读取") from error
        if len(entries) > MAX_ENTRIES:
            raise hostile(f"内含部件 {len(entries)} 个")
        if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
            raise hostile("展开后超过 4 GB")
        self._entries = {_safe_name(entry.filename): entry for entry in entries}
        if len(self._entries) != len(entries):
            raise hostile("同名部件重复")
        self._spelled = {name.lower(): name for name in self._entries}

    def __contains__(self, name: str) -> bool:
        return self.spelled(name) in self._entries

    def spelled(self, name: str) -> str:
        """Return a part's name as the package spells it, `name` itself where there is no such part."""
        return name if name in self._entries else self._spelled.get(name.lower(), name)

    def names(self) -> list[str]:
        """Return the part names in package order."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """Return the declared size of a part in bytes, 0 if there is no such part."""
        entry = self._entries.get(self.spelled(name))
        return entry.file_size if entry else 0

    def read(self, name: str, limit: int = MAX_SMALL_BYTES) -> bytes:
        """Return the inflated part `name`, of at most `limit` bytes."""
        return b"".join(self.chunks(name, limit))

    def chunks(self, name: str, limit: int = MAX_PART_BYTES) -> Iterator[bytes]:
        """Yield the inflated part in pieces of at most `CHUNK_BYTES`, verifying size and CRC.

        Raises:
            UnreadableWorkbook: The part is missing, damaged, or larger than declared or allowed.
        """
        entry = self._entries.get(self.spelled(name))
        if entry is None:
            raise corrupt(f"缺少部件 {name}")
        _refuse_oversize(entry, limit)
        total = checksum = 0
        for piece in self._inflate(entry):
            total += len(piece)
            if total > entry.file_size:
                raise hostile("部件的实际大小与声明不符")
            checksum = isal_zlib.crc32(piece, checksum)
            yield piece
        if total != entry.file_size or checksum != entry.CRC:
            raise corrupt(f"部件 {name} 校验不符")

    def events(self, name: str) -> Iterator[tuple[str, Element]]:
        """Yield ("start" or "end", element) of a part's XML as it is parsed.

        What an element holds is there at its end; who no longer needs it clears its parent.

        Raises:
            UnreadableWorkbook: The XML is damaged, or declares a document type or entities.
        """
        with _trusting_no_xml(f"部件 {name} 无法读取"):
            yield from iterparse(_Stream(self.chunks(name)), ("start", "end"), forbid_dtd=True)

    def _inflate(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        raw = self._raw(entry)
        if entry.compress_type == _STORED:
            yield raw
            return
        inflater = isal_zlib.decompressobj(wbits=-15)
        # One byte more than declared is asked for, so that a lie shows without being inflated.
        step = min(entry.file_size + 1, CHUNK_BYTES)
        try:
            for start in range(0, len(raw), INPUT_BYTES):
                piece = inflater.decompress(raw[start : start + INPUT_BYTES], step)
                while piece:
                    yield piece
                    piece = inflater.decompress(inflater.unconsumed_tail, step)
        except isal_zlib.error as error:  # type: ignore[misc] # its stub says it is an instance
            raise corrupt("压缩数据无法读取") from error

    def _raw(self, entry: zipfile.ZipInfo) -> bytes:
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableWorkbook(
                "file.password", "压缩包设有密码", "请取消密码后另存为 .xlsx 再上报"
            )
        if entry.compress_type not in (_STORED, _DEFLATED):
            raise hostile("使用了 Excel 不使用的压缩方式")
        start = entry.header_offset
        header = self._data[start : start + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise corrupt("部件位置不正确")
        name, extra = (
            int.from_bytes(header[26:28], "little"),
            int.from_bytes(header[28:30], "little"),
        )
        start += _LOCAL_HEADER + name + extra
        raw = self._data[start : start + entry.compress_size]
        if len(raw) != entry.compress_size:
            raise corrupt("文件被截断")
        return raw


def _refuse_oversize(entry: zipfile.ZipInfo, limit: int) -> None:
    size = entry.file_size
    ratio = size / max(entry.compress_size, 1)
    if size > limit:
        _refuse(size)
    if size > RATIO_FROM_BYTES and ratio > MAX_RATIO:
        raise hostile(f"压缩比 {ratio:.0f} 倍，疑似压缩炸弹")


def _refuse(size: int) -> NoReturn:
    raise UnreadableWorkbook(
        "file.too_big",
        f"工作表展开后有 {size >> 20} MB，超出台账的合理大小",
        "请将台账内容复制到新下发的空白模板后再上报",
    )


def _safe_name(name: str) -> str:
    """Return the part name with forward slashes; refuse names that leave the package."""
    path = name.replace("\\", "/")
    if path.lower() == CONTENT_TYPES.lower():
        return CONTENT_TYPES
    if path.startswith("/") or ":" in path or ".." in path.split("/"):
        raise hostile("部件路径越界")
    return path


# --- parts as trees -------------------------------------------------------------------------------


@contextmanager
def _trusting_no_xml(damage: str) -> Iterator[None]:
    try:
        yield
    except DefusedXmlException as error:
        raise hostile("XML 中含有 DOCTYPE 或实体声明") from error
    except (ParseError, ValueError, LookupError) as error:
        raise corrupt(damage) from error


def local(element: Element) -> str:
    """Return the element's name without its namespace, which Strict packages change."""
    return element.tag.rpartition("}")[2]


def parse(xml: bytes) -> Element:
    """Parse one small part; a DOCTYPE or entity declaration is refused unread."""
    with _trusting_no_xml("XML 无法读取"):
        root: Element = fromstring(xml, forbid_dtd=True)
    return root


def custom_properties(xml: bytes) -> dict[str, str]:
    """Return the custom document properties in the part `CUSTOM_PROPERTIES` as text.

    Raises:
        UnreadableWorkbook: The part is damaged or declares a document type.
    """
    items = (item for item in parse(xml) if local(item) == "property")
    return {item.get("name", "").strip(): "".join(item.itertext()).strip() for item in items}


class Relationship(NamedTuple):
    """A relationship of a part; `kind` is the last word of its type, `target` a part's name."""

    id: str
    kind: str
    target: str


def relationships_part(part: str) -> str:
    """Return the name of the part that holds the relationships of `part`; "" is the package."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def relationships(package: Package, part: str) -> list[Relationship]:
    """Return what `part` refers to within the package.

    Raises:
        UnreadableWorkbook: It has no relationships, or damaged ones.
    """
    folder = posixpath.join("/", posixpath.dirname(part))
    return [
        Relationship(
            item.get("Id", ""),
            item.get("Type", "").rpartition("/")[2],
            package.spelled(
                posixpath.normpath(posixpath.join(folder, item.get("Target", ""))).lstrip("/")
            ),
        )
        for item in parse(package.read(relationships_part(part)))
        if item.get("TargetMode") != "External"
    ]


# --- writing --------------------------------------------------------------------------------------

_LEVEL = 1  # of 0 to 3; 2 is no smaller, 3 a tenth smaller in four times the time
_LIMIT = 2**32 - 1
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_LOCAL_NAME = 26  # where a member's own header says how long its name and its extras are
_END = struct.Struct("<4s4H2LH")


class DeflatedPiece(NamedTuple):
    """A piece of a member that was compressed elsewhere, as `deflate` does it.

    Attributes:
        path: A file with its blocks, which name nothing before them and do not end the member.
        start: Where they begin.
        length: Their bytes.
        size: Bytes of the piece before compression.
        crc: Its CRC-32.
    """

    path: Path
    start: int
    length: int
    size: int
    crc: int

    def read(self) -> bytes:
        """Return its blocks."""
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            return stream.read(self.length)


def deflate(pieces: Iterable[bytes], stream: BinaryIO) -> DeflatedPiece:
    """Compress a piece of a member at the end of a file that is open for writing."""
    start, size, crc = stream.tell(), 0, 0
    deflater = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
    for piece in pieces:
        size, crc = size + len(piece), isal_zlib.crc32(piece, crc)
        stream.write(deflater.compress(piece))
    stream.write(deflater.flush(isal_zlib.Z_FULL_FLUSH))
    return DeflatedPiece(Path(stream.name), start, stream.tell() - start, size, crc)


class ArchiveWriter:
    """A zip archive being written; leaving the `with` block finishes it.

    `zipfile` compresses with zlib only. On worksheets ISA-L's deflate takes a sixth of the time of
    zlib's level 1 for a smaller file, and a sixteenth of level 6 for one a third larger. Every
    member carries the same date, so that equal content gives equal bytes on one kind of machine.

    Args:
        target: A file to make or replace, or a seekable stream.
    """

    def __init__(self, target: Path | BinaryIO) -> None:
        self._owned = target.open("wb") if isinstance(target, Path) else None
        self._stream = self._owned or cast("BinaryIO", target)
        self._members: list[ZipInfo] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            if self._owned:
                self._owned.close()

    def write(self, name: str, pieces: Iterable[bytes | DeflatedPiece]) -> None:
        """Add the member `name`, whose content is `pieces` one after the other.

        Raises:
            ValueError: The member or the archive passes 4 GB.
        """
        member = _Member(self._stream, name)
        for piece in pieces:
            member.add(piece)
        self._members.append(member.finish())

    def copy(self, archive: BinaryIO, info: ZipInfo) -> None:
        """Add a member of another archive as it is compressed there.

        Args:
            archive: The other archive.
            info: The member's entry in its directory.
        """
        archive.seek(info.header_offset + _LOCAL_NAME)
        name, extra = struct.unpack("<2H", archive.read(4))
        archive.seek(name + extra, os.SEEK_CUR)
        deflated = archive.read(info.compress_size)
        info.header_offset = self._stream.tell()
        self._stream.write(info.FileHeader(zip64=False))
        self._stream.write(deflated)
        self._members.append(info)

    def _finish(self) -> None:
        start = self._stream.tell()
        for info in self._members:
            self._stream.write(_central_entry(info))
        size = self._stream.tell() - start
        count = len(self._members)
        self._stream.write(_END.pack(b"PK\5\6", 0, 0, count, count, size, start, 0))


class _Member:
    """One member: a header to be corrected, then deflated pieces."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._info = ZipInfo(name)  # dated 1980-01-01
        self._info.compress_type = ZIP_DEFLATED
        self._info.create_system = 0  # the same on every system
        self._info.CRC = 0
        self._info.header_offset = stream.tell()
        self._deflate = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
        stream.write(self._info.FileHeader(zip64=False))

    def add(self, piece: bytes | DeflatedPiece) -> None:
        if isinstance(piece, DeflatedPiece):
            self._add_deflated(piece)
            return
        self._info.CRC = isal_zlib.crc32(piece, self._info.CRC)
        self._info.file_size += len(piece)
        self._append(self._deflate.compress(piece))

    def _add_deflated(self, piece: DeflatedPiece) -> None:
        self._info.CRC = isal_zlib.crc32_combine(self._info.CRC, piece.crc, piece.size)
        self._info.file_size += piece.size
        self._append(self._deflate.flush(isal_zlib.Z_FULL_FLUSH))
        self._append(piece.read())

    def finish(self) -> ZipInfo:
        self._append(self._deflate.flush())
        end = self._stream.tell()
        if max(end, self._info.file_size) > _LIMIT:
            raise ValueError(f"{self._info.filename} does not fit a zip archive of 4 GB")
        self._stream.seek(self._info.header_offset)
        self._stream.write(self._info.FileHeader(zip64=False))
        self._stream.seek(end)
        return self._info

    def _append(self, deflated: bytes) -> None:
        self._info.compress_size += len(deflated)
        self._stream.write(deflated)


def _central_entry(info: ZipInfo) -> bytes:
    """Return the member's record in the archive's directory (APPNOTE.TXT 4.3.12)."""
    name = info.filename.encode()
    utf8 = 0 if info.filename.isascii() else 0x800
    year, month, day, *_ = info.date_time
    packed_date = (year - 1980) << 9 | month << 5 | day
    entry = _CENTRAL.pack(
        b"PK\1\2",
        info.create_version,
        info.create_system,
        info.extract_version,
        0,
        utf8,
        info.compress_type,
        0,
        packed_date,
        info.CRC,
        info.compress_size,
        info.file_size,
        len(name),
        *(0, 0, 0, 0),
        info.external_attr,
        info.header_offset,
    )
    return entry + name
