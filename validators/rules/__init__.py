"""Cross-row, cross-sheet and cross-workbook rules, one file per subject.

A rule is one decorated function; the modules below are searched for them in this order, which
is also the order of precedence where two rules cite one cell.
"""

from __future__ import annotations

from validators.rules import (
    across,
    ids,
    mentees,
    mentors,
    outcomes,
    pairings,
    people,
    structure,
    unit,
    work,
)
from validators.rules.base import Hit, Rule, Terms

__all__ = ["RULES", "Hit", "Rule", "Terms"]

_MODULES = (unit, ids, people, pairings, structure, mentors, mentees, work, outcomes, across)

RULES: tuple[Rule, ...] = tuple(
    item for module in _MODULES for item in vars(module).values() if isinstance(item, Rule)
)
"""Every rule."""
