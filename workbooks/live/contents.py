"""What cells hold, read exactly: text is text, a formula a formula.

A cell's content is None, text, a number (a day is its serial number, which no time zone and no
date system changes), a truth value, a `Formula` or a `Failure`. A day to be written is a `date`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple, cast

import xlwings as xw

from workbooks.live.busy import patiently

__all__ = ["Content", "Failure", "Formula", "Grid", "read_grid", "spills"]


_NO_SUCH_PROPERTY = frozenset({-2147352570, -2147352573})
"""DISP_E_UNKNOWNNAME and DISP_E_MEMBERNOTFOUND."""


class Formula(NamedTuple):
    """A formula with its equals sign."""

    text: str


class Failure(NamedTuple):
    """An error that is no formula's, such as `#N/A` pasted as a value."""

    text: str


Content = str | float | bool | date | Formula | Failure | None
Grid = list[list[Content]]
"""Rows of contents."""


def read_grid(cells: xw.Range) -> Grid:
    """Return what a block of cells holds, in two calls whatever its number of rows."""
    values = _matrix(patiently(lambda: cells.raw_value), cells.shape)
    formulas = _matrix(_formulas(cells), cells.shape)
    return [list(map(_content, *rows)) for rows in zip(values, formulas, strict=True)]


def spills(cells: xw.Range) -> bool:
    """Tell whether Excel spills: one that does not, such as Excel 2016, has no `Formula2`.

    A property that does not exist must not be set: pywin32 says then what it says of a busy Excel.
    """
    one = cells[0, 0]
    return _formula2(one) is not None


def _formulas(cells: xw.Range) -> Any:
    found = _formula2(cells)
    return patiently(lambda: cells.formula) if found is None else found


def _formula2(cells: xw.Range) -> Any:
    """Return `Formula2` of cells, None where Excel has no such property."""
    try:
        return patiently(lambda: cells.formula2)
    except AttributeError:
        return None
    except Exception as error:
        if getattr(error, "hresult", None) in _NO_SUCH_PROPERTY:  # as xlwings passes it on
            return None
        raise


def _matrix(found: Any, shape: tuple[int, int]) -> Sequence[Sequence[Any]]:
    """Return rows of cells also where an engine gives one cell by itself."""
    if shape == (1, 1) and not isinstance(found, list | tuple):
        return [[found]]
    return cast("Sequence[Sequence[Any]]", found)


def _content(value: Any, formula: Any) -> Content:
    if isinstance(formula, str) and formula.startswith("=") and value != formula:
        return Formula(formula)
    if value is None or value == "":
        return None
    if isinstance(value, bool | float) or type(value) is str:
        return value
    if isinstance(value, int | str):  # an error: its number through COM, its name elsewhere
        return Failure(str(formula or value))
    return float(formula)  # a day, or an amount of money that would come rounded
