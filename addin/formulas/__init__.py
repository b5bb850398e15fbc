"""The formulas of the add-in: functions for cells, over the same computations as the buttons.

A formula takes ranges and gives a block of values; everything it needs is among its arguments, so
that Excel recalculates it when one of them changes. It never raises: what is wrong stands in the
cell as a sentence. Each is declared by `@udf` in one of the modules here, and becomes a function of
this package, which is where xlwings looks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from validators.rulebook import collect

FORMULAS: tuple[Callable[..., Any], ...] = tuple(
    function
    for function in collect(__name__, __path__, FunctionType)
    if hasattr(function, "recipe")
)
"""By module in alphabetical order, then in order of definition."""

globals().update({function.__name__: function for function in FORMULAS})
