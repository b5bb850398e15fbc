"""Which duty a contact that names none may belong to (职责编号建议).

A contact is proposed for a duty of its pairing whose 帮带方面 is the entry's, whose 帮带方法 is the
entry's where both are given, whose 开始日期 to 截止日期 hold the day, and whose subject words the
content speaks of. It is proposed for one duty at most; of several for the one of which it holds
most words, then for the one due first. A duty gets no more proposals than it still needs contacts.

Proposals count for nothing until the clerk accepts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from validators.vocabulary import Aspect, Method

_NEEDED = 2
"""How many subject words a content must hold; one is enough where a duty has no more."""

_GENERIC = re.compile(
    r"[^\u4e00-\u9fff]+"
    "|对象|导师|班子成员|党员群众|指导|帮助|协助|参与|组织开展|组织一次|组织|开展|讲解|讲清|示范|学习"
    "|落实|推进|推动|制定|形成|建立|完成|做好|掌握|了解|独立|具体|实际|规范|常见|按期|按时|定期"
    "|每月|每季度|按月|按季|一次|一篇|一份|一项|一件|一个|会后|事后|当面|点评|评判|批阅|记录|登记|报告"
    "|情况|工作|方法|问题|要求|事项|结果|进展|经历|过程|说明|写明|到人|怎么"
    "|[与和的了一个并及或给由把向从到对为在每次件项份篇户以上带讲交做有]"
)
"""Where an item is cut: whatever is not Chinese, and words that say nothing of its subject."""


class OpenDuty(NamedTuple):
    """A duty that needs more contacts: `row` its row in the duties' table, `needs` how many."""

    row: int
    aspect: Aspect
    method: Method | None
    item: str | None
    starts_on: date
    due_on: date
    needs: int


class UnnamedContact(NamedTuple):
    """A contact that names no duty: `row` its row in the log's table."""

    day: date
    row: int
    aspect: Aspect | None
    method: Method | None
    content: str | None


@lru_cache(maxsize=4096)
def subject_words(item: str) -> tuple[str, ...]:
    """Return what an item is about: every two characters in a row once generic words are cut out.

    “指导对象组织一次规范的主题党日，会后点评” gives 主题, 题党 and 党日. Chinese has no spaces, and
    most of its words have two characters, so that pairs find words without a dictionary.
    """
    pieces = _GENERIC.split(item)
    return tuple(
        dict.fromkeys(piece[at : at + 2] for piece in pieces for at in range(len(piece) - 1))
    )


def propose(
    contacts: Iterable[UnnamedContact], duties: Sequence[OpenDuty]
) -> dict[int, list[tuple[date, int]]]:
    """Return the contacts of one pairing proposed for its duties: (day, log row) by duty row.

    Args:
        contacts: Those that name no duty, by day.
        duties: The pairing's duties that need contacts.
    """
    proposed: dict[int, list[tuple[date, int]]] = {}
    by_aspect: dict[Aspect | None, list[OpenDuty]] = {}
    for duty in sorted(duties, key=lambda duty: (duty.due_on, duty.starts_on, duty.row)):
        by_aspect.setdefault(duty.aspect, []).append(duty)
    for contact in contacts:
        fitting = [
            (-words, at, duty)
            for at, duty in enumerate(by_aspect.get(contact.aspect, ()))
            if len(proposed.get(duty.row, ())) < duty.needs and (words := _fits(contact, duty))
        ]
        if fitting:
            *_, duty = min(fitting)
            proposed.setdefault(duty.row, []).append((contact.day, contact.row))
    return proposed


def _fits(contact: UnnamedContact, duty: OpenDuty) -> int:
    """Return how many subject words of the duty a contact in question holds, 0 if too few."""
    if not duty.starts_on <= contact.day <= duty.due_on:
        return 0
    if duty.method and contact.method and duty.method is not contact.method:
        return 0
    words, content = subject_words(duty.item or ""), contact.content or ""
    found = sum(word in content for word in words)
    return found if found >= min(_NEEDED, len(words)) else 0
