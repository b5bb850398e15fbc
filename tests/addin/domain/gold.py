"""A township whose mentors each help one individual without a fault since New Year."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.build import MONTH_OVER as AS_OF
from tests.build import (
    UNIT,
    Edit,
    World,
    a_duty,
    a_log_entry,
    a_mentor,
    a_pairing,
    an_assessment,
    an_individual,
    code,
    ledger_of,
)
from validators.ledger import Ledger
from validators.rules import RuleContext
from validators.validation import validate

MONTHS = (2, 3, 4, 5, 6)
_EMPTY = ("organisation", "conversion", "completion", "misconduct", "exchange", "setting")


def a_golden_township(
    *edits: Edit, mentors: int = 1, unit: str = UNIT, file: str = "开城镇.xlsx", **terms: Any
) -> Ledger:
    """Return the checked ledger of `mentors` faultless mentors after `edits`.

    Mentor n helps individual n since 2026-01-05 by pairing n: owes contacts from February, made
    on the 10th of each month; one duty of two contacts, due in May and done; assessed once, with
    both weak aspects raised and a satisfaction of 5.
    """
    return checked(ledger_of(_faultless(mentors, unit), *edits, unit=unit, file=file), **terms)


def _faultless(mentors: int, unit: str) -> Edit:
    def edit(world: World) -> None:
        numbers = range(1, mentors + 1)
        world.update({key: [] for key in _EMPTY})
        world["mentor"] = [
            a_mentor(
                n, unit=unit, name=f"马{'一二三四五六七八九十'[n % 10]}明", born=date(1970, 1, n)
            )
            for n in numbers
        ]
        world["individual"] = [
            an_individual(n, unit=unit, name=f"王{'一二三四五六七八九十'[n % 10]}红")
            for n in numbers
        ]
        world["pairing"] = [
            a_pairing(
                n, unit=unit, mentor_id=code("D", n, unit), mentee_id=code("G", n, unit),
                paired_on=date(2026, 1, 5), ceremony_on=None, until=date(2027, 1, 4),
            )
            for n in numbers
        ]  # fmt: skip
        world["duty"] = [
            a_duty(
                n, unit=unit, pairing_id=code("J", n, unit), target=2,
                starts_on=date(2026, 1, 5), due_on=date(2026, 5, 31),
            )
            for n in numbers
        ]  # fmt: skip
        world["log"] = [
            a_log_entry(
                10 * n + month, unit=unit, pairing_ids=code("J", n, unit), duty_ids=code("ZR", n, unit),
                date=date(2026, month, 10), content=f"第 {month} 次到村帮带 {n}",
            )
            for n in numbers
            for month in MONTHS
        ]  # fmt: skip
        world["assessment"] = [
            an_assessment(n, unit=unit, mentee_id=code("G", n, unit)) for n in numbers
        ]

    return edit


def drop(key: str, *indexes: int) -> Edit:
    """Return an edit that takes rows out of a sheet of a world."""

    def edit(world: World) -> None:
        world[key] = [row for at, row in enumerate(world[key]) if at not in indexes]

    return edit


def checked(ledger: Ledger, as_of: date = AS_OF) -> Ledger:
    """Return a ledger after validation."""
    validate(ledger, RuleContext(as_of))
    return ledger


def merged(*ledgers: Ledger) -> Ledger:
    """Return several checked ledgers as one."""
    return Ledger.merged(ledgers)
