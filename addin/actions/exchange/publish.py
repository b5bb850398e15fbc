"""Publish what townships shared: `bangdai publish` and the button 下发通报.

From a consolidated workbook, as the superior left it, come for every township: the answers to its
questions, experiences others took up, its own place in the ranking with the top, and the notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from pathlib import Path

from addin import clock
from addin.actions.exchange.package import FIELDS, FILE_KIND, LONGEST, Package, Post, write_package
from addin.actions.ledger_set import check_target
from addin.domain.exchange import NOTICES, RANKING, SENT_DOWN, experiences
from validators.divisions import Division, by_code, children
from validators.errors import UsageError
from validators.identity import unit_of
from validators.ledger import Ledger, Table
from validators.relations import is_published
from validators.sheets import ExchangeRow
from validators.vocabulary import ExchangeKind, Source
from workbooks.consolidated.content import Stamp, scope_and_day
from workbooks.consolidated.ledger_sheets import STATES
from workbooks.consolidated.reading import WrittenSheet, read_consolidated
from workbooks.file_problems import make_folder
from workbooks.files import replace_atomically
from workbooks.masking import mask_text
from workbooks.raw.book import read_book
from workbooks.table_rows import read_rows
from workbooks.template.layout import CHECK_STATE, HEADING_ROW

_RANKING, _POSTS = "比学赶帮", "通报下发"
_TOP = 10
_REJECTED = STATES[1]
_REPLIED_TO = {ExchangeKind.QUESTION, ExchangeKind.EXPERIENCE}


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What was published: the package and where it is; `unsent` tells of answers that were not."""

    package: Package
    out: Path
    unsent: list[str]

    @property
    def total(self) -> str:
        """Return how many posts of each kind there are, in Chinese."""
        kinds = [str(post["kind"]) for _, post in self.package.posts]
        told = "、".join(f"{kind} {kinds.count(kind)} 条" for kind in dict.fromkeys(kinds))
        return f"下发内容：{told or '无'}。"


def publish(source: Path, folder: Path, *, generated: datetime | None = None) -> PublishResult:
    """Write the package of what a consolidated workbook publishes into a folder.

    Args:
        source: The consolidated workbook; it is only read.
        folder: Where the package goes, made if it does not exist; named by publisher and day.
        generated: 生成时间; now if None.

    Raises:
        UsageError: `source` is no consolidated workbook of ours, or holds nothing to publish.
        UnreadableWorkbook: It cannot be read.
        WriteRefused: The package cannot be written.
    """
    package, unsent = gather_posts(source)
    out = folder / f"{package_name(package)}.xlsx"
    make_folder(folder)
    write_to(out, package, generated)
    return PublishResult(package, out, unsent)


def package_name(package: Package) -> str:
    """Return the name of the package's file without ending."""
    return f"{by_code()[package.publisher].name}下发通报（{package.as_of.isoformat()}）"


def write_to(out: Path, package: Package, generated: datetime | None = None) -> None:
    """Write a package to a file, which it replaces only if it is one.

    Raises:
        WriteRefused: Something else stands there, or nothing can be written.
    """
    check_target(out, FILE_KIND)
    stamp = Stamp(package.as_of, (generated or clock.now()).replace(tzinfo=None))
    replace_atomically(out, lambda draft: write_package(draft, package, stamp))


def gather_posts(source: Path) -> tuple[Package, list[str]]:
    """Return what a consolidated workbook publishes, and the answers it does not.

    Raises:
        UsageError: It is no consolidated workbook of ours, or holds nothing to publish.
        UnreadableWorkbook: It cannot be read.
    """
    code, as_of = scope_and_day(source)
    scope = by_code()[code]
    sheets = read_consolidated(source, {_RANKING, _POSTS})
    ledger, table = _exchange(source)
    answers, unsent = _answers(table, scope)
    posts = [
        *answers,
        *_experiences(ledger, table, as_of),
        *_notices(table),
        *_tables(sheets.get(_POSTS), scope, as_of, {str(post["reply_to"]) for _, post in answers}),
        *_ranking(sheets.get(_RANKING), scope, as_of),
    ]
    if not posts:
        raise UsageError(
            f"“{source.name}”中没有可下发的内容", "请先汇总台账，或在“交流园地”答复问题"
        )
    safe = [(unit, _safe(post, SENT_DOWN[scope.level])) for unit, post in posts]
    return Package(scope.code, as_of, safe), unsent


def _safe(post: Post, origin: Source) -> Post:
    """Return a post as it is sent down: personal numbers masked, texts of a bearable length."""
    return {
        name: mask_text(value)[:LONGEST] if isinstance(value, str) and name in _SHOWN else value
        for name, value in {**post, "origin": origin}.items()
    }


_SHOWN = {"author", "title", "content"}


def _exchange(source: Path) -> tuple[Ledger, Table[ExchangeRow]]:
    """Return the merged 交流园地, what the superior typed into it included."""
    name = ExchangeRow.sheet.name
    book = read_book(source, lambda tab: tab == name)
    parts = []
    for sheet in book.sheets:
        state = next((c for c in sheet.columns if c.cell(HEADING_ROW - 1) == CHECK_STATE), None)
        for part in read_rows(sheet, ExchangeRow, source.name).parts:
            cells = (state.cell(row - 1) if state else None for row in part.rows)
            part.rejected.update(at for at, cell in enumerate(cells) if cell == _REJECTED)
            parts.append(part)
    ledger = Ledger.of(parts, [source.name])
    return ledger, ledger.table(ExchangeRow)


