"""The formulas of the add-in: functions for cells, over the tasks the buttons use.

A formula takes ranges and gives a block of values; everything it needs is among its arguments, so
that Excel recalculates it when one of them changes. It never raises: what is wrong stands in the
cell as a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addin.formulas.pairing import BD_MATCH, BD_SUGGEST, BD_WHY
from addin.formulas.records import BD_CHECK, BD_DUTY, BD_GOLD, BD_GROWTH, BD_RISK
from addin.formulas.words import BD_DATE, BD_NAME, BD_PLACE

__all__ = [
    "BD_CHECK",
    "BD_DATE",
    "BD_DUTY",
    "BD_GOLD",
    "BD_GROWTH",
    "BD_MATCH",
    "BD_NAME",
    "BD_PLACE",
    "BD_RISK",
    "BD_SUGGEST",
    "BD_WHY",
    "FORMULAS",
]

FORMULAS: tuple[Callable[..., Any], ...] = (
    BD_CHECK,
    BD_MATCH,
    BD_WHY,
    BD_SUGGEST,
    BD_DUTY,
    BD_GROWTH,
    BD_RISK,
    BD_GOLD,
    BD_DATE,
    BD_NAME,
    BD_PLACE,
)
"""In the order the function wizard's help is written."""
