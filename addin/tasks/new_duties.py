"""职责清单 of a pairing that has just been confirmed, from the ledger's 职责模板."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from addin.tasks.months import add_months
from validators.normalise import split_words
from validators.settings import Settings
from validators.sheets import DutyTemplateRow, IndividualRow, OrganisationRow, PairingRow
from validators.sheets.aspects import ASPECT_FIELDS
from validators.vocabulary import Aspect, Subject

__all__ = ["aspects_to_work_on", "new_duties"]

Mentee = IndividualRow | OrganisationRow


def new_duties(
    pairing: PairingRow,
    mentee: Mentee,
    templates: Iterable[DutyTemplateRow],
    settings: Settings,
    next_id: Callable[[], str],
    aspects: Sequence[Aspect] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of 职责清单 a new pairing starts with, field → value.

    A template is taken where its 适用对象 is the mentee's kind, its 适用类别 is blank or names the
    mentee's category, and its 帮带方面 is worked on. A duty starts on the day of pairing and is due
    on the last day of the template's months, or of the period if that is earlier; then the target
    shrinks with it, rounded up.

    Args:
        pairing: With ID and period.
        mentee: Its mentee.
        templates: In the order of the sheet.
        settings: For what is weak.
        next_id: Makes the ID of each duty, called once for each.
        aspects: What this pairing works on, as when several mentors share a mentee's weak
            aspects; `aspects_to_work_on` if None.
    """
    start, until = pairing.paired_on, pairing.until
    if not start or not until or until < start:
        return []
    wanted = aspects_to_work_on(mentee, settings) if aspects is None else tuple(aspects)
    taken = [one for one in templates if one.aspect in wanted and _fits(one, mentee)]
    taken.sort(key=lambda one: wanted.index(one.aspect))
    return [
        {
            "duty_id": next_id(),
            "pairing_id": pairing.pairing_id,
            "side": one.side,
            "aspect": one.aspect,
            "item": one.item,
            "method": one.method,
            **_term(one, start, until),
        }
        for one in taken
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
    return weak or tuple(aspect for _, aspect in sorted(scores, key=lambda one: one[0])[:1])


def _fits(template: DutyTemplateRow, mentee: Mentee) -> bool:
    kind = Subject.INDIVIDUAL if isinstance(mentee, IndividualRow) else Subject.ORGANISATION
    if template.subject is not kind or not (template.months and template.target):
        return False
    return not template.category or mentee.category in split_words(template.category)


def _term(template: DutyTemplateRow, start: date, until: date) -> dict[str, Any]:
    """Return start, due date and target within the period."""
    due = add_months(start, template.months) - timedelta(days=1)
    planned = (due - start).days + 1
    left = (min(due, until) - start).days + 1
    # Whole numbers, rounded up: a duty that is cut short is still owed once.
    target = -(-template.target * left // planned)
    return {"target": target, "starts_on": start, "due_on": min(due, until)}
