"""From a button to its function, looked up by name: the same way in every host."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

import xlwings as xw

from addin.buttons import Button

FUNCTIONS = "addin.ribbon"
"""Loaded at the first click: a spreadsheet starts without waiting for it."""


def function_of(one: Button) -> Callable[[xw.Book], object]:
    """Return what a button does."""
    found = getattr(importlib.import_module(FUNCTIONS), one.id)
    return cast("Callable[[xw.Book], object]", found)
