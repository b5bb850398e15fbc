"""下发包: the workbook of posts that a superior publishes and each township takes its own from.

It is a plain workbook, so that it can be read and copied from by hand. To whoever receives it, it is
a foreign file: read in a guarded process, checked like a ledger, refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from addin.domain.exchange import SENT_DOWN
from validators.divisions import by_code
from validators.errors import UnreadableWorkbook, UsageError
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.normalise import squeeze
from validators.sheets import ExchangeRow, columns_by_field
from validators.vocabulary import Source
from workbooks.consolidated.content import Grid, Stamp, text_heading
from workbooks.consolidated.tables import write_listing
from workbooks.files import KIND_PROPERTY
from workbooks.raw.book import RawSheet, read_book
from workbooks.table_rows import read_rows
from workbooks.template.layout import HEADING_ROW
from workbooks.workers import run_guarded

FILE_KIND = "下发通报"
"""Value of the document property `帮带文件类型`."""
VERSION = "1"
"""Of what a package holds and means; a ledger's add-in takes no later one."""

MOST_POSTS = 5_000
LONGEST = 4_000
_SHEET, _VERSION, _PUBLISHER, _AS_OF = "下发内容", "下发包版本", "下发单位代码", "数据截至"
_RECEIVER, _RECEIVER_NAME = "接收单位代码", "接收单位"
_WIDTHS = {"title": 22.0, "content": 52.0}
FIELDS = tuple(columns_by_field(ExchangeRow))

Post = Mapping[str, Any]
"""Values of a post by field of `ExchangeRow`."""


@dataclass(frozen=True, slots=True)
class Package:
    """What one superior publishes on one day.

    Attributes:
        publisher: The code of its division.
        as_of: The day the data reach to.
        posts: (code of the unit it is for, "" for all; the post).
    """

    publisher: str
    as_of: date
    posts: Sequence[tuple[str, Post]]

    def posts_for(self, unit: str) -> list[Post]:
        """Return the posts for a township; its own are in its ledger already."""
        return [
            post
            for receiver, post in self.posts
            if receiver in {"", unit} and unit_of(post["exchange_id"]) != unit
        ]


def write_package(target: Path, package: Package, stamp: Stamp) -> None:
    """Write a package; the caller replaces atomically."""
    columns = columns_by_field(ExchangeRow)
    headings = (
        text_heading(_RECEIVER, 12), text_heading(_RECEIVER_NAME, 12),
        *(
            text_heading(column.heading, _WIDTHS.get(name, min(column.width, 18)))
            for name, column in columns.items()
        ),
    )  # fmt: skip
    units = by_code()
    rows = [
        (
            receiver, units[receiver].name if receiver else "全部",
            *(None if post.get(name) is None else str(post[name]) for name in columns),
        )
        for receiver, post in package.posts
    ]  # fmt: skip
    title = f"{units[package.publisher].name}导师帮带下发通报"
    note = "乡镇在台账中点“接收下发”，选择本文件，只接收下发给本单位的内容"
    grid = Grid(_SHEET, title, note, headings, rows, frozen=2)
    properties = {
        _VERSION: VERSION, _PUBLISHER: package.publisher, _AS_OF: package.as_of.isoformat(),
    }  # fmt: skip
    write_listing(target, FILE_KIND, title, [grid], stamp, properties=properties)


# --- reading -------------------------------------------------------------------------------------


def read_package(path: Path) -> Package:
    """Read and check a package in a process of its own.

    Raises:
        UsageError: It is no package, of a later version, or anything in it is not as we write it.
    """
    (_, package), *_ = run_guarded(_read, [path], jobs=1)
    if isinstance(package, UnreadableWorkbook):
        raise UsageError(f"“{path.name}”未接收：{package.message}", package.suggestion)
    return package


def _refused(what: str) -> UnreadableWorkbook:
    return UnreadableWorkbook("file.not_package", what, "请向下发单位索取原文件，再点“接收下发”")


def _read(path: Path) -> Package:
    book = read_book(path, lambda name: name == _SHEET)
    properties = book.properties
    if properties.get(KIND_PROPERTY) != FILE_KIND:
        raise _refused("该文件不是下发通报")
    if properties.get(_VERSION) != VERSION:
        raise _refused("该文件由另一版本的工具生成，本工具无法识别")
    publisher = by_code().get(properties.get(_PUBLISHER, ""))
    if publisher is None or publisher.level not in SENT_DOWN:
        raise _refused("未写明下发单位")
    try:
        as_of = date.fromisoformat(properties.get(_AS_OF, ""))
    except ValueError as error:
        raise _refused("未写明数据截至日期") from error
    sheet = next((sheet for sheet in book.sheets if sheet.name == _SHEET), None)
    if sheet is None:
        raise _refused(f"缺少工作表“{_SHEET}”")
    return Package(publisher.code, as_of, _posts(sheet, path.name, SENT_DOWN[publisher.level]))


def _posts(sheet: RawSheet, file: str, source: Source) -> list[tuple[str, Post]]:
    """Return the posts of a package with the units they are for."""
    parts = read_rows(sheet, ExchangeRow, file).parts
    columns = {
        squeeze(str(c.cell(HEADING_ROW - 1) or "")): c for c in sheet.columns if sheet.n_rows
    }
    receivers = columns.get(_RECEIVER)
    if len(parts) != 1 or receivers is None or any(n not in parts[0].columns for n in FIELDS):
        raise _refused(f"工作表“{_SHEET}”缺少内容或列")
    if len(parts[0]) > MOST_POSTS:
        raise _refused(f"内容超过 {MOST_POSTS} 条")
    table = Ledger.of(parts, [file]).table(ExchangeRow)
    posts: list[tuple[str, Post]] = []
    for index, values in enumerate(table.columns(*FIELDS)):
        post = dict(zip(FIELDS, values, strict=True))
        row = parts[0].rows[index]
        receiver = str(receivers.cell(row - 1) or "")
        unread = any(table.has_error(index, name) for name in FIELDS)
        if unread or _wrong(post, receiver, source):
            raise _refused(f"第 {row} 行内容有误")
        posts.append((receiver, post))
    return posts


def _wrong(post: Post, receiver: str, source: Source) -> bool:
    """Tell whether a post is none that a superior of that kind sends down."""
    needed = ("exchange_id", "date", "kind", "author", "title")
    texts = (text for text in post.values() if isinstance(text, str))
    return (
        any(post[name] is None for name in needed)
        or post["origin"] is not source
        or any(len(text) > LONGEST for text in texts)
        or (bool(receiver) and receiver not in by_code())
    )
