"""交流园地: what waits for an answer, what helped others, and what a superior publishes downward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from addin.domain.ranking import Standing
from addin.domain.rows import Origin, placed, unit_of
from validators.ledger import Ledger
from validators.settings import Settings
from validators.sheets import ExchangeRow
from validators.vocabulary import ExchangeKind, Source

# SECTION Questions nobody answered in time, and experiences others took up (交流园地).
#:
#: An answer is a post 答复 whose 回复编号 names the question. What the city published stands in
#: several ledgers under one ID: it counts once. A unit that replies to itself shows nothing, and one
#: that replies ten times shows no more than one that replies once: units are counted first.


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
            return f"{self.asked_on} 提出，已 {self.days} 天没有答复"
        return f"{self.asked_on} 提出，已 {self.days} 天；没有编号，答复对应不上，请先补全编号"


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
    return tuple(sorted(late, key=lambda one: (one.asked_on, one.exchange_id, one.origin)))


def experiences(ledger: Ledger, as_of: date) -> tuple[Experience, ...]:
    """Return the experiences other units replied to, the most useful first.

    Order: more units, more replies, newer, ID.
    """
    posts = list(_posts(ledger, as_of))
    replies: dict[str, list[_Post]] = defaultdict(list)
    for post in posts:
        replies[post.reply_to].append(post)
    found = [
        _experience(post, others)
        for post in posts
        if post.kind is ExchangeKind.EXPERIENCE and post.exchange_id
        if (others := [one for one in replies[post.exchange_id] if one.author != post.author])
    ]
    return tuple(sorted(found, key=_usefulness))


def _experience(post: _Post, others: list[_Post]) -> Experience:
    return Experience(
        exchange_id=post.exchange_id,
        posted_on=post.day,
        author=post.author,
        title=post.title,
        units=tuple(sorted({one.author for one in others})),
        replies=tuple(sorted(one.name for one in others)),
        origin=post.origin,
    )


def _usefulness(one: Experience) -> tuple[int, int, int, str]:
    return -len(one.units), -len(one.replies), -one.posted_on.toordinal(), one.exchange_id


def _posts(ledger: Ledger, as_of: date) -> Iterator[_Post]:
    """Yield every accepted post up to `as_of` once, from its home ledger where that is there."""
    names = ("exchange_id", "date", "kind", "author", "reply_to", "title")
    found: dict[object, tuple[bool, _Post]] = {}
    for origin, (code, day, kind, author, reply_to, title) in placed(ledger, ExchangeRow, *names):
        if day is None or day > as_of:
            continue
        post = _Post(code or "", day, kind, author or "", reply_to or "", title or "", origin)
        abroad = bool(code) and unit_of(code) != ledger.unit_codes.get(origin[0])
        known = found.get(code or origin)
        if known is None or (abroad, origin) < (known[0], known[1].origin):
            found[code or origin] = abroad, post
    return (post for _, post in found.values())


# SECTION What a superior publishes downward: ranking, useful experiences and open questions as 通报.

_EXPERIENCES = 10


def notices(
    author: str,
    as_of: date,
    standings: Sequence[Standing] = (),
    useful: Sequence[Experience] = (),
    questions: Sequence[Question] = (),
) -> tuple[dict[str, Any], ...]:
    """Return the rows of 交流园地 to send down, field → value; their IDs are the caller's to fill.

    Texts hold what clerks typed as titles: the caller masks numbers in them.

    Args:
        author: The unit that publishes, such as 固原市委组织部.
        as_of: The day the data reach to.
        standings: The ranking.
        useful: The most useful experiences; the first ten are named.
        questions: Those nobody answered in time.
    """
    told = (
        ("比学赶帮排名", [_standing(one) for one in standings]),
        ("回复较多的经验", [_experience_post(one) for one in useful[:_EXPERIENCES]]),
        ("待答复的问题", [_question(one) for one in questions]),
    )
    return tuple(_bulletin_posts(author, as_of, told))


def _bulletin_posts(
    author: str, as_of: date, told: Sequence[tuple[str, list[str]]]
) -> Iterator[dict[str, Any]]:
    for title, lines in told:
        if lines:
            yield {
                "exchange_id": None,
                "date": as_of,
                "kind": ExchangeKind.NOTICE,
                "author": author,
                "title": f"{title}（截至 {as_of}）",
                "content": "；".join(lines),
                "origin": Source.CITY,
            }


def _standing(one: Standing) -> str:
    return f"第 {one.rank} 名 {one.county}{one.township} {one.score:g} 分"


def _experience_post(one: Experience) -> str:
    return f"{one.exchange_id} {one.author}《{one.title}》，{len(one.units)} 个单位回复"


def _question(one: Question) -> str:
    return f"{one.exchange_id or one.origin[0]} {one.author}《{one.title}》，{one.fact}"