def _own_posts(table: Table[ExchangeRow]) -> Iterator[tuple[dict[str, object], bool]]:
    """Yield the readable posts that nobody sent down yet, and whether no error cites the row."""
    rows = zip(table.columns(*FIELDS), table.accepted(), strict=True)
    for row, (values, accepted) in enumerate(rows):
        post = dict(zip(FIELDS, values, strict=True))
        if post["kind"] and post["date"] and post["title"] and not is_published(table, row):
            yield {**post, "author": post["author"] or ""}, accepted


def _answers(
    table: Table[ExchangeRow], scope: Division
) -> tuple[list[tuple[str, Post]], list[str]]:
    """Return the replies for those whose post they name; one typed into the workbook gets an ID."""
    posts = [*_own_posts(table)]
    shared = {post["exchange_id"] for post, _ in posts if post["kind"] in _REPLIED_TO}
    answers: list[tuple[str, Post]] = []
    unsent: list[str] = []
    used = {*table.column("exchange_id")}
    for post, accepted in posts:
        if post["kind"] is not ExchangeKind.ANSWER:
            continue
        asked, code = str(post["reply_to"] or ""), str(post["exchange_id"] or "")
        unit, answer = unit_of(asked), mask_text(f"{code}《{post['title']}》")
        if asked not in shared or unit not in by_code():
            unsent.append(f"答复 {answer} 未下发：没有该回复编号的问题或经验，请核对回复编号。")
        elif unit_of(code) != unit and not accepted:
            unsent.append(
                f"答复 {answer} 未下发：该行校验状态为“有误”，请上报单位改正后重新汇总、下发。"
            )
        elif unit_of(code) != unit:  # its own are in its ledger
            whose = f"{unit}{asked.rpartition('-')[2]}".removeprefix(scope.code)
            ids = (_new_id(scope, f"{whose}{number}") for number in count(1))
            code, author = (
                code or next(i for i in ids if i not in used),
                post["author"] or scope.name,
            )
            used.add(code)
            answers.append((unit, {**post, "exchange_id": code, "author": author}))
    return answers, unsent


def _experiences(
    ledger: Ledger, table: Table[ExchangeRow], as_of: date
) -> Iterator[tuple[str, Post]]:
    posts = {post["exchange_id"]: post for post, _ in _own_posts(table)}
    for experience in experiences(ledger, as_of)[:_TOP]:
        if post := posts.get(experience.exchange_id):
            yield "", post


def _notices(table: Table[ExchangeRow]) -> Iterator[tuple[str, Post]]:
    """Yield the notices that the superior wrote into its own ledger."""
    for post, accepted in _own_posts(table):
        unit = by_code().get(unit_of(str(post["exchange_id"] or "")))
        township = unit is None or unit.level == "township"
        if accepted and post["kind"] is ExchangeKind.NOTICE and not township:
            yield "", post


def _tables(
    sheet: WrittenSheet | None, scope: Division, as_of: date, answered: set[str]
) -> Iterator[tuple[str, Post]]:
    """Yield the notices of 通报下发, without questions that have an answer now.

    Each township gets a ranking of its own instead of the whole.
    """
    if sheet is None:
        return
    rows = zip(sheet.texts("标题"), sheet.texts("内容"), strict=True)
    ids = "|".join(map(re.escape, answered)) or "$."  # no answers, no match
    closed = re.compile(rf"(?:^|；)(?:{ids}) .+?，已 \d+ 天未答复(?=；|$)")
    for row, (title, typed) in enumerate(rows, len(NOTICES) + 1):
        kinds = (number for number, name in enumerate(NOTICES, 1) if title.startswith(name))
        content = closed.sub("", typed).lstrip("；")
        if title and content and not title.startswith(RANKING):
            yield "", _notice(scope, as_of, next(kinds, row), title, content)


def _ranking(
    sheet: WrittenSheet | None, scope: Division, as_of: date
) -> Iterator[tuple[str, Post]]:
    """Yield for every ranked township its own place, and the top."""
    if sheet is None:
        return
    names = ("名次", "县(区)", "乡镇(街道)", "得分", "依据")
    rows = [row for row in zip(*map(sheet.texts, names), strict=True) if row[0]]
    top = "；".join(f"第 {r[0]} 名 {r[1]}{r[2]} {_score(r[3])} 分" for r in rows[:_TOP])
    codes = {
        (county.name, unit.name): unit.code
        for county in ((scope,) if scope.level == "county" else children()[scope.code])
        for unit in children()[county.code]
    }
    title = f"{RANKING}（截至 {as_of}）"
    for place, county, township, score, basis in rows:
        if code := codes.get((county, township)):
            content = (
                f"本单位第 {place} 名，{_score(score)} 分，共 {len(rows)} 个单位。{basis}。"
                f"前 {min(_TOP, len(rows))} 名：{top}。"
            )
            yield code, _notice(scope, as_of, 1, title, content)


def _score(text: str) -> str:
    return f"{float(text):g}" if text.replace(".", "", 1).isdigit() else text


def _notice(scope: Division, as_of: date, number: int, title: str, content: str) -> Post:
    return {
        "exchange_id": _new_id(scope, f"{as_of:%Y%m%d}{number:02d}"), "date": as_of,
        "kind": ExchangeKind.NOTICE, "author": scope.name, "reply_to": None, "title": title,
        "content": content,
    }  # fmt: skip


def _new_id(scope: Division, number: str) -> str:
    """Return an ID by what a post is: published once more it is the same, and replaces the post.

    Notices are numbered by day and kind, answers by what they answer, in no more than ten digits.
    """
    return f"{ExchangeRow.sheet.id_prefix}{scope.unit_code}-{number}"
