"""Open a clerk's ledger for a copy with changes; what cannot be copied whole is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from validators.errors import UpdateRefused
from validators.normalise import squeeze
from workbooks.files import KIND_PROPERTY
from workbooks.raw.book import RawSheet, read_bytes
from workbooks.raw.guard import MAX_FILE_BYTES, MAX_PART_BYTES, Package
from workbooks.raw.ooxml import Workbook, open_workbook
from workbooks.raw.sniff import Format, identify
from workbooks.template.layout import FILE_KIND

__all__ = ["CONTENT_TYPES", "Source", "open_source", "unusual"]

CONTENT_TYPES = "[Content_Types].xml"
_MACROS = (b"macroenabled", b"vbaproject", b"macrosheet", b".ms-excel.addin")
_TEMPLATE = b"spreadsheetml.template.main+xml"


@dataclass(frozen=True, slots=True)
class Source:
    """A ledger in memory.

    Attributes:
        name: The file's name.
        package: Its parts, without the encryption Excel applies silently.
        workbook: Its sheet list, styles and date system.
        sheets: The worksheets asked for, by name without spaces.
    """

    name: str
    package: Package
    workbook: Workbook
    sheets: dict[str, RawSheet]

    def part_of(self, sheet: RawSheet) -> str:
        """Return the name of the part that holds `sheet`."""
        return next(one.part for one in self.workbook.sheets if one.name == sheet.name)

    def text(self, part: str) -> str:
        """Return a part as text.

        Raises:
            UpdateRefused: It is not UTF-8, or has comments or sections splicing would misread.
        """
        xml = self.package.read(part, MAX_PART_BYTES)
        try:
            text = xml.decode()
        except UnicodeDecodeError:
            text = ""
        if not text or "<!" in text or "\0" in text:
            raise unusual(f"部件 {part}")
        return text


def open_source(path: Path, names: Collection[str], digest: str = "") -> Source:
    """Read a ledger that changes shall be written into a copy of.

    Args:
        path: The ledger; it is only read.
        names: The worksheets needed, by their names in the template.
        digest: The SHA-256 of the file the changes were made for; "" where that is sure.

    Raises:
        UnreadableWorkbook: The file is damaged, harmful or locked with a password.
        UpdateRefused: It is of another format, holds macros, or was changed meanwhile.
    """
    data = _bytes(path)
    if digest and hashlib.sha256(data).hexdigest() != digest:
        raise UpdateRefused(
            f"“{path.name}”在读取之后又被改动，没有写入", "请保存并关闭该文件后重新运行"
        )
    found = identify(data, path.name)
    if found.format is not Format.XLSX or found.package is None:
        shown = found.format.value[0]
        raise UpdateRefused(
            f"“{path.name}”是 {shown} 格式，不能写入",
            "请用 Excel 或 WPS 打开后另存为 .xlsx，再重试",
        )
    _refuse_macros(found.package, path.name)
    workbook = open_workbook(found.package)
    kind = workbook.properties().get(KIND_PROPERTY, FILE_KIND)
    if kind != FILE_KIND:
        raise UpdateRefused(f"“{path.name}”是“{kind}”，不是乡镇台账", "请选乡镇台账文件")
    wanted = {squeeze(name) for name in names}
    book = read_bytes(found.data, path.name, lambda name: squeeze(name) in wanted)
    sheets = {
        squeeze(sheet.name): sheet
        for sheet in reversed(book.sheets)
        if squeeze(sheet.name) in wanted
    }
    return Source(path.name, found.package, workbook, sheets)


def unusual(what: str) -> UpdateRefused:
    """Return the refusal of XML that no spreadsheet in use writes; `what` in Chinese."""
    return UpdateRefused(
        f"{what}的内部格式特殊，无法写入", "请用 Excel 或 WPS 打开该文件，另存为 .xlsx 后重试"
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise UpdateRefused(
                f"“{path.name}”有 {path.stat().st_size >> 20} MB，超出台账的合理大小",
                "请删除图片等无关内容后重试",
            )
        return path.read_bytes()
    except OSError as error:
        raise UpdateRefused(
            f"“{path.name}”打不开（{error.strerror or error}）",
            "请关闭正在使用该文件的程序，确认文件仍在原处后重试",
        ) from error


def _refuse_macros(package: Package, name: str) -> None:
    types = package.read(CONTENT_TYPES).lower()
    parts = " ".join(package.names()).lower().encode()
    if any(mark in types or mark in parts for mark in _MACROS):
        raise UpdateRefused(
            f"“{name}”带有宏，宏不能复制到新文件",
            "请用 Excel 或 WPS 打开后另存为 .xlsx（不含宏），再重试",
        )
    if _TEMPLATE in types:
        raise UpdateRefused(
            f"“{name}”是 Excel 模板（.xltx）", "请用 Excel 打开后另存为 .xlsx，再重试"
        )
