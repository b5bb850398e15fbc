"""The buttons: `addin.ribbon.<id>` is what the button with that id does to the workbook in front.

Each is short: what it needs, an action, what the action says written into the workbook as one step
that can be undone, and a message. A problem the clerk can act on is raised as a `BangdaiError`; the
host shows its sentence.
"""

from __future__ import annotations

from addin.ribbon.checking import fill_numbers, next_finding, tidy, validate
from addin.ribbon.formulas import formulas_to_values, insert_formulas
from addin.ribbon.ledgers import carry_over, consolidate, new_ledger
from addin.ribbon.pairing import confirm, growth_card, papers, suggest
from addin.ribbon.records import flags, gold_mentors, pool, update_all, update_duties, update_growth
from addin.ribbon.tools import manual, settings, undo

__all__ = [
    "carry_over",
    "confirm",
    "consolidate",
    "fill_numbers",
    "flags",
    "formulas_to_values",
    "gold_mentors",
    "growth_card",
    "insert_formulas",
    "manual",
    "new_ledger",
    "next_finding",
    "papers",
    "pool",
    "settings",
    "suggest",
    "tidy",
    "undo",
    "update_all",
    "update_duties",
    "update_growth",
    "validate",
]
