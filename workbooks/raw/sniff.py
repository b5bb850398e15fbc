"""Say what a file really is from its first bytes; open what only looks locked."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from pathlib import PurePath
from typing import Final

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from validators.errors import UnreadableWorkbook
from workbooks.ooxml.package import CONTENT_TYPES, Package, corrupt, not_workbook
from workbooks.ooxml.workbook_part import workbook_part

DEFAULT_PASSWORD: Final = "VelvetSweatshop"  # noqa: S105 - Excel's public, silent default
SAVE_AS = "请用 Excel 打开后另存为 .xlsx 再上报"


class Format(Enum):
    """The workbook formats that are read; the value names the format's usual extensions."""

    XLSX = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam")
    XLSB = (".xlsb",)
    XLS = (".xls", ".xlt", ".et", ".ett")
    ODS = (".ods", ".ots")


@dataclass(slots=True)
class IdentifiedFile:
    """A workbook's format, its bytes without encryption, and what to disclose."""

    format: Format
    data: bytes
    package: Package | None = None
    notices: list[tuple[str, str]] = field(default_factory=list)


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|table|meta|style)\b", re.IGNORECASE)
_SPREADSHEET_2003: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_BOMS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OTHER_OFFICE: Final = {"word": "Word 文档", "ppt": "PowerPoint 演示文稿"}
_SAMPLE: Final = 64 << 10


def identify(data: bytes, name: str) -> IdentifiedFile:
    """Return the format of a file's content.

    Raises:
        UnreadableWorkbook: It is no workbook, or one that cannot be read.
    """
    if not data:
        raise UnreadableWorkbook("file.empty", "文件为空（0 字节）", "请重新上报完整的文件")
    if data.startswith(_OLE):
        return _identify_ole(data, name)
    if data.startswith(b"PK"):
        return _identify_zip(data)
    raise _not_a_workbook(data, name)


def password_needed() -> UnreadableWorkbook:
    """Return the error for a file with a password of its own."""
    return UnreadableWorkbook("file.password", "文件有打开密码", "请取消密码后另存再上报")


def wrong_extension(actual: Format, name: str) -> list[tuple[str, str]]:
    """Return the notice that the name promises another format than the content has."""
    suffix = PurePath(name).suffix.lower()
    if suffix in actual.value:
        return []
    shown = actual.value[0]
    return [
        (
            "file.wrong_extension",
            f"文件扩展名是“{suffix or '无'}”，内容实为 {shown} 格式，已按内容读取；"
            f"建议将扩展名改为 {shown}",
        )
    ]


_BEFORE_EXCEL_5 = frozenset({b"\x09\x00", b"\x09\x02", b"\x09\x04"})
"""How files begin that are sheets without a workbook around them (BIFF 2 to 4)."""


def _identify_zip(data: bytes) -> IdentifiedFile:
    package = Package(data)
    if "mimetype" in package:
        kind = package.read("mimetype", 1 << 10)
        if b"opendocument.spreadsheet" in kind:
            return _inflated(Format.ODS, data, package)
    for folder, title in _OTHER_OFFICE.items():
        if any(part.startswith(f"{folder}/") for part in package.names()):
            raise not_workbook(f"这是{title}，不是 Excel 工作簿")
    if CONTENT_TYPES not in package:
        raise not_workbook("这是压缩包，不是 Excel 工作簿", "请解压后上报其中的 .xlsx 台账文件")
    if workbook_part(package).endswith(".bin"):
        return _inflated(Format.XLSB, data, package)
    return IdentifiedFile(Format.XLSX, data, package)


def _inflated(kind: Format, data: bytes, package: Package) -> IdentifiedFile:
    """Return the file after inflating every data part once: calamine believes declared sizes."""
    for part in package.names():
        if part.endswith((".xml", ".bin", ".rels")):
            deque(package.chunks(part), maxlen=0)
    return IdentifiedFile(kind, data, package)


def _identify_ole(data: bytes, name: str) -> IdentifiedFile:
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            streams = {entry[0].lower() for entry in ole.listdir()}
    except Exception as error:  # olefile raises whatever a damaged directory leads it to
        raise corrupt("文件目录无法读取") from error
    if "encryptedpackage" in streams:
        file = identify(_decrypted(data), name)
        file.notices.append(_default_password_notice())
        return file
    if streams & {"workbook", "book"}:
        return _identify_xls(data)
    if "worddocument" in streams or "powerpoint document" in streams:
        raise not_workbook()
    raise UnreadableWorkbook(
        "file.legacy_wps",
        "这是旧版 WPS 或其他软件的专用格式，无法读取",
        "请用 WPS 打开后另存为 .xlsx 再上报",
    )


def _identify_xls(data: bytes) -> IdentifiedFile:
    try:
        locked = msoffcrypto.OfficeFile(BytesIO(data)).is_encrypted()
    except Exception:  # an unusual header is no reason not to let calamine try
        locked = False
    if not locked:
        return IdentifiedFile(Format.XLS, data)
    return IdentifiedFile(Format.XLS, _decrypted(data), notices=[_default_password_notice()])


def _decrypted(data: bytes) -> bytes:
    """Return the file opened with the password Excel itself tries silently."""
    clear = BytesIO()
    try:
        office = msoffcrypto.OfficeFile(BytesIO(data))
        office.load_key(password=DEFAULT_PASSWORD)
        office.decrypt(clear)
    except (InvalidKeyError, DecryptionError) as error:
        raise password_needed() from error
    except (FileFormatError, ParseError) as error:
        raise corrupt("加密信息无法读取") from error
    except Exception as error:  # msoffcrypto meets damaged structures with any exception
        raise corrupt("加密内容无法读取") from error
    return clear.getvalue()


def _default_password_notice() -> tuple[str, str]:
    return (
        "file.encrypted_default",
        "文件带有 Excel 默认的加密（打开时不提示密码），已自动打开；建议取消加密后再保存",
    )


def _not_a_workbook(data: bytes, name: str) -> UnreadableWorkbook:
    text = _as_text(data[:_SAMPLE])
    if text is None and data[:2] in _BEFORE_EXCEL_5:
        return UnreadableWorkbook(
            "file.legacy_excel", "这是 Excel 4.0 或更早的格式，无法读取", SAVE_AS
        )
    if text is None:
        if PurePath(name).suffix.lower() in {ext for kind in Format for ext in kind.value}:
            return corrupt("内容不是 Excel 工作簿")
        return not_workbook()
    if _SPREADSHEET_2003 in text:
        return UnreadableWorkbook("file.xml2003", "这是 XML 2003 表格，不是 .xlsx", SAVE_AS)
    if _HTML.search(text) or text.startswith("MIME-Version"):
        return UnreadableWorkbook("file.html", "这是网页（HTML），不是 Excel 工作簿", SAVE_AS)
    return UnreadableWorkbook("file.csv", "这是文本文件（CSV），不是 Excel 工作簿", SAVE_AS)


def _as_text(sample: bytes) -> str | None:
    """Return the sample as text, None if it is binary."""
    for bom, encoding in _BOMS.items():
        if sample.startswith(bom):
            end = len(sample) & ~1 if encoding == "utf-16" else None
            return sample[:end].decode(encoding, "replace")
    if b"\0" in sample or any(octet < 9 for octet in sample):
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            # The sample may end within a character.
            try:
                return sample[: len(sample) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
