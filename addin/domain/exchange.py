"""交流园地: questions without an answer, experiences others took up, and what a superior publishes.

An answer is a post 答复 whose 回复编号 names the question. What the city published stands in
several ledgers under one ID: it counts once. A unit that replies to itself shows nothing, and one
that replies ten times shows no more than one that replies once: units are counted first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.domain.ranking import Standing
from validators.divisions import Division
from validators.identity import unit_of
from validators.ledger import Ledger
from validators.rulebook import CitedRow
from validators.settings import Settings
from validators.sheets import ExchangeRow
from validators.vocabulary import ExchangeKind, Source

Origin = tuple[str, int]
"""The file and the worksheet row of a post."""

_EXPERIENCES = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question without an answer.

    Attributes:
        exchange_id: Its ID, "" where the clerk left it blank, so that nobody can answer it.
        asked_on: When it was asked.
        author: The unit that asks.
        title: The question in one sentence, as typed.
        days: Days since it was asked.
        origin: File and worksheet row.
    """

    exchange_id: str
    asked_on: date
    author: str
    title: str
    days: int
    origin: Origin

    @property
    def fact(self) -> str:
        """Return what is wrong in one sentence."""
        if self.exchange_id:
            return f"{self.asked_on} 提出，已 {self.days} 天未答复"
        return f"{self.asked_on} 提出，已 {self.days} 天；没有编号，答复无法对应，请先补全编号"


@dataclass(frozen=True, slots=True)
class Experience:
    """An experience other units replied to.

    Attributes:
        exchange_id: Its ID.
        posted_on: When it was posted.
        author: The unit that posted it.
        title: Its title, as typed.
        units: The other units that replied, by name.
        replies: Their replies: the ID of each, or file and row where it has none.
        origin: File and worksheet row.
    """

    exchange_id: str
    posted_on: date
    author: str
    title: str
    units: tuple[str, ...]
    replies: tuple[str, ...]
    origin: Origin

    @property
    def fact(self) -> str:
        """Return how useful it was in one sentence."""
        return f"{len(self.units)} 个单位回复 {len(self.replies)} 条（{'、'.join(self.replies)}）"


@dataclass(frozen=True, slots=True)
class _Post:
    exchange_id: str
    day: date
    kind: ExchangeKind
    author: str
    reply_to: str
    title: str
    origin: Origin

    @property
    def name(self) -> str:
        """Return the ID, or where the post stands."""
        return self.exchange_id or f"{self.origin[0]} 第 {self.origin[1]} 行"


def unanswered(ledger: Ledger, settings: Settings, as_of: date) -> tuple[Question, ...]:
    """Return the questions older than `unanswered_days` without an answer, the oldest first."""
    posts = list(_posts(ledger, as_of))
    answered = {post.reply_to for post in posts if post.kind is ExchangeKind.ANSWER}
    late = [
        Question(
            exchange_id=post.exchange_id,
            asked_on=post.day,
            author=post.author,
            title=post.title,
            days=(as_of - post.day).days,
            origin=post.origin,
        )
        for post in posts
        if post.kind is ExchangeKind.QUESTION
        and (not post.exchange_id or post.exchange_id not in answered)
        and (as_of - post.day).days > settings.unanswered_days
    ]
    return tuple(sorted(late, key=lambda post: (post.asked_on, post.exchange_id, post.origin)))


def experiences(ledger: Ledger, as_of: date) -> tuple[Experience, ...]:
    """Return the experiences other units replied to, the most useful first.

    Order: more units, more replies, newer, ID.
    """
    posts = list(_posts(ledger, as_of))
    replies: dict[str, list[_Post]] = defaultdict(list)
    for post in posts:
        replies[post.reply_to].append(post)
    answered = [
        _experience(post, others)
        for post in posts
        if post.kind is ExchangeKind.EXPERIENCE and post.exchange_id
        if (others := [reply for reply in replies[post.exchange_id] if reply.author != post.author])
    ]
    return tuple(sorted(answered, key=_usefulness))


def _experience(post: _Post, replies: list[_Post]) -> Experience:
    return Experience(
        exchange_id=post.exchange_id,
        posted_on=post.day,
        author=post.author,
        title=post.title,
        units=tuple(sorted({reply.author for reply in replies})),
        replies=tuple(sorted(reply.name for reply in replies)),
        origin=post.origin,
    )


def _usefulness(post: Experience) -> tuple[int, int, int, str]:
    return -len(post.units), -len(post.replies), -post.posted_on.toordinal(), post.exchange_id


def _posts(ledger: Ledger, as_of: date) -> Iterator[_Post]:
    """Yield every accepted post up to `as_of` once, from its home ledger where that is there."""
    table = ledger.table(ExchangeRow)
    names = ("exchange_id", "date", "kind", "author", "reply_to", "title")
    posts: dict[object, tuple[bool, _Post]] = {}
    for row, (code, day, kind, author, reply_to, title) in table.accepted_rows(*names):
        if day > as_of:
            continue
        origin = CitedRow(table, row).origin
        post = _Post(code or "", day, kind, author or "", reply_to or "", title or "", origin)
        abroad = bool(code) and unit_of(code) != ledger.unit_codes.get(origin[0])
        known = posts.get(code or origin)
        if known is None or (abroad, origin) < (known[0], known[1].origin):
            posts[code or origin] = abroad, post
    return (post for _, post in posts.values())


# --- what a superior publishes ---


SENT_DOWN = {"city": Source.CITY, "county": Source.COUNTY}
"""来源 of what a superior sends down, by its level."""

NOTICES = RANKING, _USEFUL, _WAITING = "比学赶帮排名", "回复较多的经验", "待答复的问题"
"""What the titles of the notices begin with."""


def notices(
    publisher: Division,
    as_of: date,
    standings: Sequence[Standing] = (),
    useful: Sequence[Experience] = (),
    questions: Sequence[Question] = (),
) -> tuple[dict[str, Any], ...]:
    """Return the rows of 交流园地 to send down, field → value; their IDs are the caller's to fill.

    Texts hold what clerks typed as titles: the caller masks numbers in them.

    Args:
        publisher: The city, county or township that publishes.
        as_of: The day the data reach to.
        standings: The ranking.
        useful: The most useful experiences; the first ten are named.
        questions: Those nobody answered in time.
    """
    posts = (
        (RANKING, map(_standing, standings)),
        (_USEFUL, map(_experience_line, useful[:_EXPERIENCES])),
        (_WAITING, map(_question, questions)),
    )
    return tuple(
        {
            "exchange_id": None,
            "date": as_of,
            "kind": ExchangeKind.NOTICE,
            "author": publisher.name,
            "title": f"{title}（截至 {as_of}）",
            "content": content,
            "origin": SENT_DOWN.get(publisher.level, Source.TOWNSHIP),
        }
        for title, lines in posts
        if (content := "；".join(lines))
    )


def _standing(unit: Standing) -> str:
    return f"第 {unit.rank} 名 {unit.county}{unit.township} {unit.score:g} 分"


def _experience_line(post: Experience) -> str:
    return f"{post.exchange_id} {post.author}《{post.title}》，{len(post.units)} 个单位回复"


def _question(post: Question) -> str:
    return f"{post.exchange_id or post.origin[0]} {post.author}《{post.title}》，{post.fact}"
