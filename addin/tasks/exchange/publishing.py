"""What a superior publishes downward: ranking, useful experiences and open questions as 通报."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from addin.tasks.exchange.posts import Experience, Question
from addin.tasks.exchange.ranking import Standing
from validators.vocabulary import ExchangeKind, Source

__all__ = ["notices"]

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
        ("回复较多的经验", [_experience(one) for one in useful[:_EXPERIENCES]]),
        ("待答复的问题", [_question(one) for one in questions]),
    )
    return tuple(_posts(author, as_of, told))


def _posts(
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


def _experience(one: Experience) -> str:
    return f"{one.exchange_id} {one.author}《{one.title}》，{len(one.units)} 个单位回复"


def _question(one: Question) -> str:
    return f"{one.exchange_id or one.origin[0]} {one.author}《{one.title}》，{one.fact}"
