"""The duties of a new pairing: as many contacts as its contact plan owes, month by month.

1. The months are those the pairing will owe contacts (`addin.domain.contacts.planned_months`:
   period, grace and exempt periods; at least `settings.counted_days` days). Every contact the plan
   owes is asked for by exactly one duty, so the target counts of both sides together are what the
   plan owes, never more.
2. The aspects to work on take turns, a month each.
3. Within an aspect the templates take turns: each once, the one with the shortest 期限 first and
   the sides alternating; then those that had the smallest part of their 目标次数. 目标次数 is so a
   weight among the templates of an aspect, and 期限 an order.
4. A single aspect needs no turns: the months of one template follow each other and are one duty.
5. A duty is due on the last day of its last month, or of the period if that is earlier.

A contact advances one duty, of whichever side: both sides' duties share the contacts. A mentor and
a mentee who meet as often as owed and name the duty due first so fulfil each in time, and work on
every weak aspect in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, groupby, zip_longest
from typing import Any

from addin.domain.contacts import planned_months
from addin.domain.months import add_months
from validators.normalise import split_words
from validators.settings import Settings
from validators.sheets import DutyTemplateRow, IndividualRow, OrganisationRow, PairingRow
from validators.sheets.base import ASPECT_FIELDS
from validators.vocabulary import Aspect, Side, Subject

Mentee = IndividualRow | OrganisationRow

_Turn = tuple[date, DutyTemplateRow]
"""A month and what its contacts are for."""


def new_duties(
    pairing: PairingRow,
    mentee: Mentee,
    templates: Iterable[DutyTemplateRow],
    settings: Settings,
    next_id: Callable[[], str],
    aspects: Sequence[Aspect] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of 职责清单 a new pairing starts with, field → value, by 截止日期.

    A template is taken where its 适用对象 is the mentee's kind, its 适用类别 is blank or names the
    mentee's category, and its 帮带方面 is worked on. No duty is made where no month is owed.

    Args:
        pairing: With ID and period.
        mentee: Its mentee.
        templates: In the order of the sheet.
        settings: For what is weak and what the plan owes.
        next_id: Makes the ID of each duty, called once for each.
        aspects: What this pairing works on, as when several mentors share a mentee's weak
            aspects; `aspects_to_work_on` if None.
    """
    start, until, owed = pairing.paired_on, pairing.until, int(settings.contacts_per_month)
    if not start or not until or until < start or owed < 1:
        return []
    wanted = aspects_to_work_on(mentee, settings) if aspects is None else aspects
    fitting = [template for template in templates if _fits(template, mentee)]
    lists = [[t for t in fitting if t.aspect is aspect] for aspect in wanted]
    months = planned_months((start, until), settings, latest=until)
    turns = _turns(months, [_in_order(listed, at) for at, listed in enumerate(filter(None, lists))])
    duties = [list(run) for _, run in groupby(turns, key=lambda turn: id(turn[1]))]
    return [
        {
            "duty_id": next_id(),
            "pairing_id": pairing.pairing_id,
            "side": template.side,
            "aspect": template.aspect,
            "item": template.item,
            "method": template.method,
            "target": owed * len(run),
            "starts_on": start,
            "due_on": min(until, add_months(run[-1][0], 1) - timedelta(days=1)),
        }
        for run in duties
        for template in [run[0][1]]
    ]


def aspects_to_work_on(mentee: Mentee, settings: Settings) -> tuple[Aspect, ...]:
    """Return the weak aspects, or the lowest one where none is weak; none without a score.

    Of several lowest aspects the first in the order of the six is returned.
    """
    scores = [
        (score, aspect)
        for aspect, name in zip(Aspect, ASPECT_FIELDS, strict=True)
        if (score := getattr(mentee, name)) is not None
    ]
    weak = tuple(aspect for score, aspect in scores if score <= settings.weak_at_most)
    return weak or tuple(aspect for _, aspect in sorted(scores, key=lambda scored: scored[0])[:1])


def _fits(template: DutyTemplateRow, mentee: Mentee) -> bool:
    kind = Subject.INDIVIDUAL if isinstance(mentee, IndividualRow) else Subject.ORGANISATION
    if template.subject is not kind or not (template.months and template.target):
        return False
    return not template.category or mentee.category in split_words(template.category)


def _in_order(templates: list[DutyTemplateRow], aspect: int) -> list[DutyTemplateRow]:
    """Return the templates of an aspect with the sides alternating; aspects begin with either."""
    by_term = sorted(templates, key=lambda template: template.months)
    sides = [[t for t in by_term if t.side is side] for side in (Side.MENTOR, Side.MENTEE)]
    first, second = sides[::-1] if aspect % 2 else sides
    return [t for t in chain.from_iterable(zip_longest(first, second)) if t is not None]


def _turns(months: Sequence[date], lists: Sequence[list[DutyTemplateRow]]) -> list[_Turn]:
    """Return what the contacts of each month are for; `lists` has an aspect's templates each."""
    if not lists:
        return []
    chosen = [_by_weight(templates) for templates in lists]
    turns = [(at % len(lists), next(chosen[at % len(lists)])) for at in range(len(months))]
    if len(lists) == 1:
        turns.sort()
    return [(month, lists[a][t]) for month, (a, t) in zip(months, turns, strict=True)]


def _by_weight(templates: list[DutyTemplateRow]) -> Iterator[int]:
    """Yield the numbers of templates without end: each once, then as their 目标次数 weigh."""
    given = [0] * len(templates)
    while True:
        at = min(range(len(templates)), key=lambda at: (given[at] / templates[at].target, at))
        given[at] += 1
        yield at
