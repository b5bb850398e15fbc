"""Numbers as typed."""

from __future__ import annotations

import re
from collections.abc import Callable

from validators.cells import Cell
from validators.normalise.texts import refusal, refuse_formula, squeeze

__all__ = ["numeral", "whole"]

_NUMBER = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+|[+-]?\d+)(\.\d+)?")


def numeral(*units: str) -> Callable[[Cell], float]:
    """Return a reader of numbers that accepts the given trailing `units` ("3人").

    Accepted as text: digits, full-width digits, thousands separators, one declared unit.

    Raises:
        PydanticCustomError: `number_unreadable`, `digits_lost`.
    """

    def read(cell: Cell) -> float:
        if isinstance(cell, bool):
            raise refusal("number_unreadable")
        if isinstance(cell, int | float):
            if abs(cell) >= 1e15:
                raise refusal("digits_lost")
            return cell
        if not isinstance(cell, str):
            refuse_formula(cell)
            raise refusal("number_unreadable")
        plain = squeeze(cell)
        for unit in units:
            plain = plain.removesuffix(unit)
        if not _NUMBER.fullmatch(plain):
            raise refusal("number_unreadable")
        return float(plain.replace(",", ""))

    return read


def whole(*units: str) -> Callable[[Cell], int]:
    """Return a reader of whole numbers; see `numeral`.

    Raises:
        PydanticCustomError: also `number_not_integer`.
    """
    read_number = numeral(*units)

    def read(cell: Cell) -> int:
        number = read_number(cell)
        if not float(number).is_integer():
            raise refusal("number_not_integer")
        return int(number)

    return read
