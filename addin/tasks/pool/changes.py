"""The suggestions of 导师库调整; deciding is the clerk's.

Nobody gets two: who should leave is not asked to rest, and who should rest takes no more mentees.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from addin.tasks.mentors import misconduct_by_person
from addin.tasks.months import add_months
from addin.tasks.pool.graduates import graduates
from addin.tasks.pool.standing import Case, reasons_to_leave, reasons_to_rest
from addin.tasks.pool.widening import widen
from addin.tasks.results import Results
from addin.tasks.sources import Sources
from validators.ledger import Ledger
from validators.settings import Settings
from validators.vocabulary import PoolChange

__all__ = ["Adjustment", "pool_changes"]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One suggested change.

    Attributes:
        participant_id: The mentor; the mentee to bring in.
        name: Whose it is.
        change: What to do.
        reasons: The facts that say so, each a sentence without full stop.
    """

    participant_id: str
    name: str
    change: PoolChange
    reasons: tuple[str, ...]

    def as_row(self) -> dict[str, Any]:
        """Return the computed cells of its row in 导师库调整 by field."""
        return {
            "mentor_id": self.participant_id,
            "mentor_name": self.name,
            "change": self.change,
            "reason": "；".join(self.reasons),
        }


def pool_changes(
    ledger: Ledger,
    settings: Settings,
    as_of: date,
    *,
    sources: Sources | None = None,
) -> tuple[Adjustment, ...]:
    """Return what should change in the pool: 调出, 暂停, 增加帮带人数, 调入, each in ID order.

    Args:
        ledger: One township's or merged.
        settings: The superior's where there is one.
        as_of: The day everything is judged by; the months before it are looked at.
        sources: Of the same ledger, settings and day where others have looked there, too.
    """
    first = add_months(as_of, -settings.period_months) + timedelta(days=1)
    found = sources or Sources.of(ledger, settings, as_of)
    results = Results(found, first, as_of)
    misconduct = misconduct_by_person(ledger, first, as_of)
    leave, rest, stay = [], [], []
    for mentor in found.mentors.values():
        own = found.helps.get(mentor.mentor_id, ())
        blame = misconduct.get(mentor.mentor_id, ())
        case = Case(mentor, own, results, blame)
        if reasons := tuple(reasons_to_leave(case)):
            leave.append(_of(case, PoolChange.RELEASE, reasons))
        elif reasons := tuple(reasons_to_rest(case)):
            rest.append(_of(case, PoolChange.PAUSE, reasons))
        else:
            stay.append(case)
    wider = (
        _of(one.case, PoolChange.WIDEN, (one.reason,)) for one in widen(stay, ledger, settings)
    )
    everyone = [one for of_mentor in found.helps.values() for one in of_mentor]
    enter = (
        Adjustment(one.mentee_id, one.name, PoolChange.BRING_IN, (one.reason,))
        for one in graduates(ledger, everyone, found.completions, misconduct)
    )
    return (*leave, *rest, *wider, *enter)


def _of(case: Case, change: PoolChange, reasons: tuple[str, ...]) -> Adjustment:
    return Adjustment(case.mentor.mentor_id, case.mentor.name, change, reasons)
