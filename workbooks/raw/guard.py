"""Open a zip package without trusting a word it says about itself.

Nothing is ever written to disk. Every size is declared first, checked against a cap, and then
enforced while inflating, so a package that lies is refused after at most one byte too many.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Final, NoReturn

from isal import isal_zlib

from validators.errors import UnreadableWorkbook

__all__ = ["MAX_FILE_BYTES", "MAX_PART_BYTES", "Package", "corrupt", "hostile"]

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
        f"文件损坏，请重新上报（{detail}）" if detail else "文件损坏，请重新上报",
        "请在原电脑上用 Excel 或 WPS 打开该文件，另存为 .xlsx 后重新上报",
    )


def hostile(detail: str) -> UnreadableWorkbook:
    """Return the error for a package built to harm its reader; `detail` in Chinese."""
    return UnreadableWorkbook(
        "file.unsafe",
        f"文件结构异常（{detail}），为安全起见没有读取",
        "请核实文件来源；确属台账的，用 Excel 打开后另存为 .xlsx 再上报",
    )


class Package:
    """The parts of a zip package held in memory.

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
            raise corrupt("压缩包目录读不出") from error
        if len(entries) > MAX_ENTRIES:
            raise hostile(f"内含部件 {len(entries)} 个")
        if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
            raise hostile("展开后超过 4 GB")
        self._entries = {_safe_name(entry.filename): entry for entry in entries}
        if len(self._entries) != len(entries):
            raise hostile("同名部件重复")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> list[str]:
        """Return the part names in package order."""
        return list(self._entries)

    def size(self, name: str) -> int:
        """Return the declared size of a part in bytes, 0 if there is no such part."""
        entry = self._entries.get(name)
        return entry.file_size if entry else 0

    def read(self, name: str, limit: int = MAX_SMALL_BYTES) -> bytes:
        """Return the inflated part `name`, of at most `limit` bytes."""
        return b"".join(self.chunks(name, limit))

    def chunks(self, name: str, limit: int = MAX_PART_BYTES) -> Iterator[bytes]:
        """Yield the inflated part in pieces of at most `CHUNK_BYTES`, verifying size and CRC.

        Raises:
            UnreadableWorkbook: The part is missing, damaged, or larger than declared or allowed.
        """
        entry = self._entries.get(name)
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
            raise corrupt("压缩数据读不出") from error

    def _raw(self, entry: zipfile.ZipInfo) -> bytes:
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableWorkbook(
                "file.password", "压缩包设有密码", "请去掉密码后另存为 .xlsx 再上报"
            )
        if entry.compress_type not in (_STORED, _DEFLATED):
            raise hostile("使用了 Excel 不使用的压缩方式")
        start = entry.header_offset
        header = self._data[start : start + _LOCAL_HEADER]
        if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
            raise corrupt("部件位置不对")
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
        "请把台账内容复制到新下发的空白模板后再上报",
    )


def _safe_name(name: str) -> str:
    """Return the part name with forward slashes; refuse names that leave the package."""
    path = name.replace("\\", "/")
    if path.startswith("/") or ":" in path or ".." in path.split("/"):
        raise hostile("部件路径越界")
    return path
