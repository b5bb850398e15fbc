"""Fates: why a mentee struggles, or is excused, and which contacts that rules out."""

from __future__ import annotations

from datetime import date, timedelta

from workbooks.samples.days import add_months, full_months, month_end
from workbooks.samples.world import Pair, World

__all__ = ["REASONS", "excuse_or_trouble", "possible"]

REASONS = (
    "missed_month",
    "missed_two_months",
    "contact_rate",
    "score_falling",
    "no_rise",
    "weak_aspect_idle",
    "unpaired",
    "low_satisfaction",
    "duty_overdue",
)
"""Why a mentee struggles; more reasons come with planted errors."""


def possible(world: World, reason: str) -> bool:
    """Return whether `reason` can be seen: an exempt month excuses those who missed it."""
    return not (world.exempt and reason in {"missed_month", "missed_two_months"})


def excuse_or_trouble(world: World) -> None:
    """Block the contacts each fate rules out, and note who struggles."""
    at_end = world.as_of == month_end(world.as_of)
    months = full_months(world.as_of, 4)
    for mentee in world.mentees:
        if mentee.fate in REASONS:
            world.struggling.append((mentee.mentee_id, mentee.fate))
            mentee.entry.locked = True
        for made in mentee.pairs:
            made.entry.locked = made.entry.locked or mentee.fate in REASONS
            _shape(world, made, months, at_end=at_end)


def _shape(world: World, made: Pair, months: list[tuple[date, date]], *, at_end: bool) -> None:
    fate = made.mentee.fate
    extra = 1 if at_end else 0
    if fate == "missed_month":
        made.blocked += months[: 1 + extra]
    elif fate == "missed_two_months":
        made.blocked += months[: 2 + extra]
    elif fate == "contact_rate":
        made.blocked.append(months[1])
        made.sparse_from = months[3][0]
    elif fate == "weak_aspect_idle":
        for aspect in made.mentee.weak():
            made.shunned.append((aspect, world.ago(80), world.as_of))
    elif fate == "quiet":
        _quiet(world, made, months[0])
    elif fate == "exempt":
        made.blocked.append(months[0])
    elif fate == "paused":
        first, last = months[1][0], month_end(world.as_of)
        made.entry.values |= {"paused_from": first, "paused_to": last}
        made.blocked.append((first, last))


def _quiet(world: World, made: Pair, month: tuple[date, date]) -> None:
    """Keep the last 30 days without a contact where the last full month still has days for one."""
    first = world.ago(30)
    if month[0] < first - timedelta(days=2) and month[0] != world.as_of.replace(day=1):
        made.blocked.append((first, world.as_of))
    else:
        made.sparse_from = add_months(world.as_of, -2)
